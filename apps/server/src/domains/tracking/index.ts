/** What comes back from messages: clicks, pixels, ways out. */
export { trackingRoutes } from "./routes.ts";

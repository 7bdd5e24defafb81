/** What comes back from messages: clicks, pixels, ways out. */
export { trackingRoutes } from "./routes.ts";
export { engage } from "./engage.ts";
export { leave } from "./leave.ts";
export { isMachineAgent, isPrefetch } from "./machine.ts";

/** Shops that send what happens there: signed webhooks, mapped onto the common messages. */
export { connectionRoutes, hookRoutes } from "./routes.ts";

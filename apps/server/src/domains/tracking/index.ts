/** What comes back from messages: clicks, pixels, ways out. */
export { trackingRoutes } from "./routes.ts";
export { engage, engageAll, type Engagement } from "./engage.ts";
export { leave } from "./leave.ts";
export { isMachineAgent, isPrefetch } from "./machine.ts";

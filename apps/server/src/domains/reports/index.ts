/** Reading across all domains; nothing is written here. */
export { timelineRoutes } from "./timeline.ts";

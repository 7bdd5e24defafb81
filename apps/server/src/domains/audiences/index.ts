/** Segments and groups kept in step with what is outside: webhooks and lists at advertising networks. */
export { audienceListener } from "./listener.ts";
export { audienceRoutes } from "./routes.ts";
export { runSync, SYNC_JOB, tendAudiences } from "./sync.ts";

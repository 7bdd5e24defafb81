/** Whether a workspace's data is good enough: what is known of contacts, what is wrong with it, and which journeys it carries. */
export { askDomains } from "./ask-domains.ts";
export { COUNT_JOB, runCount, tendReadiness } from "./count.ts";
export { FIX_JOB, runFix, tendFixes } from "./fix.ts";
export { readinessListener } from "./listener.ts";
export { askAddresses } from "./sheets.ts";
export { readinessRoutes } from "./routes.ts";

/** The demo shop: invented people and products, real everything else. */
export { loadDemo } from "./load.ts";
export type { Past } from "./replay.ts";
export { REMOVE_JOB, removeDemo } from "./remove.ts";
export { demoRoutes } from "./routes.ts";

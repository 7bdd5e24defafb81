/** Sources that are read on a schedule: each reading is an import. */
export { ALERT_JOB, alertOf } from "./alert.ts";
export { PULL_JOB, pullSync, tendSyncs } from "./pull.ts";
export { syncRoutes } from "./routes.ts";

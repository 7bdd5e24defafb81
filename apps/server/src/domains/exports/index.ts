/** Files of a workspace's data, made by a job and fetched by a link that ends. */
export { exportRoutes } from "./routes.ts";
export { EXPORT_JOB, runExport, tendExports } from "./run.ts";

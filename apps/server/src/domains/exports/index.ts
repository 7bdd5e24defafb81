/** Files of a workspace's data, made by a job and fetched by a link that ends. */
export { exportRoutes } from "./routes.ts";
export { EXPORT_JOB, expireExportsBefore, runExport, tendExports } from "./run.ts";

/** Files on their way into the common model. */
export { carryImport } from "./carry.ts";
export { checkFile } from "./check.ts";
export { importCancelled } from "./errors.ts";
export { CHECK_JOB, RUN_JOB } from "./jobs.ts";
export { findImport, type ImportRecord } from "./queries.ts";
export { importRoutes } from "./routes.ts";
export { runImport } from "./run.ts";
export { endOldImports, resumeImports } from "./resume.ts";
export { uploadFile } from "./upload.ts";

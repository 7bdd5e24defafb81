/** Rehearsals: journeys tried on the recorded past by the engine that runs live, on a stage where nothing can be written. */
export { drive } from "./drive.ts";
export { rehearsalRoutes } from "./routes.ts";
export { REHEARSE_JOB, runRehearsal, tendRehearsals } from "./run.ts";

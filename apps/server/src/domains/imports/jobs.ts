/** Job names are stored; they never change. */
export const CHECK_JOB = "imports.check";
export const RUN_JOB = "imports.run";

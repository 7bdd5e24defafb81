import type { Deps } from "../../deps.ts";
import { CHECK_JOB, RUN_JOB } from "./jobs.ts";
import { listAbandoned, listUntidy } from "./queries.ts";
import { tidyImport } from "./run.ts";

/** Takes up imports whose process died in the middle; each goes on where its last transaction left it. Finished ones lose their file and rows. */
export async function resumeImports(deps: Deps): Promise<void> {
  for (const record of await listUntidy(deps.ports.sql)) await tidyImport(deps, record);
  const abandoned = await listAbandoned(deps.ports.sql, { now: deps.ports.clock.now() });
  if (abandoned.length === 0) return;
  await deps.ports.sql.transaction(async (tx) => {
    for (const { id, workspace_id: workspace, state } of abandoned) {
      await deps.jobs.add(tx, state === "checking" ? CHECK_JOB : RUN_JOB, { workspace, id }, { key: `import:${id}` });
    }
  });
}

import type { Deps } from "../../deps.ts";
import { CHECK_JOB, RUN_JOB } from "./jobs.ts";
import { listAbandoned } from "./queries.ts";

/** Takes up imports whose process died in the middle; each goes on where its last transaction left it. */
export async function resumeImports(deps: Deps): Promise<void> {
  const abandoned = await listAbandoned(deps.ports.sql, { now: deps.ports.clock.now() });
  if (abandoned.length === 0) return;
  await deps.ports.sql.transaction(async (tx) => {
    for (const { id, workspace_id: workspace, state } of abandoned) {
      await deps.jobs.add(tx, state === "checking" ? CHECK_JOB : RUN_JOB, { workspace, id }, { key: `import:${id}` });
    }
  });
}

import { DAY, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import { CHECK_JOB, RUN_JOB } from "./jobs.ts";
import { listAbandoned, listEnded, listPending, listUntidy, moveImport } from "./queries.ts";
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

/** A file that nobody imports stays so long, as exported files do. */
const KEPT = 7 * DAY;

/**
 * Takes away what imports from before an instant still hold: somebody in their files was erased. One under way ends by itself and leaves
 * that person out; one that waits for a person goes after a week. @returns whether some still hold their file
 */
export async function endOldImports(deps: Deps, input: { workspace: Id; before: Instant }): Promise<boolean> {
  const { sql, clock } = deps.ports;
  const now = clock.now();
  let left = false;
  for (const { id, state, created_at } of await listPending(sql, input)) {
    const waits = state === "uploaded" || state === "checked";
    if (
      !waits ||
      created_at > now - KEPT ||
      !(await moveImport(sql, { workspace: input.workspace, id, from: ["uploaded", "checked"], to: "cancelled", now }))
    )
      left = true;
  }
  for (const record of await listEnded(sql, input)) await tidyImport(deps, record);
  return left;
}

import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findWorkspace, listWorkspaces, writeAudit } from "../team/index.ts";
import { notDemo } from "./errors.ts";
import { deleteSegmentTotals, deleteSome, deleteWorkspace, rememberRemoval, uploadedFiles, workspaceTables } from "./queries.ts";

/** The name of the job; stored, it never changes. */
export const REMOVE_JOB = "demo.remove";
/** Rows per transaction: 5,000 of the widest table take some 100 ms, so that no lock is held for long. */
const BATCH = 5_000;

/**
 * Takes the demo workspace away from people and keys at once and leaves its rows to the job. The audit line is written in the
 * installation's first regular workspace: the demo's own log goes with it.
 * @throws workspace.not_demo
 */
export async function askRemoval(deps: Deps, actor: Actor): Promise<void> {
  const { sql, clock, chance } = deps.ports;
  const now = clock.now();
  const { workspace } = actor;
  if ((await findWorkspace(sql, { id: workspace })).kind !== "demo") throw notDemo({});
  const beside = await witness(deps);
  await sql.transaction(async (tx) => {
    for (const table of ["api_keys", "members", "invitations"]) await deleteSome(tx, { table, workspace, most: BATCH });
    await rememberRemoval(tx, { workspace, now });
    if (beside)
      await writeAudit(tx, {
        chance,
        now,
        actor: { ...actor, workspace: beside },
        action: "demo.removal_asked",
        object: { kind: "workspace", id: workspace },
      });
    await deps.jobs.add(tx, REMOVE_JOB, { workspace, by: { kind: actor.kind, id: actor.id } }, { key: `${REMOVE_JOB} ${workspace}` });
  });
}

const witness = async (deps: Deps): Promise<Id | null> =>
  (await listWorkspaces(deps.ports.sql)).find((one) => one.kind === "regular")?.id ?? null;

/**
 * Deletes everything of a demo workspace, batch by batch; begun again it goes on where it was. What a turn under way writes while the
 * tables are being emptied is taken by the next round: the workspace itself goes only after a round that found nothing.
 * @param input.signal stops between two batches, to be run again
 */
export async function removeDemo(
  deps: Deps,
  input: { workspace: Id; by: { kind: Actor["kind"]; id: string }; signal: AbortSignal; batch?: number },
): Promise<void> {
  const { sql, clock, chance, files } = deps.ports;
  const { workspace } = input;
  const found = (await listWorkspaces(sql)).find((one) => one.id === workspace);
  if (found?.kind !== "demo") return; // already gone
  let rows = 0;
  for (let before = -1; before !== rows;) {
    before = rows;
    for (const path of await uploadedFiles(sql, { workspace })) await files.remove(path);
    for (const table of await workspaceTables(sql)) {
      if (table === "segments") await sql.transaction((tx) => deleteSegmentTotals(tx, { workspace }));
      for (let n = -1; n !== 0; rows += n) {
        input.signal.throwIfAborted();
        n = await sql.transaction((tx) => deleteSome(tx, { table, workspace, most: input.batch ?? BATCH }));
      }
    }
  }
  const beside = await witness(deps);
  await sql.transaction(async (tx) => {
    await deleteWorkspace(tx, { workspace });
    if (beside)
      await writeAudit(tx, {
        chance,
        now: clock.now(),
        actor: { ...input.by, workspace: beside },
        action: "demo.removed",
        object: { kind: "workspace", id: workspace },
        detail: { rows },
      });
  });
}

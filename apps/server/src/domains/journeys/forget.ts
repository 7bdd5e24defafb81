import { bucketOf, type Id } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { countEnded } from "./runs/totals.ts";

/**
 * Counts the runs of a contact that are under way as left, because the person was erased. The caller holds the bucket and deletes the rows.
 * @returns the journeys they were in
 */
export async function endRuns(tx: Tx, input: { readonly workspace: Id; readonly contact: Id; readonly slot: number }): Promise<Id[]> {
  const { workspace, contact, slot } = input;
  const ended = await tx.query<{ journey: Id; version: number; step: string }>(sql`
    select r.journey_id as journey, r.version, r.step_id as step from runs r
    where r.bucket = ${bucketOf(contact)} and r.contact_id = ${contact} and r.workspace_id = ${workspace} and r.state = 'waiting' order by r.id for update of r`);
  await countEnded(
    tx,
    slot,
    ended.map((one) => ({ ...one, workspace })),
  );
  return ended.map((one) => one.journey);
}

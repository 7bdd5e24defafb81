import type { SendState } from "@relance/contract/delivery";
import { bucketOf, type Id } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { addTotals, type Subject } from "./totals.ts";

/** What was on its way when somebody was erased ends as this in the totals; the rows themselves go. */
const REASON = "erased";

/**
 * Counts what is planned for a contact, or on its way to it, as over: nothing of it leaves any more, but what a provider already has.
 * The caller holds the bucket and deletes the rows, so a worker that had claimed one finds it gone.
 */
export async function endSends(tx: Tx, input: { readonly workspace: Id; readonly contact: Id; readonly slot: number }): Promise<number> {
  const { workspace, contact, slot } = input;
  const open = await tx.query<{
    state: SendState;
    reason: string | null;
    template: Id;
    journey: Id | null;
    step: string | null;
    campaign: Id | null;
  }>(sql`
    select s.state, s.reason, s.template_id as template, s.journey_id as journey, s.step_id as step, s.campaign_id as campaign from sends s
    where s.bucket = ${bucketOf(contact)} and s.contact_id = ${contact} and s.workspace_id = ${workspace} and s.state in ('waiting', 'claimed', 'held', 'handing') order by s.id for update of s`);
  await addTotals(
    tx,
    slot,
    open.flatMap(({ state, reason, ...of }) => {
      const subject: Subject = { ...of, workspace };
      return [
        { of: subject, state, reason: reason ?? "", n: -1 },
        { of: subject, state: state === "handing" ? ("uncertain" as const) : ("skipped" as const), reason: REASON, n: 1 },
      ];
    }),
  );
  return open.length;
}

/** Takes short links away whose message is no more. */
export async function dropShortLinks(db: Db, input: { readonly workspace: Id; readonly sends: readonly Id[] }): Promise<void> {
  if (input.sends.length === 0) return;
  await db.query(sql`delete from short_links where workspace_id = ${input.workspace} and send_id = any(${input.sends as Id[]}::uuid[])`);
}

/** The messages of a contact. */
export async function sendsOf(db: Db, input: { readonly workspace: Id; readonly contact: Id }): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(
    sql`select s.id from sends s where s.bucket = ${bucketOf(input.contact)} and s.contact_id = ${input.contact} and s.workspace_id = ${input.workspace} order by s.id`,
  );
  return rows.map((row) => row.id);
}

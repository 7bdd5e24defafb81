import type { FactKind } from "@relance/model/events";
import type { Id, Instant } from "@relance/model/base";
import type { Database, Db, Tx } from "../db/database.ts";
import { sql, ts } from "../db/sql.ts";
import { countInbox, type InboxKey } from "./inbox-queries.ts";

/** A fact that could not be worked off, with the reason; nothing is dropped. */
export interface QuarantinedFact {
  readonly id: Id;
  readonly contact: Id;
  readonly kind: FactKind;
  readonly occurredAt: Instant;
  readonly reason: string;
  readonly quarantinedAt: Instant;
}

const LONGEST_REASON = 2000;

/** Moves rows from the inbox to quarantine, those of them that are still there. The caller has fenced their buckets. */
export async function quarantine(
  tx: Tx,
  input: { readonly keys: readonly InboxKey[]; readonly reason: string; readonly now: Instant },
): Promise<void> {
  const { keys, now } = input;
  const reason = input.reason.replaceAll("\u0000", "").slice(0, LONGEST_REASON);
  const rows = await tx.query<{ bucket: number }>(sql`
    with gone as (
      delete from inbox i using unnest(${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.id)}::uuid[]) as k (bucket, workspace_id, id)
      where i.bucket = k.bucket and i.workspace_id = k.workspace_id and i.id = k.id
      returning i.bucket, i.id, i.workspace_id, i.contact_id, i.kind, i.data, i.occurred_at, i.recorded_at
    ), kept as (
      insert into inbox_quarantine (bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at, reason, quarantined_at)
      select bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at, ${reason}, ${ts(now)}::timestamptz from gone
      returning bucket, id
    )
    select bucket from kept order by bucket, id`);
  if (rows.length > 0) await countInbox(tx, "quarantined", perBucket(rows, 1));
}

/**
 * Puts quarantined facts of a workspace back into the inbox, as new as on the first day.
 * @param input.ids which; null for all
 * @returns how many went back
 */
export async function replayQuarantined(
  db: Database,
  input: { readonly workspace: Id; readonly ids: readonly Id[] | null },
): Promise<number> {
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ bucket: number }>(sql`
      with gone as (
        delete from inbox_quarantine
        where workspace_id = ${input.workspace} and (${input.ids}::uuid[] is null or id = any(${input.ids}::uuid[]))
        returning bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at
      ), back as (
        insert into inbox (bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at)
        select bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at from gone
        returning bucket, id
      )
      select bucket from back order by bucket, id`);
    if (rows.length > 0) await countInbox(tx, "quarantined", perBucket(rows, -1));
    return rows.length;
  });
}

/** Quarantined facts of a workspace, newest first, after the given place. */
export async function listQuarantined(
  db: Db,
  input: { readonly workspace: Id; readonly limit: number; readonly after: { readonly at: Instant; readonly id: Id } | null },
): Promise<QuarantinedFact[]> {
  const { workspace, limit, after } = input;
  return db.query<QuarantinedFact>(sql`
    select id, contact_id as contact, kind, occurred_at as "occurredAt", reason, quarantined_at as "quarantinedAt" from inbox_quarantine
    where workspace_id = ${workspace} and (${after === null} or (quarantined_at, id) < (${ts(after?.at ?? 0)}::timestamptz, ${after?.id ?? workspace}::uuid))
    order by quarantined_at desc, id desc limit ${limit}`);
}

function perBucket(rows: readonly { bucket: number }[], each: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.bucket, (counts.get(row.bucket) ?? 0) + each);
  return counts;
}

import { bucketOf, type Instant } from "@relance/model/base";
import type { Tx } from "./db/database.ts";
import { rowSet } from "./db/row-set.ts";
import { sql, ts } from "./db/sql.ts";
import type { NewFact } from "./engine.ts";
import type { Chance } from "./ports.ts";

/** How many rows per bucket the writers of `inbox_totals.enqueued` spread over, so that two of them seldom wait for each other. */
const WRITER_SLOTS = 7;

/**
 * Stores facts for the engine, in the transaction that made them true. They are taken in this order per contact.
 * Call it once per transaction with everything, and late: it locks one counter row per bucket until the commit, in a fixed order.
 */
export async function writeFacts(
  tx: Tx,
  input: { readonly chance: Chance; readonly now: Instant; readonly facts: readonly NewFact[] },
): Promise<void> {
  const { chance, now, facts } = input;
  if (facts.length === 0) return;
  const rows = facts
    .map((fact) => ({ fact, id: chance.id(now), bucket: bucketOf(fact.contact) }))
    .sort((a, b) => a.bucket - b.bucket || (a.id < b.id ? -1 : 1));
  await tx.query(sql`
    insert into inbox (bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at)
    select r.bucket, r.id, r.workspace_id, r.contact_id, r.kind, r.data, r.occurred_at, ${ts(now)}::timestamptz
    from ${rowSet(rows, {
      bucket: ["smallint", (row) => row.bucket],
      id: ["uuid", (row) => row.id],
      workspace_id: ["uuid", (row) => row.fact.workspace],
      contact_id: ["uuid", (row) => row.fact.contact],
      kind: ["text", (row) => row.fact.kind],
      data: ["jsonb", (row) => row.fact.data],
      occurred_at: ["timestamptz", (row) => row.fact.occurredAt],
    })} as r`);
  const perBucket = new Map<number, number>();
  for (const row of rows) perBucket.set(row.bucket, (perBucket.get(row.bucket) ?? 0) + 1);
  const slot = 1 + Math.floor(chance.float() * WRITER_SLOTS);
  await tx.query(sql`
    insert into inbox_totals (bucket, slot, enqueued)
    select r.bucket, ${slot}::smallint, r.n
    from unnest(${[...perBucket.keys()]}::smallint[], ${[...perBucket.values()]}::bigint[]) as r (bucket, n)
    order by r.bucket
    on conflict (bucket, slot) do update set enqueued = inbox_totals.enqueued + excluded.enqueued`);
}

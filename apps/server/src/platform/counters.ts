import type { Id } from "@relance/model/base";
import type { Db, Tx } from "./db/database.ts";
import { sql } from "./db/sql.ts";

/** A change of one maintained count of a workspace. */
export interface CounterChange {
  readonly workspace: Id;
  /** What is counted, e.g. `contacts` or `events`. */
  readonly name: string;
  /** How many more (or, negative, fewer). */
  readonly n: number;
}

/**
 * Adds to maintained counts in the transaction that changes what they count.
 * @param slot which of the spread rows to write; writers with different slots never wait for each other
 */
export async function addToCounters(tx: Tx, slot: number, changes: readonly CounterChange[]): Promise<void> {
  const sums = new Map<string, CounterChange>();
  for (const change of changes) {
    const key = `${change.workspace} ${change.name}`;
    sums.set(key, { ...change, n: change.n + (sums.get(key)?.n ?? 0) });
  }
  const rows = [...sums.entries()]
    .filter(([, row]) => row.n !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into counters (workspace_id, name, slot, n)
    select r.workspace_id, r.name, ${slot}::smallint, r.n
    from unnest(${rows.map((row) => row.workspace)}::uuid[], ${rows.map((row) => row.name)}::text[], ${rows.map((row) => row.n)}::bigint[]) as r (workspace_id, name, n)
    order by r.workspace_id, r.name
    on conflict (workspace_id, name, slot) do update set n = counters.n + excluded.n`);
}

/** The present value of one count; 0 when nothing was ever counted. */
export async function readCounter(db: Db, input: { readonly workspace: Id; readonly name: string }): Promise<number> {
  const rows = await db.query<{ n: number }>(sql`
    select coalesce(sum(n), 0)::bigint as n from counters where workspace_id = ${input.workspace} and name = ${input.name}`);
  return rows[0]!.n;
}

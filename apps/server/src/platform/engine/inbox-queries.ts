import type { Fact } from "@relance/model/events";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../db/database.ts";
import { sql, ts } from "../db/sql.ts";

/** The primary key of an inbox row. */
export interface InboxKey {
  readonly bucket: number;
  readonly workspace: Id;
  readonly id: Id;
}

/** After which workspace the search for news begins; a turn that could not look at all of them hands its end to the next. */
export type Cursor = Id;

export const FROM_START: Cursor = "00000000-0000-0000-0000-000000000000";
/** Pairs of bucket and workspace looked at in one turn: 4 workspaces busy in every bucket. */
const PAIRS = 1024;
/** Rows a pair may give at least, so that a lone busy bucket among many is not emptied row by row. */
const LEAST_PER_PAIR = 8;

interface TakenRow {
  bucket: number;
  id: Id;
  workspace_id: Id;
  contact_id: Id;
  kind: Fact["kind"];
  data: unknown;
  occurred_at: Instant;
  recorded_at: Instant;
  next?: Id | null;
}

const toFact = (row: TakenRow): Fact =>
  ({
    id: row.id,
    workspace: row.workspace_id,
    contact: row.contact_id,
    kind: row.kind,
    data: row.data,
    occurredAt: row.occurred_at,
    recordedAt: row.recorded_at,
  }) as Fact;

/**
 * Takes up to `limit` facts out of the inbox, in the order they were recorded per contact. Each workspace gets the same share while it
 * has news, and within it each bucket: one row of every pair before a second of any, oldest first.
 */
export async function takeFacts(
  tx: Tx,
  input: { buckets: readonly number[]; limit: number; after: Cursor; except: readonly Id[] },
): Promise<{ facts: Fact[]; next: Cursor }> {
  const depth = Math.max(4, Math.floor(PAIRS / input.buckets.length));
  // The recursion jumps from one workspace to the next along the primary key of each bucket: a few probes instead of a scan of the backlog.
  const rows = await tx.query<TakenRow>(sql`
    with recursive pairs as (
      select b.bucket, f.workspace_id, 1 as depth
      from unnest(${input.buckets}::smallint[]) as b (bucket)
      cross join lateral (
        select i.workspace_id from inbox i where i.bucket = b.bucket and i.workspace_id > ${input.after}::uuid order by i.workspace_id limit 1
      ) f
      union all
      select p.bucket, n.workspace_id, p.depth + 1
      from pairs p
      cross join lateral (
        select i.workspace_id from inbox i where i.bucket = p.bucket and i.workspace_id > p.workspace_id order by i.workspace_id limit 1
      ) n
      where p.depth < ${depth}
    ), ranked as (
      select r.bucket, r.workspace_id, r.id, r.place
      from pairs p
      cross join lateral (
        select i.bucket, i.workspace_id, i.id, row_number() over (order by i.id) as place from inbox i
        where i.bucket = p.bucket and i.workspace_id = p.workspace_id and i.id <> all(${input.except}::uuid[])
        order by i.id
        limit (select greatest(${LEAST_PER_PAIR}::bigint, 2 * ${input.limit}::bigint / count(*)) from pairs)
      ) r
    ), picked as (
      select bucket, workspace_id, id
      from (select bucket, workspace_id, id, row_number() over (partition by workspace_id order by place, id) as place from ranked) one_by_one
      order by place, id limit ${input.limit}
    ), taken as (
      delete from inbox i using picked p
      where i.bucket = p.bucket and i.workspace_id = p.workspace_id and i.id = p.id
      returning i.bucket, i.id, i.workspace_id, i.contact_id, i.kind, i.data, i.occurred_at, i.recorded_at
    ), seen_to as (
      select workspace_id from pairs where depth = ${depth} order by workspace_id limit 1
    )
    select t.bucket, t.id, t.workspace_id, t.contact_id, t.kind, t.data, t.occurred_at, t.recorded_at, s.workspace_id as next
    from taken t left join seen_to s on true
    order by t.recorded_at, t.id`);
  return { facts: rows.map(toFact), next: rows[0]?.next ?? FROM_START };
}

/** Takes exactly these, or those of them that are still there. */
export async function takeTheseFacts(tx: Tx, keys: readonly InboxKey[]): Promise<Fact[]> {
  const rows = await tx.query<TakenRow>(sql`
    with taken as (
      delete from inbox i using unnest(${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.id)}::uuid[]) as k (bucket, workspace_id, id)
      where i.bucket = k.bucket and i.workspace_id = k.workspace_id and i.id = k.id
      returning i.bucket, i.id, i.workspace_id, i.contact_id, i.kind, i.data, i.occurred_at, i.recorded_at
    )
    select bucket, id, workspace_id, contact_id, kind, data, occurred_at, recorded_at from taken order by recorded_at, id`);
  return rows.map(toFact);
}

/** Adds to the owner's side of the books. Written last: nobody else waits for these rows, and they are held for a moment only. */
export async function countInbox(tx: Tx, what: "taken" | "quarantined", perBucket: ReadonlyMap<number, number>): Promise<void> {
  const buckets = [...perBucket.keys()].sort((a, b) => a - b);
  const taken = buckets.map((bucket) => (what === "taken" ? perBucket.get(bucket)! : 0));
  const quarantined = buckets.map((bucket) => (what === "quarantined" ? perBucket.get(bucket)! : 0));
  await tx.query(sql`
    insert into inbox_totals (bucket, slot, taken, quarantined)
    select r.bucket, 0, r.taken, r.quarantined
    from unnest(${buckets}::smallint[], ${taken}::bigint[], ${quarantined}::bigint[]) as r (bucket, taken, quarantined)
    order by r.bucket
    on conflict (bucket, slot) do update set taken = inbox_totals.taken + excluded.taken, quarantined = inbox_totals.quarantined + excluded.quarantined`);
}

/** Whether any of these buckets has news, leaving aside what waits for another try. */
export async function hasNews(db: Db, input: { buckets: readonly number[]; except: readonly Id[] }): Promise<boolean> {
  const rows = await db.query<{ news: boolean }>(sql`
    select exists (select 1 from inbox where bucket = any(${input.buckets}::smallint[]) and id <> all(${input.except}::uuid[])) as news`);
  return rows[0]!.news;
}

/** Counts one more try of these rows, before the work. @returns the number of tries of each row still there, this one included */
export async function countTry(
  tx: Tx,
  what: "attempts" | "suspected",
  keys: readonly InboxKey[],
): Promise<(InboxKey & { tries: number })[]> {
  const one = (name: "attempts" | "suspected") => (what === name ? 1 : 0);
  return tx.query(sql`
    with counted as (
      update inbox i set attempts = i.attempts + ${one("attempts")}::smallint, suspected = i.suspected + ${one("suspected")}::smallint
      from unnest(${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.id)}::uuid[]) as k (bucket, workspace_id, id)
      where i.bucket = k.bucket and i.workspace_id = k.workspace_id and i.id = k.id
      returning i.bucket, i.workspace_id, i.id, i.attempts, i.suspected
    )
    select bucket, workspace_id as workspace, id, case when ${one("attempts")}::integer = 1 then attempts else suspected end as tries
    from counted order by bucket, workspace_id, id`);
}

/** The turn these rows were last suspected for failed without killing anybody: as if it had not been. */
export async function takeBackSuspicion(tx: Tx, keys: readonly InboxKey[]): Promise<void> {
  await tx.query(sql`
    update inbox i set suspected = i.suspected - 1::smallint
    from unnest(${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.workspace)}::uuid[], ${keys.map((key) => key.id)}::uuid[]) as k (bucket, workspace_id, id)
    where i.bucket = k.bucket and i.workspace_id = k.workspace_id and i.id = k.id and i.suspected > 0`);
}

/** What a dead worker left in these buckets: rows recorded before `before`, those already suspected first. */
export async function leftBehind(
  db: Db,
  input: { buckets: readonly number[]; before: Instant; suspected: boolean; limit: number },
): Promise<(InboxKey & { suspected: number })[]> {
  return db.query(sql`
    select bucket, workspace_id as workspace, id, suspected from inbox
    where bucket = any(${input.buckets}::smallint[]) and recorded_at <= ${ts(input.before)}::timestamptz and (suspected > 0) = ${input.suspected}
    order by id limit ${input.limit}`);
}

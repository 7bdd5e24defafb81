import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { StoredRule } from "@relance/model/rules";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { json, sql, ts, tsOrNull } from "../../../platform/db/sql.ts";

export interface QueryProblemRow {
  readonly code: string;
  readonly message: string;
  readonly field: string;
  readonly at: string;
}
export interface QueryRow {
  readonly segment_id: Id;
  readonly workspace_id: Id;
  readonly every_minutes: number | null;
  readonly next_at: Instant | null;
  readonly ran_at: Instant;
  readonly took_ms: number;
  readonly cost: number;
  readonly named: number;
  readonly digest: string;
  readonly problem: QueryProblemRow | null;
  readonly rule: StoredRule;
  readonly state: string;
}

const columns = sql`q.segment_id, q.workspace_id, q.every_minutes, q.next_at, q.ran_at, q.took_ms, q.cost, q.named, q.digest, q.problem, g.rule, g.state`;
const OF_QUERY = sql`g.state <> 'archived' and g.rule -> 'root' ->> 'kind' = 'sql'`;

export async function selectQuery(db: Db, input: { workspace: Id; segment: Id }): Promise<QueryRow | null> {
  const rows = await db.query<QueryRow>(
    sql`select ${columns} from sql_segments q join segments g on g.id = q.segment_id where q.segment_id = ${input.segment} and q.workspace_id = ${input.workspace} and ${OF_QUERY}`,
  );
  return rows[0] ?? null;
}

/** Those whose time has come and whose last answer is in force. */
export async function selectDueQueries(db: Db, input: { now: Instant; limit: number }): Promise<QueryRow[]> {
  return db.query<QueryRow>(
    sql`select ${columns} from sql_segments q join segments g on g.id = q.segment_id where q.next_at <= ${ts(input.now)}::timestamptz and g.state = 'live' and ${OF_QUERY} order by q.next_at, q.segment_id limit ${input.limit}`,
  );
}

/** The schedule of each segment of a workspace that a query makes; null: refreshed on demand. */
export async function querySchedules(db: Db, input: { workspace: Id }): Promise<Map<Id, number | null>> {
  const rows = await db.query<{ segment_id: Id; every_minutes: number | null }>(
    sql`select segment_id, every_minutes from sql_segments where workspace_id = ${input.workspace}`,
  );
  return new Map(rows.map((row) => [row.segment_id, row.every_minutes]));
}

export interface Ran {
  readonly took: number;
  readonly cost: number;
  readonly named: number;
  readonly digest: string;
  readonly now: Instant;
}

export async function writeQuery(
  tx: Tx,
  input: Ran & { workspace: Id; segment: Id; every: number | null; next: Instant | null },
): Promise<void> {
  await tx.query(sql`
    insert into sql_segments (segment_id, workspace_id, every_minutes, next_at, ran_at, took_ms, cost, named, digest, problem)
    values (${input.segment}, ${input.workspace}, ${input.every}, ${tsOrNull(input.next)}, ${ts(input.now)}, ${input.took}, ${input.cost}, ${input.named}, ${input.digest}, null)
    on conflict (segment_id) do update set every_minutes = excluded.every_minutes, next_at = excluded.next_at, ran_at = excluded.ran_at, took_ms = excluded.took_ms, cost = excluded.cost, named = excluded.named, digest = excluded.digest, problem = null`);
}

/** It ran, and named whom it named before. */
export async function writeSameAnswer(
  db: Db,
  input: { segment: Id; took: number; cost: number; now: Instant; next: Instant | null },
): Promise<void> {
  await db.query(
    sql`update sql_segments set ran_at = ${ts(input.now)}, took_ms = ${input.took}, cost = ${input.cost}, next_at = ${tsOrNull(input.next)}, problem = null where segment_id = ${input.segment}`,
  );
}

export async function writeFailure(db: Db, input: { segment: Id; problem: QueryProblemRow; next: Instant | null }): Promise<void> {
  await db.query(
    sql`update sql_segments set problem = ${json(input.problem)}::jsonb, next_at = ${tsOrNull(input.next)} where segment_id = ${input.segment}`,
  );
}

export async function writeSchedule(db: Db, input: { segment: Id; every: number | null; next: Instant | null }): Promise<void> {
  await db.query(
    sql`update sql_segments set every_minutes = ${input.every}, next_at = ${tsOrNull(input.next)} where segment_id = ${input.segment}`,
  );
}

/** Puts another answer in the place of the one a segment has, to be computed in a generation of its own; the version stays, as nobody changed anything. @returns false when the query was changed meanwhile */
export async function replaceAnswer(tx: Tx, input: { segment: Id; former: Id; rule: StoredRule }): Promise<boolean> {
  const rows = await tx.query(sql`
    update segments set rule = ${json(input.rule)}::jsonb, state = 'building', next_generation = last_generation + 1, last_generation = last_generation + 1
    where id = ${input.segment} and state <> 'archived' and rule -> 'root' ->> 'answer' = ${input.former} returning id`);
  return rows.length === 1;
}

/** Registers a run before its answer is written: what nothing refers to later is found by it. */
export async function insertRun(db: Db, input: { workspace: Id; answer: Id; now: Instant }): Promise<void> {
  await db.query(
    sql`insert into sql_runs (answer_id, workspace_id, ran_at) values (${input.answer}, ${input.workspace}, ${ts(input.now)})`,
  );
}

/** Only who is a contact of the workspace counts. @returns how many do */
export async function insertAnswers(db: Db, input: { workspace: Id; answer: Id; ids: readonly Id[] }): Promise<number> {
  const rows = await db.query<{ n: number }>(sql`
    with put as (
      insert into sql_answers (bucket, answer_id, contact_id, workspace_id)
      select c.bucket, ${input.answer}, c.id, c.workspace_id from unnest(${input.ids.map(bucketOf)}::smallint[], ${input.ids as Id[]}::uuid[]) as a (b, i) join contacts c on c.bucket = a.b and c.id = a.i
      where c.workspace_id = ${input.workspace} order by c.bucket, c.id returning 1
    ) select count(*)::integer as n from put`);
  return rows[0]!.n;
}

/** Answers of an hour ago that no segment stands for any more, nor for which one is being computed. */
export async function dropAnswers(tx: Tx, input: { before: Instant }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  const stale = await tx.query<{ answer_id: Id }>(sql`
    select r.answer_id from sql_runs r where r.ran_at < ${ts(input.before)}::timestamptz and not exists (
      select 1 from segments g where g.workspace_id = r.workspace_id and g.state <> 'archived' and (g.rule -> 'root' ->> 'answer' = r.answer_id::text or g.live_rule -> 'root' ->> 'answer' = r.answer_id::text)) order by r.answer_id limit 20`);
  const ids = stale.map((row) => row.answer_id);
  if (ids.length === 0) return;
  await tx.query(sql`delete from sql_answers where bucket = any(${buckets}::smallint[]) and answer_id = any(${ids}::uuid[])`);
  await tx.query(sql`delete from sql_runs where answer_id = any(${ids}::uuid[])`);
}

/** The views and their columns, as they are in this database. */
export async function selectViews(db: Db): Promise<{ view: string; name: string; type: string }[]> {
  return db.query(sql`
    select c.relname::text as view, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    where c.relnamespace = 'relance_sql'::regnamespace and c.relkind = 'v' order by array_position(${FIRST}::text[], c.relname::text), c.relname, a.attnum`);
}
const FIRST = ["contacts", "orders", "order_lines", "events", "products", "messages", "engagements", "consents"];

import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, raw, sql, ts } from "../../platform/db/sql.ts";

/** Tables that others point at, deleted after those: a cascade would be one unbounded statement. */
const LAST = ["products", "segments", "templates", "journeys", "imports"];
/** What lets new rows appear, deleted first. */
const FIRST = [
  "api_keys",
  "members",
  "invitations",
  "journey_starts",
  "journey_dates",
  "journey_schedules",
  "catalog_news",
  "segment_references",
  "segment_wakes",
  "runs",
  "sends",
  "inbox",
];

/** Every table with a workspace_id, each month of a partitioned one by itself, in the order of deletion; from the schema, so that a new table is in it. */
export async function workspaceTables(db: Db): Promise<string[]> {
  const rows = await db.query<{ name: string }>(sql`
    select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'workspace_id' and not a.attisdropped)
    order by c.relname`);
  const names = rows.map((row) => row.name);
  return [
    ...FIRST.filter((name) => names.includes(name)),
    ...names.filter((name) => !FIRST.includes(name) && !LAST.includes(name)),
    ...LAST.filter((name) => names.includes(name)),
  ];
}

/** Deletes at most so many rows of a workspace. @returns how many */
export async function deleteSome(tx: Tx, input: { table: string; workspace: Id; most: number }): Promise<number> {
  const table = raw(input.table);
  if (input.table === "inbox") return deleteInbox(tx, input);
  const [row] = await tx.query<{ n: number }>(sql`
    with gone as (
      delete from ${table} where ctid = any(array(select t.ctid from ${table} t where t.workspace_id = ${input.workspace} limit ${input.most} for update)) returning 1
    ) select count(*)::integer as n from gone`);
  return row!.n;
}

/** Facts that nobody will take count as taken, or the inbox's book (B9) would not add up. */
async function deleteInbox(tx: Tx, input: { workspace: Id; most: number }): Promise<number> {
  const [row] = await tx.query<{ n: number }>(sql`
    with gone as (
      delete from inbox where (bucket, workspace_id, id) in (select i.bucket, i.workspace_id, i.id from inbox i where i.workspace_id = ${input.workspace} order by i.bucket, i.id limit ${input.most} for update) returning bucket
    ), counted as (
      insert into inbox_totals (bucket, slot, taken) select g.bucket, 0, count(*) from gone g group by g.bucket order by g.bucket
      on conflict (bucket, slot) do update set taken = inbox_totals.taken + excluded.taken returning 1
    ) select (select count(*) from gone)::integer as n, (select count(*) from counted)::integer as counted`);
  return row!.n;
}

/** Totals of segments know their segment only. */
export async function deleteSegmentTotals(tx: Tx, input: { workspace: Id }): Promise<void> {
  await tx.query(sql`delete from segment_totals where segment_id in (select id from segments where workspace_id = ${input.workspace})`);
}

export async function deleteWorkspace(tx: Tx, input: { workspace: Id }): Promise<void> {
  await tx.query(sql`delete from workspaces where id = ${input.workspace} and kind = 'demo'`);
}

/** Addresses of the workspace's uploaded files. */
export async function uploadedFiles(db: Db, input: { workspace: Id }): Promise<string[]> {
  return (
    await db.query<{ path: string }>(
      sql`select file_path as path from imports where workspace_id = ${input.workspace} and file_path is not null order by id`,
    )
  ).map((row) => row.path);
}

/** Remembers that the demo was removed: a restart does not bring it back. */
export async function rememberRemoval(tx: Tx, input: { workspace: Id; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into instance_settings (name, value, changed_at) values ('demo.removed', ${json({ workspace: input.workspace })}::jsonb, ${ts(input.now)}::timestamptz)
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`);
}

/** Remembers that the demo was loaded to its end. */
export async function rememberLoad(tx: Tx, input: { workspace: Id; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into instance_settings (name, value, changed_at) values ('demo.loaded', ${json({ workspace: input.workspace })}::jsonb, ${ts(input.now)}::timestamptz)
    on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`);
}

export async function wasLoaded(db: Db): Promise<boolean> {
  return (await db.query(sql`select 1 from instance_settings where name = 'demo.loaded'`)).length > 0;
}

export async function wasRemoved(db: Db): Promise<boolean> {
  return (await db.query(sql`select 1 from instance_settings where name = 'demo.removed'`)).length > 0;
}

import type { Id, Instant } from "@relance/model/base";
import type { ImportRow, Mapping, RowProblem } from "@relance/model/imports";
import type { ImportReport, IMPORT_STATES } from "@relance/contract/imports";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, jsonArray, sql, ts } from "../../platform/db/sql.ts";
import type { FileShape } from "./csv.ts";

export type ImportState = (typeof IMPORT_STATES)[number];

export interface ImportRecord {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly file_name: string;
  readonly file_path: string;
  readonly file_bytes: number;
  readonly shape: FileShape;
  readonly state: ImportState;
  readonly mapping: Mapping | null;
  readonly report: Partial<ImportReport>;
  readonly rows_done: number;
  readonly rows_total: number | null;
  readonly cursor: string | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly started_at: Instant | null;
  readonly finished_at: Instant | null;
}

const columns = sql`id, workspace_id, file_name, file_path, file_bytes, shape, state, mapping, report, rows_done, rows_total, cursor, error, created_at, created_by, started_at, finished_at`;

export async function insertImport(db: Db, input: { id: Id; workspace: Id; fileName: string; path: string; bytes: number; shape: FileShape; by: string; now: Instant }): Promise<ImportRecord> {
  const [row] = await db.query<ImportRecord>(sql`
    insert into imports (id, workspace_id, file_name, file_path, file_bytes, shape, state, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.fileName}, ${input.path}, ${input.bytes}, ${json(input.shape)}, 'uploaded', ${ts(input.now)}, ${input.by})
    returning ${columns}`);
  return row!;
}

export async function findImport(db: Db, input: { workspace: Id; id: Id }): Promise<ImportRecord | undefined> {
  const [row] = await db.query<ImportRecord>(sql`select ${columns} from imports where workspace_id = ${input.workspace} and id = ${input.id}`);
  return row;
}

/** Newest first; `before` is the last (created_at, id) of the page before. */
export async function listImports(db: Db, input: { workspace: Id; before: { at: Instant; id: Id } | null; limit: number }): Promise<ImportRecord[]> {
  const from = input.before ? sql`and (created_at, id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty;
  return db.query<ImportRecord>(sql`select ${columns} from imports where workspace_id = ${input.workspace} ${from} order by created_at desc, id desc limit ${input.limit}`);
}

/** Moves an import from one of `from` to `to`; null when it was in none of them (someone else moved it first). */
export async function moveImport(db: Db, input: { workspace: Id; id: Id; from: readonly ImportState[]; to: ImportState; now: Instant; mapping?: Mapping; error?: string; total?: number }): Promise<ImportRecord | null> {
  const ends = ["done", "failed", "cancelled"].includes(input.to);
  const begins = input.to === "checking";
  const [row] = await db.query<ImportRecord>(sql`
    update imports set state = ${input.to},
      mapping = coalesce(${input.mapping ? json(input.mapping) : null}::jsonb, mapping),
      error = ${input.error ?? null},
      rows_total = coalesce(${input.total ?? null}::bigint, rows_total),
      rows_done = case when ${begins} then 0 else rows_done end,
      cursor = case when ${begins} then null else cursor end,
      report = case when ${begins} then '{}'::jsonb else report end,
      started_at = case when ${input.to === "running"} then coalesce(started_at, ${ts(input.now)}::timestamptz) else started_at end,
      finished_at = ${ends ? ts(input.now) : null}::timestamptz,
      lease_owner = null, lease_until = null
    where workspace_id = ${input.workspace} and id = ${input.id} and state = any(${input.from as ImportState[]}::text[])
    returning ${columns}`);
  return row ?? null;
}

/** Takes the work of an import for `owner` until `until`, unless another process holds it; also renews. False: leave it, or it was cancelled. */
export async function leaseImport(db: Db, input: { id: Id; state: ImportState; owner: Id; now: Instant; until: Instant }): Promise<boolean> {
  const rows = await db.query(sql`
    update imports set lease_owner = ${input.owner}, lease_until = ${ts(input.until)}
    where id = ${input.id} and state = ${input.state} and (lease_owner is null or lease_owner = ${input.owner} or lease_until < ${ts(input.now)}::timestamptz)
    returning id`);
  return rows.length === 1;
}

/** Imports that a process left in the middle: nobody renews their lease. */
export async function listAbandoned(db: Db, input: { now: Instant }): Promise<{ id: Id; workspace_id: Id; state: ImportState }[]> {
  return db.query(sql`
    select id, workspace_id, state from imports
    where state in ('checking', 'running') and (lease_until is null or lease_until < ${ts(input.now)}::timestamptz) order by id`);
}

export async function clearStaging(db: Db, input: { id: Id }): Promise<void> {
  await db.query(sql`delete from import_rows where import_id = ${input.id}`);
  await db.query(sql`delete from import_refusals where import_id = ${input.id}`);
}

/** Staged rows of a finished import; its refusals stay for download. */
export async function clearRows(db: Db, input: { id: Id }): Promise<void> {
  await db.query(sql`delete from import_rows where import_id = ${input.id}`);
}

export interface StagedRow {
  readonly group: string;
  readonly number: number;
  readonly row: ImportRow;
}
export interface RefusedRow {
  readonly number: number;
  readonly problem: RowProblem | { readonly field: string; readonly code: string; readonly message: string };
  readonly cells: readonly string[];
}

/** Stores a chunk of read and refused rows and the progress, in the caller's transaction. */
export async function stageRows(tx: Tx, input: { id: Id; workspace: Id; rows: readonly StagedRow[]; refused: readonly RefusedRow[]; done: number }): Promise<void> {
  await tx.query(sql`
    insert into import_rows (import_id, group_key, row_number, workspace_id, payload)
    select ${input.id}, group_key, row_number, ${input.workspace}, payload
    from unnest(${input.rows.map((row) => row.group)}::text[], ${input.rows.map((row) => row.number)}::bigint[], ${jsonArray(input.rows.map((row) => row.row))}::jsonb[]) as staged (group_key, row_number, payload)`);
  if (input.refused.length > 0) {
    await tx.query(sql`
      insert into import_refusals (import_id, row_number, workspace_id, field, code, message, cells)
      select ${input.id}, row_number, ${input.workspace}, field, code, message, cells
      from unnest(${input.refused.map((row) => row.number)}::bigint[], ${input.refused.map((row) => row.problem.field)}::text[], ${input.refused.map((row) => row.problem.code)}::text[],
        ${input.refused.map((row) => row.problem.message)}::text[], ${jsonArray(input.refused.map((row) => row.cells))}::jsonb[]) as refused (row_number, field, code, message, cells)`);
  }
  await tx.query(sql`update imports set rows_done = ${input.done} where id = ${input.id}`);
}

/** The report of a check, from the staged rows. A group whose rows name an order counts once. */
export async function summariseStaging(db: Db, input: { id: Id; returnPrefix: string | null }): Promise<Omit<ImportReport, "applied" | "rows">> {
  const prefix = input.returnPrefix ?? "";
  const [sums] = await db.query<{ contacts: number; orders: number; returns: number; without: number; products: number; total: number | null; quantity: number | null; first_at: Instant | null; last_at: Instant | null }>(sql`
    with rows as (select group_key, payload from import_rows where import_id = ${input.id}),
    groups as (
      select group_key, ${prefix} <> '' and starts_with(group_key, ${prefix}) as is_return, bool_or(payload -> 'contact' <> 'null'::jsonb) as has_contact
      from rows where payload -> 'order' <> 'null'::jsonb group by group_key
    )
    select
      (select count(distinct coalesce(payload #>> '{contact,user_id}', payload #>> '{contact,email}', payload #>> '{contact,phone}')) from rows) as contacts,
      (select count(*) filter (where not is_return) from groups) as orders,
      (select count(*) filter (where is_return) from groups) as returns,
      (select count(*) filter (where not has_contact) from groups) as without,
      (select count(distinct coalesce(payload #>> '{product,id}', payload #>> '{line,productId}', payload #>> '{line,sku}')) from rows) as products,
      (select sum(coalesce((payload #>> '{line,total}')::numeric(19,4), (payload #>> '{order,total}')::numeric(19,4))) from rows) as total,
      (select sum((payload #>> '{line,quantity}')::numeric(19,4)) from rows) as quantity,
      (select to_timestamp(min((payload #>> '{order,placedAt}')::bigint) / 1000.0) from rows) as first_at,
      (select to_timestamp(max((payload #>> '{order,placedAt}')::bigint) / 1000.0) from rows) as last_at`);
  const refusals = await db.query<{ code: string; n: number }>(sql`select code, count(*) as n from import_refusals where import_id = ${input.id} group by code order by code`);
  const at = (instant: Instant | null) => (instant === null ? null : ts(instant));
  return {
    refused: refusals.reduce((sum, row) => sum + row.n, 0),
    refusedByCode: Object.fromEntries(refusals.map((row) => [row.code, row.n])),
    contacts: sums!.contacts, orders: sums!.orders, returns: sums!.returns, ordersWithoutContact: sums!.without, products: sums!.products,
    total: sums!.total ?? 0, quantity: sums!.quantity ?? 0, firstOrderAt: at(sums!.first_at), lastOrderAt: at(sums!.last_at),
  };
}

export async function setReport(db: Db, input: { id: Id; report: Partial<ImportReport> }): Promise<void> {
  await db.query(sql`update imports set report = ${json(input.report)} where id = ${input.id}`);
}

export interface StagedGroup {
  readonly group_key: string;
  readonly rows: readonly ImportRow[];
}

/** The next groups after `after`, each with its rows in the order of the file. */
export async function nextGroups(db: Db, input: { id: Id; after: string | null; limit: number }): Promise<StagedGroup[]> {
  const from = input.after === null ? empty : sql`and group_key > ${input.after}`;
  return db.query<StagedGroup>(sql`
    with keys as (select distinct group_key from import_rows where import_id = ${input.id} ${from} order by group_key limit ${input.limit})
    select r.group_key, jsonb_agg(r.payload order by r.row_number) as rows
    from keys join import_rows r on r.import_id = ${input.id} and r.group_key = keys.group_key
    group by r.group_key order by r.group_key`);
}

/** Writes how far a run came, in the transaction that did the work. */
export async function advanceImport(tx: Tx, input: { id: Id; cursor: string; rows: number; report: Partial<ImportReport> }): Promise<void> {
  await tx.query(sql`update imports set cursor = ${input.cursor}, rows_done = rows_done + ${input.rows}, report = ${json(input.report)} where id = ${input.id}`);
}

export async function resetProgress(db: Db, input: { id: Id }): Promise<void> {
  await db.query(sql`update imports set rows_done = 0, cursor = null where id = ${input.id}`);
}

/** Whether staged rows are there; after a crash of the server the unlogged table is empty. */
export async function hasStaging(db: Db, input: { id: Id }): Promise<boolean> {
  const rows = await db.query(sql`select 1 as one from import_rows where import_id = ${input.id} limit 1`);
  return rows.length === 1;
}

export async function listRefusals(db: Db, input: { workspace: Id; id: Id; after: number; limit: number }): Promise<{ row_number: number; field: string; code: string; message: string; cells: string[] }[]> {
  return db.query(sql`
    select row_number, field, code, message, cells from import_refusals
    where workspace_id = ${input.workspace} and import_id = ${input.id} and row_number > ${input.after} order by row_number limit ${input.limit}`);
}

/** Finished imports whose process died before it had taken their rows away. Rows are few at rest: only those of files that wait. */
export async function listUntidy(db: Db): Promise<{ id: Id; file_path: string }[]> {
  return db.query(sql`
    select i.id, i.file_path from imports i
    where i.state = 'done' and i.id in (with recursive held as (
      (select r.import_id from import_rows r order by r.import_id limit 1)
      union all select (select r.import_id from import_rows r where r.import_id > held.import_id order by r.import_id limit 1) from held where held.import_id is not null
    ) select import_id from held where import_id is not null)
    order by i.id`);
}

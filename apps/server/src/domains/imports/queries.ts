import { Readable } from "node:stream";
import type { Id, Instant } from "@relance/model/base";
import type { Failure } from "@relance/model/failures";
import type { ImportRow, Mapping, RowProblem } from "@relance/model/imports";
import type { ImportReport, IMPORT_STATES } from "@relance/contract/imports";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, jsonArray, sql, ts, type Sql } from "../../platform/db/sql.ts";
import type { ImportShape } from "./shape.ts";

/** What the keys of groups begin with: products first, then content items and contacts, then the orders that name products and contacts. */
export const PRODUCT_GROUP = "a:";
export const ARTICLE_GROUP = "b:";
export const CONTACT_GROUP = "c:";
export const ORDER_GROUP = "o:";

export type ImportState = (typeof IMPORT_STATES)[number];

export interface ImportRecord {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly file_name: string;
  /** Of all its files. */
  readonly file_bytes: number;
  readonly shape: ImportShape;
  readonly state: ImportState;
  readonly mapping: Mapping | null;
  readonly report: Partial<ImportReport>;
  readonly rows_done: number;
  readonly rows_total: number | null;
  /** How far the files were read by the check under way, of `file_bytes`. */
  readonly bytes_done: number;
  readonly cursor: string | null;
  readonly error: string | null;
  /** The same as a code; null also of failures of earlier releases. */
  readonly reason: Failure | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly started_at: Instant | null;
  readonly finished_at: Instant | null;
}

const columns = sql`id, workspace_id, file_name, file_bytes, shape, state, mapping, report, rows_done, rows_total, bytes_done, cursor, error, reason, created_at, created_by, started_at, finished_at`;

export async function insertImport(db: Db, input: { id: Id; workspace: Id; fileName: string; bytes: number; shape: ImportShape; by: string; now: Instant }): Promise<ImportRecord> {
  const [row] = await db.query<ImportRecord>(sql`
    insert into imports (id, workspace_id, file_name, file_bytes, shape, state, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.fileName}, ${input.bytes}, ${json(input.shape)}, 'uploaded', ${ts(input.now)}, ${input.by})
    returning ${columns}`);
  return row!;
}

/** Gives an import one more file and has its columns looked at anew; undefined when it is under way or got another file meanwhile. */
export async function addFile(db: Db, input: { workspace: Id; id: Id; had: number; bytes: number; shape: ImportShape }): Promise<ImportRecord | undefined> {
  const [row] = await db.query<ImportRecord>(sql`
    update imports set shape = ${json(input.shape)}, file_bytes = file_bytes + ${input.bytes}, state = 'uploaded', mapping = null, report = '{}'::jsonb, error = null, reason = null, finished_at = null
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('uploaded', 'checked', 'failed', 'cancelled') and jsonb_array_length(shape -> 'files') = ${input.had}
    returning ${columns}`);
  return row;
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
export async function moveImport(db: Db, input: { workspace: Id; id: Id; from: readonly ImportState[]; to: ImportState; now: Instant; mapping?: Mapping; failure?: Failure & { readonly message: string }; total?: number }): Promise<ImportRecord | null> {
  const ends = ["done", "failed", "cancelled"].includes(input.to);
  const begins = input.to === "checking";
  const [row] = await db.query<ImportRecord>(sql`
    update imports set state = ${input.to},
      mapping = coalesce(${input.mapping ? json(input.mapping) : null}::jsonb, mapping),
      error = ${input.failure?.message ?? null}, reason = ${input.failure ? json({ code: input.failure.code, params: input.failure.params }) : null}::jsonb,
      rows_total = coalesce(${input.total ?? null}::bigint, rows_total),
      rows_done = case when ${begins} then 0 else rows_done end,
      bytes_done = case when ${begins} then 0 else bytes_done end,
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
  readonly table: number;
  readonly number: number;
  readonly row: ImportRow;
  /** Kept where the row may still be refused for want of another. */
  readonly cells: readonly string[] | null;
}
export interface RefusedRow {
  readonly table: number;
  readonly number: number;
  readonly problem: RowProblem | { readonly field: string; readonly code: string; readonly message: string };
  readonly cells: readonly string[];
}

/** Stores a chunk of read and refused rows and the progress, in the caller's transaction. */
export async function stageRows(tx: Tx, input: { id: Id; workspace: Id; rows: readonly StagedRow[]; refused: readonly RefusedRow[]; done: number; bytes: number }): Promise<void> {
  if (input.rows.length > 0) {
    const lines = input.rows.map((row) => `${input.id}\t${copyText(row.group)}\t${row.table}\t${row.number}\t${input.workspace}\t${copyText(json(row.row))}\t${row.cells ? copyText(json(row.cells)) : "\\N"}\n`);
    await tx.copyFrom("copy import_rows (import_id, group_key, table_number, row_number, workspace_id, payload, cells) from stdin", Readable.from([lines.join("")]));
  }
  if (input.refused.length > 0) {
    await tx.query(sql`
      insert into import_refusals (import_id, table_number, row_number, workspace_id, field, code, message, cells)
      select ${input.id}, table_number, row_number, ${input.workspace}, field, code, message, cells
      from unnest(${input.refused.map((row) => row.table)}::smallint[], ${input.refused.map((row) => row.number)}::bigint[], ${input.refused.map((row) => row.problem.field)}::text[], ${input.refused.map((row) => row.problem.code)}::text[],
        ${input.refused.map((row) => row.problem.message)}::text[], ${jsonArray(input.refused.map((row) => row.cells))}::jsonb[]) as refused (table_number, row_number, field, code, message, cells)`);
  }
  await tx.query(sql`update imports set rows_done = ${input.done}, bytes_done = ${input.bytes} where id = ${input.id}`);
}

// COPY's text form: what would end a value or a line is escaped, and no value holds NUL.
const copyText = (text: string): string => text.replaceAll("\0", "").replace(/[\\\t\n\r]/g, (one) => ({ "\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r" })[one]!);

/**
 * Refuses rows that wait for another which no table holds: of an order that nothing dates, of a product that nothing names. A row that holds
 * either is never refused.
 */
export async function refuseOrphans(db: Db, input: { id: Id }): Promise<void> {
  await db.query(sql`
    with whole as (
      select group_key, bool_or(payload #> '{order,placedAt}' <> 'null'::jsonb) as dated, bool_or(payload #> '{product,name}' <> 'null'::jsonb) as named, bool_or(payload -> 'order' <> 'null'::jsonb) as ordered
      from import_rows where import_id = ${input.id} group by group_key
    ), gone as (
      delete from import_rows r using whole w
      where r.import_id = ${input.id} and r.group_key = w.group_key and r.cells is not null and case when w.ordered then w.dated is not true else w.named is not true end
      returning r.table_number, r.row_number, r.workspace_id, r.payload, r.cells
    )
    insert into import_refusals (import_id, table_number, row_number, workspace_id, field, code, message, cells)
    select ${input.id}, table_number, row_number, workspace_id, case when payload -> 'order' <> 'null'::jsonb then 'order.id' else 'product.name' end, 'orphan',
      case when payload -> 'order' <> 'null'::jsonb then 'No table holds the order "' || left(payload #>> '{order,id}', 60) || '" with its date.' else 'No row gives the product "' || left(payload #>> '{product,id}', 60) || '" a name.' end, cells
    from gone`);
}

/** The report of a check, from the staged rows. A group whose rows name an order counts once. */
export async function summariseStaging(db: Db, input: { id: Id; now: Instant; returnPrefix: string | null; tables: readonly string[] }): Promise<Omit<ImportReport, "applied" | "rows">> {
  const prefix = input.returnPrefix ?? "";
  const [sums] = await db.query<{ contacts: number; orders: number; returns: number; without: number; products: number; articles: number; change_at: Instant | null; total: number | null; quantity: number | null; first_at: Instant | null; last_at: Instant | null }>(sql`
    with rows as materialized (
      select group_key, coalesce(payload #>> '{contact,user_id}', payload #>> '{contact,email}', payload #>> '{contact,phone}') as who, coalesce(payload #>> '{product,id}', payload #>> '{line,productId}', payload #>> '{line,sku}') as what, payload #> '{product,sale}' as sale,
        (payload #>> '{line,total}')::numeric(19,4) as line, (payload #>> '{line,quantity}')::numeric(19,4) as quantity, (payload #>> '{order,total}')::numeric(19,4) as header, (payload #>> '{order,placedAt}')::bigint as placed
      from import_rows where import_id = ${input.id}
    ), orders as (
      select ${prefix} <> '' and starts_with(group_key, ${`${ORDER_GROUP}${prefix}`}) as is_return, bool_or(who is not null) as known, coalesce(sum(line), max(header)) as total, sum(quantity) as quantity, min(placed) as first_at, max(placed) as last_at
      from rows where starts_with(group_key, ${ORDER_GROUP}) group by group_key
    )
    select (select count(distinct who) from rows) as contacts, (select count(distinct what) from rows) as products, (select count(distinct group_key) from rows where starts_with(group_key, ${ARTICLE_GROUP})) as articles,
      (select to_timestamp(min(t.at::bigint) / 1000.0) from rows r cross join lateral (values (r.sale ->> 'from'), (r.sale ->> 'to')) t (at) where r.sale is not null and t.at::bigint > ${input.now}::bigint) as change_at, count(*) filter (where not is_return) as orders, count(*) filter (where is_return) as returns,
      count(*) filter (where not known) as without, sum(total) as total, sum(quantity) as quantity, to_timestamp(min(first_at) / 1000.0) as first_at, to_timestamp(max(last_at) / 1000.0) as last_at
    from orders`);
  const refusals = await db.query<{ code: string; table_number: number; n: number }>(sql`select code, table_number, count(*) as n from import_refusals where import_id = ${input.id} group by code, table_number order by code, table_number`);
  const countBy = (name: (row: (typeof refusals)[number]) => string): Record<string, number> => refusals.reduce<Record<string, number>>((sum, row) => ({ ...sum, [name(row)]: (sum[name(row)] ?? 0) + row.n }), {});
  const at = (instant: Instant | null) => (instant === null ? null : ts(instant));
  return {
    refused: refusals.reduce((sum, row) => sum + row.n, 0),
    refusedByCode: countBy((row) => row.code),
    refusedByTable: countBy((row) => input.tables[row.table_number]!),
    contacts: sums!.contacts, orders: sums!.orders, returns: sums!.returns, ordersWithoutContact: sums!.without, products: sums!.products, articles: sums!.articles, pricesChangeAt: at(sums!.change_at),
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

/**
 * The next groups after `after`, each with its rows in the order of their tables: as many whole groups as `rows` rows hold, at least one.
 * The rows come by their key, one after the other: grouping them in the database took five times as long.
 */
export async function nextGroups(db: Db, input: { id: Id; after: string | null; rows: number }): Promise<StagedGroup[]> {
  const from = input.after === null ? empty : sql`and group_key > ${input.after}`;
  const found = await selectStaged(db, sql`import_id = ${input.id} ${from} order by group_key, table_number, row_number limit ${input.rows}`);
  const cut = found.length < input.rows ? null : found.at(-1)!.group_key;
  const whole = cut === null ? found : found.filter((row) => row.group_key !== cut);
  return groupsOf(whole.length > 0 || cut === null ? whole : await selectStaged(db, sql`import_id = ${input.id} and group_key = ${cut} order by table_number, row_number`));
}

interface StagedPayload {
  readonly group_key: string;
  readonly payload: ImportRow;
}

const selectStaged = (db: Db, where: Sql): Promise<StagedPayload[]> => db.query<StagedPayload>(sql`select group_key, payload from import_rows where ${where}`);

function groupsOf(rows: readonly StagedPayload[]): StagedGroup[] {
  const groups: { group_key: string; rows: ImportRow[] }[] = [];
  for (const { group_key, payload } of rows) {
    const last = groups.at(-1);
    if (last?.group_key === group_key) last.rows.push(payload);
    else groups.push({ group_key, rows: [payload] });
  }
  return groups;
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

/** Refused rows in the order of their tables; `after` is the last row of the page before. */
export async function listRefusals(db: Db, input: { workspace: Id; id: Id; after: { table: number; row: number } | null; table: number | null; limit: number }): Promise<{ table_number: number; row_number: number; field: string; code: string; message: string; cells: string[] }[]> {
  const from = input.after ? sql`and (table_number, row_number) > (${input.after.table}::smallint, ${input.after.row}::bigint)` : empty;
  const only = input.table === null ? empty : sql`and table_number = ${input.table}`;
  return db.query(sql`
    select table_number, row_number, field, code, message, cells from import_refusals
    where workspace_id = ${input.workspace} and import_id = ${input.id} ${from} ${only} order by table_number, row_number limit ${input.limit}`);
}

/** Finished imports whose process died before it had taken their rows away. Rows are few at rest: only those of files that wait. */
export async function listUntidy(db: Db): Promise<{ id: Id; shape: ImportShape }[]> {
  return db.query(sql`
    select i.id, i.shape from imports i
    where i.state = 'done' and i.id in (with recursive held as (
      (select r.import_id from import_rows r order by r.import_id limit 1)
      union all select (select r.import_id from import_rows r where r.import_id > held.import_id order by r.import_id limit 1) from held where held.import_id is not null
    ) select import_id from held where import_id is not null)
    order by i.id`);
}

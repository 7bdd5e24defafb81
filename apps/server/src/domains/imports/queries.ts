import type { Id, Instant } from "@relance/model/base";
import type { Failure } from "@relance/model/failures";
import type { Mapping } from "@relance/model/imports";
import type { ImportReport, IMPORT_STATES } from "@relance/contract/imports";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts } from "../../platform/db/sql.ts";
import type { ImportShape } from "./shape.ts";

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

export async function insertImport(
  db: Db,
  input: { id: Id; workspace: Id; fileName: string; bytes: number; shape: ImportShape; by: string; now: Instant },
): Promise<ImportRecord> {
  const [row] = await db.query<ImportRecord>(sql`
    insert into imports (id, workspace_id, file_name, file_bytes, shape, state, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.fileName}, ${input.bytes}, ${json(input.shape)}, 'uploaded', ${ts(input.now)}, ${input.by})
    returning ${columns}`);
  return row!;
}

/** Gives an import one more file and has its columns looked at anew; undefined when it is under way or got another file meanwhile. */
export async function addFile(
  db: Db,
  input: { workspace: Id; id: Id; had: number; bytes: number; shape: ImportShape },
): Promise<ImportRecord | undefined> {
  const [row] = await db.query<ImportRecord>(sql`
    update imports set shape = ${json(input.shape)}, file_bytes = file_bytes + ${input.bytes}, state = 'uploaded', mapping = null, report = '{}'::jsonb, error = null, reason = null, finished_at = null
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('uploaded', 'checked', 'failed', 'cancelled') and jsonb_array_length(shape -> 'files') = ${input.had}
    returning ${columns}`);
  return row;
}

export async function findImport(db: Db, input: { workspace: Id; id: Id }): Promise<ImportRecord | undefined> {
  const [row] = await db.query<ImportRecord>(
    sql`select ${columns} from imports where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
  return row;
}

/** Newest first; `before` is the last (created_at, id) of the page before. */
export async function listImports(
  db: Db,
  input: { workspace: Id; before: { at: Instant; id: Id } | null; limit: number },
): Promise<ImportRecord[]> {
  const from = input.before ? sql`and (created_at, id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty;
  return db.query<ImportRecord>(
    sql`select ${columns} from imports where workspace_id = ${input.workspace} ${from} order by created_at desc, id desc limit ${input.limit}`,
  );
}

/** Moves an import from one of `from` to `to`; null when it was in none of them (someone else moved it first). */
export async function moveImport(
  db: Db,
  input: {
    workspace: Id;
    id: Id;
    from: readonly ImportState[];
    to: ImportState;
    now: Instant;
    mapping?: Mapping;
    failure?: Failure & { readonly message: string };
    total?: number;
  },
): Promise<ImportRecord | null> {
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
export async function leaseImport(
  db: Db,
  input: { id: Id; state: ImportState; owner: Id; now: Instant; until: Instant },
): Promise<boolean> {
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

export async function setReport(db: Db, input: { id: Id; report: Partial<ImportReport> }): Promise<void> {
  await db.query(sql`update imports set report = ${json(input.report)} where id = ${input.id}`);
}

/** Writes how far a run came, in the transaction that did the work. */
export async function advanceImport(tx: Tx, input: { id: Id; cursor: string; rows: number; report: Partial<ImportReport> }): Promise<void> {
  await tx.query(
    sql`update imports set cursor = ${input.cursor}, rows_done = rows_done + ${input.rows}, report = ${json(input.report)} where id = ${input.id}`,
  );
}

export async function resetProgress(db: Db, input: { id: Id }): Promise<void> {
  await db.query(sql`update imports set rows_done = 0, cursor = null where id = ${input.id}`);
}

/** Refused rows in the order of their tables; `after` is the last row of the page before. */
export async function listRefusals(
  db: Db,
  input: { workspace: Id; id: Id; after: { table: number; row: number } | null; table: number | null; limit: number },
): Promise<
  {
    table_number: number;
    row_number: number;
    field: string;
    code: string;
    message: string;
    params: Record<string, unknown> | null;
    cells: string[];
  }[]
> {
  const from = input.after ? sql`and (table_number, row_number) > (${input.after.table}::smallint, ${input.after.row}::bigint)` : empty;
  const only = input.table === null ? empty : sql`and table_number = ${input.table}`;
  return db.query(sql`
    select table_number, row_number, field, code, message, params, cells from import_refusals
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

/** Imports from before an instant that are not over. */
export async function listPending(
  db: Db,
  input: { workspace: Id; before: Instant },
): Promise<{ id: Id; state: ImportState; created_at: Instant }[]> {
  return db.query(sql`
    select id, state, created_at from imports where workspace_id = ${input.workspace} and created_at <= ${ts(input.before)}::timestamptz and state in ('uploaded', 'checking', 'checked', 'running') order by id`);
}

/** Imports from before an instant that came to no good end, whose files nobody took away. */
export async function listEnded(db: Db, input: { workspace: Id; before: Instant }): Promise<{ id: Id; shape: ImportShape }[]> {
  return db.query(sql`
    select id, shape from imports where workspace_id = ${input.workspace} and created_at <= ${ts(input.before)}::timestamptz and state in ('failed', 'cancelled') order by id`);
}

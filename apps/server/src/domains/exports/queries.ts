import type { EXPORT_STATES, ExportFormat, ExportKind } from "@relance/contract/exports";
import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";

type ExportState = (typeof EXPORT_STATES)[number];

export interface ExportRecord {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly kind: ExportKind;
  readonly segment_id: Id | null;
  readonly format: ExportFormat;
  readonly state: ExportState;
  readonly rows_done: number;
  readonly share: number;
  readonly bytes: number | null;
  readonly error: string | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly finished_at: Instant | null;
  readonly expires_at: Instant | null;
}

const columns = sql`id, workspace_id, kind, segment_id, format, state, rows_done, share, bytes, error, created_at, created_by, finished_at, expires_at`;

export async function insertExports(
  db: Db,
  input: {
    workspace: Id;
    exports: readonly { id: Id; kind: ExportKind }[];
    format: ExportFormat;
    segment: Id | null;
    by: string;
    now: Instant;
  },
): Promise<ExportRecord[]> {
  return db.query<ExportRecord>(sql`
    insert into exports (id, workspace_id, kind, segment_id, format, state, created_at, created_by)
    select e.id, ${input.workspace}, e.kind, ${input.segment}::uuid, ${input.format}, 'waiting', ${ts(input.now)}::timestamptz, ${input.by}
    from unnest(${input.exports.map((one) => one.id)}::uuid[], ${input.exports.map((one) => one.kind)}::text[]) as e (id, kind)
    returning ${columns}`);
}

export async function findExport(db: Db, input: { workspace: Id; id: Id }): Promise<ExportRecord | undefined> {
  const [row] = await db.query<ExportRecord>(
    sql`select ${columns} from exports where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
  return row;
}

/** Newest first; `before` is the last (created_at, id) of the page before. */
export async function listExports(
  db: Db,
  input: { workspace: Id; before: { at: Instant; id: Id } | null; limit: number },
): Promise<ExportRecord[]> {
  const from = input.before ? sql`and (created_at, id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty;
  return db.query<ExportRecord>(
    sql`select ${columns} from exports where workspace_id = ${input.workspace} ${from} order by created_at desc, id desc limit ${input.limit}`,
  );
}

/** Begins, or begins again after a crash, from the first row. False when it was cancelled. */
export async function startExport(db: Db, input: { id: Id; now: Instant }): Promise<boolean> {
  const rows = await db.query(
    sql`update exports set state = 'running', rows_done = 0, share = 0, started_at = ${ts(input.now)}::timestamptz where id = ${input.id} and state in ('waiting', 'running') returning id`,
  );
  return rows.length === 1;
}

/** False when it was cancelled. */
export async function noteProgress(db: Db, input: { id: Id; rows: number; share: number }): Promise<boolean> {
  const rows = await db.query(
    sql`update exports set rows_done = ${input.rows}, share = ${input.share} where id = ${input.id} and state = 'running' returning id`,
  );
  return rows.length === 1;
}

/** False when it was cancelled while its last bytes were written. */
export async function endExport(
  db: Db,
  input: { id: Id; state: "done" | "failed"; bytes: number | null; error: string | null; now: Instant; expires: Instant | null },
): Promise<boolean> {
  const rows = await db.query(sql`
    update exports set state = ${input.state}, bytes = ${input.bytes}, error = ${input.error}, share = case when ${input.state === "done"} then 1 else share end, finished_at = ${ts(input.now)}::timestamptz, expires_at = ${input.expires === null ? null : ts(input.expires)}::timestamptz
    where id = ${input.id} and state = 'running' returning id`);
  return rows.length === 1;
}

/** Stops one under way, or takes the file of a finished one away; undefined when it is in no such state. */
export async function stopExport(db: Db, input: { workspace: Id; id: Id; now: Instant }): Promise<ExportRecord | undefined> {
  const [row] = await db.query<ExportRecord>(sql`
    update exports set state = case when state = 'done' then 'expired' else 'cancelled' end, finished_at = coalesce(finished_at, ${ts(input.now)}::timestamptz), expires_at = null
    where workspace_id = ${input.workspace} and id = ${input.id} and state in ('waiting', 'running', 'done') returning ${columns}`);
  return row;
}

/** Makes files of a workspace that were asked for before an instant end now. @returns whether one of them is still being written */
export async function expireBefore(
  db: Db,
  input: { workspace: Id; before: Instant; kinds: readonly ExportKind[]; now: Instant },
): Promise<boolean> {
  const those = sql`workspace_id = ${input.workspace} and created_at <= ${ts(input.before)}::timestamptz and kind = any(${input.kinds as string[]}::text[])`;
  await db.query(
    sql`update exports set expires_at = ${ts(input.now)}::timestamptz where ${those} and state = 'done' and expires_at > ${ts(input.now)}::timestamptz`,
  );
  return (await db.query(sql`select 1 from exports where ${those} and state in ('waiting', 'running') limit 1`)).length > 0;
}

/** Files that are to be deleted by now. */
export async function listExpired(db: Db, input: { now: Instant; limit: number }): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(
    sql`select id from exports where state = 'done' and expires_at <= ${ts(input.now)}::timestamptz order by expires_at limit ${input.limit}`,
  );
  return rows.map((row) => row.id);
}

export async function expireExports(db: Db, input: { ids: readonly Id[] }): Promise<void> {
  await db.query(
    sql`update exports set state = 'expired', expires_at = null where id = any(${input.ids as Id[]}::uuid[]) and state = 'done'`,
  );
}

import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, sql, ts, tsArray } from "../../platform/db/sql.ts";
import type { ReadingState, ShopNames } from "./queries.ts";

/** How far a part of a shop was read. */
export interface Reading {
  readonly connection_id: Id;
  readonly part: string;
  readonly since: Instant | null;
  readonly started_at: Instant;
  readonly cursor: string | null;
  readonly pages: number;
  readonly rows: number;
  readonly refused: number;
  readonly total: number | null;
  readonly finished_at: Instant | null;
  readonly whole_at: Instant | null;
}

interface Of {
  readonly workspace: Id;
  readonly id: Id;
}
const columns = sql`r.connection_id, r.part, r.since, r.started_at, r.cursor, r.pages, r.rows, r.refused, r.total, r.finished_at, r.whole_at`;

export async function readingsOf(db: Db, input: { workspace: Id; connections: readonly Id[] }): Promise<Reading[]> {
  return db.query<Reading>(
    sql`select ${columns} from shop_readings r where r.workspace_id = ${input.workspace} and r.connection_id = any(${input.connections as Id[]}::uuid[]) order by r.connection_id, r.part`,
  );
}

/** Begins parts anew. */
export async function beginParts(
  tx: Tx,
  input: Of & { now: Instant; parts: readonly { readonly part: string; readonly since: Instant | null }[] },
): Promise<void> {
  const { parts } = input;
  if (parts.length === 0) return;
  await tx.query(sql`
    insert into shop_readings (connection_id, part, workspace_id, since, started_at)
    select ${input.id}::uuid, r.part, ${input.workspace}::uuid, r.since, ${ts(input.now)}::timestamptz
    from unnest(${parts.map((one) => one.part)}::text[], ${tsArray(parts.map((one) => one.since))}::timestamptz[]) as r (part, since) order by r.part
    on conflict (connection_id, part) do update set since = excluded.since, started_at = excluded.started_at, cursor = null, pages = 0, rows = 0, refused = 0, total = null, finished_at = null`);
}

/** Forgets how far a shop was read: it begins with everything. */
export async function dropParts(tx: Tx, input: Of): Promise<void> {
  await tx.query(sql`delete from shop_readings where workspace_id = ${input.workspace} and connection_id = ${input.id}`);
}

/** Writes what a page brought, in the transaction that stored it. */
export async function writeProgress(
  tx: Tx,
  input: Of & { part: string; next: string | null; rows: number; refused: number; total: number | null; now: Instant },
): Promise<void> {
  const end = input.next === null ? input.now : null;
  await tx.query(sql`
    update shop_readings set cursor = ${input.next}, pages = pages + 1, rows = rows + ${input.rows}::int, refused = refused + ${input.refused}::int, total = coalesce(${input.total}::bigint, total), finished_at = ${end === null ? null : ts(end)}::timestamptz,
      whole_at = case when ${end !== null} and since is null then started_at else whole_at end
    where workspace_id = ${input.workspace} and connection_id = ${input.id} and part = ${input.part}`);
}

/** Takes the reading of a shop for one process, until; also renews it. False: another has it, or it is not to be read. */
export async function claimReading(
  tx: Tx,
  input: Of & { claim: Id; now: Instant; until: Instant; states: readonly ReadingState[] },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update shop_connections set claim = ${input.claim}, claim_until = ${ts(input.until)}::timestamptz
    where workspace_id = ${input.workspace} and id = ${input.id} and reading = any(${input.states as string[]}::text[]) and access is not null and (claim is null or claim = ${input.claim} or claim_until < ${ts(input.now)}::timestamptz)
    returning id`);
  return rows.length > 0;
}

export async function letGo(db: Db, input: Of & { claim: Id }): Promise<void> {
  await db.query(
    sql`update shop_connections set claim = null, claim_until = null where workspace_id = ${input.workspace} and id = ${input.id} and claim = ${input.claim}`,
  );
}

/** Where a reading stands, by the process that has it or a person. `dueAt`: when it is taken up next; null: never by itself. @returns whether it was in one of `from` */
export async function moveReading(
  tx: Tx,
  input: Of & {
    from: readonly ReadingState[];
    to: ReadingState;
    dueAt: Instant | null;
    refusals: number;
    problem: string | null;
    readAt?: Instant;
    now: Instant;
  },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update shop_connections set reading = ${input.to}, due_at = ${input.dueAt === null ? null : ts(input.dueAt)}::timestamptz, refusals = ${input.refusals}::int, read_problem = ${input.problem}, read_problem_at = ${input.problem === null ? null : ts(input.now)}::timestamptz,
      read_at = coalesce(${input.readAt === undefined ? null : ts(input.readAt)}::timestamptz, read_at)
    where workspace_id = ${input.workspace} and id = ${input.id} and access is not null and reading = any(${input.from as string[]}::text[]) returning id`);
  return rows.length > 0;
}

export async function writeNames(tx: Tx, input: Of & { names: ShopNames }): Promise<void> {
  await tx.query(
    sql`update shop_connections set names = ${json(input.names)} where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
}

/** Shops to be asked now, or whose reading was left in the middle. */
export async function dueReadings(db: Db, now: Instant): Promise<{ id: Id; workspace_id: Id }[]> {
  return db.query(sql`
    select id, workspace_id from shop_connections
    where due_at <= ${ts(now)}::timestamptz and reading in ('reading', 'idle') and access is not null and (claim is null or claim_until < ${ts(now)}::timestamptz) order by id limit 100`);
}

/** The product with variations that follows another, of those told since. */
export async function nextVariable(db: Db, input: Of & { after: string; since: Instant | null }): Promise<string | null> {
  const rows = await db.query<{ id: string }>(sql`
    select v.external_id as id from shop_versions v
    where v.workspace_id = ${input.workspace} and v.connection_id = ${input.id} and v.kind = 'product' and v.external_id > ${input.after} and v.body ->> 'type' = 'variable' and v.updated_at >= ${ts(input.since ?? 0)}::timestamptz
    order by v.external_id limit 1`);
  return rows[0]?.id ?? null;
}

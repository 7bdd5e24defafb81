import type { Sync, SyncEvery } from "@relance/contract/syncs";
import type { Id, Instant } from "@relance/model/base";
import type { Failure } from "@relance/model/failures";
import type { Mapping } from "@relance/model/imports";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";

/** How far a source was read, in words of its kind. */
export type Cursor = Readonly<Record<string, string | null>>;

export interface SyncRecord {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly name: string;
  readonly kind: Sync["kind"];
  readonly settings: Sync["settings"];
  readonly secret: Uint8Array;
  readonly every: SyncEvery;
  readonly mapping: Mapping | null;
  readonly cursor: Cursor;
  readonly import_id: Id | null;
  readonly next_cursor: Cursor;
  readonly stopped: boolean;
  readonly due_at: Instant;
  readonly failures: number;
  readonly problem: string | null;
  readonly reason: Failure | null;
  readonly problem_at: Instant | null;
  readonly alerted_at: Instant | null;
  readonly succeeded_at: Instant | null;
  readonly counts: Sync["counts"];
  readonly claim_until: Instant | null;
  readonly created_at: Instant;
}
interface Of {
  readonly workspace: Id;
  readonly id: Id;
}

const columns = sql`id, workspace_id, name, kind, settings, secret, every, mapping, cursor, import_id, next_cursor, stopped, due_at, failures, problem, reason, problem_at, alerted_at, succeeded_at, counts, claim_until, created_at`;

export async function selectSyncs(db: Db, input: { workspace: Id }): Promise<SyncRecord[]> {
  return db.query<SyncRecord>(sql`select ${columns} from syncs where workspace_id = ${input.workspace} order by created_at, id`);
}

export async function findSync(db: Db, input: Of): Promise<SyncRecord | undefined> {
  return (await db.query<SyncRecord>(sql`select ${columns} from syncs where workspace_id = ${input.workspace} and id = ${input.id}`))[0];
}

export async function insertSync(
  tx: Tx,
  input: Of & Pick<SyncRecord, "name" | "kind" | "settings" | "secret" | "every" | "mapping"> & { by: string; now: Instant },
): Promise<void> {
  await tx.query(sql`
    insert into syncs (id, workspace_id, name, kind, settings, secret, every, mapping, due_at, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.kind}, ${json(input.settings)}, ${input.secret}, ${json(input.every)}, ${input.mapping ? json(input.mapping) : null}::jsonb, ${ts(input.now)}, ${ts(input.now)}, ${input.by})`);
}

/** The source, kept from changing until the end of the transaction. */
export async function lockSync(tx: Tx, input: Of): Promise<SyncRecord | undefined> {
  return (
    await tx.query<SyncRecord>(sql`select ${columns} from syncs where workspace_id = ${input.workspace} and id = ${input.id} for update`)
  )[0];
}

/** Changes a source. Null of `dueAt` leaves when it is read next; `anew`: it is read from its beginning, and what was under way is given up. */
export async function updateSync(
  tx: Tx,
  input: Of & Pick<SyncRecord, "name" | "settings" | "secret" | "every" | "mapping"> & { dueAt: Instant | null; anew: boolean },
): Promise<void> {
  await tx.query(sql`
    update syncs set name = ${input.name}, settings = ${json(input.settings)}, secret = ${input.secret}, every = ${json(input.every)}, mapping = ${input.mapping ? json(input.mapping) : null}::jsonb, due_at = coalesce(${input.dueAt === null ? null : ts(input.dueAt)}::timestamptz, due_at)
    where workspace_id = ${input.workspace} and id = ${input.id}`);
  if (input.anew)
    await tx.query(
      sql`update syncs set cursor = '{}', next_cursor = '{}', import_id = null, claim = null, claim_until = null where workspace_id = ${input.workspace} and id = ${input.id}`,
    );
}

/** Keeps the key a server was first seen with. */
export async function pinHostKey(db: Db, input: Of & { hostKey: string }): Promise<void> {
  await db.query(
    sql`update syncs set settings = settings || ${json({ hostKey: input.hostKey })}::jsonb where workspace_id = ${input.workspace} and id = ${input.id} and settings -> 'hostKey' = 'null'::jsonb`,
  );
}

export async function deleteSync(tx: Tx, input: Of): Promise<void> {
  await tx.query(sql`delete from syncs where workspace_id = ${input.workspace} and id = ${input.id}`);
}

/** A person wants a source read now; `whole`: as if it had never been. */
export async function askSync(tx: Tx, input: Of & { whole: boolean; now: Instant }): Promise<void> {
  await tx.query(sql`
    update syncs set stopped = false, due_at = ${ts(input.now)}, cursor = case when ${input.whole} then '{}'::jsonb else cursor end
    where workspace_id = ${input.workspace} and id = ${input.id}`);
}

export async function haltSync(tx: Tx, input: Of): Promise<void> {
  await tx.query(
    sql`update syncs set stopped = true, claim = null, claim_until = null where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
}

/** Sources to be read now, or whose reading was left in the middle. */
export async function dueSyncs(db: Db, now: Instant): Promise<{ id: Id; workspace_id: Id }[]> {
  return db.query(
    sql`select id, workspace_id from syncs where not stopped and due_at <= ${ts(now)}::timestamptz and (claim_until is null or claim_until < ${ts(now)}::timestamptz) order by due_at, id limit 100`,
  );
}

/** Takes a source for one process, until; also renews it. Undefined: another has it, or it is not due, stopped or gone. */
export async function claimSync(db: Db, input: Of & { claim: Id; now: Instant; until: Instant }): Promise<SyncRecord | undefined> {
  return (
    await db.query<SyncRecord>(sql`
    update syncs set claim = ${input.claim}, claim_until = ${ts(input.until)}::timestamptz
    where workspace_id = ${input.workspace} and id = ${input.id} and not stopped and due_at <= ${ts(input.now)}::timestamptz and (claim is null or claim = ${input.claim} or claim_until < ${ts(input.now)}::timestamptz)
    returning ${columns}`)
  )[0];
}

type Held = Of & { readonly claim: Id };

/** Says which import the reading becomes and how far the source is read then, before the import is made. @returns whether it is still held */
export async function beginImport(db: Db, input: Held & { importId: Id; next: Cursor }): Promise<boolean> {
  return (
    (
      await db.query(
        sql`update syncs set import_id = ${input.importId}, next_cursor = ${json(input.next)} where workspace_id = ${input.workspace} and id = ${input.id} and claim = ${input.claim} and not stopped returning id`,
      )
    ).length > 0
  );
}

/** The reading has succeeded: the source is read as far as it said. */
export async function settleSync(
  db: Db,
  input: Held & { mapping: Mapping | null; cursor: Cursor; counts: NonNullable<Sync["counts"]>; dueAt: Instant; now: Instant },
): Promise<void> {
  await db.query(sql`
    update syncs set mapping = coalesce(${input.mapping ? json(input.mapping) : null}::jsonb, mapping), cursor = ${json(input.cursor)}, counts = ${json(input.counts)}, succeeded_at = ${ts(input.now)}, due_at = ${ts(input.dueAt)},
      import_id = null, next_cursor = '{}', failures = 0, problem = null, reason = null, problem_at = null, alerted_at = null, claim = null, claim_until = null
    where workspace_id = ${input.workspace} and id = ${input.id} and claim = ${input.claim}`);
}

/** The reading has failed; with `anew` its import is given up and the next try begins with the source. Undefined: it was no longer held. */
export async function failSync(
  db: Db,
  input: Held & { failure: Failure & { readonly message: string }; anew: boolean; dueAt: Instant; now: Instant },
): Promise<{ readonly failures: number; readonly alerted_at: Instant | null } | undefined> {
  const { code, params, message } = input.failure;
  return (
    await db.query<{ failures: number; alerted_at: Instant | null }>(sql`
    update syncs set failures = failures + 1, problem = ${message}, reason = ${json({ code, params })}, problem_at = ${ts(input.now)}, due_at = ${ts(input.dueAt)}, import_id = case when ${input.anew} then null else import_id end, claim = null, claim_until = null
    where workspace_id = ${input.workspace} and id = ${input.id} and claim = ${input.claim} returning failures, alerted_at`)
  )[0];
}

/** Notes that the administrators are told; they are told again only once it has worked since. */
export async function markAlerted(tx: Tx, input: Of & { now: Instant }): Promise<void> {
  await tx.query(sql`update syncs set alerted_at = ${ts(input.now)} where workspace_id = ${input.workspace} and id = ${input.id}`);
}

/** The reading waits: for a person, or for the process that has its import. */
export async function waitSync(db: Db, input: Held & { dueAt: Instant }): Promise<void> {
  await db.query(
    sql`update syncs set due_at = ${ts(input.dueAt)}, claim = null, claim_until = null where workspace_id = ${input.workspace} and id = ${input.id} and claim = ${input.claim}`,
  );
}

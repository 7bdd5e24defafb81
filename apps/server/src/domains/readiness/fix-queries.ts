import type { Id, Instant } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import type { FindingCode } from "@relance/model/readiness";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";
import type { Place } from "./queries.ts";

export interface FindingRow extends Place {
  code: FindingCode;
  field: string;
  value: Json;
  proposal: Json;
  fixable: boolean;
  found_at: Instant;
  first_name: string | null;
  last_name: string | null;
  email: string | null;
}

/** Contacts with one kind of problem that nobody kept, in key order. */
export async function selectFindings(
  db: Db,
  input: { workspace: Id; code: FindingCode; after: Id | null; limit: number },
): Promise<FindingRow[]> {
  return db.query<FindingRow>(sql`
    select f.bucket, f.contact_id as contact, f.code, f.field, f.value, f.proposal, f.proposal is not null as fixable, f.found_at, c.first_name, c.last_name, c.email
    from contact_findings f join contacts c on c.bucket = f.bucket and c.id = f.contact_id
    where f.workspace_id = ${input.workspace} and f.code = ${input.code} and f.kept_at is null ${input.after === null ? empty : sql`and f.contact_id > ${input.after}::uuid`} order by f.contact_id limit ${input.limit}`);
}

export async function selectKept(db: Db, workspace: Id): Promise<{ code: FindingCode; n: number; fixable: number }[]> {
  return db.query(
    sql`select code, count(*) as n, count(proposal) as fixable from contact_findings where workspace_id = ${workspace} and kept_at is not null group by code order by code`,
  );
}

/** @returns whether there is such a finding */
export async function writeKept(tx: Tx, input: Place & { workspace: Id; code: FindingCode; at: Instant | null }): Promise<boolean> {
  const rows = await tx.query(sql`
    update contact_findings set kept_at = ${input.at === null ? null : ts(input.at)}::timestamptz where bucket = ${input.bucket} and contact_id = ${input.contact} and workspace_id = ${input.workspace} and code = ${input.code} returning code`);
  return rows.length > 0;
}

export interface FixRow {
  id: Id;
  workspace_id: Id;
  code: FindingCode;
  state: "running" | "done" | "cancelled" | "undoing" | "undone";
  wanted: number;
  done: number;
  skipped: number;
  asked_at: Instant;
  asked_by: string;
  ended_at: Instant | null;
}
const columns = sql`id, workspace_id, code, state, wanted, done, skipped, asked_at, asked_by, ended_at`;

export async function selectFixes(db: Db, input: { workspace: Id; id?: Id }): Promise<FixRow[]> {
  return db.query<FixRow>(
    sql`select ${columns} from contact_fixes where workspace_id = ${input.workspace} and (${input.id ?? null}::uuid is null or id = ${input.id ?? null}::uuid) order by asked_at desc, id desc limit 50`,
  );
}

/** Plans a fix: what is proposed now, for the contacts named or for all. @returns how many */
export async function insertFix(
  tx: Tx,
  input: { workspace: Id; id: Id; code: FindingCode; contacts: readonly Id[] | null; by: string; now: Instant },
): Promise<number> {
  const named = input.contacts === null ? empty : sql`and f.contact_id = any(${input.contacts as Id[]}::uuid[])`;
  // Where nothing stood in the field itself, nothing is expected there.
  const planned = await tx.query(sql`
    insert into contact_fix_changes (bucket, contact_id, fix_id, workspace_id, field, was, became)
    select f.bucket, f.contact_id, ${input.id}::uuid, f.workspace_id, f.field, case when f.code like '%\\_unread' then 'null'::jsonb else f.value end, f.proposal
    from contact_findings f where f.workspace_id = ${input.workspace} and f.code = ${input.code} and f.kept_at is null and f.proposal is not null ${named} order by f.bucket, f.contact_id returning contact_id`);
  await tx.query(sql`
    insert into contact_fixes (id, workspace_id, code, state, wanted, asked_at, asked_by) values (${input.id}, ${input.workspace}, ${input.code}, 'running', ${planned.length}, ${ts(input.now)}, ${input.by})`);
  return planned.length;
}

/** Moves a fix on, when it is where it must be. */
export async function moveFix(
  tx: Tx,
  input: { workspace: Id; id: Id; from: readonly FixRow["state"][]; to: FixRow["state"]; now: Instant },
): Promise<FixRow | null> {
  const ends = input.to === "running" || input.to === "undoing" ? null : ts(input.now);
  const rows = await tx.query<FixRow>(sql`
    update contact_fixes set state = ${input.to}, ended_at = ${ends}::timestamptz, lease_owner = null, lease_until = null where workspace_id = ${input.workspace} and id = ${input.id} and state = any(${input.from as string[]}::text[]) returning ${columns}`);
  return rows[0] ?? null;
}

/** Takes or keeps the right to work on a fix, and holds its row until the transaction ends. */
export async function claimFix(tx: Tx, input: { id: Id; owner: Id; now: Instant; until: Instant }): Promise<FixRow | null> {
  const rows = await tx.query<FixRow>(sql`
    update contact_fixes set lease_owner = ${input.owner}, lease_until = ${ts(input.until)}
    where id = ${input.id} and state in ('running', 'undoing') and (lease_owner = ${input.owner} or lease_until is null or lease_until < ${ts(input.now)}) returning ${columns}`);
  return rows[0] ?? null;
}

export async function dueFixes(db: Db, now: Instant): Promise<FixRow[]> {
  return db.query<FixRow>(
    sql`select ${columns} from contact_fixes where state in ('running', 'undoing') and (lease_until is null or lease_until < ${ts(now)}) order by asked_at, id limit 20`,
  );
}

export interface ChangeRow extends Place {
  field: string;
  was: Json;
  became: Json;
}
export async function selectChanges(tx: Tx, input: { fix: Id; state: "planned" | "done"; limit: number }): Promise<ChangeRow[]> {
  return tx.query<ChangeRow>(sql`
    select bucket, contact_id as contact, field, was, became from contact_fix_changes where fix_id = ${input.fix} and state = ${input.state} order by bucket, contact_id limit ${input.limit}`);
}

export async function writeChanges(
  tx: Tx,
  input: { fix: FixRow; rows: readonly (Place & { state: "done" | "left" | "undone" })[] },
): Promise<void> {
  const { fix, rows } = input;
  await tx.query(sql`
    update contact_fix_changes c set state = r.state from unnest(${rows.map((one) => one.bucket)}::smallint[], ${rows.map((one) => one.contact)}::uuid[], ${rows.map((one) => one.state)}::text[]) as r (bucket, contact, state)
    where c.bucket = r.bucket and c.contact_id = r.contact and c.fix_id = ${fix.id}`);
  const n = (state: string) => rows.filter((one) => one.state === state).length;
  await tx.query(
    sql`update contact_fixes set done = done + ${n("done") - n("undone")}, skipped = skipped + ${n("left")} where id = ${fix.id}`,
  );
}

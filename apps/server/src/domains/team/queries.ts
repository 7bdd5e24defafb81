import type { Role, Scope } from "@relance/contract";
import type { WorkspaceSettings } from "@relance/contract/team";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts } from "../../platform/db/sql.ts";

export interface WorkspaceRow {
  readonly id: Id;
  readonly name: string;
  readonly kind: "regular" | "demo";
  readonly locale: "fr" | "en";
  readonly time_zone: string;
  readonly currency: string;
  readonly settings: Partial<WorkspaceSettings>;
  readonly created_at: Instant;
}

const workspaceColumns = sql`w.id, w.name, w.kind, w.locale, w.time_zone, w.currency, w.settings, w.created_at`;

export async function insertWorkspace(
  tx: Tx,
  input: {
    id: Id;
    name: string;
    kind: "regular" | "demo";
    locale: string;
    timeZone: string;
    currency: string;
    settings: WorkspaceSettings;
    now: Instant;
  },
): Promise<WorkspaceRow> {
  const [row] = await tx.query<WorkspaceRow>(sql`
    insert into workspaces as w (id, name, kind, locale, time_zone, currency, settings, created_at)
    values (${input.id}, ${input.name}, ${input.kind}, ${input.locale}, ${input.timeZone}, ${input.currency}, ${json(input.settings)}, ${ts(input.now)})
    returning ${workspaceColumns}`);
  return row!;
}

export async function selectWorkspace(db: Db, input: { id: Id }): Promise<WorkspaceRow | undefined> {
  const [row] = await db.query<WorkspaceRow>(
    sql`select ${workspaceColumns} from workspaces w where w.id = ${input.id} and w.archived_at is null`,
  );
  return row;
}

/** What a workspace's settings hold under one name; undefined: nothing said. */
export async function selectSetting(db: Db, input: { id: Id; name: keyof WorkspaceSettings }): Promise<unknown> {
  const [row] = await db.query<{ value: unknown }>(
    sql`select w.settings -> ${input.name}::text as value from workspaces w where w.id = ${input.id}`,
  );
  return row?.value ?? undefined;
}

export async function selectWorkspaces(db: Db): Promise<WorkspaceRow[]> {
  return db.query<WorkspaceRow>(sql`select ${workspaceColumns} from workspaces w where w.archived_at is null order by w.created_at, w.id`);
}

export async function updateWorkspace(
  tx: Tx,
  input: {
    id: Id;
    name?: string | undefined;
    locale?: string | undefined;
    timeZone?: string | undefined;
    currency?: string | undefined;
    settings?: WorkspaceSettings | undefined;
  },
): Promise<WorkspaceRow> {
  const [row] = await tx.query<WorkspaceRow>(sql`
    update workspaces w set name = coalesce(${input.name ?? null}, name), locale = coalesce(${input.locale ?? null}, locale), time_zone = coalesce(${input.timeZone ?? null}, time_zone),
      currency = coalesce(${input.currency ?? null}, currency), settings = coalesce(${input.settings ? json(input.settings) : null}::jsonb, settings)
    where w.id = ${input.id} returning ${workspaceColumns}`);
  return row!;
}

/** A person's workspaces, the demo shop first: it is alive in the first minute. */
export async function selectMemberships(db: Db, input: { userId: string }): Promise<(WorkspaceRow & { role: Role })[]> {
  return db.query(sql`
    select ${workspaceColumns}, m.role from members m join workspaces w on w.id = m.workspace_id
    where m.user_id = ${input.userId} and w.archived_at is null order by w.kind, w.created_at, w.id`);
}

export async function selectMember(db: Db, input: { workspace: Id; userId: string }): Promise<{ role: Role; name: string } | undefined> {
  const [row] = await db.query<{ role: Role; name: string }>(sql`
    select m.role, u.name from members m join auth_users u on u.id = m.user_id where m.workspace_id = ${input.workspace} and m.user_id = ${input.userId}`);
  return row;
}

export interface MemberRow {
  readonly user_id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly added_at: Instant;
}

export async function selectMembers(db: Db, input: { workspace: Id }): Promise<MemberRow[]> {
  return db.query<MemberRow>(sql`
    select m.user_id, u.name, u.email, m.role, m.added_at from members m join auth_users u on u.id = m.user_id
    where m.workspace_id = ${input.workspace} order by m.added_at, m.user_id`);
}

/** The sign-in address of a member, found by user or by address in any case; null for whoever is no member of this workspace. */
export async function memberAddress(
  db: Db,
  input: { workspace: Id; userId?: string | undefined; email?: string | undefined },
): Promise<string | null> {
  const [row] = await db.query<{ email: string }>(sql`
    select u.email from members m join auth_users u on u.id = m.user_id
    where m.workspace_id = ${input.workspace} ${input.userId === undefined ? empty : sql`and m.user_id = ${input.userId}`} ${input.email === undefined ? empty : sql`and lower(u.email) = lower(${input.email})`}
    order by m.user_id limit 1`);
  return row?.email ?? null;
}

/** Where the administrators of a workspace are written to. */
export async function administratorAddresses(db: Db, input: { workspace: Id }): Promise<string[]> {
  const rows = await db.query<{ email: string }>(
    sql`select u.email from members m join auth_users u on u.id = m.user_id where m.workspace_id = ${input.workspace} and m.role = 'admin' order by m.user_id`,
  );
  return rows.map((row) => row.email);
}

export async function upsertMember(
  tx: Tx,
  input: { workspace: Id; userId: string; role: Role; by: string | null; now: Instant },
): Promise<void> {
  await tx.query(sql`
    insert into members (workspace_id, user_id, role, added_at, added_by) values (${input.workspace}, ${input.userId}, ${input.role}, ${ts(input.now)}, ${input.by})
    on conflict (workspace_id, user_id) do update set role = excluded.role`);
}

export async function deleteMember(tx: Tx, input: { workspace: Id; userId: string }): Promise<void> {
  await tx.query(sql`delete from members where workspace_id = ${input.workspace} and user_id = ${input.userId}`);
}

/** Takes the row locks that make "the last administrator" a question with one answer. */
export async function lockAdmins(tx: Tx, input: { workspace: Id }): Promise<string[]> {
  const rows = await tx.query<{ user_id: string }>(
    sql`select user_id from members where workspace_id = ${input.workspace} and role = 'admin' order by user_id for update`,
  );
  return rows.map((row) => row.user_id);
}

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly locale: "fr" | "en";
}

export async function selectUser(db: Db, input: { userId: string }): Promise<UserRow | undefined> {
  const [row] = await db.query<UserRow>(sql`select id, name, email, locale from auth_users where id = ${input.userId}`);
  return row;
}

export async function updateUser(
  db: Db,
  input: { userId: string; name?: string | undefined; locale?: string | undefined; now: Instant },
): Promise<void> {
  await db.query(
    sql`update auth_users set name = coalesce(${input.name ?? null}, name), locale = coalesce(${input.locale ?? null}, locale), updated_at = ${ts(input.now)} where id = ${input.userId}`,
  );
}

export async function countUsers(db: Db): Promise<number> {
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from auth_users`);
  return row!.n;
}

export async function insertInvitation(
  db: Db,
  input: { tokenHash: string; workspace: Id | null; role: Role; by: string | null; now: Instant; expires: Instant },
): Promise<void> {
  await db.query(sql`
    insert into invitations (token_hash, workspace_id, role, created_at, created_by, expires_at)
    values (${input.tokenHash}, ${input.workspace}, ${input.role}, ${ts(input.now)}, ${input.by}, ${ts(input.expires)})`);
}

/** Uses a link up; of two calls at once, one gets the row. */
export async function useInvitation(
  tx: Tx,
  input: { tokenHash: string; by: string; now: Instant },
): Promise<{ workspace_id: Id | null; role: Role } | undefined> {
  const [row] = await tx.query<{ workspace_id: Id | null; role: Role }>(sql`
    update invitations set used_at = ${ts(input.now)}, used_by = ${input.by}
    where token_hash = ${input.tokenHash} and used_at is null and expires_at > ${ts(input.now)}::timestamptz returning workspace_id, role`);
  return row;
}

export async function findOpenInvitation(db: Db, input: { tokenHash: string; now: Instant }): Promise<boolean> {
  const rows = await db.query(
    sql`select 1 as one from invitations where token_hash = ${input.tokenHash} and used_at is null and expires_at > ${ts(input.now)}::timestamptz`,
  );
  return rows.length === 1;
}

/** Set-up links printed by earlier starts end when a new one is printed, and when the first administrator is there. */
export async function closeSetupLinks(db: Db, input: { now: Instant }): Promise<void> {
  await db.query(sql`update invitations set expires_at = ${ts(input.now)} where workspace_id is null and used_at is null`);
}

export interface KeyRow {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly kind: "api" | "write";
  readonly name: string;
  readonly prefix: string;
  readonly scopes: Scope[];
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
  readonly public_key: string | null;
}
const keyColumns = sql`id, workspace_id, kind, name, prefix, scopes, created_at, revoked_at, public_key`;

/** Does nothing when a key of this hash exists. */
export async function insertKey(
  db: Db,
  input: {
    id: Id;
    workspace: Id;
    kind: "api" | "write";
    name: string;
    prefix: string;
    hash: string;
    publicKey: string | null;
    scopes: readonly Scope[];
    by: string | null;
    now: Instant;
  },
): Promise<KeyRow | undefined> {
  const [row] = await db.query<KeyRow>(sql`
    insert into api_keys (id, workspace_id, kind, name, prefix, hash, public_key, scopes, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.kind}, ${input.name}, ${input.prefix}, ${input.hash}, ${input.publicKey}, ${input.scopes as Scope[]}::text[], ${ts(input.now)}, ${input.by})
    on conflict (hash) do nothing returning ${keyColumns}`);
  return row;
}

export async function findKeyByHash(db: Db, input: { hash: string }): Promise<KeyRow | undefined> {
  const [row] = await db.query<KeyRow>(sql`select ${keyColumns} from api_keys where hash = ${input.hash} and revoked_at is null`);
  return row;
}

export async function selectKeys(db: Db, input: { workspace: Id }): Promise<KeyRow[]> {
  return db.query<KeyRow>(sql`select ${keyColumns} from api_keys where workspace_id = ${input.workspace} order by created_at, id`);
}

export async function revokeKey(tx: Tx, input: { workspace: Id; id: Id; by: string; now: Instant }): Promise<boolean> {
  const rows = await tx.query(sql`
    update api_keys set revoked_at = coalesce(revoked_at, ${ts(input.now)}::timestamptz), revoked_by = coalesce(revoked_by, ${input.by})
    where workspace_id = ${input.workspace} and id = ${input.id} returning id`);
  return rows.length === 1;
}

export async function insertAudit(
  db: Db,
  input: {
    workspace: Id;
    id: Id;
    at: Instant;
    actorKind: string;
    actorId: string;
    action: string;
    objectKind: string;
    objectId: string | null;
    detail: unknown;
  },
): Promise<void> {
  await db.query(sql`
    insert into audit_log (workspace_id, id, at, actor_kind, actor_id, action, object_kind, object_id, detail)
    values (${input.workspace}, ${input.id}, ${ts(input.at)}, ${input.actorKind}, ${input.actorId}, ${input.action}, ${input.objectKind}, ${input.objectId}, ${json(input.detail)})`);
}

export interface AuditRow {
  readonly id: Id;
  readonly at: Instant;
  readonly actor_kind: string;
  readonly actor_name: string | null;
  readonly actor_id: string;
  readonly action: string;
  readonly object_kind: string;
  readonly object_id: string | null;
  readonly detail: Record<string, unknown>;
}

/** Newest first; ids are in order of time. */
export async function selectAudit(db: Db, input: { workspace: Id; before: Id | null; limit: number }): Promise<AuditRow[]> {
  const from = input.before ? sql`and a.id < ${input.before}::uuid` : empty;
  return db.query<AuditRow>(sql`
    select a.id, a.at, a.actor_kind, coalesce(u.name, k.name) as actor_name, a.actor_id, a.action, a.object_kind, a.object_id, a.detail
    from audit_log a left join auth_users u on u.id = a.actor_id left join api_keys k on k.id::text = a.actor_id
    where a.workspace_id = ${input.workspace} ${from} order by a.id desc limit ${input.limit}`);
}

/** What people and keys of a workspace are called, by id. */
export async function namesOfActors(db: Db, input: { workspace: Id; ids: readonly string[] }): Promise<Map<string, string>> {
  const ids = [...new Set(input.ids)];
  const rows = await db.query<{ id: string; name: string }>(sql`
    select u.id, u.name from auth_users u where u.id = any(${ids}::text[])
    union all select k.id::text, k.name from api_keys k where k.workspace_id = ${input.workspace} and k.id::text = any(${ids}::text[])`);
  return new Map(rows.map((row) => [row.id, row.name]));
}

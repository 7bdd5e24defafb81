import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import { addToCounters } from "../../platform/counters.ts";
import { sql, ts } from "../../platform/db/sql.ts";

interface GroupMove {
  readonly group: Id;
  readonly contact: Id;
}

interface Input {
  readonly workspace: Id;
  readonly now: Instant;
  /** Which slot of the spread counters this process writes. */
  readonly slot: number;
  readonly by: string;
  readonly moves: readonly GroupMove[];
}

const counter = (group: Id) => `group:${group}`;

/** Puts contacts into groups; those already there are left. @returns the facts of those who joined, for the caller to write */
export async function joinGroups(tx: Tx, input: Input): Promise<readonly NewFact[]> {
  if (input.moves.length === 0) return [];
  const rows = [...input.moves].sort(
    (a, b) => bucketOf(a.contact) - bucketOf(b.contact) || (a.group + a.contact < b.group + b.contact ? -1 : 1),
  );
  const joined = await tx.query<{ group_id: Id; contact_id: Id }>(sql`
    insert into group_members (bucket, group_id, contact_id, workspace_id, added_at, added_by)
    select r.bucket, r.group_id, r.contact_id, ${input.workspace}, ${ts(input.now)}::timestamptz, ${input.by}
    from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.group)}::uuid[], ${rows.map((row) => row.contact)}::uuid[]) as r (bucket, group_id, contact_id)
    join groups g on g.id = r.group_id and g.workspace_id = ${input.workspace} and g.archived_at is null
    join contacts c on c.bucket = r.bucket and c.id = r.contact_id and c.workspace_id = ${input.workspace}
    order by r.bucket, r.group_id, r.contact_id
    on conflict (bucket, group_id, contact_id) do nothing
    returning group_id, contact_id`);
  return news(tx, input, joined, "group.joined", 1);
}

/** Takes contacts out of groups. @returns the facts of those who left, for the caller to write */
export async function leaveGroups(tx: Tx, input: Omit<Input, "by">): Promise<readonly NewFact[]> {
  const rows = input.moves;
  if (rows.length === 0) return [];
  const left = await tx.query<{ group_id: Id; contact_id: Id }>(sql`
    delete from group_members m
    using unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.group)}::uuid[], ${rows.map((row) => row.contact)}::uuid[]) as r (bucket, group_id, contact_id)
    where m.bucket = r.bucket and m.group_id = r.group_id and m.contact_id = r.contact_id and m.workspace_id = ${input.workspace}
    returning m.group_id, m.contact_id`);
  return news(tx, input, left, "group.left", -1);
}

async function news(
  tx: Tx,
  input: Omit<Input, "by">,
  rows: readonly { group_id: Id; contact_id: Id }[],
  kind: "group.joined" | "group.left",
  sign: 1 | -1,
): Promise<readonly NewFact[]> {
  await addToCounters(
    tx,
    input.slot,
    rows.map((row) => ({ workspace: input.workspace, name: counter(row.group_id), n: sign })),
  );
  return rows.map((row) => ({
    workspace: input.workspace,
    contact: row.contact_id,
    occurredAt: input.now,
    kind,
    data: { group: row.group_id },
  }));
}

export interface GroupRow {
  id: Id;
  name: string;
  description: string;
  created_at: Instant;
  members: number;
}

export async function selectGroups(db: Db, input: { workspace: Id; id?: Id }): Promise<GroupRow[]> {
  return db.query<GroupRow>(sql`
    select g.id, g.name, g.description, g.created_at, coalesce((select sum(c.n) from counters c where c.workspace_id = g.workspace_id and c.name = 'group:' || g.id::text), 0)::bigint as members
    from groups g where g.workspace_id = ${input.workspace} and g.archived_at is null and (${input.id ?? null}::uuid is null or g.id = ${input.id ?? null}::uuid)
    order by lower(g.name), g.id`);
}

export async function insertGroup(
  tx: Tx,
  input: { workspace: Id; id: Id; name: string; description: string; by: string; now: Instant },
): Promise<void> {
  await tx.query(sql`
    insert into groups (id, workspace_id, name, description, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.description}, ${ts(input.now)}::timestamptz, ${input.by})`);
}

export async function renameGroup(tx: Tx, input: { workspace: Id; id: Id; name: string; description: string }): Promise<void> {
  await tx.query(sql`
    update groups set name = ${input.name}, description = ${input.description} where workspace_id = ${input.workspace} and id = ${input.id} and archived_at is null`);
}

export async function archiveGroup(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  await tx.query(sql`
    update groups set archived_at = ${ts(input.now)}::timestamptz where workspace_id = ${input.workspace} and id = ${input.id} and archived_at is null`);
}

export async function membersOf(db: Db, input: { workspace: Id; group: Id; limit: number }): Promise<Id[]> {
  const rows = await db.query<{ contact_id: Id }>(sql`
    select contact_id from group_members where workspace_id = ${input.workspace} and group_id = ${input.group} order by bucket, contact_id limit ${input.limit}`);
  return rows.map((row) => row.contact_id);
}

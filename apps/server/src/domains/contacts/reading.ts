import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts, type Sql } from "../../platform/db/sql.ts";
import type { ClaimKind } from "./claim.ts";
import type { Merge } from "./resolve.ts";
import { contactColumns, type ContactRecord } from "./rows.ts";

export interface ListInput {
  readonly workspace: Id;
  readonly known: boolean;
  readonly group: Id | null;
  readonly after: { readonly at: Instant | null; readonly id: Id } | null;
  readonly limit: number;
}

/** Known contacts last seen first; anonymous visitors newest first. */
export async function listContactRows(db: Db, input: ListInput): Promise<ContactRecord[]> {
  const { workspace, after } = input;
  const inGroup =
    input.group === null
      ? empty
      : sql`and exists (select 1 from group_members m where m.bucket = c.bucket and m.group_id = ${input.group} and m.contact_id = c.id)`;
  if (!input.known) {
    const older = after ? sql`and (c.created_at, c.id) < (${ts(after.at ?? 0)}::timestamptz, ${after.id}::uuid)` : empty;
    return db.query<ContactRecord>(sql`
      select ${contactColumns("c")} from contacts c where c.workspace_id = ${workspace} and not c.known ${inGroup} ${older} order by c.created_at desc, c.id desc limit ${input.limit}`);
  }
  return db.query<ContactRecord>(sql`
    select ${contactColumns("c")} from contacts c where c.workspace_id = ${workspace} and c.known ${inGroup} ${after ? seenBefore(after) : empty} order by c.last_seen_at desc nulls last, c.id desc limit ${input.limit}`);
}

function seenBefore(after: { at: Instant | null; id: Id }): Sql {
  if (after.at === null) return sql`and c.last_seen_at is null and c.id < ${after.id}::uuid`;
  const at = ts(after.at);
  return sql`and (c.last_seen_at < ${at}::timestamptz or (c.last_seen_at = ${at}::timestamptz and c.id < ${after.id}::uuid) or c.last_seen_at is null)`;
}

/** Finds by the beginning of an e-mail, a name or a phone number, or by a whole user id; each by its own index. */
export async function searchContactIds(db: Db, input: { workspace: Id; text: string; limit: number }): Promise<Id[]> {
  const { workspace, limit } = input;
  const text = input.text.toLowerCase();
  const start = `${text.replace(/[\\%_]/g, "\\$&")}%`;
  const names = text.split(/\s+/, 2);
  const second = names.length === 2 ? `${names[1]!.replace(/[\\%_]/g, "\\$&")}%` : null;
  const first = `${names[0]!.replace(/[\\%_]/g, "\\$&")}%`;
  const rows = await db.query<{ id: Id }>(sql`
    select distinct f.id from (
      (select c.id from contacts c where c.workspace_id = ${workspace} and c.email like ${start} order by c.email, c.id limit ${limit})
      union all
      (select c.id from contacts c where c.workspace_id = ${workspace} and lower(c.last_name) like ${second ?? start} and (${second}::text is null or lower(c.first_name) like ${first}) order by c.id limit ${limit})
      union all
      (select c.id from contacts c where c.workspace_id = ${workspace} and lower(c.first_name) like ${second ?? start} and (${second}::text is null or lower(c.last_name) like ${first}) order by c.id limit ${limit})
    ) f order by f.id limit ${limit}`);
  return rows.map((row) => row.id);
}

export async function findByIdentity(
  db: Db,
  input: { workspace: Id; identities: readonly { lookupBucket: number; kind: string; value: string }[] },
): Promise<Id[]> {
  const rows = input.identities;
  const found = await db.query<{ contact_id: Id }>(sql`
    select i.contact_id from identities i
    join unnest(${rows.map((row) => row.lookupBucket)}::smallint[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[]) as r (lookup_bucket, kind, value)
      on i.lookup_bucket = r.lookup_bucket and i.kind = r.kind and i.value = r.value
    where i.workspace_id = ${input.workspace} order by i.contact_id`);
  return found.map((row) => row.contact_id);
}

/** Contacts by the user ids that name them. */
export async function contactsOfUsers(
  db: Db,
  input: { workspace: Id; users: readonly { lookupBucket: number; userId: string }[] },
): Promise<Map<string, Id>> {
  const { workspace, users } = input;
  const rows = await db.query<{ value: string; contact_id: Id }>(sql`
    select i.value, i.contact_id from identities i
    join unnest(${users.map((one) => one.lookupBucket)}::smallint[], ${users.map((one) => one.userId)}::text[]) as r (lookup_bucket, value) on i.lookup_bucket = r.lookup_bucket and i.kind = 'user_id' and i.value = r.value
    where i.workspace_id = ${workspace} order by i.value`);
  return new Map(rows.map((row) => [row.value, row.contact_id]));
}

/** The contact that one was folded into, at the end of the chain; the same id when it was not. */
export async function followMerges(db: Db, input: { workspace: Id; id: Id }): Promise<Id> {
  let id = input.id;
  for (let hops = 0; hops < 50; hops++) {
    const rows = await db.query<{ winner_id: Id }>(
      sql`select winner_id from merges where loser_id = ${id} and workspace_id = ${input.workspace} and undone_at is null order by merged_at desc, id desc limit 1`,
    );
    if (rows.length === 0) return id;
    id = rows[0]!.winner_id;
  }
  return id;
}

export async function groupsOf(db: Db, input: { workspace: Id; contact: Id }): Promise<{ id: Id; name: string; added_at: Instant }[]> {
  return db.query(sql`
    select g.id, g.name, m.added_at from group_members m join groups g on g.id = m.group_id
    where m.bucket = ${bucketOf(input.contact)}::smallint and m.contact_id = ${input.contact} and m.workspace_id = ${input.workspace} and g.archived_at is null order by g.name, g.id`);
}

export async function conflictsOf(
  db: Db,
  input: { workspace: Id; contact: Id },
): Promise<{ kind: string; value: string; holder_id: Id | null; source: string; claimed_at: Instant }[]> {
  return db.query(sql`
    select kind, value, holder_id, source, claimed_at from identity_conflicts
    where bucket = ${bucketOf(input.contact)}::smallint and contact_id = ${input.contact} and workspace_id = ${input.workspace} and decision is null order by claimed_at desc, kind, value limit 100`);
}

export interface MergeRow {
  readonly id: Id;
  readonly winner_id: Id;
  readonly loser_id: Id;
  readonly merged_at: Instant;
  readonly evidence: Partial<Merge["evidence"]> & Pick<Merge["evidence"], "kind" | "value">;
}

/** Merges that made a contact what it is, those that made its parts included; newest first. */
export async function mergesOf(db: Db, input: { workspace: Id; contact: Id }): Promise<MergeRow[]> {
  return db.query(sql`
    with recursive tree as (
      select m.id, m.winner_id, m.loser_id, m.merged_at, m.evidence from merges m
      where m.bucket = ${bucketOf(input.contact)}::smallint and m.winner_id = ${input.contact} and m.workspace_id = ${input.workspace} and m.undone_at is null
      union
      select m.id, m.winner_id, m.loser_id, m.merged_at, m.evidence from tree t
      join merges m on m.bucket = get_byte(uuid_send(t.loser_id), 15) and m.winner_id = t.loser_id and m.workspace_id = ${input.workspace} and m.undone_at is null
    )
    select id, winner_id, loser_id, merged_at, evidence from tree order by merged_at desc, id desc limit 1000`);
}

/** What joined two contacts the last time; of two that never were one, an identifier of the second. */
export async function evidenceBetween(db: Db, input: { workspace: Id; a: Id; b: Id }): Promise<{ kind: ClaimKind; value: string }> {
  const pair = [input.a, input.b];
  const rows = await db.query<{ kind: ClaimKind; value: string }>(sql`
    (select m.evidence ->> 'kind' as kind, m.evidence ->> 'value' as value from merges m
      where m.loser_id = any(${pair}::uuid[]) and m.winner_id = any(${pair}::uuid[]) and m.workspace_id = ${input.workspace} order by m.merged_at desc, m.id desc limit 1)
    union all
    (select i.kind, i.value from identities i where i.contact_id = ${input.b} and i.workspace_id = ${input.workspace} order by i.kind desc, i.value limit 1)
    limit 1`);
  return rows[0] ?? { kind: "user_id", value: "" };
}

/** Own fields of the contacts last seen, with how often they are filled and examples. */
export async function attributeSample(
  db: Db,
  input: { workspace: Id; most: number },
): Promise<{ contacts: number; rows: { name: string; kind: string; n: number; samples: string[] }[] }> {
  const rows = await db.query<{ name: string | null; kind: string | null; n: number; samples: string[] | null; total: number }>(sql`
    with sample as (
      select c.bucket, c.id, c.attributes from contacts c where c.workspace_id = ${input.workspace} and c.known order by c.last_seen_at desc nulls last, c.id desc limit ${input.most}
    ), fields as (
      select a.key as name, jsonb_typeof(a.value) as kind, count(*) as n, (array_agg(distinct left(a.value #>> '{}', 60)))[1:3] as samples
      from sample s, jsonb_each(s.attributes) as a (key, value) where jsonb_typeof(a.value) <> 'null' group by a.key, jsonb_typeof(a.value)
    )
    select f.name, f.kind, f.n, f.samples, (select count(*) from sample) as total from (select 1) one left join fields f on true order by f.name, f.n desc`);
  return {
    contacts: rows[0]?.total ?? 0,
    rows: rows.flatMap((row) => (row.name === null ? [] : [{ name: row.name, kind: row.kind!, n: row.n, samples: row.samples ?? [] }])),
  };
}

/** Attributes that contacts have, by their names in rules, from those seen last. */
export async function knownAttributes(db: Db, input: { workspace: Id }): Promise<ReadonlySet<string>> {
  const { rows } = await attributeSample(db, { workspace: input.workspace, most: 10_000 });
  return new Set(rows.map((row) => `attributes.${row.name}`));
}

export async function columnFill(db: Db, input: { workspace: Id; most: number; columns: Sql }): Promise<Record<string, number>> {
  const rows = await db.query<Record<string, number>>(sql`
    select ${input.columns} from (select c.* from contacts c where c.workspace_id = ${input.workspace} and c.known order by c.last_seen_at desc nulls last, c.id desc limit ${input.most}) s`);
  return rows[0] ?? {};
}

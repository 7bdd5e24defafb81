import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { join, jsonArray, raw, sql, ts, tsArray, type Sql } from "../../platform/db/sql.ts";
import { COLUMN_NAMES, type Draft, type FieldChange } from "./columns.ts";
import type { Conflict, IdentityKind } from "./claim.ts";
import { contactColumns, draftArrays, type ContactRecord } from "./rows.ts";

export interface IdentityRow {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly lookupBucket: number;
}

/** An identifier of a contact, and when it was last said of it. */
export interface HeldIdentity {
  readonly contact_id: Id;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly said_at: Instant;
}

const bucketsOf = (ids: readonly Id[]) => [...new Set(ids.map(bucketOf))];

/** Takes identifiers nobody holds, each for its provisional contact. Waits for whoever is taking one of them now. @returns those taken */
export async function takeIdentities(
  tx: Tx,
  input: { workspace: Id; source: string; now: Instant; identities: readonly (IdentityRow & { contact: Id; saidAt: Instant })[] },
): Promise<{ kind: IdentityKind; value: string }[]> {
  const rows = input.identities;
  return tx.query(sql`
    insert into identities (lookup_bucket, workspace_id, kind, value, contact_id, source, created_at, said_at)
    select r.lookup_bucket, ${input.workspace}, r.kind, r.value, r.contact_id, ${input.source}, ${ts(input.now)}::timestamptz, r.said_at
    from unnest(${rows.map((row) => row.lookupBucket)}::smallint[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[], ${rows.map((row) => row.contact)}::uuid[], ${tsArray(rows.map((row) => row.saidAt))}::timestamptz[])
      as r (lookup_bucket, kind, value, contact_id, said_at)
    order by r.lookup_bucket, r.kind, r.value
    on conflict (lookup_bucket, workspace_id, kind, value) do nothing
    returning kind, value`);
}

/** Reads identifiers and keeps them from changing until the end of the transaction; always in the same order, so that nobody deadlocks. */
export async function lockIdentities(
  tx: Tx,
  input: { workspace: Id; identities: readonly IdentityRow[] },
): Promise<(HeldIdentity & { part_id: Id | null })[]> {
  const rows = input.identities;
  return tx.query(sql`
    select i.kind, i.value, i.contact_id, i.part_id, coalesce(i.said_at, i.created_at) as said_at
    from unnest(${rows.map((row) => row.lookupBucket)}::smallint[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[]) as r (lookup_bucket, kind, value)
    join identities i on i.lookup_bucket = r.lookup_bucket and i.workspace_id = ${input.workspace} and i.kind = r.kind and i.value = r.value
    order by i.lookup_bucket, i.kind, i.value
    for no key update of i`);
}

export async function pointIdentities(
  tx: Tx,
  input: { workspace: Id; identities: readonly (IdentityRow & { contact: Id; part: Id | null })[] },
): Promise<void> {
  const rows = input.identities;
  await tx.query(sql`
    update identities i set contact_id = r.contact_id, part_id = r.part_id
    from unnest(${rows.map((row) => row.lookupBucket)}::smallint[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.part)}::uuid[])
      as r (lookup_bucket, kind, value, contact_id, part_id)
    where i.lookup_bucket = r.lookup_bucket and i.workspace_id = ${input.workspace} and i.kind = r.kind and i.value = r.value`);
}

/** Notes when identifiers were last said. */
export async function sayIdentities(
  tx: Tx,
  input: { workspace: Id; identities: readonly (IdentityRow & { saidAt: Instant })[] },
): Promise<void> {
  const rows = input.identities;
  await tx.query(sql`
    update identities i set said_at = r.said_at
    from unnest(${rows.map((row) => row.lookupBucket)}::smallint[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[], ${tsArray(rows.map((row) => row.saidAt))}::timestamptz[]) as r (lookup_bucket, kind, value, said_at)
    where i.lookup_bucket = r.lookup_bucket and i.workspace_id = ${input.workspace} and i.kind = r.kind and i.value = r.value`);
}

/** Frees identifiers; one given with a contact only where that contact has it. */
export async function dropIdentities(
  tx: Tx,
  input: { workspace: Id; identities: readonly (IdentityRow & { contact?: Id })[] },
): Promise<void> {
  const rows = input.identities;
  await tx.query(sql`
    delete from identities i
    using unnest(${rows.map((row) => row.lookupBucket)}::smallint[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[], ${rows.map((row) => row.contact ?? null)}::uuid[])
      as r (lookup_bucket, kind, value, contact_id)
    where i.lookup_bucket = r.lookup_bucket and i.workspace_id = ${input.workspace} and i.kind = r.kind and i.value = r.value and (r.contact_id is null or i.contact_id = r.contact_id)`);
}

export async function identitiesOf(
  db: Db,
  input: { workspace: Id; contacts: readonly Id[] },
): Promise<(HeldIdentity & { source: string; created_at: Instant; part_id: Id | null })[]> {
  return db.query(sql`
    select contact_id, kind, value, source, created_at, part_id, coalesce(said_at, created_at) as said_at from identities
    where workspace_id = ${input.workspace} and contact_id = any(${input.contacts}::uuid[]) order by contact_id, kind, value`);
}

/** How many identifiers contacts have, counted up to `most`. */
export async function countIdentities(
  db: Db,
  input: { workspace: Id; contacts: readonly Id[]; most: number },
): Promise<{ id: Id; n: number }[]> {
  return db.query(sql`
    select c.id, (select count(*) from (select 1 from identities i where i.contact_id = c.id and i.workspace_id = ${input.workspace} limit ${input.most}) part) as n
    from unnest(${input.contacts}::uuid[]) as c (id) order by c.id`);
}

/** Which of these contacts a person keeps apart from whom. */
export async function selectApart(db: Db, input: { workspace: Id; contacts: readonly Id[] }): Promise<{ contact_id: Id; holder_id: Id }[]> {
  return db.query(sql`
    select contact_id, holder_id from identity_conflicts
    where bucket = any(${bucketsOf(input.contacts)}::smallint[]) and contact_id = any(${input.contacts}::uuid[]) and workspace_id = ${input.workspace} and decision = 'apart' and holder_id is not null
    order by contact_id, holder_id`);
}

/** Reads contacts; with `lock`, keeps them from changing until the end of the transaction. */
export async function selectContacts(db: Db, input: { workspace: Id; ids: readonly Id[]; lock: boolean }): Promise<ContactRecord[]> {
  const ids = [...new Set(input.ids)];
  return db.query<ContactRecord>(sql`
    select ${contactColumns("c")} from unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) as asked (b, i) join contacts c on c.bucket = asked.b and c.id = asked.i
    where c.workspace_id = ${input.workspace}
    order by c.bucket, c.id ${input.lock ? raw("for no key update of c") : raw("")}`);
}

const unnestOf = (arrays: readonly { column: string; type: string; values: unknown[] }[]): Sql =>
  join(
    arrays.map(({ values, type }) => sql`${values}::${raw(type)}[]`),
    ", ",
  );

export async function insertContacts(tx: Tx, input: { drafts: readonly Draft[]; now: Instant }): Promise<void> {
  const drafts = [...input.drafts].sort((a, b) => a.bucket - b.bucket || (a.id < b.id ? -1 : 1));
  const arrays = draftArrays(drafts);
  const names = raw(arrays.map(({ column }) => column).join(", "));
  await tx.query(sql`
    insert into contacts (${names}, updated_at)
    select ${names}, ${ts(input.now)}::timestamptz from unnest(${unnestOf(arrays)}) as r (${names})`);
}

const SET = raw(
  [...COLUMN_NAMES, "attributes", "field_times", "known", "created_at", "last_seen_at"].map((name) => `${name} = r.${name}`).join(", "),
);

/** Writes whole contacts that this transaction has locked. */
export async function updateContacts(tx: Tx, input: { drafts: readonly Draft[]; now: Instant }): Promise<void> {
  const arrays = draftArrays(input.drafts);
  const names = raw(arrays.map(({ column }) => column).join(", "));
  await tx.query(sql`
    update contacts c set ${SET}, updated_at = ${ts(input.now)}::timestamptz
    from unnest(${unnestOf(arrays)}) as r (${names})
    where c.bucket = r.bucket and c.id = r.id and c.workspace_id = r.workspace_id`);
}

/**
 * Sets one attribute of some contacts to what was computed, whatever was said under its name before; null takes it out.
 * @returns those for whom that is news
 */
export async function setAttribute(
  tx: Tx,
  input: { workspace: Id; name: string; values: readonly { readonly contact: Id; readonly value: unknown }[]; now: Instant },
): Promise<Id[]> {
  const { name, values } = input;
  if (values.length === 0) return [];
  const rows = await tx.query<{ id: Id }>(sql`
    with asked as (
      select b as bucket, c as id, nullif(v, 'null'::jsonb) as value from unnest(${values.map((one) => bucketOf(one.contact))}::smallint[], ${values.map((one) => one.contact)}::uuid[], ${jsonArray(values.map((one) => one.value))}::jsonb[]) as a (b, c, v)
    ), stripped as (
      -- A value that is no more must not come back when joined contacts are separated.
      update contact_parts p set attributes = p.attributes - ${name}::text from asked a where a.value is null and p.bucket = a.bucket and p.contact_id = a.id and p.workspace_id = ${input.workspace} and p.attributes ? ${name}::text
    ), locked as (
      select c.bucket, c.id, a.value from contacts c join asked a on a.bucket = c.bucket and a.id = c.id
      where c.workspace_id = ${input.workspace} and (c.attributes -> ${name}::text) is distinct from a.value order by c.bucket, c.id for no key update of c
    )
    update contacts c set attributes = case when l.value is null then c.attributes - ${name}::text else c.attributes || jsonb_build_object(${name}::text, l.value) end,
      field_times = c.field_times || jsonb_build_object(${`attributes.${name}`}::text, ${input.now}::bigint), updated_at = ${ts(input.now)}::timestamptz
    from locked l where c.bucket = l.bucket and c.id = l.id returning c.id`);
  return rows.map((row) => row.id).sort();
}

/** Contacts of some buckets, for work on everyone; hidden visitors too. */
export async function idsOfBuckets(db: Db, input: { workspace: Id; buckets: readonly number[] }): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(
    sql`select c.id from contacts c where c.bucket = any(${input.buckets as number[]}::smallint[]) and c.workspace_id = ${input.workspace} order by c.id`,
  );
  return rows.map((row) => row.id);
}

/** Some contacts seen last. */
export async function seenLast(db: Db, input: { workspace: Id; limit: number }): Promise<Id[]> {
  const rows = await db.query<{ id: Id }>(
    sql`select c.id from contacts c where c.workspace_id = ${input.workspace} and c.known order by c.last_seen_at desc nulls last, c.id desc limit ${input.limit}`,
  );
  return rows.map((row) => row.id);
}

export async function touchContacts(tx: Tx, input: { workspace: Id; drafts: readonly Draft[] }): Promise<void> {
  const { drafts } = input;
  await tx.query(sql`
    update contacts c set last_seen_at = r.seen_at
    from unnest(${drafts.map((one) => one.bucket)}::smallint[], ${drafts.map((one) => one.id)}::uuid[], ${tsArray(drafts.map((one) => one.lastSeenAt))}::timestamptz[]) as r (bucket, id, seen_at)
    where c.bucket = r.bucket and c.id = r.id and c.workspace_id = ${input.workspace}`);
}

/** Who last changed each field of a contact, by its name (`email`, `attributes.plan`). */
export async function sourcesOfFields(db: Db, input: { workspace: Id; contact: Id }): Promise<Record<string, string>> {
  const rows = await db.query<{ attribute: string; source: string }>(sql`
    select distinct on (a.attribute) a.attribute, a.source from attribute_changes a
    where a.bucket = ${bucketOf(input.contact)}::smallint and a.contact_id = ${input.contact} and a.workspace_id = ${input.workspace} order by a.attribute, a.changed_at desc, a.id desc`);
  return Object.fromEntries(rows.map((row) => [row.attribute, row.source]));
}

export async function deleteContacts(tx: Tx, input: { workspace: Id; ids: readonly Id[] }): Promise<void> {
  await tx.query(sql`
    delete from contacts where bucket = any(${bucketsOf(input.ids)}::smallint[]) and id = any(${input.ids}::uuid[]) and workspace_id = ${input.workspace}`);
}

export async function insertFieldChanges(tx: Tx, input: { workspace: Id; rows: readonly (FieldChange & { id: Id })[] }): Promise<void> {
  const { rows } = input;
  await tx.query(sql`
    insert into attribute_changes (bucket, contact_id, id, workspace_id, attribute, old_value, new_value, source, changed_at, part_id)
    select r.bucket, r.contact_id, r.id, ${input.workspace}, r.attribute, r.old_value, r.new_value, r.source, r.changed_at, r.part_id
    from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.field)}::text[],
      ${jsonArray(rows.map((row) => row.old ?? null))}::jsonb[], ${jsonArray(rows.map((row) => row.new))}::jsonb[], ${rows.map((row) => row.source)}::text[], ${tsArray(rows.map((row) => row.at))}::timestamptz[], ${rows.map((row) => row.part ?? null)}::uuid[])
      as r (bucket, contact_id, id, attribute, old_value, new_value, source, changed_at, part_id)
    order by r.bucket, r.contact_id, r.id`);
}

export async function insertConflicts(
  tx: Tx,
  input: { workspace: Id; source: string; at: Instant; conflicts: readonly Conflict[] },
): Promise<void> {
  const rows = [...new Map(input.conflicts.map((row) => [`${row.contact} ${row.kind} ${row.value}`, row])).values()];
  await tx.query(sql`
    insert into identity_conflicts (bucket, contact_id, kind, value, workspace_id, holder_id, source, claimed_at)
    select r.bucket, r.contact_id, r.kind, r.value, ${input.workspace}, r.holder_id, ${input.source}, ${ts(input.at)}::timestamptz
    from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[], ${rows.map((row) => row.holder)}::uuid[])
      as r (bucket, contact_id, kind, value, holder_id)
    order by r.bucket, r.contact_id, r.kind, r.value
    on conflict (bucket, contact_id, kind, value) do nothing`);
}

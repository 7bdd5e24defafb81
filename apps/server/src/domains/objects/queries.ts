import { createHash } from "node:crypto";
import { bucketOf, formatUuid, type Id, type Instant } from "@relance/model/base";
import type { ObjectFields, ObjectType } from "@relance/model/objects";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";

export interface TypeRow extends ObjectType {
  readonly id: Id;
  readonly created_at: Instant;
  readonly objects: number;
}
export interface ObjectState {
  bucket: number;
  id: Id;
  type: string;
  external_id: string;
  contact_id: Id;
  fields: ObjectFields;
  created_at: Instant;
  updated_at: Instant;
  removed_at: Instant | null;
  source: string;
}
export type ObjectRecord = ObjectState & { readonly contact_name: string };

/** The id of an object: made of its workspace, type and external id. */
export function objectId(workspace: Id, type: string, externalId: string): Id {
  return formatUuid(createHash("sha256").update(`${workspace}\u0000object\u0000${type}\u0000${externalId}`).digest().subarray(0, 16));
}

/** Types of the workspace that are in use, with how many objects each has. */
export async function selectTypes(db: Db, input: { workspace: Id }): Promise<TypeRow[]> {
  return db.query<TypeRow>(sql`
    select t.id, t.key, t.names, t.fields, t.created_at, coalesce((select sum(c.n) from counters c where c.workspace_id = t.workspace_id and c.name = 'objects:' || t.key), 0)::bigint as objects
    from object_types t where t.workspace_id = ${input.workspace} and t.archived_at is null order by t.key`);
}

/** @returns whether the key was free */
export async function insertType(tx: Tx, input: { workspace: Id; id: Id; type: ObjectType; by: string; now: Instant }): Promise<boolean> {
  const rows = await tx.query(sql`
    insert into object_types (id, workspace_id, key, names, fields, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.type.key}, ${json(input.type.names)}::jsonb, ${json(input.type.fields)}::jsonb, ${ts(input.now)}::timestamptz, ${input.by}) on conflict (workspace_id, key) do nothing returning id`);
  return rows.length > 0;
}

export async function updateType(tx: Tx, input: { workspace: Id; id: Id; type: Pick<ObjectType, "names" | "fields"> }): Promise<void> {
  await tx.query(
    sql`update object_types set names = ${json(input.type.names)}::jsonb, fields = ${json(input.type.fields)}::jsonb where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
}

export async function archiveType(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  await tx.query(
    sql`update object_types set archived_at = ${ts(input.now)}::timestamptz where workspace_id = ${input.workspace} and id = ${input.id} and archived_at is null`,
  );
}

/** Takes ids nobody has, for objects of contacts of a bucket. */
export async function takeObjectKeys(
  tx: Tx,
  input: { workspace: Id; keys: readonly { readonly id: Id; readonly bucket: number }[] },
): Promise<void> {
  const keys = [...input.keys].sort((a, b) => bucketOf(a.id) - bucketOf(b.id) || (a.id < b.id ? -1 : 1));
  await tx.query(sql`
    insert into object_keys (lookup_bucket, object_id, workspace_id, bucket)
    select r.lookup_bucket, r.id, ${input.workspace}::uuid, r.bucket from unnest(${keys.map((key) => bucketOf(key.id))}::smallint[], ${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.bucket)}::smallint[]) as r (lookup_bucket, id, bucket)
    order by r.lookup_bucket, r.id on conflict (lookup_bucket, object_id) do nothing`);
}

/** Objects by id, kept from changing until the end of the transaction; those never told of are missing. */
export async function lockObjects(tx: Tx, input: { workspace: Id; ids: readonly Id[] }): Promise<Map<Id, ObjectState>> {
  const ids = [...input.ids].sort((a, b) => bucketOf(a) - bucketOf(b) || (a < b ? -1 : 1));
  if (ids.length === 0) return new Map();
  const keys = await tx.query<{ object_id: Id; bucket: number }>(sql`
    select k.object_id, k.bucket from object_keys k join unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) as r (lookup_bucket, id) on k.lookup_bucket = r.lookup_bucket and k.object_id = r.id
    where k.workspace_id = ${input.workspace} order by k.lookup_bucket, k.object_id for update of k`);
  return readObjects(tx, input.workspace, keys);
}

async function readObjects(db: Db, workspace: Id, keys: readonly { object_id: Id; bucket: number }[]): Promise<Map<Id, ObjectState>> {
  const rows = await db.query<ObjectState>(sql`
    select ${COLUMNS} from objects o join unnest(${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.object_id)}::uuid[]) as r (bucket, id) on o.bucket = r.bucket and o.id = r.id
    where o.workspace_id = ${workspace} order by o.bucket, o.id`);
  return new Map(rows.map((row) => [row.id, row]));
}

const COLUMNS = sql`o.bucket, o.id, o.type, o.external_id, o.contact_id, o.fields, o.created_at, o.updated_at, o.removed_at, o.source`;

/** Moves keys to the buckets of new owners, and takes the rows from the old ones; they are about to be written anew. */
export async function moveObjects(
  tx: Tx,
  input: { workspace: Id; moves: readonly { readonly id: Id; readonly from: number; readonly to: number }[] },
): Promise<void> {
  const { moves, workspace } = input;
  await tx.query(
    sql`delete from objects o using unnest(${moves.map((one) => one.from)}::smallint[], ${moves.map((one) => one.id)}::uuid[]) as r (bucket, id) where o.bucket = r.bucket and o.id = r.id and o.workspace_id = ${workspace}`,
  );
  await tx.query(sql`
    update object_keys k set bucket = r.bucket from unnest(${moves.map((one) => bucketOf(one.id))}::smallint[], ${moves.map((one) => one.id)}::uuid[], ${moves.map((one) => one.to)}::smallint[]) as r (lookup_bucket, id, bucket)
    where k.lookup_bucket = r.lookup_bucket and k.object_id = r.id and k.workspace_id = ${workspace}`);
}

export async function writeObjects(tx: Tx, input: { workspace: Id; objects: readonly ObjectState[] }): Promise<void> {
  const rows = [...input.objects].sort((a, b) => a.bucket - b.bucket || (a.id < b.id ? -1 : 1));
  await tx.query(sql`
    insert into objects (bucket, id, workspace_id, type, external_id, contact_id, fields, created_at, updated_at, removed_at, source)
    select r.bucket, r.id, ${input.workspace}::uuid, r.type, r.external_id, r.contact_id, r.fields, r.created_at, r.updated_at, r.removed_at, r.source
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.type)}::text[], ${rows.map((row) => row.external_id)}::text[], ${rows.map((row) => row.contact_id)}::uuid[], ${jsonArray(rows.map((row) => row.fields))}::jsonb[],
      ${tsArray(rows.map((row) => row.created_at))}::timestamptz[], ${tsArray(rows.map((row) => row.updated_at))}::timestamptz[], ${tsArray(rows.map((row) => row.removed_at))}::timestamptz[], ${rows.map((row) => row.source)}::text[])
      as r (bucket, id, type, external_id, contact_id, fields, created_at, updated_at, removed_at, source)
    order by r.bucket, r.id
    on conflict (bucket, id) do update set contact_id = excluded.contact_id, fields = excluded.fields, created_at = excluded.created_at, updated_at = excluded.updated_at, removed_at = excluded.removed_at, source = excluded.source`);
}

/** Objects that are there, the last changed first. */
export async function listObjectRows(
  db: Db,
  input: { workspace: Id; type: string | null; contact: Id | null; after: { at: Instant; id: Id } | null; limit: number },
): Promise<ObjectRecord[]> {
  const { type, contact, after } = input;
  return db.query<ObjectRecord>(sql`
    select ${COLUMNS}, coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, '') as contact_name
    from objects o left join contacts c on c.bucket = o.bucket and c.id = o.contact_id
    where o.workspace_id = ${input.workspace} and o.removed_at is null ${type === null ? empty : sql`and o.type = ${type}`} ${contact === null ? empty : sql`and o.bucket = ${bucketOf(contact)}::smallint and o.contact_id = ${contact}`}
      ${after === null ? empty : sql`and (o.updated_at, o.id) < (${ts(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by o.updated_at desc, o.id desc limit ${input.limit}`);
}

/** Objects by id, also those that were removed. */
export async function findObjects(db: Db, input: { workspace: Id; ids: readonly Id[] }): Promise<ObjectRecord[]> {
  const { ids } = input;
  return db.query<ObjectRecord>(sql`
    select ${COLUMNS}, coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, '') as contact_name
    from unnest(${ids.map(bucketOf)}::smallint[], ${ids as Id[]}::uuid[]) as r (lookup_bucket, id) join object_keys k on k.lookup_bucket = r.lookup_bucket and k.object_id = r.id
    join objects o on o.bucket = k.bucket and o.id = k.object_id left join contacts c on c.bucket = o.bucket and c.id = o.contact_id
    where o.workspace_id = ${input.workspace} order by o.type, o.id`);
}

/** Objects that are there of some contacts, the last changed first. */
export async function objectsOf(db: Db, input: { workspace: Id; contacts: readonly Id[] }): Promise<ObjectState[]> {
  const { contacts } = input;
  return db.query<ObjectState>(sql`
    select ${COLUMNS} from unnest(${contacts.map(bucketOf)}::smallint[], ${contacts as Id[]}::uuid[]) as r (bucket, contact_id) join objects o on o.bucket = r.bucket and o.contact_id = r.contact_id
    where o.workspace_id = ${input.workspace} and o.removed_at is null order by o.updated_at desc, o.id`);
}

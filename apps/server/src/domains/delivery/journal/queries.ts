import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { SuppressionReason } from "@relance/model/consent";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { rowSet } from "../../../platform/db/row-set.ts";
import { sql, ts } from "../../../platform/db/sql.ts";

export async function readMark(db: Db, journal: Id): Promise<{ n: number; at: Instant } | null> {
  return (
    (await db.query<{ n: number; at: Instant }>(sql`select j.n, j.marked_at as at from journals j where j.id = ${journal}`))[0] ?? null
  );
}

export async function writeMark(db: Db, input: { readonly journal: Id; readonly n: number; readonly now: Instant }): Promise<void> {
  await db.query(sql`
    insert into journals (id, n, marked_at) values (${input.journal}, ${input.n}::bigint, ${ts(input.now)}::timestamptz)
    on conflict (id) do update set n = greatest(journals.n, excluded.n), marked_at = excluded.marked_at`);
}

/** Addresses stopped since an instant; few, and found workspace by workspace. */
export function readStoppedSince(
  db: Db,
  input: { readonly since: Instant },
): Promise<{ workspace: Id; channel: string; hash: string; reason: SuppressionReason }[]> {
  return db.query(sql`
    select s.workspace_id as workspace, s.channel, s.address_hash as hash, s.reason
    from workspaces w cross join lateral (
      select s.workspace_id, s.channel, s.address_hash, s.reason, s.suppressed_at from suppressions s
      where s.workspace_id = w.id and s.suppressed_at > ${ts(input.since)}::timestamptz and s.lifted_at is null) s
    order by s.workspace_id, s.suppressed_at, s.address_hash`);
}

/** Where contacts are reached now. */
export function readAddresses(
  tx: Tx,
  input: { readonly contacts: readonly Id[] },
): Promise<{ id: Id; email: string | null; phone: string | null }[]> {
  const contacts = [...new Set(input.contacts)];
  return tx.query(sql`
    select c.id, c.email, c.phone from unnest(${contacts.map(bucketOf)}::smallint[], ${contacts}::uuid[]) as a (bucket, id) join contacts c on c.bucket = a.bucket and c.id = a.id order by c.id`);
}

/** Of these workspaces, those there are. */
export async function readWorkspaces(tx: Tx, input: { readonly ids: readonly Id[] }): Promise<Set<Id>> {
  return new Set(
    (await tx.query<{ id: Id }>(sql`select w.id from workspaces w where w.id = any(${[...new Set(input.ids)]}::uuid[]) order by w.id`)).map(
      (row) => row.id,
    ),
  );
}

/** Of these sends, those the database knows the end of. */
export async function readEnded(
  tx: Tx,
  input: { readonly sends: readonly { readonly bucket: number; readonly id: Id }[] },
): Promise<Set<Id>> {
  const { sends } = input;
  return new Set(
    (
      await tx.query<{ id: Id }>(sql`
    select s.id from unnest(${sends.map((one) => one.bucket)}::smallint[], ${sends.map((one) => one.id)}::uuid[]) as a (bucket, id)
    join sends s on s.bucket = a.bucket and s.id = a.id where s.ended_at is not null order by s.id`)
    ).map((row) => row.id),
  );
}

export interface Forgotten {
  readonly hash: string;
  readonly send: Id;
  readonly workspace: Id;
  readonly at: Instant;
}

const lookupBucket = (hash: string) => Number.parseInt(hash.slice(0, 2), 16);

export async function insertForgotten(tx: Tx, input: { readonly rows: readonly Forgotten[] }): Promise<void> {
  if (input.rows.length === 0) return;
  await tx.query(sql`
    insert into forgotten_sends (lookup_bucket, hash, send_id, workspace_id, at) select b, h, s, w, a
    from ${rowSet(input.rows, { b: ["smallint", (row) => lookupBucket(row.hash)], h: ["text", (row) => row.hash], s: ["uuid", (row) => row.send], w: ["uuid", (row) => row.workspace], a: ["timestamptz", (row) => row.at] })} as f
    order by b, h, s on conflict do nothing`);
}

/** Whether a restore left anything to be kept from leaving. */
export async function anyForgotten(db: Db): Promise<boolean> {
  return (await db.query(sql`select 1 as one from forgotten_sends limit 1`)).length > 0;
}

export function readForgotten(tx: Tx, input: { readonly hashes: readonly string[] }): Promise<{ hash: string; send: Id; at: Instant }[]> {
  const hashes = [...new Set(input.hashes)];
  return tx.query(sql`
    select f.hash, f.send_id as send, f.at from unnest(${hashes.map(lookupBucket)}::smallint[], ${hashes}::text[]) as a (bucket, hash)
    join forgotten_sends f on f.lookup_bucket = a.bucket and f.hash = a.hash order by f.hash, f.at, f.send_id`);
}

export async function deleteForgotten(
  tx: Tx,
  input: { readonly rows: readonly { readonly hash: string; readonly send: Id }[] },
): Promise<void> {
  if (input.rows.length === 0) return;
  await tx.query(sql`
    delete from forgotten_sends f using unnest(${input.rows.map((row) => lookupBucket(row.hash))}::smallint[], ${input.rows.map((row) => row.hash)}::text[], ${input.rows.map((row) => row.send)}::uuid[]) as g (bucket, hash, send)
    where f.lookup_bucket = g.bucket and f.hash = g.hash and f.send_id = g.send`);
}

export async function dropForgotten(db: Db, input: { readonly before: Instant }): Promise<void> {
  await db.query(sql`delete from forgotten_sends where at < ${ts(input.before)}::timestamptz`);
}

import { bucketOf, DAY, type Id, type Instant } from "@relance/model/base";
import { addToCounters } from "../../platform/counters.ts";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, sql, ts, tsArray } from "../../platform/db/sql.ts";
import type { Chance } from "../../platform/ports.ts";

export interface Coupon {
  readonly code: string;
  readonly expiresAt: Instant | null;
}
export interface PoolRow {
  readonly id: Id;
  readonly name: string;
  readonly kind: "generated" | "list";
  readonly prefix: string;
  readonly valid_days: number | null;
  readonly created_at: Instant;
  readonly free: number;
  readonly given: number;
}

const freeName = (pool: Id) => `coupons.free:${pool}`;
const givenName = (pool: Id) => `coupons.given:${pool}`;

/** Pools of codes with how many are free and given; of generated pools none is ever free, and none lacks. */
export async function selectPools(db: Db, input: { workspace: Id; id?: Id }): Promise<PoolRow[]> {
  return db.query<PoolRow>(sql`
    select p.id, p.name, p.kind, p.prefix, p.valid_days, p.created_at,
      coalesce((select sum(c.n) from counters c where c.workspace_id = p.workspace_id and c.name = 'coupons.free:' || p.id::text), 0)::bigint as free,
      coalesce((select sum(c.n) from counters c where c.workspace_id = p.workspace_id and c.name = 'coupons.given:' || p.id::text), 0)::bigint as given
    from coupon_pools p where p.workspace_id = ${input.workspace} and p.archived_at is null and (${input.id ?? null}::uuid is null or p.id = ${input.id ?? null}::uuid) order by lower(p.name), p.id`);
}

export async function insertPool(
  tx: Tx,
  input: {
    workspace: Id;
    id: Id;
    name: string;
    kind: "generated" | "list";
    prefix: string;
    validDays: number | null;
    by: string;
    now: Instant;
  },
): Promise<void> {
  await tx.query(sql`
    insert into coupon_pools (id, workspace_id, name, kind, prefix, valid_days, created_at, created_by)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.kind}, ${input.prefix}, ${input.validDays}::integer, ${ts(input.now)}::timestamptz, ${input.by})`);
}

export async function archivePool(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  await tx.query(
    sql`update coupon_pools set archived_at = ${ts(input.now)}::timestamptz where workspace_id = ${input.workspace} and id = ${input.id} and archived_at is null`,
  );
}

/** Adds codes to a list; those it has, or has given, are left. @returns how many were new */
export async function addCodes(tx: Tx, input: { workspace: Id; pool: Id; codes: readonly string[]; slot: number }): Promise<number> {
  const rows = await tx.query(sql`
    insert into coupon_stock (pool_id, code, workspace_id)
    select ${input.pool}::uuid, c, ${input.workspace}::uuid from unnest(${[...new Set(input.codes)].sort()}::text[]) as u (c)
    where not exists (select 1 from coupons g where g.pool_id = ${input.pool} and g.code = u.c) order by c on conflict (pool_id, code) do nothing returning code`);
  await addToCounters(tx, input.slot, [{ workspace: input.workspace, name: freeName(input.pool), n: rows.length }]);
  return rows.length;
}

export interface GivenRow {
  readonly id: Id;
  readonly code: string;
  readonly contact_id: Id;
  readonly contact_name: string;
  readonly given_at: Instant;
  readonly expires_at: Instant | null;
  readonly order_id: Id | null;
  readonly order_number: string | null;
  readonly ordered_at: Instant | null;
}

/** Codes a pool gave, newest first, each with the first order of its holder that used it. */
export async function listGiven(
  db: Db,
  input: { workspace: Id; pool: Id; search: string | null; after: { at: Instant; id: Id } | null; limit: number },
): Promise<GivenRow[]> {
  const { after, search } = input;
  return db.query<GivenRow>(sql`
    select g.id, g.code, g.contact_id, coalesce(nullif(concat_ws(' ', c.first_name, c.last_name), ''), c.email, '') as contact_name, g.given_at, g.expires_at, o.id as order_id, o.external_id as order_number, o.placed_at as ordered_at
    from coupons g left join contacts c on c.bucket = g.bucket and c.id = g.contact_id
    left join lateral (
      select o.id, o.external_id, o.placed_at from orders o
      where o.bucket = g.bucket and o.contact_id = g.contact_id and o.workspace_id = g.workspace_id and o.placed_at >= g.given_at and lower(o.coupon) = lower(g.code) order by o.placed_at, o.id limit 1) o on true
    where g.workspace_id = ${input.workspace} and g.pool_id = ${input.pool} ${search === null ? empty : sql`and g.code = ${search}`}
      ${after === null ? empty : sql`and (g.given_at, g.id) < (${ts(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by g.given_at desc, g.id desc limit ${input.limit}`);
}

/**
 * Gives each contact a code of a pool: the one it holds while that is good, else a new one. In sets, in the caller's transaction: when it
 * fails, the codes are free again. @returns by contact; missing: the pool has no code left, or is no more
 */
export async function giveCoupons(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly pool: Id;
    readonly contacts: readonly Id[];
    readonly now: Instant;
    readonly chance: Chance;
    readonly slot: number;
  },
): Promise<Map<Id, Coupon>> {
  const { workspace, now, chance } = input;
  const contacts = [...new Set(input.contacts)].sort();
  const [pool] = await selectPools(tx, { workspace, id: input.pool });
  if (!pool || contacts.length === 0) return new Map();
  const held = await tx.query<{ contact_id: Id; code: string; expires_at: Instant | null }>(sql`
    select distinct on (g.contact_id) g.contact_id, g.code, g.expires_at from coupons g join unnest(${contacts.map(bucketOf)}::smallint[], ${contacts}::uuid[]) as c (b, i) on g.bucket = c.b and g.contact_id = c.i
    where g.pool_id = ${pool.id} and (g.expires_at is null or g.expires_at > ${ts(now)}::timestamptz) order by g.contact_id, g.given_at desc, g.id`);
  const given = new Map<Id, Coupon>(held.map((row) => [row.contact_id, { code: row.code, expiresAt: row.expires_at }]));
  const wanting = contacts.filter((contact) => !given.has(contact));
  if (wanting.length === 0) return given;
  const codes =
    pool.kind === "generated" ? wanting.map(() => `${pool.prefix}${makeCode(chance)}`) : await takeCodes(tx, pool.id, wanting.length);
  const rows = codes.map((code, at) => ({ id: chance.id(now), contact: wanting[at]!, code }));
  if (rows.length === 0) return given;
  const expiresAt = pool.valid_days === null ? null : now + pool.valid_days * DAY;
  await tx.query(sql`
    insert into coupons (bucket, id, workspace_id, contact_id, pool_id, code, given_at, expires_at)
    select b, i, ${workspace}::uuid, c, ${pool.id}::uuid, k, ${ts(now)}::timestamptz, x
    from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.code)}::text[], ${tsArray(rows.map(() => expiresAt))}::timestamptz[]) as r (b, i, c, k, x) order by b, i`);
  await addToCounters(tx, input.slot, [
    { workspace, name: givenName(pool.id), n: rows.length },
    ...(pool.kind === "list" ? [{ workspace, name: freeName(pool.id), n: -rows.length }] : []),
  ]);
  for (const row of rows) given.set(row.contact, { code: row.code, expiresAt });
  return given;
}

// Several processes give at once: one list is given from by one of them at a time.
async function takeCodes(tx: Tx, pool: Id, most: number): Promise<string[]> {
  await tx.query(sql`select id from coupon_pools where id = ${pool} for update`);
  const rows = await tx.query<{ code: string }>(sql`
    with taken as (select s.pool_id, s.code from coupon_stock s where s.pool_id = ${pool} order by s.code limit ${most})
    delete from coupon_stock s using taken t where s.pool_id = t.pool_id and s.code = t.code returning s.code`);
  return rows.map((row) => row.code).sort();
}

// Without the letters and digits that are mistaken for one another; twelve of 32 are 60 bits.
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const makeCode = (chance: Chance): string => Array.from(chance.bytes(12), (byte) => ALPHABET[byte & 31]).join("");

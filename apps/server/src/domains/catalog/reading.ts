import { createHash } from "node:crypto";
import type { StoreSender } from "@relance/contract/catalog";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { RefundSeen } from "@relance/model/events";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";

export interface StoreRow {
  id: Id;
  code: string;
  name: string;
  country: string;
  languages: string[];
  currency: string;
  time_zone: string;
  url: string | null;
  latitude: number | null;
  longitude: number | null;
  sender: Partial<StoreSender>;
  archived: boolean;
  source: string;
  created_at: Instant;
  updated_at: Instant;
}
export interface OrderRecord {
  bucket: number;
  id: Id;
  external_id: string;
  contact_id: Id | null;
  kind: "sale" | "return";
  status: string;
  currency: string;
  total: number;
  refunded: number;
  refunds: readonly RefundSeen[];
  discount: number | null;
  shipping: number | null;
  tax: number | null;
  store_id: Id | null;
  store_name: string | null;
  coupon: string | null;
  placed_at: Instant;
  updated_at: Instant;
  source: string;
  lines: number;
}

/** Whether the catalogue holds anything. */
export async function hasProducts(db: Db, input: { workspace: Id }): Promise<boolean> {
  const [row] = await db.query<{ any: boolean }>(
    sql`select exists (select 1 from products where workspace_id = ${input.workspace}) as any`,
  );
  return row!.any;
}

export async function selectStores(db: Db, input: { workspace: Id }): Promise<StoreRow[]> {
  return db.query<StoreRow>(sql`
    select id, code, name, country, languages, currency, time_zone, url, latitude, longitude, sender, archived_at is not null as archived, source, created_at, coalesce(updated_at, created_at) as updated_at from stores where workspace_id = ${input.workspace} order by code`);
}

/** Those of some stores whose place is known. */
export const placesOf = (stores: readonly StoreRow[]) =>
  stores.flatMap(({ code, latitude, longitude }) => (latitude === null || longitude === null ? [] : [{ code, latitude, longitude }]));

const order = sql`o.bucket, o.id, o.external_id, o.contact_id, o.kind, o.status, o.currency, o.total, o.refunded, o.refunds, o.discount, o.shipping, o.tax, o.store_id, (select s.name from stores s where s.id = o.store_id) as store_name, o.coupon, o.placed_at, o.updated_at, o.source,
  (select count(*) from order_lines l where l.bucket = o.bucket and l.order_id = o.id) as lines`;

export async function listOrderRows(
  db: Db,
  input: { workspace: Id; contact: Id | null; after: { at: Instant; id: Id } | null; limit: number },
): Promise<OrderRecord[]> {
  const { contact, after } = input;
  return db.query<OrderRecord>(sql`
    select ${order} from orders o
    where o.workspace_id = ${input.workspace} ${contact === null ? empty : sql`and o.bucket = ${bucketOf(contact)}::smallint and o.contact_id = ${contact}`}
      ${after === null ? empty : sql`and (o.placed_at, o.id) < (${ts(after.at)}::timestamptz, ${after.id}::uuid)`}
    order by o.placed_at desc, o.id desc limit ${input.limit}`);
}

/** An order by its number, or by our id. */
export async function findOrder(
  db: Db,
  input: { workspace: Id; externalId: string } | { workspace: Id; id: Id },
): Promise<OrderRecord | null> {
  const { workspace } = input;
  const keys =
    "id" in input
      ? await db.query<{ order_id: Id; bucket: number }>(
          sql`select order_id, bucket from order_keys where order_id = ${input.id} and workspace_id = ${workspace} order by order_id`,
        )
      : await db.query<{ order_id: Id; bucket: number }>(sql`
      select order_id, bucket from order_keys where lookup_bucket = ${orderLookupBucket(workspace, input.externalId)}::smallint and workspace_id = ${workspace} and external_id = ${input.externalId} order by order_id`);
  if (keys.length === 0) return null;
  const rows = await db.query<OrderRecord>(
    sql`select ${order} from orders o where o.bucket = ${keys[0]!.bucket}::smallint and o.id = ${keys[0]!.order_id} and o.workspace_id = ${workspace} order by o.id`,
  );
  return rows[0] ?? null;
}

/** The bucket an order number is looked up in. */
export function orderLookupBucket(workspace: Id, externalId: string): number {
  return createHash("sha1").update(`${workspace}\u0000${externalId}`).digest()[0]!;
}

export interface OrderItem {
  readonly line: number;
  readonly product_id: Id | null;
  readonly variant_id: Id | null;
  readonly sku: string | null;
  readonly name: string | null;
  readonly quantity: number;
  readonly unit_price: number;
  readonly total: number;
  /** The shop's own number of it. */ readonly ref: string | null;
}

export async function linesOf(db: Db, input: { workspace: Id; bucket: number; order: Id }): Promise<OrderItem[]> {
  return db.query(sql`
    select line, product_id, variant_id, sku, name, quantity, unit_price, total, attributes ->> 'ref' as ref from order_lines
    where bucket = ${input.bucket}::smallint and order_id = ${input.order} and workspace_id = ${input.workspace} order by line`);
}

export interface KnownOrder {
  readonly contact: Id | null;
  readonly total: number;
  readonly placedAt: Instant;
  readonly currency: string;
  readonly refunds: readonly RefundSeen[];
}

/** What is stored of orders by their numbers: whose they are, what they came to, and what was given back. */
export async function knownOrders(db: Db, input: { workspace: Id; externalIds: readonly string[] }): Promise<Map<string, KnownOrder>> {
  const { workspace, externalIds } = input;
  const rows = await db.query<{
    external_id: string;
    contact_id: Id | null;
    total: number;
    placed_at: Instant;
    currency: string;
    refunds: RefundSeen[];
  }>(sql`
    select o.external_id, o.contact_id, o.total, o.placed_at, o.currency, o.refunds
    from unnest(${externalIds.map((one) => orderLookupBucket(workspace, one))}::smallint[], ${externalIds}::text[]) as r (lookup_bucket, external_id)
    join order_keys k on k.lookup_bucket = r.lookup_bucket and k.workspace_id = ${workspace} and k.external_id = r.external_id
    join orders o on o.bucket = k.bucket and o.id = k.order_id
    where o.workspace_id = ${workspace} order by o.external_id`);
  return new Map(
    rows.map((row) => [
      row.external_id,
      { contact: row.contact_id, total: row.total, placedAt: row.placed_at, currency: row.currency, refunds: row.refunds },
    ]),
  );
}

/** The lines of orders by their numbers, as far as a refund names them. */
export async function soldLines(
  db: Db,
  input: { workspace: Id; externalIds: readonly string[] },
): Promise<
  Map<string, { readonly product: string | null; readonly sku: string | null; readonly quantity: number; readonly total: number }[]>
> {
  const { workspace, externalIds } = input;
  const rows = await db.query<{ external_id: string; product: string | null; sku: string | null; quantity: number; total: number }>(sql`
    select r.external_id, p.external_id as product, l.sku, l.quantity, l.total
    from unnest(${externalIds.map((one) => orderLookupBucket(workspace, one))}::smallint[], ${externalIds}::text[]) as r (lookup_bucket, external_id)
    join order_keys k on k.lookup_bucket = r.lookup_bucket and k.workspace_id = ${workspace} and k.external_id = r.external_id
    join order_lines l on l.bucket = k.bucket and l.order_id = k.order_id
    left join products p on p.id = l.product_id
    where l.workspace_id = ${workspace} order by r.external_id, l.line`);
  return Map.groupBy(rows, (row) => row.external_id);
}

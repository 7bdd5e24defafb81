import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Json, LineSeen, ProductSeen, RefundSeen } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import { copyRows, type CopyValue } from "../../platform/db/copy.ts";
import { json, jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";

export interface OrderKey {
  readonly lookupBucket: number;
  readonly externalId: string;
  readonly order: Id;
  readonly bucket: number;
}
export interface OrderState {
  bucket: number;
  id: Id;
  contact_id: Id | null;
  external_id: string;
  kind: "sale" | "return";
  status: string;
  store_id: Id | null;
  currency: string;
  total: number;
  discount: number | null;
  shipping: number | null;
  tax: number | null;
  refunded: number;
  refunds: readonly RefundSeen[];
  coupon: string | null;
  placed_at: Instant;
  updated_at: Instant;
  source: string;
}
export interface CartState {
  bucket: number;
  id: Id;
  contact_id: Id;
  external_id: string;
  status: "open" | "checkout" | "ordered" | "emptied";
  currency: string | null;
  total: number;
  lines: LineSeen[];
  url: string | null;
  created_at: Instant;
  updated_at: Instant;
  source: string | null;
}

/** Takes order numbers nobody has, in one order; then the caller reads the rest. @returns those taken */
export async function takeOrderKeys(tx: Tx, input: { workspace: Id; keys: readonly OrderKey[] }): Promise<string[]> {
  const { keys } = input;
  const rows = await tx.query<{ external_id: string }>(sql`
    insert into order_keys (lookup_bucket, workspace_id, external_id, order_id, bucket)
    select r.lookup_bucket, ${input.workspace}, r.external_id, r.order_id, r.bucket
    from unnest(${keys.map((key) => key.lookupBucket)}::smallint[], ${keys.map((key) => key.externalId)}::text[], ${keys.map((key) => key.order)}::uuid[], ${keys.map((key) => key.bucket)}::smallint[]) as r (lookup_bucket, external_id, order_id, bucket)
    order by r.lookup_bucket, r.external_id
    on conflict (lookup_bucket, workspace_id, external_id) do nothing
    returning external_id`);
  return rows.map((row) => row.external_id);
}

/** Reads orders by number and keeps them from changing until the end of the transaction. */
export async function lockOrders(tx: Tx, input: { workspace: Id; keys: readonly OrderKey[] }): Promise<OrderState[]> {
  const { keys } = input;
  const rows = await tx.query<{ order_id: Id; bucket: number }>(sql`
    select k.order_id, k.bucket
    from unnest(${keys.map((key) => key.lookupBucket)}::smallint[], ${keys.map((key) => key.externalId)}::text[]) as r (lookup_bucket, external_id)
    join order_keys k on k.lookup_bucket = r.lookup_bucket and k.workspace_id = ${input.workspace} and k.external_id = r.external_id
    order by k.lookup_bucket, k.external_id
    for no key update of k`);
  return tx.query<OrderState>(sql`
    select o.bucket, o.id, o.contact_id, o.external_id, o.kind, o.status, o.store_id, o.currency, o.total, o.discount, o.shipping, o.tax, o.refunded, o.refunds, o.coupon, o.placed_at, o.updated_at, o.source
    from orders o join unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.order_id)}::uuid[]) as r (bucket, id) on o.bucket = r.bucket and o.id = r.id
    where o.workspace_id = ${input.workspace} order by o.bucket, o.id`);
}

export async function pointOrderKeys(tx: Tx, input: { workspace: Id; keys: readonly OrderKey[] }): Promise<void> {
  const { keys } = input;
  await tx.query(sql`
    update order_keys k set bucket = r.bucket
    from unnest(${keys.map((key) => key.lookupBucket)}::smallint[], ${keys.map((key) => key.externalId)}::text[], ${keys.map((key) => key.bucket)}::smallint[]) as r (lookup_bucket, external_id, bucket)
    where k.lookup_bucket = r.lookup_bucket and k.workspace_id = ${input.workspace} and k.external_id = r.external_id`);
}

/** Deletes orders with their lines; for those about to be written elsewhere. */
export async function deleteOrders(tx: Tx, input: { workspace: Id; orders: readonly { bucket: number; id: Id }[] }): Promise<void> {
  const { orders } = input;
  await deleteLines(tx, input);
  await tx.query(sql`
    delete from orders o using unnest(${orders.map((one) => one.bucket)}::smallint[], ${orders.map((one) => one.id)}::uuid[]) as r (bucket, id)
    where o.bucket = r.bucket and o.id = r.id and o.workspace_id = ${input.workspace}`);
}

export async function deleteLines(tx: Tx, input: { workspace: Id; orders: readonly { bucket: number; id: Id }[] }): Promise<void> {
  const { orders } = input;
  await tx.query(sql`
    delete from order_lines l using unnest(${orders.map((one) => one.bucket)}::smallint[], ${orders.map((one) => one.id)}::uuid[]) as r (bucket, id)
    where l.bucket = r.bucket and l.order_id = r.id and l.workspace_id = ${input.workspace}`);
}

export async function writeOrders(tx: Tx, input: { workspace: Id; orders: readonly OrderState[] }): Promise<void> {
  const rows = [...input.orders].sort((a, b) => a.bucket - b.bucket || (a.id < b.id ? -1 : 1));
  await tx.query(sql`
    insert into orders (bucket, id, workspace_id, contact_id, external_id, kind, status, store_id, currency, total, discount, shipping, tax, refunded, refunds, coupon, placed_at, updated_at, source)
    select r.bucket, r.id, ${input.workspace}, r.contact_id, r.external_id, r.kind, r.status, r.store_id, r.currency, r.total, r.discount, r.shipping, r.tax, r.refunded, r.refunds, r.coupon, r.placed_at, r.updated_at, r.source
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contact_id)}::uuid[], ${rows.map((row) => row.external_id)}::text[], ${rows.map((row) => row.kind)}::text[],
      ${rows.map((row) => row.status)}::text[], ${rows.map((row) => row.store_id)}::uuid[], ${rows.map((row) => row.currency)}::text[], ${rows.map((row) => row.total)}::numeric[], ${rows.map((row) => row.discount)}::numeric[],
      ${rows.map((row) => row.shipping)}::numeric[], ${rows.map((row) => row.tax)}::numeric[], ${rows.map((row) => row.refunded)}::numeric[], ${jsonArray(rows.map((row) => row.refunds))}::jsonb[], ${rows.map((row) => row.coupon)}::text[],
      ${tsArray(rows.map((row) => row.placed_at))}::timestamptz[], ${tsArray(rows.map((row) => row.updated_at))}::timestamptz[], ${rows.map((row) => row.source)}::text[])
      as r (bucket, id, contact_id, external_id, kind, status, store_id, currency, total, discount, shipping, tax, refunded, refunds, coupon, placed_at, updated_at, source)
    order by r.bucket, r.id
    on conflict (bucket, id) do update set contact_id = excluded.contact_id, kind = excluded.kind, status = excluded.status, store_id = excluded.store_id, currency = excluded.currency, total = excluded.total,
      discount = excluded.discount, shipping = excluded.shipping, tax = excluded.tax, refunded = excluded.refunded, refunds = excluded.refunds, coupon = excluded.coupon, placed_at = excluded.placed_at, updated_at = excluded.updated_at, source = excluded.source`);
}

/** An order whose lines are written anew, in their order. */
export interface OrderLines {
  readonly bucket: number;
  readonly order: Id;
  readonly lines: readonly LineSeen[];
}

/** @param input.products ids by external id */
export async function insertLines(
  tx: Tx,
  input: { workspace: Id; products: ReadonlyMap<string, Id>; orders: readonly OrderLines[] },
): Promise<void> {
  const variants = await lineVariants(tx, input);
  const orders = [...input.orders].sort((a, b) => a.bucket - b.bucket || (a.order < b.order ? -1 : 1));
  await copyRows(
    tx,
    "order_lines",
    [
      "bucket",
      "order_id",
      "line",
      "workspace_id",
      "product_id",
      "variant_id",
      "sku",
      "name",
      "quantity",
      "unit_price",
      "total",
      "attributes",
    ],
    lineRows(input, orders, variants),
  );
}

// One after the other, for they are many: none is held.
function* lineRows(
  { workspace, products }: { workspace: Id; products: ReadonlyMap<string, Id> },
  orders: readonly OrderLines[],
  variants: ReadonlyMap<string, Id>,
): Generator<CopyValue[]> {
  for (const { bucket, order, lines } of orders) {
    for (const [index, one] of lines.entries()) {
      const product = one.product === null ? null : (products.get(one.product) ?? null);
      yield [
        bucket,
        order,
        index + 1,
        workspace,
        product,
        one.variant === null ? null : variants.get(`${product} ${one.variant}`),
        one.sku,
        one.name,
        one.quantity,
        one.unitPrice,
        one.total,
        one.ref === undefined ? "{}" : json({ ref: one.ref }),
      ];
    }
  }
}

/** Variants that lines name, by the ids of their products and their external ids. */
async function lineVariants(
  tx: Tx,
  input: { workspace: Id; products: ReadonlyMap<string, Id>; orders: readonly OrderLines[] },
): Promise<Map<string, Id>> {
  const named = new Set<string>();
  for (const { lines } of input.orders)
    for (const { product, variant } of lines) if (variant !== null && product !== null && input.products.has(product)) named.add(variant);
  if (named.size === 0) return new Map();
  const rows = await tx.query<{ product_id: Id; external_id: string; id: Id }>(sql`
    select product_id, external_id, id from variants where workspace_id = ${input.workspace} and external_id = any(${[...named]}::text[]) order by id`);
  return new Map(rows.map((row) => [`${row.product_id} ${row.external_id}`, row.id]));
}

export async function selectCarts(tx: Tx, input: { workspace: Id; carts: readonly { bucket: number; id: Id }[] }): Promise<CartState[]> {
  const { carts } = input;
  // Each by its key: a join reads all carts of the workspace while the table has no statistics.
  return tx.query<CartState>(sql`
    select c.bucket, c.id, c.contact_id, c.external_id, c.status, c.currency, c.total, c.lines, c.url, c.created_at, c.updated_at, c.source
    from unnest(${carts.map((one) => one.bucket)}::smallint[], ${carts.map((one) => one.id)}::uuid[]) as r (bucket, id)
    cross join lateral (select k.* from carts k where k.bucket = r.bucket and k.id = r.id and k.workspace_id = ${input.workspace} limit 1) c
    order by c.bucket, c.id`);
}

export async function writeCarts(tx: Tx, input: { workspace: Id; carts: readonly CartState[] }): Promise<void> {
  const rows = [...input.carts].sort((a, b) => a.bucket - b.bucket || (a.id < b.id ? -1 : 1));
  await tx.query(sql`
    insert into carts (bucket, id, workspace_id, contact_id, external_id, status, currency, total, lines, url, created_at, updated_at, source)
    select r.bucket, r.id, ${input.workspace}, r.contact_id, r.external_id, r.status, r.currency, r.total, r.lines, r.url, r.created_at, r.updated_at, r.source
    from unnest(${rows.map((row) => row.bucket)}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contact_id)}::uuid[], ${rows.map((row) => row.external_id)}::text[], ${rows.map((row) => row.status)}::text[],
      ${rows.map((row) => row.currency)}::text[], ${rows.map((row) => row.total)}::numeric[], ${jsonArray(rows.map((row) => row.lines))}::jsonb[], ${rows.map((row) => row.url)}::text[],
      ${tsArray(rows.map((row) => row.created_at))}::timestamptz[], ${tsArray(rows.map((row) => row.updated_at))}::timestamptz[], ${rows.map((row) => row.source)}::text[])
      as r (bucket, id, contact_id, external_id, status, currency, total, lines, url, created_at, updated_at, source)
    order by r.bucket, r.id
    on conflict (bucket, id) do update set contact_id = excluded.contact_id, status = excluded.status, currency = excluded.currency, total = excluded.total, lines = excluded.lines, url = excluded.url, created_at = excluded.created_at, updated_at = excluded.updated_at, source = excluded.source`);
}

export async function productIds(db: Db, input: { workspace: Id; externalIds: readonly string[] }): Promise<Map<string, Id>> {
  const rows = await db.query<{ external_id: string; id: Id }>(sql`
    select external_id, id from products where workspace_id = ${input.workspace} and external_id = any(${input.externalIds}::text[]) order by external_id`);
  return new Map(rows.map((row) => [row.external_id, row.id]));
}

/** Adds products that are not in the catalogue yet, as events name them; those that are keep what the catalogue says. @returns how many were added */
export async function insertSeenProducts(
  tx: Tx,
  input: { workspace: Id; now: Instant; source: string; products: readonly (ProductSeen & { id: Id })[] },
): Promise<number> {
  const rows = [...input.products].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const attributes = (row: ProductSeen): Record<string, Json> =>
    Object.fromEntries(
      Object.entries({ price: row.price, currency: row.currency, url: row.url, image_url: row.imageUrl, category: row.category }).filter(
        ([, value]) => value !== null,
      ),
    );
  const made = await tx.query(sql`
    insert into products (id, workspace_id, external_id, sku, name, brand, attributes, created_at, updated_at, source)
    select r.id, ${input.workspace}, r.external_id, r.sku, r.name, r.brand, r.attributes, ${ts(input.now)}::timestamptz, ${ts(input.now)}::timestamptz, ${input.source}
    from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.externalId)}::text[], ${rows.map((row) => row.sku)}::text[], ${rows.map((row) => row.name ?? row.externalId)}::text[], ${rows.map((row) => row.brand)}::text[], ${jsonArray(rows.map(attributes))}::jsonb[])
      as r (id, external_id, sku, name, brand, attributes)
    order by r.external_id
    on conflict (workspace_id, external_id) do nothing returning id`);
  return made.length;
}

export async function storeIds(db: Db, input: { workspace: Id; codes: readonly string[] }): Promise<Map<string, Id>> {
  if (input.codes.length === 0) return new Map();
  const rows = await db.query<{ code: string; id: Id }>(sql`
    select code, id from stores where workspace_id = ${input.workspace} and code = any(${input.codes}::text[]) order by code`);
  return new Map(rows.map((row) => [row.code, row.id]));
}

export const bucketOfOrder = (contact: Id | null, order: Id) => bucketOf(contact ?? order);

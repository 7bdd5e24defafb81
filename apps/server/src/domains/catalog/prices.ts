import type { ProductInput } from "@relance/contract/catalog";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, sql, ts } from "../../platform/db/sql.ts";
import type { By } from "./sheets.ts";

export interface Ids {
  readonly ids: ReadonlyMap<string, Id>;
  readonly variants: ReadonlyMap<string, Id>;
  readonly stores: ReadonlyMap<string, Id>;
}

function placed<T extends { variant?: string | undefined; store: string }>(
  products: readonly ProductInput[],
  part: (product: ProductInput) => readonly T[] | undefined,
  ids: Ids,
): (T & { productId: Id; variantId: Id; storeId: Id })[] {
  const rows = products.flatMap((product) =>
    (part(product) ?? []).map((one) => {
      const productId = ids.ids.get(product.externalId)!;
      return {
        ...one,
        productId,
        variantId: (one.variant === undefined ? undefined : ids.variants.get(one.variant)) ?? productId,
        storeId: ids.stores.get(one.store)!,
      };
    }),
  );
  return [...new Map(rows.map((row) => [`${row.productId} ${row.variantId} ${row.storeId}`, row])).values()];
}

/** @returns products of which a price changed */
export async function writePrices(tx: Tx, input: By, products: readonly ProductInput[], ids: Ids): Promise<Id[]> {
  const rows = placed(products, (product) => product.prices, ids);
  if (rows.length === 0) return [];
  const written = await tx.query<{ product_id: Id }>(sql`
    insert into prices (workspace_id, product_id, variant_id, store_id, currency, amount, valid_from)
    select ${input.workspace}, r.product_id, r.variant_id, r.store_id, r.currency, r.amount, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((row) => row.productId)}::uuid[], ${rows.map((row) => row.variantId)}::uuid[], ${rows.map((row) => row.storeId)}::uuid[], ${rows.map((row) => row.currency)}::text[], ${rows.map((row) => row.amount)}::numeric[]) as r (product_id, variant_id, store_id, currency, amount)
    where (r.amount::numeric(19, 4), r.currency) is distinct from (select (p.amount, p.currency) from prices p where p.product_id = r.product_id and p.variant_id = r.variant_id and p.store_id = r.store_id order by p.valid_from desc limit 1)
    order by r.product_id, r.variant_id, r.store_id
    on conflict (product_id, variant_id, store_id, valid_from) do update set amount = excluded.amount, currency = excluded.currency returning product_id`);
  return written.map((row) => row.product_id);
}

/** @returns products of which a level changed */
export async function writeStock(tx: Tx, input: By, products: readonly ProductInput[], ids: Ids): Promise<Id[]> {
  const rows = placed(products, (product) => product.stock, ids);
  if (rows.length === 0) return [];
  const written = await tx.query<{ product_id: Id }>(sql`
    insert into stock_levels (workspace_id, product_id, variant_id, store_id, quantity, recorded_at)
    select ${input.workspace}, r.product_id, r.variant_id, r.store_id, r.quantity, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((row) => row.productId)}::uuid[], ${rows.map((row) => row.variantId)}::uuid[], ${rows.map((row) => row.storeId)}::uuid[], ${rows.map((row) => row.quantity)}::int[]) as r (product_id, variant_id, store_id, quantity)
    where r.quantity is distinct from (select s.quantity from stock_levels s where s.product_id = r.product_id and s.variant_id = r.variant_id and s.store_id = r.store_id order by s.recorded_at desc limit 1)
    order by r.product_id, r.variant_id, r.store_id
    on conflict (product_id, variant_id, store_id, recorded_at) do update set quantity = excluded.quantity returning product_id`);
  return written.map((row) => row.product_id);
}

export interface PriceRow {
  readonly variant_id: Id;
  readonly store_id: Id;
  readonly currency: string;
  readonly amount: number;
  readonly valid_from: Instant;
}
export interface StockRow {
  readonly variant_id: Id;
  readonly store_id: Id;
  readonly quantity: number;
  readonly recorded_at: Instant;
}
interface Asked {
  readonly workspace: Id;
  readonly id: Id;
}

export async function pricesOf(db: Db, input: Asked): Promise<PriceRow[]> {
  return db.query(sql`
    select distinct on (variant_id, store_id) variant_id, store_id, currency, amount, valid_from from prices
    where workspace_id = ${input.workspace} and product_id = ${input.id} order by variant_id, store_id, valid_from desc`);
}

export async function stockOf(db: Db, input: Asked): Promise<StockRow[]> {
  return db.query(sql`
    select distinct on (variant_id, store_id) variant_id, store_id, quantity, recorded_at from stock_levels
    where workspace_id = ${input.workspace} and product_id = ${input.id} order by variant_id, store_id, recorded_at desc`);
}

/** Where a page of a history ended. */
export interface HistoryPlace {
  readonly at: Instant;
  readonly variant: Id;
  readonly store: Id;
}
type Paged = Asked & { readonly after: HistoryPlace | null; readonly limit: number };

export async function priceHistory(db: Db, { workspace, id, after, limit }: Paged): Promise<PriceRow[]> {
  return db.query(sql`
    select variant_id, store_id, currency, amount, valid_from from prices where workspace_id = ${workspace} and product_id = ${id}
      ${after === null ? empty : sql`and (valid_from, variant_id, store_id) < (${ts(after.at)}::timestamptz, ${after.variant}::uuid, ${after.store}::uuid)`}
    order by valid_from desc, variant_id desc, store_id desc limit ${limit}`);
}

export async function stockHistory(db: Db, { workspace, id, after, limit }: Paged): Promise<StockRow[]> {
  return db.query(sql`
    select variant_id, store_id, quantity, recorded_at from stock_levels where workspace_id = ${workspace} and product_id = ${id}
      ${after === null ? empty : sql`and (recorded_at, variant_id, store_id) < (${ts(after.at)}::timestamptz, ${after.variant}::uuid, ${after.store}::uuid)`}
    order by recorded_at desc, variant_id desc, store_id desc limit ${limit}`);
}

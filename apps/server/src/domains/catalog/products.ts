import type { ProductInput } from "@relance/contract/catalog";
import type { Id, Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, ts } from "../../platform/db/sql.ts";
import type { Chance } from "../../platform/ports.ts";
import { tellBatch } from "./news.ts";
import { productIds, storeIds } from "./queries.ts";
import { storeUnknown } from "./errors.ts";

interface By { readonly workspace: Id; readonly chance: Chance; readonly now: Instant; readonly source: string }

/**
 * Creates products or changes those of the same external ids, with translations, variants, prices and stock, in sets. Parts left out
 * stay as they are; of two products with one id the later counts. A price or stock level that did not change writes no history; those that
 * did are told once per batch.
 * @throws store.unknown naming the field
 */
export async function upsertProducts(tx: Tx, input: By & { readonly products: readonly ProductInput[] }): Promise<{ created: number; updated: number }> {
  const { workspace } = input;
  const products = [...new Map(input.products.map((product) => [product.externalId, product])).values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  const stores = await knownStores(tx, workspace, input.products);
  const before = await productIds(tx, { workspace, externalIds: products.map((product) => product.externalId) });
  const categories = await writeCategories(tx, input, products);
  await writeProducts(tx, input, products, categories);
  const ids = await productIds(tx, { workspace, externalIds: products.map((product) => product.externalId) });
  await writeTranslations(tx, input, products, ids);
  const variants = await writeVariants(tx, input, products, ids);
  const changed = [...(await writePrices(tx, input, products, { ids, variants, stores })), ...(await writeStock(tx, input, products, { ids, variants, stores }))];
  // A product that is new has changed nothing anyone could have seen.
  const known = new Set(before.values());
  await tellBatch(tx, { ...input, products: changed.filter((id) => known.has(id)) });
  return { created: ids.size - before.size, updated: before.size };
}

async function knownStores(tx: Tx, workspace: Id, products: readonly ProductInput[]): Promise<Map<string, Id>> {
  const codes = [...new Set(products.flatMap((product) => [...(product.prices ?? []), ...(product.stock ?? [])].map((one) => one.store)))];
  const stores = codes.length === 0 ? new Map<string, Id>() : await storeIds(tx, { workspace, codes });
  products.forEach((product, i) => {
    for (const part of ["prices", "stock"] as const) product[part]?.forEach((one, j) => {
      if (!stores.has(one.store)) throw storeUnknown({ code: one.store }, { field: `products[${i}].${part}[${j}].store` });
    });
  });
  return stores;
}

async function writeCategories(tx: Tx, input: By, products: readonly ProductInput[]): Promise<Map<string, Id>> {
  const rows = [...new Map(products.flatMap((product) => (product.category ? [[product.category.externalId, product.category] as const] : []))).values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  if (rows.length === 0) return new Map();
  const written = await tx.query<{ external_id: string; id: Id }>(sql`
    insert into categories (id, workspace_id, external_id, names, updated_at)
    select r.id, ${input.workspace}, r.external_id, r.names, ${ts(input.now)}::timestamptz
    from unnest(${rows.map(() => input.chance.id(input.now))}::uuid[], ${rows.map((row) => row.externalId)}::text[], ${jsonArray(rows.map((row) => row.names ?? {}))}::jsonb[]) as r (id, external_id, names)
    order by r.external_id
    on conflict (workspace_id, external_id) do update set names = categories.names || excluded.names, updated_at = excluded.updated_at
    returning external_id, id`);
  return new Map(written.map((row) => [row.external_id, row.id]));
}

async function writeProducts(tx: Tx, input: By, products: readonly ProductInput[], categories: ReadonlyMap<string, Id>): Promise<void> {
  await tx.query(sql`
    insert into products (id, workspace_id, external_id, sku, name, brand, category_id, attributes, created_at, updated_at, source)
    select r.id, ${input.workspace}, r.external_id, r.sku, r.name, r.brand, r.category_id, r.attributes, ${ts(input.now)}::timestamptz, ${ts(input.now)}::timestamptz, ${input.source}
    from unnest(${products.map(() => input.chance.id(input.now))}::uuid[], ${products.map((one) => one.externalId)}::text[], ${products.map((one) => one.sku ?? null)}::text[], ${products.map((one) => one.name)}::text[], ${products.map((one) => one.brand ?? null)}::text[],
      ${products.map((one) => (one.category ? categories.get(one.category.externalId)! : null))}::uuid[], ${jsonArray(products.map((one) => one.attributes ?? {}))}::jsonb[]) as r (id, external_id, sku, name, brand, category_id, attributes)
    order by r.external_id
    on conflict (workspace_id, external_id) do update set sku = coalesce(excluded.sku, products.sku), name = excluded.name, brand = coalesce(excluded.brand, products.brand),
      category_id = coalesce(excluded.category_id, products.category_id), attributes = products.attributes || excluded.attributes, updated_at = excluded.updated_at, source = excluded.source`);
}

async function writeTranslations(tx: Tx, input: By, products: readonly ProductInput[], ids: ReadonlyMap<string, Id>): Promise<void> {
  const rows = [...new Map(products.flatMap((product) => (product.translations ?? []).map((one) => [`${product.externalId} ${one.language}`, { ...one, product: ids.get(product.externalId)! }] as const))).values()];
  if (rows.length === 0) return;
  await tx.query(sql`
    insert into product_translations (product_id, language, workspace_id, name, description, url, image_url, updated_at)
    select r.product_id, r.language, ${input.workspace}, r.name, r.description, r.url, r.image_url, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((row) => row.product)}::uuid[], ${rows.map((row) => row.language)}::text[], ${rows.map((row) => row.name)}::text[], ${rows.map((row) => row.description ?? null)}::text[], ${rows.map((row) => row.url ?? null)}::text[], ${rows.map((row) => row.imageUrl ?? null)}::text[])
      as r (product_id, language, name, description, url, image_url)
    order by r.product_id, r.language
    on conflict (product_id, language) do update set name = excluded.name, description = excluded.description, url = excluded.url, image_url = excluded.image_url, updated_at = excluded.updated_at`);
}

async function writeVariants(tx: Tx, input: By, products: readonly ProductInput[], ids: ReadonlyMap<string, Id>): Promise<Map<string, Id>> {
  const rows = [...new Map(products.flatMap((product) => (product.variants ?? []).map((one) => [one.externalId, { ...one, product: ids.get(product.externalId)! }] as const))).values()].sort((a, b) => (a.externalId < b.externalId ? -1 : 1));
  if (rows.length > 0) {
    await tx.query(sql`
      insert into variants (id, workspace_id, product_id, external_id, sku, options, image_url, updated_at)
      select r.id, ${input.workspace}, r.product_id, r.external_id, r.sku, r.options, r.image_url, ${ts(input.now)}::timestamptz
      from unnest(${rows.map(() => input.chance.id(input.now))}::uuid[], ${rows.map((row) => row.product)}::uuid[], ${rows.map((row) => row.externalId)}::text[], ${rows.map((row) => row.sku ?? null)}::text[], ${jsonArray(rows.map((row) => row.options ?? {}))}::jsonb[], ${rows.map((row) => row.imageUrl ?? null)}::text[])
        as r (id, product_id, external_id, sku, options, image_url)
      order by r.external_id
      on conflict (workspace_id, external_id) do update set product_id = excluded.product_id, sku = excluded.sku, options = excluded.options, image_url = excluded.image_url, updated_at = excluded.updated_at`);
  }
  const named = [...new Set(products.flatMap((product) => [...(product.prices ?? []), ...(product.stock ?? [])].flatMap((one) => (one.variant === undefined ? [] : [one.variant]))))];
  const found = await tx.query<{ external_id: string; id: Id }>(sql`select external_id, id from variants where workspace_id = ${input.workspace} and external_id = any(${named}::text[]) order by external_id`);
  return new Map(found.map((row) => [row.external_id, row.id]));
}

interface Ids { readonly ids: ReadonlyMap<string, Id>; readonly variants: ReadonlyMap<string, Id>; readonly stores: ReadonlyMap<string, Id> }

function placed<T extends { variant?: string | undefined; store: string }>(products: readonly ProductInput[], part: (product: ProductInput) => readonly T[] | undefined, ids: Ids): (T & { productId: Id; variantId: Id; storeId: Id })[] {
  const rows = products.flatMap((product) => (part(product) ?? []).map((one) => {
    const productId = ids.ids.get(product.externalId)!;
    return { ...one, productId, variantId: (one.variant === undefined ? undefined : ids.variants.get(one.variant)) ?? productId, storeId: ids.stores.get(one.store)! };
  }));
  return [...new Map(rows.map((row) => [`${row.productId} ${row.variantId} ${row.storeId}`, row])).values()];
}

/** @returns products of which a price changed */
async function writePrices(tx: Tx, input: By, products: readonly ProductInput[], ids: Ids): Promise<Id[]> {
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
async function writeStock(tx: Tx, input: By, products: readonly ProductInput[], ids: Ids): Promise<Id[]> {
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

/** Creates a store, or changes the one of this code. */
export async function upsertStore(tx: Tx, input: { workspace: Id; id: Id; now: Instant; code: string; name: string; country: string; languages: readonly string[]; currency: string; timeZone: string; url: string | null; latitude?: number | null; longitude?: number | null }): Promise<void> {
  await tx.query(sql`
    insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, url, latitude, longitude, created_at)
    values (${input.id}, ${input.workspace}, ${input.code}, ${input.name}, ${input.country}, ${input.languages}::text[], ${input.currency}, ${input.timeZone}, ${input.url}, ${input.latitude ?? null}, ${input.longitude ?? null}, ${ts(input.now)}::timestamptz)
    on conflict (workspace_id, code) do update set name = excluded.name, country = excluded.country, languages = excluded.languages, currency = excluded.currency, time_zone = excluded.time_zone, url = excluded.url, latitude = excluded.latitude, longitude = excluded.longitude`);
}

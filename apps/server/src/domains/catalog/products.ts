import type { ProductInput } from "@relance/contract/catalog";
import type { Id } from "@relance/model/base";
import { withNews, type ProductSheet } from "@relance/model/catalog";
import type { Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { upsertCategories } from "./categories.ts";
import { storeUnknown } from "./errors.ts";
import { tellBatch } from "./news.ts";
import { writePrices, writeStock } from "./prices.ts";
import { productKind } from "./product-sheets.ts";
import { productIds, storeIds } from "./queries.ts";
import { keepEdits, type By, type Edit } from "./sheets.ts";

/** The language in which products are told, and the main one of the workspace. */
export interface ProductTexts {
  readonly language: string;
  readonly main: string;
}

/**
 * Creates products or changes those of the same external ids, with translations, variants, images, prices and stock, in sets. Parts left
 * out stay as they are, null takes one away; of two products with one id the later counts. What did not change is not written and leaves
 * no history; prices and stock that did are told once per batch. Of a product that is known in the main language, another language tells its
 * texts, prices and stock only: names of colours and categories would else change with each source that speaks.
 * @throws store.unknown naming the field
 */
export async function upsertProducts(
  tx: Tx,
  input: By & { readonly products: readonly ProductInput[]; readonly texts?: ProductTexts | null },
): Promise<{ created: number; updated: number }> {
  const { workspace } = input;
  const products = [...new Map(input.products.map((product) => [product.externalId, product])).values()].sort((a, b) =>
    a.externalId < b.externalId ? -1 : 1,
  );
  const stores = await knownStores(tx, workspace, input.products);
  const categories = products.flatMap((product) => (product.category ? [product.category] : []));
  if (categories.length > 0) await upsertCategories(tx, input, { categories });
  const fresh = await insertMissing(tx, input, products);
  const ids = await productIds(tx, { workspace, externalIds: products.map((product) => product.externalId) });
  const held = await productKind.load(tx, { workspace, ids: [...ids.values()] });
  const edits = products.map((product): Edit<ProductSheet> => {
    const id = ids.get(product.externalId)!;
    return {
      id,
      before: fresh.has(id) ? null : held.get(id)!,
      after: withNews(held.get(id)!, isAside(input.texts, held.get(id)!) ? { translations: product.translations } : product),
    };
  });
  const { created } = await keepEdits(tx, input, productKind, edits);
  const variants = await variantIds(tx, workspace, products);
  const changed = [
    ...(await writePrices(tx, input, products, { ids, variants, stores })),
    ...(await writeStock(tx, input, products, { ids, variants, stores })),
  ];
  // A product that is new has changed nothing anyone could have seen.
  await tellBatch(tx, { ...input, products: changed.filter((id) => !fresh.has(id)) });
  return { created, updated: products.length - created };
}

const isAside = (texts: ProductTexts | null | undefined, held: ProductSheet): boolean =>
  texts != null && texts.language !== texts.main && held.translations?.[texts.main] !== undefined;

async function knownStores(tx: Tx, workspace: Id, products: readonly ProductInput[]): Promise<Map<string, Id>> {
  const codes = [...new Set(products.flatMap((product) => [...(product.prices ?? []), ...(product.stock ?? [])].map((one) => one.store)))];
  const stores = codes.length === 0 ? new Map<string, Id>() : await storeIds(tx, { workspace, codes });
  products.forEach((product, i) => {
    for (const part of ["prices", "stock"] as const)
      product[part]?.forEach((one, j) => {
        if (!stores.has(one.store)) throw storeUnknown({ code: one.store }, { field: `products[${i}].${part}[${j}].store` });
      });
  });
  return stores;
}

/** @returns ids of those that were not there */
async function insertMissing(tx: Tx, by: By, products: readonly ProductInput[]): Promise<ReadonlySet<Id>> {
  const rows = await tx.query<{ id: Id }>(sql`
    insert into products (id, workspace_id, external_id, name, created_at, updated_at, source)
    select r.id, ${by.workspace}::uuid, r.external_id, r.name, ${ts(by.now)}::timestamptz, ${ts(by.now)}::timestamptz, ${by.source}
    from unnest(${products.map(() => by.chance.id(by.now))}::uuid[], ${products.map((one) => one.externalId)}::text[], ${products.map((one) => one.name)}::text[]) as r (id, external_id, name) order by r.external_id
    on conflict (workspace_id, external_id) do nothing returning id`);
  return new Set(rows.map((row) => row.id));
}

async function variantIds(tx: Tx, workspace: Id, products: readonly ProductInput[]): Promise<Map<string, Id>> {
  const named = [
    ...new Set(
      products.flatMap((product) =>
        [...(product.prices ?? []), ...(product.stock ?? [])].flatMap((one) => (one.variant === undefined ? [] : [one.variant])),
      ),
    ),
  ];
  if (named.length === 0) return new Map();
  const found = await tx.query<{ external_id: string; id: Id }>(
    sql`select external_id, id from variants where workspace_id = ${workspace} and external_id = any(${named}::text[]) order by external_id`,
  );
  return new Map(found.map((row) => [row.external_id, row.id]));
}

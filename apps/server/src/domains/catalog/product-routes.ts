import * as contract from "@relance/contract/catalog";
import { toIso, type Id } from "@relance/model/base";
import { imageOf, type Options, type ProductImage } from "@relance/model/catalog";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { readCounter } from "../../platform/counters.ts";
import { nameCursor, paged, timeCursor } from "../../platform/http/pages.ts";
import { route } from "../../platform/http/route.ts";
import { productNotFound } from "./errors.ts";
import { priceHistory, pricesOf, stockHistory, stockOf, type HistoryPlace, type PriceRow, type StockRow } from "./prices.ts";
import { findProduct, imagesOf, listProductRows, translationsOf, variantsOf, type ProductRecord } from "./product-reading.ts";
import { upsertProducts } from "./products.ts";

export function productRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const find = async (workspace: Id, id: Id): Promise<ProductRecord> => {
    const row = await findProduct(db, { workspace, id });
    if (!row) throw productNotFound({ id });
    return row;
  };
  route(app, contract.listProducts, async ({ actor, query }) => {
    const { workspace } = actor;
    const rows = await listProductRows(db, {
      workspace,
      search: query.search || null,
      language: query.language ?? null,
      category: query.category ?? null,
      archived: query.archived === "true",
      after: nameCursor(query.after),
      limit: query.limit + 1,
    });
    const { shown, next } = paged(rows, query.limit, (last) => `${last.id}~${last.sorted.slice(0, 400)}`);
    return { items: shown.map(productView), next, total: await readCounter(db, { workspace, name: "products" }) };
  });
  route(app, contract.getProduct, async ({ actor, params }) => {
    const input = { workspace: actor.workspace, id: params.id };
    const row = await find(actor.workspace, params.id);
    const [translations, variants, images, prices, stock] = await Promise.all([
      translationsOf(db, input),
      variantsOf(db, input),
      imagesOf(db, input),
      pricesOf(db, input),
      stockOf(db, input),
    ]);
    const sheet = {
      images: images as ProductImage[],
      translations: Object.fromEntries(
        translations.map((one) => [one.language, { ...(one.image_url !== null && { imageUrl: one.image_url }) }]),
      ),
      variants: Object.fromEntries(
        variants.map((one) => [
          one.external_id,
          { options: one.options as Options, ...(one.image_url !== null && { imageUrl: one.image_url }) },
        ]),
      ),
    };
    return {
      ...productView(row),
      categoryId: row.category_id,
      categoryExternalId: row.category_external_id,
      createdAt: toIso(row.created_at),
      images,
      attributes: row.attributes,
      translations: translations.map((one) => ({
        language: one.language,
        name: one.name,
        description: one.description,
        url: one.url,
        imageUrl: one.image_url,
      })),
      variants: variants.map((one) => ({
        id: one.id,
        externalId: one.external_id,
        sku: one.sku,
        options: one.options,
        attributes: one.attributes,
        imageUrl: one.image_url,
        shownBy: imageOf(sheet, one.external_id, translations[0]?.language ?? ""),
      })),
      prices: prices.map(priceView),
      stock: stock.map(stockView),
    };
  });
  route(app, contract.putProducts, async ({ actor, body }) => {
    const written = await db.transaction((tx) =>
      upsertProducts(tx, { workspace: actor.workspace, chance, now: clock.now(), source: `api:${actor.id}`, products: body.products }),
    );
    deps.poke();
    return written;
  });
  route(app, contract.listPriceHistory, async ({ actor, params, query }) => {
    await find(actor.workspace, params.id);
    const { shown, next } = paged(
      await priceHistory(db, { workspace: actor.workspace, id: params.id, after: placeOf(query.after), limit: query.limit + 1 }),
      query.limit,
      (last) => `${toIso(last.valid_from)}~${last.variant_id}~${last.store_id}`,
    );
    return { items: shown.map(priceView), next };
  });
  route(app, contract.listStockHistory, async ({ actor, params, query }) => {
    await find(actor.workspace, params.id);
    const { shown, next } = paged(
      await stockHistory(db, { workspace: actor.workspace, id: params.id, after: placeOf(query.after), limit: query.limit + 1 }),
      query.limit,
      (last) => `${toIso(last.recorded_at)}~${last.variant_id}~${last.store_id}`,
    );
    return { items: shown.map(stockView), next };
  });
}

function placeOf(after: string | undefined): HistoryPlace | null {
  const place = timeCursor(after, 2);
  return place && { at: place.at, variant: place.ids[0]!, store: place.ids[1]! };
}

const priceView = (one: PriceRow) => ({
  variant: one.variant_id,
  store: one.store_id,
  currency: one.currency,
  amount: one.amount,
  since: toIso(one.valid_from),
});
const stockView = (one: StockRow) => ({ variant: one.variant_id, store: one.store_id, quantity: one.quantity, at: toIso(one.recorded_at) });

function productView(row: ProductRecord): contract.ProductRow {
  const said = (name: string) => row.attributes[name];
  const price = said("price");
  const currency = said("currency");
  return {
    id: row.id,
    externalId: row.external_id,
    sku: row.sku,
    name: row.name,
    brand: row.brand,
    category: row.category,
    imageUrl: row.image_url,
    archived: row.archived,
    source: row.source,
    updatedAt: toIso(row.updated_at),
    price: row.price ?? (typeof price === "number" ? price : null),
    currency: row.currency ?? (typeof currency === "string" ? currency : null),
  };
}

import * as contract from "@relance/contract/catalog";
import { fromIso, isId, toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import { invalid } from "../../platform/errors.ts";
import { route } from "../../platform/http/route.ts";
import { addCodes, archivePool, insertPool, selectPools, type PoolRow } from "./coupons.ts";
import { notAList, orderNotFound, poolNotFound, productNotFound, zoneUnknown } from "./errors.ts";
import { upsertProducts, upsertStore } from "./products.ts";
import { findOrder, findProduct, linesOf, listOrderRows, listProductRows, pricesOf, selectStores, stockOf, translationsOf, variantsOf, type OrderRecord, type ProductRecord, type StoreRow } from "./reading.ts";

export function catalogRoutes(app: FastifyInstance, deps: Deps): void {
  storeRoutes(app, deps);
  productRoutes(app, deps);
  orderRoutes(app, deps);
  couponRoutes(app, deps);
}

function couponRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  const find = async (workspace: Id, id: Id): Promise<PoolRow> => {
    const [pool] = await selectPools(db, { workspace, id });
    if (!pool) throw poolNotFound({ id });
    return pool;
  };
  route(app, contract.listCouponPools, async ({ actor }) => ({ items: (await selectPools(db, { workspace: actor.workspace })).map(poolView) }));
  route(app, contract.createCouponPool, async ({ actor, body }) => {
    if (body.kind === "generated" && body.codes.length > 0) throw notAList({}, { field: "codes" });
    const now = clock.now();
    const id = chance.id(now);
    await db.transaction(async (tx) => {
      await insertPool(tx, { workspace: actor.workspace, id, name: body.name, kind: body.kind, prefix: body.prefix, validDays: body.validDays, by: actor.id, now });
      if (body.codes.length > 0) await addCodes(tx, { workspace: actor.workspace, pool: id, codes: body.codes, slot: 0 });
    });
    return poolView(await find(actor.workspace, id));
  });
  route(app, contract.addCouponCodes, async ({ actor, params, body }) => {
    const pool = await find(actor.workspace, params.id);
    if (pool.kind !== "list") throw notAList({}, { field: "codes" });
    return { added: await db.transaction((tx) => addCodes(tx, { workspace: actor.workspace, pool: pool.id, codes: body.codes, slot: 0 })) };
  });
  route(app, contract.archiveCouponPool, async ({ actor, params }) => {
    await find(actor.workspace, params.id);
    await db.transaction((tx) => archivePool(tx, { workspace: actor.workspace, id: params.id, now: clock.now() }));
    return { ok: true as const };
  });
}

const poolView = (row: PoolRow) => ({ id: row.id, name: row.name, kind: row.kind, prefix: row.prefix, validDays: row.valid_days, createdAt: toIso(row.created_at), free: row.free, given: row.given });

function storeRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  route(app, contract.listStores, async ({ actor }) => ({ items: (await selectStores(db, { workspace: actor.workspace })).map(storeView) }));
  route(app, contract.putStore, async ({ actor, body }) => {
    if (!isTimeZone(body.timeZone)) throw zoneUnknown({ zone: body.timeZone }, { field: "timeZone" });
    const now = clock.now();
    await db.transaction((tx) => upsertStore(tx, { ...body, workspace: actor.workspace, id: chance.id(now), now }));
    return storeView((await selectStores(db, { workspace: actor.workspace })).find((store) => store.code === body.code)!);
  });
}

function productRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db, clock, chance } = deps.ports;
  route(app, contract.listProducts, async ({ actor, query }) => {
    const rows = await listProductRows(db, { workspace: actor.workspace, search: query.search || null, after: productCursor(query.after), limit: query.limit + 1 });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return { items: shown.map(productView), next: rows.length > query.limit && last ? `${last.id}~${last.name.slice(0, 400)}` : null };
  });
  route(app, contract.getProduct, async ({ actor, params }) => {
    const input = { workspace: actor.workspace, id: params.id };
    const row = await findProduct(db, input);
    if (!row) throw productNotFound({ id: params.id });
    const [translations, variants, prices, stock] = await Promise.all([translationsOf(db, input), variantsOf(db, input), pricesOf(db, input), stockOf(db, input)]);
    return {
      ...productView(row), attributes: row.attributes,
      translations: translations.map((one) => ({ language: one.language, name: one.name, description: one.description, url: one.url, imageUrl: one.image_url })),
      variants: variants.map((one) => ({ id: one.id, externalId: one.external_id, sku: one.sku, options: one.options, imageUrl: one.image_url })),
      prices: prices.map((one) => ({ variant: one.variant_id, store: one.store_id, currency: one.currency, amount: one.amount, since: toIso(one.valid_from) })),
      stock: stock.map((one) => ({ variant: one.variant_id, store: one.store_id, quantity: one.quantity, at: toIso(one.recorded_at) })),
    };
  });
  route(app, contract.putProducts, async ({ actor, body }) => {
    const written = await db.transaction((tx) => upsertProducts(tx, { workspace: actor.workspace, chance, now: clock.now(), source: `api:${actor.id}`, products: body.products }));
    deps.poke();
    return written;
  });
}

function orderRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.listOrders, async ({ actor, query }) => {
    const { workspace } = actor;
    if (query.search) {
      const found = await findOrder(db, { workspace, externalId: query.search });
      return { items: found ? [orderView(found)] : [], next: null };
    }
    const rows = await listOrderRows(db, { workspace, contact: query.contact ?? null, after: orderCursor(query.after), limit: query.limit + 1 });
    const shown = rows.slice(0, query.limit);
    const last = shown.at(-1);
    return { items: shown.map(orderView), next: rows.length > query.limit && last ? `${toIso(last.placed_at)}~${last.id}` : null };
  });
  route(app, contract.getOrder, async ({ actor, params }) => {
    const row = await findOrder(db, { workspace: actor.workspace, id: params.id });
    if (!row) throw orderNotFound({ id: params.id });
    const items = await linesOf(db, { workspace: actor.workspace, bucket: row.bucket, order: row.id });
    return {
      ...orderView(row), discount: row.discount, shipping: row.shipping, tax: row.tax, store: row.store_id,
      items: items.map((one) => ({ line: one.line, product: one.product_id, variant: one.variant_id, sku: one.sku, name: one.name, quantity: one.quantity, unitPrice: one.unit_price, total: one.total })),
    };
  });
}

const storeView = (row: StoreRow): contract.Store => ({ id: row.id, code: row.code, name: row.name, country: row.country, languages: row.languages, currency: row.currency, timeZone: row.time_zone, url: row.url, latitude: row.latitude, longitude: row.longitude, createdAt: toIso(row.created_at) });

function productView(row: ProductRecord): contract.ProductRow {
  const said = (name: string) => row.attributes[name];
  const price = said("price");
  const currency = said("currency");
  return {
    id: row.id, externalId: row.external_id, sku: row.sku, name: row.name, brand: row.brand, category: row.category, imageUrl: row.image_url, source: row.source, updatedAt: toIso(row.updated_at),
    price: row.price ?? (typeof price === "number" ? price : null), currency: row.currency ?? (typeof currency === "string" ? currency : null),
  };
}

const orderView = (row: OrderRecord): contract.OrderRow => ({
  id: row.id, externalId: row.external_id, contact: row.contact_id, kind: row.kind, status: row.status, currency: row.currency, total: row.total, refunded: row.refunded, coupon: row.coupon, placedAt: toIso(row.placed_at), source: row.source, lines: row.lines,
});

const badCursor = () => invalid({ message: "after is not the next of a page" }, { field: "after" });

function productCursor(after: string | undefined): { name: string; id: Id } | null {
  if (after === undefined) return null;
  const split = after.indexOf("~");
  const id = after.slice(0, split);
  if (split < 0 || !isId(id)) throw badCursor();
  return { id, name: after.slice(split + 1) };
}

function orderCursor(after: string | undefined): { at: number; id: Id } | null {
  if (after === undefined) return null;
  const [at, id] = after.split("~");
  const instant = fromIso(at ?? "");
  if (instant === null || id === undefined || !isId(id)) throw badCursor();
  return { at: instant, id };
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

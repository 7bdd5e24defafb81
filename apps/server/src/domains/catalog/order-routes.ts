import * as contract from "@relance/contract/catalog";
import { toIso, type Id } from "@relance/model/base";
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { readCounter } from "../../platform/counters.ts";
import { paged, timeCursor } from "../../platform/http/pages.ts";
import { route } from "../../platform/http/route.ts";
import { listCartRows, type CartRecord } from "./cart-reading.ts";
import { orderNotFound } from "./errors.ts";
import { productIds } from "./queries.ts";
import { findOrder, linesOf, listOrderRows, type OrderItem, type OrderRecord } from "./reading.ts";

export function orderRoutes(app: FastifyInstance, deps: Deps): void {
  const { sql: db } = deps.ports;
  route(app, contract.listOrders, async ({ actor, query }) => {
    const { workspace } = actor;
    const total = await readCounter(db, { workspace, name: "orders" });
    if (query.search) {
      const found = await findOrder(db, { workspace, externalId: query.search });
      return { items: found ? [orderView(found)] : [], next: null, total };
    }
    const { shown, next } = paged(
      await listOrderRows(db, { workspace, contact: query.contact ?? null, after: placeOf(query.after), limit: query.limit + 1 }),
      query.limit,
      (last) => `${toIso(last.placed_at)}~${last.id}`,
    );
    return { items: shown.map(orderView), next, total };
  });
  route(app, contract.getOrder, async ({ actor, params }) => {
    const row = await findOrder(db, { workspace: actor.workspace, id: params.id });
    if (!row) throw orderNotFound({ id: params.id });
    const items = await linesOf(db, { workspace: actor.workspace, bucket: row.bucket, order: row.id });
    return {
      ...orderView(row),
      discount: row.discount,
      shipping: row.shipping,
      tax: row.tax,
      store: row.store_id,
      storeName: row.store_name,
      refunds: await refundViews(db, actor.workspace, row.refunds, items),
      items: items.map((one) => ({
        line: one.line,
        product: one.product_id,
        variant: one.variant_id,
        sku: one.sku,
        name: one.name,
        quantity: one.quantity,
        unitPrice: one.unit_price,
        total: one.total,
      })),
    };
  });
  route(app, contract.listCarts, async ({ actor, query }) => {
    const { workspace } = actor;
    const { shown, next } = paged(
      await listCartRows(db, {
        workspace,
        contact: query.contact ?? null,
        status: query.status ?? null,
        after: placeOf(query.after),
        limit: query.limit + 1,
      }),
      query.limit,
      (last) => `${toIso(last.updated_at)}~${last.id}`,
    );
    return { items: shown.map(cartView), next, total: await readCounter(db, { workspace, name: "carts" }) };
  });
}

/** What went back, each line beside the line of the order that it is of. */
async function refundViews(
  db: Db,
  workspace: Id,
  refunds: OrderRecord["refunds"],
  items: readonly OrderItem[],
): Promise<contract.OrderDetail["refunds"]> {
  const named = [...new Set(refunds.flatMap((one) => one.lines.flatMap((line) => line.product ?? [])))];
  const products = named.length === 0 ? new Map<string, Id>() : await productIds(db, { workspace, externalIds: named });
  return refunds.map((one) => ({
    id: one.id,
    at: toIso(one.at),
    amount: one.amount,
    items: one.lines.map((line) => {
      const product = line.product === null ? null : (products.get(line.product) ?? null);
      const of =
        items.find((item) => line.ref !== null && item.ref === line.ref) ??
        items.find(
          (item) => line.ref === null && product !== null && item.product_id === product && (line.sku === null || item.sku === line.sku),
        );
      return {
        line: of?.line ?? null,
        product: product ?? of?.product_id ?? null,
        sku: line.sku ?? of?.sku ?? null,
        name: line.name ?? of?.name ?? null,
        quantity: line.quantity,
        amount: line.amount,
      };
    }),
  }));
}

function placeOf(after: string | undefined) {
  const place = timeCursor(after, 1);
  return place && { at: place.at, id: place.ids[0]! };
}

const orderView = (row: OrderRecord): contract.OrderRow => ({
  id: row.id,
  externalId: row.external_id,
  contact: row.contact_id,
  kind: row.kind,
  status: row.status,
  currency: row.currency,
  total: row.total,
  refunded: row.refunded,
  coupon: row.coupon,
  placedAt: toIso(row.placed_at),
  source: row.source,
  updatedAt: toIso(row.updated_at),
  lines: row.lines,
});

const cartView = (row: CartRecord): contract.CartRow => ({
  id: row.id,
  externalId: row.external_id,
  contact: row.contact_id,
  contactName: row.contact_name,
  status: row.status,
  currency: row.currency,
  total: row.total,
  url: row.url,
  createdAt: toIso(row.created_at),
  updatedAt: toIso(row.updated_at),
  source: row.source,
  items: row.lines.map(({ product, variant, sku, name, quantity, unitPrice, total }) => ({
    product,
    variant,
    sku,
    name,
    quantity,
    unitPrice,
    total,
  })),
});

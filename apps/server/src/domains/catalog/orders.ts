import type { Id, Instant } from "@relance/model/base";
import type { OrderSeen, ProductSeen, RefundSeen } from "@relance/model/events";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { Chance } from "../../platform/ports.ts";
import { counterSlot } from "./product-sheets.ts";
import { orderLookupBucket } from "./reading.ts";
import {
  bucketOfOrder,
  deleteLines,
  deleteOrders,
  insertLines,
  insertSeenProducts,
  lockOrders,
  pointOrderKeys,
  productIds,
  storeIds,
  takeOrderKeys,
  writeOrders,
  type OrderKey,
  type OrderState,
} from "./queries.ts";

export interface CatalogInput {
  readonly workspace: Id;
  readonly chance: Chance;
  readonly now: Instant;
  /** Which slot of the spread counters this process writes. */
  readonly slot: number;
  /** Currency of amounts that carry none. */
  readonly currency: string;
}

/**
 * Makes sure that products named by events, files or shops are in the catalogue; what the catalogue already says of one stays.
 * @returns the id of each by its external id
 */
export async function noteProducts(
  tx: Tx,
  input: Pick<CatalogInput, "workspace" | "chance" | "now"> & { readonly source: string; readonly products: readonly ProductSeen[] },
): Promise<Map<string, Id>> {
  const { workspace, now } = input;
  const distinct = new Map<string, ProductSeen>();
  for (const product of input.products) {
    const before = distinct.get(product.externalId);
    if (!before || (before.name === null && product.name !== null)) distinct.set(product.externalId, product);
  }
  if (distinct.size === 0) return new Map();
  const externalIds = [...distinct.keys()];
  const ids = await productIds(tx, { workspace, externalIds });
  const missing = [...distinct.values()].filter((product) => !ids.has(product.externalId));
  if (missing.length === 0) return ids;
  const added = await insertSeenProducts(tx, {
    workspace,
    now,
    source: input.source,
    products: missing.map((product) => ({ ...product, id: input.chance.id(now) })),
  });
  await addToCounters(tx, counterSlot(input), [{ workspace, name: "products", n: added }]);
  return productIds(tx, { workspace, externalIds });
}

export interface OrderCounts {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export interface OrderNews extends OrderSeen {
  readonly contact: Id | null;
  /** The source tells the same order differently now: what it says replaces what is stored, the day included. */
  readonly corrects?: boolean;
  /** The source tells the same refunds differently now: each takes the place of the one of its number. */
  readonly refundsAnew?: boolean;
}

/**
 * Writes orders as they stood at their `at`, in order and in sets. An order is known by its external id, whoever names it; a null part
 * leaves what is stored; older news than stored changes nothing but what is missing. An order once given to a contact stays with it.
 */
export async function upsertOrders(
  tx: Tx,
  input: CatalogInput & { readonly products: ReadonlyMap<string, Id>; readonly orders: readonly OrderNews[] },
): Promise<OrderCounts> {
  const { workspace, orders } = input;
  if (orders.length === 0) return { created: 0, updated: 0, unchanged: 0 };
  const keys = new Map<string, OrderKey>();
  for (const order of orders) {
    if (keys.has(order.externalId)) continue;
    const id = input.chance.id(order.placedAt);
    keys.set(order.externalId, {
      lookupBucket: orderLookupBucket(workspace, order.externalId),
      externalId: order.externalId,
      order: id,
      bucket: bucketOfOrder(order.contact, id),
    });
  }
  const taken = new Set(await takeOrderKeys(tx, { workspace, keys: [...keys.values()] }));
  const others = [...keys.values()].filter((key) => !taken.has(key.externalId));
  const stored = new Map(
    (others.length > 0 ? await lockOrders(tx, { workspace, keys: others }) : []).map((order) => [order.external_id, order]),
  );
  const stores = await storesOf(tx, workspace, orders);
  const states = new Map<string, OrderState>([...stored].map(([key, order]) => [key, { ...order }]));
  const lines = new Map<string, OrderSeen["lines"]>();
  for (const order of orders) {
    const state = states.get(order.externalId) ?? freshOrder(order, keys.get(order.externalId)!, input);
    const newest = order.corrects === true || !states.has(order.externalId) || order.at >= state.updated_at;
    states.set(order.externalId, state);
    applyOrder(state, order, newest, order.store === null ? null : (stores.get(order.store) ?? null));
    if (order.lines !== null && (newest || !lines.has(order.externalId))) lines.set(order.externalId, order.lines);
  }
  const changed = [...states.values()].filter((state) => !same(state, stored.get(state.external_id)) || lines.has(state.external_id));
  await writeChanged(tx, input, { changed, stored, keys, lines });
  await addToCounters(tx, input.slot, [{ workspace, name: "orders", n: states.size - stored.size }]);
  const updated = changed.filter((state) => stored.has(state.external_id)).length;
  return { created: states.size - stored.size, updated, unchanged: stored.size - updated };
}

async function storesOf(tx: Tx, workspace: Id, orders: readonly OrderSeen[]): Promise<Map<string, Id>> {
  const codes = [...new Set(orders.flatMap((order) => (order.store === null ? [] : [order.store])))];
  return codes.length === 0 ? new Map() : storeIds(tx, { workspace, codes });
}

function freshOrder(order: OrderSeen & { contact: Id | null }, key: OrderKey, input: CatalogInput): OrderState {
  return {
    bucket: key.bucket,
    id: key.order,
    contact_id: order.contact,
    external_id: order.externalId,
    kind: order.kind,
    status: order.status,
    store_id: null,
    currency: order.currency ?? input.currency,
    total: 0,
    discount: null,
    shipping: null,
    tax: null,
    refunded: 0,
    refunds: [],
    coupon: null,
    placed_at: order.placedAt,
    updated_at: order.at,
    source: order.source,
  };
}

function applyOrder(state: OrderState, order: OrderNews, newest: boolean, store: Id | null): void {
  const take = <T>(given: T | null, held: T): T => (given !== null && newest ? given : held);
  if (state.contact_id === null && order.contact !== null) {
    state.contact_id = order.contact;
    state.bucket = bucketOfOrder(order.contact, state.id);
  }
  const before = state.status;
  state.status = take(order.status, state.status);
  state.currency = take(order.currency, state.currency);
  // A refund that overtook its order left a total of nought to be filled.
  state.total = order.total !== null && (newest || state.total === 0) ? order.total : state.total;
  state.discount = take(order.discount, state.discount) ?? order.discount;
  state.shipping = take(order.shipping, state.shipping) ?? order.shipping;
  state.tax = take(order.tax, state.tax) ?? order.tax;
  state.coupon = take(order.coupon, state.coupon) ?? order.coupon;
  state.store_id = take(store, state.store_id) ?? store;
  if (order.corrects && isBack(before) && state.refunds.length > 0) state.status = before; // a sale told again takes no refund back
  applyRefunds(state, order);
  state.placed_at = order.corrects ? order.placedAt : Math.min(state.placed_at, order.placedAt);
  state.updated_at = Math.max(state.updated_at, order.at);
}

/** Each refund once: of two tellings of one, that with more in it. The very list given where nothing is new. */
function joinRefunds(known: readonly RefundSeen[], told: readonly RefundSeen[]): readonly RefundSeen[] {
  const byId = new Map(known.map((one) => [one.id, one]));
  for (const one of told) if (saysMore(one, byId.get(one.id))) byId.set(one.id, one);
  const joined = [...byId.values()].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return joined.length === known.length && joined.every((one, index) => one === known[index]) ? known : joined;
}

function saysMore(told: RefundSeen, known: RefundSeen | undefined): boolean {
  if (known === undefined) return true;
  const rank = (one: RefundSeen): readonly [number, number, string] => [
    one.amount ?? 0,
    one.lines.length,
    JSON.stringify([
      one.at,
      one.lines.map((line) => [line.product, line.variant, line.sku, line.name, line.quantity, line.amount, line.ref]),
    ]),
  ];
  const [a, b] = [rank(told), rank(known)];
  return a[0] !== b[0] ? a[0] > b[0] : a[1] !== b[1] ? a[1] > b[1] : a[2] > b[2];
}

const isBack = (status: string): boolean => status === "refunded" || status === "partially_refunded";

/** What refunds come to in all; one without an amount is everything. */
function refundsSum({ refunds, total }: Pick<OrderState, "refunds" | "total">): number {
  const sum = Math.round(refunds.reduce((all, one) => all + (one.amount ?? 0), 0) * 1e4) / 1e4;
  return refunds.some((one) => one.amount === null) ? Math.max(sum, total) : sum;
}

/** Money given back is what the refunds come to, or what the source says in all where that is more. */
function applyRefunds(state: OrderState, order: OrderNews): void {
  const told = order.refunds ?? [];
  const said = order.refundsAnew === true && state.refunded === refundsSum(state) ? 0 : state.refunded;
  const others = order.refundsAnew === true ? state.refunds.filter((one) => !told.some(({ id }) => id === one.id)) : state.refunds;
  state.refunds = joinRefunds(others, told);
  state.refunded = Math.max(said, order.refunded ?? 0, refundsSum(state));
  if (order.status === "refunded" && state.refunded === 0 && state.refunds.length === 0) state.refunded = state.total;
  if (isBack(state.status) && state.refunds.length > 0 && state.total > 0)
    state.status = state.refunded < state.total ? "partially_refunded" : "refunded";
}

const same = (a: OrderState, b: OrderState | undefined) =>
  b !== undefined && (Object.keys(a) as (keyof OrderState)[]).every((key) => a[key] === b[key]);

async function writeChanged(
  tx: Tx,
  input: CatalogInput & { products: ReadonlyMap<string, Id> },
  news: {
    changed: readonly OrderState[];
    stored: ReadonlyMap<string, OrderState>;
    keys: ReadonlyMap<string, OrderKey>;
    lines: ReadonlyMap<string, OrderSeen["lines"]>;
  },
): Promise<void> {
  const { workspace } = input;
  const { changed, stored, keys, lines } = news;
  if (changed.length === 0) return;
  const moved = changed.filter((state) => stored.has(state.external_id) && stored.get(state.external_id)!.bucket !== state.bucket);
  if (moved.length > 0) {
    await deleteOrders(tx, { workspace, orders: moved.map((state) => stored.get(state.external_id)!) });
    await pointOrderKeys(tx, { workspace, keys: moved.map((state) => ({ ...keys.get(state.external_id)!, bucket: state.bucket })) });
  }
  await writeOrders(tx, { workspace, orders: changed });
  const withLines = changed.filter((state) => lines.has(state.external_id));
  const old = withLines.filter((state) => stored.has(state.external_id));
  if (old.length > 0) await deleteLines(tx, { workspace, orders: old });
  if (withLines.length > 0)
    await insertLines(tx, {
      workspace,
      products: input.products,
      orders: withLines.map((state) => ({ bucket: state.bucket, order: state.id, lines: lines.get(state.external_id)! })),
    });
}

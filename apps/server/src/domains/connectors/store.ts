import { createHash } from "node:crypto";
import {
  cartChange,
  cartMessages,
  cartWho,
  composeProduct,
  customerMessages,
  orderMessages,
  orderNews,
  orderWho,
  refundMessages,
  refundSeen,
  type ShopCart,
  type ShopNaming,
  type ShopOrder,
  type ShopPart,
  type ShopProduct,
  type ShopRefund,
  type ShopThing,
  type ShopWho,
} from "@relance/model/connectors";
import { EARLIEST, type Id, type Instant } from "@relance/model/base";
import type { CartChange, Json, JsonObject, OrderSeen, RefundLine, RefundSeen } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { noteInterests, noteProducts, upsertCarts, upsertCategories, upsertOrders, upsertProducts } from "../catalog/index.ts";
import { ensureEventPartitions, ERASED, ingestWithin } from "../ingest/index.ts";
import { productsOfLines } from "./cart-lines.ts";
import { recordShopConsents } from "./consents.ts";
import type { SaidConsent, ShopContext } from "./context.ts";
import {
  dropRefundBodies,
  dropVersions,
  isNewer,
  partsAround,
  takeVersions,
  versionKey,
  versionsOf,
  versionsUnder,
  type Version,
} from "./parts.ts";

/** A thing with the digest of what the shop said of it. */
interface Entry<T extends ShopThing = ShopThing> {
  readonly thing: T;
  readonly digest: string;
  readonly version: Version | null;
  newest: boolean;
  contact: Id | null;
  is: "stored" | "repeated" | "refused" | "erased";
  problem: string | null;
}

export interface Stored {
  readonly is: "stored" | "repeated" | "refused" | "erased";
  readonly problem: string | null;
}

/**
 * Stores what a shop told, in sets whatever the number of things: contacts and events, orders, refunds, carts, consents and the catalogue.
 * Of each thing the newest state counts, whatever order states come in and however often.
 * @param input.live false: history; it counts in rules and starts nothing
 * @returns what came of each thing
 */
export async function storeThings(
  tx: Tx,
  deps: Deps,
  shop: ShopContext,
  input: { readonly things: readonly ShopThing[]; readonly live: boolean },
): Promise<Stored[]> {
  const entries = (await productsOfLines(tx, { workspace: shop.into.workspace, connection: shop.connection, things: input.things })).map(
    (thing): Entry => {
      const digest = digestOf(thing);
      return { thing, digest, version: versionOf(shop.naming, thing, digest), newest: false, contact: null, is: "repeated", problem: null };
    },
  );
  const refunds = entries
    .flatMap(({ thing }) => (thing.is === "order" ? thing.refunds : []))
    .map((thing): Entry => ({ thing, digest: digestOf(thing), version: null, newest: false, contact: null, is: "repeated", problem: null }))
    .map((entry) => ({ ...entry, version: versionOf(shop.naming, entry.thing, entry.digest) }));
  await settleVersions(tx, shop, [...entries, ...refunds]);
  const catalogue = entries.filter((entry): entry is Entry<ShopPart> => isPart(entry.thing));
  await writeCategories(tx, deps, shop, entries);
  await writeCatalogue(
    tx,
    deps,
    shop,
    catalogue.map((entry) => entry.thing),
  );
  const told = await refundsOf(tx, shop, [...entries, ...refunds]);
  await tell(tx, deps, shop, { entries, told, live: input.live });
  await dropVersions(tx, {
    workspace: shop.into.workspace,
    connection: shop.connection,
    versions: entries.flatMap((entry) => (entry.is === "erased" && entry.version !== null ? [entry.version] : [])),
  });
  await dropRefundBodies(tx, {
    workspace: shop.into.workspace,
    connection: shop.connection,
    ids: told.filter(({ refund }) => refund.body !== null).map(({ refund }) => refund.id),
  });
  await writeOrders(tx, deps, shop, entries, told);
  await writeCarts(tx, deps, shop, entries);
  await recordShopConsents(
    tx,
    deps,
    shop,
    entries.flatMap((entry) => consentsOf(entry)),
  );
  return entries.map((entry) => ({ is: entry.is === "repeated" && entry.newest ? "stored" : entry.is, problem: entry.problem }));
}

/** Makes sure that the months of what is told have their partitions: as ingest dates them, never later than now, never before EARLIEST. */
export async function ensureMonths(deps: Deps, things: readonly ShopThing[], now: Instant): Promise<void> {
  const moments = things.flatMap((thing) =>
    thing.is === "order"
      ? [thing.seen.at, thing.seen.placedAt, ...thing.refunds.map((one) => one.at)]
      : thing.is === "cart"
        ? [thing.at, thing.began]
        : thing.is === "customer" || thing.is === "refund"
          ? [thing.at]
          : [],
  );
  await ensureEventPartitions(
    deps.ports.sql,
    moments.filter((at) => at >= EARLIEST).map((at) => Math.min(at, now)),
  );
}

const PARTS: ReadonlySet<string> = new Set(["product", "variant", "stock", "translation", "link", "gone"]);
const isPart = (thing: ShopThing): thing is ShopPart => PARTS.has(thing.is);

/** Of what was said, its keys in one order: a delivery and a row of the interface that say the same are the same. */
function digestOf(thing: ShopThing): string {
  const said = "body" in thing && thing.body !== null ? thing.body : thing;
  return createHash("sha256")
    .update(
      JSON.stringify(said, (_key, value: unknown) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
          : value,
      ),
    )
    .digest("hex")
    .slice(0, 32);
}

function versionOf(naming: ShopNaming, thing: ShopThing, digest: string): Version | null {
  const base = { digest, parent: null, item: null, body: null };
  switch (thing.is) {
    case "customer":
      return { ...base, kind: "customer", id: thing.id, at: thing.at };
    case "order":
      return { ...base, kind: "order", id: thing.id, at: thing.seen.at, parent: JSON.stringify(orderWho(naming, thing)) };
    // Of two tellings of one moment that with more money is the newer: a payment that was under way has gone through.
    case "refund":
      return {
        ...base,
        digest: `${thing.amount.toFixed(4).padStart(16, "0")}${digest}`,
        kind: "refund",
        id: thing.id,
        at: thing.at,
        parent: thing.order,
        body: { amount: thing.amount, currency: thing.currency, lines: thing.lines as unknown as Json, body: thing.body },
      };
    // A cart of nobody known is kept, and told when a checkout names its person.
    case "cart":
      return cartWho(naming, thing) === null
        ? { ...base, kind: "cart_kept", id: thing.id, at: thing.at, body: thing.body }
        : { ...base, kind: "cart", id: thing.id, at: thing.at };
    case "category":
      return { ...base, kind: "category", id: thing.id, at: thing.at, body: thing.body };
    // One without an id is known by what it says.
    case "other":
      return { ...base, kind: "other", id: thing.id.endsWith("/") ? thing.id + digest : thing.id, at: thing.at, body: thing.body };
    default:
      return { kind: thing.is, id: thing.id, at: thing.at, digest, parent: thing.parent, item: thing.item, body: thing.body };
  }
}

async function settleVersions(tx: Tx, shop: ShopContext, entries: readonly Entry[]): Promise<void> {
  const newest = new Map<string, Version>();
  const ends = entries.flatMap(({ thing, digest }): Version[] => {
    const [id, at] =
      thing.is === "order" ? [thing.cart, thing.seen.placedAt] : thing.is === "cart" ? [thing.id, thing.ended] : [null, null];
    return id === null || at === null ? [] : [{ kind: "cart_end", id, at, digest, parent: null, item: null, body: null }];
  });
  for (const version of [...entries.flatMap((entry) => entry.version ?? []), ...ends]) {
    const before = newest.get(versionKey(version));
    if (!before || isNewer(version, before)) newest.set(versionKey(version), version);
  }
  const taken = await takeVersions(tx, { workspace: shop.into.workspace, connection: shop.connection, versions: [...newest.values()] });
  for (const entry of entries)
    entry.newest =
      entry.version !== null && newest.get(versionKey(entry.version)) === entry.version && taken.has(versionKey(entry.version));
}

async function writeCategories(tx: Tx, deps: Deps, shop: ShopContext, entries: readonly Entry[]): Promise<void> {
  const { chance, clock } = deps.ports;
  const of = (id: string) => (shop.naming.prefix + id).slice(0, 200);
  const told = entries.flatMap(({ thing, newest }) =>
    thing.is === "category" && thing.category !== null && newest
      ? [
          {
            externalId: of(thing.category),
            names: thing.names,
            ...(thing.parent !== undefined && { parent: thing.parent === null ? null : of(thing.parent) }),
          },
        ]
      : [],
  );
  const categories = [...Map.groupBy(told, (one) => one.externalId).values()].map(
    (same) => Object.assign({}, ...same, { names: Object.assign({}, ...same.map((one) => one.names)) }) as (typeof told)[number],
  );
  if (categories.length > 0)
    await upsertCategories(
      tx,
      { workspace: shop.into.workspace, chance, now: clock.now(), source: shop.naming.shop },
      { categories, loops: "cut" },
    );
}

async function writeCatalogue(tx: Tx, deps: Deps, shop: ShopContext, parts: readonly ShopPart[]): Promise<void> {
  if (parts.length === 0) return;
  const { chance, clock } = deps.ports;
  const { workspace, currency } = shop.into;
  const around = await partsAround(tx, { workspace, connection: shop.connection, parts });
  const given = {
    prefix: shop.naming.prefix,
    store: shop.store ?? "",
    currency,
    language: shop.language,
    address: shop.address,
    names: shop.names,
    zone: shop.zone,
    now: clock.now(),
  };
  const products = around
    .map((of) => composeProduct(shop.naming.shop, of, given))
    .filter((one): one is ShopProduct => one !== null)
    .map((one) => (shop.store === null ? { ...one, prices: [], stock: [] } : one));
  if (products.length > 0) await upsertProducts(tx, { workspace, chance, now: clock.now(), source: shop.naming.shop, products });
}

/** A refund whose order is known, with who bought. */
interface ToldRefund {
  readonly refund: ShopRefund;
  readonly who: ShopWho;
}

/** The refunds to tell now: all of the orders in hand, and those in hand whose order came before. */
async function refundsOf(tx: Tx, shop: ShopContext, entries: readonly Entry[]): Promise<ToldRefund[]> {
  const of = { workspace: shop.into.workspace, connection: shop.connection };
  const orders = new Map(entries.flatMap(({ thing }) => (thing.is === "order" ? [[thing.id, orderWho(shop.naming, thing)] as const] : [])));
  const others = [...new Set(entries.flatMap(({ thing }) => (thing.is === "refund" && !orders.has(thing.order) ? [thing.order] : [])))];
  for (const known of await versionsOf(tx, { ...of, kinds: ["order"], ids: others }))
    if (known.parent !== null) orders.set(known.id, JSON.parse(known.parent) as ShopWho);
  const rows = await versionsUnder(tx, { ...of, kinds: ["refund"], parents: [...orders.keys()] });
  return rows.map((row) => {
    const {
      amount,
      currency,
      lines = [],
      body = null,
    } = row.body as unknown as { amount: number; currency: string | null; lines?: readonly RefundLine[]; body?: JsonObject | null };
    return {
      who: orders.get(row.parent!)!,
      refund: { is: "refund", id: row.id, order: row.parent!, at: row.at, amount, currency, lines, body },
    };
  });
}

async function tell(
  tx: Tx,
  deps: Deps,
  shop: ShopContext,
  input: { entries: readonly Entry[]; told: readonly ToldRefund[]; live: boolean },
): Promise<void> {
  const { chance, clock } = deps.ports;
  const { naming, into } = shop;
  const now = clock.now();
  const speaking = input.entries.map((entry) => ({ entry, messages: messagesOf(naming, entry) })).filter((one) => one.messages.length > 0);
  const batches = [...speaking.map((one) => one.messages), ...input.told.map(({ refund, who }) => refundMessages(naming, refund, who))];
  if (batches.length === 0) return;
  const verdicts = await ingestWithin(
    tx,
    { chance, clock },
    into,
    batches.map((messages) => ({ messages, receivedAt: now, source: null, commerce: false, live: input.live })),
  );
  speaking.forEach(({ entry }, i) => {
    const refusal = verdicts[i]!.find((verdict) => verdict.is === "refused");
    // Nothing of somebody who was erased is kept, a reason to look at it neither.
    if (refusal?.code === ERASED) Object.assign(entry, { is: "erased" });
    else if (refusal) Object.assign(entry, { is: "refused", problem: `${refusal.code}: ${refusal.field}` });
    else {
      entry.contact = verdicts[i]!.findLast((verdict) => verdict.is === "stored")?.contact ?? null;
      if (entry.contact !== null) entry.is = "stored";
    }
  });
}

function messagesOf(naming: ShopNaming, { thing, digest }: Entry): JsonObject[] {
  if (thing.is === "customer") return customerMessages(naming, thing, digest);
  if (thing.is === "order") return orderMessages(naming, thing, digest);
  const who = thing.is === "cart" ? cartWho(naming, thing) : null;
  return thing.is === "cart" && who !== null ? cartMessages(naming, thing, who, digest) : [];
}

async function writeOrders(tx: Tx, deps: Deps, shop: ShopContext, entries: readonly Entry[], told: readonly ToldRefund[]): Promise<void> {
  const { chance, clock } = deps.ports;
  const { workspace, currency } = shop.into;
  const now = clock.now();
  const back = Map.groupBy(told, ({ refund }) => refund.order);
  const refundsOfOrder = (order: string): RefundSeen[] => (back.get(order) ?? []).map(({ refund }) => refundSeen(shop.naming, refund));
  const inHand = entries
    .filter((entry): entry is Entry<ShopOrder> => entry.thing.is === "order" && entry.is !== "refused" && entry.is !== "erased")
    .sort((a, b) => (isNewer({ at: a.thing.seen.at, digest: a.digest }, { at: b.thing.seen.at, digest: b.digest }) ? 1 : -1));
  const known = new Set(inHand.map((entry) => entry.thing.id));
  const seen = inHand.map((entry) => {
    const order = orderNews(shop.naming, entry.thing);
    // Of an older state only what can but grow is taken (money given back) and what nothing said yet; its lines and total are past.
    return {
      ...order,
      refunds: refundsOfOrder(entry.thing.id),
      contact: entry.contact,
      ...(!entry.newest && { at: order.at - 1, lines: null, total: null }),
    };
  });
  const later = [...back.keys()]
    .filter((order) => !known.has(order))
    .map((order) => ({ ...refundedOrder(shop, order, back.get(order)!), refunds: refundsOfOrder(order), contact: null }));
  const lines = seen.flatMap((order) => (order.lines ?? []).map((line) => ({ line, currency: order.currency })));
  const products = await noteProducts(tx, {
    workspace,
    chance,
    now,
    source: shop.naming.shop,
    products: lines.flatMap(({ line, currency: of }) =>
      line.product === null
        ? []
        : [
            {
              externalId: line.product,
              sku: line.variant === null ? line.sku : null,
              name: line.name,
              brand: null,
              category: null,
              price: line.unitPrice,
              currency: of,
              url: null,
              imageUrl: null,
            },
          ],
    ),
  });
  await upsertOrders(tx, {
    workspace,
    chance,
    now,
    slot: 1 + Math.floor(chance.float() * 7),
    currency,
    products,
    orders: [...seen, ...later],
  });
}

// Says nothing of the order but what was given back.
function refundedOrder(shop: ShopContext, order: string, told: readonly ToldRefund[]): OrderSeen {
  return {
    externalId: shop.naming.prefix + order,
    kind: "sale",
    status: "refunded",
    currency: null,
    total: null,
    discount: null,
    shipping: null,
    tax: null,
    refunded: null,
    coupon: null,
    store: null,
    lines: null,
    placedAt: Math.max(...told.map(({ refund }) => refund.at)),
    at: 0,
    source: shop.naming.shop,
  };
}

async function writeCarts(tx: Tx, deps: Deps, shop: ShopContext, entries: readonly Entry[]): Promise<void> {
  const { workspace } = shop.into;
  const carts = entries.filter((entry): entry is Entry<ShopCart> => entry.thing.is === "cart" && entry.newest && entry.contact !== null);
  const orders = entries.filter(
    (entry): entry is Entry<ShopOrder> => entry.thing.is === "order" && entry.contact !== null && entry.thing.cart !== null,
  );
  const tokens = [...new Set([...carts.map((entry) => entry.thing.id), ...orders.map((entry) => entry.thing.cart!)])];
  if (tokens.length === 0) return;
  const versions = new Map(
    (await versionsOf(tx, { workspace, connection: shop.connection, kinds: ["cart", "cart_end"], ids: tokens })).map((one) => [
      versionKey(one),
      one.at,
    ]),
  );
  const ended = (token: string, contact: Id): (CartChange & { contact: Id })[] => {
    const end: Instant | undefined = versions.get(`cart_end ${token}`);
    return end === undefined
      ? []
      : [
          {
            what: "ordered",
            cart: shop.naming.prefix + token,
            at: Math.max(end, versions.get(`cart ${token}`) ?? end),
            currency: null,
            url: null,
            contact,
          },
        ];
  };
  const changes = [
    ...carts.flatMap((entry) => [
      { ...cartChange(shop.naming, entry.thing), contact: entry.contact! },
      ...ended(entry.thing.id, entry.contact!),
    ]),
    ...orders.flatMap((entry) => ended(entry.thing.cart!, entry.contact!)),
  ];
  await upsertCarts(tx, { workspace, slot: 1 + Math.floor(deps.ports.chance.float() * 7), source: shop.naming.shop, changes });
  const deeds = carts.flatMap((entry) =>
    entry.thing.lines.flatMap((line) =>
      line.product === null
        ? []
        : [{ contact: entry.contact!, product: shop.naming.prefix + line.product, did: "carted" as const, at: entry.thing.at }],
    ),
  );
  await noteInterests(tx, { workspace, deeds });
}

function consentsOf({ thing, contact, newest }: Entry): SaidConsent[] {
  if (contact === null || (thing.is !== "customer" && thing.is !== "order")) return [];
  const customer = thing.is === "customer" ? thing.id : thing.customer;
  return thing.consents.map((consent) => ({ consent, contact, customer, newest, who: customer ?? `order:${thing.id}` }));
}

import { createHash } from "node:crypto";
import type { ArticleInput } from "@relance/contract/articles";
import type { ProductInput } from "@relance/contract/catalog";
import { toIso } from "@relance/model/base";
import { round4, type ImportRow, type Mapping } from "@relance/model/imports";
import type { LineSeen, OrderSeen, ProductSeen } from "@relance/model/events";
import { articleOf, productsOf } from "./catalog-news.ts";
import { refundsIn, type RefundNews } from "./refund-news.ts";
import { cartMessage, cartNews, type CartNews } from "./cart-news.ts";
import type { StagedGroup } from "./staging.ts";

/** What a group of rows becomes: messages of the contact's own history, orders written directly, products. */
export interface GroupNews {
  readonly messages: readonly Record<string, unknown>[];
  /** Events of returns and carts, which are written directly. */
  readonly returns: readonly Record<string, unknown>[];
  /** Money given back for orders that are known. */
  readonly refunds: readonly RefundNews[];
  /** Carts as they stood, written directly; `returns` has what their contacts did with them. */
  readonly carts: readonly CartNews[];
  /** Sales without a customer, and returns: no event of the e-commerce specification says either. */
  readonly orders: readonly (OrderSeen & { readonly userId: string | null })[];
  /** Products as a table of products tells them: that is what the catalogue says from then on. */
  readonly products: readonly ProductInput[];
  readonly articles: readonly ArticleInput[];
  /** Products that lines of those orders only name. */
  readonly seen: readonly ProductSeen[];
}

/** One mapping for files and events: a sale to a known customer is the very `Order Completed` an SDK would have sent. */
export function newsOf(group: StagedGroup, mapping: Mapping, now: number, source: string): GroupNews {
  const order = group.rows.find((row) => row.order?.placedAt != null)?.order as Order | undefined;
  const contact = group.rows.find((row) => row.contact !== null)?.contact ?? null;
  const products = productsOf(group.rows, mapping.options, now);
  const articles = group.rows.flatMap(({ article }) => (article ? [articleOf(article, mapping.options)] : []));
  const events = group.rows.flatMap(({ contact: who, event }) => (event && who ? [eventOf(who, event)] : []));
  const refunds = refundsIn(group.rows.flatMap(({ refund }) => refund ?? []));
  const cart = contact
    ? cartNews(
        group.rows.flatMap((row) => row.cart ?? []),
        userOf(contact),
      )
    : null;
  const identify = contact
    ? [identifyOf(contact, order?.placedAt ?? cart?.at ?? group.rows.find((row) => row.event)?.event?.at ?? now), ...events]
    : [];
  if (cart) return { ...NOTHING, messages: identify, returns: cartMessage(cart), carts: [cart], seen: cart.lines.flatMap(seenIn) };
  if (!order) return { ...NOTHING, messages: identify, refunds, products, articles };
  const lines = group.rows.flatMap((row) => (row.line ? [lineOf(row.line)] : []));
  const total = order.total ?? round4(lines.reduce((sum, line) => sum + line.total, 0));
  const prefix = mapping.options.returnPrefix;
  const isReturn = prefix !== null && prefix !== "" && order.id.startsWith(prefix);
  if (contact && !isReturn) return { ...NOTHING, messages: [...identify, completedOf(contact, order, lines, total)], products, articles };
  const seen = { ...orderOf(order, lines, total, isReturn), source };
  const returns = contact && isReturn ? [returnedOf(contact, order, lines, total)] : [];
  return {
    ...NOTHING,
    messages: identify,
    returns,
    orders: [{ ...seen, userId: contact ? userOf(contact) : null }],
    products,
    articles,
    seen: lines.flatMap(seenIn),
  };
}

const NOTHING: GroupNews = { messages: [], returns: [], refunds: [], carts: [], orders: [], products: [], articles: [], seen: [] };

type Contact = NonNullable<ImportRow["contact"]>;
type Order = NonNullable<ImportRow["order"]> & { readonly placedAt: number };

/** Who a message is about: the shop's own id, or else an id made of the address, which `identify` ties to the same person. */
function userOf(contact: Contact): string {
  return contact["user_id"] ?? contact["email"] ?? contact["phone"]!;
}

const TRAITS: Readonly<Record<string, string>> = {
  email: "email",
  phone: "phone",
  first_name: "firstName",
  last_name: "lastName",
  locale: "locale",
  time_zone: "timezone",
  birth_date: "birthday",
};
const ADDRESS: Readonly<Record<string, string>> = { country: "country", region: "state", postal_code: "postalCode", city: "city" };

function identifyOf(contact: Contact, at: number): Record<string, unknown> {
  const traits: Record<string, unknown> = {};
  const address: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(contact)) {
    if (field === "user_id") continue;
    if (ADDRESS[field]) address[ADDRESS[field]] = value;
    else traits[TRAITS[field] ?? field.replace(/^attributes\./, "")] = value;
  }
  if (Object.keys(address).length > 0) traits["address"] = address;
  return { type: "identify", userId: userOf(contact), traits, timestamp: toIso(at), messageId: `import:contact:${hash(contact)}` };
}

/** Found again by the file's own number of it, or else by all it says. */
function eventOf(contact: Contact, event: NonNullable<ImportRow["event"]>): Record<string, unknown> {
  const said = { event: event.name, userId: userOf(contact), properties: event.properties, timestamp: toIso(event.at) };
  return { type: "track", ...said, messageId: `${EVENT_ID}${event.id ?? hash(said)}` };
}

const EVENT_ID = "import:event:";

/** Whether a message is what a row of events says. */
export const isEventRow = (message: Readonly<Record<string, unknown>>): boolean => String(message["messageId"]).startsWith(EVENT_ID);

function completedOf(contact: Contact, order: Order, lines: readonly LineSeen[], total: number): Record<string, unknown> {
  const properties = {
    order_id: order.id,
    total,
    ...(order.refunded !== undefined && { refunded: order.refunded }),
    currency: order.currency,
    ...(order.coupon && { coupon: order.coupon }),
    ...(order.store && { store: order.store }),
    products: lines.map((line) => ({
      product_id: line.product,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      price: line.unitPrice,
    })),
  };
  return {
    type: "track",
    event: "Order Completed",
    userId: userOf(contact),
    properties,
    timestamp: toIso(order.placedAt),
    messageId: `import:order:${order.id}`,
  };
}

function returnedOf(contact: Contact, order: Order, lines: readonly LineSeen[], total: number): Record<string, unknown> {
  const products = lines.map((line) => ({
    product_id: line.product,
    sku: line.sku,
    name: line.name,
    quantity: Math.abs(line.quantity),
    price: line.unitPrice,
  }));
  return {
    type: "track",
    event: "Order Refunded",
    userId: userOf(contact),
    properties: { order_id: order.id, total: Math.abs(total), currency: order.currency, products },
    timestamp: toIso(order.placedAt),
    messageId: `import:return:${order.id}`,
  };
}

function orderOf(order: Order, lines: readonly LineSeen[], total: number, isReturn: boolean): Omit<OrderSeen, "source"> {
  return {
    externalId: order.id,
    kind: isReturn ? "return" : "sale",
    status: order.status ?? (isReturn ? "returned" : "completed"),
    currency: order.currency,
    total,
    discount: null,
    shipping: null,
    tax: null,
    refunded: order.refunded ?? null,
    coupon: order.coupon,
    store: order.store,
    lines: lines.length > 0 ? lines : null,
    placedAt: order.placedAt,
    at: order.placedAt,
  };
}

function lineOf(line: NonNullable<ImportRow["line"]>): LineSeen {
  return {
    product: line.productId ?? line.sku,
    variant: null,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    total: line.total,
  };
}

function seenIn(line: LineSeen): ProductSeen[] {
  return line.product === null
    ? []
    : [
        {
          externalId: line.product,
          sku: line.sku,
          name: line.name,
          brand: null,
          category: null,
          price: line.unitPrice,
          currency: null,
          url: null,
          imageUrl: null,
        },
      ];
}

export function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

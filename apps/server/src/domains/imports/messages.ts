import { createHash } from "node:crypto";
import type { ProductInput } from "@relance/contract/catalog";
import { toIso } from "@relance/model/base";
import { round4, type ImportRow, type Mapping } from "@relance/model/imports";
import type { LineSeen, OrderSeen, ProductSeen } from "@relance/model/events";
import type { StagedGroup } from "./queries.ts";

/** What a group of rows becomes: messages of the contact's own history, orders written directly, products. */
export interface GroupNews {
  readonly messages: readonly Record<string, unknown>[];
  /** Events of returns, whose orders are written directly. */
  readonly refunds: readonly Record<string, unknown>[];
  /** Sales without a customer, and returns: no event of the e-commerce specification says either. */
  readonly orders: readonly (OrderSeen & { readonly userId: string | null })[];
  /** Products as a table of products tells them: that is what the catalogue says from then on. */
  readonly products: readonly ProductInput[];
  /** Products that lines of those orders only name. */
  readonly seen: readonly ProductSeen[];
}

/** One mapping for files and events: a sale to a known customer is the very `Order Completed` an SDK would have sent. */
export function newsOf(group: StagedGroup, mapping: Mapping, now: number): GroupNews {
  const order = group.rows.find((row) => row.order?.placedAt != null)?.order as Order | undefined;
  const contact = group.rows.find((row) => row.contact !== null)?.contact ?? null;
  const products = productsOf(group.rows, mapping);
  const identify = contact ? [identifyOf(contact, order?.placedAt ?? now)] : [];
  if (!order) return { messages: identify, refunds: [], orders: [], products, seen: [] };
  const lines = group.rows.flatMap((row) => (row.line ? [lineOf(row.line)] : []));
  const total = order.total ?? round4(lines.reduce((sum, line) => sum + line.total, 0));
  const prefix = mapping.options.returnPrefix;
  const isReturn = prefix !== null && prefix !== "" && order.id.startsWith(prefix);
  if (contact && !isReturn) return { messages: [...identify, completedOf(contact, order, lines, total)], refunds: [], orders: [], products, seen: [] };
  const seen = orderOf(order, lines, total, isReturn);
  const refunded = contact && isReturn ? [refundedOf(contact, order, total)] : [];
  return { messages: identify, refunds: refunded, orders: [{ ...seen, userId: contact ? userOf(contact) : null }], products, seen: lines.flatMap(seenIn) };
}

type Contact = NonNullable<ImportRow["contact"]>;
type Order = NonNullable<ImportRow["order"]> & { readonly placedAt: number };

/** Who a message is about: the shop's own id, or else an id made of the address, which `identify` ties to the same person. */
function userOf(contact: Contact): string {
  return contact["user_id"] ?? contact["email"] ?? contact["phone"]!;
}

const TRAITS: Readonly<Record<string, string>> = { email: "email", phone: "phone", first_name: "firstName", last_name: "lastName", locale: "locale", time_zone: "timezone", birth_date: "birthday" };
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

function completedOf(contact: Contact, order: Order, lines: readonly LineSeen[], total: number): Record<string, unknown> {
  const properties = {
    order_id: order.id, total, currency: order.currency, ...(order.coupon && { coupon: order.coupon }), ...(order.store && { store: order.store }),
    products: lines.map((line) => ({ product_id: line.product, sku: line.sku, name: line.name, quantity: line.quantity, price: line.unitPrice })),
  };
  return { type: "track", event: "Order Completed", userId: userOf(contact), properties, timestamp: toIso(order.placedAt), messageId: `import:order:${order.id}` };
}

function refundedOf(contact: Contact, order: Order, total: number): Record<string, unknown> {
  return { type: "track", event: "Order Refunded", userId: userOf(contact), properties: { order_id: order.id, total: Math.abs(total), currency: order.currency }, timestamp: toIso(order.placedAt), messageId: `import:return:${order.id}` };
}

function orderOf(order: Order, lines: readonly LineSeen[], total: number, isReturn: boolean): OrderSeen {
  return {
    externalId: order.id, kind: isReturn ? "return" : "sale", status: order.status ?? (isReturn ? "returned" : "completed"), currency: order.currency, total, discount: null, shipping: null, tax: null, refunded: null,
    coupon: order.coupon, store: order.store, lines: lines.length > 0 ? lines : null, placedAt: order.placedAt, at: order.placedAt, source: "import",
  };
}

function lineOf(line: NonNullable<ImportRow["line"]>): LineSeen {
  return { product: line.productId ?? line.sku, variant: null, sku: line.sku, name: line.name, quantity: line.quantity, unitPrice: line.unitPrice, total: line.total };
}

function seenIn(line: LineSeen): ProductSeen[] {
  return line.product === null ? [] : [{ externalId: line.product, sku: line.sku, name: line.name, brand: null, category: null, price: line.unitPrice, currency: null, url: null, imageUrl: null }];
}

// A product told in several rows (one for each variant) is what they say first; without a name it is none.
function productsOf(rows: readonly ImportRow[], mapping: Mapping): ProductInput[] {
  const byId = new Map<string, NonNullable<ImportRow["product"]>>();
  for (const { product } of rows) {
    if (!product) continue;
    const before = byId.get(product.id);
    byId.set(product.id, before ? { ...product, ...Object.fromEntries(Object.entries(before).filter(([, value]) => value !== null)) } : product);
  }
  return [...byId.values()].flatMap(({ id, name, sku, brand, category, price }) => (name === null ? [] : [{
    externalId: id, name, sku, brand, ...(category !== null && { category: { externalId: category } }),
    attributes: { ...(category !== null && { category }), ...(price !== null && { price, currency: mapping.options.currency }) },
  }]));
}

export function hash(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 32);
}

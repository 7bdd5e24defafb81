import type { Instant } from "../base/index.ts";
import { currencyOf, isObject, moneyOf, readInstant, readLine, textOf, type Json, type JsonObject, type LineSeen, type OrderSeen } from "../events/index.ts";

/** What a customer said about marketing mail or texts, as the shop tells it. */
export interface ShopConsent {
  readonly channel: "email" | "sms";
  readonly state: "granted" | "withdrawn";
  readonly at: Instant;
  readonly optInLevel: string | null;
}

/** One delivery of a shop in the common messages. The whole payload is kept in the context of its messages. */
export interface ShopNews {
  /** Messages of the Segment spec, all of one contact. */
  readonly messages: readonly JsonObject[];
  /** The order as it stood at `at`; written only when nothing newer was seen. */
  readonly order: OrderSeen | null;
  readonly consents: readonly ShopConsent[];
}

export type ShopReading =
  | { readonly is: "news"; readonly news: ShopNews }
  /** A topic we make nothing of. */
  | { readonly is: "ignored" }
  /** A payload that lacks what its topic needs. */
  | { readonly is: "refused"; readonly field: string };

interface Given { readonly scope: string; readonly digest: string }

const ORDER_TOPICS = new Set(["orders/create", "orders/updated", "orders/edited", "orders/paid", "orders/cancelled", "orders/fulfilled", "orders/partially_fulfilled"]);
const CUSTOMER_TOPICS = new Set(["customers/create", "customers/update", "customers/enable", "customers/disable"]);

/**
 * Reads one Shopify webhook. Message ids come from the thing, its `updated_at` and what it says, never from the delivery: whatever is
 * repeated, or told by two topics at once, is the same message; two states of one second are two.
 * @param given.scope sets the ids of one connection apart from another's
 * @param given.digest of the payload's bytes
 */
export function readShopify(topic: string, payload: JsonObject, given: Given): ShopReading {
  if (CUSTOMER_TOPICS.has(topic)) return customerNews(payload, given);
  if (ORDER_TOPICS.has(topic)) return orderNews(topic, payload, given);
  return { is: "ignored" };
}

function customerNews(customer: JsonObject, { scope, digest }: Given): ShopReading {
  const id = textOf(customer["id"]);
  if (id === null || id.length > 100) return { is: "refused", field: "id" };
  const at = readInstant(customer["updated_at"]) ?? readInstant(customer["created_at"]);
  if (at === null) return { is: "refused", field: "updated_at" };
  const userId = userOf(id);
  const message = { type: "identify", userId, messageId: `${scope}:customer:${id}:${at}:${digest}`, timestamp: at, traits: traitsOf(customer), context: { shopify: customer } };
  return { is: "news", news: { messages: [message], order: null, consents: consentsOf(customer) } };
}

function orderNews(topic: string, order: JsonObject, { scope, digest }: Given): ShopReading {
  const id = textOf(order["id"]);
  if (id === null || id.length > 100) return { is: "refused", field: "id" };
  const placedAt = readInstant(order["created_at"]) ?? readInstant(order["processed_at"]);
  if (placedAt === null) return { is: "refused", field: "created_at" };
  const at = readInstant(order["updated_at"]) ?? placedAt;
  const customer = isObject(order["customer"]) ? order["customer"] : {};
  const customerId = textOf(customer["id"]);
  // A guest is known by the address of the order alone; the order's own anonymous id holds it together with its events.
  const who: JsonObject = customerId === null ? { anonymousId: `shopify:order:${id}` } : { userId: userOf(customerId) };
  const traits = { ...traitsOf(customer), ...(textOf(customer["email"]) === null && emailOf(order)) };
  const seen = orderSeen(order, { id, placedAt, at });
  const created = topic === "orders/create";
  const moment = created ? placedAt : at;
  const messageId = `${scope}:order:${id}:${created ? "placed" : `${at}:${digest}`}`;
  return {
    is: "news",
    news: {
      messages: [
        // Dated by the order: a newer word of the customer's own stands.
        { type: "identify", ...who, messageId: `${messageId}:who`, timestamp: moment, traits, context: { shopify: { order: id } } },
        { type: "track", event: created ? "Order Completed" : seen.status === "cancelled" ? "Order Cancelled" : "Order Updated", ...who, messageId, timestamp: moment, properties: propertiesOf(order, seen), context: { shopify: order } },
      ],
      order: seen,
      consents: consentsOf(customer),
    },
  };
}

const userOf = (customer: string) => `shopify:${customer}`;
const emailOf = (order: JsonObject): JsonObject => {
  const email = textOf(order["email"]) ?? textOf(order["contact_email"]);
  return email === null ? {} : { email };
};

/** What is known of a person; an absent or empty part says nothing. */
function traitsOf(customer: JsonObject): JsonObject {
  const address = isObject(customer["default_address"]) ? customer["default_address"] : {};
  const parts: Record<string, Json | undefined> = {
    email: customer["email"], phone: customer["phone"] ?? address["phone"], firstName: customer["first_name"], lastName: customer["last_name"], locale: customer["locale"],
    country: address["country_code"] ?? address["country"], region: address["province"], postalCode: address["zip"], city: address["city"], shopify_tags: customer["tags"],
  };
  return Object.fromEntries(Object.entries(parts).flatMap(([name, value]) => (textOf(value) === null ? [] : [[name, textOf(value)!]])));
}

function orderSeen(order: JsonObject, known: { id: string; placedAt: Instant; at: Instant }): OrderSeen {
  const lines = listOf(order["line_items"]).map(lineOf);
  const shipping = isObject(order["total_shipping_price_set"]) && isObject(order["total_shipping_price_set"]["shop_money"]) ? moneyOf(order["total_shipping_price_set"]["shop_money"]["amount"]) : null;
  const coupon = listOf(order["discount_codes"]).map((one) => textOf(one["code"])?.slice(0, 200) ?? null).find((code) => code !== null) ?? null;
  return {
    externalId: known.id, kind: "sale", status: statusOf(order), currency: currencyOf(order), total: moneyOf(order["total_price"]), discount: moneyOf(order["total_discounts"]), shipping, tax: moneyOf(order["total_tax"]),
    refunded: refundedOf(order), coupon, store: null, lines: lines.length > 0 ? lines : null, placedAt: known.placedAt, at: known.at, source: "shopify",
  };
}

function statusOf(order: JsonObject): string {
  const paid = textOf(order["financial_status"]);
  if (textOf(order["cancelled_at"]) !== null) return "cancelled";
  if (paid === "refunded" || paid === "partially_refunded" || paid === "voided") return paid;
  if (textOf(order["fulfillment_status"]) === "fulfilled") return "fulfilled";
  return paid ?? "completed";
}

/** Money given back: the successful refund transactions of all refunds; null when the payload does not tell. */
function refundedOf(order: JsonObject): number | null {
  if (!Array.isArray(order["refunds"])) return null;
  const given = listOf(order["refunds"]).flatMap((refund) => listOf(refund["transactions"])).filter((one) => one["kind"] === "refund" && one["status"] === "success");
  return Math.round(given.reduce((sum, one) => sum + (moneyOf(one["amount"]) ?? 0), 0) * 1e4) / 1e4;
}

function lineOf(item: JsonObject): LineSeen {
  const line = readLine({ product_id: item["product_id"] ?? null, variant_id: item["variant_id"] ?? null, sku: item["sku"] ?? null, name: item["title"] ?? item["name"] ?? null, price: item["price"] ?? null, quantity: item["quantity"] ?? null });
  return { ...line, total: Math.round((line.total - (moneyOf(item["total_discount"]) ?? 0)) * 1e4) / 1e4 };
}

function propertiesOf(order: JsonObject, seen: OrderSeen): JsonObject {
  const products = (seen.lines ?? []).map((line, i) => ({ product_id: line.product, variant_id: line.variant, sku: line.sku, name: line.name, price: line.unitPrice, quantity: line.quantity, total: line.total, brand: listOf(order["line_items"])[i]?.["vendor"] ?? null }));
  return { order_id: seen.externalId, order_number: order["name"] ?? null, status: seen.status, total: seen.total, currency: seen.currency, discount: seen.discount, shipping: seen.shipping, tax: seen.tax, coupon: seen.coupon, refunded: seen.refunded, products };
}

const listOf = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : []);

// `pending` (double opt-in not answered) and `not_subscribed` (never asked) say nothing either way.
const STATES: Readonly<Record<string, ShopConsent["state"]>> = { subscribed: "granted", unsubscribed: "withdrawn" };

function consentsOf(customer: JsonObject): ShopConsent[] {
  return (["email", "sms"] as const).flatMap((channel) => {
    const said = customer[`${channel}_marketing_consent`];
    if (!isObject(said)) return [];
    const state = STATES[textOf(said["state"]) ?? ""];
    const at = readInstant(said["consent_updated_at"]);
    return state === undefined || at === null ? [] : [{ channel, state, at, optInLevel: textOf(said["opt_in_level"]) }];
  });
}

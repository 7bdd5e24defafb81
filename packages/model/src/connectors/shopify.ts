import {
  currencyOf,
  isObject,
  moneyOf,
  readInstant,
  readLine,
  textOf,
  type Json,
  type JsonObject,
  type LineSeen,
  type OrderSeen,
  type RefundLine,
} from "../events/index.ts";
import {
  idOf,
  idOrNull,
  listOf,
  momentOf,
  objectOf,
  refundLineFrom,
  round4,
  saidOf,
  shortOf,
  sumOf,
  type ShopConsent,
  type ShopPart,
  type ShopReader,
  type ShopRefund,
  type ShopThing,
} from "./things.ts";

const ORDERS = new Set([
  "orders/create",
  "orders/updated",
  "orders/edited",
  "orders/paid",
  "orders/cancelled",
  "orders/fulfilled",
  "orders/partially_fulfilled",
]);
const CUSTOMERS = new Set(["customers/create", "customers/update", "customers/enable", "customers/disable"]);

/** Reads what Shopify sends by webhook, and the same bodies of its REST Admin API. */
export const readShopify: ShopReader = (topic, payload, given) => {
  if (CUSTOMERS.has(topic)) return [customerOf(payload)];
  if (ORDERS.has(topic)) return [orderOf(payload, { created: topic === "orders/create", asked: given.asked, past: given.past })];
  switch (topic) {
    case "refunds/create":
      return [refundOf(payload, null)];
    case "carts/create":
    case "carts/update":
      return [cartOf(payload, "open")];
    case "checkouts/create":
    case "checkouts/update":
      return [cartOf(payload, "checkout")];
    case "products/create":
    case "products/update":
      return productParts(payload);
    case "products/delete":
      return [{ is: "gone", id: idOf(payload), parent: idOf(payload), item: null, at: given.at, body: payload }];
    case "inventory_levels/update":
    case "inventory_levels/connect":
      return [levelOf(payload)];
    case "translations":
      return [translationOf(payload, given.at)];
    default:
      return null;
  }
};

function customerOf(customer: JsonObject): ShopThing {
  const id = idOf(customer);
  return {
    is: "customer",
    id,
    at: momentOf(customer, "updated_at", "created_at"),
    traits: traitsOf(customer),
    consents: consentsOf(customer),
    body: customer,
  };
}

function orderOf(order: JsonObject, { created, asked, past }: { created: boolean; asked: boolean; past: boolean }): ShopThing {
  const id = idOf(order);
  const placedAt = momentOf(order, "created_at", "processed_at");
  const at = readInstant(order["updated_at"]) ?? placedAt;
  const customer = objectOf(order["customer"]);
  const traits = {
    ...traitsOf(customer),
    ...(textOf(customer["email"]) === null && saidOf({ email: order["email"] ?? order["contact_email"] })),
  };
  const currency = currencyOf(order);
  const refunds = listOf(order["refunds"]).flatMap((refund) => (idOrNull(refund["id"]) === null ? [] : [refundOf(refund, id)]));
  return {
    is: "order",
    id,
    number: textOf(order["name"]),
    customer: idOrNull(customer["id"]),
    traits,
    consents: consentsOf(customer),
    seen: orderSeen(order, { id, placedAt, at }),
    placed: created || asked,
    only: created || past,
    cart: textOf(order["cart_token"]) ?? textOf(order["checkout_token"]),
    refunds: refunds.map((one) => ({ ...one, currency: one.currency ?? currency })),
    body: order,
  };
}

function orderSeen(order: JsonObject, known: { id: string; placedAt: number; at: number }): OrderSeen {
  const lines = listOf(order["line_items"]).map(lineOf);
  const shipping = moneyOf(objectOf(objectOf(order["total_shipping_price_set"])["shop_money"])["amount"]);
  const coupon =
    listOf(order["discount_codes"])
      .map((one) => shortOf(one["code"]))
      .find((code) => code !== null) ?? null;
  return {
    externalId: known.id,
    kind: "sale",
    status: statusOf(order),
    currency: currencyOf(order),
    total: moneyOf(order["total_price"]),
    discount: moneyOf(order["total_discounts"]),
    shipping,
    tax: moneyOf(order["total_tax"]),
    refunded: refundedOf(order),
    coupon,
    store: null,
    lines: lines.length > 0 ? lines : null,
    placedAt: known.placedAt,
    at: known.at,
    source: "shopify",
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
const refundedOf = (order: JsonObject): number | null =>
  Array.isArray(order["refunds"]) ? sumOf(listOf(order["refunds"]).map(givenBack)) : null;

const givenBack = (refund: JsonObject): number =>
  sumOf(
    listOf(refund["transactions"])
      .filter((one) => one["kind"] === "refund" && one["status"] === "success")
      .map((one) => moneyOf(one["amount"])),
  );

function refundOf(refund: JsonObject, order: string | null): ShopRefund {
  const currency = currencyOf(objectOf(listOf(refund["transactions"])[0]));
  return {
    is: "refund",
    id: idOf(refund),
    order: order ?? idOf(refund, "order_id"),
    at: momentOf(refund, "created_at", "processed_at"),
    amount: givenBack(refund),
    currency,
    lines: listOf(refund["refund_line_items"]).map(backOf),
    body: order === null ? refund : null,
  };
}

/** As lines of orders are told: what was paid for them, without the tax that is added to prices. */
function backOf(given: JsonObject): RefundLine {
  const item = objectOf(given["line_item"]);
  return refundLineFrom({
    product: idOrNull(item["product_id"]),
    variant: idOrNull(item["variant_id"]),
    sku: item["sku"],
    name: item["title"] ?? item["name"],
    quantity: given["quantity"],
    unitPrice: item["price"],
    total: moneyOf(given["subtotal"]),
    ref: given["line_item_id"] ?? item["id"],
  });
}

function lineOf(item: JsonObject): LineSeen {
  const line = readLine({
    product_id: item["product_id"] ?? null,
    variant_id: item["variant_id"] ?? null,
    sku: item["sku"] ?? null,
    name: item["title"] ?? item["name"] ?? null,
    price: item["price"] ?? null,
    quantity: item["quantity"] ?? null,
  });
  const ref = idOrNull(item["id"]);
  return { ...line, total: round4(line.total - (moneyOf(item["total_discount"]) ?? 0)), ...(ref !== null && { ref }) };
}

// A checkout names the cart it began with; both are the one cart.
function cartOf(cart: JsonObject, stage: "open" | "checkout"): ShopThing {
  const token = textOf(cart["cart_token"]) ?? textOf(cart["token"]) ?? textOf(cart["id"]);
  const customer = objectOf(cart["customer"]);
  const at = momentOf(cart, "updated_at", "created_at");
  return {
    is: "cart",
    id: idOf({ token }, "token"),
    at,
    began: readInstant(cart["created_at"]) ?? at,
    stage,
    customer: idOrNull(customer["id"]),
    traits: {
      ...traitsOf(customer),
      ...(textOf(customer["email"]) === null && saidOf({ email: cart["email"], phone: cart["phone"], locale: cart["customer_locale"] })),
    },
    lines: listOf(cart["line_items"]).map(lineOf),
    total: moneyOf(cart["total_price"]),
    currency: currencyOf(cart),
    url: textOf(cart["abandoned_checkout_url"]),
    ended: readInstant(cart["completed_at"]),
    body: cart,
  };
}

function productParts(product: JsonObject): ShopPart[] {
  const id = idOf(product);
  const at = momentOf(product, "updated_at", "created_at");
  const { variants: _, ...rest } = product;
  const variants = listOf(product["variants"]);
  return [
    {
      is: "product",
      id,
      parent: id,
      item: null,
      at,
      body: { ...rest, variant_ids: variants.map((one) => textOf(one["id"])).filter((one) => one !== null) },
    },
    ...variants.map((variant): ShopPart => ({
      is: "variant",
      id: idOf(variant),
      parent: id,
      item: idOrNull(variant["inventory_item_id"]),
      at: readInstant(variant["updated_at"]) ?? at,
      body: variant,
    })),
  ];
}

function levelOf(level: JsonObject): ShopPart {
  const item = idOf(level, "inventory_item_id");
  return { is: "stock", id: `${item}@${idOf(level, "location_id")}`, parent: null, item, at: momentOf(level, "updated_at"), body: level };
}

/** Of the GraphQL API's `translatableResources`: one language of one product. */
function translationOf(row: JsonObject, at: number): ShopPart {
  const product = idOf(row, "product");
  return { is: "translation", id: `${product}/${idOf(row, "locale")}`, parent: product, item: null, at, body: row };
}

/** What is known of a person; an absent or empty part says nothing. */
function traitsOf(customer: JsonObject): JsonObject {
  const address = objectOf(customer["default_address"]);
  return saidOf({
    email: customer["email"],
    phone: customer["phone"] ?? address["phone"],
    firstName: customer["first_name"],
    lastName: customer["last_name"],
    locale: customer["locale"],
    country: address["country_code"] ?? address["country"],
    region: address["province"],
    postalCode: address["zip"],
    city: address["city"],
    shopify_tags: customer["tags"],
  });
}

// `pending` (double opt-in not answered) and `not_subscribed` (never asked) say nothing either way.
const STATES: Readonly<Record<string, ShopConsent["state"]>> = { subscribed: "granted", unsubscribed: "withdrawn" };

function consentsOf(customer: JsonObject): ShopConsent[] {
  return (["email", "sms"] as const).flatMap((channel) => {
    const said: Json | undefined = customer[`${channel}_marketing_consent`];
    if (!isObject(said)) return [];
    const state = STATES[textOf(said["state"]) ?? ""];
    const at = readInstant(said["consent_updated_at"]);
    return state === undefined || at === null ? [] : [{ channel, state, at, optInLevel: textOf(said["opt_in_level"]) }];
  });
}

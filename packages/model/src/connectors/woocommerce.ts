import { currencyOf, moneyOf, readInstant, textOf, type JsonObject, type LineSeen, type RefundLine } from "../events/index.ts";
import {
  idOf,
  idOrNull,
  lineFrom,
  listOf,
  momentOf,
  objectOf,
  refundLineFrom,
  saidOf,
  shortOf,
  sumOf,
  type ShopGiven,
  type ShopPart,
  type ShopReader,
  type ShopRefund,
  type ShopThing,
} from "./things.ts";

/** Orders in these states were not bought (yet); states of plug-ins that we do not know were. */
const NOT_PLACED = new Set(["pending", "failed", "checkout-draft", "auto-draft", "draft", "cancelled", "trash"]);

/** Reads what WooCommerce sends by webhook (`order.created`…), and the same bodies of its REST API v3. Its times are UTC in the fields named gmt. */
export const readWooCommerce: ShopReader = (topic, payload, given) => {
  switch (topic) {
    case "customer.created":
    case "customer.updated":
      return [customerOf(payload)];
    case "order.created":
    case "order.updated":
    case "order.restored":
      return [orderOf(payload, topic === "order.created", given)];
    case "product.created":
    case "product.updated":
    case "product.restored":
      return [partOf(payload)];
    case "refund.created":
      return [refundOf(payload)];
    case "product.deleted":
      return [{ is: "gone", id: idOf(payload), parent: idOf(payload), item: null, at: given.at, body: payload }];
    default:
      return null;
  }
};

const upOf = (payload: JsonObject, kind: string): string | null => {
  const [up] = listOf(objectOf(payload["_links"])["up"]);
  return new RegExp(`/${kind}/(\\d+)/?$`).exec(textOf(up?.["href"]) ?? "")?.[1] ?? null;
};

function customerOf(customer: JsonObject): ShopThing {
  const id = idOf(customer);
  return {
    is: "customer",
    id,
    at: momentOf(customer, "date_modified_gmt", "date_created_gmt"),
    traits: traitsOf(customer, objectOf(customer["billing"])),
    consents: [],
    body: customer,
  };
}

function traitsOf(customer: JsonObject, billing: JsonObject): JsonObject {
  const said = (name: string) => textOf(customer[name]) ?? billing[name];
  return saidOf({
    email: said("email"),
    firstName: said("first_name"),
    lastName: said("last_name"),
    phone: billing["phone"],
    country: billing["country"],
    region: billing["state"],
    postalCode: billing["postcode"],
    city: billing["city"],
  });
}

function orderOf(order: JsonObject, created: boolean, given: ShopGiven): ShopThing {
  const id = idOf(order);
  const placedAt = momentOf(order, "date_created_gmt");
  const at = readInstant(order["date_modified_gmt"]) ?? placedAt;
  const status = textOf(order["status"]) ?? "pending";
  const traits = traitsOf({}, objectOf(order["billing"]));
  const customer = idOrNull(order["customer_id"]);
  const lines = listOf(order["line_items"]).map(lineOf);
  const currency = currencyOf(order);
  const total = moneyOf(order["total"]);
  // A draft is the checkout of the block checkout page: someone is filling it in.
  if (status === "checkout-draft")
    return {
      is: "cart",
      id,
      at,
      began: placedAt,
      stage: "checkout",
      customer,
      traits,
      lines,
      total,
      currency,
      url: null,
      ended: null,
      body: order,
    };
  // Undated here: refunds of their own come from the list of refunds.
  const refunded = Array.isArray(order["refunds"])
    ? sumOf(listOf(order["refunds"]).map((one) => Math.abs(moneyOf(one["total"]) ?? 0)))
    : null;
  const placed = !NOT_PLACED.has(status);
  return {
    is: "order",
    id,
    number: textOf(order["number"]),
    customer,
    traits,
    consents: [],
    placed,
    only: placed && (created || given.past),
    cart: id,
    refunds: [],
    body: order,
    seen: {
      externalId: id,
      kind: "sale",
      status,
      currency,
      total,
      discount: sumOf([moneyOf(order["discount_total"]), moneyOf(order["discount_tax"])]),
      shipping: sumOf([moneyOf(order["shipping_total"]), moneyOf(order["shipping_tax"])]),
      tax: moneyOf(order["total_tax"]),
      refunded,
      coupon:
        listOf(order["coupon_lines"])
          .map((one) => shortOf(one["code"]))
          .find((code) => code !== null) ?? null,
      store: null,
      lines: lines.length > 0 ? lines : null,
      placedAt,
      at,
      source: "woocommerce",
    },
  };
}

/** Lines are told without tax; what the customer paid is with it. */
function partsOf(item: JsonObject): Parameters<typeof lineFrom>[0] {
  const total = sumOf([moneyOf(item["total"]), moneyOf(item["total_tax"])]);
  return {
    product: idOrNull(item["product_id"]),
    variant: idOrNull(item["variation_id"]),
    sku: item["sku"],
    name: item["name"],
    quantity: item["quantity"],
    unitPrice: undefined,
    total,
    ref: item["id"],
  };
}

const lineOf = (item: JsonObject): LineSeen => lineFrom(partsOf(item));

/** The line it gives back of is named among the notes of a refund's line. */
const backOf = (item: JsonObject): RefundLine =>
  refundLineFrom({ ...partsOf(item), ref: listOf(item["meta_data"]).find((one) => one["key"] === "_refunded_item_id")?.["value"] });

/** A refund of `/refunds` names its order; one of `/orders/<id>/refunds` by its links only. */
function refundOf(refund: JsonObject): ShopRefund {
  return {
    is: "refund",
    id: idOf(refund),
    order: idOrNull(refund["parent_id"]) ?? idOf({ order: upOf(refund, "orders") }, "order"),
    at: momentOf(refund, "date_created_gmt"),
    amount: Math.abs(moneyOf(refund["amount"]) ?? 0),
    currency: null,
    lines: listOf(refund["line_items"]).map(backOf),
    body: refund,
  };
}

/** A product, or a variation: told as a product of its own kind, or under its product. */
function partOf(product: JsonObject): ShopPart {
  const id = idOf(product);
  const at = momentOf(product, "date_modified_gmt", "date_created_gmt");
  const parent = upOf(product, "products") ?? (textOf(product["type"]) === "variation" ? idOf(product, "parent_id") : null);
  return { is: parent === null ? "product" : "variant", id, parent: parent ?? id, item: null, at, body: product };
}

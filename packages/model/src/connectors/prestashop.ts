import type { Instant } from "../base/index.ts";
import { moneyOf, textOf, type Json, type JsonObject, type RefundLine } from "../events/index.ts";
import { localised } from "./prestashop-product.ts";
import {
  idOf,
  idOrNull,
  lineFrom,
  listOf,
  need,
  objectOf,
  refundLineFrom,
  saidOf,
  sumOf,
  type ShopCategory,
  type ShopConsent,
  type ShopGiven,
  type ShopPart,
  type ShopReader,
  type ShopThing,
} from "./things.ts";

/** States of an order that every PrestaShop is installed with; those a shop adds say whether they mean paid, sent or delivered. */
const STATES: Readonly<Record<string, string>> = {
  "1": "awaiting_payment",
  "2": "paid",
  "3": "processing",
  "4": "shipped",
  "5": "delivered",
  "6": "cancelled",
  "7": "refunded",
  "8": "payment_error",
  "9": "on_backorder",
  "10": "awaiting_payment",
  "11": "paid",
  "12": "on_backorder",
};

/** Reads rows of PrestaShop's webservice by the name of their resource. Its times are the shop's own, without a zone. */
export const readPrestaShop: ShopReader = (topic, row, given) => {
  switch (topic) {
    case "customers":
      return [customerOf(row, given)];
    case "addresses":
      return addressOf(row, given);
    case "orders":
      return [orderOf(row, given)];
    case "order_slip":
      return [
        {
          is: "refund",
          id: idOf(row),
          order: idOf(row, "id_order"),
          at: momentIn(row, given, "date_add"),
          amount: slipOf(row),
          currency: null,
          lines: listOf(objectOf(row["associations"])["order_slip_details"]).map(backOf),
          body: row,
        },
      ];
    case "carts":
      return [cartOf(row, given)];
    case "categories":
      return [categoryOf(row, given)];
    // Prices of today change without a word: a product is as of when it was read.
    case "products":
      return [{ is: "product", id: idOf(row), parent: idOf(row), item: `${idOf(row)}-0`, at: given.at, body: row }];
    case "combinations":
      return [combinationOf(row, given)];
    case "stock_availables":
      return [
        {
          is: "stock",
          id: `${idOf(row, "id_product")}-${textOf(row["id_product_attribute"]) ?? "0"}@${textOf(row["id_shop"]) ?? "0"}`,
          parent: null,
          item: `${idOf(row, "id_product")}-${textOf(row["id_product_attribute"]) ?? "0"}`,
          at: given.at,
          body: row,
        },
      ];
    // For whom, how many and when a price is another: the price of today is asked of the shop itself.
    case "specific_prices":
      return [{ is: "other", id: `specific_prices/${idOf(row)}`, at: given.at, body: row }];
    default:
      return null;
  }
};

/** `2026-03-01 10:00:00` on the shop's clock; null for `0000-00-00 00:00:00`. */
export function localMoment(value: Json | undefined, zone: string): Instant | null {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(textOf(value) ?? "");
  if (!match || match[1]! < "1970") return null;
  try {
    return Temporal.PlainDateTime.from(`${match[1]}T${match[2]}`).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return null;
  }
}

const momentIn = (row: JsonObject, given: ShopGiven, ...fields: readonly string[]): Instant =>
  need(fields.map((field) => localMoment(row[field], given.zone)).find((at) => at !== null) ?? null, fields[0]!);

/** Above all stands one that no page shows. */
const ROOT = "1";

function categoryOf(row: JsonObject, given: ShopGiven): ShopCategory {
  const [id, parent] = [idOf(row), idOrNull(row["id_parent"])];
  return {
    is: "category",
    id,
    category: parent === null ? null : id,
    parent: parent === ROOT ? null : parent,
    names: Object.fromEntries(localised(row["name"], given)),
    at: momentIn(row, given, "date_upd", "date_add"),
    body: row,
  };
}

// Combinations have no date of their own: the moment they were read is theirs.
function combinationOf(row: JsonObject, given: ShopGiven): ShopPart {
  const [product, id] = [idOf(row, "id_product"), idOf(row)];
  return { is: "variant", id, parent: product, item: `${product}-${id}`, at: given.at, body: row };
}

function customerOf(row: JsonObject, given: ShopGiven): ShopThing {
  const id = idOf(row);
  const at = momentIn(row, given, "date_upd", "date_add");
  const birthday = textOf(row["birthday"]);
  const traits = saidOf({
    email: row["email"],
    firstName: row["firstname"],
    lastName: row["lastname"],
    birthday: birthday?.startsWith("0000") ? null : birthday,
    locale: given.names["languages"]?.[textOf(row["id_lang"]) ?? ""],
    company: row["company"],
  });
  return { is: "customer", id, at, traits, consents: consentsOf(row, at, given), body: row };
}

/** The newsletter box: ticked since its date; unticked after it was ticked once. Never ticked says nothing. */
function consentsOf(row: JsonObject, at: Instant, given: ShopGiven): ShopConsent[] {
  const since = localMoment(row["newsletter_date_add"], given.zone);
  if (since === null) return [];
  const on = textOf(row["newsletter"]) === "1";
  return [{ channel: "email", state: on ? "granted" : "withdrawn", at: on ? since : Math.max(at, since), optInLevel: null }];
}

function addressOf(row: JsonObject, given: ShopGiven): ShopThing[] {
  const customer = idOrNull(row["id_customer"]);
  if (customer === null) return []; // a supplier's or a store's
  const traits = saidOf({
    phone: textOf(row["phone_mobile"]) ?? row["phone"],
    country: given.names["countries"]?.[textOf(row["id_country"]) ?? ""],
    region: given.names["regions"]?.[textOf(row["id_state"]) ?? ""],
    postalCode: row["postcode"],
    city: row["city"],
  });
  return [{ is: "customer", id: customer, at: momentIn(row, given, "date_upd", "date_add"), traits, consents: [], body: row }];
}

function orderOf(row: JsonObject, given: ShopGiven): ShopThing {
  const id = idOf(row);
  const placedAt = momentIn(row, given, "date_add");
  const at = momentIn(row, given, "date_upd", "date_add");
  const state = textOf(row["current_state"]) ?? "";
  const status = STATES[state] ?? (given.names["states"]?.[state] || (textOf(row["valid"]) === "1" ? "completed" : "pending"));
  const lines = listOf(objectOf(row["associations"])["order_rows"]).map((line) =>
    lineFrom({
      product: idOrNull(line["product_id"]),
      variant: idOrNull(line["product_attribute_id"]),
      sku: line["product_reference"],
      name: line["product_name"],
      quantity: line["product_quantity"],
      unitPrice: line["unit_price_tax_incl"] ?? line["product_price"],
      ref: line["id"],
    }),
  );
  const total = moneyOf(row["total_paid_tax_incl"]) ?? moneyOf(row["total_paid"]);
  const net = moneyOf(row["total_paid_tax_excl"]);
  return {
    is: "order",
    id,
    number: textOf(row["reference"]),
    customer: idOrNull(row["id_customer"]),
    traits: {},
    consents: [],
    placed: textOf(row["valid"]) === "1" || ["paid", "processing", "shipped", "delivered", "refunded", "on_backorder"].includes(status),
    only: given.past,
    cart: idOrNull(row["id_cart"]),
    refunds: [],
    body: row,
    seen: {
      externalId: id,
      kind: "sale",
      status,
      currency: given.names["currencies"]?.[textOf(row["id_currency"]) ?? ""] ?? null,
      total,
      discount: moneyOf(row["total_discounts_tax_incl"]),
      shipping: moneyOf(row["total_shipping_tax_incl"]),
      tax: total === null || net === null ? null : sumOf([total, -net]),
      refunded: null,
      coupon: null,
      store: null,
      lines: lines.length > 0 ? lines : null,
      placedAt,
      at,
      source: "prestashop",
    },
  };
}

const slipOf = (row: JsonObject): number => {
  const whole = sumOf([moneyOf(row["total_products_tax_incl"]), moneyOf(row["total_shipping_tax_incl"])]);
  return whole > 0 ? whole : (moneyOf(row["amount"]) ?? 0);
};

/** A slip names the lines of its order by their numbers only. */
const backOf = (line: JsonObject): RefundLine =>
  refundLineFrom({
    product: null,
    variant: null,
    sku: undefined,
    name: undefined,
    quantity: line["product_quantity"],
    unitPrice: undefined,
    total: moneyOf(line["amount_tax_incl"]) ?? moneyOf(line["total_price_tax_incl"]),
    ref: line["id_order_detail"],
  });

// The webservice tells what is in a cart, not at what price.
function cartOf(row: JsonObject, given: ShopGiven): ShopThing {
  const began = momentIn(row, given, "date_add");
  const lines = listOf(objectOf(row["associations"])["cart_rows"]).map((line) =>
    lineFrom({
      product: idOrNull(line["id_product"]),
      variant: idOrNull(line["id_product_attribute"]),
      sku: undefined,
      name: undefined,
      quantity: line["quantity"],
      unitPrice: undefined,
    }),
  );
  return {
    is: "cart",
    id: idOf(row),
    at: momentIn(row, given, "date_upd", "date_add"),
    began,
    stage: "open",
    customer: idOrNull(row["id_customer"]),
    traits: {},
    lines,
    total: null,
    currency: given.names["currencies"]?.[textOf(row["id_currency"]) ?? ""] ?? null,
    url: null,
    ended: null,
    body: row,
  };
}

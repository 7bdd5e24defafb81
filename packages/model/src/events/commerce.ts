import type { Instant } from "../base/index.ts";
import { isObject, moneyOf, textOf, type Json, type JsonObject } from "./clean.ts";

/** A product as an event, a file or a shop names it. */
export interface ProductSeen {
  readonly externalId: string;
  readonly sku: string | null;
  readonly name: string | null;
  readonly brand: string | null;
  readonly category: string | null;
  readonly price: number | null;
  readonly currency: string | null;
  readonly url: string | null;
  readonly imageUrl: string | null;
}

export interface LineSeen {
  /** External id of the product; null when the line names none. */
  readonly product: string | null;
  readonly variant: string | null;
  readonly sku: string | null;
  readonly name: string | null;
  readonly quantity: number;
  readonly unitPrice: number;
  readonly total: number;
  /** The shop's own number of the line, by which its refunds name it. */
  readonly ref?: string;
}

/** What was given back of one line: how many, and the money of it. */
export interface RefundLine extends Pick<LineSeen, "product" | "variant" | "sku" | "name" | "quantity"> {
  readonly amount: number;
  /** The line of the order, by the shop's own number of it. */
  readonly ref: string | null;
}

/** One refund of an order, once and for all; `lines` may be of less than `amount` (shipping, adjustments) or empty. */
export interface RefundSeen {
  readonly id: string;
  readonly at: Instant;
  /** null: everything, whatever the order came to. */
  readonly amount: number | null;
  readonly lines: readonly RefundLine[];
}

/** An order as it stood at `at`; absent parts (null) leave what is stored. */
export interface OrderSeen {
  readonly externalId: string;
  readonly kind: "sale" | "return";
  readonly status: string;
  readonly currency: string | null;
  readonly total: number | null;
  readonly discount: number | null;
  readonly shipping: number | null;
  readonly tax: number | null;
  readonly refunded: number | null;
  /** Refunds this news tells of; others stay. */
  readonly refunds?: readonly RefundSeen[];
  readonly coupon: string | null;
  readonly store: string | null;
  readonly lines: readonly LineSeen[] | null;
  readonly placedAt: Instant;
  readonly at: Instant;
  readonly source: string;
}

/** What a message did to a cart. `cart` is the shop's cart id, or null for the contact's only one. */
export type CartChange = {
  readonly cart: string | null;
  readonly at: Instant;
  readonly currency: string | null;
  readonly url: string | null;
} & (
  | { readonly what: "added" | "removed"; readonly line: LineSeen }
  /** The whole cart as it is now. */
  | { readonly what: "seen" | "checkout"; readonly lines: readonly LineSeen[]; readonly total: number | null }
  /** The whole cart as its shop keeps it, an empty one included; the caller sees to it that nothing newer was told. */
  | {
      readonly what: "replaced";
      readonly stage: "open" | "checkout";
      readonly began: Instant;
      readonly lines: readonly LineSeen[];
      readonly total: number | null;
    }
  | { readonly what: "ordered" }
);

export interface Commerce {
  readonly order: OrderSeen | null;
  readonly cart: CartChange | null;
  readonly products: readonly ProductSeen[];
}

const SPEC = [
  "Products Searched",
  "Product List Viewed",
  "Product List Filtered",
  "Promotion Viewed",
  "Promotion Clicked",
  "Product Clicked",
  "Product Viewed",
  "Product Added",
  "Product Removed",
  "Cart Viewed",
  "Checkout Started",
  "Checkout Step Viewed",
  "Checkout Step Completed",
  "Payment Info Entered",
  "Order Completed",
  "Order Updated",
  "Order Refunded",
  "Order Cancelled",
  "Coupon Entered",
  "Coupon Applied",
  "Coupon Denied",
  "Coupon Removed",
  "Product Added to Wishlist",
  "Product Removed from Wishlist",
  "Wishlist Product Added to Cart",
  "Product Shared",
  "Cart Shared",
  "Product Reviewed",
];
/** Names of the first version of the spec. */
const V1: Readonly<Record<string, string>> = {
  "Completed Order": "Order Completed",
  "Viewed Product Category": "Product List Viewed",
  "Viewed Product": "Product Viewed",
  "Clicked Product": "Product Clicked",
  "Added Product": "Product Added",
  "Removed Product": "Product Removed",
  "Updated Order": "Order Updated",
  "Refunded Order": "Order Refunded",
  "Cancelled Order": "Order Cancelled",
  "Canceled Order": "Order Cancelled",
  "Order Canceled": "Order Cancelled",
  "Viewed Promotion": "Promotion Viewed",
  "Clicked Promotion": "Promotion Clicked",
  "Viewed Cart": "Cart Viewed",
  "Started Checkout": "Checkout Started",
  "Viewed Checkout Step": "Checkout Step Viewed",
  "Completed Checkout Step": "Checkout Step Completed",
  "Searched Products": "Products Searched",
};
const plain = (name: string) => name.toLowerCase().replace(/[\s_-]+/g, "");
const CANONICAL = new Map<string, string>([
  ...SPEC.map((name): [string, string] => [plain(name), name]),
  ...Object.entries(V1).map(([old, name]): [string, string] => [plain(old), name]),
]);

/** The name of the e-commerce spec v2 for one written otherwise (`order_completed`, `Completed Order`); others stay as they are. */
export function canonicalName(name: string): string {
  return CANONICAL.get(plain(name)) ?? name;
}

/** The one mapping of shop events onto orders, carts and products; events, files and connectors all go through these shapes. */
export function readCommerce(name: string, properties: JsonObject, at: Instant, fallbackOrderId: string): Commerce | null {
  switch (name) {
    case "Order Completed":
    case "Order Updated":
    case "Order Refunded":
    case "Order Cancelled":
      return orderNews(name, properties, at, fallbackOrderId);
    case "Product Added":
    case "Wishlist Product Added to Cart":
      return cartLine("added", properties, at);
    case "Product Removed":
      return cartLine("removed", properties, at);
    case "Cart Viewed":
      return wholeCart("seen", properties, at);
    case "Checkout Started":
      return wholeCart("checkout", properties, at);
    case "Product Viewed":
    case "Product Clicked":
    case "Product Reviewed":
    case "Product Shared":
    case "Product Added to Wishlist":
    case "Product Removed from Wishlist":
      return seen([properties], currencyOf(properties));
    case "Product List Viewed":
      return seen(itemsOf(properties), currencyOf(properties));
    default:
      return null;
  }
}

/** What someone did with a product. */
export type InterestDeed = "viewed" | "carted" | "wished" | "unwished";

const INTEREST = new Map<string, InterestDeed>([
  ["Product Viewed", "viewed"],
  ["Product Clicked", "viewed"],
  ["Product Added", "carted"],
  ["Wishlist Product Added to Cart", "carted"],
  ["Cart Viewed", "carted"],
  ["Checkout Started", "carted"],
  ["Product Added to Wishlist", "wished"],
  ["Product Removed from Wishlist", "unwished"],
]);

/** The events that say something of someone's interest in the products they name. */
export const INTEREST_EVENTS: readonly string[] = [...INTEREST.keys()];

/** What an event says of someone's interest in products: external ids, each with what was done. */
export function interestsIn(event: {
  readonly name: string;
  readonly at: Instant;
  readonly commerce: Commerce | null;
}): { readonly product: string; readonly did: InterestDeed; readonly at: Instant }[] {
  const did = INTEREST.get(event.name);
  return did === undefined ? [] : (event.commerce?.products ?? []).map((product) => ({ product: product.externalId, did, at: event.at }));
}

/** Money of an event: what an order came to, else revenue, total or value. The order's row and its event agree by construction. */
export function amountOf(name: string, properties: JsonObject): number | null {
  const [revenue, total, value] = [moneyOf(properties["revenue"]), moneyOf(properties["total"]), moneyOf(properties["value"])];
  if (name === "Order Completed" || name === "Order Updated") return total ?? revenue ?? value ?? sumOfLines(properties);
  return revenue ?? total ?? value;
}

function sumOfLines(properties: JsonObject): number | null {
  const lines = itemsOf(properties).map(readLine);
  return lines.length === 0 ? null : round(lines.reduce((sum, line) => sum + line.total, 0));
}

export function currencyOf(properties: JsonObject): string | null {
  const text = textOf(properties["currency"]);
  return text !== null && /^[a-z]{3}$/i.test(text) ? text.toUpperCase() : null;
}

function orderNews(name: string, properties: JsonObject, at: Instant, fallback: string): Commerce {
  const items = itemsOf(properties);
  const currency = currencyOf(properties);
  const whole = name === "Order Completed" || name === "Order Updated";
  const total = amountOf(name, properties);
  const order: OrderSeen = {
    externalId: short(textOf(properties["order_id"]) ?? textOf(properties["orderId"]) ?? textOf(properties["order_number"])) ?? fallback,
    kind: "sale",
    status: {
      "Order Completed": "completed",
      "Order Updated": short(textOf(properties["status"])) ?? "updated",
      "Order Refunded": "refunded",
      "Order Cancelled": "cancelled",
    }[name]!,
    currency,
    total: whole ? total : null,
    discount: moneyOf(properties["discount"]),
    shipping: moneyOf(properties["shipping"]),
    tax: moneyOf(properties["tax"]),
    refunded: whole ? moneyOf(properties["refunded"]) : null,
    ...(name === "Order Refunded" && { refunds: [refundIn(properties, items, at, fallback)] }),
    coupon: short(textOf(properties["coupon"])),
    store: short(textOf(properties["store"])),
    lines: whole && items.length > 0 ? items.map(readLine) : null,
    placedAt: at,
    at,
    source: "events",
  };
  return {
    order,
    cart: name === "Order Completed" ? { what: "ordered", cart: cartIdOf(properties), at, currency, url: null } : null,
    products: productsOf(items, currency),
  };
}

/** A message tells of one refund; two that carry the same `refund_id` tell of the same one. */
function refundIn(properties: JsonObject, items: readonly JsonObject[], at: Instant, fallback: string): RefundSeen {
  const lines = items.map(readLine).map((line): RefundLine => ({
    product: line.product,
    variant: line.variant,
    sku: line.sku,
    name: line.name,
    quantity: Math.abs(line.quantity),
    amount: Math.abs(line.total),
    ref: null,
  }));
  const said = moneyOf(properties["total"]) ?? moneyOf(properties["revenue"]) ?? moneyOf(properties["value"]);
  return {
    id: short(textOf(properties["refund_id"])) ?? fallback,
    at,
    amount: said !== null ? Math.abs(said) : lines.length > 0 ? round(lines.reduce((sum, line) => sum + line.amount, 0)) : null,
    lines,
  };
}

function cartLine(what: "added" | "removed", properties: JsonObject, at: Instant): Commerce {
  const currency = currencyOf(properties);
  return {
    order: null,
    cart: { what, cart: cartIdOf(properties), at, currency, url: link(properties["cart_url"]), line: readLine(properties) },
    products: productsOf([properties], currency),
  };
}

function wholeCart(what: "seen" | "checkout", properties: JsonObject, at: Instant): Commerce {
  const items = itemsOf(properties);
  const currency = currencyOf(properties);
  const total = moneyOf(properties["value"]) ?? moneyOf(properties["total"]) ?? moneyOf(properties["revenue"]);
  return {
    order: null,
    cart: {
      what,
      cart: cartIdOf(properties),
      at,
      currency,
      url: link(properties["cart_url"]) ?? link(properties["url"]),
      lines: items.map(readLine),
      total,
    },
    products: productsOf(items, currency),
  };
}

const seen = (items: readonly JsonObject[], currency: string | null): Commerce | null => {
  const products = productsOf(items, currency);
  return products.length === 0 ? null : { order: null, cart: null, products };
};

const cartIdOf = (properties: JsonObject) =>
  short(textOf(properties["cart_id"]) ?? textOf(properties["cartId"]) ?? textOf(properties["checkout_id"]));

function itemsOf(properties: JsonObject): JsonObject[] {
  const items = properties["products"] ?? properties["items"];
  return Array.isArray(items) ? items.filter(isObject).slice(0, 500) : [];
}

const productId = (item: JsonObject) =>
  short(textOf(item["product_id"]) ?? textOf(item["productId"]) ?? textOf(item["id"]) ?? textOf(item["sku"]));

/** One item of an order or a cart; a missing quantity is one. */
export function readLine(item: JsonObject): LineSeen {
  const quantity = moneyOf(item["quantity"]) ?? 1;
  const unitPrice = moneyOf(item["price"]) ?? 0;
  return {
    product: productId(item),
    variant: short(textOf(item["variant_id"]) ?? textOf(item["variant"])),
    sku: short(textOf(item["sku"])),
    name: short(textOf(item["name"])),
    quantity,
    unitPrice,
    total: moneyOf(item["total"]) ?? boundedMoney(quantity * unitPrice),
  };
}

function productsOf(items: readonly JsonObject[], currency: string | null): ProductSeen[] {
  return items.flatMap((item) => {
    const externalId = productId(item);
    if (externalId === null) return [];
    return [
      {
        externalId,
        sku: short(textOf(item["sku"])),
        name: short(textOf(item["name"]) ?? textOf(item["title"])),
        brand: short(textOf(item["brand"])),
        category: short(textOf(item["category"])),
        price: moneyOf(item["price"]),
        currency: currencyOf(item) ?? currency,
        url: link(item["url"]),
        imageUrl: link(item["image_url"] ?? item["imageUrl"]),
      },
    ];
  });
}

const round = (amount: number) => Math.round(amount * 1e4) / 1e4;
const boundedMoney = (amount: number) => (Math.abs(amount) < 1e12 ? round(amount) : 0);
const short = (text: string | null) => (text === null ? null : text.slice(0, 200));
function link(value: Json | undefined): string | null {
  const text = textOf(value);
  return text !== null && text.length <= 2000 && /^https?:\/\//i.test(text) ? text : null;
}

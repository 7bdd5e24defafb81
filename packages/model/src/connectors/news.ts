import type { CartChange, JsonObject, LineSeen, RefundSeen } from "../events/index.ts";
import type { Shop, ShopCart, ShopCustomer, ShopOrder, ShopRefund } from "./things.ts";

/** How a shop's things are named among everything a workspace knows. */
export interface ShopNaming {
  readonly shop: Shop;
  /** Sets the message ids of one connection apart from another's. */
  readonly scope: string;
  /** Before the shop's own ids. */
  readonly prefix: string;
  /** Code of the store that the shop belongs to: its customers do, too, unless they say another. */
  readonly store?: string | null;
}

const traitsIn = (naming: ShopNaming, traits: JsonObject): JsonObject => (naming.store ? { store: naming.store, ...traits } : traits);

/** Who a message is about; a guest is known by an id made of what they did. */
export type ShopWho = { readonly userId: string } | { readonly anonymousId: string };

/** The one place that makes messages of the Segment spec of a shop's things: the events and the rows of orders and carts come of the same reading. */
export function customerWho(naming: ShopNaming, id: string): ShopWho {
  return { userId: `${naming.shop}:${naming.prefix}${id}` };
}

export const orderWho = (naming: ShopNaming, order: ShopOrder): ShopWho =>
  order.customer === null ? { anonymousId: `${naming.shop}:order:${naming.prefix}${order.id}` } : customerWho(naming, order.customer);

/** null: nobody is known to have it. */
export function cartWho(naming: ShopNaming, cart: ShopCart): ShopWho | null {
  if (cart.customer !== null) return customerWho(naming, cart.customer);
  return cart.traits["email"] === undefined && cart.traits["phone"] === undefined
    ? null
    : { anonymousId: `${naming.shop}:cart:${naming.prefix}${cart.id}` };
}

/** @param digest of what the shop says: two states of one second are two messages */
export function customerMessages(naming: ShopNaming, customer: ShopCustomer, digest: string): JsonObject[] {
  return [
    {
      type: "identify",
      ...customerWho(naming, customer.id),
      messageId: `${naming.scope}:customer:${customer.id}:${customer.at}:${digest}`,
      timestamp: customer.at,
      traits: traitsIn(naming, customer.traits),
      context: { [naming.shop]: customer.body },
    },
  ];
}

/**
 * Message ids come from the thing, its date and what it says, never from the delivery: whatever is repeated, or told by two topics at once,
 * is the same message.
 */
export function orderMessages(naming: ShopNaming, order: ShopOrder, digest: string): JsonObject[] {
  const { seen } = order;
  const who = orderWho(naming, order);
  const id = `${naming.scope}:order:${order.id}`;
  const cancelled = seen.status === "cancelled";
  const changed = cancelled || !(order.placed && order.only);
  const properties = orderProperties(naming, order);
  const said = [
    ...(order.placed ? [{ event: "Order Completed", messageId: `${id}:placed`, timestamp: seen.placedAt }] : []),
    ...(changed
      ? [{ event: cancelled ? "Order Cancelled" : "Order Updated", messageId: `${id}:${seen.at}:${digest}`, timestamp: seen.at }]
      : []),
  ];
  const last = said.at(-1)!;
  return [
    // Dated by the order: a newer word of the customer's own stands.
    {
      type: "identify",
      ...who,
      messageId: `${last.messageId}:who`,
      timestamp: last.timestamp,
      traits: traitsIn(naming, order.traits),
      context: { [naming.shop]: { order: order.id } },
    },
    ...said.map((one): JsonObject => ({
      type: "track",
      ...who,
      ...one,
      properties,
      context: { [naming.shop]: one === last ? order.body : { order: order.id } },
    })),
  ];
}

export function refundMessages(naming: ShopNaming, refund: ShopRefund, who: ShopWho): JsonObject[] {
  const products = refundSeen(naming, refund).lines.map((line) => ({
    product_id: line.product,
    variant_id: line.variant,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    total: line.amount,
  }));
  const properties = {
    order_id: naming.prefix + refund.order,
    refund_id: refund.id,
    total: refund.amount,
    currency: refund.currency,
    ...(products.length > 0 && { products }),
  };
  return [
    {
      type: "track",
      event: "Order Refunded",
      ...who,
      messageId: `${naming.scope}:refund:${refund.id}`,
      timestamp: refund.at,
      properties,
      context: { [naming.shop]: refund.body ?? { refund: refund.id } },
    },
  ];
}

export function cartMessages(naming: ShopNaming, cart: ShopCart, who: ShopWho, digest: string): JsonObject[] {
  const id = `${naming.scope}:cart:${cart.id}`;
  const messageId = `${id}:${cart.at}:${digest}`;
  const properties = {
    cart_id: naming.prefix + cart.id,
    products: cart.lines.map((line) => productOf(naming, line)),
    value: cart.total,
    currency: cart.currency,
    ...(cart.url !== null && { cart_url: cart.url }),
  };
  const told = { type: "track", ...who, properties };
  return [
    {
      type: "identify",
      ...who,
      messageId: `${messageId}:who`,
      timestamp: cart.at,
      traits: traitsIn(naming, cart.traits),
      context: { [naming.shop]: { cart: cart.id } },
    },
    ...(cart.stage === "checkout"
      ? [
          {
            ...told,
            event: "Checkout Started",
            messageId: `${id}:started`,
            timestamp: cart.began,
            context: { [naming.shop]: { cart: cart.id } },
          },
        ]
      : []),
    {
      ...told,
      event: cart.stage === "checkout" ? "Checkout Step Completed" : "Cart Viewed",
      messageId,
      timestamp: cart.at,
      context: { [naming.shop]: cart.body },
    },
  ];
}

/** The whole cart as it is now. */
export function cartChange(naming: ShopNaming, cart: ShopCart): CartChange {
  return {
    what: "replaced",
    cart: naming.prefix + cart.id,
    stage: cart.stage,
    at: cart.at,
    began: cart.began,
    lines: cart.lines.map((line) => prefixed(naming, line)),
    total: cart.total,
    currency: cart.currency,
    url: cart.url,
  };
}

/** An order with the ids the workspace knows it by. */
export function orderNews(naming: ShopNaming, order: ShopOrder): ShopOrder["seen"] {
  const { seen } = order;
  return { ...seen, externalId: naming.prefix + seen.externalId, lines: seen.lines?.map((line) => prefixed(naming, line)) ?? null };
}

/** A refund with the ids the workspace knows its products by. */
export function refundSeen(naming: ShopNaming, { id, at, amount, lines }: ShopRefund): RefundSeen {
  return { id, at, amount, lines: lines.map((line) => prefixed(naming, line)) };
}

const prefixed = <L extends Pick<LineSeen, "product" | "variant">>(naming: ShopNaming, line: L): L => ({
  ...line,
  product: line.product === null ? null : naming.prefix + line.product,
  variant: line.variant === null ? null : naming.prefix + line.variant,
});

function productOf(naming: ShopNaming, given: LineSeen): JsonObject {
  const line = prefixed(naming, given);
  return {
    product_id: line.product,
    variant_id: line.variant,
    sku: line.sku,
    name: line.name,
    price: line.unitPrice,
    quantity: line.quantity,
    total: line.total,
  };
}

function orderProperties(naming: ShopNaming, order: ShopOrder): JsonObject {
  const { seen } = order;
  return {
    order_id: naming.prefix + order.id,
    order_number: order.number,
    status: seen.status,
    total: seen.total,
    currency: seen.currency,
    discount: seen.discount,
    shipping: seen.shipping,
    tax: seen.tax,
    coupon: seen.coupon,
    refunded: seen.refunded,
    ...(order.cart !== null && { cart_id: naming.prefix + order.cart }),
    products: (seen.lines ?? []).map((line) => productOf(naming, line)),
  };
}

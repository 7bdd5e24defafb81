import { toIso, type Instant } from "@relance/model/base";
import type { LineSeen } from "@relance/model/events";
import type { CartRow } from "@relance/model/imports";

/** A cart as its rows tell it. */
export interface CartNews {
  readonly id: string;
  readonly userId: string;
  readonly at: Instant;
  readonly began: Instant;
  readonly status: NonNullable<CartRow["status"]>;
  readonly currency: string;
  readonly url: string | null;
  readonly total: number | null;
  readonly lines: readonly LineSeen[];
}

/** The cart that rows of one number tell, in one table or in several; null where none says when it was. What a row says first counts, and the latest moment. */
export function cartNews(rows: readonly CartRow[], userId: string): CartNews | null {
  const moments = rows.flatMap(({ at }) => at ?? []);
  const first = rows.find(({ at }) => at !== null);
  if (!first) return null;
  const at = Math.max(...moments);
  const lines = first.status === "emptied" ? [] : rows.flatMap(({ line }): LineSeen[] => (line ? [{ ...line, variant: null }] : []));
  const status = rows.find((row) => row.status !== null)?.status ?? "open";
  return {
    id: first.id,
    userId,
    at,
    began: Math.min(at, ...rows.flatMap(({ began }) => began ?? [])),
    status: status === "open" && lines.length === 0 ? "emptied" : status,
    currency: first.currency,
    url: first.url,
    total: first.total,
    lines,
  };
}

/** What its contact did with it, as an SDK would have sent it; one that was ordered or emptied is told by its order, or by nothing. */
export function cartMessage(cart: CartNews): Record<string, unknown>[] {
  if (cart.status === "ordered" || cart.status === "emptied") return [];
  const products = cart.lines.map((line) => ({
    product_id: line.product,
    sku: line.sku,
    name: line.name,
    quantity: line.quantity,
    price: line.unitPrice,
  }));
  const properties = {
    cart_id: cart.id,
    products,
    ...(cart.total !== null && { value: cart.total }),
    currency: cart.currency,
    ...(cart.url !== null && { cart_url: cart.url }),
  };
  return [
    {
      type: "track",
      event: cart.status === "checkout" ? "Checkout Started" : "Cart Viewed",
      userId: cart.userId,
      properties,
      timestamp: toIso(cart.at),
      messageId: `${CART_ID}${cart.id}:${cart.at}`,
    },
  ];
}

const CART_ID = "import:cart:";

export const isCartMessage = (message: Readonly<Record<string, unknown>>): boolean => String(message["messageId"]).startsWith(CART_ID);

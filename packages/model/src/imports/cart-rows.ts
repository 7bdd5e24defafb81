import type { Instant } from "../base/index.ts";
import { round4, RowRefusal, short, type RowCells } from "./row-cells.ts";

type CartStatus = "open" | "checkout" | "ordered" | "emptied";

/** What a row says of a cart, and of one thing in it. */
export interface CartRow {
  readonly id: string;
  /** When it last changed; null in a row of a table that only names the cart: another tells when and whose it is. */
  readonly at: Instant | null;
  readonly began: Instant | null;
  readonly status: CartStatus | null;
  readonly currency: string;
  /** null: what its lines come to. */
  readonly total: number | null;
  readonly url: string | null;
  readonly line: {
    readonly product: string | null;
    readonly sku: string | null;
    readonly name: string | null;
    readonly quantity: number;
    readonly unitPrice: number;
    readonly total: number;
  } | null;
}

/** @param named whether the row names a contact: a cart is somebody's */
export function cartOf(cells: RowCells, named: boolean): CartRow {
  const at = cells.has("cart.updated_at") ? cells.moment("cart.updated_at") : null;
  if (at !== null && !named) throw new RowRefusal("contact.user_id", { why: "nobodys_cart" });
  return {
    id: cells.required("cart.id"),
    at,
    began: cells.text("cart.created_at") === null ? null : cells.moment("cart.created_at"),
    status: statusOf(cells),
    currency: cells.text("cart.currency")?.toUpperCase() ?? cells.options.currency,
    total: cells.number("cart.total"),
    url: cells.url("cart.url"),
    line: lineOf(cells),
  };
}

// Words of exports beside our own, French and English.
const STATES: readonly (readonly [RegExp, CartStatus])[] = [
  [/^(open|active|abandoned|pending|ouvert|abandonn[eé]|en cours|actif)$/, "open"],
  [/^(checkout|at the checkout|au paiement)$/, "checkout"],
  [/^(ordered|completed|complete|converted|purchased|command[eé]|converti|termin[eé])$/, "ordered"],
  [/^(emptied|empty|vid[eé]|vide)$/, "emptied"],
];

function statusOf(cells: RowCells): CartStatus | null {
  const text = cells.text("cart.status")?.toLowerCase() ?? null;
  const found = text === null ? null : STATES.find(([pattern]) => pattern.test(text))?.[1];
  if (found === undefined) throw new RowRefusal("cart.status", { why: "not_a_cart_state", value: short(text!) });
  return found;
}

function lineOf(cells: RowCells): CartRow["line"] {
  const [product, sku, name, quantity, unitPrice] = [
    cells.text("cart.product_id"),
    cells.text("cart.sku"),
    cells.text("cart.product_name"),
    cells.number("cart.quantity") ?? 1,
    cells.number("cart.unit_price") ?? 0,
  ];
  if ((product === null && sku === null && name === null) || quantity <= 0) return null;
  return {
    product: product ?? sku,
    sku,
    name,
    quantity,
    unitPrice,
    total: cells.storable(round4(quantity * unitPrice), "cart.unit_price"),
  };
}

import { createHash } from "node:crypto";
import { bucketOf, formatUuid, type Id } from "@relance/model/base";
import type { CartChange, LineSeen } from "@relance/model/events";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import { selectCarts, writeCarts, type CartState } from "./queries.ts";

/**
 * Works changes into carts, in order and in sets. A cart is known by the shop's cart id, or is the contact's only one. States:
 * `open` (things in it) → `checkout` → `ordered`, or `emptied`; something added after `ordered` begins the cart anew.
 * The contacts must be locked by this transaction.
 */
export async function upsertCarts(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly slot: number;
    /** Who tells them. */ readonly source: string;
    readonly changes: readonly (CartChange & { readonly contact: Id })[];
  },
): Promise<void> {
  const { workspace, changes } = input;
  if (changes.length === 0) return;
  const placed = changes.map((change) => ({
    change,
    bucket: bucketOf(change.contact),
    id: cartId(workspace, change.contact, change.cart),
  }));
  const distinct = [...new Map(placed.map((one) => [`${one.bucket} ${one.id}`, one])).values()];
  const held = new Set(await selectCarts(tx, { workspace, carts: distinct }));
  const carts = new Map([...held].map((cart) => [`${cart.bucket} ${cart.id}`, cart]));
  const touched = new Set<CartState>();
  for (const { change, bucket, id } of placed) {
    const key = `${bucket} ${id}`;
    const cart = carts.get(key) ?? freshCart(change, bucket, id);
    if (cart === null || !applyCart(cart, change)) continue;
    cart.source = input.source;
    carts.set(key, cart);
    touched.add(cart);
  }
  if (touched.size === 0) return;
  await writeCarts(tx, { workspace, carts: [...touched] });
  await addToCounters(tx, input.slot, [{ workspace, name: "carts", n: [...touched].filter((cart) => !held.has(cart)).length }]);
}

/** The id of a cart: from the shop's cart id, or the contact's own when the shop sends none. */
export function cartId(workspace: Id, contact: Id, cart: string | null): Id {
  return cart === null ? contact : formatUuid(createHash("sha256").update(`${workspace}\u0000cart\u0000${cart}`).digest().subarray(0, 16));
}

// An order without a cart before it makes none.
function freshCart(change: CartChange & { contact: Id }, bucket: number, id: Id): CartState | null {
  if (change.what === "ordered" || change.what === "removed") return null;
  return {
    bucket,
    id,
    contact_id: change.contact,
    external_id: change.cart ?? "",
    status: "open",
    currency: change.currency,
    total: 0,
    lines: [],
    url: change.url,
    created_at: change.at,
    updated_at: change.at,
    source: null,
  };
}

/** @returns whether the cart changed */
function applyCart(cart: CartState, change: CartChange & { contact: Id }): boolean {
  if (change.what === "replaced") {
    replaceCart(cart, change);
    return true;
  }
  const late = change.at < cart.updated_at;
  if (cart.status === "ordered" && (late || change.what === "ordered")) return false;
  if (late && (change.what === "seen" || change.what === "checkout" || change.what === "ordered")) return false;
  if (change.what === "ordered") cart.status = "ordered";
  else {
    if (cart.status === "ordered") {
      cart.lines = [];
      cart.created_at = change.at;
    }
    if (change.what === "added" || change.what === "removed")
      cart.lines = changeLine(cart.lines, change.line, change.what === "added" ? 1 : -1);
    else if ("lines" in change && change.lines.length > 0) cart.lines = [...change.lines];
    cart.status = cart.lines.length === 0 ? "emptied" : change.what === "checkout" ? "checkout" : "open";
    cart.total = ("total" in change ? change.total : null) ?? totalOf(cart.lines);
  }
  cart.contact_id = change.contact;
  cart.currency = change.currency ?? cart.currency;
  cart.url = change.url ?? cart.url;
  cart.updated_at = Math.max(cart.updated_at, change.at);
  return true;
}

function replaceCart(cart: CartState, change: Extract<CartChange, { what: "replaced" }> & { contact: Id }): void {
  cart.lines = change.lines.slice(0, 500);
  cart.total = change.total ?? totalOf(cart.lines);
  cart.status = cart.lines.length === 0 ? "emptied" : change.stage;
  cart.contact_id = change.contact;
  cart.currency = change.currency;
  cart.url = change.url;
  cart.created_at = change.began;
  cart.updated_at = change.at;
}

function totalOf(lines: readonly LineSeen[]): number {
  const sum = Math.round(lines.reduce((total, line) => total + line.total, 0) * 1e4) / 1e4;
  return Math.abs(sum) < 1e12 ? sum : 0;
}

function changeLine(lines: readonly LineSeen[], line: LineSeen, sign: 1 | -1): LineSeen[] {
  const is = (other: LineSeen) => other.product === line.product && other.variant === line.variant;
  const held = lines.find(is);
  const quantity = (held?.quantity ?? 0) + sign * line.quantity;
  const rest = lines.filter((other) => !is(other));
  if (quantity <= 0) return rest;
  const unitPrice = line.unitPrice || (held?.unitPrice ?? 0);
  const total = Math.round(quantity * unitPrice * 1e4) / 1e4;
  const changed = {
    ...(held ?? line),
    name: line.name ?? held?.name ?? null,
    quantity,
    unitPrice,
    total: Math.abs(total) < 1e12 ? total : 0,
  };
  return held ? lines.map((other) => (is(other) ? changed : other)) : [...rest, changed].slice(0, 500);
}

/** The cart as it stands, where its contact has one of that number. */
export const heldCarts = (
  tx: Tx,
  input: { readonly workspace: Id; readonly carts: readonly { readonly contact: Id; readonly cart: string }[] },
): Promise<CartState[]> =>
  selectCarts(tx, {
    workspace: input.workspace,
    carts: input.carts.map(({ contact, cart }) => ({ bucket: bucketOf(contact), id: cartId(input.workspace, contact, cart) })),
  });

/** A cart as a message shows it. */
export interface CartView {
  readonly open: boolean;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
  readonly currency: string | null;
  readonly url: string | null;
}

/** Carts of contacts as they stand, in the order asked; null where there is none. `cart` null: the contact's only one. */
export async function cartViews(
  tx: Tx,
  input: { readonly workspace: Id; readonly carts: readonly { readonly contact: Id; readonly cart: string | null }[] },
): Promise<(CartView | null)[]> {
  const places = input.carts.map(({ contact, cart }) => ({ bucket: bucketOf(contact), id: cartId(input.workspace, contact, cart) }));
  if (places.length === 0) return [];
  const found = new Map((await selectCarts(tx, { workspace: input.workspace, carts: places })).map((cart) => [cart.id, cart]));
  return places.map(({ id }) => {
    const cart = found.get(id);
    if (!cart) return null;
    const items = cart.lines.map((line) => ({
      product_id: line.product,
      variant: line.variant,
      sku: line.sku,
      name: line.name,
      title: line.name,
      quantity: line.quantity,
      price: line.unitPrice,
      total: line.total,
    }));
    return { open: cart.status === "open" || cart.status === "checkout", items, total: cart.total, currency: cart.currency, url: cart.url };
  });
}

import { z } from "zod";
import { plus, type Span } from "../../time/index.ts";
import { span } from "../parts.ts";
import { spanEn, spanFr } from "../steps/wait.ts";
import { BROWSE_EVENTS, CART_EVENTS, cartOf, ORDERED, productsOf } from "./events.ts";
import type { StartKind } from "./kind.ts";

const has = (names: readonly string[], name: string): boolean => names.includes(name);

/** A cart nobody touched for a while, and no order since; one run per cart. `least`: worth that much, in the cart's own currency. */
export type CartStart = { readonly kind: "cart"; readonly idle: Span; readonly least: number | null };
export const cartShape = z.strictObject({ kind: z.literal("cart"), idle: span, least: z.number().min(0).max(1e9).nullable() });
export const cart: StartKind<CartStart> = {
  events: () => [...CART_EVENTS, ORDERED],
  hear(start, event) {
    // An order that names no cart may be of any.
    if (event.name === ORDERED) return [{ do: "disarm", key: cartOf(event) }];
    return has(CART_EVENTS, event.name) ? [{ do: "arm", key: cartOf(event) ?? "", due: plus(event.at, start.idle) }] : [];
  },
  keysIn(_start, event) {
    const key = cartOf(event);
    return key === null ? [] : [key];
  },
  problems: () => [],
  describe: (start) => ({
    fr: `Panier laissé depuis ${spanFr(start.idle)}${start.least === null ? "" : `, dès ${start.least}`}`,
    en: `Cart left for ${spanEn(start.idle)}${start.least === null ? "" : `, from ${start.least}`}`,
  }),
};

/** Products looked at and then nothing for a while: nothing put into a cart, nothing ordered. One run at a time. */
export type BrowseStart = { readonly kind: "browse"; readonly idle: Span };
export const browseShape = z.strictObject({ kind: z.literal("browse"), idle: span });
export const browse: StartKind<BrowseStart> = {
  events: () => [...BROWSE_EVENTS, ...CART_EVENTS, ORDERED],
  hear(start, event) {
    if (has(BROWSE_EVENTS, event.name))
      return productsOf(event).length === 0 ? [] : [{ do: "arm", key: "", due: plus(event.at, start.idle) }];
    return event.name === ORDERED || has(CART_EVENTS, event.name) ? [{ do: "disarm", key: null }] : [];
  },
  keysIn: () => [],
  problems: () => [],
  describe: (start) => ({ fr: `Visite sans achat depuis ${spanFr(start.idle)}`, en: `Browsed, then nothing for ${spanEn(start.idle)}` }),
};

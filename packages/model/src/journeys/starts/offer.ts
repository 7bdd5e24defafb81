import { z } from "zod";
import type { Words } from "../../base/index.ts";
import type { FactEvent } from "../../rules/index.ts";
import type { Span } from "../../time/index.ts";
import { span } from "../parts.ts";
import { spanEn, spanFr } from "../steps/wait.ts";
import { productsOf } from "./events.ts";
import { deaf, type StartKind } from "./kind.ts";

/** What a contact did with a product that says it wants it. */
export const INTERESTS = ["viewed", "carted", "wished"] as const;
export type Interest = (typeof INTERESTS)[number];

/**
 * Starts by news of the catalogue about a product that the contact showed interest in within a span and has not ordered since.
 * `stores`: codes; none: any. A contact of one store hears of that store only. One run per product.
 */
interface Watching {
  readonly interest: readonly Interest[];
  readonly within: Span;
  readonly stores: readonly string[];
}
const watching = {
  interest: z.array(z.enum(INTERESTS)).min(1).max(INTERESTS.length),
  within: span,
  stores: z.array(z.string().min(1).max(50)).max(100),
};

/** How far a price fell: in percent of what it was when the contact last showed interest, or by an amount of one currency. */
type Drop =
  | { readonly by: "percent"; readonly least: number }
  | { readonly by: "amount"; readonly least: number; readonly currency: string };
const drop = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("percent"), least: z.number().gt(0).max(100) }),
  z.strictObject({
    by: z.literal("amount"),
    least: z.number().gt(0).max(1e9),
    currency: z.string().regex(/^[A-Z]{3}$/, "must be a currency such as EUR"),
  }),
]);

// No event starts them; one that names products is about the runs of those.
const quiet = { ...deaf, keysIn: (_start: unknown, event: FactEvent) => productsOf(event), problems: () => [] };

export type PriceDropStart = Watching & { readonly kind: "price_drop"; readonly drop: Drop };
export const priceDropShape = z.strictObject({ kind: z.literal("price_drop"), ...watching, drop });
export const priceDrop: StartKind<PriceDropStart> = {
  ...quiet,
  describe({ drop: { least, ...by }, ...start }) {
    const much =
      by.by === "percent"
        ? { fr: `${least.toLocaleString("fr")}\u00a0%`, en: `${least}%` }
        : { fr: `${least.toLocaleString("fr")}\u00a0${by.currency}`, en: `${by.currency} ${least}` };
    return of(start, { fr: `Prix en baisse d’au moins ${much.fr}`, en: `Price down by ${much.en} or more` });
  },
};

/** Nothing was left in a store, and now there is. */
export type BackInStockStart = Watching & { readonly kind: "back_in_stock" };
export const backInStockShape = z.strictObject({ kind: z.literal("back_in_stock"), ...watching });
export const backInStock: StartKind<BackInStockStart> = {
  ...quiet,
  describe: (start) => of(start, { fr: "De nouveau en stock", en: "Back in stock" }),
};

/** There was more, and now there are that many pieces or fewer, but some. */
export type LowStockStart = Watching & { readonly kind: "low_stock"; readonly atMost: number };
export const lowStockShape = z.strictObject({ kind: z.literal("low_stock"), ...watching, atMost: z.number().int().min(1).max(1_000_000) });
export const lowStock: StartKind<LowStockStart> = {
  ...quiet,
  describe: (start) =>
    of(start, { fr: `Plus que ${start.atMost}\u00a0pièce${start.atMost > 1 ? "s" : ""}`, en: `${start.atMost} or fewer left` }),
};

export type OfferStart = PriceDropStart | BackInStockStart | LowStockStart;
export const isOfferStart = (start: { readonly kind: string }): start is OfferStart =>
  start.kind === "price_drop" || start.kind === "back_in_stock" || start.kind === "low_stock";

const DID = {
  viewed: { fr: "vu", en: "viewed" },
  carted: { fr: "mis au panier", en: "put into a cart" },
  wished: { fr: "en liste d’envies", en: "wished for" },
} as const;

function of(start: Watching, what: Words): Words {
  const did = { fr: start.interest.map((one) => DID[one].fr).join(" ou "), en: start.interest.map((one) => DID[one].en).join(" or ") };
  const stores = start.stores.length === 0 ? "" : ` (${start.stores.join(", ")})`;
  return {
    fr: `${what.fr}${stores}, produit ${did.fr} depuis moins de ${spanFr(start.within)}`,
    en: `${what.en}${stores}, product ${did.en} within ${spanEn(start.within)}`,
  };
}

import { z } from "zod";
import type { FactEvent } from "../../rules/index.ts";
import { plus, type Span } from "../../time/index.ts";
import { span } from "../parts.ts";
import { spanEn, spanFr } from "../steps/wait.ts";
import { ORDERED, orderOf, productsOf, REGISTERED } from "./events.ts";
import type { StartKind } from "./kind.ts";

const products = z.array(z.string().min(1).max(200)).max(200);
const among = (wanted: readonly string[], event: FactEvent): string[] =>
  productsOf(event).filter((one) => wanted.length === 0 || wanted.includes(one));
const which = (wanted: readonly string[]) =>
  wanted.length === 0
    ? { fr: "", en: "" }
    : {
        fr: ` (${wanted.length}\u00a0produit${wanted.length > 1 ? "s" : ""})`,
        en: ` (${wanted.length} product${wanted.length > 1 ? "s" : ""})`,
      };

/**
 * A product bought a while ago is used up; buying it again begins anew. `products`: external ids, none: any. One run per product.
 * `rhythm`: after the median of the times between the contact's own orders of the product, or of its category, from three orders on; until
 * then `after`.
 */
export type ReplenishmentStart = {
  readonly kind: "replenishment";
  readonly products: readonly string[];
  readonly after: Span;
  readonly rhythm?: "product" | "category" | undefined;
};
export const replenishmentShape = z.strictObject({
  kind: z.literal("replenishment"),
  products,
  after: span,
  rhythm: z.enum(["product", "category"]).optional(),
});
export const replenishment: StartKind<ReplenishmentStart> = {
  events: () => [ORDERED],
  hear: (start, event) =>
    event.name === ORDERED
      ? among(start.products, event).map((key) => ({ do: "arm" as const, key, due: plus(event.at, start.after) }))
      : [],
  keysIn: (_start, event) => productsOf(event),
  problems: () => [],
  describe: (start) =>
    start.rhythm
      ? {
          fr: `Au rythme d’achat de chacun${which(start.products).fr}, sinon ${spanFr(start.after)} après l’achat`,
          en: `At their own buying rhythm${which(start.products).en}, else ${spanEn(start.after)} after buying`,
        }
      : {
          fr: `${spanFr(start.after)} après l’achat${which(start.products).fr}, sans rachat`,
          en: `${spanEn(start.after)} after buying${which(start.products).en}, not bought again`,
        },
};

/** A product was bought and not registered within a while. One run per order. */
export type RegistrationStart = { readonly kind: "registration"; readonly products: readonly string[]; readonly after: Span };
export const registrationShape = z.strictObject({ kind: z.literal("registration"), products, after: span });
export const registration: StartKind<RegistrationStart> = {
  events: () => [ORDERED, REGISTERED],
  hear(start, event) {
    // A registration that names no order may be of any.
    if (event.name === REGISTERED)
      return among(start.products, event).length > 0 || productsOf(event).length === 0 ? [{ do: "disarm", key: orderOf(event) }] : [];
    return event.name === ORDERED && among(start.products, event).length > 0
      ? [{ do: "arm", key: orderOf(event) ?? "", due: plus(event.at, start.after) }]
      : [];
  },
  keysIn(_start, event) {
    const key = orderOf(event);
    return key === null ? [] : [key];
  },
  problems: () => [],
  describe: (start) => ({
    fr: `Achat${which(start.products).fr} non enregistré depuis ${spanFr(start.after)}`,
    en: `Bought${which(start.products).en}, not registered for ${spanEn(start.after)}`,
  }),
};

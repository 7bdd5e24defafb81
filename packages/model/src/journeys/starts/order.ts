import { z } from "zod";
import type { PropertyFilter } from "../../rules/index.ts";
import { matches } from "../match-event.ts";
import { filters } from "../parts.ts";
import { orderOf } from "./events.ts";
import type { StartKind } from "./kind.ts";

/** An order was placed, cancelled or refunded; one run per order. */
export type OrderStart = {
  readonly kind: "order";
  readonly on: "completed" | "cancelled" | "refunded";
  readonly where: readonly PropertyFilter[];
};
export const orderShape = z.strictObject({ kind: z.literal("order"), on: z.enum(["completed", "cancelled", "refunded"]), where: filters });

const NAMES = { completed: "Order Completed", cancelled: "Order Cancelled", refunded: "Order Refunded" } as const;

export const order: StartKind<OrderStart> = {
  events: (start) => [NAMES[start.on]],
  hear: (start, event, now) => (matches(event, NAMES[start.on], start.where, now) ? [{ do: "enter", key: orderOf(event) ?? "" }] : []),
  keysIn(_start, event) {
    const key = orderOf(event);
    return key === null ? [] : [key];
  },
  problems: () => [],
  describe(start) {
    const n = start.where.length;
    const more =
      n === 0 ? { fr: "", en: "" } : { fr: `, avec ${n}\u00a0précision${n > 1 ? "s" : ""}`, en: `, with ${n} detail${n > 1 ? "s" : ""}` };
    return {
      completed: { fr: `Commande passée${more.fr}`, en: `Order placed${more.en}` },
      cancelled: { fr: `Commande annulée${more.fr}`, en: `Order cancelled${more.en}` },
      refunded: { fr: `Commande remboursée${more.fr}`, en: `Order refunded${more.en}` },
    }[start.on];
  },
};

import { z } from "zod";
import { isTimed, propertyFilter, window as eventWindow, zoneOfComparison, type PropertyFilter, type Window } from "../rules/index.ts";

/**
 * A computed attribute: one value per contact, told from their events and kept true by the engine. `count` counts them; `sum`, `avg`,
 * `min`, `max` read a number; `first` and `last` give the moment of the first or last event, or a property of it; `favourite` is the value
 * met most often, `distinct` how many different ones (both look inside lists: `products.category` reads each line of an order);
 * `days_between` is the mean number of days from one event to the next.
 */
export interface Computation {
  readonly event: string;
  /** Filters that are the same on every day and in every zone, like the window. */
  readonly where: readonly PropertyFilter[];
  readonly window: ComputedWindow;
  readonly measure: ComputedMeasure;
}

/** Windows that are the same in every zone: a value is stored, and may not depend on where it is read. */
export type ComputedWindow = Extract<Window, { readonly kind: "ever" | "last" | "since" | "between" }>;

export type ComputedMeasure =
  | { readonly of: "count" | "days_between" }
  | { readonly of: "sum" | "avg" | "min" | "max" | "favourite" | "distinct"; readonly property: string }
  | { readonly of: "first" | "last"; readonly property: string | null };

export const MEASURES = [
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "first",
  "last",
  "favourite",
  "distinct",
  "days_between",
] as const satisfies readonly ComputedMeasure["of"][];

const property = z.string().min(1).max(200);
const measure = z.discriminatedUnion("of", [
  z.strictObject({ of: z.enum(["count", "days_between"]) }),
  z.strictObject({ of: z.enum(["sum", "avg", "min", "max", "favourite", "distinct"]), property }),
  z.strictObject({ of: z.enum(["first", "last"]), property: property.nullable() }),
]);

export const computation = z
  .strictObject({
    event: z.string().min(1).max(200),
    where: z
      .array(
        propertyFilter.refine(({ is }) => !isTimed(is) && zoneOfComparison(is) === null, "must be the same on every day and in every zone"),
      )
      .max(20),
    window: eventWindow.refine(
      (one) => ["ever", "last", "since", "between"].includes(one.kind) && !("zone" in one),
      "must be ever, last, since or between, in no zone",
    ) as z.ZodType<ComputedWindow>,
    measure,
  })
  .meta({ id: "Computation" }) as z.ZodType<Computation>;

/** What the value is, for the builders: a whole number, a number with decimals, a moment, or whatever the property holds. */
export function sortOf({ measure: { of, ...rest } }: Computation): "number" | "instant" | "text" {
  if (of === "first" || of === "last") return "property" in rest && rest.property !== null ? "text" : "instant";
  return of === "favourite" ? "text" : "number";
}

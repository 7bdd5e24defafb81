import type { Start } from "../journeys/index.ts";
import { needsOfStart } from "./requirements.ts";
import type { Need } from "./need.ts";

const HOUR = { n: 1, unit: "hour" } as const;
const MONTH = { n: 30, unit: "day" } as const;
/** One start of each kind that the data must make possible; segments, groups, schedules and calls need nothing but a wish. */
const STARTS: readonly Start[] = [
  { kind: "form", on: "submitted", form: null },
  { kind: "form", on: "confirmed", form: null },
  { kind: "cart", idle: HOUR, least: null },
  { kind: "browse", idle: HOUR },
  { kind: "order", on: "completed", where: [] },
  { kind: "order", on: "cancelled", where: [] },
  { kind: "order", on: "refunded", where: [] },
  { kind: "replenishment", products: [], after: MONTH },
  { kind: "registration", products: [], after: MONTH },
  { kind: "price_drop", interest: ["viewed"], within: MONTH, stores: [], drop: { by: "percent", least: 10 } },
  { kind: "back_in_stock", interest: ["viewed"], within: MONTH, stores: [] },
  { kind: "near_store", km: 5, stores: [] },
  { kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true },
];

/** The catalogue of what may start a journey, each with what it needs. `start` is `kind` or `kind:how`. */
export function triggers(): readonly { readonly start: string; readonly needs: readonly Need[] }[] {
  const none = { templates: new Map(), segments: new Map() };
  return STARTS.map((start) => ({
    start: "on" in start && start.kind !== "segment" ? `${start.kind}:${start.on}` : start.kind,
    needs: needsOfStart(start, none),
  }));
}

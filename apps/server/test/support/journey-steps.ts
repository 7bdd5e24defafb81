import type { Id } from "@relance/model/base";
import type { Step } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";

/** Steps of small journeys, by the last part of their ids. */
export const step = (id: string, more: Record<string, unknown>): Step => ({ id: `stp_${id}`, name: id, ...more }) as Step;
const to = (id: string | null) => (id === null ? null : `stp_${id}`);
export const email = (id: string, template: Id, next: string | null) => step(id, { kind: "email", template, exits: { next: to(next) } });
export const wait = (id: string, n: number, unit: string, next: string | null) =>
  step(id, { kind: "wait", until: { of: "duration", span: { n, unit } }, exits: { next: to(next) } });
export const did = (event: string): Rule => ({
  kind: "event",
  event,
  where: [],
  window: { kind: "ever" },
  measure: { of: "count" },
  is: { op: "gte", value: 1 },
});
export const cart = { kind: "event", event: "Product Added", where: [], key: "cart_id" } as const;

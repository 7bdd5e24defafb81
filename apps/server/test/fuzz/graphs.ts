import type { Generator } from "../../src/platform/chance/generator.ts";
import { hostileText } from "./hostile.ts";

const step = (n: number) => `stp_${n.toString(36)}`;
const wait = (n: number, next: string | null) => ({
  id: step(n),
  name: "",
  kind: "wait",
  until: { of: "duration", span: { n: 1, unit: "minute" } },
  exits: { next },
});
const graph = (steps: readonly unknown[], first: string | null = "stp_0", more: object = {}) => ({
  version: 1,
  starts: [{ kind: "event", event: "Fuzzed", where: [], key: null }],
  first,
  steps,
  positions: {},
  settings: { filter: null, reentry: { kind: "always" }, exits: [] },
  ...more,
});

/** Journeys no one should draw: circles, paths into nothing, twins, knots, the longest there may be, rules that cannot be. */
export function hostileGraph(draw: Generator): unknown {
  switch (draw.below(16)) {
    case 0:
      return graph([wait(0, "stp_0")]);
    case 1:
      return graph([wait(0, "stp_1"), wait(1, "stp_0")]);
    case 2:
      return graph([wait(0, "stp_9")]);
    case 3:
      return graph([wait(0, null), wait(0, null)]);
    case 4:
      return graph([wait(0, null)], "stp_7");
    case 5:
      return graph(Array.from({ length: 400 }, (_, n) => wait(n, n === 399 ? "stp_0" : step(n + 1))));
    case 6:
      return graph([
        {
          id: "stp_0",
          name: "",
          kind: "branch",
          paths: [{ exit: "pa", name: "", rule: hostileRule(draw) }],
          exits: { pa: "stp_0", otherwise: "stp_0", nowhere: "stp_1" },
        },
      ]);
    case 7:
      return graph([
        { id: "stp_0", name: "", kind: "goal", exits: { next: "stp_1" } },
        { id: "stp_1", name: "", kind: "group", action: "join", group: null, exits: { next: "stp_0" } },
      ]);
    case 8:
      return graph([wait(0, null)], "stp_0", {
        starts: [
          { kind: "date", attribute: hostileText(draw).slice(0, 200) || "x", days: -366, at: "23:59", yearly: true },
          { kind: "date", attribute: "birth_date", days: 366, at: "00:00", yearly: false },
        ],
      });
    case 9:
      return graph(
        [wait(0, "stp_1"), { id: "stp_1", name: hostileText(draw).slice(0, 200), kind: "email", template: null, exits: { next: "stp_0" } }],
        "stp_0",
        {
          settings: {
            filter: hostileRule(draw),
            reentry: { kind: "always" },
            exits: [{ event: "Fuzzed", where: [], sameKey: true, goal: true }],
          },
        },
      );
    // These can go live, whatever their rules ask.
    default:
      return graph(
        [
          wait(0, "stp_1"),
          {
            id: "stp_1",
            name: "",
            kind: "branch",
            paths: [
              { exit: "pa", name: "", rule: hostileRule(draw) },
              { exit: "pb", name: "", rule: hostileRule(draw) },
            ],
            exits: { pa: "stp_2", pb: null, else: "stp_2" },
          },
          { id: "stp_2", name: "", kind: "goal", exits: { next: null } },
        ],
        draw.pick(["stp_0", "stp_1"]),
        { settings: { filter: draw.chance(0.5) ? hostileRule(draw) : null, reentry: { kind: "always" }, exits: [] } },
      );
  }
}

/** Rules that are impossible, absurd, or as large as they may be. */
export function hostileRule(draw: Generator): unknown {
  const deep = (depth: number): unknown =>
    depth === 0
      ? { kind: "group", group: "00000000-0000-7000-8000-000000000000", member: true }
      : { kind: draw.pick(["all", "any", "none"]), of: [deep(depth - 1)] };
  const event = { kind: "event", event: "Order Completed", where: [] };
  switch (draw.below(14)) {
    case 0:
      return { kind: "all", of: [] };
    case 1:
      return deep(draw.pick([3, 12, 60]));
    case 2:
      return { kind: "any", of: Array.from({ length: draw.pick([50, 400]) }, () => deep(0)) };
    case 3:
      return { kind: "attribute", attribute: hostileText(draw).slice(0, 300), is: { op: "eq", value: hostileText(draw).slice(0, 500) } };
    case 4:
      return {
        kind: "attribute",
        attribute: draw.pick(["birth_date", "country", "latitude", "attributes.plan", "last_seen_at", "known"]),
        is: draw.pick<unknown>([
          { op: "gt", value: 1e308 },
          { op: "between", from: 9, to: -9 },
          { op: "within_last", span: { n: 120, unit: "month" } },
          { op: "before", at: "9999-12-31" },
          { op: "before", at: "0001-01-01" },
          { op: "after", at: "275760-09-13T00:00:00.000Z" },
          { op: "in", values: ["\u0000", "x", 1e308] },
          { op: "contains", value: "%\\_" },
          { op: "eq", value: true },
        ]),
      };
    case 5:
      return {
        ...event,
        window: { kind: "between", from: "2027-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z" },
        measure: { of: "count" },
        is: { op: "gte", value: 1 },
      };
    case 6:
      return {
        ...event,
        window: { kind: "since", at: draw.pick(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2026-02-30T00:00:00Z"]) },
        measure: { of: "count" },
        is: { op: "eq", value: 0 },
      };
    case 7:
      return { ...event, window: { kind: "since_entry" }, measure: { of: "count" }, is: { op: "gte", value: 1 } };
    case 8:
      return {
        ...event,
        window: { kind: "last", span: { n: 10, unit: "year" } },
        measure: { of: draw.pick(["sum", "avg", "min", "max"]), property: hostileText(draw).slice(0, 200) || "p" },
        is: { op: "lt", value: -1e308 },
      };
    case 9:
      return {
        ...event,
        window: { kind: "ever" },
        measure: { of: "last", property: null },
        is: { op: draw.pick(["within_last", "not_within_last", "within_next"]), span: { n: 5_000_000, unit: "minute" } },
      };
    case 10:
      return {
        ...event,
        where: [
          {
            property: draw.pick(["products[].sku", "a.b.c.d", "__proto__.x", "amount", "currency", "'"]),
            is: { op: draw.pick(["eq", "ne"]), value: hostileText(draw).slice(0, 500) },
          },
        ],
        window: { kind: "ever" },
        measure: { of: "count" },
        is: { op: "gte", value: 1 },
      };
    case 11:
      return {
        ...event,
        event: hostileText(draw).slice(0, 200) || "x",
        window: { kind: "ever" },
        measure: { of: "first", property: hostileText(draw).slice(0, 200) || "x" },
        is: { op: "set" },
      };
    case 12:
      return { ...event, window: { kind: "ever" }, measure: { of: "count" }, is: { op: "between", from: -5, to: 1e308 } };
    default:
      return { kind: "consent", channel: "email", topic: hostileText(draw).slice(0, 64), granted: true };
  }
}

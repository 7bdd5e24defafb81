import { expect, test } from "vitest";
import { problems, type RuleCatalogue, type RuleProblem } from "./problems.ts";
import type { EventRule, Rule, Window } from "./rule.ts";

const CATALOGUE: RuleCatalogue = {
  groups: new Set(["g"]),
  segments: new Map([
    ["s", []],
    ["loop", ["mine"]],
  ]),
  stores: new Set(["shop"]),
  journeys: new Set(["j"]),
  templates: new Set(["t"]),
  objects: new Map([["card", new Set(["renews_on"])]]),
  place: { kind: "segment", segment: "mine" },
};
const JOURNEY: RuleCatalogue = { ...CATALOGUE, place: { kind: "journey" } };

const EVER: Window = { kind: "ever" };
const MANY = { op: "gt", value: 1 } as const;
const ago = (least: number, most: number) => ({ least: { n: least, unit: "day" }, most: { n: most, unit: "day" } }) as const;
const event = (more: Partial<EventRule>): Rule => ({
  kind: "event",
  event: "Order Completed",
  where: [],
  window: EVER,
  measure: { of: "count" },
  is: MANY,
  ...more,
});
const message = {
  kind: "message",
  what: "sent",
  channel: null,
  journey: null,
  template: null,
  link: "",
  by: "human",
  window: EVER,
  is: MANY,
} as const;
const pattern = { event: "Cart Viewed", where: [] };
const step = { ...pattern, within: { n: 1, unit: "day" }, happened: false } as const;
const nested = (depth: number): Rule => (depth === 0 ? event({}) : { kind: "all", of: [nested(depth - 1)] });

test.each<[what: string, rule: Rule, found: readonly [path: string, code: RuleProblem["code"]][], catalogue?: RuleCatalogue]>([
  ["what is right", { kind: "all", of: [event({}), { kind: "segment", segment: "s", member: true }] }, []],
  ["a group without a condition", { kind: "any", of: [] }, [["root", "empty_group"]]],
  ["groups nested too deep", nested(12), [[`root${".of[0]".repeat(12)}`, "too_deep"]]],
  ["too many conditions", { kind: "any", of: Array.from({ length: 200 }, () => event({})) }, [["root", "too_large"]]],
  [
    "an attribute that is none, compared with a period the wrong way round",
    { kind: "attribute", attribute: "nope", is: { op: "ago", ...ago(5, 2) } },
    [
      ["root.attribute", "unknown_attribute"],
      ["root.is", "bounds_reversed"],
    ],
  ],
  ["a group that is gone", { kind: "group", group: "gone", member: true }, [["root.group", "unknown_group"]]],
  ["a segment that is gone", { kind: "segment", segment: "gone", member: true }, [["root.segment", "unknown_segment"]]],
  ["a segment made from the one being edited", { kind: "segment", segment: "loop", member: true }, [["root.segment", "segment_cycle"]]],
  [
    "since when somebody is not in a group",
    { kind: "group", group: "g", member: false, when: { kind: "ago", ...ago(1, 2) } },
    [["root.when", "no_moment"]],
  ],
  [
    "a score compared with a day",
    { kind: "rfm", part: "recency", is: { op: "before", at: "2026-01-01" } },
    [["root.is", "wrong_operator"]],
  ],
  [
    "a reason for not agreeing of who agreed",
    { kind: "consent", channel: "email", topic: "", granted: true, reason: "withdrawn" },
    [["root.reason", "wrong_operator"]],
  ],
  [
    "an event without a name, filtered by a rolling date, in a period that ends before it begins",
    event({
      event: " ",
      where: [{ property: "day", is: { op: "within_last", span: { n: 1, unit: "day" } } }],
      window: { kind: "between", from: "2026-02-01", to: "2026-01-01" },
    }),
    [
      ["root.window", "bounds_reversed"],
      ["root.event", "nothing_asked"],
      ["root.where[0].is", "wrong_operator"],
    ],
  ],
  ["a count compared with a text, between bounds", event({ is: { op: "contains", value: "x" } }), [["root.is", "wrong_operator"]]],
  ["bounds the wrong way round", event({ is: { op: "between", from: 3, to: 1 } }), [["root.is", "bounds_reversed"]]],
  ["the start of a run in a segment", event({ window: { kind: "since_entry" } }), [["root.window", "no_run_here"]]],
  ["the start of a run in a journey", event({ window: { kind: "since_entry" } }), [], JOURNEY],
  [
    "since the start of the run, of an attribute",
    { kind: "attribute", attribute: "country", is: { op: "set" }, when: { kind: "since_entry" } },
    [["root.when", "no_run_here"]],
    JOURNEY,
  ],
  [
    "two absences that follow each other",
    { kind: "sequence", first: pattern, window: EVER, steps: [step, step] },
    [["root.steps[1]", "absences_together"]],
  ],
  [
    "a message of a journey and a template that are gone, by a link it was not clicked by",
    { ...message, journey: "gone", template: "gone", link: "/sale" },
    [
      ["root.journey", "unknown_journey"],
      ["root.template", "unknown_template"],
      ["root.link", "nothing_asked"],
    ],
  ],
  [
    "an affinity to nothing",
    { kind: "affinity", ...pattern, window: EVER, property: "brand", value: "", by: { top: 1 }, least: 1 },
    [["root.value", "nothing_asked"]],
  ],
  ["a distance to a store that is gone", { kind: "distance", to: { store: "gone" }, km: 5, within: true }, [["root.to", "unknown_store"]]],
  ["objects of a type that is gone", { kind: "object", object: "gone", where: [], is: MANY }, [["root.object", "unknown_object"]]],
  [
    "objects by a field that is gone",
    { kind: "object", object: "card", where: [{ property: "color", is: { op: "set" } }], is: MANY },
    [["root.where[0].property", "unknown_object_field"]],
  ],
  ["a query inside a rule", { kind: "any", of: [event({}), { kind: "sql", query: "q", answer: "a" }] }, [["root.of[1]", "sql_apart"]]],
])("a rule is told what is wrong with it, where, in both languages: %s", (_what, rule, found, catalogue = CATALOGUE) => {
  const told = problems(rule, catalogue);
  expect(told.map(({ path, code }) => [path, code])).toEqual(found);
  for (const { message } of told) expect(message).toEqual({ fr: expect.stringMatching(/\.$/), en: expect.stringMatching(/\.$/) });
});

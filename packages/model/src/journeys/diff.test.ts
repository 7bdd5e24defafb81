import { expect, test } from "vitest";
import { diffGraphs, samePart, settleChoices } from "./diff.ts";
import { EMPTY_GRAPH, type Graph } from "./graph.ts";
import type { Step } from "./steps/index.ts";

const wait = (id: string, n: number, next: string | null): Step => ({
  id,
  name: id,
  kind: "wait",
  until: { of: "duration", span: { n, unit: "hour" } },
  exits: { next },
});
const graph = (...steps: Step[]): Graph => ({ ...EMPTY_GRAPH, first: steps[0]!.id, steps });

test("a step is changed by what it does, where it leads or its name, not by how its JSON is written or where it is drawn", () => {
  const before = graph(wait("stp_a", 1, "stp_b"), wait("stp_b", 1, null), wait("stp_c", 1, null));
  const reordered: Step = {
    exits: { next: "stp_b" },
    until: { span: { unit: "hour", n: 1 }, of: "duration" },
    kind: "wait",
    name: "stp_a",
    id: "stp_a",
  };
  const after = {
    ...graph(reordered, { ...wait("stp_b", 2, "stp_d"), name: "B" }, wait("stp_d", 1, null)),
    positions: { stp_a: { x: 1, y: 1 } },
  };
  expect(diffGraphs(before, after).map(({ step, change, what }) => [step, change, ...what])).toEqual([
    ["stp_a", "same"],
    ["stp_b", "changed", "settings", "exits", "name"],
    ["stp_d", "added"],
    ["stp_c", "removed"],
  ]);
});

test("people at steps that are gone stay unless they were sent somewhere or let go", () => {
  const earlier = [graph(wait("stp_a", 1, null), wait("stp_b", 1, null), wait("stp_c", 1, null))];
  const after = graph(wait("stp_a", 1, null));
  expect(settleChoices({ earlier, after, others: "move", chosen: { stp_c: { what: "retime", to: "stp_a" } } })).toEqual({
    stp_a: { what: "move", to: "stp_a" },
    stp_c: { what: "retime", to: "stp_a" },
  });
  expect(settleChoices({ earlier, after, others: "leave", chosen: { stp_a: { what: "stay" } } })).toEqual({
    stp_b: { what: "leave" },
    stp_c: { what: "leave" },
  });
});

test("starts and settings are the same however their keys are ordered, and another order of starts is another list", () => {
  const one = { kind: "event", event: "A", where: [], key: null };
  expect(samePart([one], [{ key: null, where: [], event: "A", kind: "event" }])).toBe(true);
  expect(samePart([one, { ...one, event: "B" }], [{ ...one, event: "B" }, one])).toBe(false);
});

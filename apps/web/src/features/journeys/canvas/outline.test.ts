import { apply, EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { outline } from "./outline.ts";

const mail = (id: string): Step => ({ kind: "email", id, name: id, template: null, exits: {} });
const wait: Step = {
  kind: "wait",
  id: "stp_w",
  name: "",
  until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "day" } },
  exits: {},
};
const told = (graph: Graph): string[] =>
  outline(graph).map(
    (line) =>
      `${line.depth} ${line.kind}${line.kind === "step" || line.kind === "again" ? ` ${line.step.id}` : line.kind === "way" ? ` ${line.exit}` : ""}`,
  );

test("a straight journey is its steps, then the end", () => {
  expect(told(apply(EMPTY_GRAPH, { kind: "add", step: mail("stp_a"), after: null }))).toEqual(["0 step stp_a", "0 end"]);
  expect(told(EMPTY_GRAPH)).toEqual([]);
});

test("a fork is its ways, each followed by what comes after; where they meet again is said, not repeated", () => {
  let graph = apply(EMPTY_GRAPH, { kind: "add", step: wait, after: null });
  graph = apply(graph, { kind: "add", step: mail("stp_a"), after: { step: "stp_w", exit: "event" } });
  graph = apply(graph, { kind: "connect", from: { step: "stp_w", exit: "timeout" }, to: "stp_a" });
  expect(told(graph)).toEqual(["0 step stp_w", "1 way event", "1 step stp_a", "1 end", "1 way timeout", "1 again stp_a"]);
  expect(told(apply(graph, { kind: "connect", from: { step: "stp_a", exit: "next" }, to: "stp_w" }))).toEqual([
    "0 step stp_w",
    "1 way event",
    "1 step stp_a",
    "1 again stp_w",
    "1 way timeout",
    "1 again stp_a",
  ]);
});

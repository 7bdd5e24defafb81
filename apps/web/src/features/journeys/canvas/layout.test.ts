import { apply, EMPTY_GRAPH, type Step } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { drawn, endOf, START } from "./layout.ts";

const email: Step = { kind: "email", id: "stp_a", name: "Hello", template: null, exits: {} };
const wait: Step = { kind: "wait", id: "stp_b", name: "", until: { of: "duration", span: { n: 1, unit: "day" } }, exits: {} };

test("an empty journey is its start and one free end", () => {
  expect(drawn(EMPTY_GRAPH).places.map((one) => one.id)).toEqual([START, endOf(null)]);
});

test("steps follow one another downwards, and every way out leads to a step or a free end", () => {
  const graph = apply(apply(EMPTY_GRAPH, { kind: "add", step: email, after: null }), {
    kind: "add",
    step: wait,
    after: { step: "stp_a", exit: "next" },
  });
  const { places, ways } = drawn(graph);
  const y = (id: string) => places.find((one) => one.id === id)!.y;
  expect(y(START) < y("stp_a") && y("stp_a") < y("stp_b")).toBe(true);
  expect(ways.every((way) => places.some((one) => one.id === way.to))).toBe(true);
  expect(ways.map((way) => way.to)).toEqual(["stp_a", "stp_b", endOf({ step: "stp_b", exit: "next" })]);
});

test("a step moved by hand stays where it was put", () => {
  const graph = apply(apply(EMPTY_GRAPH, { kind: "add", step: email, after: null }), {
    kind: "move",
    positions: { stp_a: { x: 500, y: 40 } },
  });
  expect(drawn(graph).places.find((one) => one.id === "stp_a")).toMatchObject({ x: 500, y: 40 });
});

test("the ways of a fork stand in their order, others last", () => {
  const fork: Step = {
    kind: "branch",
    id: "stp_f",
    name: "",
    paths: ["p1", "p2", "p3"].map((exit) => ({ exit, name: exit, rule: { kind: "all", of: [] } })),
    exits: {},
  };
  let graph = apply(EMPTY_GRAPH, { kind: "add", step: fork, after: null });
  // The deepest way is the second: no reason to move it.
  graph = apply(graph, { kind: "add", step: email, after: { step: "stp_f", exit: "p2" } });
  graph = apply(graph, { kind: "add", step: wait, after: { step: "stp_a", exit: "next" } });
  const { places, ways } = drawn(graph);
  const out = ways.filter((way) => way.from?.step === "stp_f");
  expect(out.map((way) => way.from!.exit)).toEqual(["p1", "p2", "p3", "else"]);
  const centres = out.map((way) => {
    const place = places.find((one) => one.id === way.to)!;
    return place.x + place.width / 2;
  });
  expect(centres).toEqual([...centres].sort((a, b) => a - b));
});

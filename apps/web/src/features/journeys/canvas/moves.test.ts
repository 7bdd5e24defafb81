import { apply, EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { drawn, START } from "./layout.ts";
import { stepTowards, wayAfter, wayAt } from "./moves.ts";

const mail = (id: string): Step => ({ kind: "email", id, name: id, template: null, exits: {} });
const wait: Step = {
  kind: "wait",
  id: "stp_w",
  name: "",
  until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "day" } },
  exits: {},
};
/** Start, a wait for an order; one mail if it happens, another if not. */
const forked: Graph = [wait, mail("stp_yes"), mail("stp_no")].reduce(
  (graph, step) =>
    apply(graph, {
      kind: "add",
      step,
      after: step.id === "stp_w" ? null : { step: "stp_w", exit: step.id === "stp_yes" ? "event" : "timeout" },
    }),
  EMPTY_GRAPH,
);
const picture = drawn(forked);
const centre = (id: string) => {
  const one = picture.places.find((place) => place.id === id)!;
  return { x: one.x + one.width / 2, y: one.y + one.height / 2 };
};

test("arrow keys walk down and up the ways, and sideways along a row", () => {
  expect(stepTowards(picture, START, "ArrowDown")).toBe("stp_w");
  const below = stepTowards(picture, "stp_w", "ArrowDown")!;
  expect(["stp_yes", "stp_no"]).toContain(below);
  const [left, right] = centre("stp_yes").x < centre("stp_no").x ? ["stp_yes", "stp_no"] : ["stp_no", "stp_yes"];
  expect(stepTowards(picture, left!, "ArrowRight")).toBe(right);
  expect(stepTowards(picture, right!, "ArrowLeft")).toBe(left);
  expect(stepTowards(picture, right!, "ArrowUp")).toBe("stp_w");
  expect(stepTowards(picture, START, "ArrowUp")).toBeNull();
  expect(stepTowards(picture, left!, "ArrowDown")).toBeNull();
});

test("a step added after another takes a way that is free before one that is not", () => {
  expect(wayAfter(EMPTY_GRAPH, null)).toBeNull();
  expect(wayAfter(forked, START)).toBeNull();
  expect(wayAfter(forked, "stp_yes")).toEqual({ step: "stp_yes", exit: "next" });
  expect(wayAfter(apply(forked, { kind: "connect", from: { step: "stp_w", exit: "timeout" }, to: null }), "stp_w")).toEqual({
    step: "stp_w",
    exit: "timeout",
  });
  expect(wayAfter(forked, "stp_w")).toEqual({ step: "stp_w", exit: "event" });
});

test("with nothing chosen it goes to the end of the first line; nothing goes after an exit", () => {
  expect(wayAfter(forked, null)).toEqual({ step: "stp_yes", exit: "next" });
  const ended = apply(forked, {
    kind: "add",
    step: { kind: "exit", id: "stp_x", name: "", exits: {} },
    after: { step: "stp_yes", exit: "next" },
  });
  expect(wayAfter(ended, "stp_x")).toEqual({ step: "stp_yes", exit: "next" });
  expect(wayAfter(ended, null)).toEqual({ step: "stp_yes", exit: "next" });
});

test("a loop without a free end does not turn for ever", () => {
  const loop = apply(apply(EMPTY_GRAPH, { kind: "add", step: mail("stp_a"), after: null }), {
    kind: "connect",
    from: { step: "stp_a", exit: "next" },
    to: "stp_a",
  });
  expect(wayAfter(loop, null)).toBeUndefined();
});

test("what is dropped on a step follows it; elsewhere it goes on the nearest line", () => {
  expect(wayAt(picture, centre("stp_no"))?.from).toEqual({ step: "stp_no", exit: "next" });
  const start = centre(START);
  const first = centre("stp_w");
  expect(wayAt(picture, { x: (start.x + first.x) / 2 + 30, y: (start.y + first.y) / 2 })?.from).toBeNull();
  const yes = centre("stp_yes");
  expect(wayAt(picture, { x: yes.x - 200, y: yes.y + 70 })?.from).toEqual({
    step: yes.x < centre("stp_no").x ? "stp_yes" : "stp_no",
    exit: "next",
  });
});

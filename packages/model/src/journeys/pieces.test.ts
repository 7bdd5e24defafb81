import fc from "fast-check";
import { expect, test } from "vitest";
import { apply } from "./commands.ts";
import { EMPTY_GRAPH, stepOf, type Graph } from "./graph.ts";
import { readingOrder, readPiece, stepReferences, takeSteps, withFollowers, withNewIds, withReferences } from "./pieces.ts";
import { graphProblems } from "./problems.ts";
import type { Step } from "./steps/index.ts";

const TEMPLATE = "11111111-1111-4111-8111-111111111111";
const SEGMENT = "22222222-2222-4222-8222-222222222222";
const mail = (id: string): Step => ({ kind: "email", id, name: "", template: TEMPLATE, exits: {} });
const fork = (id: string): Step => ({
  kind: "branch",
  id,
  name: "",
  paths: [{ exit: "p1", name: "", rule: { kind: "segment", segment: SEGMENT, member: true } }],
  exits: {},
});
const opened = (id: string, step: string): Step => ({
  kind: "wait",
  id,
  name: "",
  until: { of: "message", step, did: "opened", after: null, timeout: { n: 1, unit: "day" } },
  exits: {},
});
const line = (...steps: readonly Step[]): Graph =>
  steps.reduceRight((graph, step) => apply(graph, { kind: "add", step, after: null }), EMPTY_GRAPH);
const counter = () => {
  let n = 0;
  return () => `stp_new${(n++).toString(36)}`;
};
const shape = (graph: Graph): string[] => readingOrder(graph).map((step) => `${step.id} ${Object.values(step.exits).join(" ")}`);

test("steps are copied with what joins them, pasted where one wishes, and what stood there follows them", () => {
  const graph = line(mail("stp_a"), opened("stp_b", "stp_a"), mail("stp_c"));
  const taken = withNewIds(takeSteps(graph, new Set(["stp_a", "stp_b"])), counter());
  expect(taken.map((step) => step.exits)).toEqual([{ next: "stp_new1" }, { event: null, timeout: null, unsent: null }]);
  expect(taken[1]).toMatchObject({ until: { step: "stp_new0" } }); // it waits for the copy of the message, not for the one it was copied from
  const pasted = apply(graph, { kind: "paste", steps: taken, after: { step: "stp_a", exit: "next" } });
  expect(shape(pasted)).toEqual(["stp_a stp_new0", "stp_new0 stp_new1", "stp_new1 stp_b  ", "stp_b stp_c  ", "stp_c "]);
});

test("steps that stood apart follow one another; cut ones leave no gap", () => {
  const graph = line(mail("stp_a"), mail("stp_b"), mail("stp_c"));
  expect(takeSteps(graph, new Set(["stp_a", "stp_c"])).map((step) => [step.id, step.exits])).toEqual([
    ["stp_a", { next: "stp_c" }],
    ["stp_c", { next: null }],
  ]);
  expect(shape(apply(graph, { kind: "remove", steps: ["stp_a", "stp_c"] }))).toEqual(["stp_b "]);
});

test("what a piece names can be changed for what there is elsewhere; left for later a message has no template, a rule keeps what it had", () => {
  const steps = takeSteps(line(mail("stp_a"), fork("stp_b")), new Set(["stp_a", "stp_b"]));
  expect(stepReferences(steps).map(({ of, id, step }) => [of, id, step.id])).toEqual([
    ["template", TEMPLATE, "stp_a"],
    ["segment", SEGMENT, "stp_b"],
  ]);
  const later = withReferences(
    steps,
    new Map([
      [TEMPLATE, null],
      [SEGMENT, null],
    ]),
  );
  expect(later[0]).toMatchObject({ template: null });
  expect(later[1]).toMatchObject({ paths: [{ rule: { segment: SEGMENT } }] });
  const other = "33333333-3333-4333-8333-333333333333";
  expect(stepReferences(withReferences(steps, new Map([[TEMPLATE, other]]))).map(({ id }) => id)).toEqual([other, SEGMENT]);
});

test("a clipboard with something else on it pastes nothing", () => {
  const steps = takeSteps(line(mail("stp_a")), new Set(["stp_a"]));
  expect(readPiece(JSON.stringify({ relance: "steps", version: 1, steps, names: { [TEMPLATE]: "Hello" } }))?.steps).toEqual(steps);
  for (const text of ["", "Bonjour", "{}", "[1]", JSON.stringify({ relance: "steps", version: 1, steps: [{ kind: "email" }], names: {} })])
    expect(readPiece(text)).toBeNull();
});

test("whatever is chosen, copied and pasted anywhere, every step is still reached and no id stands twice", () => {
  const graphs = fc.array(fc.tuple(fc.boolean(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 14 }).map((made) =>
    made.reduce((graph, [forks, at, way], n) => {
      const step = forks ? fork(`stp_${n}`) : mail(`stp_${n}`);
      const after = graph.steps[at % Math.max(1, graph.steps.length)];
      return apply(graph, {
        kind: "add",
        step,
        after: after ? { step: after.id, exit: Object.keys(after.exits)[way % Object.keys(after.exits).length]! } : null,
      });
    }, EMPTY_GRAPH),
  );
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.boolean()), fc.nat(), (graph, wanted, where) => {
      const chosen = new Set(graph.steps.filter(() => wanted.next().value).map((step) => step.id));
      const taken = withNewIds(takeSteps(graph, chosen), counter());
      expect(taken).toHaveLength(chosen.size);
      const at = graph.steps[where % graph.steps.length]!;
      const pasted = apply(graph, { kind: "paste", steps: taken, after: { step: at.id, exit: Object.keys(at.exits)[0]! } });
      expect(pasted.steps).toHaveLength(graph.steps.length + chosen.size);
      const catalogue = {
        templates: new Map(),
        groups: new Map(),
        segments: new Map(),
        journeys: new Map(),
        coupons: new Map(),
        webhooks: new Map(),
        forms: new Map(),
        objectTypes: new Map(),
        ruleProblems: () => [],
      };
      expect(
        graphProblems(pasted, catalogue)
          .map(({ code }) => code)
          .filter((code) =>
            ["unreachable", "repeated_step", "unknown_step", "unknown_exit", "dangling_exit", "cycle_without_wait"].includes(code),
          ),
      ).toEqual([]);
      expect([...withFollowers(pasted, pasted.first!)]).toHaveLength(pasted.steps.length);
      const without = apply(pasted, { kind: "remove", steps: taken.map((step) => step.id) });
      expect(new Set(without.steps.map((step) => step.id))).toEqual(new Set(graph.steps.map((step) => step.id)));
      expect(stepOf(without, at.id)?.exits).toEqual(at.exits);
    }),
    { numRuns: 100 },
  );
});

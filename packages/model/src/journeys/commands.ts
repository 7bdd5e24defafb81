import { MOST_STEPS, type Graph, type Settings } from "./graph.ts";
import type { StepId } from "./parts.ts";
import { putSteps } from "./pieces.ts";
import type { Start } from "./starts/index.ts";
import { kindOf, type Step } from "./steps/index.ts";

/** What the builder does to a graph, in the words of the person doing it; undoing is going back to the graph before. */
export type Command =
  /** Puts a step on a way out of another (or at the start: `after` null); what stood there follows the new step's first way out. */
  | { readonly kind: "add"; readonly step: Step; readonly after: { readonly step: StepId; readonly exit: string } | null }
  /** Puts copied steps, with ids of their own, on a way out; what stood there follows them. */
  | { readonly kind: "paste"; readonly steps: readonly Step[]; readonly after: { readonly step: StepId; readonly exit: string } | null }
  /** Takes steps out; what led to one leads to where its first way out led. */
  | { readonly kind: "remove"; readonly steps: readonly StepId[] }
  | { readonly kind: "connect"; readonly from: { readonly step: StepId; readonly exit: string } | null; readonly to: StepId | null }
  | { readonly kind: "configure"; readonly step: Step }
  | { readonly kind: "move"; readonly positions: Readonly<Record<StepId, { readonly x: number; readonly y: number }>> }
  | { readonly kind: "tidy" }
  | { readonly kind: "starts"; readonly starts: readonly Start[] }
  | { readonly kind: "settings"; readonly settings: Settings };

/** The graph after a command. Pure; commands that make no sense (a step that is not there) leave the graph as it is. */
export function apply(graph: Graph, command: Command): Graph {
  switch (command.kind) {
    case "add":
      return putSteps(graph, [withExits({ ...command.step, exits: {} }, {})], command.after);
    case "paste":
      return graph.steps.length + command.steps.length > MOST_STEPS ? graph : putSteps(graph, command.steps, command.after);
    case "remove":
      return command.steps.reduce(removeStep, graph);
    case "connect":
      return command.from === null
        ? { ...graph, first: command.to }
        : {
            ...graph,
            steps: graph.steps.map((step) =>
              step.id === command.from!.step ? { ...step, exits: { ...step.exits, [command.from!.exit]: command.to } } : step,
            ),
          };
    case "configure":
      return { ...graph, steps: graph.steps.map((step) => (step.id === command.step.id ? withExits(command.step, step.exits) : step)) };
    case "move":
      return { ...graph, positions: { ...graph.positions, ...command.positions } };
    case "tidy":
      return { ...graph, positions: {} };
    case "starts":
      return { ...graph, starts: command.starts };
    case "settings":
      return { ...graph, settings: command.settings };
  }
}

function removeStep(graph: Graph, id: StepId): Graph {
  const removed = graph.steps.find((step) => step.id === id);
  if (!removed) return graph;
  const next = Object.values(removed.exits)[0] ?? null;
  const heir = next === id ? null : next;
  const { [id]: _gone, ...positions } = graph.positions;
  return {
    ...graph,
    positions,
    first: graph.first === id ? heir : graph.first,
    steps: graph.steps
      .filter((step) => step.id !== id)
      .map((step) => ({
        ...step,
        exits: Object.fromEntries(Object.entries(step.exits).map(([exit, to]) => [exit, to === id ? heir : to])),
      })),
  };
}

/** A step with just the ways out its configuration gives it, those that stay leading where they led. */
function withExits(step: Step, before: Readonly<Record<string, StepId | null>>): Step {
  const given = { ...before, ...step.exits };
  return {
    ...step,
    exits: Object.fromEntries(
      kindOf(step)
        .exits(step)
        .map((exit) => [exit, given[exit] ?? null]),
    ),
  };
}

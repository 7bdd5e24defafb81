import { z } from "zod";
import type { Id } from "../base/index.ts";
import { swapReferences, type Referred } from "../code/references.ts";
import { MOST_STEPS, stepOf, type Graph } from "./graph.ts";
import { id, type StepId } from "./parts.ts";
import { kindOf, step as stepShape, type Step } from "./steps/index.ts";

/** Steps taken from a journey to be put into one, as a clipboard carries them: the first leads to the others. `names`: of what they refer to. */
export interface Piece {
  readonly relance: "steps";
  readonly version: 1;
  readonly steps: readonly Step[];
  readonly names: Readonly<Record<Id, string>>;
}
const piece = z.strictObject({
  relance: z.literal("steps"),
  version: z.literal(1),
  steps: z.array(stepShape).min(1).max(MOST_STEPS),
  names: z.record(id, z.string().max(200)),
}) as z.ZodType<Piece>;

/** The steps a text carries; null when it is some other text. */
export function readPiece(text: string): Piece | null {
  try {
    return piece.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Every step once, as one reads from the start down each way; those that nothing leads to come last. */
export function readingOrder(graph: Graph): readonly Step[] {
  const [steps, seen] = [byId(graph.steps), new Set<StepId>()];
  return [graph.first, ...graph.steps.map((step) => step.id)].flatMap((from) => (from === null ? [] : following(steps, from, seen)));
}

const byId = (steps: readonly Step[]): ReadonlyMap<StepId, Step> => new Map(steps.map((step) => [step.id, step]));

/** A step and what it leads to, each once and those `seen` left out, down the first way before the next. */
function following(steps: ReadonlyMap<StepId, Step>, from: StepId, seen: Set<StepId>): Step[] {
  const found: Step[] = [];
  const next = [from];
  while (next.length > 0) {
    const step = steps.get(next.pop()!);
    if (!step || seen.has(step.id)) continue;
    seen.add(step.id);
    found.push(step);
    next.push(
      ...kindOf(step)
        .exits(step)
        .flatMap((exit) => step.exits[exit] ?? [])
        .reverse(),
    );
  }
  return found;
}

/** The step and all that can follow it. */
export const withFollowers = (graph: Graph, from: StepId): ReadonlySet<StepId> =>
  new Set(following(byId(graph.steps), from, new Set()).map((step) => step.id));

/** Reading from one of these steps, each first way to its end before the next: the first way out that leads nowhere; null when there is none. */
export function freeEnd(
  steps: readonly Step[],
  from: StepId,
  seen: Set<StepId> = new Set(),
): { readonly step: StepId; readonly exit: string } | null {
  const step = steps.find((one) => one.id === from);
  if (!step || seen.has(from)) return null;
  seen.add(from);
  for (const exit of kindOf(step).exits(step)) {
    const to = step.exits[exit] ?? null;
    const end = to === null ? { step: from, exit } : freeEnd(steps, to, seen);
    if (end !== null) return end;
  }
  return null;
}

/** Chosen steps of a graph in reading order. Ways that left them lead nowhere; steps that stood apart follow one another. */
export function takeSteps(graph: Graph, chosen: ReadonlySet<StepId>): readonly Step[] {
  let taken = readingOrder(graph)
    .filter((step) => chosen.has(step.id))
    .map((step) => mapExits(step, (to) => (to !== null && chosen.has(to) ? to : null)));
  const reached = new Set<StepId>();
  for (const { id: next } of taken) {
    if (reached.has(next)) continue;
    const end = reached.size === 0 ? null : freeEnd(taken, taken[0]!.id);
    if (end !== null) taken = taken.map((step) => (step.id === end.step ? { ...step, exits: { ...step.exits, [end.exit]: next } } : step));
    following(byId(taken), next, reached);
  }
  return taken;
}

/** The same steps with ids of their own, so that they can stand beside those they were taken from. */
export function withNewIds(steps: readonly Step[], newId: () => StepId): readonly Step[] {
  const ids = new Map(steps.map((step) => [step.id, newId()]));
  const renamed = (one: StepId): StepId => ids.get(one) ?? one;
  return steps.map((step) => {
    const moved = mapExits({ ...step, id: renamed(step.id) }, (to) => (to === null ? null : renamed(to)));
    return moved.kind === "wait" && moved.until.of === "message"
      ? { ...moved, until: { ...moved.until, step: renamed(moved.until.step) } }
      : moved;
  });
}

/** Something steps name by id, once; `step`: the first that does. */
export interface StepReference {
  readonly of: Referred;
  readonly id: Id;
  readonly step: Step;
}

export function stepReferences(steps: readonly Step[]): readonly StepReference[] {
  const found = new Map<Id, StepReference>();
  swapReferences(steps, (of, name, path) => {
    if (!found.has(name)) found.set(name, { of, id: name, step: steps[path[0] as number]! });
    return name;
  });
  return [...found.values()];
}

/** The steps with other things in place of those they name. Null: to be chosen later; inside a rule, which can't do without, the old id stays and is a problem. */
export function withReferences(steps: readonly Step[], answers: ReadonlyMap<Id, Id | null>): readonly Step[] {
  const swapped = swapReferences(steps, (_of, name) => answers.get(name) ?? name) as readonly Step[];
  return swapped.map(
    (step) =>
      Object.fromEntries(
        Object.entries(step).map(([key, value]) => [key, typeof value === "string" && answers.get(value) === null ? null : value]),
      ) as unknown as Step,
  );
}

/** The graph with a piece on a way: what stood there follows the first way out of the piece that leads nowhere. */
export function putSteps(graph: Graph, steps: readonly Step[], after: { readonly step: StepId; readonly exit: string } | null): Graph {
  const first = steps[0];
  if (!first || steps.some((step) => stepOf(graph, step.id))) return graph;
  const follows = after === null ? graph.first : (stepOf(graph, after.step)?.exits[after.exit] ?? null);
  const end = freeEnd(steps, first.id);
  const lead = (step: Step, from: { readonly step: StepId; readonly exit: string } | null, to: StepId | null): Step =>
    from !== null && step.id === from.step ? { ...step, exits: { ...step.exits, [from.exit]: to } } : step;
  return {
    ...graph,
    first: after === null ? first.id : graph.first,
    steps: [...graph.steps.map((step) => lead(step, after, first.id)), ...steps.map((step) => lead(step, end, follows))],
  };
}

function mapExits<S extends Step>(step: S, to: (id: StepId | null) => StepId | null): S {
  return { ...step, exits: Object.fromEntries(Object.entries(step.exits).map(([exit, id]) => [exit, to(id)])) };
}

import { stepOf, type Graph } from "./graph.ts";
import type { StepId } from "./parts.ts";
import type { Step } from "./steps/index.ts";

/** What differs in a step between two versions: what it does, where its ways out lead, what it is called. */
export type StepChange = "settings" | "exits" | "name";

export interface StepDiff {
  readonly step: StepId;
  readonly kind: Step["kind"];
  /** The newer name; for a removed step its last one. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed" | "same";
  /** What differs, when changed. */
  readonly what: readonly StepChange[];
}

/** Steps of the newer graph in its order, then those that are gone. Where steps are drawn is no change. */
export function diffGraphs(before: Graph, after: Graph): StepDiff[] {
  const present = after.steps.map((step): StepDiff => {
    const old = stepOf(before, step.id);
    const shown = { step: step.id, kind: step.kind, name: step.name };
    if (!old) return { ...shown, change: "added", what: [] };
    const what = differences(old, step);
    return { ...shown, change: what.length === 0 ? "same" : "changed", what };
  });
  const gone = before.steps
    .filter((step) => !stepOf(after, step.id))
    .map((step): StepDiff => ({ step: step.id, kind: step.kind, name: step.name, change: "removed", what: [] }));
  return [...present, ...gone];
}

function differences(before: Step, after: Step): StepChange[] {
  const { name: oldName, exits: oldExits, ...old } = before;
  const { name, exits, ...now } = after;
  return [
    ...(samePart(old, now) ? [] : ["settings" as const]),
    ...(samePart(oldExits, exits) ? [] : ["exits" as const]),
    ...(oldName === name ? [] : ["name" as const]),
  ];
}

/** Whether two parts of graphs mean the same, however their keys are ordered. */
export const samePart = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** JSON with sorted keys: two ways of writing one thing are equal. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * What becomes of people who wait at a step of an earlier version when a new one is published:
 *   stay    they finish on the version they are on
 *   move    they go to a step of the new version; a wait keeps the timer it has
 *   retime  as move, and the wait is computed again by its new settings, from when they arrived
 *   leave   their run ends, outcome `new_version`
 * `to`: the step of the new version, the one of the same id unless said.
 */
export interface Choice {
  readonly what: "stay" | "move" | "retime" | "leave";
  readonly to?: StepId | undefined;
}

/**
 * What becomes of people at each step of earlier versions, `others` standing in for what was not chosen; who would stay is left out.
 * People at a step that the new version does not have, and for which nothing was chosen, can not be moved: they stay.
 */
export function settleChoices(input: {
  readonly earlier: readonly Graph[];
  readonly after: Graph;
  readonly others: Choice["what"];
  readonly chosen: Readonly<Record<StepId, Choice>>;
}): Record<StepId, Choice> {
  const steps = new Set(input.earlier.flatMap((graph) => graph.steps.map((step) => step.id)));
  const settled: Record<StepId, Choice> = {};
  for (const step of steps) {
    const { what, to = step } = input.chosen[step] ?? { what: input.others };
    if (what === "leave") settled[step] = { what };
    if ((what === "move" || what === "retime") && stepOf(input.after, to)) settled[step] = { what, to };
  }
  return settled;
}

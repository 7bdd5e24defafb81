import { z } from "zod";
import { rule, type PropertyFilter, type Rule } from "../rules/index.ts";
import type { Span } from "../time/index.ts";
import { attention, type Attention } from "./attention.ts";
import { eventName, filters, span, stepId, type StepId } from "./parts.ts";
import { start, type Start } from "./starts/index.ts";
import { step, type Step } from "./steps/index.ts";

/**
 * What a journey does, as stored and versioned. Steps are joined by exits: each step kind names the ways out it has, and `exits` says
 * where each leads; null ends the run there, completed.
 */
export interface Graph {
  readonly version: 1;
  readonly starts: readonly Start[];
  /** The first step; null while there is none. */
  readonly first: StepId | null;
  readonly steps: readonly Step[];
  readonly settings: Settings;
  /** Where the canvas draws steps that were moved by hand; others are laid out. */
  readonly positions: Readonly<Record<StepId, { readonly x: number; readonly y: number }>>;
}

export interface Settings {
  /** Who may enter, asked at the start; null: anyone. */
  readonly filter: Rule | null;
  readonly reentry: { readonly kind: "never" } | { readonly kind: "always" } | { readonly kind: "after"; readonly span: Span };
  /** Events that end a run from wherever it waits, at the moment they happen. `sameKey`: only when their key property equals the run's. */
  readonly exits: readonly {
    readonly event: string;
    readonly where: readonly PropertyFilter[];
    readonly sameKey: boolean;
    readonly goal: boolean;
  }[];
  /** How its messages stand beside those of other journeys; absent: the usual (`attentionOf`). */
  readonly attention?: Attention | undefined;
}

/** Steps a journey has at most. */
export const MOST_STEPS = 400;

export const graph: z.ZodType<Graph> = z
  .strictObject({
    version: z.literal(1),
    starts: z.array(start).max(10),
    first: stepId.nullable(),
    steps: z.array(step).max(MOST_STEPS),
    settings: z.strictObject({
      filter: rule.nullable(),
      reentry: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("never") }),
        z.strictObject({ kind: z.literal("always") }),
        z.strictObject({ kind: z.literal("after"), span }),
      ]),
      exits: z.array(z.strictObject({ event: eventName, where: filters, sameKey: z.boolean(), goal: z.boolean() })).max(10),
      attention: attention.optional(),
    }),
    positions: z.record(stepId, z.strictObject({ x: z.number().min(-1e6).max(1e6), y: z.number().min(-1e6).max(1e6) })),
  })
  .meta({ id: "JourneyGraph" }) as z.ZodType<Graph>;

/** A stored graph of any released version, in today's form. @throws when its version is not known */
export function upgradeGraph(stored: unknown): Graph {
  const version = (stored as { version?: unknown } | null)?.version;
  if (version !== 1) throw new Error(`A stored journey has version ${JSON.stringify(version)}; this release knows 1`);
  return graph.parse(stored);
}

export const EMPTY_GRAPH: Graph = {
  version: 1,
  starts: [],
  first: null,
  steps: [],
  settings: { filter: null, reentry: { kind: "never" }, exits: [] },
  positions: {},
};

/** Whether anything in it counts as reaching a goal: a step, or an event that ends a run. */
export const hasGoal = ({ steps, settings }: Graph): boolean =>
  steps.some((step) => step.kind === "goal") || settings.exits.some((exit) => exit.goal);

export function stepOf(graph: Graph, id: StepId): Step | undefined {
  return graph.steps.find((step) => step.id === id);
}

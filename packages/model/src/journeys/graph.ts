import { z } from "zod";
import type { Id } from "../base/index.ts";
import { propertyFilter, rule, type PropertyFilter, type Rule } from "../rules/index.ts";
import type { Span } from "../time/index.ts";
import { attention, patience, type Attention } from "./attention.ts";

/** A step's own id inside its graph: a literal that never changes, `stp_…`. */
export type StepId = string;

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

export type Start =
  /** `key`: the property that tells concurrent runs apart (`cart_id`); null: one run at a time. */
  | { readonly kind: "event"; readonly event: string; readonly where: readonly PropertyFilter[]; readonly key: string | null }
  | { readonly kind: "segment"; readonly segment: Id; readonly on: "enter" | "leave" }
  | { readonly kind: "group"; readonly group: Id }
  /** So many days before (negative) or after a date attribute, at a local hour, every year or once. */
  | { readonly kind: "date"; readonly attribute: string; readonly days: number; readonly at: string; readonly yearly: boolean };

export interface Settings {
  /** Who may enter, asked at the start; null: anyone. */
  readonly filter: Rule | null;
  readonly reentry: { readonly kind: "never" } | { readonly kind: "always" } | { readonly kind: "after"; readonly span: Span };
  /** Events that end a run from wherever it waits, at the moment they happen. `sameKey`: only when their key property equals the run's. */
  readonly exits: readonly { readonly event: string; readonly where: readonly PropertyFilter[]; readonly sameKey: boolean; readonly goal: boolean }[];
  /** How its messages stand beside those of other journeys; absent: the usual (`attentionOf`). */
  readonly attention?: Attention | undefined;
}

interface StepBase {
  readonly id: StepId;
  readonly name: string;
  readonly exits: Readonly<Record<string, StepId | null>>;
}
export type WaitStep = StepBase & { readonly kind: "wait"; readonly until: Until };
export type Until =
  | { readonly of: "duration"; readonly span: Span }
  /** The first moment at this local time, at least `days` calendar days later, on one of these weekdays (1 Monday … 7 Sunday; empty: any). */
  | { readonly of: "local"; readonly days: number; readonly at: string; readonly weekdays: readonly number[] }
  /** Any of these events, or the time-out. */
  | { readonly of: "event"; readonly events: readonly { readonly event: string; readonly where: readonly PropertyFilter[]; readonly sameKey: boolean }[]; readonly timeout: Span };
export type BranchStep = StepBase & { readonly kind: "branch"; readonly paths: readonly { readonly exit: string; readonly name: string; readonly rule: Rule }[] };
/** Of every step that sends. */
interface Sending {
  /** How long its message may be held; absent: as long as the journey says. */
  readonly patience?: Span | undefined;
}
export type EmailStep = StepBase & Sending & { readonly kind: "email"; readonly template: Id | null };
export type GroupStep = StepBase & { readonly kind: "group"; readonly action: "join" | "leave"; readonly group: Id | null };
export type GoalStep = StepBase & { readonly kind: "goal" };
export type ExitStep = StepBase & { readonly kind: "exit" };
export type Step = WaitStep | BranchStep | EmailStep | GroupStep | GoalStep | ExitStep;
export type StepKind = Step["kind"];
export const STEP_KINDS = ["email", "wait", "branch", "group", "goal", "exit"] as const satisfies readonly StepKind[];

const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "must be an id");
const stepId = z.string().regex(/^stp_[a-z0-9]{1,20}$/, "must be a step id such as stp_7fq");
const localTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time such as 09:00");
const eventName = z.string().min(1).max(200);
const property = z.string().min(1).max(200);
const span: z.ZodType<Span> = z.strictObject({ n: z.number().int().min(1).max(5_000_000), unit: z.enum(["minute", "hour", "day", "week", "month", "year"]) })
  .refine(({ n, unit }) => n <= { minute: 5_256_000, hour: 87_600, day: 3_650, week: 520, month: 120, year: 10 }[unit], "must be at most ten years");
const filters = z.array(propertyFilter).max(20);
const exits = z.record(z.string().regex(/^[a-z][a-z0-9_]{0,19}$/), stepId.nullable());
/** Shape shared by the steps that send. */
const sending = { patience: patience.optional() };
const base = { id: stepId, name: z.string().max(200), exits };

export const start: z.ZodType<Start> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("event"), event: eventName, where: filters, key: property.nullable() }),
  z.strictObject({ kind: z.literal("segment"), segment: id, on: z.enum(["enter", "leave"]) }),
  z.strictObject({ kind: z.literal("group"), group: id }),
  z.strictObject({ kind: z.literal("date"), attribute: property, days: z.number().int().min(-366).max(366), at: localTime, yearly: z.boolean() }),
]);
const until: z.ZodType<Until> = z.discriminatedUnion("of", [
  z.strictObject({ of: z.literal("duration"), span }),
  z.strictObject({ of: z.literal("local"), days: z.number().int().min(0).max(366), at: localTime, weekdays: z.array(z.number().int().min(1).max(7)).max(7) }),
  z.strictObject({ of: z.literal("event"), events: z.array(z.strictObject({ event: eventName, where: filters, sameKey: z.boolean() })).min(1).max(10), timeout: span }),
]);
export const step: z.ZodType<Step> = z.discriminatedUnion("kind", [
  z.strictObject({ ...base, kind: z.literal("wait"), until }),
  z.strictObject({ ...base, kind: z.literal("branch"), paths: z.array(z.strictObject({ exit: z.string().regex(/^p[a-z0-9]{1,10}$/), name: z.string().max(100), rule })).min(1).max(20) }),
  z.strictObject({ ...base, ...sending, kind: z.literal("email"), template: id.nullable() }),
  z.strictObject({ ...base, kind: z.literal("group"), action: z.enum(["join", "leave"]), group: id.nullable() }),
  z.strictObject({ ...base, kind: z.literal("goal") }),
  z.strictObject({ ...base, kind: z.literal("exit") }),
]);
export const graph: z.ZodType<Graph> = z.strictObject({
  version: z.literal(1),
  starts: z.array(start).max(10),
  first: stepId.nullable(),
  steps: z.array(step).max(400),
  settings: z.strictObject({
    filter: rule.nullable(),
    reentry: z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("never") }), z.strictObject({ kind: z.literal("always") }), z.strictObject({ kind: z.literal("after"), span })]),
    exits: z.array(z.strictObject({ event: eventName, where: filters, sameKey: z.boolean(), goal: z.boolean() })).max(10),
    attention: attention.optional(),
  }),
  positions: z.record(stepId, z.strictObject({ x: z.number().min(-1e6).max(1e6), y: z.number().min(-1e6).max(1e6) })),
}).meta({ id: "JourneyGraph" }) as z.ZodType<Graph>;

/** A stored graph of any released version, in today's form. @throws when its version is not known */
export function upgradeGraph(stored: unknown): Graph {
  const version = (stored as { version?: unknown } | null)?.version;
  if (version !== 1) throw new Error(`A stored journey has version ${JSON.stringify(version)}; this release knows 1`);
  return graph.parse(stored);
}

export const EMPTY_GRAPH: Graph = { version: 1, starts: [], first: null, steps: [], settings: { filter: null, reentry: { kind: "never" }, exits: [] }, positions: {} };

export function stepOf(graph: Graph, id: StepId): Step | undefined {
  return graph.steps.find((step) => step.id === id);
}

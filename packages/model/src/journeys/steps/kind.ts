import type { Id, Instant, TimeZone, Words } from "../../base/index.ts";
import type { FactEvent, Rule } from "../../rules/index.ts";
import type { Step, StepId } from "../graph.ts";

/** A run as its steps see it. */
export interface RunView {
  readonly enteredAt: Instant;
  readonly arrivedAt: Instant;
  readonly key: string;
  /** The contact's zone, or the workspace's when it has none. */
  readonly zone: TimeZone;
  /** The timer that was set, which a pause or a new version may have moved. */
  readonly dueAt?: Instant | null;
}

/** What is known when a step is asked what to do. */
export interface Known {
  readonly now: Instant;
  /** The timer the step set has come due. */
  readonly timerDue: boolean;
  /** An event the step listens for has just happened and matches. */
  readonly event: FactEvent | null;
  /** Answers to the rules the step asked, in its order; null before they were asked. */
  readonly answers: readonly boolean[] | null;
}

/** What a run does next: a value, never an effect. `reason` is stored with the visit. */
export type Decision =
  | { readonly kind: "wait"; readonly wakeAt: Instant; readonly listens: readonly string[]; readonly reason: Reason }
  | { readonly kind: "ask"; readonly rules: readonly Rule[] }
  | { readonly kind: "go"; readonly exit: string; readonly effect: Effect | null; readonly reason: Reason }
  | { readonly kind: "end"; readonly outcome: "completed" | "exit"; readonly reason: Reason };

export type Effect =
  | { readonly kind: "send"; readonly channel: "email"; readonly template: Id }
  | { readonly kind: "group"; readonly action: "join" | "leave"; readonly group: Id }
  | { readonly kind: "goal" };

/** Why, with the facts at that instant; instants as ISO text. */
export type Reason = Readonly<Record<string, unknown>> & { readonly why: string };

export interface StepProblem {
  /** `step:stp_7fq` or `starts[0]`, `settings.exits[1]`… followed by the field. */
  readonly path: string;
  readonly step: StepId | null;
  readonly code: string;
  readonly message: Words;
}

/** What a graph may refer to in its workspace. */
export interface GraphCatalogue {
  readonly templates: ReadonlyMap<Id, { readonly published: boolean; readonly channel: string }>;
  readonly groups: ReadonlyMap<Id, string>;
  readonly segments: ReadonlyMap<Id, string>;
  /** Problems of a rule in this workspace, as paths inside the rule. */
  readonly ruleProblems: (rule: Rule) => readonly { readonly path: string; readonly code: string; readonly message: Words }[];
}

/** One kind of step, whole: the ways out, what is wrong, what to do, what to say. */
export interface Kind<S extends Step> {
  exits(step: S): readonly string[];
  problems(step: S, catalogue: GraphCatalogue): readonly Omit<StepProblem, "step" | "path">[];
  advance(step: S, run: RunView, known: Known): Decision;
  /** One line for the canvas. */
  describe(step: S, catalogue: Pick<GraphCatalogue, "groups"> & { readonly templateNames: ReadonlyMap<Id, string> }): Words;
}

import type { Id, Instant, TimeZone, Words } from "../../base/index.ts";
import type { ObjectType } from "../../objects/index.ts";
import type { FactEvent, Rule } from "../../rules/index.ts";
import type { StepId } from "../parts.ts";

/** A run as its steps see it. */
export interface RunView {
  readonly journey: Id;
  readonly contact: Id;
  /** The run's own id; unlike the contact's it is another at each entry. */
  readonly run: Id;
  /** Number of the visit the run is on, from 1. */
  readonly visit: number;
  readonly enteredAt: Instant;
  readonly arrivedAt: Instant;
  readonly key: string;
  /** The contact's zone, or the next best: of its country, its store, the workspace. */
  readonly zone: TimeZone;
  /** The timer that was set, which a pause or a new version may have moved. */
  readonly dueAt?: Instant | null;
  /** Properties of the event that started the run; null when something else did. */
  readonly started: Readonly<Record<string, unknown>> | null;
  /** How often the run has left loop steps to go round again, by step. */
  readonly rounds: Readonly<Record<StepId, number>>;
  /** Pauses, since it came to its step, of which those who resumed said that their time does not count. */
  readonly pauses?: readonly { readonly from: Instant; readonly to: Instant }[];
}

/** What became of the last message a step of this run planned: people's deeds only, machines' apart. */
export interface MessageView {
  readonly state: string;
  readonly acceptedAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly openedAt: Instant | null;
  readonly clickedAt: Instant | null;
}

/** A step's question: each part it asks comes back in `Known`, read for all runs of a turn together. */
export interface Question {
  readonly rules?: readonly Rule[];
  /** Fields of the contact: typed columns, `attributes.<name>` or `objects.<type>.<field>`. */
  readonly fields?: readonly string[];
  /** The last message of that step in this run. */
  readonly message?: StepId;
  /** A code of this pool, for this contact; asking takes one. */
  readonly coupon?: Id;
  /** The way the contact has at this split, and what its results decided. */
  readonly choice?: { readonly step: StepId; readonly counts: string };
}

/** What is known at a split that chooses by results. `shares`: of newcomers, by exit. */
export interface ChoiceView {
  readonly assigned: string | null;
  readonly winner: string | null;
  readonly shares: Readonly<Record<string, number>> | null;
}

/** What is known when a step is asked what to do. What it has not asked for is null. */
export interface Known {
  readonly now: Instant;
  /** The timer the step set has come due. */
  readonly timerDue: boolean;
  /** An event the step listens for has just happened and matches. */
  readonly event: FactEvent | null;
  /** Answers to the rules the step asked, in its order. */
  readonly answers: readonly boolean[] | null;
  readonly fields: Readonly<Record<string, unknown>> | null;
  /** `none`: that step planned no message in this run. */
  readonly message: MessageView | "none" | null;
  /** `none`: the pool is empty. */
  readonly coupon: { readonly code: string; readonly expiresAt: Instant | null } | "none" | null;
  readonly choice: ChoiceView | null;
}

/** Nothing known yet but the time. */
export const UNASKED = {
  timerDue: false,
  event: null,
  answers: null,
  fields: null,
  message: null,
  coupon: null,
  choice: null,
} as const satisfies Omit<Known, "now">;

/** What a run does next: a value, never an effect. `reason` is stored with the visit. */
export type Decision =
  | { readonly kind: "wait"; readonly wakeAt: Instant; readonly listens: readonly string[]; readonly reason: Reason }
  | { readonly kind: "ask"; readonly question: Question }
  | { readonly kind: "go"; readonly exit: string; readonly effect: Effect | null; readonly reason: Reason }
  | { readonly kind: "end"; readonly outcome: "completed" | "exit"; readonly reason: Reason };

/** What leaves by a provider, and what is kept in the outbox until there is one. */
export type MessageChannel = "email" | "sms" | "web_push" | "push" | "whatsapp" | "onsite";

export type Effect =
  /** `webhook`: whom a message of that channel is for. */
  | { readonly kind: "send"; readonly channel: MessageChannel | "webhook"; readonly template: Id; readonly webhook?: Id }
  /** `move`: out of `from`, into `group`. */
  | { readonly kind: "group"; readonly action: "join" | "leave" | "move"; readonly group: Id; readonly from?: Id | null }
  | { readonly kind: "attribute"; readonly attribute: string; readonly value: string | number | boolean | null }
  /** The contact’s agreement to this holds no more. */
  | { readonly kind: "consent"; readonly channel: string; readonly topic: string }
  /** Starts the contact in another journey. */
  | { readonly kind: "journey"; readonly journey: Id }
  | { readonly kind: "task"; readonly title: string; readonly note: string }
  /** Remembered by the run: one more round of a loop, a coupon for its messages, the way it took at a split. */
  | { readonly kind: "round" }
  | { readonly kind: "coupon"; readonly code: string; readonly expiresAt: Instant | null }
  | { readonly kind: "arm"; readonly exit: string }
  /** As `arm`, and the contact keeps it. */
  | { readonly kind: "assign"; readonly exit: string }
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

/** Names of what a graph refers to by id. */
export interface GraphNames {
  readonly templateNames: ReadonlyMap<Id, string>;
  readonly groups: ReadonlyMap<Id, string>;
  readonly segments: ReadonlyMap<Id, string>;
  readonly journeys: ReadonlyMap<Id, string>;
  readonly coupons: ReadonlyMap<Id, string>;
  readonly webhooks: ReadonlyMap<Id, string>;
  /** By their keys, and by their ids. */
  readonly forms: ReadonlyMap<string, string>;
  /** By their keys. */
  readonly objectTypes: ReadonlyMap<string, Pick<ObjectType, "names" | "fields">>;
}

/** What a graph may refer to in its workspace. */
export interface GraphCatalogue extends Omit<GraphNames, "templateNames"> {
  readonly templates: ReadonlyMap<Id, { readonly published: boolean; readonly channel: string }>;
  /** Problems of a rule in this workspace, as paths inside the rule. */
  readonly ruleProblems: (rule: Rule) => readonly { readonly path: string; readonly code: string; readonly message: Words }[];
  /** Ids of all steps of the graph, with the kind of each. */
  readonly steps: ReadonlyMap<StepId, string>;
}

/** One kind of step, whole: the ways out, what is wrong, what to do, what to say. */
export interface Kind<S> {
  exits(step: S): readonly string[];
  problems(step: S, catalogue: GraphCatalogue): readonly Omit<StepProblem, "step" | "path">[];
  advance(step: S, run: RunView, known: Known): Decision;
  /** One line for the canvas. */
  describe(step: S, names: GraphNames): Words;
}

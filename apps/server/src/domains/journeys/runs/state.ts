import type { Id, Instant, LocalDate } from "@relance/model/base";
import type { Effect, Graph, Known } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";

/** What a run remembers between turns. */
export interface Memory {
  /** The event that started it, for content and explanation. */
  readonly event: {
    readonly id: Id;
    readonly name: string;
    readonly at: string;
    readonly amount: number | null;
    readonly currency: string | null;
    readonly properties: Record<string, unknown>;
  } | null;
  /** What started it: the kind of the start (`event`, `cart`, `segment`…), or `api`. */
  readonly start: string;
  /** The day of the schedule that started it, and when its audience was settled. */
  readonly day?: LocalDate;
  readonly settled?: string;
  /** It began when time had passed after its event: what happened since that event concerns it too. */
  readonly timed?: true;
  /** The cart it is about, as it stood when the run began. */
  readonly cart?: {
    readonly items: readonly unknown[];
    readonly total: number;
    readonly currency: string | null;
    readonly url: string | null;
  };
  /** How often it went round loops, by step. */
  readonly rounds?: Readonly<Record<string, number>>;
  /** The code its messages show. */
  readonly coupon?: { readonly code: string; readonly expires_at: string | null };
  /** The way it took at each split. */
  readonly arms?: Readonly<Record<string, string>>;
  /** Pauses whose length was added to the wait it is in; kept only where the wait counts anew from news. */
  readonly pauses?: readonly { readonly from: Instant; readonly to: Instant }[];
  /** An event it waited for happened while the journey was paused. */
  readonly missed?: FactEvent;
}

interface RunRecord {
  readonly bucket: number;
  readonly id: Id;
  readonly workspace: Id;
  readonly contact: Id;
  readonly journey: Id;
  readonly version: number;
  readonly key: string;
  readonly enteredAt: Instant;
}

/** One visit made or ended in this turn. */
interface VisitChange {
  readonly visit: number;
  /** The version the step is of: a run that moves to another has visits of both. */
  readonly version: number;
  readonly step: string;
  readonly arrivedAt: Instant;
  leftAt: Instant | null;
  exit: string | null;
  reason: Record<string, unknown>;
}

/** A run while a turn works on it. */
export interface RunState {
  run: RunRecord;
  graph: Graph;
  /** Not yet in the table. */
  readonly isNew: boolean;
  state: "waiting" | "completed" | "left" | "failed";
  step: string;
  visit: number;
  arrivedAt: Instant;
  wakeAt: Instant | null;
  listens: readonly string[] | null;
  memory: Memory;
  /** As it was read; while it is the same it is not written again. */
  readonly memoryRead: Memory | null;
  outcome: string | null;
  readonly goals: string[];
  /** Visits ended or begun in this turn, by number. */
  readonly visits: Map<number, VisitChange>;
  /** What the next advance is given. */
  input: Omit<Known, "now">;
  transitions: number;
}

/** A send, a group change…: what steps asked for, done for all runs at once at the end of the turn. */
export interface Wish {
  readonly state: RunState;
  readonly visit: number;
  readonly step: string;
  readonly effect: Exclude<Effect, { kind: "goal" | "round" | "coupon" | "arm" }>;
}

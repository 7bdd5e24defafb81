import type { Id, Instant } from "@relance/model/base";
import type { Graph } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";

/** What a run remembers between turns. */
export interface Memory {
  /** The event that started it, for content and explanation. */
  readonly event: { readonly id: Id; readonly name: string; readonly at: string; readonly amount: number | null; readonly currency: string | null; readonly properties: Record<string, unknown> } | null;
  /** What started it: `event`, `segment`, `group`, `date`, `api`. */
  readonly start: string;
  /** An event it waited for happened while the journey was paused. */
  readonly missed?: FactEvent;
}

export interface RunRecord {
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
export interface VisitChange {
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
  input: { timerDue: boolean; event: FactEvent | null; answers: readonly boolean[] | null };
  transitions: number;
}

/** A send, a group change: what steps asked for, done for all runs at once at the end of the turn. */
export interface Wish {
  readonly state: RunState;
  readonly visit: number;
  readonly step: string;
  readonly effect: { readonly kind: "send"; readonly template: Id } | { readonly kind: "group"; readonly action: "join" | "leave"; readonly group: Id };
}

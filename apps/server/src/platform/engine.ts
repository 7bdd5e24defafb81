import type { Fact, FactKind, FactNews } from "@relance/model/events";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "./db/database.ts";
import type { Chance } from "./ports.ts";

/** What one engine turn knows: the buckets it owns and the instant it thinks it is, the same for the whole turn. */
export interface Turn {
  readonly buckets: readonly number[];
  readonly now: Instant;
  readonly chance: Chance;
  /** Lease epoch of each owned bucket, written into rows so that a former owner's writes can be told (book B19). */
  readonly epochs: ReadonlyMap<number, number>;
  /** Which slot of the spread counters this process writes. */
  readonly slot: number;
  /** Milliseconds since the turn began, by a clock that never jumps: for budgets, never for meaning. Without it there is no budget. */
  readonly elapsed?: () => number;
  /** Something was written that this role takes up; it is woken once the turn has committed. */
  readonly wake?: (role: "delivery") => void;
}

/** A fact not yet stored: ids and recording time are given when it is. */
export type NewFact = { readonly workspace: Id; readonly contact: Id; readonly occurredAt: Instant } & FactNews;

/**
 * Someone who reacts to facts and to time inside the engine turn. The table of listeners in `worker.ts` is the map of the system;
 * they are called in its order, and facts a listener returns go to the listeners after it in the same transaction.
 */
export interface Listener {
  readonly name: string;
  readonly kinds: readonly FactKind[];
  onFacts(tx: Tx, turn: Turn, facts: readonly Fact[]): Promise<readonly NewFact[]>;
  /** Does at most `limit` units of work that time alone made due; `more` says that some remain. */
  onTime?(tx: Tx, turn: Turn, limit: number): Promise<{ readonly facts: readonly NewFact[]; readonly more: boolean }>;
  /** When `onTime` next has something to do in these buckets; null for never. Without it `onTime` is asked every second. */
  nextDue?(db: Db, buckets: readonly number[]): Promise<Instant | null>;
}

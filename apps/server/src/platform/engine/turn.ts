import { bucketOf } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Database, Tx } from "../db/database.ts";
import { isDatabaseTrouble } from "../db/trouble.ts";
import type { Listener, NewFact, Turn } from "../engine.ts";
import type { Chance, Clock } from "../ports.ts";
import { countInbox, FROM_START, takeFacts, takeTheseFacts, type Cursor, type InboxKey } from "./inbox-queries.ts";
import { fence, LeaseLost, type Leases } from "./leases.ts";

export interface TurnDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly leases: Leases;
  /** In the order they are called; the map of the system is in `worker.ts`. */
  readonly listeners: readonly Listener[];
  /** Which slot of the spread counters this process writes. */
  readonly slot: number;
  /** Called after the commit of a turn that made work for another role. */
  readonly onWake?: (role: "delivery") => void;
}

export interface TurnInput {
  readonly epochs: ReadonlyMap<number, number>;
  /** Facts to take: so many at most, exactly these, or none; or some that were never in the inbox. */
  readonly facts:
    | { readonly limit: number; readonly after: Cursor; readonly except: readonly string[] }
    | { readonly only: readonly InboxKey[] }
    | { readonly given: readonly Fact[] }
    | null;
  /** Buckets in which what time made due is done too, and how much at most per listener. */
  readonly time: { readonly buckets: readonly number[]; readonly limit: number } | null;
}

export interface TurnReport {
  readonly taken: number;
  /** Time left work over the limit. */
  readonly moreTime: boolean;
  readonly next: Cursor;
}

/** A listener failed and it is not the database's fault: something in what it was given cannot be done. The turn was rolled back. */
export class TurnFailed extends Error {
  override readonly name = "TurnFailed";
  readonly listener: string;
  readonly during: "facts" | "time";
  /** What had been taken. */
  readonly keys: readonly InboxKey[];

  constructor(input: { listener: string; during: "facts" | "time"; keys: readonly InboxKey[]; cause: unknown }) {
    super(`${input.listener} failed at ${input.during}: ${(input.cause as Error)?.message ?? String(input.cause)}`, { cause: input.cause });
    this.listener = input.listener;
    this.during = input.during;
    this.keys = input.keys;
  }
}

/**
 * One turn, one transaction: prove the leases, take facts, let every listener in order react to them and to time, count, commit.
 * A crash before the commit changes nothing; after it nothing is left to do. When the commit's answer is lost the next turn simply looks
 * what the inbox holds: the exclusive fence makes it wait for the end of the former one.
 * @throws TurnFailed, LeaseLost, or the database's own trouble
 */
export async function runTurn(deps: TurnDeps, input: TurnInput): Promise<TurnReport> {
  const now = deps.clock.now();
  const buckets = [...input.epochs.keys()].sort((a, b) => a - b);
  const began = deps.clock.monotonic();
  const woken = new Set<"delivery">();
  const turn: Turn = {
    buckets,
    now,
    chance: deps.chance,
    epochs: input.epochs,
    slot: deps.slot,
    elapsed: () => deps.clock.monotonic() - began,
    wake: (role) => woken.add(role),
  };
  const report = await deps.db.transaction(async (tx) => {
    await fence(tx, { role: "engine", owner: deps.leases.owner, epochs: input.epochs, alone: true });
    const { facts, next } = await take(tx, buckets, input.facts);
    const moreTime = await dispatch(deps, tx, turn, facts, input.time);
    if (facts.length > 0 && !(input.facts && "given" in input.facts)) await countInbox(tx, "taken", countPerBucket(facts));
    return { taken: facts.length, moreTime, next };
  });
  for (const role of woken) deps.onWake?.(role);
  return report;
}

async function take(tx: Tx, buckets: readonly number[], facts: TurnInput["facts"]): Promise<{ facts: Fact[]; next: Cursor }> {
  if (!facts) return { facts: [], next: FROM_START };
  if ("given" in facts) return { facts: [...facts.given], next: FROM_START };
  if ("only" in facts) return { facts: await takeTheseFacts(tx, facts.only), next: FROM_START };
  return takeFacts(tx, { buckets, ...facts });
}

async function dispatch(deps: TurnDeps, tx: Tx, turn: Turn, taken: readonly Fact[], time: TurnInput["time"]): Promise<boolean> {
  let facts = taken;
  let moreTime = false;
  for (const listener of deps.listeners) {
    const own = facts.filter((fact) => listener.kinds.includes(fact.kind));
    const made: NewFact[] = [];
    if (own.length > 0) made.push(...(await guarded(listener, "facts", taken, () => listener.onFacts(tx, turn, own))));
    if (time && listener.onTime) {
      const onTime = listener.onTime.bind(listener);
      const timeTurn = { ...turn, buckets: time.buckets };
      const done = await guarded(listener, "time", taken, () => onTime(tx, timeTurn, time.limit));
      made.push(...done.facts);
      moreTime ||= done.more;
    }
    // Not stored: whoever comes later in the table hears of it now, and nobody else listens.
    if (made.length > 0) facts = [...facts, ...made.map((fact): Fact => ({ ...fact, id: deps.chance.id(turn.now), recordedAt: turn.now }))];
  }
  return moreTime;
}

async function guarded<T>(listener: Listener, during: "facts" | "time", taken: readonly Fact[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof LeaseLost || isDatabaseTrouble(cause)) throw cause;
    throw new TurnFailed({ listener: listener.name, during, keys: taken.map(keyOf), cause });
  }
}

const keyOf = (fact: Fact): InboxKey => ({ bucket: bucketOf(fact.contact), workspace: fact.workspace, id: fact.id });

function countPerBucket(facts: readonly Fact[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const fact of facts) counts.set(bucketOf(fact.contact), (counts.get(bucketOf(fact.contact)) ?? 0) + 1);
  return counts;
}

import { MINUTE, SECOND, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { FROM_START, hasNews, type Cursor } from "./inbox-queries.ts";
import { isolate, isolateTime, isPatience, type Waiting } from "./isolate.ts";
import { turnSeconds } from "../metrics.ts";
import { suspects } from "./suspects.ts";
import { runTurn, TurnFailed, type TurnDeps } from "./turn.ts";

/** Facts taken by one turn. */
const FACTS_PER_TURN = 1000;
/** Units of work that time made due, per listener and turn. */
const TIME_PER_TURN = 1000;
const LONGEST_SLEEP = SECOND / 4;
const SHORTEST_SLEEP = 10;
/** How often a listener that cannot say when it is next due is asked, and how late a timer set by another process may be noticed. */
const ASK_TIME_EVERY = SECOND;
const LONGEST_BACKOFF = 5 * SECOND;
const LONGEST_TIME_HOLD = 10 * MINUTE;

export interface EngineDeps extends TurnDeps {
  readonly log: { warn(fields: object, event: string): void; error(fields: object, event: string): void };
  /** How long the engine sleeps at most without being poked, in ms; absent: a quarter of a second, for what nobody tells it of. */
  readonly longestSleep?: () => number;
  /** What holds timers now (the clock guard, a restore), null when nothing does. Facts flow all the same. */
  readonly timeHeld: () => object | null;
}

interface StepReport {
  /** Facts worked off or quarantined. */
  readonly taken: number;
  /** Something was left that can be done at once. */
  readonly more: boolean;
}

export interface Engine {
  /** One round: takes news, does what time made due. Rejects with the database's trouble or a lost lease; then nothing changed. */
  step(): Promise<StepReport>;
  /** A round over facts that its caller has at hand, in their order, instead of news of the inbox. Rejects with `TurnFailed` when they cannot be done; then nothing changed. */
  give(facts: readonly Fact[]): Promise<void>;
  /** Whether a step would find something to do now. */
  busy(): Promise<boolean>;
  /** When time next makes something due, as known after the last work; -Infinity: at once. */
  nextDue(): Promise<Instant>;
  /** Steps until nothing is left to do now; for tests and for a drained shutdown. @returns facts worked off */
  drain(rounds?: number): Promise<number>;
  /** Rounds while there is work, otherwise sleeps until poked, due, or the longest sleep has passed. Ends when the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** There may be news: look at once. */
  poke(): void;
  /** Turns committed and facts taken since the start, for the metrics. */
  totals(): { readonly turns: number; readonly facts: number; readonly failures: number };
}

export function openEngine(deps: EngineDeps): Engine {
  const { clock, leases, log } = deps;
  const waiting: Waiting = { facts: new Map(), done: 0 };
  const suspected = suspects(FACTS_PER_TURN);
  const timeHolds = new Map<number, { until: number; wait: number }>(); // bucket → monotonic
  let cursor: Cursor = FROM_START;
  let timeDue: Instant = -Infinity;
  let timeAsked = -Infinity; // monotonic
  let poked = new AbortController();
  const totals = { turns: 0, facts: 0, failures: 0 };

  const poison = (failed: TurnFailed) => {
    totals.failures++;
    log.error({ listener: failed.listener, during: failed.during, facts: failed.keys.length, err: failed.cause }, "engine.poison");
  };

  /** Facts that still wait for their next try. */
  const except = (): string[] => {
    return [...waiting.facts].filter(([, { until }]) => until > clock.monotonic()).map(([id]) => id);
  };

  const timeBuckets = (epochs: ReadonlyMap<number, number>): number[] => {
    if (clock.now() < timeDue) return [];
    if (deps.timeHeld()) return [];
    return [...epochs.keys()]
      .filter((bucket) => !suspected.buckets().has(bucket) && (timeHolds.get(bucket)?.until ?? 0) <= clock.monotonic())
      .sort((a, b) => a - b);
  };

  const holdTime = (failed: readonly { bucket: number; error: TurnFailed }[]) => {
    for (const { bucket, error } of failed) {
      const wait = Math.min(LONGEST_TIME_HOLD, (timeHolds.get(bucket)?.wait ?? SECOND / 4) * 4);
      timeHolds.set(bucket, { until: clock.monotonic() + wait, wait });
      poison(error);
    }
  };

  const lookAhead = async (buckets: readonly number[]) => {
    timeAsked = clock.monotonic();
    let next = Infinity;
    for (const listener of deps.listeners) {
      if (!listener.onTime) continue;
      const due = listener.nextDue ? await listener.nextDue(deps.db, buckets) : clock.now() + ASK_TIME_EVERY;
      next = Math.min(next, due ?? Infinity);
    }
    timeDue = next;
  };

  const carefulStep = async (epochs: ReadonlyMap<number, number>): Promise<number> => {
    try {
      return await suspected.step(deps, epochs);
    } catch (error) {
      if (!(error instanceof TurnFailed)) throw error;
      return isolate(deps, waiting, epochs, error.keys, poison);
    }
  };

  const step = async (): Promise<StepReport> => {
    const epochs = leases.held("engine");
    suspected.add(leases.orphaned("engine"), clock.now());
    if (epochs.size === 0) return { taken: 0, more: false };
    let taken = suspected.buckets().size > 0 ? await carefulStep(epochs) : 0;
    const careful = suspected.buckets();
    const ordinary = careful.size === 0 ? epochs : new Map([...epochs].filter(([bucket]) => !careful.has(bucket)));
    if (ordinary.size === 0) return { taken, more: true };
    const buckets = timeBuckets(ordinary);
    const time = buckets.length > 0 ? { buckets, limit: TIME_PER_TURN } : null;
    const began = cursor;
    let moreTime = false;
    const start = clock.monotonic();
    try {
      const report = await runTurn(deps, { epochs: ordinary, facts: { limit: FACTS_PER_TURN, after: cursor, except: except() }, time });
      totals.turns++;
      turnSeconds.observe((clock.monotonic() - start) / SECOND);
      for (const bucket of buckets) timeHolds.delete(bucket);
      cursor = report.next;
      taken += report.taken;
      waiting.done += report.taken;
      moreTime = report.moreTime;
    } catch (error) {
      if (!(error instanceof TurnFailed)) throw error;
      if (error.keys.length > 0) taken += await isolate(deps, waiting, ordinary, error.keys, poison);
      if (time) {
        const result = await isolateTime(deps, ordinary, buckets, time.limit);
        moreTime = result.more;
        holdTime(result.failed);
      }
    }
    totals.facts += taken;
    // New timers may be due sooner than what was known, so after any work the listeners are asked again.
    if (!moreTime && (taken > 0 || time)) await lookAhead([...epochs.keys()]);
    return { taken, more: taken > 0 || moreTime || began !== FROM_START || careful.size > 0 };
  };

  const anythingToDo = async (): Promise<boolean> => {
    const epochs = leases.held("engine");
    if (epochs.size === 0) return false;
    const buckets = [...epochs.keys()].sort((a, b) => a - b);
    if (clock.monotonic() - timeAsked >= ASK_TIME_EVERY) await lookAhead(buckets);
    if (clock.now() >= timeDue && timeBuckets(epochs).length > 0) return true;
    return hasNews(deps.db, { buckets, except: except() });
  };

  const rest = async (ms: number, signal: AbortSignal) => {
    await clock.sleep(ms, AbortSignal.any([signal, poked.signal]));
    if (poked.signal.aborted) poked = new AbortController();
  };

  const give = async (facts: readonly Fact[]): Promise<void> => {
    const epochs = leases.held("engine");
    const buckets = timeBuckets(epochs);
    const { moreTime } = await runTurn(deps, {
      epochs,
      facts: { given: facts },
      time: buckets.length > 0 ? { buckets, limit: TIME_PER_TURN } : null,
    });
    totals.turns++;
    totals.facts += facts.length;
    if (!moreTime) await lookAhead([...epochs.keys()]);
  };

  return {
    step,
    give,
    busy: anythingToDo,
    async nextDue() {
      if (timeAsked === -Infinity) await lookAhead([...leases.held("engine").keys()]);
      return timeDue;
    },
    async drain(rounds = 1000) {
      let taken = 0;
      for (let round = 0; round < rounds; round++) {
        timeDue = -Infinity;
        const report = await step();
        taken += report.taken;
        if (!report.more) return taken;
      }
      throw new Error(`Still work after ${rounds} rounds`);
    },
    async run(signal) {
      let idle = SHORTEST_SLEEP;
      let backoff = SHORTEST_SLEEP;
      while (!signal.aborted) {
        try {
          const wasPoked = poked.signal.aborted;
          if (wasPoked) {
            poked = new AbortController();
            idle = SHORTEST_SLEEP;
          }
          const busy = wasPoked || (await anythingToDo()) ? (await step()).more : false;
          backoff = SHORTEST_SLEEP;
          if (busy) {
            idle = SHORTEST_SLEEP;
            continue;
          }
          const untilDue = Math.max(SHORTEST_SLEEP, timeDue - clock.now());
          await rest(Math.min(idle, untilDue), signal);
          idle = Math.min(deps.longestSleep?.() ?? LONGEST_SLEEP, idle * 2);
        } catch (error) {
          totals.failures++;
          log[isPatience(error) ? "warn" : "error"]({ err: error }, "engine.turn_failed");
          await rest(backoff, signal);
          backoff = Math.min(LONGEST_BACKOFF, backoff * 2);
        }
      }
    },
    poke: () => poked.abort(),
    totals: () => ({ ...totals }),
  };
}

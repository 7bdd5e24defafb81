import { MINUTE, SECOND, type Id } from "@relance/model/base";
import { isDatabaseTrouble } from "../db/trouble.ts";
import { countTry, type InboxKey } from "./inbox-queries.ts";
import { fence, LeaseLost } from "./leases.ts";
import { quarantine } from "./quarantine.ts";
import { runTurn, TurnFailed, type TurnDeps } from "./turn.ts";

/** A fact that fails alone is tried this often in all, then parked in quarantine with the reason. */
const TRIES = 5;
const WAIT_BEFORE_TRY = [1 * SECOND, 5 * SECOND, 30 * SECOND, 2 * MINUTE];
/** So many facts failing one by one and none succeeding is no poison but a fault of ours: nothing is blamed, all wait. */
const ALL_FAIL = 32;

export interface Waiting {
  /** Facts that failed alone: when they may be tried again (monotonic), and how many others had been done when they first failed. */
  readonly facts: Map<Id, { readonly until: number; readonly doneBefore: number }>;
  /** Facts done by this process. */
  done: number;
}

/** Everything failed, one by one: the listener is broken, not the facts. */
class AllFail extends Error {
  override readonly name = "AllFail";
}

/**
 * Works off the facts of a failed turn in ever smaller turns, so that only the ones at fault stay behind: those wait for another try,
 * or after the fifth go to quarantine. A single fact's try is counted in a transaction of its own before the work.
 * @returns how many were worked off
 * @throws AllFail when not one of many could be done
 */
export async function isolate(
  deps: TurnDeps,
  waiting: Waiting,
  epochs: ReadonlyMap<number, number>,
  keys: readonly InboxKey[],
  onPoison: (failed: TurnFailed) => void,
): Promise<number> {
  let done = 0;
  let failures = 0;
  const solve = async (part: readonly InboxKey[]): Promise<void> => {
    if (part.length === 1) {
      const failed = await tryAlone(deps, waiting, epochs, part[0]!);
      if (!failed) {
        done++;
        waiting.done++;
      } else {
        onPoison(failed);
        if (++failures >= ALL_FAIL && done === 0) throw new AllFail(failed.message, { cause: failed });
      }
      return;
    }
    try {
      const { taken } = await runTurn(deps, { epochs, facts: { only: part }, time: null });
      done += taken;
      waiting.done += taken;
    } catch (error) {
      if (!(error instanceof TurnFailed)) throw error;
      await solve(part.slice(0, part.length >> 1));
      await solve(part.slice(part.length >> 1));
    }
  };
  if (keys.length === 1) await solve(keys);
  else {
    await solve(keys.slice(0, keys.length >> 1));
    await solve(keys.slice(keys.length >> 1));
  }
  return done;
}

async function tryAlone(deps: TurnDeps, waiting: Waiting, epochs: ReadonlyMap<number, number>, key: InboxKey): Promise<TurnFailed | null> {
  const own = { role: "engine" as const, owner: deps.leases.owner, epochs, alone: true };
  const [counted] = await deps.db.transaction(async (tx) => {
    await fence(tx, own);
    return countTry(tx, "attempts", [key]);
  });
  if (!counted) return null; // worked off meanwhile
  try {
    await runTurn(deps, { epochs, facts: { only: [key] }, time: null });
    waiting.facts.delete(key.id);
    return null;
  } catch (error) {
    if (!(error instanceof TurnFailed)) throw error;
    const doneBefore = waiting.facts.get(key.id)?.doneBefore ?? waiting.done;
    // While many fail and none succeeds the listener is at fault, and nothing is condemned for it.
    const blameless = waiting.facts.size >= ALL_FAIL && waiting.done === doneBefore;
    if (counted.tries < TRIES || blameless) {
      const wait = WAIT_BEFORE_TRY[Math.min(counted.tries, WAIT_BEFORE_TRY.length) - 1]!;
      waiting.facts.set(key.id, { until: deps.clock.monotonic() + wait, doneBefore });
      return error;
    }
    await deps.db.transaction(async (tx) => {
      await fence(tx, own);
      await quarantine(tx, { keys: [key], reason: error.message, now: deps.clock.now() });
    });
    waiting.facts.delete(key.id);
    return error;
  }
}

/** Time's work of one bucket at a time where that of many failed. @returns the buckets in which it failed alone */
export async function isolateTime(
  deps: TurnDeps,
  epochs: ReadonlyMap<number, number>,
  buckets: readonly number[],
  limit: number,
): Promise<{ failed: { bucket: number; error: TurnFailed }[]; more: boolean }> {
  const failed: { bucket: number; error: TurnFailed }[] = [];
  let more = false;
  const solve = async (part: readonly number[]): Promise<void> => {
    try {
      more = (await runTurn(deps, { epochs, facts: null, time: { buckets: part, limit } })).moreTime || more;
    } catch (error) {
      if (!(error instanceof TurnFailed)) throw error;
      if (part.length === 1) failed.push({ bucket: part[0]!, error });
      else {
        await solve(part.slice(0, part.length >> 1));
        await solve(part.slice(part.length >> 1));
      }
    }
  };
  await solve(buckets);
  return { failed, more };
}

/** Whether a failure of a turn asks for patience rather than blame. */
export function isPatience(error: unknown): boolean {
  return error instanceof LeaseLost || error instanceof AllFail || isDatabaseTrouble(error);
}

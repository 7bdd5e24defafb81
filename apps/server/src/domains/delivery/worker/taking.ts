import { SECOND, type Id } from "@relance/model/base";
import { CommitUnknown, type Tx } from "../../../platform/db/database.ts";
import { isConnectionLost, isRetryable } from "../../../platform/db/pool.ts";
import { LeaseLost } from "../../../platform/engine/leases.ts";
import type { Logger } from "../../../platform/log/index.ts";
import type { Ports } from "../../../platform/ports.ts";
import { claimDue, recoverAbandoned, type ClaimedSend } from "./claim.ts";
import type { DeliveryDoors } from "../doors.ts";
import type { Fenced, Held } from "./held.ts";
import { follow } from "./move.ts";
import type { Routes } from "../providers/providers.ts";
import { writeMoves } from "./worker-queries.ts";

/** Sends taken up per turn, at first. A turn's questions cost the database as much for few as for many, so turns grow while the provider keeps up. */
const BATCH = 200;
const MOST_BATCH = 600;
const LEAST_BATCH = 50;
/** A batch that left sooner could have been larger; one that took longer risks that its decisions grow too old to leave on. */
const QUICK_MS = SECOND;
const SLOW_MS = 2.5 * SECOND;
/** Turns under way at once: while one batch is rendered, the next is claimed. */
export const LANES = 2;
/** Claimed or on the wire, at most. */
const MOST_IN_HAND = LANES * MOST_BATCH;
/** With less room than this a turn is not worth its three transactions. */
const LEAST_ROOM = 20;
const RECOVER_EVERY = SECOND;

interface Claimed {
  readonly claimed: readonly ClaimedSend[];
  /** Sends that were moved, claimed or settled. */
  readonly taken: number;
}

export interface TakingOptions {
  readonly ports: Pick<Ports, "clock" | "chance">;
  readonly log: Logger;
  readonly worker: Id;
  readonly slot: number;
  readonly routes: Routes;
  readonly doors: DeliveryDoors;
  readonly held: Held;
  readonly fenced: Fenced;
  readonly timeHeld?: (() => boolean) | undefined;
  readonly unheard?: (() => boolean) | undefined;
}

/** Takes due sends up, as many as there is room for, and settles what was abandoned. Calls follow one another: they read what is due without locking it. */
export interface Taking {
  takeUp(): Promise<Claimed>;
  /** A batch of so many left within `ms`: the next may be larger, or must be smaller. */
  left(count: number, ms: number): void;
}

export function openTaking({
  ports: { clock, chance },
  log,
  worker,
  slot,
  routes,
  doors,
  held,
  fenced,
  timeHeld,
  unheard,
}: TakingOptions): Taking {
  const { inHand, dropped } = held;
  let batch = BATCH;
  let recoveredAt = -Infinity;
  let before: Promise<unknown> = Promise.resolve();

  const settle = async (): Promise<number> => {
    const at = clock.monotonic();
    if (at - recoveredAt < RECOVER_EVERY && dropped.size === 0) return 0;
    const back = [...dropped.values()];
    const settled = await fenced(async (tx, epochs) => {
      const common = { worker, epochs, now: clock.now(), chance, slot };
      return (
        (await giveBack(tx, back, common)) +
        (await recoverAbandoned(tx, { ...common, inHand: [...inHand.keys()], limit: MOST_IN_HAND * 5 }))
      );
    });
    recoveredAt = at;
    for (const send of back) dropped.delete(send.id);
    return settled;
  };

  const claim = async (limit: number, undecidable?: string): Promise<Claimed> => {
    let inside: Claimed = { claimed: [], taken: 0 };
    try {
      inside = await fenced(async (tx, epochs) => {
        inside = await claimDue(tx, {
          worker,
          epochs,
          now: clock.now(),
          monotonic: clock.monotonic(),
          limit,
          chance,
          slot,
          routes,
          doors,
          unheard: unheard?.(),
          ...(undecidable !== undefined && { undecidable }),
        });
        return inside;
      });
      batch = Math.max(batch, Math.min(BATCH, batch * 2));
    } catch (error) {
      for (const send of inside.claimed) dropped.set(send.id, send);
      if (isPassing(error) || undecidable !== undefined) throw error;
      // One poisoned send must not stop its neighbours: halve until it is alone, then it alone is held.
      log.error({ error, batch: limit }, "sends.undecidable");
      batch = Math.max(1, Math.floor(limit / 2));
      return claim(limit === 1 ? 1 : batch, limit === 1 ? String(error).slice(0, 300) : undefined);
    }
    for (const [route, sends] of Map.groupBy(inside.claimed, (send) => send.route)) route.breaker.took(sends.length, clock.monotonic());
    return inside;
  };

  const take = async (): Promise<Claimed> => {
    const settled = await settle();
    const room = Math.min(batch, MOST_IN_HAND - inHand.size);
    if (timeHeld?.() || room < Math.min(LEAST_ROOM, batch)) return { claimed: [], taken: settled };
    const { claimed, taken } = await claim(room);
    for (const send of claimed) inHand.set(send.id, send);
    return { claimed, taken: settled + taken };
  };

  return {
    takeUp() {
      const mine = before.then(take);
      before = mine.catch(() => undefined);
      return mine;
    },
    left(count, ms) {
      if (ms > SLOW_MS) batch = Math.max(LEAST_BATCH, Math.floor(count / 2));
      else if (ms < QUICK_MS && count >= batch) batch = Math.min(MOST_BATCH, batch * 2);
    },
  };
}

/** Returns our own claims that came to nothing, whatever their transaction's end was. They were never on the wire. */
async function giveBack(
  tx: Tx,
  sends: readonly ClaimedSend[],
  common: { worker: Id; epochs: ReadonlyMap<number, number>; now: number; slot: number; chance: Ports["chance"] },
): Promise<number> {
  const mine = sends.filter((send) => common.epochs.has(send.bucket));
  let back = 0;
  for (const state of ["claimed", "handing"] as const) {
    const moves = mine.map((send) => ({
      send,
      from: { state, reason: null },
      to: { state: "waiting" as const, reason: "worker_died" },
      attempts: send.attempts,
      dueAt: common.now,
      claimedUntil: null,
    }));
    const moved = await writeMoves(tx, { moves, worker: common.worker, epochs: common.epochs, now: common.now });
    await follow(tx, { moves, moved, slot: common.slot, chance: common.chance, now: common.now });
    back += moved.size;
  }
  return back;
}

/** Whether it is the moment's fault, not a send's. */
function isPassing(error: unknown): boolean {
  return (
    isConnectionLost(error) ||
    isRetryable(error) ||
    error instanceof LeaseLost ||
    error instanceof CommitUnknown ||
    /^(53|57)/.test((error as { code?: string }).code ?? "")
  );
}

import { SECOND, type Id, type Instant } from "@relance/model/base";
import type { Config } from "../../config.ts";
import { CommitUnknown, type Tx } from "../../platform/db/database.ts";
import { isConnectionLost, isRetryable } from "../../platform/db/pool.ts";
import { fence, LeaseLost, type Leases } from "../../platform/engine/leases.ts";
import type { Logger } from "../../platform/log/index.ts";
import type { Ports } from "../../platform/ports.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { claimDue, HANDING_MS, recoverAbandoned, type ClaimedSend } from "./claim.ts";
import type { DeliveryDoors } from "./doors.ts";
import { handOver, type Handed } from "./hand.ts";
import type { Journal } from "./journal/index.ts";
import { openRoutes } from "./providers.ts";
import { recordOutcomes, type Told } from "./record.ts";
import { extendClaims, firstDue, writeMoves } from "./worker-queries.ts";
import { follow } from "./move.ts";

/** On the wire and not yet recorded, at most: the most a kill can make uncertain (G6 allows 200). With half as many a fifth less leaves (bench/sends.ts). */
export const MOST_ON_WIRE = 200;
/** Committed as `handing` at once: smaller groups cost more commits, larger ones wait there for a connection. */
const HAND_GROUP = 100;
/** Sends taken up per turn, at first. A turn's questions cost the database as much for few as for many, so turns grow while the provider keeps up. */
const BATCH = 200;
const MOST_BATCH = 600;
const LEAST_BATCH = 50;
/** A batch that left sooner could have been larger; one that took longer risks that its decisions grow too old to leave on. */
const QUICK_MS = SECOND;
const SLOW_MS = 2.5 * SECOND;
/** Turns under way at once: while one batch is rendered, the next is claimed. */
const LANES = 2;
/** Claimed or on the wire, at most. */
const MOST_IN_HAND = LANES * MOST_BATCH;
/** With less room than this a turn is not worth its three transactions. */
const LEAST_ROOM = 20;
/** A group waits so long for room on the wire; then its decisions are too old anyway and it goes back. */
const ROOM_MS = 5 * SECOND;
const EXTEND_EVERY = 5 * SECOND;
const RECOVER_EVERY = SECOND;
/** How often a worker looks at least, when nobody pokes it. */
const LOOK_EVERY = SECOND;
/** What a stop waits for messages on the wire; later ones stay `handing` for the next start. */
const DRAIN_MS = 25 * SECOND;

export interface DeliveryWorkerOptions {
  readonly ports: Ports;
  readonly log: Logger;
  readonly config: Pick<Config, "publicUrl">;
  readonly secrets: Secrets;
  readonly leases: Pick<Leases, "owner" | "held">;
  readonly doors: DeliveryDoors;
  /** Which slot of the spread counters this process writes. */
  readonly slot: number;
  /** How long the recorder waits for more outcomes before it writes, so that a commit carries many; 0: not at all. */
  readonly gatherMs?: number;
  /** Remembers beside the database what is about to leave. */
  readonly journal?: Pick<Journal, "sent">;
  /** How often an idle worker looks, in ms; absent: every second, for what nobody tells it of. */
  readonly lookEvery?: () => number;
  /** Outcomes were written, and facts with them. */
  readonly onRecorded?: () => void;
  /** Whether the clock cannot be trusted now: nothing new leaves while it is so. */
  readonly timeHeld?: () => boolean;
}

/**
 * Moves due sends of the buckets it leases out of the house: claim (decide inside the claim) → render → commit `handing` → provider →
 * record. Each step commits before the next begins, and progress is recorded after the effect, so a worker killed anywhere loses
 * nobody and repeats nothing: see recoverAbandoned for what its successor does with each state.
 */
export interface DeliveryWorker {
  /** One round: settles what was abandoned, claims, renders, hands over. Does not wait for the provider. @returns sends it moved */
  turn(): Promise<number>;
  /** When the next send of the buckets held is due; null: none waits. */
  nextDue(): Promise<Instant | null>;
  /** Resolves when every message in hand has its outcome recorded. */
  settled(): Promise<void>;
  /** Looks for work until the signal aborts, then lets what is on the wire end (at most 25 s). */
  run(signal: AbortSignal): Promise<void>;
  /** Something may be due: look now. */
  poke(): void;
  readonly inHand: number;
}

export function openDeliveryWorker(options: DeliveryWorkerOptions): DeliveryWorker {
  const { ports, log, leases, doors } = options;
  const { clock, chance, sql: db } = ports;
  const worker = leases.owner;
  const routes = openRoutes(options);
  const inHand = new Map<Id, ClaimedSend>();
  let pokes = 0;
  /** Claimed by us in a transaction that failed or whose end is unknown; certainly not on the wire, to be given back. */
  const dropped = new Map<Id, ClaimedSend>();
  const onWire = new Set<Id>();
  /** Of groups whose `handing` is being committed. */
  let entering = 0;
  const told: Told[] = [];
  let recording: Promise<void> | null = null;
  const wakers = new Set<() => void>();
  const wake = () => { for (const one of wakers) one(); };
  /** Claims of this process follow one another: they read what is due without locking it. */
  let claiming: Promise<unknown> = Promise.resolve();
  // The engine, the turn and the recorder of one process write counters at the same time: none waits for another's rows.
  const turnSlot = options.slot + 64;
  const recordSlot = options.slot + 128;
  let batch = BATCH;
  let recoveredAt = -Infinity;
  let extendedAt = clock.monotonic();

  const fenced = <T>(work: (tx: Tx, epochs: ReadonlyMap<number, number>) => Promise<T>, epochs = leases.held("delivery")): Promise<T> =>
    db.transaction(async (tx) => {
      await fence(tx, { role: "delivery", owner: worker, epochs });
      return work(tx, epochs);
    });

  const housekeeping = async (): Promise<number> => {
    const at = clock.monotonic();
    if (onWire.size > 0 && at - extendedAt >= EXTEND_EVERY) record();
    if (at - recoveredAt < RECOVER_EVERY && dropped.size === 0) return 0;
    const back = [...dropped.values()];
    const settled = await fenced(async (tx, epochs) => {
      const common = { worker, epochs, now: clock.now(), chance, slot: turnSlot };
      return (await giveBack(tx, back, common)) + (await recoverAbandoned(tx, { ...common, inHand: [...inHand.keys()], limit: MOST_IN_HAND * 5 }));
    });
    recoveredAt = at;
    for (const send of back) dropped.delete(send.id);
    return settled;
  };

  /** Returns our own claims that came to nothing, whatever their transaction's end was. They were never on the wire. */
  const giveBack = async (tx: Tx, sends: readonly ClaimedSend[], common: { worker: Id; epochs: ReadonlyMap<number, number>; now: number; slot: number }): Promise<number> => {
    const mine = sends.filter((send) => common.epochs.has(send.bucket));
    let back = 0;
    for (const state of ["claimed", "handing"] as const) {
      const moves = mine.map((send) => ({ send, from: { state, reason: null }, to: { state: "waiting" as const, reason: "worker_died" }, attempts: send.attempts, dueAt: common.now, claimedUntil: null }));
      const moved = await writeMoves(tx, { moves, worker, epochs: common.epochs, now: common.now });
      await follow(tx, { moves, moved, slot: common.slot, chance, now: common.now });
      back += moved.size;
    }
    return back;
  };

  const claim = async (limit: number, undecidable?: string): Promise<Claimed> => {
    let inside: Claimed = { claimed: [], taken: 0 };
    try {
      inside = await fenced(async (tx, epochs) => {
        inside = await claimDue(tx, { worker, epochs, now: clock.now(), monotonic: clock.monotonic(), limit, chance, slot: turnSlot, routes, doors, ...(undecidable !== undefined && { undecidable }) });
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
    for (const [route, count] of countBy(inside.claimed, (send) => send.route)) route.breaker.took(count, clock.monotonic());
    return inside;
  };

  /** Says that what is on the wire is still ours. By the recorder only: two writers of the same rows could wait for each other. */
  const extend = async (): Promise<void> => {
    if (clock.monotonic() - extendedAt < EXTEND_EVERY) return;
    extendedAt = clock.monotonic();
    const ours = [...onWire].map((id) => inHand.get(id)!);
    if (ours.length > 0) await extendClaims(db, { ids: [...onWire], buckets: [...new Set(ours.map((send) => send.bucket))], worker, until: clock.now() + HANDING_MS });
  };

  const record = (): void => {
    recording ??= (async () => {
      if (options.gatherMs) await clock.sleep(options.gatherMs);
      while (told.length > 0 || clock.monotonic() - extendedAt >= EXTEND_EVERY) {
        const group = told.splice(0);
        try {
          await extend();
          if (group.length === 0) continue;
          await recordOutcomes(db, { told: group, worker, now: clock.now(), chance, slot: recordSlot });
          options.onRecorded?.();
          for (const { send } of group) {
            inHand.delete(send.id);
            onWire.delete(send.id);
          }
          if (options.gatherMs && told.length < BATCH) await clock.sleep(options.gatherMs);
        } catch (error) {
          // The far side has spoken: what it said is kept until it can be written.
          log.error({ error, outcomes: group.length }, "sends.not_recorded");
          told.unshift(...group);
          if (!isRetryable(error)) await clock.sleep(SECOND);
        }
        wake();
      }
    })().finally(() => {
      recording = null;
      wake();
    });
  };

  /** Waits until a group may go on the wire, and keeps its place: the other lane asks at the same time. */
  const roomOnWire = async (count: number): Promise<void> => {
    const since = clock.monotonic();
    const full = () => onWire.size + entering > 0 && onWire.size + entering + count > MOST_ON_WIRE;
    while (full() && clock.monotonic() - since < ROOM_MS) await rest(LOOK_EVERY);
    entering += count;
  };

  const launch = (group: readonly ClaimedSend[], handed: readonly Handed[]): void => {
    for (const { route, messages } of handed) if (route.provider.reach === "outside") for (const { send } of messages) onWire.add(send.id);
    for (const send of group) {
      if (onWire.has(send.id)) continue;
      inHand.delete(send.id);
      send.route.breaker.gaveBack(1);
    }
    for (const { route, messages } of handed) {
      if (route.provider.reach !== "outside") continue;
      const bySend = new Map(messages.map((one) => [one.message.send, one.send]));
      void route.provider.send(messages.map((one) => one.message), (message, outcome) => {
        routes.heard(route, outcome);
        told.push({ send: bySend.get(message.send)!, outcome });
        record();
      });
    }
  };

  const takeUp = async (): Promise<Claimed> => {
    if (leases.held("delivery").size === 0) return { claimed: [], taken: 0 };
    const settled = await housekeeping();
    const room = Math.min(batch, MOST_IN_HAND - inHand.size);
    if (options.timeHeld?.() || room < Math.min(LEAST_ROOM, batch)) return { claimed: [], taken: settled };
    const { claimed, taken } = await claim(room);
    for (const send of claimed) inHand.set(send.id, send);
    return { claimed, taken: settled + taken };
  };

  const turn = async (): Promise<number> => {
    const mine = claiming.then(takeUp);
    claiming = mine.catch(() => undefined);
    const { claimed, taken } = await mine;
    if (claimed.length === 0) return taken;
    const since = clock.monotonic();
    let left = claimed;
    try {
      const rendered = await doors.render(db, { now: clock.now(), sends: claimed });
      while (left.length > 0) {
        const group = left.slice(0, HAND_GROUP);
        await roomOnWire(group.length);
        // Fenced by the epochs of the claim, not by what is held now: a bucket lost and won again is another ownership.
        const claimedUnder = new Map(group.map((send) => [send.bucket, send.epoch]));
        const handed = await fenced((tx, epochs) => handOver(tx, { claimed: group, rendered, worker, epochs, now: clock.now(), chance, slot: turnSlot }), claimedUnder).finally(() => { entering -= group.length; wake(); });
        await options.journal?.sent(handed.filter(({ route }) => route.provider.reach === "outside").flatMap(({ messages }) => messages.map((one) => one.send)));
        left = left.slice(HAND_GROUP);
        launch(group, handed);
      }
      const took = clock.monotonic() - since;
      if (took > SLOW_MS) batch = Math.max(LEAST_BATCH, Math.floor(claimed.length / 2));
      else if (took < QUICK_MS && claimed.length >= batch) batch = Math.min(MOST_BATCH, batch * 2);
    } catch (error) {
      for (const send of left) {
        inHand.delete(send.id);
        send.route.breaker.gaveBack(1);
        dropped.set(send.id, send);
      }
      throw error;
    }
    return taken;
  };

  const settled = async (): Promise<void> => {
    while (inHand.size > 0 || recording) {
      const { promise, resolve } = Promise.withResolvers<void>();
      wakers.add(resolve);
      await promise;
      wakers.delete(resolve);
    }
  };

  return {
    turn,
    nextDue: () => firstDue(db, { buckets: [...leases.held("delivery").keys()] }),
    settled,
    poke() {
      pokes++;
      wake();
    },
    get inHand() { return inHand.size; },
    async run(signal) {
      signal.addEventListener("abort", wake, { once: true });
      await Promise.all(Array.from({ length: LANES }, () => lane(signal)));
      const end = new AbortController();
      await Promise.race([settled(), clock.sleep(DRAIN_MS, end.signal)]);
      end.abort();
      if (inHand.size === 0) await routes.close();
      else log.warn({ handing: inHand.size }, "delivery.stopped_with_messages_on_the_wire");
    },
  };

  async function lane(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      let moved = 0;
      const before = pokes;
      try {
        moved = await turn();
      } catch (error) {
        if (!(error instanceof LeaseLost)) log.error({ error }, "delivery.turn_failed");
      }
      // A poke that came while this turn was looking may tell of what it looked past.
      if (moved === 0 && pokes === before && !signal.aborted) await rest(inHand.size > 0 ? LOOK_EVERY : (options.lookEvery?.() ?? LOOK_EVERY));
    }
  }

  /** Sleeps until a poke, an outcome or the time is up. */
  async function rest(ms: number): Promise<void> {
    const timer = new AbortController();
    const up = () => timer.abort();
    wakers.add(up);
    await clock.sleep(ms, timer.signal);
    wakers.delete(up);
  }
}

interface Claimed {
  readonly claimed: readonly ClaimedSend[];
  readonly taken: number;
}

/** Whether it is the moment's fault, not a send's. */
function isPassing(error: unknown): boolean {
  return isConnectionLost(error) || isRetryable(error) || error instanceof LeaseLost || error instanceof CommitUnknown || /^(53|57)/.test((error as { code?: string }).code ?? "");
}

function countBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, number> {
  const counts = new Map<K, number>();
  for (const item of items) counts.set(key(item), (counts.get(key(item)) ?? 0) + 1);
  return counts;
}

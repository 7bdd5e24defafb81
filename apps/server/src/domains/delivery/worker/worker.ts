import { SECOND, type Id, type Instant } from "@relance/model/base";
import type { Config } from "../../../config.ts";
import { fence, LeaseLost, type Leases } from "../../../platform/engine/leases.ts";
import type { Logger } from "../../../platform/log/index.ts";
import type { Ports } from "../../../platform/ports.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import type { ClaimedSend } from "./claim.ts";
import type { DeliveryDoors } from "../doors.ts";
import { handOver, type Handed } from "./hand.ts";
import { holdNothing, type Fenced } from "./held.ts";
import type { Journal } from "../journal/index.ts";
import { openRoutes } from "../providers/providers.ts";
import { openRecorder } from "./recorder.ts";
import { LANES, openTaking } from "./taking.ts";
import { openWaking } from "./waking.ts";
import { firstDue } from "./worker-queries.ts";

/** On the wire and not yet recorded, at most: the most a kill can make uncertain (G6 allows 200). With half as many a fifth less leaves (bench/sends.ts). */
export const MOST_ON_WIRE = 200;
/** Committed as `handing` at once: smaller groups cost more commits, larger ones wait there for a connection. */
const HAND_GROUP = 100;
/** A group waits so long for room on the wire; then its decisions are too old anyway and it goes back. */
const ROOM_MS = 5 * SECOND;
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
  /** Whether nobody would hear of how sends end: then no news is written of what happens inside the house. */
  readonly unheard?: () => boolean;
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
  const worker: Id = leases.owner;
  const routes = openRoutes(options);
  const held = holdNothing();
  const { inHand, onWire, dropped } = held;
  const waking = openWaking(clock);
  let pokes = 0;
  /** Of groups whose `handing` is being committed. */
  let entering = 0;
  // The engine, the turn and the recorder of one process write counters at the same time: none waits for another's rows.
  const slot = options.slot + 64;
  const recorder = openRecorder({
    ports,
    log,
    worker,
    secrets: options.secrets,
    slot: options.slot + 128,
    held,
    waking,
    gatherMs: options.gatherMs,
    onRecorded: options.onRecorded,
  });
  const fenced: Fenced = (work, epochs = leases.held("delivery")) =>
    db.transaction(async (tx) => {
      await fence(tx, { role: "delivery", owner: worker, epochs });
      return work(tx, epochs);
    });
  const taking = openTaking({
    ports,
    log,
    worker,
    slot,
    routes,
    doors,
    held,
    fenced,
    timeHeld: options.timeHeld,
    unheard: options.unheard,
  });

  /** Waits until a group may go on the wire, and keeps its place: the other lane asks at the same time. */
  const roomOnWire = async (count: number): Promise<void> => {
    const since = clock.monotonic();
    const full = () => onWire.size + entering > 0 && onWire.size + entering + count > MOST_ON_WIRE;
    while (full() && clock.monotonic() - since < ROOM_MS) await waking.rest(LOOK_EVERY);
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
      void route.provider.send(
        messages.map((one) => one.message),
        (message, outcome) => {
          routes.heard(route, outcome);
          recorder.tell({ send: bySend.get(message.send)!, outcome });
        },
      );
    }
  };

  /** Renders what was claimed and puts it on the wire, group by group; what an error leaves behind goes back. */
  const sendOff = async (claimed: readonly ClaimedSend[]): Promise<void> => {
    let left = claimed;
    try {
      const rendered = await doors.render(db, { now: clock.now(), sends: claimed });
      while (left.length > 0) {
        const group = left.slice(0, HAND_GROUP);
        await roomOnWire(group.length);
        // Fenced by the epochs of the claim, not by what is held now: a bucket lost and won again is another ownership.
        const claimedUnder = new Map(group.map((send) => [send.bucket, send.epoch]));
        const handed = await fenced(
          (tx, epochs) =>
            handOver(tx, { claimed: group, rendered, worker, epochs, now: clock.now(), chance, slot, unheard: options.unheard?.() }),
          claimedUnder,
        ).finally(() => {
          entering -= group.length;
          waking.wake();
        });
        await options.journal?.sent(
          handed.filter(({ route }) => route.provider.reach === "outside").flatMap(({ messages }) => messages.map((one) => one.send)),
        );
        left = left.slice(HAND_GROUP);
        launch(group, handed);
      }
    } catch (error) {
      for (const send of left) {
        inHand.delete(send.id);
        send.route.breaker.gaveBack(1);
        dropped.set(send.id, send);
      }
      throw error;
    }
  };

  const turn = async (): Promise<number> => {
    if (leases.held("delivery").size === 0) return 0;
    recorder.keep();
    const { claimed, taken } = await taking.takeUp();
    if (claimed.length === 0) return taken;
    const since = clock.monotonic();
    await sendOff(claimed);
    taking.left(claimed.length, clock.monotonic() - since);
    return taken;
  };

  const settled = async (): Promise<void> => {
    while (inHand.size > 0 || recorder.busy) await waking.woken();
  };

  const lane = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      let moved = 0;
      const before = pokes;
      try {
        moved = await turn();
      } catch (error) {
        if (!(error instanceof LeaseLost)) log.error({ error }, "delivery.turn_failed");
      }
      // A poke that came while this turn was looking may tell of what it looked past.
      if (moved === 0 && pokes === before && !signal.aborted)
        await waking.rest(inHand.size > 0 ? LOOK_EVERY : (options.lookEvery?.() ?? LOOK_EVERY));
    }
  };

  return {
    turn,
    nextDue: () => firstDue(db, { buckets: [...leases.held("delivery").keys()] }),
    settled,
    poke() {
      pokes++;
      waking.wake();
    },
    get inHand() {
      return inHand.size;
    },
    async run(signal) {
      signal.addEventListener("abort", waking.wake, { once: true });
      await Promise.all(Array.from({ length: LANES }, () => lane(signal)));
      const end = new AbortController();
      await Promise.race([settled(), clock.sleep(DRAIN_MS, end.signal)]);
      end.abort();
      if (inHand.size === 0) await routes.close();
      else log.warn({ handing: inHand.size }, "delivery.stopped_with_messages_on_the_wire");
    },
  };
}

import type { Id, Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import type { Listener } from "../../platform/engine.ts";
import { openEngine, TurnFailed, type Leases } from "../../platform/engine/index.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { openDeliveryWorker, type DeliveryDoors } from "../delivery/index.ts";

export interface Driven {
  /** When time next has something for the engine or the delivery worker, as known after the last pass; null: never. */
  nextDue(): Promise<Instant | null>;
  /**
   * Lets the engine and the delivery worker do everything that is due by the clock's moment.
   * @param news facts at hand, in their order, before those of the inbox
   * @returns whether sends were looked at by the gate
   */
  pass(news?: readonly Fact[]): Promise<boolean>;
  /** The same after something was asked of the engine otherwise than by news: a segment to build, a journey to begin. */
  settle(): Promise<void>;
}

/** What waits in memory anyway needs no small turns. */
const NEWS_PER_TURN = 4_000;

/**
 * The engine and the delivery worker of the product, stepped by hand over the ports they are given: a clock of the caller's, a database of its own.
 * @param input.hearsOfMessages whether anything there listens to news of messages; when nothing does they need no turn of the engine
 */
export function drive(
  deps: Deps,
  input: {
    readonly leases: Leases;
    readonly listeners: readonly Listener[];
    readonly doors: DeliveryDoors;
    readonly hearsOfMessages?: () => boolean;
  },
): Driven {
  const { sql, clock, chance } = deps.ports;
  const engine = openEngine({
    db: sql,
    clock,
    chance,
    leases: input.leases,
    listeners: input.listeners,
    slot: 0,
    log: deps.log,
    timeHeld: () => null,
    onWake: () => {
      planned = true;
    },
  });
  const delivery = openDeliveryWorker({
    ports: deps.ports,
    log: deps.log,
    config: deps.config,
    secrets: deps.secrets,
    leases: input.leases,
    doors: input.doors,
    slot: 0,
    unheard: () => input.hearsOfMessages?.() === false,
  });
  let nextSend: Instant | null = null;
  /** Whether a turn planned sends since: they are due at once. */
  let planned = false;
  const tell = async (news: readonly Fact[]): Promise<void> => {
    for (let at = 0; at < news.length; at += NEWS_PER_TURN) {
      const some = news.slice(at, at + NEWS_PER_TURN);
      try {
        await engine.give(some);
      } catch (error) {
        if (!(error instanceof TurnFailed)) throw error;
        // From the inbox those at fault are found out and put aside, as they are when live.
        await sql.transaction((tx) => writeFacts(tx, { chance, now: clock.now(), facts: some }));
      }
    }
  };
  const pass = async (news: readonly Fact[] = []): Promise<boolean> => {
    await tell(news);
    for (let sent = false; ; sent = true) {
      // A turn that finds nothing costs as many statements as one that works: each is asked first, by one.
      while ((await engine.busy()) && (await engine.step()).more);
      if (!planned) nextSend = await delivery.nextDue();
      if (!planned && (nextSend === null || nextSend > clock.now())) return sent;
      planned = false;
      const moved = await delivery.turn();
      await delivery.settled();
      if (moved > 0) continue;
      nextSend = await delivery.nextDue();
      return sent;
    }
  };
  return {
    pass,
    async nextDue() {
      const due = Math.min(await engine.nextDue(), nextSend ?? Infinity);
      return due === Infinity ? null : due;
    },
    async settle() {
      // Asks every listener what time made due; after that the engine knows when it must ask again.
      await engine.drain();
      await pass();
    },
  };
}

/** Leases of one who is alone in his world: every bucket, for ever. */
export function allBuckets(owner: Id, buckets: readonly number[]): Leases {
  const held = new Map(buckets.map((bucket) => [bucket, 1]));
  return {
    owner,
    held: () => held,
    beat: async () => true,
    keep: async () => undefined,
    release: async () => undefined,
    others: () => false,
    takeovers: () => 0,
    orphaned: () => [],
  };
}

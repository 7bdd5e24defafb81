import type { Id, Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Listener } from "../../platform/engine.ts";
import { openEngine, type Leases } from "../../platform/engine/index.ts";
import { openDeliveryWorker, type DeliveryDoors } from "../delivery/index.ts";

export interface Driven {
  /** When time next has something for the engine or the delivery worker, as known after the last pass; null: never. */
  nextDue(): Promise<Instant | null>;
  /** Lets the engine and the delivery worker do everything that is due by the clock's moment. @returns whether sends were looked at by the gate */
  pass(): Promise<boolean>;
  /** The same after something was asked of the engine otherwise than by news: a segment to build, a journey to begin. */
  settle(): Promise<void>;
}

/** The engine and the delivery worker of the product, stepped by hand over the ports they are given: a clock of the caller's, a database of its own. */
export function drive(deps: Deps, input: { readonly leases: Leases; readonly listeners: readonly Listener[]; readonly doors: DeliveryDoors }): Driven {
  const { sql, clock, chance } = deps.ports;
  const engine = openEngine({ db: sql, clock, chance, leases: input.leases, listeners: input.listeners, slot: 0, log: deps.log, timeHeld: () => null });
  const delivery = openDeliveryWorker({ ports: deps.ports, log: deps.log, config: deps.config, secrets: deps.secrets, leases: input.leases, doors: input.doors, slot: 0 });
  let nextSend: Instant | null = null;
  const pass = async (): Promise<boolean> => {
    for (let sent = false; ; sent = true) {
      // A turn that finds nothing costs as many statements as one that works: each is asked first, by one.
      while ((await engine.busy()) && (await engine.step()).more);
      nextSend = await delivery.nextDue();
      if (nextSend === null || nextSend > clock.now()) return sent;
      const moved = await delivery.turn();
      await delivery.settled();
      if (moved === 0) return sent;
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
    owner, held: () => held, beat: async () => true, keep: async () => undefined, release: async () => undefined, takeovers: () => 0, orphaned: () => [],
  };
}

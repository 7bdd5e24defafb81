import type { Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Listener } from "../../platform/engine.ts";
import { openEngine, type Leases } from "../../platform/engine/index.ts";
import { openDeliveryWorker, type DeliveryDoors } from "../delivery/index.ts";

export interface Driven {
  /** Lets the engine and the delivery worker do everything that is due by the clock's moment. */
  pass(): Promise<void>;
  /** The same after something was asked of the engine otherwise than by news: a segment to build, a journey to begin. */
  settle(): Promise<void>;
}

/** The engine and the delivery worker of the product, stepped by hand over the ports they are given: a clock of the caller's, a database of its own. */
export function drive(deps: Deps, input: { readonly leases: Leases; readonly listeners: readonly Listener[]; readonly doors: DeliveryDoors }): Driven {
  const { sql, clock, chance } = deps.ports;
  const engine = openEngine({ db: sql, clock, chance, leases: input.leases, listeners: input.listeners, slot: 0, log: deps.log, timeHeld: () => null });
  const delivery = openDeliveryWorker({ ports: deps.ports, log: deps.log, config: deps.config, secrets: deps.secrets, leases: input.leases, doors: input.doors, slot: 0 });
  const pass = async (): Promise<void> => {
    for (let moved = 1; moved > 0; ) {
      while ((await engine.step()).more);
      moved = await delivery.turn();
      await delivery.settled();
    }
  };
  return {
    pass,
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

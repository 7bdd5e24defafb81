import type { Instant } from "@relance/model/base";
import { countTry, leftBehind, takeBackSuspicion, type InboxKey } from "./inbox-queries.ts";
import { fence } from "./leases.ts";
import { quarantine } from "./quarantine.ts";
import { runTurn, TurnFailed, type TurnDeps } from "./turn.ts";

/**
 * After a worker died its buckets are handled with care, for one of their facts may have killed it (allocated 8 GB, looped). Every batch
 * is counted in a transaction of its own before it is worked on. If we die too, the next owner finds the counted ones and takes them one
 * by one, counting again; the one that kills a third worker is put in quarantine without being touched again. A turn that fails while we
 * live on (a lost connection, a commit without an answer) killed nobody: its count is taken back.
 */
export interface Suspects {
  add(buckets: readonly number[], now: Instant): void;
  /** Buckets whose facts are under suspicion; ordinary turns leave them alone. */
  buckets(): ReadonlySet<number>;
  /** One careful turn. @returns how many facts were worked off or quarantined; throws as `runTurn` does */
  step(deps: TurnDeps, epochs: ReadonlyMap<number, number>): Promise<number>;
}

const DEADLY = 2;
const REASON = "The worker stopped every time this was worked on, three times in all";

export function suspects(limit: number): Suspects {
  const since = new Map<number, Instant>();
  let alone: InboxKey[] | null = null; // suspected before us, to be taken one by one; null: not asked yet
  let survived: InboxKey[] = []; // counted for a turn that failed and did not kill us

  return {
    add(buckets, now) {
      for (const bucket of buckets) since.set(bucket, now);
      if (buckets.length > 0) alone = null;
    },
    buckets: () => new Set(since.keys()),
    async step(deps, epochs) {
      for (const bucket of since.keys()) if (!epochs.has(bucket)) since.delete(bucket);
      if (since.size === 0) return 0;
      const buckets = [...since.keys()].sort((a, b) => a - b);
      const before = Math.max(...since.values());
      const fenced = {
        role: "engine" as const,
        owner: deps.leases.owner,
        epochs: new Map(buckets.map((bucket) => [bucket, epochs.get(bucket)!])),
        alone: true,
      };
      if (survived.length > 0) {
        await deps.db.transaction(async (tx) => {
          await fence(tx, fenced);
          await takeBackSuspicion(
            tx,
            survived.filter((key) => since.has(key.bucket)),
          );
        });
        survived = [];
        alone = null;
      }
      if (alone === null) {
        const rows = await leftBehind(deps.db, { buckets, before, suspected: true, limit: 10_000 });
        const deadly = rows.filter((row) => row.suspected >= DEADLY);
        if (deadly.length > 0) {
          await deps.db.transaction(async (tx) => {
            await fence(tx, fenced);
            await quarantine(tx, { keys: deadly, reason: REASON, now: deps.clock.now() });
          });
        }
        alone = rows.filter((row) => row.suspected < DEADLY);
        if (deadly.length > 0) return deadly.length;
      }
      const batch = alone.length > 0 ? [alone[0]!] : await leftBehind(deps.db, { buckets, before, suspected: false, limit });
      if (batch.length === 0) {
        since.clear();
        return 0;
      }
      const counted = await deps.db.transaction(async (tx) => {
        await fence(tx, fenced);
        return countTry(tx, "suspected", batch);
      });
      alone = alone.slice(1);
      if (counted.length === 0) return batch.length; // gone meanwhile
      try {
        return (await runTurn(deps, { epochs, facts: { only: counted }, time: null })).taken;
      } catch (error) {
        if (!(error instanceof TurnFailed)) survived = counted; // one that fails by itself is isolated, and its tries are counted there
        throw error;
      }
    },
  };
}

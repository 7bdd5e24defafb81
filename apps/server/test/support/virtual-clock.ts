import type { Instant } from "@relance/model/base";
import type { Clock } from "../../src/platform/ports.ts";

/** A clock the test moves. Sleepers wake in the order of their due times, each seeing exactly the moment it asked for. */
export interface VirtualClock extends Clock {
  /** Moves time forward and wakes who is due; lets each woken continue before the next. */
  advance(ms: number): Promise<void>;
  /** When the next sleeper is due; null when nobody sleeps. */
  nextDue(): Instant | null;
  /** Moves the world's time, not durations: a step of the clock, forward or back. */
  jump(ms: number): void;
}

export function virtualClock(start: Instant = Date.UTC(2026, 10, 23, 9)): VirtualClock {
  let passed = 0;
  let shift = 0;
  let order = 0;
  const sleepers = new Set<{ due: number; order: number; wake: () => void }>();
  const next = () => [...sleepers].sort((a, b) => a.due - b.due || a.order - b.order)[0];
  return {
    now: () => start + shift + passed,
    monotonic: () => passed,
    sleep(ms, signal) {
      if (signal?.aborted || !(ms > 0)) return Promise.resolve();
      return new Promise((resolve) => {
        const sleeper = {
          due: passed + ms,
          order: order++,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener("abort", sleeper.wake);
            resolve();
          },
        };
        sleepers.add(sleeper);
        signal?.addEventListener("abort", sleeper.wake, { once: true });
      });
    },
    async advance(ms) {
      const until = passed + ms;
      for (let sleeper = next(); sleeper && sleeper.due <= until; sleeper = next()) {
        passed = sleeper.due;
        sleeper.wake();
        await settle();
      }
      passed = until;
      await settle();
    },
    nextDue: () => {
      const sleeper = next();
      return sleeper ? start + shift + sleeper.due : null;
    },
    jump(ms) {
      shift += ms;
    },
  };
}

// Promise callbacks run between two turns of the event loop; a few turns let chains of them end.
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
}

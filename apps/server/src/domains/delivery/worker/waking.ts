import type { Clock } from "../../../platform/ports.ts";

/** Waiting that others end: by a poke, an outcome, room on the wire. */
export interface Waking {
  wake(): void;
  /** Sleeps until woken or the time (ms) is up. */
  rest(ms: number): Promise<void>;
  /** Sleeps until woken. */
  woken(): Promise<void>;
}

export function openWaking(clock: Pick<Clock, "sleep">): Waking {
  const wakers = new Set<() => void>();
  return {
    wake() {
      for (const one of wakers) one();
    },
    async rest(ms) {
      const timer = new AbortController();
      const up = () => timer.abort();
      wakers.add(up);
      await clock.sleep(ms, timer.signal);
      wakers.delete(up);
    },
    async woken() {
      const { promise, resolve } = Promise.withResolvers<void>();
      wakers.add(resolve);
      await promise;
      wakers.delete(resolve);
    },
  };
}

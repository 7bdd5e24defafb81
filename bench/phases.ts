import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import type { Database } from "../apps/server/src/platform/db/database.ts";

/** Where the time of transactions goes in a process: beginning, statements, commit; and what holds its event loop: pauses, collecting garbage. */
export class Phases {
  readonly #times = { begin: [] as number[], statements: [] as number[], commit: [] as number[] };
  readonly #pauses = monitorEventLoopDelay({ resolution: 5 });
  readonly #garbage: number[] = [];
  readonly #observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) this.#garbage.push(entry.duration);
  });

  watch(db: Database): Database {
    return {
      ...db,
      query: (statement) => db.query(statement),
      aside: (options) => db.aside(options),
      close: () => db.close(),
      transaction: async (work) => {
        const asked = performance.now();
        let [begun, done] = [asked, asked];
        const result = await db.transaction(async (tx) => {
          begun = performance.now();
          try {
            return await work(tx);
          } finally {
            done = performance.now();
          }
        });
        this.#times.begin.push(begun - asked);
        this.#times.statements.push(done - begun);
        this.#times.commit.push(performance.now() - done);
        return result;
      },
    };
  }

  begin(): void {
    for (const times of Object.values(this.#times)) times.length = 0;
    this.#pauses.enable();
    this.#observer.observe({ entryTypes: ["gc"] });
  }

  /** A line each, in milliseconds. */
  end(): string[] {
    this.#pauses.disable();
    this.#observer.disconnect();
    const line = (what: string, times: readonly number[]): string => {
      const sorted = [...times].sort((a, b) => a - b);
      const at = (share: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(0);
      return `${what.padEnd(12)}${sorted.length} × p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, most ${at(1)} ms; ${(times.reduce((sum, ms) => sum + ms, 0) / 1000).toFixed(1)} s in all`;
    };
    const [p50, p99, most] = [this.#pauses.percentile(50), this.#pauses.percentile(99), this.#pauses.max].map((ns) =>
      (ns / 1e6).toFixed(0),
    );
    return [
      ...Object.entries(this.#times).map(([what, times]) => line(what, times)),
      line("garbage", this.#garbage),
      `event loop  held up p50 ${p50}, p99 ${p99}, most ${most} ms`,
    ];
  }
}

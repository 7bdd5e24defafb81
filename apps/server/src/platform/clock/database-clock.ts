import { SECOND, type Instant } from "@relance/model/base";
import type { Db } from "../db/database.ts";
import { sql } from "../db/sql.ts";
import type { Clock } from "../ports.ts";
import { clockGuard, type ClockGuard } from "./guard.ts";
import { systemSleep } from "./sleep.ts";

export interface DatabaseClock extends Clock {
  readonly guard: ClockGuard;
  /** Measures the offset again now; rejects when the database does not answer. */
  measure(): Promise<void>;
  stop(): void;
}

const EVERY = 10 * SECOND;
// A smaller step back (offset measured with another delay) is waited out, so that time never goes back within a process.
const SMALL_STEP = 5 * SECOND;

/**
 * The one clock of a process: the database's, so that all processes judge leases and due times alike. The offset between it and the
 * monotonic clock is measured at the start and every ten seconds; between measurements time is reckoned, never asked.
 * @param source what tells process time and durations; tests pass their own
 */
export async function databaseClock(
  db: Db,
  options: {
    readonly onError?: (error: unknown) => void;
    readonly source?: { readonly wall: () => Instant; readonly monotonic: () => number };
  } = {},
): Promise<DatabaseClock> {
  const source = options.source ?? { wall: () => Date.now(), monotonic: () => performance.now() };
  const guard = clockGuard();
  const stopped = new AbortController();
  let offset = 0; // database time minus monotonic time
  let last = -Infinity;

  const measure = async () => {
    const before = source.monotonic();
    // The one statement of the product that asks the server's clock (RELIABILITY §8.4).
    const [row] = await db.query<{ at: Instant }>(sql`select clock_timestamp() as at`);
    const after = source.monotonic();
    const half = (before + after) / 2;
    offset = row!.at - half;
    guard.observe({ database: row!.at, process: source.wall() - (after - half), monotonic: half });
    if (last - (source.monotonic() + offset) > SMALL_STEP) last = -Infinity; // a real step back of the server's clock: believe it
  };

  await measure();
  void (async () => {
    while (!stopped.signal.aborted) {
      await systemSleep(EVERY, stopped.signal);
      if (!stopped.signal.aborted) await measure().catch((error: unknown) => options.onError?.(error));
    }
  })();

  return {
    guard,
    measure,
    now() {
      const now = Math.floor(source.monotonic() + offset);
      last = Math.max(last, now);
      return last;
    },
    monotonic: source.monotonic,
    sleep: systemSleep,
    stop: () => stopped.abort(),
  };
}

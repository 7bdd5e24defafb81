import pg from "pg";
import { SECOND } from "@relance/model/base";
import type { Clock } from "../ports.ts";
import type { Database } from "./database.ts";
import { raw, sql } from "./sql.ts";

const CHANNEL = "relance_news";
/** Hints this close together are one. */
const TOGETHER_MS = 50;
/** A line that broke is opened again after this. */
const AGAIN_MS = 5 * SECOND;

/**
 * Tells the other processes on the same database that there is news, and hears them. A hint only: one may be lost (a broken line, a pooler
 * that lends connections by transaction), so whoever waits also looks by itself, seldom while the line stands. Told outside of
 * transactions: PostgreSQL commits those that notify one after the other.
 */
export interface Hints {
  /** There is news for others: they hear of it soon; many at once are one hint. */
  tell(): void;
  /** Whether the line stands, on which others are heard. */
  readonly up: boolean;
  /** Listens until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export function openHints(options: {
  readonly connection: pg.PoolConfig;
  readonly db: Database;
  readonly clock: Clock;
  /** Our own name, so that we do not hear ourselves. */
  readonly owner: string;
  /** Whether anybody would hear. */
  readonly others: () => boolean;
  readonly onHint: () => void;
}): Hints {
  const { clock, db, owner } = options;
  let up = false;
  let asked = false;
  let telling = false;

  const tellAll = async () => {
    telling = true;
    while (asked) {
      asked = false;
      await db.query(sql`select pg_notify(${CHANNEL}, ${owner})`).catch(() => undefined); // a lost hint is found by looking
      await clock.sleep(TOGETHER_MS);
    }
    telling = false;
  };

  const listen = async (signal: AbortSignal): Promise<void> => {
    const client = new pg.Client({ ...options.connection, application_name: "relance hints", connectionTimeoutMillis: 10_000 });
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    client.on("error", () => end());
    client.on("end", () => end());
    client.on("notification", ({ payload }) => {
      if (payload !== owner) options.onHint();
    });
    signal.addEventListener("abort", () => end(), { once: true });
    try {
      await client.connect();
      await client.query(sql`listen ${raw(CHANNEL)}`.text);
      up = !signal.aborted;
      options.onHint(); // of what was told while nobody listened
      await ended;
    } catch {
      // refused or broken: tried again, and until then others are found by looking
    } finally {
      up = false;
      await client.end().catch(() => undefined);
    }
  };

  return {
    tell() {
      if (!options.others()) return;
      asked = true;
      if (!telling) void tellAll();
    },
    get up() {
      return up;
    },
    async run(signal) {
      while (!signal.aborted) {
        await listen(signal);
        await clock.sleep(AGAIN_MS, signal);
      }
    },
  };
}

import pg from "pg";
import { openAside } from "./aside.ts";
import { CommitUnknown, type Database, type Tx } from "./database.ts";
import { isStalePlan, openPrepared } from "./prepared.ts";
import { getTypeParser, isConnectionLost, runTransaction } from "./session.ts";
import { sql, type Sql } from "./sql.ts";

export { isConnectionLost, isRetryable } from "./session.ts";

export interface PoolOptions {
  /** `postgres://…`, or a unix socket folder with user and database. */
  readonly connection: pg.PoolConfig;
  /** Most connections this pool opens. */
  readonly size: number;
  /** Shown in pg_stat_activity. */
  readonly name: string;
  /** Called with errors of idle connections (the server restarted); the pool reconnects by itself. */
  readonly onIdleError: (error: Error) => void;
}

/** With a connection go its plans of statements that nobody sends any more. */
const CONNECTION_LIFE = 1_800; // seconds

/** A pool over a real PostgreSQL. */
export function openPool(options: PoolOptions): Database & { readonly pg: pg.Pool } {
  const pool = new pg.Pool({
    ...options.connection,
    max: options.size,
    application_name: options.name,
    types: { getTypeParser },
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    maxLifetimeSeconds: CONNECTION_LIFE,
  });
  const run = openPrepared();
  let closing = false;
  // A server that stops with us says so to connections on their way out: nobody needs to hear it.
  pool.on("error", (error) => {
    if (!closing) options.onIdleError(error);
  });
  return {
    pg: pool,
    query: <Row>(statement: Sql) =>
      run<Row>(pool, statement).catch((error: unknown) => {
        if (!isStalePlan(error)) throw error;
        return run<Row>(pool, statement);
      }),
    async transaction<T>(work: (tx: Tx) => Promise<T>) {
      const client = await pool.connect();
      // While a client is out of the pool a broken connection is an 'error' event on it; the failing query reports it, this keeps the process alive.
      const ignore = () => {};
      client.on("error", ignore);
      let broken: Error | undefined;
      try {
        return await runTransaction(client, run, work);
      } catch (error) {
        if (isConnectionLost(error) || error instanceof CommitUnknown) broken = error as Error;
        throw error;
      } finally {
        client.off("error", ignore);
        client.release(broken);
      }
    },
    aside: (aside) => openAside(options.connection, aside),
    async close() {
      closing = true;
      await pool.end();
    },
  };
}

/** The cheapest question that proves a server answers. */
export const ping = sql`select 1 as one`;

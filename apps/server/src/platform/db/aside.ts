import pg from "pg";
import { bindable } from "./array-text.ts";
import type { Aside, AsideOptions, Tx } from "./database.ts";
import { openPrepared } from "./prepared.ts";
import { getTypeParser, runTransaction } from "./session.ts";
import { raw, sql, type Sql } from "./sql.ts";

/** Of memory, so that its tables need no disk: a rehearsal of a million events fills about as much. */
const TEMP_BUFFERS = "256MB";

/**
 * Opens a session that can only write to tables of its own (`Database.aside`). The connection is read-only from its first moment: in
 * PostgreSQL such transactions may still fill temporary tables, and nothing else. Only the one that makes them is not.
 */
export async function openAside(connection: pg.PoolConfig, options: AsideOptions): Promise<Aside> {
  // One core at most, and its own half of the way: what runs beside it must not notice.
  const settings = ["default_transaction_read_only=on", `temp_buffers=${TEMP_BUFFERS}`, "work_mem=32MB", "jit=off", "max_parallel_workers_per_gather=0", `statement_timeout=${options.statementMs}`];
  const client = new pg.Client({ ...connection, application_name: options.name, types: { getTypeParser }, connectionTimeoutMillis: 10_000, options: settings.map((one) => `-c ${one}`).join(" ") });
  let lost: Error | null = null;
  client.on("error", (error) => { lost = error; });
  await client.connect();
  try {
    await setUp(client, options);
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
  const run = openPrepared();
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(() => {
      if (lost) throw lost;
      return work();
    });
    turn = mine.catch(() => undefined);
    return mine;
  };
  return {
    query: <Row>(statement: Sql) => inTurn(() => run<Row>(client, statement)),
    transaction: <T>(work: (tx: Tx) => Promise<T>) => inTurn(() => runTransaction(client, run, work)),
    async close() {
      await turn.catch(() => undefined);
      await client.end();
    },
  };
}

async function setUp(client: pg.Client, options: AsideOptions): Promise<void> {
  await client.query("begin read write");
  for (const table of options.tables) {
    if (!/^[a-z_]+$/.test(table)) throw new Error(`${table} is no table of ours`);
    // One statement for all would be one round trip, but the text would hide which failed.
    await client.query(sql`create temporary table ${raw(table)} (like public.${raw(table)} including defaults including constraints including indexes)`.text);
  }
  for (const statement of options.setUp) await client.query(statement.text, bindable(statement.values));
  await client.query("commit");
}

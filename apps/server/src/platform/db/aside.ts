import pg from "pg";
import { openAlone } from "./alone.ts";
import { bindable } from "./array-text.ts";
import type { Aside, AsideOptions, Tx } from "./database.ts";
import { openPrepared } from "./prepared.ts";
import { getTypeParser } from "./session.ts";
import { raw, sql, type Sql } from "./sql.ts";

/** Of memory, so that its tables need no disk: a rehearsal of a million events fills about as much. */
const TEMP_BUFFERS = "256MB";

/**
 * Opens a session that can only write to tables of its own (`Database.aside`). The connection is read-only from its first moment: in
 * PostgreSQL such transactions may still fill temporary tables, and nothing else. Only the one that makes them is not.
 */
export async function openAside(connection: pg.PoolConfig, options: AsideOptions): Promise<Aside> {
  // One core at most, and its own half of the way: what runs beside it must not notice.
  const settings = [
    "default_transaction_read_only=on",
    `temp_buffers=${TEMP_BUFFERS}`,
    "work_mem=32MB",
    "jit=off",
    "max_parallel_workers_per_gather=0",
    `statement_timeout=${options.statementMs}`,
  ];
  const client = new pg.Client({
    ...connection,
    application_name: options.name,
    types: { getTypeParser },
    connectionTimeoutMillis: 10_000,
    options: settings.map((one) => `-c ${one}`).join(" "),
  });
  let lost: Error | null = null;
  client.on("error", (error) => {
    lost = error;
  });
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
  const alone = openAlone(options);
  /** @param before awaited when the statement is really sent */
  const ask = async <Row>(statement: Sql, before?: () => Promise<unknown>): Promise<Row[]> => {
    const known = alone.answer(statement);
    if (known) return [...known] as Row[];
    await before?.();
    return run<Row>(
      {
        query: async (query) => {
          const result = await client.query(query);
          alone.note(statement, result);
          return result;
        },
      },
      statement,
    );
  };
  const transaction = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    let begun: Promise<unknown> | null = null;
    const begin = () => (begun ??= client.query("begin"));
    const copyFrom = () => Promise.reject(new Error("Nothing is copied into a session of its own"));
    try {
      const result = await work({ transaction: true, query: (statement) => ask(statement, begin), copyFrom });
      if (begun) await client.query("commit");
      return result;
    } catch (error) {
      alone.forget();
      if (begun) await client.query("rollback").catch(() => undefined); // the connection may be gone, and with it the transaction
      throw error;
    }
  };
  return {
    query: (statement) => inTurn(() => ask(statement)),
    transaction: (work) => inTurn(() => transaction(work)),
    changed: (views) => alone.changed(views),
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
    await client.query(sql`create temporary table ${raw(table)} (like public.${raw(table)} including defaults including constraints)`.text);
  }
  const indexes = await client.query<{ definition: string; table: string }>({
    text: `select pg_get_indexdef(i.indexrelid) as definition, t.relname as table from pg_index i join pg_class t on t.oid = i.indrelid join pg_class n on n.oid = i.indexrelid
      where t.relnamespace = 'public'::regnamespace and t.relname = any($1::text[]) and n.relname <> all($2::text[]) order by n.relname`,
    values: [bindable([options.tables])[0], bindable([options.unasked])[0]],
  });
  for (const { definition, table } of indexes.rows) await client.query(definition.replace(/ ON (?:ONLY )?\S+ /, ` on pg_temp.${table} `));
  for (const statement of options.setUp) await client.query(statement.text, bindable(statement.values));
  await client.query("commit");
}

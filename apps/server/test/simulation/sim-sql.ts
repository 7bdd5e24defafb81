import { pipeline } from "node:stream/promises";
import type pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { CommitUnknown, type Database, type Tx } from "../../src/platform/db/database.ts";
import type { Sql } from "../../src/platform/db/sql.ts";
import { failure, type FaultMode } from "../support/faulty-db.ts";
import type { Life, World } from "./world.ts";

const AT_STATEMENT = [
  "before",
  "lost answer",
  "40001",
  "40P01",
  "55P03",
  "57014",
  "57P01",
  "53300",
  "25006",
] as const satisfies readonly FaultMode[];
const AT_BEGIN = ["before", "53300"] as const satisfies readonly FaultMode[];
const AT_COMMIT = ["done", "not done", "40001", "57P01"] as const satisfies readonly FaultMode[];
/** Longer than this inside a transaction without a statement and the server ends it (the engine asks it to). */
const STALLED_MS = 10_000;

/** One session in a transaction. */
interface Session {
  readonly client: pg.PoolClient;
  /** The server has ended the transaction: the code every further statement gets. */
  ended: string | null;
  lastUsed: number;
}

/** The database as one actor sees it: every begin, statement and commit is a call of the world, and may fail there. */
export function simDatabase(world: World, life: Life, pool: pg.Pool): Database {
  const strike = (text: string) => world.fault(`${life.kind}: ${shorten(text).slice(0, 60)}`, AT_STATEMENT);

  const inSession = async <T>(session: Session, text: string, send: () => Promise<T>): Promise<T> => {
    if (!session.ended && world.now() - session.lastUsed > STALLED_MS) await end(session, "25P03");
    session.lastUsed = world.now();
    if (session.ended) throw Object.assign(new Error("injected: the transaction was ended"), { code: session.ended });
    const mode = strike(text);
    if (!mode) return send();
    if (mode === "lost answer") await send();
    await end(session, mode === "before" || mode === "lost answer" || mode === "57P01" ? "08006" : "25P02");
    throw failure(mode);
  };

  const wrap = (session: Session): Tx => ({
    transaction: true,
    query: <Row>(sql: Sql) =>
      world.call(
        life,
        "sql",
        line(sql),
        () => inSession(session, sql.text, async () => (await session.client.query(sql.text, sql.values)).rows as Row[]),
        () => processOf(session.client),
      ),
    copyFrom: (text, source) =>
      world.call(
        life,
        "sql",
        text,
        () => inSession(session, text, () => pipeline(source, session.client.query(copyFrom(text)))),
        () => processOf(session.client),
      ),
  });

  return {
    async query<Row>(sql: Sql) {
      let client: pg.PoolClient | undefined;
      return world.call(
        life,
        "sql",
        line(sql),
        async () => {
          const mode = strike(sql.text);
          if (mode && mode !== "lost answer") throw failure(mode);
          client = await pool.connect();
          try {
            const { rows } = await client.query(sql.text, sql.values);
            if (mode) throw failure(mode);
            return rows as Row[];
          } finally {
            client.release();
          }
        },
        () => client && processOf(client),
      );
    },
    async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const opened: { session?: Session } = {};
      await world.call(life, "begin", "", async () => {
        const mode = world.fault(`${life.kind}: begin`, AT_BEGIN);
        if (mode) throw failure(mode);
        const client = await pool.connect();
        await client.query("begin");
        opened.session = { client, ended: null, lastUsed: world.now() };
        life.open.add(cutter);
      });
      function cutter() {
        return end(opened.session!, "57P01");
      }
      const session = opened.session!;
      try {
        const result = await work(wrap(session));
        await world.call(
          life,
          "commit",
          "",
          () => commit(world, life, session),
          () => processOf(session.client),
        );
        return result;
      } catch (error) {
        if (!session.ended) await world.call(life, "rollback", "", () => end(session, "25P02"));
        throw error;
      } finally {
        life.open.delete(cutter);
      }
    },
    aside: async () => {
      throw new Error("The simulation rehearses nothing");
    },
    close: async () => undefined,
  };
}

async function end(session: Session, code: string): Promise<void> {
  if (session.ended) return;
  session.ended = code;
  await session.client.query("rollback");
  session.client.release();
}

async function commit(world: World, life: Life, session: Session): Promise<void> {
  if (!session.ended && world.now() - session.lastUsed > STALLED_MS) await end(session, "25P03");
  if (session.ended) throw Object.assign(new Error("injected: the transaction was ended"), { code: session.ended });
  const mode = world.fault(`${life.kind}: commit`, AT_COMMIT, true);
  if (mode === null || mode === "done") {
    session.ended = "committed";
    try {
      await session.client.query("commit");
    } finally {
      session.client.release();
    }
    if (mode) throw new CommitUnknown("injected: committed");
    return;
  }
  await end(session, "25P02");
  throw mode === "not done" ? new CommitUnknown("injected: rolled back") : failure(mode);
}

const shorten = (text: string) => text.replace(/\s+/g, " ").trim();
const line = (sql: Sql) => `${shorten(sql.text)} ${JSON.stringify(sql.values)}`;
const processOf = (client: pg.PoolClient) => (client as unknown as { processID?: number }).processID;

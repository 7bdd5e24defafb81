import { CommitUnknown, type Database, type Tx } from "../../src/platform/db/database.ts";
import type { Sql } from "../../src/platform/db/sql.ts";
import { failure, type FaultMode } from "../support/faulty-db.ts";
import type { Life, World } from "./world.ts";

const AT_STATEMENT = ["before", "lost answer", "40001", "40P01", "55P03", "57014", "57P01", "53300", "25006"] as const satisfies readonly FaultMode[];
const AT_BEGIN = ["before", "53300"] as const satisfies readonly FaultMode[];
const AT_COMMIT = ["done", "not done", "40001", "57P01"] as const satisfies readonly FaultMode[];
/** Longer than this inside a transaction and the server ends it (the engine asks it to). */
const STALLED_MS = 10_000;

interface OpenTx {
  real: Tx;
  done: Promise<unknown>;
  finish: PromiseWithResolvers<void>;
  /** The server has ended it: the code every further statement gets. */
  ended: string | null;
}

/** The database as one actor sees it: every begin, statement and commit is a call of the world, and may fail there. */
export function simDatabase(world: World, life: Life, real: Database): Database {
  const statement = async <T>(tx: OpenTx | null, text: string, send: () => Promise<T>): Promise<T> => {
    if (tx && !tx.ended && world.now() - (since.get(tx) ?? Infinity) > STALLED_MS) await end(tx, "25P03");
    if (tx) since.set(tx, world.now());
    if (tx?.ended) throw Object.assign(new Error("injected: the transaction was ended"), { code: tx.ended });
    const mode = world.fault(`${life.kind}: ${text.replace(/\s+/g, " ").trim().slice(0, 60)}`, AT_STATEMENT);
    if (!mode) return send();
    if (mode === "lost answer") await send();
    if (tx) await end(tx, mode === "before" || mode === "lost answer" || mode === "57P01" ? "08006" : "25P02");
    world.note(`fault ${mode} at ${text.slice(0, 60)}`);
    throw failure(mode);
  };
  const since = new Map<OpenTx, number>();

  const wrap = (tx: OpenTx): Tx => ({
    transaction: true,
    query: <Row>(sql: Sql) => world.call(life, "sql", line(sql), () => statement(tx, sql.text, () => tx.real.query<Row>(sql))),
    copyFrom: (text, source) => world.call(life, "sql", text, () => statement(tx, text, () => tx.real.copyFrom(text, source))),
  });

  return {
    query: <Row>(sql: Sql) => world.call(life, "sql", line(sql), () => statement(null, sql.text, () => real.query<Row>(sql))),
    async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
      const tx = await world.call(life, "begin", "", async () => {
        const mode = world.fault(`${life.kind}.begin`, AT_BEGIN);
        if (mode) throw failure(mode);
        return begin(real);
      }).then((opened) => opened.tx());
      const cutter = { cut: () => end(tx, "57P01") };
      life.open.add(cutter);
      since.set(tx, world.now());
      try {
        const result = await work(wrap(tx));
        await world.call(life, "commit", "", () => commit(world, life, tx));
        return result;
      } catch (error) {
        if (!tx.ended) await world.call(life, "rollback", "", () => end(tx, "25P02"));
        throw error;
      } finally {
        life.open.delete(cutter);
      }
    },
    close: async () => undefined,
  };
}

// Wrapped in a function so that the story tells nothing of the connection.
async function begin(real: Database): Promise<{ tx: () => OpenTx; toJSON(): string }> {
  const begun = Promise.withResolvers<Tx>();
  const finish = Promise.withResolvers<void>();
  finish.promise.catch(() => undefined);
  const done = real.transaction(async (tx) => {
    begun.resolve(tx);
    await finish.promise;
  });
  done.catch((error: unknown) => begun.reject(error));
  const opened: OpenTx = { real: await begun.promise, done, finish, ended: null };
  return { tx: () => opened, toJSON: () => "begun" };
}

async function end(tx: OpenTx, code: string): Promise<void> {
  if (tx.ended) return;
  tx.ended = code;
  tx.finish.reject(new Error("rolled back"));
  await tx.done.catch(() => undefined);
}

async function commit(world: World, life: Life, tx: OpenTx): Promise<void> {
  if (tx.ended) throw Object.assign(new Error("injected: the transaction was ended"), { code: tx.ended });
  const mode = world.fault(`${life.kind}.commit`, AT_COMMIT);
  if (mode === null || mode === "done") {
    tx.ended = "committed";
    tx.finish.resolve();
    await tx.done;
    if (mode) throw new CommitUnknown("injected: committed");
    return;
  }
  await end(tx, "25P02");
  throw mode === "not done" ? new CommitUnknown("injected: rolled back") : failure(mode);
}

const line = (sql: Sql) => `${sql.text.replace(/\s+/g, " ").trim()} ${JSON.stringify(sql.values)}`;

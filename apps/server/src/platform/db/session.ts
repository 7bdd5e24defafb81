import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { CommitUnknown, type Tx } from "./database.ts";
import type { RunPrepared } from "./prepared.ts";
import type { Sql } from "./sql.ts";

/** Runs `work` in one transaction on a connection; see `Database.transaction`. */
export async function runTransaction<T>(client: pg.ClientBase, run: RunPrepared, work: (tx: Tx) => Promise<T>): Promise<T> {
  const tx: Tx = {
    transaction: true,
    query: <Row>(statement: Sql) => run<Row>(client, statement),
    async copyFrom(text, source) {
      await pipeline(source, client.query(copyFrom(text)));
    },
  };
  await client.query("begin");
  let result: T;
  try {
    result = await work(tx);
  } catch (error) {
    await client.query("rollback").catch(() => undefined); // the connection may be gone, and with it the transaction
    throw error;
  }
  try {
    await client.query("commit");
  } catch (cause) {
    if (isConnectionLost(cause)) throw new CommitUnknown("The connection broke during commit", { cause });
    throw cause;
  }
  return result;
}

/** Whether an error means that the connection is gone, as against a statement that was refused. */
export function isConnectionLost(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? "";
  return /^(08|57P0)/.test(code) || /^E(CONN|PIPE|TIMEDOUT)/.test(code) || /Connection terminated/.test(String((error as Error).message));
}

/** SQLSTATEs after which the same transaction may simply be tried again: serialization, deadlock, lock time-out. */
export function isRetryable(error: unknown): boolean {
  return ["40001", "40P01", "55P03"].includes((error as { code?: string }).code ?? "");
}

const asIs = (text: string) => text;
const toNumber = (text: string) => Number(text);
const toInstant = (text: string) => (text === "infinity" ? Infinity : text === "-infinity" ? -Infinity : Date.parse(isoText(text)));

// PostgreSQL's text form "2026-11-23 21:47:20.123456+00" made ISO; Date.parse drops below the millisecond, and we never write below it.
function isoText(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d{2})$/, "$1:00");
}

const arrayOf = (parse: (text: string) => unknown) => (text: string) =>
  (pg.types.getTypeParser(1009 as never)(text) as (string | null)[]).map((item) => (item === null ? null : parse(item)));

const PARSERS: Record<number, (text: string) => unknown> = {
  20: toNumber, // int8: counts and cents stay below 2^53
  1700: toNumber, // numeric(19,4): exact to 9e11 units of currency as a double of ten-thousandths
  1184: toInstant, // timestamptz
  1082: asIs, // date
  1016: arrayOf(toNumber),
  1231: arrayOf(toNumber),
  1185: arrayOf(toInstant),
  1182: arrayOf(asIs),
  2951: arrayOf(asIs), // uuid[]
};

/** How values of the database arrive: see `Db.query`. */
export function getTypeParser(oid: number, format?: string): unknown {
  return PARSERS[oid] ?? pg.types.getTypeParser(oid, (format ?? "text") as "text");
}

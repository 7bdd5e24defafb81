import type pg from "pg";
import type { Config } from "./config.ts";
import { startEmbedded, type EmbeddedServer } from "./platform/db/embedded/index.ts";
import { openPool } from "./platform/db/pool.ts";
import { raw, sql } from "./platform/db/sql.ts";

export interface OpenedDatabase {
  readonly connection: pg.PoolConfig;
  readonly embedded: EmbeddedServer | null;
}

/** A database we cannot use: the message is one sentence that says what to do. */
export class WrongDatabase extends Error {
  override readonly name = "WrongDatabase";
}

const OLDEST = 150_000;
const NAME = "relance";

/** Starts the embedded server or looks at the one of DATABASE_URL, and makes sure that we may write to it. */
export async function openDatabase(config: Config, onNews: (news: string) => void): Promise<OpenedDatabase> {
  if (config.databaseUrl !== null) {
    const connection = { connectionString: config.databaseUrl };
    await judge(connection);
    return { connection, embedded: null };
  }
  const embedded = await startEmbedded({ folder: config.dataFolder, onNews });
  await makeDatabase(embedded.connectionString);
  const connectionString = embedded.connectionString.replace("/postgres?", `/${NAME}?`);
  return { connection: { connectionString }, embedded };
}

async function makeDatabase(connectionString: string): Promise<void> {
  const admin = openPool({ connection: { connectionString }, size: 1, name: "relance start", onIdleError: () => undefined });
  try {
    const known = await admin.query(sql`select 1 as one from pg_database where datname = ${NAME}`);
    if (known.length === 0) await admin.query(sql`${raw(`create database ${NAME}`)}`);
  } finally {
    await admin.close();
  }
}

// Absence is proved by a positive answer: a refused connection is never taken for "no tables yet" (RELIABILITY §2).
async function judge(connection: pg.PoolConfig): Promise<void> {
  const pool = openPool({ connection, size: 1, name: "relance start", onIdleError: () => undefined });
  try {
    const [server] = await pool.query<{ version: number; standby: boolean; readonly: string; fsync: string }>(sql`
      select current_setting('server_version_num')::integer as version, pg_is_in_recovery() as standby,
        current_setting('transaction_read_only') as readonly, current_setting('fsync') as fsync`);
    if (server!.version < OLDEST)
      throw new WrongDatabase(`DATABASE_URL leads to PostgreSQL ${Math.floor(server!.version / 10_000)}; 15 or newer is needed.`);
    if (server!.standby || server!.readonly === "on")
      throw new WrongDatabase("DATABASE_URL leads to a server that only reads (a standby?); Relance needs the primary.");
    if (server!.fsync !== "on")
      throw new WrongDatabase("DATABASE_URL leads to a server with fsync off, which loses acknowledged data in a power cut; switch it on.");
  } catch (cause) {
    if (cause instanceof WrongDatabase) throw cause;
    throw new WrongDatabase(`DATABASE_URL leads to a server that cannot be used: ${reason(cause)}.`, { cause });
  } finally {
    await pool.close();
  }
}

function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (code === "ENOTFOUND") return "its name is not known";
  return message.replace(/\.$/, "");
}

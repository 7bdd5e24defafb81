import { afterAll, beforeAll, inject } from "vitest";
import type { Database } from "../../src/platform/db/database.ts";
import { openPool } from "../../src/platform/db/pool.ts";
import { raw, sql } from "../../src/platform/db/sql.ts";
import { databaseUrl } from "./postgres.ts";

/**
 * A database of this test file's own, cloned from the migrated template before its tests and dropped after them.
 * Fails the file when a connection is still inside a transaction at the end.
 */
export function testDatabase(): { readonly db: Database; readonly url: string } {
  const name = `t_${process.pid}_${Math.floor(performance.now() * 1000)}`;
  const holder: { db?: Database } = {};
  const url = () => databaseUrl(inject("server"), name);
  beforeAll(async () => {
    await withAdmin(`create database ${name} template relance_template`);
    holder.db = openPool({ connection: { connectionString: url() }, size: 8, name: "relance test", onIdleError: () => undefined });
  });
  afterAll(async () => {
    const open = await holder.db!.query(
      sql`select query from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`,
    );
    await holder.db!.close();
    await withAdmin(`drop database ${name} with (force)`);
    if (open.length > 0) throw new Error(`A transaction was left open by this file: ${JSON.stringify(open)}`);
  });
  return {
    get db() {
      return holder.db!;
    },
    get url() {
      return url();
    },
  };
}

async function withAdmin(statement: string): Promise<void> {
  const admin = openPool({
    connection: { connectionString: inject("server") },
    size: 1,
    name: "relance tests",
    onIdleError: () => undefined,
  });
  try {
    await admin.query(sql`${raw(statement)}`);
  } finally {
    await admin.close();
  }
}

import { readdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Database, Tx } from "./database.ts";
import { raw, sql } from "./sql.ts";

export interface Migration {
  readonly number: number;
  readonly name: string;
  /** Statements, sent one per call: Citus refuses several in one string (DATABASE.md §C). */
  readonly statements: readonly string[];
  readonly checksum: string;
}

const FOLDER = fileURLToPath(new URL("../../../migrations/", import.meta.url));

/** The numbered `.sql` files of the product, in order. */
export function readMigrations(folder = FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_[a-z_]+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(`${folder}/${file}`, "utf8");
      return {
        number: Number(file.slice(0, 4)),
        name: file.slice(5, -4),
        statements: splitStatements(text),
        checksum: createHash("sha256").update(text).digest("hex"),
      };
    });
}

/**
 * Brings the schema up to date. Each migration is one transaction whose first act is to claim its number, so two processes
 * starting together are safe: the second waits on the key, finds it taken and goes on.
 * @returns the numbers applied by this call
 * @throws when the database is newer than this release, or when an applied migration was edited since
 */
export async function migrate(db: Database, migrations = readMigrations()): Promise<number[]> {
  await db.query(sql`
    create table if not exists schema_migrations (
      number integer primary key, name text not null, checksum text not null, applied_at timestamptz not null default now()
    )`);
  const applied: number[] = [];
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const row of await readApplied(db)) {
    const ours = known.get(row.number);
    if (!ours)
      throw new Error(
        `The database has migration ${row.number} (${row.name}), which this release does not know. Start a release at least as new as the one that wrote it.`,
      );
    if (ours.checksum !== row.checksum)
      throw new Error(
        `Migration ${row.number} (${row.name}) was edited after it was applied. Applied migrations never change; add a new one.`,
      );
  }
  for (const migration of migrations) {
    if (await db.transaction((tx) => applyOne(tx, migration))) applied.push(migration.number);
  }
  return applied;
}

async function applyOne(tx: Tx, migration: Migration): Promise<boolean> {
  const claimed = await tx.query(sql`
    insert into schema_migrations (number, name, checksum) values (${migration.number}, ${migration.name}, ${migration.checksum})
    on conflict (number) do nothing returning number`);
  if (claimed.length === 0) return false;
  for (const statement of migration.statements) {
    await tx.query(sql`${raw(statement)}`);
  }
  return true;
}

async function readApplied(db: Database): Promise<{ number: number; name: string; checksum: string }[]> {
  return db.query(sql`select number, name, checksum from schema_migrations order by number`);
}

// Our migrations hold no dollar-quoted bodies and no semicolons inside literals; the check in check/sql.ts keeps it so.
function splitStatements(text: string): string[] {
  return text
    .replace(/^\s*--.*$/gm, "")
    .split(/;\s*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

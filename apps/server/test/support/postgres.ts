import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded } from "../../src/platform/db/embedded/index.ts";
import { migrate } from "../../src/platform/db/migrate.ts";
import { openPool } from "../../src/platform/db/pool.ts";
import { migrateJobs } from "../../src/platform/jobs/index.ts";
import { raw, sql } from "../../src/platform/db/sql.ts";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Connection string of the administration database of the test server. */
    readonly server: string;
  }
}

/**
 * One PostgreSQL for the whole run, with a migrated template database that each test file clones.
 * Durability is off here only. `DATABASE_URL` points the suite at another server (a Citus coordinator, a newer major).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer();
  project.provide("server", server.url);
  return () => server.stop();
}

/** The same without Vitest, for the simulation's own command. */
export async function startTestServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const given = process.env["DATABASE_URL"];
  const folder = given ? null : mkdtempSync(join(tmpdir(), "relance-test-"));
  if (folder) chmodSync(folder, 0o755); // open to the account the server runs as under root
  const server = folder
    ? await startEmbedded({
        folder,
        settings: {
          fsync: "off",
          synchronous_commit: "off",
          full_page_writes: "off",
          max_connections: "200",
          shared_buffers: "128MB",
          jit: "off",
          timezone: "UTC",
          autovacuum: "off",
        },
      })
    : null;
  const url = given ?? server!.connectionString;
  const admin = openPool({ connection: { connectionString: url }, size: 1, name: "relance tests", onIdleError: () => undefined });
  const template = databaseUrl(url, "relance_template");
  await admin.query(sql`${raw("drop database if exists relance_template with (force)")}`);
  await admin.query(sql`${raw("create database relance_template")}`);
  const pool = openPool({ connection: { connectionString: template }, size: 1, name: "relance tests", onIdleError: () => undefined });
  await migrate(pool);
  await pool.close();
  await migrateJobs({ connectionString: template });
  await admin.close();
  return {
    url,
    async stop() {
      await server?.stop();
      if (folder) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The same server, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}

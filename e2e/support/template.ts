import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { readConfig } from "../../apps/server/src/config.ts";
import { openDatabase } from "../../apps/server/src/database.ts";
import { migrate } from "../../apps/server/src/platform/db/migrate.ts";
import { openPool } from "../../apps/server/src/platform/db/pool.ts";
import { migrateJobs } from "../../apps/server/src/platform/jobs/index.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A data folder whose database is made and migrated, and holds nothing. */
    readonly template: string;
  }
}

/** Makes one data folder the way a first start does; each test file's product begins on a copy of it, which saves seconds of `initdb` and migrations apiece. */
export default async function setup(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "relance-e2e-template-"));
  chmodSync(folder, 0o755); // open to the account the database runs as when the tests run as root
  const { connection, embedded } = await openDatabase(readConfig({ RELANCE_DATA: folder }), () => undefined);
  const pool = openPool({ connection, size: 1, name: "relance template", onIdleError: () => undefined });
  await migrate(pool);
  await pool.close();
  await migrateJobs(connection);
  await embedded!.stop();
  project.provide("template", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}

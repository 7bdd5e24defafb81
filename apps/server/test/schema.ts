import { writeFileSync } from "node:fs";
import { openPool } from "../src/platform/db/pool.ts";
import { databaseUrl, startTestServer } from "./support/postgres.ts";
import { dumpSchema, SCHEMA_FILE } from "./support/schema.ts";

// `npm run schema`: migrates a database of its own and writes down what came of it.
const server = await startTestServer();
const db = openPool({
  connection: { connectionString: databaseUrl(server.url, "relance_template") },
  size: 1,
  name: "relance schema",
  onIdleError: () => undefined,
});
try {
  writeFileSync(SCHEMA_FILE, await dumpSchema(db));
} finally {
  await db.close();
  await server.stop();
}
process.stdout.write("apps/server/schema.sql says what the migrations make.\n");

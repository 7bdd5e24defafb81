import { expect, test } from "vitest";
import { sql } from "../src/platform/db/sql.ts";
import { testDatabase } from "./support/db.ts";
import { committedSchema, dumpSchema } from "./support/schema.ts";

const it = testDatabase();

test("schema.sql is what the migrations make; when it is not, run `npm run schema` and commit the file", async () => {
  const made = await dumpSchema(it.db);
  expect(made.split("create table ").length).toBeGreaterThan(30);
  if (made !== committedSchema())
    throw new Error(
      `apps/server/schema.sql is not what the migrations make. Run \`npm run schema\` and commit the file. First difference:\n${firstDifference(committedSchema(), made)}`,
    );
});

test("a change that no migration made shows in the dump", async () => {
  const before = await dumpSchema(it.db);
  await it.db.query(sql`alter table contacts add column shoe_size numeric(4,1) default 0 not null`);
  expect(firstDifference(before, await dumpSchema(it.db))).toContain("shoe_size numeric(4,1) default 0 not null");
});

function firstDifference(before: string, now: string): string {
  const [a, b] = [before.split("\n"), now.split("\n")];
  const line = b.findIndex((text, index) => text !== a[index]);
  return line < 0 ? `committed: ${a[b.length]}` : `committed: ${a[line] ?? "(end)"}\nmigrated:  ${b[line]}`;
}

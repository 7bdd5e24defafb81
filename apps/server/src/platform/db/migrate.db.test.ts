import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { migrate, readMigrations } from "./migrate.ts";
import { sql } from "./sql.ts";

const test_ = testDatabase();

test("a second start finds nothing to migrate", async () => {
  expect(await migrate(test_.db)).toEqual([]);
});

test("two processes migrating together apply each migration once", async () => {
  const extra = { number: 9000, name: "extra", statements: ["create table extra_once (n integer)"], checksum: "x" };
  const all = [...readMigrations(), extra];
  const results = await Promise.all([migrate(test_.db, all), migrate(test_.db, all)]);
  expect(results.flat()).toEqual([9000]);
});

test("an instant, a date and a number come back as milliseconds, text and number", async () => {
  const rows = await test_.db.query(sql`select '2026-11-23 21:47:20.123+00'::timestamptz as at, '2026-02-28'::date as day, 12.5::numeric(19,4) as amount, 9007199254740991::bigint as n`);
  expect(rows).toEqual([{ at: Date.UTC(2026, 10, 23, 21, 47, 20, 123), day: "2026-02-28", amount: 12.5, n: 9007199254740991 }]);
});

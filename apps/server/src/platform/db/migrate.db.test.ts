import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { systemSleep } from "../clock/index.ts";
import { openHints } from "./hints.ts";
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
  const rows = await test_.db.query(
    sql`select '2026-11-23 21:47:20.123+00'::timestamptz as at, '2026-02-28'::date as day, 12.5::numeric(19,4) as amount, 9007199254740991::bigint as n`,
  );
  expect(rows).toEqual([{ at: Date.UTC(2026, 10, 23, 21, 47, 20, 123), day: "2026-02-28", amount: 12.5, n: 9007199254740991 }]);
});

test("a statement asked again and again is planned once on a connection, and outlives a change of its table", async () => {
  await test_.db.query(sql`create table kept (id integer, name text)`);
  const ask = () => test_.db.query(sql`select k.name from kept k where k.id = ${1}::integer`);
  await test_.db.query(sql`insert into kept values (1, '7')`);
  for (let times = 0; times < 6; times++) expect(await ask()).toEqual([{ name: "7" }]);
  const kept = await test_.db.query<{ times: number }>(
    sql`select sum(generic_plans + custom_plans) as times from pg_prepared_statements where statement like 'select k.name%'`,
  );
  expect(kept).toEqual([{ times: 2 }]);
  await test_.db.query(sql`alter table kept alter column name type integer using name::integer`);
  expect(await ask()).toEqual([{ name: 7 }]);
  expect(await test_.db.transaction((tx) => tx.query(sql`select k.name from kept k where k.id = ${1}::integer`))).toEqual([{ name: 7 }]);
});

test("a process that has news is heard by the others, not by itself, and keeps quiet while it is alone", async () => {
  const heard: string[] = [];
  const stopping = new AbortController();
  const [told, nobody] = [Promise.withResolvers<void>(), { others: false }];
  const open = (owner: string, onHint: () => void) =>
    openHints({
      connection: { connectionString: test_.url },
      db: test_.db,
      clock: { sleep: systemSleep } as never,
      owner,
      others: () => nobody.others,
      onHint,
    });
  const listening = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  const first = open("first", () => {
    heard.push("first");
    listening[0].resolve();
  });
  const second = open("second", () => {
    heard.push("second");
    listening[1].resolve();
    if (heard.filter((name) => name === "second").length > 1) told.resolve();
  });
  const running = [first.run(stopping.signal), second.run(stopping.signal)];
  await Promise.all(listening.map((one) => one.promise)); // each looks once when its line stands
  expect([first.up, second.up, heard.toSorted()]).toEqual([true, true, ["first", "second"]]);
  first.tell();
  nobody.others = true;
  for (let times = 0; times < 20; times++) first.tell();
  await told.promise;
  expect(heard.slice(2)).toEqual(["second"]);
  stopping.abort();
  await Promise.all(running);
  expect([first.up, second.up]).toEqual([false, false]);
});

import { expect, test } from "vitest";
import { openAlone, type Alone } from "./alone.ts";
import { sql, type Sql } from "./sql.ts";

const session = () => openAlone({ tables: ["runs", "sends"], unread: ["totals"], views: { members: ["runs"] } });
const came = (alone: Alone, statement: Sql, rows: Record<string, unknown>[], rowCount = rows.length) => {
  alone.note(statement, { rows, rowCount });
};
const insert = sql`insert into runs (id) values (1)`;

test("a question asked again has the answer it had, until something it reads is written", () => {
  const alone = session();
  const asked = (zone: string) => sql`select w.id from workspaces w left join runs r on r.id = w.id where w.zone = ${zone}`;
  expect(alone.answer(asked("UTC"))).toBeNull();
  came(alone, asked("UTC"), [{ id: 1 }]);
  expect(alone.answer(asked("UTC"))).toEqual([{ id: 1 }]);
  expect(alone.answer(asked("Europe/Paris"))).toBeNull();
  came(alone, sql`update runs set id = 2`, [], 0);
  expect(alone.answer(asked("UTC"))).toEqual([{ id: 1 }]);
  came(alone, insert, [], 1);
  expect(alone.answer(asked("UTC"))).toBeNull();
});

test("a view shows what its tables hold, and what its owner says it shows", () => {
  const alone = session();
  const asked = sql`select id from members`;
  came(alone, asked, []);
  expect(alone.answer(asked)).toEqual([]);
  alone.changed(["members"]);
  expect(alone.answer(asked)).toBeNull();
  came(alone, asked, []);
  came(alone, insert, [], 1);
  expect(alone.answer(asked)).toBeNull();
});

test("what nobody reads is not written, but told when it is to be returned", () => {
  const alone = session();
  expect(alone.answer(sql`insert into totals (n) values (1) on conflict (n) do update set n = totals.n + 1`)).toEqual([]);
  expect(alone.answer(sql`insert into totals (n) values (1) returning n`)).toBeNull();
  expect(alone.answer(sql`with a as (select 1) insert into totals (n) select 1 from a`)).toEqual([]);
});

test("of a table without a row there is nothing to read, change or delete; a sum of it is still a row", () => {
  const alone = session();
  const questions = [
    sql`select r.id from runs r where r.id = ${1} order by r.id limit ${2}`,
    sql`with due as (select id from runs) delete from runs r using due d where r.id = d.id returning r.id`,
  ];
  for (const question of questions) expect(alone.answer(question)).toEqual([]);
  const others = [
    sql`select count(*) as n from runs`,
    sql`select w.id from workspaces w left join runs r on true`,
    sql`select id from runs union all select id from workspaces`,
    sql`with gone as (delete from runs returning id) select count(*) from gone`,
  ];
  for (const question of others) expect(alone.answer(question)).toBeNull();
  came(alone, insert, [], 1);
  for (const question of questions) expect(alone.answer(question)).toBeNull();
});

test("a statement that does something is always sent, and one that writes in its middle has written", () => {
  const alone = session();
  const setting = sql`select set_config('app.now', ${"1"}, false)`;
  came(alone, setting, [{}]);
  expect(alone.answer(setting)).toBeNull();
  const asked = sql`select s.id from sends s, workspaces w`;
  came(alone, sql`with taken as (delete from sends returning id) select id from taken`, [], 0);
  came(alone, asked, []);
  expect(alone.answer(asked)).toEqual([]);
  came(alone, sql`with taken as (delete from sends returning id) select id from taken`, [], 0);
  expect(alone.answer(asked)).toBeNull();
});

test("after work was taken back nothing is remembered", () => {
  const alone = session();
  const asked = sql`select w.id from workspaces w`;
  came(alone, asked, [{ id: 1 }]);
  alone.forget();
  expect(alone.answer(asked)).toBeNull();
  expect(alone.answer(sql`select r.id from runs r`)).toBeNull();
});

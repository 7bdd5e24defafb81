import { readFileSync } from "node:fs";
import { bucketOf, HOUR, MINUTE, type Id } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import type { Database } from "../../platform/db/database.ts";
import { raw, sql, ts } from "../../platform/db/sql.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import { askAll, askSome } from "./ask.ts";
import { explainRule } from "./explain.ts";
import { segmentListener } from "./membership.ts";
import { unsafeVersion } from "./query/role.ts";
import { runQuery } from "./query/run.ts";
import { refreshQuery, tendQueries } from "./query/segments.ts";

const holder = testDatabase();
let shop: TestApp;
let own: { id: Id; key: string };
let other: { id: Id; key: string };
const people: Id[] = [];
let stranger: Id;

async function contact(workspace: Id, country: string, city = ""): Promise<Id> {
  const now = shop.deps.clock.now();
  const id = shop.deps.ports.chance.id(now);
  await holder.db.query(
    sql`insert into contacts (bucket, id, workspace_id, known, country, city, first_name, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${workspace}, true, ${country}, ${city}, 'Ada', ${ts(now)}, ${ts(now)})`,
  );
  return id;
}

beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  [own, other] = [await shop.workspace(), await shop.workspace()];
  for (const country of ["FR", "FR", "BE", "DE"]) people.push(await contact(own.id, country));
  stranger = await contact(other.id, "FR", "secret");
});
afterAll(() => shop.close());

const call = (method: string, url: string, body?: unknown) => shop.call(own.key, method, url, body);
const create = async (query: string, everyMinutes: number | null = null) =>
  (await call("POST", "/api/sql-segments", { name: "By query", query, everyMinutes })).body;
const members = async (segment: Id): Promise<Id[]> =>
  (await holder.db.query<{ id: Id }>(sql`select contact_id as id from segment_members where segment_id = ${segment} order by 1`)).map(
    (row) => row.id,
  );

/** Engine turns until nothing is left. @returns what was told */
async function rest(): Promise<NewFact[]> {
  const told: NewFact[] = [];
  for (let n = 0; n < 200; n++) {
    const turn: Turn = {
      buckets: Array.from({ length: 256 }, (_none, bucket) => bucket),
      now: shop.deps.clock.now(),
      chance: shop.deps.ports.chance,
      epochs: new Map(),
      slot: 1,
      elapsed: () => 0,
    };
    const done = await holder.db.transaction((tx) => segmentListener.onTime!(tx, turn, 1_000));
    told.push(...done.facts);
    if (!done.more) return told;
  }
  throw new Error("never rests");
}

test("a query makes a segment like any other; a refresh switches to what it says now, and tells the difference", async () => {
  const made = await create("select id from contacts where country = 'FR'");
  expect(made).toMatchObject({ state: "building", rule: { kind: "sql" } });
  await rest();
  expect(await members(made.id)).toEqual(people.slice(0, 2).sort());
  expect((await call("GET", `/api/sql-segments/${made.id}`)).body).toMatchObject({
    everyMinutes: null,
    named: 2,
    problem: null,
    nextAt: null,
  });

  await holder.db.query(sql`update contacts set country = 'FR' where id = ${people[2]}`);
  await holder.db.query(sql`update contacts set country = 'IT' where id = ${people[0]}`);
  const made2 = (await call("POST", "/api/segments", { name: "Beside", rule: { kind: "segment", segment: made.id, member: true } })).body;
  await rest();
  expect(await members(made2.id)).toEqual(people.slice(0, 2).sort());
  expect((await call("POST", `/api/sql-segments/${made.id}/refresh`)).status).toBe(200);
  const told = await rest();
  const moves = told
    .filter((fact) => (fact.kind === "segment.entered" || fact.kind === "segment.left") && fact.data.segment === made.id)
    .map((fact) => `${fact.kind} ${fact.contact}`)
    .sort();
  expect(moves).toEqual([`segment.entered ${people[2]}`, `segment.left ${people[0]}`].sort());
  expect(await members(made.id)).toEqual([people[1], people[2]].sort());
  expect(await members(made2.id)).toEqual([people[1], people[2]].sort());
  expect((await call("GET", `/api/segments/${made.id}`)).body).toMatchObject({ version: 1, versionInForce: 1, state: "live", members: 2 });
  await holder.db.query(sql`update contacts set country = 'FR' where id = ${people[0]}`);
  await holder.db.query(sql`update contacts set country = 'BE' where id = ${people[2]}`);

  // Who knows the rule, one by one and all together, says the same.
  const [stored] = await holder.db.query<{ rule: { root: Rule } }>(sql`select live_rule as rule from segments where id = ${made.id}`);
  const at = shop.deps.clock.now();
  const all = await askAll(holder.db, { workspace: own.id, rule: stored!.rule.root, at });
  const some = await askSome(holder.db, {
    workspace: own.id,
    rule: stored!.rule.root,
    at,
    subjects: people.map((one) => ({ contact: one })),
  });
  for (const person of people) {
    const { truth } = await explainRule(holder.db, { workspace: own.id, contact: person, rule: stored!.rule.root, at });
    expect([all.get(person)?.truth ?? false, some.get(person)!.truth, truth]).toEqual(
      Array(3).fill(person === people[1] || person === people[2]),
    );
  }
});

test("it is refreshed when its time comes, changes nothing when the answer is the same, and keeps its members when a run fails", async () => {
  const made = await create("select id from contacts where city = 'Lyon'", 15);
  await rest();
  expect(await members(made.id)).toEqual([]);
  const generation = async () =>
    (await holder.db.query<{ n: number }>(sql`select last_generation as n from segments where id = ${made.id}`))[0]!.n;
  const before = await generation();
  shop.deps.clock.set(shop.deps.clock.now() + 16 * MINUTE);
  await tendQueries(shop.deps);
  expect(await generation()).toBe(before);
  await holder.db.query(sql`update contacts set city = 'Lyon' where id = ${people[3]}`);
  await tendQueries(shop.deps);
  expect(await generation()).toBe(before);
  shop.deps.clock.set(shop.deps.clock.now() + 16 * MINUTE);
  await tendQueries(shop.deps);
  await rest();
  expect(await members(made.id)).toEqual([people[3]]);

  const broken = (
    await call("PATCH", `/api/sql-segments/${made.id}`, {
      query: "select id from contacts where (attributes ->> 'age')::numeric > 18",
      everyMinutes: 60,
      version: 1,
    })
  ).body;
  expect(broken).toMatchObject({ everyMinutes: 60, named: 0 });
  await rest();
  await holder.db.query(sql`update contacts set attributes = '{"age": "old"}' where id = ${people[0]}`);
  const failed = await call("POST", `/api/sql-segments/${made.id}/refresh`);
  expect([failed.status, failed.body.error.code]).toEqual([422, "segment.sql_wrong"]);
  expect((await call("GET", `/api/sql-segments/${made.id}`)).body.problem).toMatchObject({ code: "segment.sql_wrong" });
  await holder.db.query(sql`update contacts set attributes = '{}' where id = ${people[0]}`);
  expect((await call("PATCH", `/api/sql-segments/${made.id}`, { query: "select id from contacts", version: 1 })).body.error.code).toBe(
    "segment.changed",
  );

  // Answers that nothing stands for go after an hour.
  shop.deps.clock.set(shop.deps.clock.now() + 2 * HOUR);
  await tendQueries(shop.deps);
  const [left] = await holder.db.query<{ runs: number; orphans: number }>(sql`
    select (select count(*) from sql_runs) as runs, (select count(*) from sql_answers a where not exists (select 1 from sql_runs r where r.answer_id = a.answer_id)) as orphans`);
  expect(left).toEqual({ runs: 2, orphans: 0 });
});

test("a preview counts, samples and says the cost; ids of strangers do not count", async () => {
  expect(
    (await call("POST", "/api/sql-segments/preview", { query: "select id from contacts where country = 'FR' -- at home" })).body,
  ).toMatchObject({ count: 2, sample: [{ name: "Ada" }, { name: "Ada" }], cost: expect.any(Number), rows: expect.any(Number) });
  expect((await call("POST", "/api/sql-segments/preview", { query: `select '${stranger}'::uuid` })).body).toMatchObject({
    count: 0,
    sample: [],
  });
  const made = await create(`select '${stranger}'::uuid union all select id from contacts where country = 'DE'`);
  await rest();
  expect(await members(made.id)).toEqual([people[3]]);
});

test("every view shows the workspace only, and nothing without one", async () => {
  const views = (await call("GET", "/api/sql-segments/views")).body;
  expect(views.missing).toBeNull();
  expect(views.views[0]).toMatchObject({ name: "contacts" });
  const inside = await runQuery(holder.db, { workspace: own.id, query: "select id from contacts" });
  expect(inside.ids.toSorted()).toEqual(people.toSorted());
  for (const { name } of views.views) {
    const [of] = await holder.db.query<{ text: string }>(sql`select pg_get_viewdef(${`relance_sql.${name}`}::regclass) as text`);
    expect(of!.text).toMatch(/workspace_id = \(NULLIF\(current_setting\('relance\.workspace'::text, true\), ''::text\)\)::uuid/);
    expect(await holder.db.query(sql`select 1 from ${raw(`relance_sql.${name}`)} limit 1`)).toEqual([]);
    const [options] = await holder.db.query<{ barrier: boolean }>(
      sql`select 'security_barrier=true' = any(reloptions) as barrier from pg_class where oid = ${`relance_sql.${name}`}::regclass`,
    );
    expect(options!.barrier).toBe(true);
  }
  // A condition that would tell of a row by failing on it never sees rows of others.
  expect(
    (
      await runQuery(holder.db, {
        workspace: own.id,
        query: "select id from contacts where case when city = 'secret' then (city::numeric) > 0 else false end",
      })
    ).ids,
  ).toEqual([]);
});

test.each(["en", "fr"])("docs/%s lists the views and columns that there are", async (language) => {
  const { views } = (await call("GET", "/api/sql-segments/views")).body as {
    views: { name: string; columns: { name: string; type: string }[] }[];
  };
  const page = readFileSync(new URL(`../../../../../docs/${language}/sql-segments.md`, import.meta.url), "utf8");
  const listed = Object.fromEntries(
    [...page.matchAll(/^\| `(\w+)` \| .* \| (`.*`) \|$/gm)].map(([, name, columns]) => [name, columns!.slice(1, -1).split("` `")]),
  );
  expect(listed).toEqual(
    Object.fromEntries(views.map((view) => [view.name, view.columns.map((column) => `${column.name} ${column.type}`)])),
  );
  const example = /```sql\n(select[^]*?)```/.exec(page)![1]!;
  expect((await call("POST", "/api/sql-segments/preview", { query: example })).status).toBe(200);
});

test.each([
  ["select id from contacts where nothing = 1", "query:1:31"],
  ["select id\nfrom contacts\nwhere 'é🌼' = lower(cityy)", "query:3:21"],
  ["select id from nowhere", "query:1:16"],
  ["select id fro contacts", null],
  ["select id, email from contacts", "query"],
  ["select email from contacts", "query"],
  ["select", null],
  ["select c from contacts c", "query"],
  ["select id from contacts where 1 / 0 = 1", "query"],
  ["select id from contacts where city = any(select 1, 2)", null],
  ["select id from segment_builds", "query:1:16"],
  ["select bucket from contacts", "query:1:8"],
  ["select id from relance_sql.contacts; delete from contacts", "query:1:16"],
])("wrong SQL is answered with its place: %s", async (query, field) => {
  const { status, body } = await call("POST", "/api/sql-segments/preview", { query });
  expect([status, body.error.code]).toEqual([422, "segment.sql_wrong"]);
  if (field !== null) expect(body.error.field).toBe(field);
});

test("what gets past the text meets the role, the transaction and the limits", async () => {
  // The same session that queries get, with statements that the text would never let through.
  const inside = (statement: string) =>
    runRaw(statement).then(
      () => "done",
      (error: { code?: string }) => error.code,
    );
  expect(await inside("select 1 from public.contacts")).toBe("42501");
  expect(await inside("select 1 from public.sql_answers")).toBe("42501");
  expect(await inside("select pg_read_file('/etc/passwd')")).toBe("42501");
  expect(await inside("create table x (a integer)")).toMatch(/^(25006|42501)$/);
  expect(await inside("insert into relance_sql.contacts (id) values (null)")).toMatch(/^(25006|42501|55000)$/);
  expect(await inside("copy (select 1) to program 'true'")).toMatch(/^(25006|42501)$/);
  expect(await inside("select lo_import('/etc/passwd')")).toMatch(/^(25006|42501)$/);
});

/** Sends a statement in the place of a query, after everything that `runQuery` sets: the judged text is swapped on its way. */
async function runRaw(statement: string): Promise<void> {
  const swapped = {
    ...holder.db,
    transaction: <T>(work: Parameters<typeof holder.db.transaction>[0]) =>
      holder.db.transaction(async (tx) => {
        const result = await work({
          ...tx,
          query: (asked) => tx.query(asked.text.includes("select id from contacts") ? sql`${raw(statement)}` : asked),
        });
        return result as T;
      }),
  } as typeof holder.db;
  await runQuery({ ...swapped, query: (asked) => holder.db.query(asked) }, { workspace: own.id, query: "select id from contacts" }).catch(
    (error: { code?: string; cause?: unknown }) => {
      throw error.cause ?? error;
    },
  );
}

test("long, large and greedy queries end, and the server lives on", async () => {
  const slow =
    "select max(a.id::text || b.id::text || n.id::text)::uuid from contacts a, contacts b, contacts c, contacts d, contacts e, contacts f, contacts g, contacts h, contacts i, contacts j, contacts k, contacts l, contacts m, contacts n";
  await expect(runQuery(holder.db, { workspace: own.id, query: slow, limits: { seconds: 1, most: 10 } })).rejects.toMatchObject({
    code: "segment.sql_too_slow",
    status: 422,
  });
  await expect(
    runQuery(holder.db, { workspace: own.id, query: "select id from contacts", limits: { seconds: 5, most: 3 } }),
  ).rejects.toMatchObject({ code: "segment.sql_too_much" });
  const busy = await Promise.allSettled([
    runQuery(holder.db, { workspace: own.id, query: slow, limits: { seconds: 1, most: 10 } }),
    holder.db.query(sql`select pg_sleep(0.3)`).then(() => runQuery(holder.db, { workspace: own.id, query: "select id from contacts" })),
  ]);
  expect(busy.map((one) => (one.status === "rejected" ? one.reason.code : "done"))).toEqual(["segment.sql_too_slow", "segment.sql_busy"]);
  expect((await runQuery(holder.db, { workspace: own.id, query: "select id from contacts" })).ids).toHaveLength(4);
  const [after] = await holder.db.query<{ role: string; readonly: string }>(
    sql`select current_setting('role') as role, current_setting('transaction_read_only') as readonly`,
  );
  expect(after).toEqual({ role: "none", readonly: "off" });
});

test("a query is saved where queries are run, by those who may do everything; elsewhere it is refused", async () => {
  const rule = { kind: "sql", query: "select id from contacts", answer: stranger };
  const saved = await call("POST", "/api/segments", { name: "Smuggled", rule });
  expect([saved.status, saved.body.error.problems[0].code]).toEqual([422, "sql_apart"]);
  expect((await call("POST", "/api/segments", { name: "Smuggled", rule: { kind: "all", of: [rule] } })).status).toBe(422);
  const editor = await shop.member(own.id, "approver");
  const answer = await shop.app.inject({
    method: "POST",
    url: "/api/sql-segments/preview",
    headers: { cookie: editor.cookie, origin: shop.deps.config.publicUrl },
    payload: { query: "select id from contacts" },
  });
  expect(answer.statusCode).toBe(403);
  const plain = (
    await call("POST", "/api/segments", { name: "Plain", rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } } })
  ).body;
  expect((await call("GET", `/api/sql-segments/${plain.id}`)).body.error.code).toBe("segment.sql_not_a_query");
});

test("queries are switched off, with a sentence, on a server whose holes they could use; members stay", async () => {
  expect(
    [150_017, 150_018, 160_013, 160_014, 170_009, 180_003, 180_004, 190_000].map((version) => unsafeVersion(version)?.needed ?? null),
  ).toEqual(["15.18", null, "16.14", null, "17.10", "18.4", null, null]);
  const made = await create("select id from contacts where country = 'FR'");
  await rest();
  const before = await members(made.id);
  // The version is all that an older server would say otherwise.
  const older: Database = {
    ...holder.db,
    query: async (statement) =>
      statement.text.includes("server_version_num") ? [{ version: 160_009 } as never] : holder.db.query(statement),
  };
  await expect(
    refreshQuery({ ...shop.deps, ports: { ...shop.deps.ports, sql: older } }, { workspace: own.id, id: made.id }),
  ).rejects.toMatchObject({
    code: "segment.sql_unsafe_server",
    status: 409,
    message: expect.stringContaining("update it to 16.14 or newer"),
  });
  expect(await members(made.id)).toEqual(before);
  expect((await call("GET", `/api/sql-segments/${made.id}`)).body.problem).toMatchObject({ code: "segment.sql_unsafe_server" });
  expect((await call("GET", "/api/sql-segments/views")).body).toMatchObject({ missing: null, unsafe: null });
});

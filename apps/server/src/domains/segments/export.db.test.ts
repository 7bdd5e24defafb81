import { bucketOf, toIso, type Id } from "@relance/model/base";
import { parse } from "csv-parse/sync";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import { segmentListener } from "./membership.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

test("members leave as CSV with the columns chosen: commas, quotes and line ends survive, formulas are harmless, strangers' contacts are not in it", async () => {
  const [ours, theirs] = [await shop.workspace(), await shop.workspace()];
  const now = shop.deps.clock.now();
  const add = async (workspace: Id, name: string, plan: unknown): Promise<Id> => {
    const id = shop.deps.ports.chance.id(now);
    await holder.db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, first_name, phone, country, attributes, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${workspace}, true, ${name}, '+33612345678', 'FR', ${json({ plan })}, ${ts(now)}, ${ts(now)})`,
    );
    return id;
  };
  const names = ['=HYPERLINK("http://evil.example")', "@sum(A1)", 'Zoé, "la\nblonde"', "-2+3"];
  for (const [n, name] of names.entries()) await add(ours.id, name, n === 0 ? "=1+1" : { level: n });
  await add(theirs.id, "Stranger", 1);
  const segment = (
    await shop.call(ours.key, "POST", "/api/segments", {
      name: "France",
      rule: { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } },
    })
  ).body.id as Id;
  const engine = await testEngine({ db: holder.db, clock: shop.deps.clock, chance: shop.deps.ports.chance, listeners: [segmentListener] });
  await engine.drain();
  await engine.leases.release();
  const columns = ["first_name", "phone", "attributes.plan", "entered_at", "city"];
  const answer = await shop.call(ours.key, "POST", `/api/segments/${segment}/export`, { columns });
  expect(answer.status).toBe(200);
  const [head, ...rows] = parse(answer.body as string) as string[][];
  expect(head).toEqual(columns);
  expect(rows.map((row) => row[0]).sort()).toEqual(
    ['\'=HYPERLINK("http://evil.example")', "'@sum(A1)", "'-2+3", 'Zoé, "la\nblonde"'].sort(),
  );
  for (const row of rows)
    expect(row.slice(1)).toEqual([
      "+33612345678",
      row[0]!.startsWith("'=") ? "'=1+1" : expect.stringMatching(/^\{"level": ?\d\}$/),
      toIso(now),
      "",
    ]);
  expect(
    (await shop.call(ours.key, "POST", `/api/segments/${segment}/export`, { columns: ["email", "password"] })).body.error,
  ).toMatchObject({ code: "segment.column_unknown", field: "columns[1]" });
  expect((await shop.call(theirs.key, "POST", `/api/segments/${segment}/export`, { columns })).status).toBe(404);
  expect(await holder.db.query(sql`select detail from audit_log where workspace_id = ${ours.id} and action = 'segment.exported'`)).toEqual([
    { detail: { columns } },
  ]);
});

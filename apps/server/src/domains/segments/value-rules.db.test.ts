import { bucketOf, DAY, type Id } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { testEngine } from "../../../test/support/engine.ts";
import { seededGenerator, systemChance } from "../../platform/chance/index.ts";
import { sql, tsArray } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { runRefresh } from "../predictions/index.ts";
import { askAll } from "./ask.ts";
import { mentionedValues } from "./index.ts";

const holder = testDatabase();
const chance = systemChance();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(() => shop.close());

async function order(workspace: Id, orders: readonly { contact: Id; at: number; total: number }[]): Promise<void> {
  await holder.db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, created_at, updated_at) select b, c, ${workspace}, true, '2020-01-01', '2020-01-01'
    from unnest(${orders.map((one) => bucketOf(one.contact))}::smallint[], ${orders.map((one) => one.contact)}::uuid[]) as r (b, c) on conflict do nothing`);
  const ids = orders.map((one) => chance.id(one.at));
  await holder.db.query(sql`
    insert into orders (bucket, id, workspace_id, contact_id, external_id, kind, status, currency, total, placed_at, updated_at, source) select b, i, ${workspace}, c, i::text, 'sale', 'completed', 'EUR', t, at, at, 'test'
    from unnest(${orders.map((one) => bucketOf(one.contact))}::smallint[], ${ids}::uuid[], ${orders.map((one) => one.contact)}::uuid[], ${orders.map((one) => one.total)}::numeric[], ${tsArray(orders.map((one) => one.at))}::timestamptz[]) as r (b, i, c, t, at)`);
}

test("segments made of RFM groups and predictions follow every refresh, and equal the question asked of everyone", async () => {
  const { id: workspace, key } = await shop.workspace();
  const now = shop.deps.clock.now();
  const draw = seededGenerator("value rules");
  const contacts = Array.from({ length: 600 }, (_none, n) => chance.id(now - 500 * DAY + n));
  await order(
    workspace,
    contacts.flatMap((contact) => {
      const first = 60 + draw.below(400);
      return Array.from({ length: 1 + draw.below(5) }, (_none, n) => ({
        contact,
        at: now - Math.max(1, first - n * draw.below(80)) * DAY,
        total: 10 + draw.below(200),
      }));
    }),
  );
  const rules: Rule[] = [
    { kind: "rfm", part: "group", is: { op: "eq", value: "champions" } },
    { kind: "rfm", part: "recency", is: { op: "gte", value: 4 } },
    { kind: "prediction", field: "total", is: { op: "gt", value: 400 } },
    { kind: "prediction", field: "nextOn", is: { op: "within_next", span: { n: 60, unit: "day" } } },
    { kind: "prediction", field: "total", is: { op: "unset" } },
    { kind: "none", of: [{ kind: "prediction", field: "churn", is: { op: "gt", value: 0.3 } }] },
  ];
  const segments: { rule: Rule; id: Id }[] = [];
  for (const [n, rule] of rules.entries())
    segments.push({
      rule,
      id: (await shop.call(key, "POST", "/api/segments", { name: `Rule ${n}`, description: "", rule })).body.id as Id,
    });
  const engine = await testEngine({
    db: holder.db,
    clock: shop.deps.clock,
    chance: shop.deps.ports.chance,
    listeners: listeners(shop.deps),
  });
  const settle = async () => {
    await shop.call(key, "POST", "/api/predictions/refresh");
    const job = shop.deps.enqueued.findLast((one) => one.name === "predictions.refresh")!;
    await runRefresh(shop.deps, {
      ...(job.payload as { workspace: Id; id: Id }),
      heard: (db, of) => mentionedValues(db, { workspace: of }),
    });
    await engine.drain();
  };
  const check = async () => {
    const sizes: number[] = [];
    for (const segment of segments) {
      const members = (
        await holder.db.query<{ contact_id: Id }>(
          sql`select contact_id from segment_members where segment_id = ${segment.id} order by contact_id`,
        )
      ).map((row) => row.contact_id);
      const asked = [...(await askAll(holder.db, { workspace, rule: segment.rule, at: shop.deps.clock.now() }))]
        .filter(([, answer]) => answer.truth)
        .map(([contact]) => contact)
        .sort();
      expect(members).toEqual(asked);
      sizes.push(members.length);
    }
    return sizes;
  };
  await engine.drain();
  expect((await check())[0]).toBe(0);
  await settle();
  const sizes = await check();
  expect(sizes[0]).toBeGreaterThan(10);
  expect(sizes[2]).toBeGreaterThan(10);
  // A month later some came back: the refresh moves them, time alone moves the rest.
  shop.deps.clock.advance(30 * DAY);
  await engine.leases.beat();
  await engine.drain();
  await check();
  await order(
    workspace,
    contacts.slice(0, 50).map((contact) => ({ contact, at: shop.deps.clock.now() - DAY, total: 300 })),
  );
  await settle();
  expect(await check()).not.toEqual(sizes);
  expect((await shop.call(key, "GET", "/api/predictions")).status).toBe(200);
  await engine.leases.release();
  // The sentence and the explanation say it in words and with the fact.
  const described = (await shop.call(key, "POST", "/api/segments/preview", { rule: rules[0] })).body;
  expect(described.sentence.en.map((one: { text: string }) => one.text).join("")).toContain("Champions");
  expect(described.problems).toEqual([]);
  const why = (await shop.call(key, "POST", "/api/segments/explain", { rule: rules[2], contact: contacts[0] })).body;
  expect(typeof why.nodes[0].fact).toBe("number");
  const wrong = (
    await shop.call(key, "POST", "/api/segments/preview", { rule: { kind: "rfm", part: "group", is: { op: "eq", value: "kings" } } })
  ).body;
  expect(wrong.problems.map((one: { path: string }) => one.path)).toEqual(["root.is"]);
});

import { DAY, toIso, type Id } from "@relance/model/base";
import type { Start } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { Story } from "../../../test/support/journey-story.ts";
import { sql } from "../../platform/db/sql.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

const days = (n: number) => ({ n, unit: "day" as const });
const leave = {
  first: "stp_x",
  steps: [{ id: "stp_x", name: "", kind: "exit" as const, exits: {} }],
  settings: { filter: null, reentry: { kind: "always" as const }, exits: [] },
};

async function begin(now: string) {
  const story = await Story.begin(shop, holder.db, now);
  const write = await shop.writeKey(story.workspace);
  return {
    story,
    /** As a shop tells it, at its time; the engine hears of it at once when there is one to hear. */
    async does(userId: string, event: string, properties: Record<string, unknown>, at: string) {
      shop.deps.clock.set(story.now);
      const told = await shop.app.inject({
        method: "POST",
        url: "/v1/track",
        headers: { authorization: `Bearer ${write}` },
        payload: { userId, event, properties, timestamp: at },
      });
      expect(told.statusCode).toBe(200);
    },
    async hear() {
      const rows = await holder.db.query<{ contact_id: Id; kind: string; data: unknown; occurred_at: number }>(
        sql`delete from inbox where workspace_id = ${story.workspace} returning contact_id, kind, data, occurred_at`,
      );
      await story.tell(rows.map((row) => ({ contact: row.contact_id, kind: row.kind, data: row.data, at: row.occurred_at }) as never));
    },
    forget: () => holder.db.query(sql`delete from inbox where workspace_id = ${story.workspace}`),
    async waiting(journey: Id) {
      const rows = await holder.db.query<{ who: string; key: string; at: number }>(
        sql`select c.external_id as who, t.key, t.due_at as at from start_timers t join contacts c on c.bucket = t.bucket and c.id = t.contact_id where t.journey_id = ${journey} order by t.due_at, t.key`,
      );
      return rows.map((row) => [row.who, row.key, toIso(row.at).slice(0, 16)]);
    },
  };
}

const tea = (id: string) => ({ order_id: id, total: 9, products: [{ product_id: "tea", price: 9 }] });

test("at publish, what was bought, not registered or dated before counts: what is still to come is armed, what is past is not", async () => {
  const { story, does, forget, waiting } = await begin("2026-02-02T12:00:00Z");
  await does("ann", "Order Completed", tea("a1"), "2026-01-20T10:00:00Z");
  await does("bob", "Order Completed", tea("b1"), "2025-12-01T10:00:00Z");
  await does("cat", "Order Completed", tea("c1"), "2025-12-01T10:00:00Z");
  await does("cat", "Order Completed", tea("c2"), "2026-01-25T10:00:00Z");
  await does("cat", "Product Registered", { order_id: "c2", product_id: "tea" }, "2026-01-28T10:00:00Z");
  await does("ann", "Rental Started", { rental: "r1", back: "2026-02-20" }, "2025-11-10T10:00:00Z");
  await does("bob", "Rental Started", { rental: "r2", back: "2026-02-20" }, "2025-11-10T10:00:00Z");
  await does("bob", "Rental Started", { rental: "r2", back: "2026-01-15" }, "2025-11-11T10:00:00Z");
  await does("ann", "Product Added", { cart_id: "k", product_id: "tea" }, "2026-02-02T11:30:00Z");
  await forget(); // all this was heard before anything was published
  const again = await story.publish({
    ...leave,
    starts: [
      { kind: "replenishment", products: [], after: days(30) },
      { kind: "cart", idle: { n: 1, unit: "hour" }, least: null },
    ],
  });
  const register = await story.publish({ ...leave, starts: [{ kind: "registration", products: [], after: days(14) }] });
  const rental = await story.publish({
    ...leave,
    starts: [{ kind: "event_date", event: "Rental Started", where: [], property: "back", key: "rental", days: -1, at: "09:00" }],
  });
  expect(await waiting(again)).toEqual([
    ["ann", "tea", "2026-02-19T10:00"],
    ["cat", "tea", "2026-02-24T10:00"],
  ]);
  expect(await waiting(register)).toEqual([["ann", "a1", "2026-02-03T10:00"]]);
  // Told anew with a date that is past, the date of before does not come.
  story.now = Date.parse("2026-02-19T12:00:00Z");
  await story.tick();
  expect(await story.runs(rental)).toMatchObject([{ key: "r1" }]);
  expect(await story.runs(again)).toMatchObject([{ key: "tea" }]);
  expect(await holder.db.query(sql`select 1 from journey_lookbacks where workspace_id = ${story.workspace}`)).toEqual([]);
  await story.expectBooks();
});

test("a product is due at the contact's own rhythm, of it or of its category; until there are three orders, after the time that was set", async () => {
  const { story, does, hear, waiting } = await begin("2026-02-02T12:00:00Z");
  await story.call("POST", "/api/products", {
    products: ["tea", "coffee"].map((externalId) => ({ externalId, name: externalId, category: { externalId: "drinks" } })),
  });
  const coffee = { order_id: "b2", total: 5, products: [{ product_id: "coffee", price: 5 }] };
  for (const [id, at] of [
    ["a1", "2026-01-01T10:00:00Z"],
    ["a2", "2026-01-11T10:00:00Z"],
    ["a2b", "2026-01-11T18:00:00Z"],
    ["a3", "2026-01-31T10:00:00Z"],
  ] as const)
    await does("ann", "Order Completed", tea(id), at);
  await does("bob", "Order Completed", tea("b1"), "2026-01-05T10:00:00Z");
  await does("bob", "Order Completed", coffee, "2026-01-17T10:00:00Z");
  await does("bob", "Order Completed", tea("b3"), "2026-01-29T10:00:00Z");
  await hear();
  const start = (rhythm: "product" | "category"): Start => ({ kind: "replenishment", products: ["tea"], after: days(30), rhythm });
  const product = await story.publish({ ...leave, starts: [start("product")] });
  const category = await story.publish({ ...leave, starts: [start("category")] });
  // Ann: 10 and 20 days, the median is 15. Bob bought tea twice: 30 days as set; something to drink every 12.
  expect(await waiting(product)).toEqual([
    ["ann", "tea", "2026-02-15T10:00"],
    ["bob", "tea", "2026-02-28T10:00"],
  ]);
  expect(await waiting(category)).toEqual([
    ["bob", "tea", "2026-02-10T10:00"],
    ["ann", "tea", "2026-02-15T10:00"],
  ]);
  // She buys earlier, which changes her rhythm too: 10, 20 and 4 days.
  story.now = Date.parse("2026-02-04T10:00:00Z");
  await does("ann", "Order Completed", tea("a4"), "2026-02-04T10:00:00Z");
  await hear();
  expect(await waiting(product)).toEqual([
    ["ann", "tea", "2026-02-14T10:00"],
    ["bob", "tea", "2026-02-28T10:00"],
  ]);
  story.now += 10 * DAY - 1000;
  await story.tick();
  expect(await story.runs(product)).toEqual([]);
  story.now += 1000;
  await story.tick();
  expect(await story.runs(product)).toMatchObject([{ key: "tea" }]);
  await story.expectBooks();
});

import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";

const database = testDatabase();
let app: TestApp;
beforeAll(async () => {
  app = await testApp(database.db, database.url);
});
afterAll(() => app.close());

test("everything about a contact comes in one line of time, page by page, without gap or repeat", async () => {
  const { id: workspace, key } = await app.workspace();
  const writeKey = await app.writeKey(workspace);
  const send = (batch: unknown[]) =>
    app.app.inject({ method: "POST", url: "/v1/batch", headers: { authorization: `Bearer ${writeKey}` }, payload: { batch } });
  const at = (minute: number) => new Date(Date.UTC(2026, 10, 20, 0, minute)).toISOString();
  await send(Array.from({ length: 20 }, (_, i) => ({ type: "track", anonymousId: "x", event: `Seen ${i}`, timestamp: at(i >> 1) })));
  await send([
    { type: "track", userId: "u", event: "Order Completed", timestamp: at(30), properties: { order_id: "o1", total: 5 } },
    { type: "identify", userId: "u", anonymousId: "x", timestamp: at(31), traits: { plan: "gold" } },
  ]);
  const contact = (await app.call(key, "GET", "/api/contacts?search=u")).body.items[0].id as string;
  const seen: { id: string; at: string; kind: string }[] = [];
  for (let next: string | null = ""; next !== null;) {
    const page = await app.call(key, "GET", `/api/contacts/${contact}/timeline?limit=6${next ? `&after=${encodeURIComponent(next)}` : ""}`);
    expect(page.status).toBe(200);
    seen.push(...page.body.items);
    next = page.body.next;
  }
  const kinds = seen.map((item) => item.kind);
  expect(
    Object.fromEntries(["event", "order", "merge", "change"].map((kind) => [kind, kinds.filter((one) => one === kind).length])),
  ).toEqual({ event: 22, order: 1, merge: 1, change: 2 });
  expect(new Set(seen.map((item) => item.id)).size).toBe(seen.length);
  expect(seen.map((item) => item.at)).toEqual(
    seen
      .map((item) => item.at)
      .sort()
      .reverse(),
  );
  expect(
    (await app.call(key, "GET", `/api/contacts/${contact}/timeline?kinds=order,merge`)).body.items.map((one: { kind: string }) => one.kind),
  ).toEqual(["merge", "order"]);
  expect((await app.call(key, "GET", `/api/contacts/${contact}/timeline?kinds=gossip`)).status).toBe(422);
  const stranger = await app.workspace();
  expect((await app.call(stranger.key, "GET", `/api/contacts/${contact}/timeline`)).status).toBe(404);
});

import { DAY, HOUR } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { openForgetter } from "./source-queries.ts";

const database = testDatabase();
let app: TestApp;
beforeAll(async () => {
  app = await testApp(database.db, database.url);
});
afterAll(() => app.close());

const post = (key: string, batch: readonly unknown[]) =>
  app.app.inject({
    method: "POST",
    url: "/v1/b",
    headers: { "content-type": "text/plain;charset=UTF-8", origin: "https://www.shop.example" },
    payload: JSON.stringify({ writeKey: key, batch }),
  });
const view = (id: string) => ({ type: "page", anonymousId: "visitor", messageId: id });

test("a source tells what came by its key in 24 hours, exactly, and when the last message came", async () => {
  const { id, key } = await app.workspace();
  const made = (await app.call(key, "POST", "/api/keys", { kind: "write", name: "www.shop.example" })).body;
  await app.call(key, "POST", "/api/keys", { kind: "api", name: "a server that sends nothing", scopes: ["contacts:write"] });
  const mine = async () => (await app.call(key, "GET", "/api/sources")).body.items;
  expect(await mine()).toEqual([
    {
      id: made.id,
      kind: "write",
      name: "www.shop.example",
      key: made.key,
      script: `${app.deps.config.publicUrl}/snippet/${made.key}.js`,
      createdAt: made.createdAt,
      lastReceivedAt: null,
      day: { stored: 0, duplicate: 0, refused: 0 },
      hours: Array(24).fill(0),
    },
  ]);

  await post(made.key, [view("a"), view("b"), view("a"), { type: "page", anonymousId: "visitor", messageId: "c", timestamp: "yesterday" }]);
  app.deps.clock.advance(2 * HOUR);
  await post(made.key, [view("b"), view("d")]);
  expect(await mine()).toMatchObject([
    {
      lastReceivedAt: new Date(app.deps.clock.now()).toISOString(),
      day: { stored: 3, duplicate: 2, refused: 1 },
      hours: [...Array(21).fill(0), 4, 0, 2],
    },
  ]);

  // Two months on the numbers are gone, the moment of the last message is not.
  app.deps.clock.advance(60 * DAY);
  await openForgetter(database.db, app.deps.clock)();
  expect(await database.db.query(sql`select stored from source_hours where workspace_id = ${id}`)).toHaveLength(1);
  expect(await database.db.query(sql`select id from refused_messages where workspace_id = ${id}`)).toEqual([]);
  expect(await mine()).toMatchObject([{ lastReceivedAt: new Date(app.deps.clock.now() - 60 * DAY).toISOString(), day: { stored: 0 } }]);

  await app.call(key, "DELETE", `/api/keys/${made.id}`);
  expect(await mine()).toEqual([]);
});

test("the inspector shows what was received last, valid or why not, by which key and from whom; late arrivals stand on top", async () => {
  const { id, key } = await app.workspace();
  const writeKey = await app.writeKey(id);
  const at = (ms: number) => new Date(app.deps.clock.now() - ms).toISOString();
  const batch = (n: number, more: readonly unknown[] = []) => [
    ...Array.from({ length: n }, (_none, i) => ({
      type: "track",
      event: i % 3 === 0 ? "Product Viewed" : "Cart Viewed",
      anonymousId: `v${i}`,
      messageId: `${n}-${i}`,
      timestamp: at(1_000 + i),
    })),
    ...more,
  ];
  await post(writeKey, batch(150));
  app.deps.clock.advance(60_000);
  await post(writeKey, [
    { type: "identify", userId: "42", messageId: "who", traits: { firstName: "Zoé", lastName: "Martin" } },
    { type: "track", event: "Product Viewed", userId: "42", messageId: "late", timestamp: at(5 * DAY) },
    { type: "track", event: " ", userId: "42" },
    "nothing",
  ]);
  const seen = (await app.call(await app.key(id, ["contacts:read"]), "GET", "/api/events/inspector")).body;
  const source = (await app.call(key, "GET", "/api/sources")).body.items[0].id;
  expect(
    seen.events
      .slice(0, 2)
      .map((one: { name: string; who: string; source: string }) => [one.name, one.who, one.source])
      .sort(),
  ).toEqual([
    ["Identified", "Zoé Martin", source],
    ["Product Viewed", "Zoé Martin", source],
  ]);
  expect(
    seen.refused.map((one: { code: string; field: string; source: string; body: string }) => [
      one.code,
      one.field,
      one.source,
      JSON.parse(one.body),
    ]),
  ).toEqual([
    ["message.not_object", "", source, "nothing"],
    ["event.required", "event", source, { type: "track", event: " ", userId: "42" }],
  ]);
  // The slow twin reads everything there is.
  const all = await database.db.query<{ id: string }>(
    sql`select id from events where workspace_id = ${id} order by received_at desc, id desc limit 100`,
  );
  expect(seen.events.map((one: { id: string }) => one.id)).toEqual(all.map((row) => row.id));
});

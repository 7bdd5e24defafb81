import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Analytics } from "@segment/analytics-node";
import RudderAnalytics from "@rudderstack/rudder-sdk-node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type Answer, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";

const database = testDatabase();
let app: TestApp;
let base = "";
const DATA = [process.env["RELANCE_TEST_DATA"], resolve(import.meta.dirname, "../../../../../../shared/data")].find(
  (path) => path && existsSync(`${path}/segment-events`),
);

beforeAll(async () => {
  app = await testApp(database.db, database.url);
  base = await app.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => app.close());

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString("base64")}`;
async function send(key: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await app.app.inject({
    method: "POST",
    url: `/v1/${path}`,
    headers: { authorization: basic(key), "content-type": "application/json", ...headers },
    payload: body instanceof Uint8Array ? Buffer.from(body) : typeof body === "string" ? body : JSON.stringify(body),
  });
  return { status: answer.statusCode, body: answer.json<Answer>() };
}
const eventsOf = (workspace: string) =>
  database.db.query<{ name: string; contact_id: string; amount: number | null; properties: Answer; occurred_at: number }>(
    sql`select name, contact_id, amount, properties, occurred_at from events where workspace_id = ${workspace} order by id`,
  );
const contactsOf = (workspace: string) =>
  database.db.query<{
    id: string;
    external_id: string | null;
    email: string | null;
    phone: string | null;
    first_name: string | null;
    known: boolean;
    attributes: Record<string, unknown>;
  }>(sql`select id, external_id, email, phone, first_name, known, attributes from contacts where workspace_id = ${workspace} order by id`);

test("an anonymous visitor who identifies becomes one contact with all its events", async () => {
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  expect(
    await send(key, "track", {
      anonymousId: "x1",
      event: "Product Viewed",
      messageId: "m1",
      properties: { product_id: "p1", name: "Lamp", price: 19 },
    }),
  ).toMatchObject({ status: 200, body: { success: true, received: 1, stored: 1, duplicate: 0, refused: [] } });
  await send(key, "page", { anonymousId: "x1", messageId: "m2", name: "Home" });
  await send(key, "track", { userId: "u1", event: "Signed Up", messageId: "m3" });
  await send(key, "identify", {
    userId: "u1",
    anonymousId: "x1",
    messageId: "m4",
    traits: { email: " Ana@Shop.Example ", phone: "06 12 34 56 78", name: "Ana Lopez", gender: "f", birthday: "1990-02-29" },
  });
  const contacts = await contactsOf(id);
  expect(contacts).toEqual([
    expect.objectContaining({
      external_id: "u1",
      email: "ana@shop.example",
      phone: "+33612345678",
      first_name: "Ana",
      known: true,
      attributes: { gender: "f", birthday: "1990-02-29" },
    }),
  ]);
  const events = await eventsOf(id);
  expect(events.map((event) => event.name)).toEqual(["Product Viewed", "Page Viewed", "Signed Up", "Identified"]);
  expect(new Set(events.map((event) => event.contact_id))).toEqual(new Set([contacts[0]!.id]));
  const merges = await database.db.query(sql`select winner_id, evidence from merges where workspace_id = ${id} order by id`);
  expect(merges).toEqual([
    {
      winner_id: contacts[0]!.id,
      evidence: { kind: "anonymous_id", value: "x1", source: "events", at: expect.any(Number) as number, message: "m4" },
    },
  ]);
  const facts = await database.db.query<{ kind: string; n: number }>(
    sql`select kind, count(*) as n from inbox where workspace_id = ${id} and contact_id = ${contacts[0]!.id} group by kind order by kind`,
  );
  expect(facts).toEqual([
    { kind: "contact.changed", n: 3 },
    { kind: "contact.merged", n: 1 },
    { kind: "event", n: 4 },
  ]);
});

test("a cart becomes an order, and order, lines and event agree", async () => {
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const batch = [
    {
      type: "track",
      userId: "u1",
      event: "Product Added",
      messageId: "a",
      properties: { cart_id: "c1", product_id: "p1", price: 10, quantity: 2 },
    },
    { type: "track", userId: "u1", event: "Product Added", messageId: "b", properties: { cart_id: "c1", product_id: "p2", price: 5.5 } },
    { type: "track", userId: "u1", event: "Product Removed", messageId: "c", properties: { cart_id: "c1", product_id: "p1", quantity: 1 } },
  ];
  expect((await send(key, "batch", { batch })).body).toMatchObject({ received: 3, stored: 3 });
  const cart = () =>
    database.db.query<{ status: string; total: number }>(sql`select status, total from carts where workspace_id = ${id} order by id`);
  expect(await cart()).toEqual([{ status: "open", total: 15.5 }]);
  await send(key, "track", {
    userId: "u1",
    event: "Completed Order",
    messageId: "d",
    properties: {
      order_id: 50314,
      cart_id: "c1",
      total: "15.50",
      currency: "usd",
      products: [
        { product_id: "p1", price: 10, quantity: 1 },
        { product_id: "p2", price: 5.5 },
      ],
    },
  });
  expect(await cart()).toEqual([{ status: "ordered", total: 15.5 }]);
  const orders = await database.db.query(
    sql`select o.external_id, o.total, o.currency, o.status, (select sum(l.total) from order_lines l where l.bucket = o.bucket and l.order_id = o.id) as lines from orders o where o.workspace_id = ${id} order by o.id`,
  );
  expect(orders).toEqual([{ external_id: "50314", total: 15.5, currency: "USD", status: "completed", lines: 15.5 }]);
  expect((await eventsOf(id)).at(-1)).toMatchObject({ name: "Order Completed", amount: 15.5 });
  await send(key, "track", { userId: "u1", event: "Order Refunded", messageId: "e", properties: { order_id: "50314" } });
  expect(await database.db.query(sql`select status, refunded, total from orders where workspace_id = ${id} order by id`)).toEqual([
    { status: "refunded", refunded: 15.5, total: 15.5 },
  ]);
});

test("refunds add up to the cent, each once, and say what went back, whatever order they come in", async () => {
  const told = [
    {
      event: "Order Completed",
      messageId: "o",
      properties: { order_id: "7", total: 30.3, products: [{ product_id: "p1", sku: "S1", name: "Tea", price: 10.1, quantity: 3 }] },
    },
    {
      event: "Order Refunded",
      messageId: "r1",
      properties: { order_id: "7", refund_id: "a", total: 10.1, products: [{ product_id: "p1", sku: "S1", price: 10.1, quantity: 1 }] },
    },
    {
      event: "Order Refunded",
      messageId: "r1-again",
      properties: { order_id: "7", refund_id: "a", total: 10.1, products: [{ product_id: "p1", sku: "S1", price: 10.1, quantity: 1 }] },
    },
    { event: "Order Refunded", messageId: "r2", properties: { order_id: "7", total: 0.2 } },
  ].map((one, index) => ({ type: "track", userId: "u1", timestamp: `2026-03-0${index + 1}T00:00:00Z`, ...one }));
  for (const order of [
    [0, 1, 2, 3],
    [3, 2, 1, 0],
    [1, 3, 0, 2],
    [2, 0, 3, 1],
  ]) {
    const { id, key: session } = await app.workspace();
    const key = await app.writeKey(id);
    for (const index of order) await send(key, "batch", { batch: [told[index], told[index]] });
    const [row] = (await app.call(session, "GET", "/api/orders?search=7")).body.items;
    expect((await app.call(session, "GET", `/api/orders/${row.id}`)).body, order.join()).toMatchObject({
      total: 30.3,
      refunded: 10.3,
      status: "partially_refunded",
      refunds: expect.arrayContaining([
        expect.objectContaining({
          id: "a",
          amount: 10.1,
          items: [expect.objectContaining({ line: 1, name: "Tea", quantity: 1, amount: 10.1 })],
        }),
        expect.objectContaining({ amount: 0.2, items: [] }),
      ]),
    });
    await send(key, "track", { userId: "u1", event: "Order Refunded", messageId: "whole", properties: { order_id: "7" } });
    expect((await app.call(session, "GET", "/api/orders?search=7")).body.items).toMatchObject([
      { total: 30.3, refunded: 30.3, status: "refunded" },
    ]);
  }
});

test("a message id is stored once, whoever repeats it and however often at a time", async () => {
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const answers = await Promise.all(
    Array.from({ length: 1000 }, (_, i) => send(key, "track", { anonymousId: `v${i % 10}`, event: "Ping", messageId: `m${i % 100}` })),
  );
  expect(answers.every((answer) => answer.status === 200)).toBe(true);
  expect(answers.reduce((sum, answer) => sum + answer.body.stored, 0)).toBe(100);
  expect(answers.reduce((sum, answer) => sum + answer.body.duplicate, 0)).toBe(900);
  expect((await eventsOf(id)).length).toBe(100);
  expect((await contactsOf(id)).length).toBe(10);
});

test("a public key cannot redefine or join known contacts; the claim is kept", async () => {
  const { id, key: secret } = await app.workspace();
  const key = await app.writeKey(id);
  await send(secret, "batch", {
    batch: [
      { type: "identify", userId: "victim", traits: { email: "victim@shop.example" } },
      { type: "identify", userId: "other", traits: { email: "other@shop.example" } },
    ],
  });
  await send(key, "identify", { userId: "victim", traits: { email: "evil@shop.example" } });
  await send(key, "identify", { userId: "stranger", traits: { email: "victim@shop.example" } });
  await send(key, "alias", { userId: "other", previousId: "victim" });
  const contacts = await contactsOf(id);
  expect(contacts.map((contact) => [contact.external_id, contact.email]).sort()).toEqual([
    ["other", "other@shop.example"],
    ["stranger", null],
    ["victim", "victim@shop.example"],
  ]);
  const conflicts = await database.db.query<{ value: string }>(
    sql`select kind, value from identity_conflicts where workspace_id = ${id} order by value`,
  );
  expect(conflicts).toEqual([
    { kind: "email", value: "evil@shop.example" },
    { kind: "email", value: "victim@shop.example" },
  ]);
  await send(secret, "alias", { userId: "other", previousId: "victim" });
  expect((await contactsOf(id)).length).toBe(2);
});

test("a refused message is kept whatever its text looks like, and the good ones beside it are stored", async () => {
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const answer = await send(key, "batch", {
    batch: [
      { type: "nonsense", userId: "a", note: "\\u0000 \u0000 \ud800" },
      { type: "track", userId: "a", event: "Fine" },
    ],
  });
  expect(answer).toMatchObject({ status: 200, body: { stored: 1, refused: [{ index: 0 }] } });
});

test("bad messages inside a good batch are refused alone, with the field at fault", async () => {
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const deep = JSON.parse("[".repeat(2000) + "]".repeat(2000)) as unknown;
  const answer = await send(
    key,
    "batch",
    JSON.stringify({
      batch: [
        { type: "track", userId: "u", event: "Good\u0000 \ud800", properties: { a: "\u0000\udc00", n: 1 } },
        { type: "track", userId: "u" },
        { type: "track", event: "x" },
        { type: "zap", userId: "u" },
        "no",
        { type: "track", userId: "u", event: "x", properties: deep },
        { type: "track", userId: "u", event: "x", timestamp: "yesterday" },
        { type: "track", userId: "u", event: "x", timestamp: "+275760-09-13T00:00:00.000Z" },
        { type: "track", userId: { a: 1 }, event: "x" },
        { type: "track", userId: "u", event: "x", messageId: "m".repeat(300) },
        { type: "track", userId: "u", event: "x", properties: { big: "x".repeat(40_000) } },
        { type: "track", userId: "u", event: "y", timestamp: "9999-12-31T00:00:00Z" },
        { type: "track", userId: "u", event: "z", properties: { a: { constructor: 1 } } },
      ],
    }).replace('"n":1', '"n":1e999'),
  );
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({ received: 13, stored: 2, duplicate: 0 });
  expect(answer.body.refused.map((one: { index: number; code: string }) => [one.index, one.code])).toEqual([
    [1, "event.required"],
    [2, "id.required"],
    [3, "type.unknown"],
    [4, "message.not_object"],
    [5, "message.too_deep"],
    [6, "timestamp.unreadable"],
    [7, "timestamp.unreadable"],
    [8, "id.not_text"],
    [9, "id.too_long"],
    [10, "message.too_large"],
    [12, "message.forbidden_key"],
  ]);
  const proto = await send(key, "track", '{"userId":"u","event":"x","properties":{"__proto__":{"x":1}}}');
  expect(proto.body.refused).toEqual([{ index: 0, code: "message.forbidden_key", field: "message.properties.__proto__" }]);
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  const seen = await app.call(await app.key(id, ["contacts:read"]), "GET", "/api/events/inspector");
  expect(seen.status).toBe(200);
  expect(seen.body.events.length).toBe(2);
  expect(seen.body.refused.length).toBe(12);
});

test("limits and malformed calls are answered 400 naming the limit, unknown keys 401", async () => {
  const { id } = await app.workspace();
  const key = await app.writeKey(id);
  const small = { type: "track", userId: "u", event: "e" };
  expect(await send(key, "batch", { batch: Array.from({ length: 2501 }, () => small) })).toMatchObject({
    status: 400,
    body: { error: { code: "ingest.batch_too_long", field: "batch" } },
  });
  expect(await send(key, "track", { ...small, properties: { a: "x".repeat(33_000) } })).toMatchObject({
    status: 400,
    body: { error: { code: "ingest.call_too_large" } },
  });
  expect(await send(key, "batch", { batch: [{ ...small, properties: { a: "x".repeat(600_000) } }] })).toMatchObject({
    status: 400,
    body: { error: { code: "ingest.call_too_large" } },
  });
  expect(
    await send(key, "batch", gzipSync(JSON.stringify({ batch: [{ a: "x".repeat(5_000_000) }] })), { "content-encoding": "gzip" }),
  ).toMatchObject({ status: 400, body: { error: { code: "ingest.call_too_large" } } });
  expect(await send(key, "track", "{", {})).toMatchObject({ status: 400, body: { error: { code: "ingest.body_malformed" } } });
  expect(await send(key, "batch", {})).toMatchObject({ status: 400, body: { error: { code: "ingest.batch_missing" } } });
  expect(await send("rlw_nobody_knows_this_key", "track", small)).toMatchObject({
    status: 401,
    body: { error: { code: "ingest.unknown_write_key" } },
  });
  expect(await send("", "track", { ...small, writeKey: key }, { authorization: "", "content-type": "text/plain" })).toMatchObject({
    status: 200,
    body: { stored: 1 },
  });
  expect((await send(key, "batch", gzipSync(JSON.stringify({ batch: [small] })), { "content-encoding": "gzip" })).body).toMatchObject({
    stored: 1,
  });
  // Each is in the inspector with what it said, but the one whose key nobody has; a flood is not.
  const refused = async () =>
    (
      await app.app.inject({
        method: "GET",
        url: "/api/events/inspector",
        headers: { authorization: `Bearer ${await app.key(id, ["contacts:read"])}` },
      })
    ).json().refused as { code: string; field: string; body: string }[];
  expect((await refused()).map((one) => one.code.replace("ingest.", "")).reverse()).toEqual([
    "batch_too_long",
    "call_too_large",
    "call_too_large",
    "call_too_large",
    "body_malformed",
    "batch_missing",
  ]);
  expect((await refused())[1]).toMatchObject({ body: "{" });
  for (let n = 0; n < 20; n++) await send(key, "track", "{", {});
  expect((await refused()).length).toBe(20);
  const preflight = await app.app.inject({
    method: "OPTIONS",
    url: "/v1/batch",
    headers: { origin: "https://shop.example", "access-control-request-method": "POST" },
  });
  expect([preflight.statusCode, preflight.headers["access-control-allow-origin"]]).toEqual([204, "*"]);
});

test("the public Segment SDK works by changing only host and write key", async () => {
  const { id } = await app.workspace();
  const analytics = new Analytics({ writeKey: await app.writeKey(id), host: base, flushAt: 10 });
  const problems: unknown[] = [];
  analytics.on("error", (error) => problems.push(error));
  for (let i = 0; i < 25; i++)
    analytics.track({ userId: `u${i % 5}`, event: "Order Completed", properties: { order_id: `o${i}`, total: i + 0.5, currency: "EUR" } });
  analytics.identify({ userId: "u0", traits: { email: "zoe@shop.example", plan: "gold" } });
  analytics.page({ anonymousId: "visitor", name: "Home", properties: { url: "https://shop.example/" } });
  analytics.group({ userId: "u1", groupId: "acme", traits: { name: "Acme" } });
  analytics.alias({ userId: "u1", previousId: "old-visitor" });
  await analytics.closeAndFlush();
  expect(problems).toEqual([]);
  expect((await eventsOf(id)).length).toBe(29);
  expect((await contactsOf(id)).find((contact) => contact.external_id === "u0")).toMatchObject({
    email: "zoe@shop.example",
    attributes: { plan: "gold" },
  });
  expect(await database.db.query(sql`select count(*) as n, sum(total) as total from orders where workspace_id = ${id}`)).toEqual([
    { n: 25, total: 312.5 },
  ]);
});

test("the public RudderStack SDK works by changing only host and write key", async () => {
  const { id } = await app.workspace();
  const rudder = new RudderAnalytics(await app.writeKey(id), { dataPlaneUrl: base, flushAt: 5, gzip: true });
  for (let i = 0; i < 12; i++)
    rudder.track({ userId: `u${i % 3}`, event: "Viewed Product", properties: { product_id: `p${i}`, price: 3 } });
  rudder.identify({ userId: "u0", traits: { email: "max@shop.example", firstName: "Max" } });
  await new Promise<void>((done) => {
    void rudder.flush(() => done());
  });
  await expect.poll(async () => (await eventsOf(id)).length, { timeout: 10_000 }).toBe(13);
  expect((await contactsOf(id)).find((contact) => contact.external_id === "u0")).toMatchObject({
    email: "max@shop.example",
    first_name: "Max",
  });
  expect((await eventsOf(id)).filter((event) => event.name === "Product Viewed").length).toBe(12);
});

interface JsCall {
  readonly method: "track" | "identify" | "page" | "alias" | "group";
  readonly args: readonly unknown[];
}

/** What analytics.js makes of a call: a name or an id first where there is one, then an object. */
function asMessage({ method, args }: JsCall): Record<string, unknown> {
  const [name] = args.filter((one) => typeof one === "string");
  const [values] = args.filter((one) => typeof one === "object" && one !== null);
  const own = {
    track: { event: name, properties: values },
    page: { name, properties: values },
    identify: { userId: name, traits: values },
    group: { groupId: name, traits: values },
    alias: { userId: name, previousId: "spec" },
  }[method];
  return { type: method, anonymousId: "spec", ...own };
}

test.skipIf(!DATA)(
  `what e-mail and customer platforms tell, made events by their rules, is stored, or refused with its reason${DATA ? "" : " (skipped: no test data beside the checkout)"}`,
  async () => {
    const { id } = await app.workspace();
    const key = await app.writeKey(id);
    const cases = readdirSync(`${DATA}/esp-webhooks`, { recursive: true })
      .map(String)
      .filter((name) => name.endsWith(".json"))
      .sort();
    // Their transformer leaves one and the same message id in its expectations; each is another message.
    const told = cases.flatMap((name) => {
      const { queue } = (
        JSON.parse(readFileSync(`${DATA}/esp-webhooks/${name}`, "utf8")) as { output: { queue?: Record<string, unknown>[] } }
      ).output;
      return (queue ?? []).map((one, n) => ({ ...one, messageId: `${name}:${n}` }));
    });
    expect([cases.length, told.length]).toEqual([79, 75]);
    const answer = await send(key, "batch", { batch: told });
    expect([
      answer.status,
      answer.body.received,
      answer.body.stored,
      answer.body.refused.map((one: { index: number; code: string; field: string }) => [
        told[one.index]!.messageId.split(":")[0],
        one.code,
        one.field,
      ]),
    ]).toEqual([
      200,
      75,
      72,
      [
        ["close_crm/lead_update_0.json", "timestamp.unreadable", "originalTimestamp"],
        ["mailjet/mail_jet_when_no_email_is_present_0.json", "id.required", "userId"],
        ["segment/test_0_2.json", "type.required", "type"],
      ],
    ]);
    expect((await eventsOf(id)).length).toBe(72);
  },
);

test.skipIf(!DATA)(
  `every message of the real corpus is stored, a duplicate, or refused with a reason${DATA ? "" : " (skipped: no test data beside the checkout)"}`,
  async () => {
    const { id } = await app.workspace();
    const key = await app.writeKey(id);
    const lines = [
      ...gunzipSync(readFileSync(`${DATA}/segment-events/rudder_messages.jsonl.gz`))
        .toString()
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { message: unknown }).message),
      ...readFileSync(`${DATA}/segment-events/segment_spec_examples.jsonl`, "utf8")
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as { example: unknown }).example),
      ...readFileSync(`${DATA}/segment-events/segment_spec_js_calls.jsonl`, "utf8")
        .trim()
        .split("\n")
        .map((line) => asMessage(JSON.parse(line) as JsCall)),
    ];
    expect(lines.length).toBe(1_695 + 76 + 58);
    const totals: Record<string, number> = { received: 0, stored: 0, duplicate: 0 };
    const reasons: Record<string, number> = {};
    for (let i = 0; i < lines.length; i += 20) {
      const answer = await send(key, "batch", { batch: lines.slice(i, i + 20) });
      expect(answer.status).toBe(200);
      for (const field of Object.keys(totals)) totals[field]! += answer.body[field];
      for (const one of answer.body.refused) reasons[`${one.code} ${one.field}`] = (reasons[`${one.code} ${one.field}`] ?? 0) + 1;
    }
    const refused = Object.values(reasons).reduce((a, b) => a + b, 0);
    console.log("corpus", totals, { refused }, reasons);
    expect(totals["received"]).toBe(lines.length);
    expect(totals["stored"]! + totals["duplicate"]! + refused).toBe(lines.length);
    expect((await eventsOf(id)).length).toBe(totals["stored"]);
  },
);

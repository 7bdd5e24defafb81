import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator } from "../../platform/chance/generator.ts";
import { sql } from "../../platform/db/sql.ts";

const database = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(database.db, database.url);
});
afterAll(() => shop.close());

const SECRET = "shpss_a_shared_secret";
const DOMAIN = "tea-shop.myshopify.com";
const DATA = [process.env["RELANCE_TEST_DATA"], resolve(import.meta.dirname, "../../../../../../shared/data")].find((path) => path && existsSync(`${path}/commerce-webhooks`));

async function connect() {
  const workspace = await shop.workspace();
  const { status, body } = await shop.call(workspace.key, "POST", "/api/connections", { shop: "shopify", name: "Tea", domain: DOMAIN, secret: SECRET });
  expect(status).toBe(201);
  return { ...workspace, connection: body.id as string, path: new URL(body.webhookUrl as string).pathname };
}
const sign = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text).digest("base64");
async function deliver(path: string, topic: string, payload: unknown, headers: Record<string, string> = {}) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const answer = await shop.app.inject({ method: "POST", url: path, headers: { "content-type": "application/json", "x-shopify-topic": topic, "x-shopify-shop-domain": DOMAIN, "x-shopify-hmac-sha256": sign(text), ...headers }, payload: text });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}
const connectionOf = async (key: string) => (await shop.call(key, "GET", "/api/connections")).body.items[0];

const order = (more: Record<string, unknown> = {}) => ({
  id: 9001, name: "#1001", currency: "EUR", created_at: "2026-03-01T10:00:00Z", updated_at: "2026-03-01T10:00:00Z", total_price: "50.00", financial_status: "pending", refunds: [],
  customer: { id: 73, email: "ana@tea.example", first_name: "Ana" }, line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 2 }], ...more,
});

test("an order of a shop becomes a contact, an event, an order and a product, each once", async () => {
  const { id, key, path } = await connect();
  expect(await deliver(path, "orders/create", order())).toEqual({ status: 200, body: { outcome: "stored" } });
  expect(await deliver(path, "orders/create", order())).toEqual({ status: 200, body: { outcome: "repeated" } });
  expect(await database.db.query(sql`select external_id, email, first_name from contacts where workspace_id = ${id} order by id`)).toEqual([{ external_id: "shopify:73", email: "ana@tea.example", first_name: "Ana" }]);
  expect(await database.db.query(sql`select o.external_id, o.status, o.total, l.quantity, p.name from orders o join order_lines l on l.bucket = o.bucket and l.order_id = o.id join products p on p.id = l.product_id where o.workspace_id = ${id} order by o.id`)).toEqual([{ external_id: "9001", status: "pending", total: 50, quantity: 2, name: "Tea" }]);
  expect(await connectionOf(key)).toMatchObject({ stored: 1, repeated: 1, ignored: 0, refused: 0, lastProblem: null });
});

test("a delivery that is not signed with the connection's secret is a 401 and stores nothing", async () => {
  const { id, key, path } = await connect();
  const text = JSON.stringify(order());
  const wrong: [string, Record<string, string>][] = [
    [path, { "x-shopify-hmac-sha256": "" }], [path, { "x-shopify-hmac-sha256": sign(text, "another secret") }], [path, { "x-shopify-hmac-sha256": sign(`${text} `) }], [path, { "x-shopify-hmac-sha256": sign(text).slice(0, 20) }],
    [path, { "x-shopify-shop-domain": "other-shop.myshopify.com" }], ["/hooks/shops/00000000-0000-7000-8000-000000000000", {}], ["/hooks/shops/nothing", {}],
  ];
  for (const [where, headers] of wrong) expect(await deliver(where, "orders/create", text, headers)).toMatchObject({ status: 401, body: { error: { code: "connection.not_signed" } } });
  expect(await database.db.query(sql`select id from contacts where workspace_id = ${id} union all select id from events where workspace_id = ${id} order by id`)).toEqual([]);
  expect(await connectionOf(key)).toMatchObject({ stored: 0, repeated: 0, ignored: 0, refused: 0, lastReceivedAt: null });
  await shop.call(key, "PUT", `/api/connections/${(await connectionOf(key)).id}/secret`, { secret: "a newer secret" });
  expect((await deliver(path, "orders/create", text)).status).toBe(401);
  expect((await deliver(path, "orders/create", text, { "x-shopify-hmac-sha256": sign(text, "a newer secret") })).status).toBe(200);
});

test("the secret is stored sealed and never shown", async () => {
  const { key, connection } = await connect();
  expect(JSON.stringify((await shop.call(key, "GET", "/api/connections")).body)).not.toContain(SECRET);
  const rows = await database.db.query<{ secret: Uint8Array }>(sql`select secret from shop_connections where id = ${connection} order by id`);
  expect(Buffer.from(rows[0]!.secret).includes(SECRET)).toBe(false);
});

test("what cannot be read is counted with its reason and acknowledged", async () => {
  const { key, path } = await connect();
  expect((await deliver(path, "orders/cancelled", { email: "ana@tea.example" })).body).toEqual({ outcome: "refused" });
  expect((await deliver(path, "themes/publish", { id: 1 })).body).toEqual({ outcome: "ignored" });
  for (const hostile of ["[1]", "{", '{"__proto__":{"a":1}}']) expect((await deliver(path, "orders/create", hostile)).status).toBe(400);
  expect((await deliver(path, "orders/create", order({ id: 9002, created_at: "1999-06-01", updated_at: "9999-12-31" }))).body).toEqual({ outcome: "refused" });
  expect((await deliver(path, "orders/create", order({ name: "a\u0000b", line_items: [{ product_id: "\u0000", title: "\u0000tea", price: "1e999", quantity: "x" }] }))).status).toBe(200);
  expect(await connectionOf(key)).toMatchObject({ ignored: 1, refused: 2, lastProblem: { reason: "timestamp.too_early: timestamp" } });
});

const consent = (state: string, at: string) => ({ id: 73, email: "ana@tea.example", first_name: "Ana", updated_at: at, email_marketing_consent: { state, opt_in_level: "single_opt_in", consent_updated_at: at } });
const STORY: [string, unknown][] = [
  ["customers/create", consent("subscribed", "2026-02-28T00:00:00Z")],
  ["orders/create", order()],
  ["orders/paid", order({ updated_at: "2026-03-01T11:00:00Z", financial_status: "paid" })],
  ["orders/updated", order({ updated_at: "2026-03-01T11:00:00Z", financial_status: "paid" })],
  ["orders/edited", order({ updated_at: "2026-03-02T09:00:00Z", financial_status: "paid", total_price: "75.00", line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 3 }] })],
  ["orders/updated", order({ updated_at: "2026-03-05T09:00:00Z", financial_status: "partially_refunded", total_price: "75.00", line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 3 }], refunds: [{ transactions: [{ kind: "refund", status: "success", amount: "25.00" }] }] })],
  ["orders/fulfilled", order({ updated_at: "2026-03-05T09:00:00Z", financial_status: "partially_refunded", fulfillment_status: "fulfilled", total_price: "75.00", refunds: [] })],
  ["customers/update", consent("unsubscribed", "2026-03-06T00:00:00Z")],
];

test("the same deliveries in any order, however often repeated, give the same rows", async () => {
  const rowsOf = async (workspace: string) => ({
    contacts: await database.db.query(sql`select external_id, email, first_name from contacts where workspace_id = ${workspace} order by id`),
    orders: await database.db.query(sql`select external_id, status, total, refunded, placed_at, updated_at from orders where workspace_id = ${workspace} order by external_id`),
    lines: await database.db.query(sql`select line, sku, name, quantity, unit_price, total from order_lines where workspace_id = ${workspace} order by line`),
    events: await database.db.query(sql`select type, name, occurred_at, properties, amount from events where workspace_id = ${workspace} order by occurred_at, name, properties::text`),
    consents: await database.db.query(sql`select channel, topic, state, basis, changed_at from consents where workspace_id = ${workspace} order by channel`),
    proofs: await database.db.query(sql`select state, occurred_at from consent_proofs where workspace_id = ${workspace} order by occurred_at`),
  });
  const inOrder = await connect();
  for (const [topic, payload] of STORY) await deliver(inOrder.path, topic, payload);
  const wanted = await rowsOf(inOrder.id);
  expect(wanted.orders).toMatchObject([{ total: 75, refunded: 25 }]);
  expect(wanted.consents).toMatchObject([{ channel: "email", state: "withdrawn" }]);
  for (let seed = 1; seed <= 25; seed++) {
    const random = seededGenerator(`deliveries ${seed}`);
    const told = [...STORY, ...STORY].map((one) => ({ one, at: random.float() })).sort((a, b) => a.at - b.at).map(({ one }) => one);
    const { id, path } = await connect();
    for (const [topic, payload] of told) expect((await deliver(path, topic, payload)).status, `seed ${seed}`).toBe(200);
    expect(await rowsOf(id), `seed ${seed}`).toEqual(wanted);
  }
});

const FOLDER = `${DATA}/commerce-webhooks/shopify-events`;
test.skipIf(!DATA)(`real order webhooks of Shopify are stored whole${DATA ? "" : ": SKIPPED, no data folder (RELANCE_TEST_DATA)"}`, async () => {
  const { id, path } = await connect();
  const files = readdirSync(FOLDER).filter((file) => file.startsWith("webhook-orders-")).map((file) => JSON.parse(readFileSync(`${FOLDER}/${file}`, "utf8")) as { topic: string; body: Record<string, unknown> });
  expect(files.length).toBe(5);
  for (const { topic, body } of files) expect((await deliver(path, topic.replace("_", "/"), body)).body).toEqual({ outcome: body["id"] === undefined ? "refused" : "stored" });
  const kept = await database.db.query<{ payload: unknown }>(sql`select context -> 'shopify' as payload from events where workspace_id = ${id} and type = 'track' order by id`);
  expect(kept.map((one) => one.payload)).toEqual(files.filter((one) => one.body["id"] !== undefined).map((one) => one.body));
});

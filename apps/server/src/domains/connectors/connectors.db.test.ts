import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { keptOf, leavesOf, mappedOf, shownOf } from "../../../test/support/leaves.ts";
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
const DATA = [process.env["RELANCE_TEST_DATA"], resolve(import.meta.dirname, "../../../../../../shared/data")].find(
  (path) => path && existsSync(`${path}/commerce-webhooks`),
);

async function connect(kind: "shopify" | "woocommerce" | "prestashop" = "shopify", into?: { id: string; key: string }) {
  const workspace = into ?? (await shop.workspace());
  const { status, body } = await shop.call(workspace.key, "POST", "/api/connections", {
    shop: kind,
    name: "Tea",
    domain: kind === "shopify" ? DOMAIN : "https://shop.example",
    secret: SECRET,
  });
  expect(status).toBe(201);
  return { ...workspace, connection: body.id as string, path: new URL(body.webhookUrl as string).pathname };
}
const sign = (text: string, secret = SECRET) => createHmac("sha256", secret).update(text).digest("base64");
async function deliver(path: string, topic: string, payload: unknown, headers: Record<string, string> = {}) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const answer = await shop.app.inject({
    method: "POST",
    url: path,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": DOMAIN,
      "x-shopify-hmac-sha256": sign(text),
      ...headers,
    },
    payload: text,
  });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}
async function deliverWoo(path: string, topic: string, payload: unknown, headers: Record<string, string> = {}) {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  const answer = await shop.app.inject({
    method: "POST",
    url: path,
    headers: { "content-type": "application/json", "x-wc-webhook-topic": topic, "x-wc-webhook-signature": sign(text), ...headers },
    payload: text,
  });
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
}
const connectionOf = async (key: string) => (await shop.call(key, "GET", "/api/connections")).body.items[0];

const order = (more: Record<string, unknown> = {}) => ({
  id: 9001,
  name: "#1001",
  currency: "EUR",
  created_at: "2026-03-01T10:00:00Z",
  updated_at: "2026-03-01T10:00:00Z",
  total_price: "50.00",
  financial_status: "pending",
  refunds: [],
  customer: { id: 73, email: "ana@tea.example", first_name: "Ana" },
  line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 2 }],
  ...more,
});

test("an order of a shop becomes a contact, an event, an order and a product, each once", async () => {
  const { id, key, path } = await connect();
  expect(await deliver(path, "orders/create", order())).toEqual({ status: 200, body: { outcome: "stored" } });
  expect(await deliver(path, "orders/create", order())).toEqual({ status: 200, body: { outcome: "repeated" } });
  expect(await database.db.query(sql`select external_id, email, first_name from contacts where workspace_id = ${id} order by id`)).toEqual([
    { external_id: "shopify:73", email: "ana@tea.example", first_name: "Ana" },
  ]);
  expect(
    await database.db.query(
      sql`select o.external_id, o.status, o.total, l.quantity, p.name from orders o join order_lines l on l.bucket = o.bucket and l.order_id = o.id join products p on p.id = l.product_id where o.workspace_id = ${id} order by o.id`,
    ),
  ).toEqual([{ external_id: "9001", status: "pending", total: 50, quantity: 2, name: "Tea" }]);
  expect(await connectionOf(key)).toMatchObject({ stored: 1, repeated: 1, ignored: 0, refused: 0, lastProblem: null });
});

test("a delivery that is not signed with the connection's secret is a 401 and stores nothing", async () => {
  const { id, key, path } = await connect();
  const text = JSON.stringify(order());
  const wrong: [string, Record<string, string>][] = [
    [path, { "x-shopify-hmac-sha256": "" }],
    [path, { "x-shopify-hmac-sha256": sign(text, "another secret") }],
    [path, { "x-shopify-hmac-sha256": sign(`${text} `) }],
    [path, { "x-shopify-hmac-sha256": sign(text).slice(0, 20) }],
    [path, { "x-shopify-shop-domain": "other-shop.myshopify.com" }],
    ["/hooks/shops/00000000-0000-7000-8000-000000000000", {}],
    ["/hooks/shops/nothing", {}],
  ];
  for (const [where, headers] of wrong)
    expect(await deliver(where, "orders/create", text, headers)).toMatchObject({
      status: 401,
      body: { error: { code: "connection.not_signed" } },
    });
  expect(
    await database.db.query(
      sql`select id from contacts where workspace_id = ${id} union all select id from events where workspace_id = ${id} order by id`,
    ),
  ).toEqual([]);
  expect(await connectionOf(key)).toMatchObject({ stored: 0, repeated: 0, ignored: 0, refused: 0, lastReceivedAt: null });
  await shop.call(key, "PUT", `/api/connections/${(await connectionOf(key)).id}/secret`, { secret: "a newer secret" });
  expect((await deliver(path, "orders/create", text)).status).toBe(401);
  expect((await deliver(path, "orders/create", text, { "x-shopify-hmac-sha256": sign(text, "a newer secret") })).status).toBe(200);
});

test("the secret is stored sealed and never shown", async () => {
  const { key, connection } = await connect();
  expect(JSON.stringify((await shop.call(key, "GET", "/api/connections")).body)).not.toContain(SECRET);
  const rows = await database.db.query<{ secret: Uint8Array }>(
    sql`select secret from shop_connections where id = ${connection} order by id`,
  );
  expect(Buffer.from(rows[0]!.secret).includes(SECRET)).toBe(false);
});

test("what cannot be read is counted with its reason and acknowledged", async () => {
  const { key, path } = await connect();
  expect((await deliver(path, "orders/cancelled", { email: "ana@tea.example" })).body).toEqual({ outcome: "refused" });
  expect((await deliver(path, "themes/publish", { id: 1 })).body).toEqual({ outcome: "ignored" });
  for (const hostile of ["[1]", "{", '{"__proto__":{"a":1}}']) expect((await deliver(path, "orders/create", hostile)).status).toBe(400);
  expect((await deliver(path, "orders/create", order({ id: 9002, created_at: "1993-06-01", updated_at: "9999-12-31" }))).body).toEqual({
    outcome: "refused",
  });
  expect(
    (
      await deliver(
        path,
        "orders/create",
        order({ name: "a\u0000b", line_items: [{ product_id: "\u0000", title: "\u0000tea", price: "1e999", quantity: "x" }] }),
      )
    ).status,
  ).toBe(200);
  expect(await connectionOf(key)).toMatchObject({
    ignored: 1,
    refused: 2,
    lastProblem: { reason: "orders/create: timestamp.too_early: timestamp" },
  });
});

test("a webhook of WooCommerce asks for its own signature; the ping it is saved with is answered and nothing more", async () => {
  const { id, key, path } = await connect("woocommerce");
  expect(await deliverWoo(path, "order.created", WOO_ORDER(), { "x-wc-webhook-signature": "" })).toMatchObject({ status: 401 });
  expect(await deliver(path, "order.created", WOO_ORDER())).toMatchObject({ status: 401 });
  expect(
    await deliverWoo(path, "", "webhook_id=3", { "content-type": "application/x-www-form-urlencoded", "x-wc-webhook-signature": "" }),
  ).toEqual({ status: 200, body: { outcome: "ignored" } });
  expect(await connectionOf(key)).toMatchObject({ stored: 0, refused: 0, ignored: 0, lastReceivedAt: null });
  expect(await deliverWoo(path, "order.created", WOO_ORDER())).toEqual({ status: 200, body: { outcome: "stored" } });
  expect(await database.db.query(sql`select external_id, status, total from orders where workspace_id = ${id} order by id`)).toEqual([
    { external_id: "727", status: "processing", total: 29.35 },
  ]);
});

test("two shops whose ids begin at 1 do not share customers, orders or products", async () => {
  const first = await connect("woocommerce");
  const second = await connect("woocommerce", first);
  for (const { path } of [first, second])
    await deliverWoo(
      path,
      "order.updated",
      WOO_ORDER({ customer_id: 1, billing: { email: path === first.path ? "a@shop.example" : "b@shop.example" } }),
    );
  expect(await database.db.query(sql`select external_id from contacts where workspace_id = ${first.id} order by external_id`)).toEqual([
    { external_id: "woocommerce:1" },
    { external_id: "woocommerce:shop.example:1" },
  ]);
  expect(await database.db.query(sql`select external_id from orders where workspace_id = ${first.id} order by external_id`)).toEqual([
    { external_id: "727" },
    { external_id: "shop.example:727" },
  ]);
});

const WOO_ORDER = (more: Record<string, unknown> = {}) => ({
  id: 727,
  number: "727",
  status: "processing",
  currency: "USD",
  date_created_gmt: "2026-03-22T19:28:02",
  date_modified_gmt: "2026-03-22T19:28:08",
  total: "29.35",
  total_tax: "1.35",
  customer_id: 0,
  billing: { email: "john@shop.example" },
  line_items: [{ product_id: 93, variation_id: 732, quantity: 2, total: "28.00", total_tax: "1.35", sku: "S" }],
  refunds: [],
  ...more,
});
const WOO_PRODUCT = (more: Record<string, unknown> = {}) => ({
  id: 93,
  name: "Scarf",
  type: "variable",
  permalink: "https://shop.example/scarf",
  status: "publish",
  date_modified_gmt: "2026-03-01T00:00:00",
  price: "14.00",
  manage_stock: false,
  stock_status: "instock",
  variations: [732, 733],
  ...more,
});
const WOO_VARIATION = (id: number, more: Record<string, unknown> = {}) => ({
  id,
  type: "variation",
  parent_id: 93,
  sku: `S${id}`,
  price: "14.00",
  manage_stock: true,
  stock_quantity: 5,
  date_modified_gmt: "2026-03-01T00:00:00",
  attributes: [{ name: "Color", option: "Red" }],
  ...more,
});
const WOO_STORY: [string, unknown][] = [
  [
    "customer.created",
    {
      id: 26,
      email: "zoe@shop.example",
      first_name: "Zoe",
      date_created_gmt: "2026-03-01T00:00:00",
      billing: { country: "FR", city: "Lyon" },
    },
  ],
  ["product.created", WOO_PRODUCT()],
  ["product.updated", WOO_PRODUCT({ date_modified_gmt: "2026-03-03T00:00:00", name: "Silk scarf", variations: [732] })],
  ["product.created", WOO_VARIATION(732)],
  ["product.created", WOO_VARIATION(733)],
  ["product.updated", WOO_VARIATION(732, { date_modified_gmt: "2026-03-04T00:00:00", price: "12.00", stock_quantity: 2 })],
  ["order.created", WOO_ORDER({ status: "checkout-draft", date_modified_gmt: "2026-03-22T19:27:00", customer_id: 26 })],
  ["order.updated", WOO_ORDER({ customer_id: 26 })],
  [
    "order.updated",
    WOO_ORDER({ customer_id: 26, status: "completed", date_modified_gmt: "2026-03-24T00:00:00", refunds: [{ id: 9, total: "-4.00" }] }),
  ],
  [
    "refund.created",
    {
      id: 9,
      parent_id: 727,
      amount: "4.00",
      date_created_gmt: "2026-03-24T00:00:00",
      line_items: [
        {
          id: 1,
          product_id: 93,
          variation_id: 732,
          sku: "S",
          name: "Scarf",
          quantity: -1,
          total: "-3.80",
          total_tax: "-0.20",
          meta_data: [{ key: "_refunded_item_id", value: "55" }],
        },
      ],
    },
  ],
];

const consent = (state: string, at: string) => ({
  id: 73,
  email: "ana@tea.example",
  first_name: "Ana",
  updated_at: at,
  email_marketing_consent: { state, opt_in_level: "single_opt_in", consent_updated_at: at },
});
const edited = {
  total_price: "75.00",
  line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 3 }],
  cart_token: "c1",
};
const checkout = (more: Record<string, unknown> = {}) => ({
  token: "t1",
  cart_token: "c1",
  created_at: "2026-03-01T09:30:00Z",
  updated_at: "2026-03-01T09:30:00Z",
  email: "ana@tea.example",
  currency: "EUR",
  total_price: "25.00",
  customer: { id: 73 },
  line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 1 }],
  ...more,
});
const product = (more: Record<string, unknown> = {}) => ({
  id: 1,
  title: "Tea",
  vendor: "Leaf",
  product_type: "Drinks",
  handle: "tea",
  updated_at: "2026-02-01T00:00:00Z",
  options: [{ name: "Size" }],
  variants: [11, 12].map((id) => ({
    id,
    sku: `T${id}`,
    price: "25.00",
    option1: `${id} g`,
    inventory_item_id: id + 100,
    inventory_management: "shopify",
    inventory_quantity: 9,
    updated_at: "2026-02-01T00:00:00Z",
  })),
  ...more,
});
const level = (item: number, location: number, available: number, at: string) => ({
  inventory_item_id: item,
  location_id: location,
  available,
  updated_at: at,
});
const BACK = [
  {
    id: 1,
    line_item_id: 71,
    quantity: 1,
    subtotal: "24.00",
    line_item: { id: 71, product_id: 1, variant_id: 11, title: "Tea", price: "25.00" },
  },
];
const STORY: [string, unknown][] = [
  ["customers/create", consent("subscribed", "2026-02-28T00:00:00Z")],
  ["products/create", product()],
  [
    "products/update",
    product({
      updated_at: "2026-02-20T00:00:00Z",
      title: "Green tea",
      variants: [
        {
          id: 11,
          sku: "T11",
          price: "22.00",
          option1: "11 g",
          inventory_item_id: 111,
          inventory_management: "shopify",
          inventory_quantity: 7,
          updated_at: "2026-02-20T00:00:00Z",
        },
      ],
    }),
  ],
  ["inventory_levels/update", level(111, 1, 4, "2026-02-21T00:00:00Z")],
  ["inventory_levels/update", level(111, 1, 3, "2026-02-22T00:00:00Z")],
  ["inventory_levels/update", level(111, 2, 5, "2026-02-21T00:00:00Z")],
  ["carts/update", { token: "c1", updated_at: "2026-03-01T09:20:00Z", line_items: [] }],
  ["checkouts/create", checkout()],
  [
    "checkouts/update",
    checkout({
      updated_at: "2026-03-01T09:40:00Z",
      total_price: "50.00",
      line_items: [{ product_id: 1, variant_id: 11, title: "Tea", price: "25.00", quantity: 2 }],
    }),
  ],
  ["orders/create", order({ cart_token: "c1" })],
  ["orders/paid", order({ updated_at: "2026-03-01T11:00:00Z", financial_status: "paid", cart_token: "c1" })],
  ["orders/updated", order({ updated_at: "2026-03-01T11:00:00Z", financial_status: "paid", cart_token: "c1" })],
  ["orders/edited", order({ updated_at: "2026-03-02T09:00:00Z", financial_status: "paid", ...edited })],
  [
    "refunds/create",
    {
      id: 502,
      order_id: 9001,
      created_at: "2026-03-06T09:00:00Z",
      transactions: [{ kind: "refund", status: "pending", amount: "0.35", currency: "EUR" }],
    },
  ],
  [
    "refunds/create",
    {
      id: 502,
      order_id: 9001,
      created_at: "2026-03-06T09:00:00Z",
      transactions: [{ kind: "refund", status: "success", amount: "0.35", currency: "EUR" }],
    },
  ],
  [
    "refunds/create",
    {
      id: 501,
      order_id: 9001,
      created_at: "2026-03-05T09:00:00Z",
      note: "broken",
      refund_line_items: BACK,
      transactions: [{ kind: "refund", status: "success", amount: "25.00", currency: "EUR" }],
    },
  ],
  [
    "orders/updated",
    order({
      updated_at: "2026-03-05T09:00:00Z",
      financial_status: "partially_refunded",
      ...edited,
      refunds: [
        {
          id: 501,
          created_at: "2026-03-05T09:00:00Z",
          refund_line_items: BACK,
          transactions: [{ kind: "refund", status: "success", amount: "25.00", currency: "EUR" }],
        },
      ],
    }),
  ],
  ["customers/update", consent("unsubscribed", "2026-03-06T00:00:00Z")],
];

const rowsOf = async (workspace: string) => ({
  contacts: await database.db.query(
    sql`select external_id, email, first_name, city from contacts where workspace_id = ${workspace} order by external_id`,
  ),
  orders: await database.db.query(
    sql`select external_id, status, total, refunded, refunds, placed_at, updated_at from orders where workspace_id = ${workspace} order by external_id`,
  ),
  lines: await database.db.query(
    sql`select line, sku, name, quantity, unit_price, total from order_lines where workspace_id = ${workspace} order by line`,
  ),
  // What was bought, and when a checkout began, is told once, as the first delivery that says so tells it.
  events: await database.db.query(
    sql`select type, name, occurred_at, case when name in ('Checkout Started', 'Order Refunded') or (name = 'Order Completed' and context ? 'woocommerce') then null else properties end as properties from events where workspace_id = ${workspace} order by occurred_at, name, properties::text`,
  ),
  carts: await database.db.query(
    sql`select external_id, status, total, currency, lines, created_at, updated_at from carts where workspace_id = ${workspace} order by external_id`,
  ),
  products: await database.db.query(
    sql`select external_id, name, sku, brand, attributes from products where workspace_id = ${workspace} order by external_id`,
  ),
  variants: await database.db.query(
    sql`select external_id, sku, options from variants where workspace_id = ${workspace} order by external_id`,
  ),
  prices: await database.db.query(
    sql`select distinct on (v.external_id) v.external_id, r.currency, r.amount from prices r join variants v on v.id = r.variant_id where r.workspace_id = ${workspace} order by v.external_id, r.valid_from desc`,
  ),
  stock: await database.db.query(
    sql`select distinct on (v.external_id) v.external_id, r.quantity from stock_levels r join variants v on v.id = r.variant_id where r.workspace_id = ${workspace} order by v.external_id, r.recorded_at desc`,
  ),
  interests: await database.db.query(
    sql`select product, carted_at from product_interests where workspace_id = ${workspace} order by product`,
  ),
  consents: await database.db.query(
    sql`select channel, topic, state, basis, changed_at from consents where workspace_id = ${workspace} order by channel`,
  ),
  proofs: await database.db.query(
    sql`select state, occurred_at from consent_proofs where workspace_id = ${workspace} order by occurred_at`,
  ),
});

const SEEDS = Number(process.env["RELANCE_SEEDS"] ?? 3);
test.each([
  ["shopify", STORY, deliver],
  ["woocommerce", WOO_STORY, deliverWoo],
] as const)("deliveries of %s in any order, however often repeated, give the same rows", async (kind, story, send) => {
  const inOrder = await connect(kind);
  for (const [topic, payload] of story)
    expect((await send(inOrder.path, topic, payload)).body, topic).not.toMatchObject({ outcome: "refused" });
  const wanted = await rowsOf(inOrder.id);
  if (kind === "shopify") {
    expect(wanted.orders).toMatchObject([
      {
        total: 75,
        refunded: 25.35,
        status: "partially_refunded",
        refunds: [
          { id: "501", amount: 25, lines: [{ product: "1", variant: "11", name: "Tea", quantity: 1, amount: 24 }] },
          { id: "502", amount: 0.35, lines: [] },
        ],
      },
    ]);
    expect(wanted.consents).toMatchObject([{ channel: "email", state: "withdrawn" }]);
    expect(wanted.carts).toMatchObject([{ external_id: "c1", status: "ordered", total: 50 }]);
    expect(wanted.stock).toEqual([
      { external_id: "11", quantity: 8 },
      { external_id: "12", quantity: 0 },
    ]);
    expect(wanted.prices).toMatchObject([
      { external_id: "11", amount: 22 },
      { external_id: "12", amount: 25 },
    ]);
  } else {
    expect(wanted.orders).toMatchObject([
      {
        status: "completed",
        refunded: 4,
        refunds: [{ id: "9", amount: 4, lines: [{ product: "93", variant: "732", sku: "S", quantity: 1, amount: 4, ref: "55" }] }],
      },
    ]);
    expect(wanted.stock).toEqual([
      { external_id: "732", quantity: 2 },
      { external_id: "733", quantity: 0 },
    ]);
    expect(wanted.carts).toMatchObject([{ status: "ordered" }]);
  }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const random = seededGenerator(`deliveries ${kind} ${seed}`);
    const told = [...story, ...story.filter(() => random.float() < 0.4)]
      .map((one) => ({ one, at: random.float() }))
      .sort((a, b) => a.at - b.at)
      .map(({ one }) => one);
    const { id, path } = await connect(kind);
    for (const [topic, payload] of told) {
      shop.deps.clock.advance?.(1);
      expect((await send(path, topic, payload)).status, `seed ${seed}`).toBe(200);
    }
    expect(await rowsOf(id), `seed ${seed}`).toEqual(wanted);
  }
});

type Call = readonly [topic: string, body: Record<string, unknown>];
const ADMIN: Record<string, string> = {
  customer: "customers/update",
  customers: "customers/update",
  order: "orders/updated",
  product: "products/update",
  inventory_level: "inventory_levels/update",
  inventory_levels: "inventory_levels/update",
  carts: "carts/update",
  checkouts: "checkouts/update",
};
const WOO: Record<string, string> = {
  customers: "customer.updated",
  orders: "order.updated",
  "order-refunds": "refund.created",
  products: "product.updated",
  "product-variations": "product.updated",
};
const list = (value: unknown): Record<string, unknown>[] => [value].flat() as Record<string, unknown>[];
/** What a file holds, as the shop would deliver it: under the topic of its kind, or the name of the file where no topic of ours is meant. */
const FOLDERS: Record<
  string,
  { kind: "shopify" | "woocommerce"; files: number; calls: (name: string, json: Record<string, unknown>) => Call[] }
> = {
  "shopify-events": {
    kind: "shopify",
    files: 23,
    calls: (name, { topic, body }) => [
      [name.startsWith("webhook") ? String(topic).replace("_", "/") : name, body as Record<string, unknown>],
    ],
  },
  "shopify-admin-api": {
    kind: "shopify",
    files: 45,
    calls: (name, json) =>
      Object.values(json)
        .flat()
        .every((one) => typeof one !== "object" || one === null)
        ? [[name, { [name]: json }]]
        : Array.isArray(json) ||
            !Object.values(json).some((one) => typeof one === "object" && one !== null) ||
            "id" in json ||
            "product_id" in json
          ? list(json).map((body): Call => [name, body])
          : Object.entries(json).flatMap(([key, value]) =>
              typeof value === "object" && value !== null
                ? list(value).map((body): Call => [
                    key === "refund" && name === "refund" ? "refunds/create" : (ADMIN[key] ?? name),
                    typeof body === "object" ? body : { [key]: body },
                  ])
                : [[name, { [key]: value }] as Call],
            ),
  },
  "woocommerce-rest": {
    kind: "woocommerce",
    files: 64,
    // A batch creates, changes and deletes; its deletions are ids. A download of a customer is a thing of its own.
    calls: (name, json) => {
      const part = name.replace(/^wp-api-v3-|-\d+$/g, "");
      const items = list(json).flatMap((one) =>
        Array.isArray(one["create"]) || Array.isArray(one["update"]) || Array.isArray(one["delete"])
          ? ["create", "update", "delete"].flatMap((what) => list(one[what] ?? []))
          : [one],
      );
      return items.map((body): Call => [body["download_id"] !== undefined ? "download" : (WOO[part] ?? part), body]);
    },
  },
};
/** The fields of each kind that have a column of their own, by the values found again there. */
const MAPPED: Record<string, Record<string, string>> = {
  "shopify-events": {
    "orders/create": "total_price currency price product_id title email first_name last_name city zip province",
    "orders/paid": "total_price currency price product_id email first_name last_name",
    "orders/partially_fulfilled": "currency price email first_name last_name",
    "orders/updated": "total_price currency price product_id email",
    "checkouts/update": "abandoned_checkout_url cart_token currency email first_name last_name price title",
  },
  "shopify-admin-api": {
    "customers/update": "email first_name last_name phone city zip",
    "orders/updated": "total_price currency email sku price code",
    "products/update": "title vendor sku price",
    "checkouts/update": "email total_price abandoned_checkout_url",
  },
  "woocommerce-rest": {
    "customer.updated": "email first_name last_name phone city postcode",
    "order.updated": "total total_tax currency status name email sku",
    "product.updated": "name permalink price src",
  },
};

test.skipIf(!DATA).each(Object.keys(FOLDERS))(
  `no field of any file of %s is lost${DATA ? "" : ": SKIPPED, no data folder (RELANCE_TEST_DATA)"}`,
  async (folder) => {
    const { kind, files, calls } = FOLDERS[folder]!;
    const names = readdirSync(`${DATA}/commerce-webhooks/${folder}`).filter((name) => name.endsWith(".json"));
    expect(names.length).toBe(files);
    const outcomes: Record<string, number> = {};
    const mapped = new Map<string, Set<string>>();
    let leaves = 0;
    for (const file of names) {
      const told = calls(
        file.replace(".json", ""),
        JSON.parse(readFileSync(`${DATA}/commerce-webhooks/${folder}/${file}`, "utf8")) as Record<string, unknown>,
      );
      const { id, path } = await connect(kind);
      for (const [topic, body] of told) {
        const { outcome } = (await (kind === "shopify" ? deliver : deliverWoo)(path, topic, body)).body;
        outcomes[String(outcome)] = (outcomes[String(outcome)] ?? 0) + 1;
      }
      const [kept, shown] = [await keptOf(database.db, id), await shownOf(database.db, id)];
      // Examples of a documentation repeat an id: of each thing one state is the newest, and that one is whole.
      const states = Map.groupBy(told, ([topic, body]) => `${topic} ${JSON.stringify(body["id"] ?? body)}`);
      const lost = [...states.values()].map(
        (same) =>
          same.map(([, body]) => leavesOf(body).filter((leaf) => !kept.has(leaf))).sort((one, other) => one.length - other.length)[0]!,
      );
      expect(lost.flat(), file).toEqual([]);
      for (const [topic, body] of told) {
        leaves += leavesOf(body).length;
        for (const key of mappedOf(body, shown)) mapped.set(topic, (mapped.get(topic) ?? new Set()).add(key));
      }
    }
    console.log(
      folder,
      { files: names.length, leaves, outcomes },
      Object.fromEntries([...mapped].map(([topic, keys]) => [topic, [...keys].sort().join(" ")])),
    );
    for (const [topic, keys] of Object.entries(MAPPED[folder]!))
      expect([...(mapped.get(topic) ?? [])].sort(), topic).toEqual(expect.arrayContaining(keys.split(" ")));
  },
);

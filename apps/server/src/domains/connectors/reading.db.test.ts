import { createHmac } from "node:crypto";
import type { ServerResponse } from "node:http";
import { expect, test } from "vitest";
import { testApp } from "../../../test/support/app.ts";
import { shopReading, type Connected } from "../../../test/support/shop-reading.ts";
import { asked, fill, plan, range, ROWS } from "../../../test/support/shop-servers.ts";
import { seededGenerator } from "../../platform/chance/generator.ts";
import { sql } from "../../platform/db/sql.ts";
import { runReading, tendShops } from "./index.ts";

const shop = shopReading();
const refundsOf = async ({ key }: Connected, number: string) =>
  (await shop.app.call(key, "GET", `/api/orders/${(await shop.app.call(key, "GET", `/api/orders?search=${number}`)).body.items[0].id}`))
    .body.refunds;

test("Shopify is read whole, page by page, its key never sent to where a page's link points", async () => {
  fill("shopify");
  const made = await shop.connect("shopify");
  expect(shop.app.deps.enqueued.splice(0)).toMatchObject([{ name: "shop.read", payload: { workspace: made.id, id: made.connection } }]);
  await shop.read(made);
  expect(asked).toHaveLength(2 + (1 + 3 + 3) + 3 + 3 + 1);
  expect(await shop.seen(made)).toMatchObject({
    reading: "idle",
    hasAccess: true,
    readProblem: null,
    parts: [
      { part: "products", rows: 3, pages: 2 },
      { part: "translations", rows: 3, pages: 7 },
      { part: "customers", rows: 5, pages: 3 },
      { part: "orders", rows: 5, pages: 3 },
      { part: "checkouts", rows: 1, pages: 1 },
    ],
  });
  const rows = await shop.rowsOf(made.id);
  expect(rows.contacts).toHaveLength(5);
  expect(rows.orders).toHaveLength(5);
  expect(rows.orders[4]).toMatchObject({ external_id: "105", refunded: 1.5, someone: true });
  expect(rows.products[0]).toMatchObject({ external_id: "1", name: "Tea 1", variant: "10", options: { Size: "S" }, price: 1.5, stock: 1 });
  expect(rows.lines[0]).toMatchObject({ product: "1", variant: "10", quantity: 2, total: 3 });
  expect(rows.translations).toEqual([
    ...range(3, (i) => ({ language: "en", name: `Tea no. ${i}` })),
    ...range(3, (i) => ({ language: "fr", name: `Tea ${i}` })),
  ]);
  // History starts nothing; each order is one event, and what was given back another.
  expect(rows.events.map((one) => one["live"])).not.toContain(true);
  expect(rows.events.map((one) => one["name"]).sort()).toEqual([
    "Checkout Started",
    "Checkout Step Completed",
    ...range(5, () => "Order Completed"),
    "Order Refunded",
  ]);
});

test("what changed since is asked next, and is live; what was read stays as it is", async () => {
  fill("shopify");
  const made = await shop.connect("shopify");
  await shop.read(made);
  ROWS["orders"]![0] = { ...ROWS["orders"]![0], updated_at: "2026-11-23T11:59:00Z", financial_status: "refunded" };
  ROWS["orders"]!.push({ ...ROWS["orders"]![1], id: 200, created_at: "2026-11-23T12:00:10Z", updated_at: "2026-11-23T12:00:10Z" });
  asked.length = 0;
  shop.app.deps.clock.advance(86_400_000);
  await tendShops(shop.app.deps);
  expect(shop.app.deps.enqueued.splice(0)).toContainEqual({ name: "shop.read", payload: { workspace: made.id, id: made.connection } });
  await shop.read(made);
  expect(asked.filter((url) => url.includes("updated_at_min=2026-11-23T11%3A55%3A00"))).toHaveLength(4);
  const rows = await shop.rowsOf(made.id);
  expect(rows.orders.map((one) => [one["external_id"], one["status"]])).toContainEqual(["101", "refunded"]);
  expect(rows.events.filter((one) => one["live"])).toHaveLength(3);
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("WooCommerce, PrestaShop and Magento are read whole: customers, orders, refunds, carts, products, variants, stock, prices, texts", async () => {
  fill("woocommerce");
  const woo = await shop.connect("woocommerce");
  await shop.read(woo);
  expect(await shop.seen(woo)).toMatchObject({
    reading: "idle",
    refused: 0,
    parts: [
      { part: "products", rows: 4, total: 4 },
      { part: "variations", rows: 4, pages: 4 },
      { part: "customers", rows: 3 },
      { part: "orders", rows: 4, refused: 1 },
      { part: "refunds", rows: 0 },
    ],
  });
  const wooRows = await shop.rowsOf(woo.id);
  expect(wooRows.products).toMatchObject([
    { external_id: "1", variant: null, price: 4, stock: 1 },
    { external_id: "2", stock: 2 },
    { variant: "31", options: { Size: "S1" }, price: 9, stock: 5 },
    { variant: "32" },
    { variant: "33" },
    { variant: "41", stock: 0 },
  ]);
  expect(wooRows.orders.map((one) => one["status"])).toEqual(["completed", "completed", "pending"]);
  expect(wooRows.events.map((one) => one["name"])).toEqual(["Order Completed", "Order Completed", "Order Updated"]);
  const { items } = (await shop.app.call(woo.key, "GET", `/api/connections/${woo.connection}/refusals`)).body;
  expect(items).toMatchObject([{ topic: "order.updated", reason: "date_created_gmt", body: { id: 99 } }]);
  expect(
    (await shop.app.call(woo.key, "POST", `/api/connections/${woo.connection}/refusals/retry`, { refusal: items[0].id })).body,
  ).toEqual({ outcome: "refused" });

  fill("prestashop");
  const presta = await shop.connect("prestashop");
  await shop.read(presta);
  const prestaRows = await shop.rowsOf(presta.id);
  expect((await shop.seen(presta)).parts.find((one: { part: string }) => one.part === "products")).toMatchObject({ rows: 130, pages: 2 });
  expect(prestaRows.products).toHaveLength(130);
  expect(prestaRows.products.find((one) => one["external_id"] === "1")).toMatchObject({
    name: "Tasse 1",
    variant: "11",
    options: { Taille: "M" },
    price: 13.2,
    stock: 4,
  });
  expect(prestaRows.products.find((one) => one["external_id"] === "2")).toMatchObject({ price: 12, stock: 6 });
  expect(prestaRows.translations).toHaveLength(260);
  expect(prestaRows.categories).toEqual([{ external_id: "2", names: { fr: "Tasses", en: "Mugs" }, parent: null }]);
  expect(prestaRows.contacts).toMatchObject([
    { external_id: "prestashop:1", first_name: "C1", city: "Lille" },
    { external_id: "prestashop:2" },
  ]);
  expect(prestaRows.orders).toMatchObject([
    { external_id: "1", status: "delivered", currency: "EUR", total: 13.2, refunded: 3.2 },
    { external_id: "2", status: "cancelled" },
  ]);
  expect(await refundsOf(presta, "1")).toMatchObject([
    { id: "3", amount: 3.2, at: "2026-01-10T09:00:00.000Z", items: [{ line: 1, sku: "R1-M", name: "Tasse", quantity: 1, amount: 3 }] },
  ]);
  expect(prestaRows.carts).toMatchObject([{ external_id: "1", status: "ordered" }]);
  expect(prestaRows.consents).toMatchObject([{ channel: "email", state: "granted", changed_at: Date.UTC(2026, 0, 3, 11) }]);

  fill("magento");
  const magento = await shop.connect("magento");
  await shop.read(magento);
  const magentoRows = await shop.rowsOf(magento.id);
  expect(magentoRows.products).toHaveLength(122);
  expect(magentoRows.products.filter((one) => one["external_id"] === "20")).toMatchObject([
    { name: "Shirt", variant: "21", options: { Color: "Red" }, price: 25, stock: 5 },
    { variant: "22", stock: null },
  ]);
  expect(magentoRows.translations.filter((one) => String(one["name"]).startsWith("Shirt"))).toEqual([
    { language: "en", name: "Shirt (English)" },
    { language: "fr", name: "Shirt" },
  ]);
  expect(magentoRows.categories).toEqual([{ external_id: "3", names: { fr: "Shirts", en: "Shirts (English)" }, parent: null }]);
  expect(magentoRows.orders).toMatchObject([{ external_id: "12", status: "complete", total: 50, refunded: 25 }]);
  expect(await refundsOf(magento, "12")).toMatchObject([
    { id: "4", amount: 25, items: [{ line: 1, sku: "shirt-21", name: "Shirt", quantity: 1, amount: 25 }] },
  ]);
  expect(magentoRows.lines).toMatchObject([{ product: "20", variant: "21", quantity: 2, total: 50 }]);
  expect(magentoRows.carts).toMatchObject([{ external_id: "7", status: "ordered", total: 50 }]);
  expect(magentoRows.consents).toMatchObject([{ state: "granted" }]);
  ROWS["customers/search"]![0] = {
    ...ROWS["customers/search"]![0],
    updated_at: "2026-11-23 12:00:00",
    extension_attributes: { is_subscribed: false },
  };
  shop.app.deps.clock.advance(900_000);
  await shop.read(magento);
  expect((await shop.rowsOf(magento.id)).consents).toMatchObject([{ state: "withdrawn" }]);
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("too many calls, broken pages and cut lines are waited out and asked again; nothing is read twice or left out", async () => {
  fill("shopify");
  const calm = await shop.connect("shopify");
  await shop.read(calm);
  const wanted = await shop.rowsOf(calm.id);
  const made = await shop.connect("shopify");
  const too = (after: string) => (response: ServerResponse) =>
    void response.writeHead(429, { "retry-after": after }).end("Exceeded 2 calls per second");
  plan.trouble = [
    too("2.0"),
    (response) => void response.end("<html>maintenance</html>"),
    (response) => void response.writeHead(502).end("bad gateway"),
    (response) => void response.socket!.destroy(),
    (response) => void response.end(JSON.stringify({ products: "none" })),
    too("3600"),
  ];
  for (const [problem, wait] of [
    ["products: The answer is no JSON", 0],
    ["products: HTTP 502: bad gateway", 0],
    [/products: socket|closed|hang/, 0],
    ["products: The answer holds no list of rows", 0],
    ["products: HTTP 429: Exceeded", 3_600_000],
  ] as const) {
    await shop.read(made);
    const now = await shop.seen(made);
    expect(now).toMatchObject({
      reading: "reading",
      readProblem: { reason: typeof problem === "string" ? expect.stringContaining(problem) : expect.stringMatching(problem) },
    });
    if (wait > 0) expect(Date.parse(now.nextReadAt)).toBe(shop.app.deps.clock.now() + wait);
  }
  await shop.read(made);
  expect(await shop.seen(made)).toMatchObject({ reading: "idle", readProblem: null });
  expect(await shop.rowsOf(made.id)).toEqual(wanted);
});

test("a reading that is cut off anywhere, however often, goes on where it was and ends the same", async () => {
  fill("shopify");
  const calm = await shop.connect("shopify");
  await shop.read(calm);
  const wanted = await shop.rowsOf(calm.id);
  for (let seed = 1; seed <= 2; seed++) {
    const random = seededGenerator(`cut ${seed}`);
    const made = await shop.connect("shopify");
    for (let run = 0; (await shop.seen(made)).readAt === null; run++) {
      // The process dies in one of its transactions, before or after its work; another takes over when its claim has run out.
      let left = 1 + Math.floor(random.float() * 5);
      const whole = shop.app.deps.ports.sql;
      const mortal = Object.create(whole, {
        transaction: {
          value: (work: Parameters<typeof whole.transaction>[0]) =>
            --left > 0
              ? whole.transaction(work)
              : whole.transaction(async (tx) => {
                  if (random.float() < 0.5) await work(tx);
                  throw new Error("cut off");
                }),
        },
      }) as typeof whole;
      await runReading(
        { ...shop.app.deps, ports: { ...shop.app.deps.ports, sql: mortal } },
        { workspace: made.id, id: made.connection, base: shop.base },
      ).catch((error: Error) => expect(error.message).toBe("cut off"));
      expect(run).toBeLessThan(60);
    }
    expect(await shop.rowsOf(made.id), `seed ${seed}`).toEqual(wanted);
  }
});

test("a shop's module that says something changed has it asked at once, when it is signed, and not again within twenty seconds", async () => {
  fill("prestashop");
  const made = await shop.connect("prestashop");
  const say = async (secret: string) => {
    const [timestamp, body] = ["1780000000", "{}"];
    const answer = await shop.app.app.inject({
      method: "POST",
      url: `/hooks/shops/${made.connection}`,
      headers: {
        "content-type": "application/json",
        "relance-topic": "changed",
        "relance-timestamp": timestamp,
        "relance-signature": `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`,
      },
      payload: body,
    });
    return [answer.statusCode, answer.json().outcome, shop.app.deps.enqueued.splice(0).length] as const;
  };
  shop.app.deps.enqueued.splice(0);
  expect(await say("another secret")).toEqual([401, undefined, 0]);
  await shop.read(made);
  shop.app.deps.clock.advance(60_000);
  expect(await say("a shared secret")).toEqual([200, "stored", 1]);
  asked.length = 0;
  await shop.read(made);
  expect(asked.length).toBeGreaterThan(4);
  expect(await say("a shared secret")).toEqual([200, "stored", 0]);
  expect(Date.parse((await shop.seen(made)).nextReadAt) - shop.app.deps.clock.now()).toBe(20_000);
  shop.app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("a person stops a reading between two pages, and it goes on from there; keys that the shop refuses say so", async () => {
  fill("shopify");
  const made = await shop.connect("shopify");
  const path = `/api/connections/${made.connection}/reading`;
  plan.trouble = [
    (response) =>
      void shop.app.call(made.key, "DELETE", path).then(() => response.end(JSON.stringify({ products: [ROWS["products"]![0]] }))),
  ];
  await shop.read(made);
  expect(await shop.seen(made)).toMatchObject({ reading: "stopped", nextReadAt: null });
  await shop.read(made);
  expect(asked).toHaveLength(1);
  expect(await shop.db.query(sql`select id from products where workspace_id = ${made.id} order by id`)).toEqual([]);
  expect((await shop.app.call(made.key, "POST", path, {})).body).toMatchObject({ reading: "reading" });
  await shop.read(made);
  expect(await shop.seen(made)).toMatchObject({ reading: "idle" });

  const refused = await shop.connect("shopify", { token: "an old one" });
  await shop.read(refused);
  expect(await shop.seen(refused)).toMatchObject({
    reading: "failed",
    nextReadAt: null,
    readProblem: { reason: expect.stringContaining("products: HTTP 401") },
  });
  expect(
    (await shop.app.call(refused.key, "PUT", `/api/connections/${refused.connection}/access`, { key: "a", secret: "b" })).body.error,
  ).toMatchObject({ code: "connection.access_of_another_kind", field: "token" });
  expect((await shop.app.call(refused.key, "PUT", `/api/connections/${refused.connection}/access`, { token: "shpat_key" })).status).toBe(
    200,
  );
  await shop.read(refused);
  expect(await shop.seen(refused)).toMatchObject({ reading: "idle" });
  expect(JSON.stringify(await shop.seen(refused))).not.toContain("shpat_key");

  plan.trouble = [(response) => void response.writeHead(301, { location: "https://www.shop.example/" }).end()];
  expect((await shop.app.call(refused.key, "POST", `/api/connections/${refused.connection}/reading`, { whole: true })).status).toBe(200);
  await shop.read(refused);
  expect(await shop.seen(refused)).toMatchObject({
    reading: "failed",
    readProblem: { reason: "products: HTTP 301: the shop answers at https://www.shop.example/" },
  });
});

test("a shop inside the house is not called, unless the operator allows it", async () => {
  const strict = await testApp(shop.db, shop.url, { RELANCE_ALLOW_PRIVATE_HOSTS: "" });
  const { id, key } = await strict.workspace();
  const connect = (domain: string) =>
    strict.call(key, "POST", "/api/connections", {
      shop: "prestashop",
      name: "Tea",
      domain,
      secret: "a shared secret",
      access: { key: "WSKEY" },
    });
  expect((await connect(shop.base)).body.error).toMatchObject({ code: "connection.address_not_allowed", field: "domain" });
  asked.length = 0;
  const { body } = await connect(shop.base.replace("http:", "https:"));
  await runReading(strict.deps, { workspace: id, id: body.id });
  expect((await strict.call(key, "GET", "/api/connections")).body.items[0]).toMatchObject({
    reading: "failed",
    readProblem: { reason: expect.stringContaining("is not an address of the public internet") },
  });
  expect(asked).toEqual([]);
  await strict.close();
});

import { createHmac } from "node:crypto";
import type { ServerResponse } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { keptOf, leavesOf, mappedOf, shownOf } from "../../../test/support/leaves.ts";
import { fillAsDocumented } from "../../../test/support/shop-documents/index.ts";
import { shopRows } from "../../../test/support/shop-rows.ts";
import { ACCESS, asked, fill, openShops, plan, range, ROWS, type Kind } from "../../../test/support/shop-servers.ts";
import { seededGenerator } from "../../platform/chance/generator.ts";
import { sql } from "../../platform/db/sql.ts";
import { runReading, tendShops } from "./index.ts";

const database = testDatabase();
let app: TestApp;
let shops: Awaited<ReturnType<typeof openShops>>;
let base = "";
beforeAll(async () => {
  shops = await openShops();
  base = shops.base;
  app = await testApp(database.db, database.url);
});
afterAll(async () => {
  await app.close();
  shops.close();
});

async function connect(shop: Kind, access = ACCESS[shop]!) {
  const workspace = await app.workspace();
  plan.trouble = [];
  plan.denied = [];
  asked.length = 0;
  const { status, body } = await app.call(workspace.key, "POST", "/api/connections", { shop, name: "Tea", domain: shop === "shopify" ? "tea-shop.myshopify.com" : `${base}/`, secret: "a shared secret", access });
  expect(status, JSON.stringify(body)).toBe(201);
  return { ...workspace, connection: body.id as string };
}
type Made = Awaited<ReturnType<typeof connect>>;
const read = (one: Made, signal?: AbortSignal) => runReading(app.deps, { workspace: one.id, id: one.connection, ...(app.deps && { base }), ...(signal && { signal }) });
const rowsOf = (workspace: string) => shopRows(database.db, workspace);
const seen = async ({ key }: Made) => (await app.call(key, "GET", "/api/connections")).body.items[0];
const refundsOf = async ({ key }: Made, number: string) => (await app.call(key, "GET", `/api/orders/${(await app.call(key, "GET", `/api/orders?search=${number}`)).body.items[0].id}`)).body.refunds;

test("Shopify is read whole, page by page, its key never sent to where a page's link points", async () => {
  fill("shopify");
  const made = await connect("shopify");
  expect(app.deps.enqueued.splice(0)).toMatchObject([{ name: "shop.read", payload: { workspace: made.id, id: made.connection } }]);
  await read(made);
  expect(asked).toHaveLength(2 + (1 + 3 + 3) + 3 + 3 + 1);
  expect(await seen(made)).toMatchObject({ reading: "idle", hasAccess: true, readProblem: null, parts: [{ part: "products", rows: 3, pages: 2 }, { part: "translations", rows: 3, pages: 7 }, { part: "customers", rows: 5, pages: 3 }, { part: "orders", rows: 5, pages: 3 }, { part: "checkouts", rows: 1, pages: 1 }] });
  const rows = await rowsOf(made.id);
  expect(rows.contacts).toHaveLength(5);
  expect(rows.orders).toHaveLength(5);
  expect(rows.orders[4]).toMatchObject({ external_id: "105", refunded: 1.5, someone: true });
  expect(rows.products[0]).toMatchObject({ external_id: "1", name: "Tea 1", variant: "10", options: { Size: "S" }, price: 1.5, stock: 1 });
  expect(rows.lines[0]).toMatchObject({ product: "1", variant: "10", quantity: 2, total: 3 });
  expect(rows.translations).toEqual([...range(3, (i) => ({ language: "en", name: `Tea no. ${i}` })), ...range(3, (i) => ({ language: "fr", name: `Tea ${i}` }))]);
  // History starts nothing; each order is one event, and what was given back another.
  expect(rows.events.map((one) => one["live"])).not.toContain(true);
  expect(rows.events.map((one) => one["name"]).sort()).toEqual(["Checkout Started", "Checkout Step Completed", ...range(5, () => "Order Completed"), "Order Refunded"]);
});

test("what changed since is asked next, and is live; what was read stays as it is", async () => {
  fill("shopify");
  const made = await connect("shopify");
  await read(made);
  ROWS["orders"]![0] = { ...ROWS["orders"]![0], updated_at: "2026-11-23T11:59:00Z", financial_status: "refunded" };
  ROWS["orders"]!.push({ ...ROWS["orders"]![1], id: 200, created_at: "2026-11-23T12:00:10Z", updated_at: "2026-11-23T12:00:10Z" });
  asked.length = 0;
  app.deps.clock.advance(86_400_000);
  await tendShops(app.deps);
  expect(app.deps.enqueued.splice(0)).toContainEqual({ name: "shop.read", payload: { workspace: made.id, id: made.connection } });
  await read(made);
  expect(asked.filter((url) => url.includes("updated_at_min=2026-11-23T11%3A55%3A00"))).toHaveLength(4);
  const rows = await rowsOf(made.id);
  expect(rows.orders.map((one) => [one["external_id"], one["status"]])).toContainEqual(["101", "refunded"]);
  expect(rows.events.filter((one) => one["live"])).toHaveLength(3);
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("WooCommerce, PrestaShop and Magento are read whole: customers, orders, refunds, carts, products, variants, stock, prices, texts", async () => {
  fill("woocommerce");
  const woo = await connect("woocommerce");
  await read(woo);
  expect(await seen(woo)).toMatchObject({ reading: "idle", refused: 0, parts: [{ part: "products", rows: 4, total: 4 }, { part: "variations", rows: 4, pages: 4 }, { part: "customers", rows: 3 }, { part: "orders", rows: 4, refused: 1 }, { part: "refunds", rows: 0 }] });
  const wooRows = await rowsOf(woo.id);
  expect(wooRows.products).toMatchObject([{ external_id: "1", variant: null, price: 4, stock: 1 }, { external_id: "2", stock: 2 }, { variant: "31", options: { Size: "S1" }, price: 9, stock: 5 }, { variant: "32" }, { variant: "33" }, { variant: "41", stock: 0 }]);
  expect(wooRows.orders.map((one) => one["status"])).toEqual(["completed", "completed", "pending"]);
  expect(wooRows.events.map((one) => one["name"])).toEqual(["Order Completed", "Order Completed", "Order Updated"]);
  const { items } = (await app.call(woo.key, "GET", `/api/connections/${woo.connection}/refusals`)).body;
  expect(items).toMatchObject([{ topic: "order.updated", reason: "date_created_gmt", body: { id: 99 } }]);
  expect((await app.call(woo.key, "POST", `/api/connections/${woo.connection}/refusals/retry`, { refusal: items[0].id })).body).toEqual({ outcome: "refused" });

  fill("prestashop");
  const presta = await connect("prestashop");
  await read(presta);
  const prestaRows = await rowsOf(presta.id);
  expect((await seen(presta)).parts.find((one: { part: string }) => one.part === "products")).toMatchObject({ rows: 130, pages: 2 });
  expect(prestaRows.products).toHaveLength(130);
  expect(prestaRows.products.find((one) => one["external_id"] === "1")).toMatchObject({ name: "Tasse 1", variant: "11", options: { Taille: "M" }, price: 13.2, stock: 4 });
  expect(prestaRows.products.find((one) => one["external_id"] === "2")).toMatchObject({ price: 12, stock: 6 });
  expect(prestaRows.translations).toHaveLength(260);
  expect(prestaRows.categories).toEqual([{ external_id: "2", names: { fr: "Tasses", en: "Mugs" }, parent: null }]);
  expect(prestaRows.contacts).toMatchObject([{ external_id: "prestashop:1", first_name: "C1", city: "Lille" }, { external_id: "prestashop:2" }]);
  expect(prestaRows.orders).toMatchObject([{ external_id: "1", status: "delivered", currency: "EUR", total: 13.2, refunded: 3.2 }, { external_id: "2", status: "cancelled" }]);
  expect(await refundsOf(presta, "1")).toMatchObject([{ id: "3", amount: 3.2, at: "2026-01-10T09:00:00.000Z", items: [{ line: 1, sku: "R1-M", name: "Tasse", quantity: 1, amount: 3 }] }]);
  expect(prestaRows.carts).toMatchObject([{ external_id: "1", status: "ordered" }]);
  expect(prestaRows.consents).toMatchObject([{ channel: "email", state: "granted", changed_at: Date.UTC(2026, 0, 3, 11) }]);

  fill("magento");
  const magento = await connect("magento");
  await read(magento);
  const magentoRows = await rowsOf(magento.id);
  expect(magentoRows.products).toHaveLength(122);
  expect(magentoRows.products.filter((one) => one["external_id"] === "20")).toMatchObject([{ name: "Shirt", variant: "21", options: { Color: "Red" }, price: 25, stock: 5 }, { variant: "22", stock: null }]);
  expect(magentoRows.translations.filter((one) => String(one["name"]).startsWith("Shirt"))).toEqual([{ language: "en", name: "Shirt (English)" }, { language: "fr", name: "Shirt" }]);
  expect(magentoRows.categories).toEqual([{ external_id: "3", names: { fr: "Shirts", en: "Shirts (English)" }, parent: null }]);
  expect(magentoRows.orders).toMatchObject([{ external_id: "12", status: "complete", total: 50, refunded: 25 }]);
  expect(await refundsOf(magento, "12")).toMatchObject([{ id: "4", amount: 25, items: [{ line: 1, sku: "shirt-21", name: "Shirt", quantity: 1, amount: 25 }] }]);
  expect(magentoRows.lines).toMatchObject([{ product: "20", variant: "21", quantity: 2, total: 50 }]);
  expect(magentoRows.carts).toMatchObject([{ external_id: "7", status: "ordered", total: 50 }]);
  expect(magentoRows.consents).toMatchObject([{ state: "granted" }]);
  ROWS["customers/search"]![0] = { ...ROWS["customers/search"]![0], updated_at: "2026-11-23 12:00:00", extension_attributes: { is_subscribed: false } };
  app.deps.clock.advance(900_000);
  await read(magento);
  expect((await rowsOf(magento.id)).consents).toMatchObject([{ state: "withdrawn" }]);
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

/** Of each kind, the fields whose values a person sees; all others are kept as they came. */
const MAPPED = {
  prestashop: {
    customers: "email firstname lastname company birthday", addresses: "postcode city phone_mobile", orders: "total_paid_tax_incl total_discounts_tax_incl total_shipping_tax_incl product_name product_reference unit_price_tax_incl", order_slip: "amount_tax_incl",
    categories: "value", products: "reference manufacturer_name ean13 mpn condition value", combinations: "reference", stock_availables: "quantity",
  },
  magento: {
    "customers/search": "email firstname lastname company city postcode telephone dob region", "categories/list": "name", products: "sku name price value", "inventory/source-items": "quantity",
    orders: "customer_email grand_total shipping_incl_tax tax_amount coupon_code sku name price_incl_tax total_refunded", creditmemos: "grand_total", "carts/search": "sku price name",
  },
};
test.each(["prestashop", "magento"] as const)("every field of the documentation of %s is mapped or kept as it came, and so is what it does not know", async (kind) => {
  const told = fillAsDocumented(kind);
  const made = await connect(kind);
  await read(made);
  expect(await seen(made)).toMatchObject({ reading: "idle", readProblem: null, refused: 0 });
  const [kept, shown] = [await keptOf(database.db, made.id), await shownOf(database.db, made.id)];
  for (const [part, keys] of Object.entries(MAPPED[kind])) {
    const said = told[part]!.map((row) => Object.fromEntries(Object.entries(row).filter(([field]) => !field.startsWith("$"))));
    expect(leavesOf(said).filter((leaf) => !kept.has(leaf)), part).toEqual([]);
    expect(mappedOf(said, shown), part).toEqual(expect.arrayContaining(keys.split(" ")));
  }
  const rows = await rowsOf(made.id);
  // A product is told before its variants; its price and its stock are theirs from the beginning.
  expect(await database.db.query(sql`select r.amount from products p join prices r on r.variant_id = p.id where p.workspace_id = ${made.id} order by r.amount`)).toEqual([]);
  const attributes = (await database.db.query<{ attributes: Record<string, unknown> }>(sql`select attributes from products where workspace_id = ${made.id} order by external_id`))[0]!.attributes;
  const page = (await database.db.query(sql`select language, description, url, image_url from product_translations where workspace_id = ${made.id} order by language`)).map((one) => [one["language"], one["description"], String(one["url"]).replace(base, ""), String(one["image_url"]).replace(base, "")]);
  const [contact] = await database.db.query(sql`select first_name, locale, region, phone from contacts where workspace_id = ${made.id} order by id`);
  if (kind === "prestashop") {
    expect(rows.categories).toMatchObject([{ external_id: "2", parent: null }, { external_id: "4", parent: "2" }]);
    expect(rows.products).toMatchObject([{ external_id: "41", variant: "51", options: { Taille: "M" }, price: 14.1, stock: 837 }]);
    expect(attributes).toMatchObject({ "Matière": "Grès", regular_price: 17.63, price: 14.1, shop_status: "active" });
    // A language without a long description has its short one.
    expect(page).toEqual([["en", expect.stringMatching(/^description_short-2/), "/index.php?id_product=41&controller=product&id_lang=2", "/61-home_default/product.jpg"], ["fr", "Grès émaillé", "/index.php?id_product=41&controller=product&id_lang=1", "/61-home_default/product.jpg"]]);
    expect(await database.db.query(sql`select image_url from variants where workspace_id = ${made.id} order by id`)).toEqual([{ image_url: `${base}/62-home_default/product.jpg` }]);
    expect(rows.orders).toMatchObject([{ status: "shipped", total: 31.4, refunded: 14.1 }]);
    expect(contact).toMatchObject({ locale: "en", region: "Bretagne", phone: "+33612345678" });
    expect(await database.db.query(sql`select body ->> 'from_quantity' as from_quantity from shop_versions where workspace_id = ${made.id} and kind = 'other' order by 1`)).toEqual([{ from_quantity: expect.stringMatching(/^from_quantity/) }]);
  } else {
    expect(rows.categories.map((one) => [one["external_id"], one["parent"], Object.keys(one["names"] as object).sort()])).toEqual([["2", null, ["en", "fr"]], ["3", "2", ["en", "fr"]]]);
    expect(rows.products).toMatchObject([{ external_id: "41", variant: "42", options: { Couleur: "Red" }, price: 26.25, stock: 837 }]);
    expect(attributes).toMatchObject({ price: 26.25, shop_status: "enabled" });
    expect(await database.db.query(sql`select brand from products where workspace_id = ${made.id} order by id`)).toEqual([{ brand: "Atelier Nord" }]);
    expect(page).toEqual([["en", "Lin lavé", "/en/chemise.html", "/media/catalog/product/c/h/chemise.jpg"], ["fr", "Lin lavé", "/chemise.html", "/media/catalog/product/c/h/chemise.jpg"]]);
    expect(rows.orders).toMatchObject([{ status: "complete", total: 57.8, refunded: 26.25 }]);
    expect(contact).toMatchObject({ locale: "en-US", phone: "+33612345678" });
    // What is in a cart is named by its SKU: the catalogue knows which product and variant it is.
    expect(await database.db.query(sql`select lines #>> '{0,product}' as product, lines #>> '{0,variant}' as variant from carts where workspace_id = ${made.id} and external_id = '32' order by external_id`)).toEqual([{ product: "41", variant: "42" }]);
  }
});

test("an offer begins and ends with its dates; a shop's own price of today is asked every day", async () => {
  const priceOf = async (one: Made) => (await rowsOf(one.id)).products[0]!["price"];
  fillAsDocumented("magento");
  const magento = await connect("magento");
  await read(magento);
  expect(await priceOf(magento)).toBe(26.25);
  app.deps.clock.advance(2 * 86_400_000);
  await read(magento);
  // The special price has ended; the one for all groups holds.
  expect(await priceOf(magento)).toBe(28.5);
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
  fillAsDocumented("prestashop");
  const presta = await connect("prestashop");
  await read(presta);
  ROWS["combinations"]![0] = { ...ROWS["combinations"]![0], $reduced: "17.63" };
  ROWS["products"]![0] = { ...ROWS["products"]![0], $reduced: "17.63" };
  app.deps.clock.advance(86_400_000);
  await read(presta);
  expect(await priceOf(presta)).toBe(17.63);
  expect(await database.db.query(sql`select attributes ->> 'regular_price' as regular from products where workspace_id = ${presta.id} order by id`)).toEqual([{ regular: null }]);
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("what a key to PrestaShop may not read is left out when a shop can do without, else the shop's own words say which it is", async () => {
  fill("prestashop");
  const made = await connect("prestashop");
  plan.denied = ["states", "order_states", "product_features", "product_feature_values", "specific_prices"];
  await read(made);
  expect(await seen(made)).toMatchObject({ reading: "idle", readProblem: null });
  plan.denied = ["orders"];
  app.deps.clock.advance(900_000);
  await read(made);
  expect(await seen(made)).toMatchObject({ reading: "failed", readProblem: { reason: 'orders: HTTP 401: Resource of type "orders" is not allowed with this authentication key' } });
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("too many calls, broken pages and cut lines are waited out and asked again; nothing is read twice or left out", async () => {
  fill("shopify");
  const calm = await connect("shopify");
  await read(calm);
  const wanted = await rowsOf(calm.id);
  const made = await connect("shopify");
  const too = (after: string) => (response: ServerResponse) => void response.writeHead(429, { "retry-after": after }).end("Exceeded 2 calls per second");
  plan.trouble = [too("2.0"), (response) => void response.end("<html>maintenance</html>"), (response) => void response.writeHead(502).end("bad gateway"), (response) => void response.socket!.destroy(), (response) => void response.end(JSON.stringify({ products: "none" })), too("3600")];
  for (const [problem, wait] of [["products: The answer is no JSON", 0], ["products: HTTP 502: bad gateway", 0], [/products: socket|closed|hang/, 0], ["products: The answer holds no list of rows", 0], ["products: HTTP 429: Exceeded", 3_600_000]] as const) {
    await read(made);
    const now = await seen(made);
    expect(now).toMatchObject({ reading: "reading", readProblem: { reason: typeof problem === "string" ? expect.stringContaining(problem) : expect.stringMatching(problem) } });
    if (wait > 0) expect(Date.parse(now.nextReadAt)).toBe(app.deps.clock.now() + wait);
  }
  await read(made);
  expect(await seen(made)).toMatchObject({ reading: "idle", readProblem: null });
  expect(await rowsOf(made.id)).toEqual(wanted);
});

test("a reading that is cut off anywhere, however often, goes on where it was and ends the same", async () => {
  fill("shopify");
  const calm = await connect("shopify");
  await read(calm);
  const wanted = await rowsOf(calm.id);
  for (let seed = 1; seed <= 2; seed++) {
    const random = seededGenerator(`cut ${seed}`);
    const made = await connect("shopify");
    for (let run = 0; (await seen(made)).readAt === null; run++) {
      // The process dies in one of its transactions, before or after its work; another takes over when its claim has run out.
      let left = 1 + Math.floor(random.float() * 5);
      const whole = app.deps.ports.sql;
      const mortal = Object.create(whole, { transaction: { value: (work: Parameters<typeof whole.transaction>[0]) => (--left > 0 ? whole.transaction(work) : whole.transaction(async (tx) => { if (random.float() < 0.5) await work(tx); throw new Error("cut off"); })) } }) as typeof whole;
      await runReading({ ...app.deps, ports: { ...app.deps.ports, sql: mortal } }, { workspace: made.id, id: made.connection, base }).catch((error: Error) => expect(error.message).toBe("cut off"));
      expect(run).toBeLessThan(60);
    }
    expect(await rowsOf(made.id), `seed ${seed}`).toEqual(wanted);
  }
});

test("a shop's module that says something changed has it asked at once, when it is signed, and not again within twenty seconds", async () => {
  fill("prestashop");
  const made = await connect("prestashop");
  const say = async (secret: string) => {
    const [timestamp, body] = ["1780000000", "{}"];
    const answer = await app.app.inject({ method: "POST", url: `/hooks/shops/${made.connection}`, headers: { "content-type": "application/json", "relance-topic": "changed", "relance-timestamp": timestamp, "relance-signature": `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}` }, payload: body });
    return [answer.statusCode, answer.json().outcome, app.deps.enqueued.splice(0).length] as const;
  };
  app.deps.enqueued.splice(0);
  expect(await say("another secret")).toEqual([401, undefined, 0]);
  await read(made);
  app.deps.clock.advance(60_000);
  expect(await say("a shared secret")).toEqual([200, "stored", 1]);
  asked.length = 0;
  await read(made);
  expect(asked.length).toBeGreaterThan(4);
  expect(await say("a shared secret")).toEqual([200, "stored", 0]);
  expect(Date.parse((await seen(made)).nextReadAt) - app.deps.clock.now()).toBe(20_000);
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("a person stops a reading between two pages, and it goes on from there; keys that the shop refuses say so", async () => {
  fill("shopify");
  const made = await connect("shopify");
  const path = `/api/connections/${made.connection}/reading`;
  plan.trouble = [(response) => void app.call(made.key, "DELETE", path).then(() => response.end(JSON.stringify({ products: [ROWS["products"]![0]] })))];
  await read(made);
  expect(await seen(made)).toMatchObject({ reading: "stopped", nextReadAt: null });
  await read(made);
  expect(asked).toHaveLength(1);
  expect(await database.db.query(sql`select id from products where workspace_id = ${made.id} order by id`)).toEqual([]);
  expect((await app.call(made.key, "POST", path, {})).body).toMatchObject({ reading: "reading" });
  await read(made);
  expect(await seen(made)).toMatchObject({ reading: "idle" });

  const refused = await connect("shopify", { token: "an old one" });
  await read(refused);
  expect(await seen(refused)).toMatchObject({ reading: "failed", nextReadAt: null, readProblem: { reason: expect.stringContaining("products: HTTP 401") } });
  expect((await app.call(refused.key, "PUT", `/api/connections/${refused.connection}/access`, { key: "a", secret: "b" })).body.error).toMatchObject({ code: "connection.access_of_another_kind", field: "token" });
  expect((await app.call(refused.key, "PUT", `/api/connections/${refused.connection}/access`, { token: "shpat_key" })).status).toBe(200);
  await read(refused);
  expect(await seen(refused)).toMatchObject({ reading: "idle" });
  expect(JSON.stringify(await seen(refused))).not.toContain("shpat_key");

  plan.trouble = [(response) => void response.writeHead(301, { location: "https://www.shop.example/" }).end()];
  expect((await app.call(refused.key, "POST", `/api/connections/${refused.connection}/reading`, { whole: true })).status).toBe(200);
  await read(refused);
  expect(await seen(refused)).toMatchObject({ reading: "failed", readProblem: { reason: "products: HTTP 301: the shop answers at https://www.shop.example/" } });
});

test("a shop inside the house is not called, unless the operator allows it", async () => {
  const strict = await testApp(database.db, database.url, { RELANCE_ALLOW_PRIVATE_HOSTS: "" });
  const { id, key } = await strict.workspace();
  const shop = (domain: string) => strict.call(key, "POST", "/api/connections", { shop: "prestashop", name: "Tea", domain, secret: "a shared secret", access: { key: "WSKEY" } });
  expect((await shop(base)).body.error).toMatchObject({ code: "connection.address_not_allowed", field: "domain" });
  asked.length = 0;
  const { body } = await shop(base.replace("http:", "https:"));
  await runReading(strict.deps, { workspace: id, id: body.id });
  expect((await strict.call(key, "GET", "/api/connections")).body.items[0]).toMatchObject({ reading: "failed", readProblem: { reason: expect.stringContaining("is not an address of the public internet") } });
  expect(asked).toEqual([]);
  await strict.close();
});

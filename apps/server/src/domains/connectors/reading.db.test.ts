import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator } from "../../platform/chance/generator.ts";
import { sql } from "../../platform/db/sql.ts";
import { oauthHeader } from "./asking/magento.ts";
import { runReading, tendShops } from "./index.ts";

/** A shop that speaks the paging, the filters and the authentication that its documentation describes. */
const ROWS: Record<string, Record<string, unknown>[]> = {};
const asked: string[] = [];
/** Answers in the place of the next ones. */
let trouble: ((response: ServerResponse) => void)[] = [];
let base = "";
const server = createServer((request, response) => {
  const url = new URL(request.url!, base);
  asked.push(`${url.pathname}${url.search}`);
  const bad = trouble.shift();
  if (bad) return bad(response);
  const said = url.pathname.startsWith("/admin/") ? shopify(request, url, response) : url.pathname.startsWith("/wp-json/") ? woo(request, url, response) : url.pathname.startsWith("/api/") ? presta(request, url) : magento(request, url);
  response.statusCode = said.status ?? 200;
  response.setHeader("content-type", "application/json");
  void Promise.resolve(said.later ?? said.body).then((body) => response.end(JSON.stringify(body)));
});
interface Said { status?: number; body?: unknown; later?: Promise<unknown> }
const no: Said = { status: 401, body: { errors: "Unauthorized" } };
const page = <T>(rows: readonly T[], from: number, size: number): T[] => rows.slice(from, from + size);
const after = (rows: readonly Record<string, unknown>[], field: string, since: string | null) => rows.filter((row) => since === null || Date.parse(String(row[field]).replace(" ", "T").replace(/(\d)$/, "$1Z")) >= Date.parse(since));

function shopify(request: IncomingMessage, url: URL, response: ServerResponse): Said {
  if (request.headers["x-shopify-access-token"] !== "shpat_key") return no;
  const part = /\/(\w+)\.json$/.exec(url.pathname)![1]!;
  if (part === "graphql") return graphql(request);
  const info = url.searchParams.get("page_info");
  // With page_info nothing but the limit may be given.
  if (info !== null && [...url.searchParams.keys()].some((name) => name !== "page_info" && name !== "limit")) return { status: 400, body: { errors: "page_info" } };
  const [from, since] = info === null ? [0, url.searchParams.get("updated_at_min")] : (JSON.parse(Buffer.from(info, "base64url").toString()) as [number, string | null]);
  const rows = after(ROWS[part] ?? [], "updated_at", since);
  if (from + 2 < rows.length) response.setHeader("link", `<https://elsewhere.example${url.pathname}?limit=2&page_info=prev>; rel="previous", <https://elsewhere.example${url.pathname}?limit=2&page_info=${Buffer.from(JSON.stringify([from + 2, since])).toString("base64url")}>; rel="next"`);
  return { body: { [part]: page(rows, from, 2) } };
}
// Two languages beside the shop's own; one product a page.
async function answerGraphql(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const piece of request) text += String(piece);
  const { query, variables } = JSON.parse(text) as { query: string; variables?: { locale: string; after: string | null } };
  if (!variables) return query.includes("shopLocales") ? { data: { shopLocales: [{ locale: "fr", primary: true }, { locale: "en", primary: false }, { locale: "pt-BR", primary: false }] } } : {};
  const at = Number(variables.after ?? "0");
  const products = ROWS["products"]!;
  const texts = variables.locale === "en" ? [{ key: "title", value: `Tea no. ${at + 1}` }, { key: "body_html", value: "<p>Fine</p>" }] : [];
  return { data: { translatableResources: { nodes: [{ resourceId: `gid://shopify/Product/${String(products[at]!["id"])}`, translations: texts }], pageInfo: { hasNextPage: at + 1 < products.length, endCursor: String(at + 1) } } } };
}
function graphql(request: IncomingMessage): Said {
  return { later: answerGraphql(request) };
}
function woo(request: IncomingMessage, url: URL, response: ServerResponse): Said {
  if (request.headers.authorization !== `Basic ${Buffer.from("ck_key:cs_secret").toString("base64")}`) return no;
  const part = url.pathname.replace("/wp-json/wc/v3/", "");
  if (part === "refunds") return { status: 404, body: { code: "rest_no_route" } };
  const rows = after(ROWS[part] ?? [], "date_modified_gmt", url.searchParams.get("modified_after"));
  response.setHeader("x-wp-total", rows.length);
  response.setHeader("x-wp-totalpages", Math.ceil(rows.length / 2));
  return { body: page(rows, 2 * (Number(url.searchParams.get("page")) - 1), 2) };
}
function presta(request: IncomingMessage, url: URL): Said {
  if (request.headers.authorization !== `Basic ${Buffer.from("WSKEY:").toString("base64")}`) return no;
  const part = url.pathname.replace("/api/", "");
  const [from = 0] = /\[(\d+),/.exec(url.searchParams.get("filter[id]")!)!.slice(1).map(Number);
  const since = /\[(.+),/.exec(url.searchParams.get("filter[date_upd]") ?? "")?.[1] ?? null;
  const rows = page((ROWS[part] ?? []).filter((row) => Number(row["id"]) >= from && (since === null || String(row["date_upd"]) >= since)), 0, 100);
  return { body: rows.length === 0 ? [] : { [part]: rows } };
}
function magento(request: IncomingMessage, url: URL): Said {
  const [nonce, timestamp] = ["nonce", "timestamp"].map((name) => new RegExp(`oauth_${name}="([^"]+)"`).exec(request.headers.authorization ?? "")?.[1] ?? "");
  if (request.headers.authorization !== oauthHeader(url.href, { access: MAGENTO_KEYS, nonce: nonce!, now: Number(timestamp) * 1000 })) return no;
  const filters = [0, 1, 2].map((i) => ["field", "value", "condition_type"].map((name) => url.searchParams.get(`searchCriteria[filter_groups][${i}][filters][0][${name}]`)));
  if (url.pathname.endsWith("/store/storeConfigs")) return { body: [{ code: "default", locale: "fr_FR" }, { code: "english", locale: "en_US" }] };
  const view = /^\/rest\/(\w+)\/V1/.exec(url.pathname)?.[1];
  const told = (ROWS[url.pathname.replace(/^\/rest\/(\w+\/)?V1\//, "")] ?? []).map((row) => (view === "english" ? { ...row, name: `${String(row["name"])} (English)` } : row));
  const rows = told.filter((row) => filters.every(([field, value, is]) => field == null || (is === "gt" ? Number(row["entity_id"] ?? row["id"]) > Number(value) : is === "gteq" ? String(row[field]) >= value! : is === "neq" ? String(row[field]) !== value : row[field] === value)));
  return { body: { items: page(rows, 100 * (Number(url.searchParams.get("searchCriteria[currentPage]")) - 1), 100), total_count: rows.length } };
}
const MAGENTO_KEYS = { consumerKey: "ck", consumerSecret: "c&s", accessToken: "at", tokenSecret: "t s" };
const ACCESS: Record<string, Record<string, string>> = { shopify: { token: "shpat_key" }, woocommerce: { key: "ck_key", secret: "cs_secret" }, prestashop: { key: "WSKEY" }, magento: MAGENTO_KEYS };

const database = testDatabase();
let app: TestApp;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  app = await testApp(database.db, database.url);
});
afterAll(async () => {
  await app.close();
  server.closeAllConnections();
  server.close();
});

type Kind = "shopify" | "woocommerce" | "prestashop" | "magento";
async function connect(shop: Kind, access = ACCESS[shop]!) {
  const workspace = await app.workspace();
  trouble = [];
  asked.length = 0;
  const { status, body } = await app.call(workspace.key, "POST", "/api/connections", { shop, name: "Tea", domain: shop === "shopify" ? "tea-shop.myshopify.com" : `${base}/`, secret: "a shared secret", access });
  expect(status, JSON.stringify(body)).toBe(201);
  return { ...workspace, connection: body.id as string };
}
type Made = Awaited<ReturnType<typeof connect>>;
const read = (one: Made, signal?: AbortSignal) => runReading(app.deps, { workspace: one.id, id: one.connection, ...(app.deps && { base }), ...(signal && { signal }) });
const seen = async ({ key }: Made) => (await app.call(key, "GET", "/api/connections")).body.items[0];
const rowsOf = async (workspace: string) => ({
  contacts: await database.db.query(sql`select external_id, email, first_name, city from contacts where workspace_id = ${workspace} order by external_id, email`),
  orders: await database.db.query(sql`select external_id, status, currency, total, refunded, placed_at, contact_id is not null as someone from orders where workspace_id = ${workspace} order by external_id`),
  lines: await database.db.query(sql`select l.sku, l.quantity, l.total, p.external_id as product, v.external_id as variant from order_lines l left join products p on p.id = l.product_id left join variants v on v.id = l.variant_id where l.workspace_id = ${workspace} order by l.sku, l.total`),
  carts: await database.db.query(sql`select external_id, status, total from carts where workspace_id = ${workspace} order by external_id`),
  products: await database.db.query(sql`select p.external_id, p.name, v.external_id as variant, v.options, (select r.amount from prices r where r.variant_id = coalesce(v.id, p.id) order by r.valid_from desc limit 1) as price, (select s.quantity from stock_levels s where s.variant_id = coalesce(v.id, p.id) order by s.recorded_at desc limit 1) as stock from products p left join variants v on v.product_id = p.id where p.workspace_id = ${workspace} order by p.external_id, v.external_id`),
  translations: await database.db.query(sql`select t.language, t.name from product_translations t where t.workspace_id = ${workspace} order by t.language, t.name`),
  events: await database.db.query(sql`select name, occurred_at, live from events where workspace_id = ${workspace} and type = 'track' order by occurred_at, name`),
  consents: await database.db.query(sql`select channel, state, changed_at from consents where workspace_id = ${workspace} order by changed_at`),
});

const day = (n: number) => `2026-0${1 + Math.floor(n / 28)}-${String(1 + (n % 28)).padStart(2, "0")}`;
const range = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i + 1));
function fill(kind: Kind): void {
  for (const part of Object.keys(ROWS)) delete ROWS[part];
  if (kind === "shopify") Object.assign(ROWS, {
    products: range(3, (i) => ({ id: i, title: `Tea ${i}`, updated_at: `${day(1)}T00:00:00Z`, options: [{ name: "Size" }], variants: [{ id: i * 10, price: `${i}.50`, option1: "S", sku: `T${i}`, inventory_management: "shopify", inventory_quantity: i }] })),
    customers: range(5, (i) => ({ id: i, email: `p${i}@shop.example`, first_name: `P${i}`, updated_at: `${day(2)}T00:00:00Z` })),
    orders: range(5, (i) => ({ id: 100 + i, name: `#${i}`, created_at: `${day(10 + i)}T00:00:00Z`, updated_at: `${day(20 + i)}T00:00:00Z`, currency: "EUR", total_price: "3.00", financial_status: "paid", customer: { id: i, email: `p${i}@shop.example` }, line_items: [{ product_id: 1, variant_id: 10, sku: "T1", price: "1.50", quantity: 2 }], refunds: i === 5 ? [{ id: 9, created_at: `${day(25)}T00:00:00Z`, transactions: [{ kind: "refund", status: "success", amount: "1.50" }] }] : [] })),
    checkouts: [{ token: "t", created_at: `${day(30)}T00:00:00Z`, updated_at: `${day(30)}T00:00:00Z`, email: "p1@shop.example", customer: { id: 1 }, currency: "EUR", total_price: "4.00", line_items: [{ product_id: 2, variant_id: 20, price: "4.00", quantity: 1 }] }],
  });
  if (kind === "woocommerce") Object.assign(ROWS, {
    products: [...range(2, (i) => ({ id: i, name: `Cup ${i}`, type: "simple", price: "4.00", manage_stock: true, stock_quantity: i, date_modified_gmt: `${day(1)}T00:00:00` })), { id: 3, name: "Shirt", type: "variable", price: "9.00", variations: [31, 32, 33], date_modified_gmt: `${day(1)}T00:00:00` }, { id: 4, name: "Sock", type: "variable", price: "2.00", variations: [41], date_modified_gmt: `${day(1)}T00:00:00` }],
    "products/3/variations": range(3, (i) => ({ id: 30 + i, price: `${8 + i}.00`, manage_stock: true, stock_quantity: 5, date_modified_gmt: `${day(1)}T00:00:00`, attributes: [{ name: "Size", option: `S${i}` }] })),
    "products/4/variations": [{ id: 41, price: "2.00", stock_status: "outofstock", date_modified_gmt: `${day(1)}T00:00:00`, attributes: [] }],
    customers: range(3, (i) => ({ id: i, email: `w${i}@shop.example`, date_modified_gmt: `${day(1)}T00:00:00`, billing: { city: "Lyon" } })),
    orders: [...range(3, (i) => ({ id: 70 + i, number: `${i}`, status: i === 3 ? "pending" : "completed", currency: "EUR", date_created_gmt: `${day(5)}T00:00:00`, date_modified_gmt: `${day(6)}T00:00:00`, total: "9.00", total_tax: "0", customer_id: i, billing: { email: `w${i}@shop.example` }, line_items: [{ product_id: 3, variation_id: 31, quantity: 1, total: "9.00", total_tax: "0.00", sku: "S" }] })), { id: 99, status: "completed" }],
  });
  if (kind === "prestashop") Object.assign(ROWS, {
    currencies: [{ id: 1, iso_code: "EUR" }], languages: [{ id: 1, iso_code: "fr" }, { id: 2, iso_code: "en" }], countries: [{ id: 8, iso_code: "FR" }], categories: [{ id: 2, name: [{ id: "1", value: "Tasses" }, { id: "2", value: "Mugs" }] }],
    product_options: [{ id: 1, name: [{ id: "1", value: "Taille" }] }], product_option_values: [{ id: 7, id_attribute_group: "1", name: [{ id: "1", value: "M" }] }],
    products: range(130, (i) => ({ id: i, reference: `R${i}`, name: [{ id: "1", value: `Tasse ${i}` }, { id: "2", value: `Mug ${i}` }], price: "10.000000", relance_price: "12.00", id_category_default: "2", active: "1", date_upd: `${day(3)} 10:00:00`, associations: i === 1 ? { combinations: [{ id: "11" }] } : {} })),
    combinations: [{ id: 11, id_product: "1", reference: "R1-M", price: "1.000000", associations: { product_option_values: [{ id: "7" }] } }],
    stock_availables: [{ id: 1, id_product: "1", id_product_attribute: "11", quantity: "4" }, { id: 2, id_product: "2", id_product_attribute: "0", quantity: "6" }],
    customers: range(2, (i) => ({ id: i, email: `c${i}@shop.example`, firstname: `C${i}`, id_lang: "1", newsletter: i === 1 ? "1" : "0", newsletter_date_add: i === 1 ? `${day(2)} 12:00:00` : "0000-00-00 00:00:00", date_upd: `${day(4)} 10:00:00` })),
    addresses: [{ id: 5, id_customer: "1", city: "Lille", postcode: "59000", id_country: "8", date_upd: `${day(4)} 10:00:00` }],
    orders: range(2, (i) => ({ id: i, reference: `REF${i}`, id_customer: `${i}`, id_cart: `${i}`, id_currency: "1", current_state: i === 1 ? "5" : "6", valid: i === 1 ? "1" : "0", date_add: `${day(6)} 10:00:00`, date_upd: `${day(7)} 10:00:00`, total_paid_tax_incl: "13.20", total_paid_tax_excl: "11.00", associations: { order_rows: [{ product_id: "1", product_attribute_id: "11", product_quantity: "1", product_reference: "R1-M", product_name: "Tasse", unit_price_tax_incl: "13.20" }] } })),
    order_slip: [{ id: 3, id_order: "1", total_products_tax_incl: "3.20", total_shipping_tax_incl: "0", date_add: `${day(9)} 10:00:00`, date_upd: `${day(9)} 10:00:00` }],
    carts: [{ id: 1, id_customer: "1", id_currency: "1", date_add: `${day(6)} 09:00:00`, date_upd: `${day(6)} 09:30:00`, associations: { cart_rows: [{ id_product: "1", id_product_attribute: "11", quantity: "1" }] } }, { id: 2, id_customer: "0", id_currency: "1", date_add: `${day(6)} 09:00:00`, date_upd: `${day(6)} 09:30:00`, associations: {} }],
  });
  if (kind === "magento") Object.assign(ROWS, {
    "products/attributes": [{ attribute_id: 93, attribute_code: "color", frontend_input: "select" }], "categories/list": [{ id: 3, name: "Shirts" }],
    products: [
      { id: 20, sku: "shirt", name: "Shirt", price: 0, visibility: 4, status: 1, updated_at: `${day(1)} 00:00:00`, extension_attributes: { category_links: [{ category_id: "3" }], configurable_product_links: [21, 22], configurable_product_options: [{ attribute_id: "93", label: "Color" }] }, custom_attributes: [{ attribute_code: "url_key", value: "shirt" }] },
      ...[21, 22].map((id) => ({ id, sku: `shirt-${id}`, name: `Shirt ${id}`, price: 25, visibility: 1, status: 1, updated_at: `${day(1)} 00:00:00`, custom_attributes: [{ attribute_code: "color", value: `${id}` }] })),
      ...range(120, (i) => ({ id: 100 + i, sku: `mug-${i}`, name: `Mug ${i}`, price: 5, visibility: 4, status: 1, updated_at: `${day(1)} 00:00:00` })),
    ],
    "inventory/source-items": [{ sku: "shirt-21", source_code: "default", quantity: 3, status: 1 }, { sku: "shirt-21", source_code: "paris", quantity: 2, status: 1 }, { sku: "mug-1", source_code: "default", quantity: 7, status: 1 }],
    "customers/search": [{ id: 1, email: "m1@shop.example", firstname: "M", updated_at: `${day(2)} 00:00:00`, addresses: [{ city: "Nantes", default_billing: true }], extension_attributes: { is_subscribed: true } }, { id: 2, email: "m2@shop.example", updated_at: `${day(2)} 00:00:00`, extension_attributes: { is_subscribed: false } }],
    orders: [{ entity_id: 12, increment_id: "12", state: "complete", created_at: `${day(3)} 00:00:00`, updated_at: `${day(4)} 00:00:00`, customer_id: 1, customer_email: "m1@shop.example", grand_total: 50, order_currency_code: "EUR", quote_id: 7, total_refunded: 25, items: [{ item_id: 1, product_id: 20, sku: "shirt-21", qty_ordered: 2, price_incl_tax: 25, row_total_incl_tax: 50 }, { item_id: 2, parent_item_id: 1, product_id: 21, sku: "shirt-21", qty_ordered: 2 }] }],
    creditmemos: [{ entity_id: 4, order_id: 12, grand_total: 25, order_currency_code: "EUR", created_at: `${day(5)} 00:00:00`, updated_at: `${day(5)} 00:00:00` }],
    "carts/search": [{ id: 7, is_active: false, created_at: `${day(3)} 00:00:00`, updated_at: `${day(3)} 00:00:00`, customer: { id: 1, email: "m1@shop.example" }, items: [{ sku: "shirt-21", name: "Shirt", qty: 2, price: 25 }] }],
  });
}

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
  expect(prestaRows.contacts).toMatchObject([{ external_id: "prestashop:1", first_name: "C1", city: "Lille" }, { external_id: "prestashop:2" }]);
  expect(prestaRows.orders).toMatchObject([{ external_id: "1", status: "delivered", currency: "EUR", total: 13.2, refunded: 3.2 }, { external_id: "2", status: "cancelled" }]);
  expect(prestaRows.carts).toMatchObject([{ external_id: "1", status: "ordered" }]);
  expect(prestaRows.consents).toMatchObject([{ channel: "email", state: "granted", changed_at: Date.UTC(2026, 0, 3, 11) }]);

  fill("magento");
  const magento = await connect("magento");
  await read(magento);
  const magentoRows = await rowsOf(magento.id);
  expect(magentoRows.products).toHaveLength(122);
  expect(magentoRows.products.filter((one) => one["external_id"] === "20")).toMatchObject([{ name: "Shirt", variant: "21", options: { Color: "21" }, price: 25, stock: 5 }, { variant: "22", stock: null }]);
  expect(magentoRows.translations.filter((one) => String(one["name"]).startsWith("Shirt"))).toEqual([{ language: "en", name: "Shirt (English)" }, { language: "fr", name: "Shirt" }]);
  expect(magentoRows.orders).toMatchObject([{ external_id: "12", status: "complete", total: 50, refunded: 25 }]);
  expect(magentoRows.lines).toMatchObject([{ product: "20", variant: "21", quantity: 2, total: 50 }]);
  expect(magentoRows.carts).toMatchObject([{ external_id: "7", status: "ordered", total: 50 }]);
  expect(magentoRows.consents).toMatchObject([{ state: "granted" }]);
  ROWS["customers/search"]![0] = { ...ROWS["customers/search"]![0], updated_at: "2026-11-23 12:00:00", extension_attributes: { is_subscribed: false } };
  app.deps.clock.advance(900_000);
  await read(magento);
  expect((await rowsOf(magento.id)).consents).toMatchObject([{ state: "withdrawn" }]);
  app.deps.clock.set(Date.UTC(2026, 10, 23, 12));
});

test("too many calls, broken pages and cut lines are waited out and asked again; nothing is read twice or left out", async () => {
  fill("shopify");
  const calm = await connect("shopify");
  await read(calm);
  const wanted = await rowsOf(calm.id);
  const made = await connect("shopify");
  const too = (after: string) => (response: ServerResponse) => void response.writeHead(429, { "retry-after": after }).end("Exceeded 2 calls per second");
  trouble = [too("2.0"), (response) => void response.end("<html>maintenance</html>"), (response) => void response.writeHead(502).end("bad gateway"), (response) => void response.socket!.destroy(), (response) => void response.end(JSON.stringify({ products: "none" })), too("3600")];
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
  trouble = [(response) => void app.call(made.key, "DELETE", path).then(() => response.end(JSON.stringify({ products: [ROWS["products"]![0]] })))];
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

  trouble = [(response) => void response.writeHead(301, { location: "https://www.shop.example/" }).end()];
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

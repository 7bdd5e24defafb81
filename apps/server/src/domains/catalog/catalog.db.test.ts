import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { countReaders } from "./article-reads.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

const STORE = { code: "fr", name: "France", country: "FR", languages: ["fr"], currency: "EUR", timeZone: "Europe/Paris" };

async function begin() {
  const { id, key } = await shop.workspace();
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await shop.call(key, method, path, body);
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await call("POST", "/api/stores", STORE);
  return { workspace: id, key, call, refused: (method: string, path: string, body?: unknown) => shop.call(key, method, path, body) };
}

test("a product's past says who changed what, and any change is taken back by name unless it changed again", async () => {
  const { call, refused } = await begin();
  const lamp = {
    externalId: "lamp",
    name: "Lampe",
    brand: "Fauvel",
    category: { externalId: "lighting", names: { fr: "Luminaires" } },
    translations: [{ language: "fr", name: "Lampe" }],
    variants: [{ externalId: "lamp-red", options: { colour: "rouge" } }],
    images: [{ url: "https://shop.example/lamp.jpg" }, { url: "https://shop.example/red.jpg", options: { colour: "rouge" } }],
  };
  expect(await call("POST", "/api/products", { products: [lamp] })).toEqual({ created: 1, updated: 0 });
  await call("POST", "/api/products", { products: [lamp] });
  const [{ id }] = (await call("GET", "/api/products")).items;
  const history = async () => (await call("GET", `/api/catalog/changes?kind=product&object=${id}`)).items;
  // Told the same again, nothing happened.
  expect((await history()).map((one: { what: string }) => one.what)).toEqual(["created"]);
  expect((await call("GET", `/api/products/${id}`)).variants).toMatchObject([{ shownBy: "https://shop.example/red.jpg" }]);

  await call("POST", "/api/products", {
    products: [{ externalId: "lamp", name: "Lampe de nuit", brand: null, translations: [{ language: "en", name: "Night lamp" }] }],
  });
  const [change] = await history();
  expect(change).toMatchObject({
    what: "changed",
    by: "test",
    changes: [
      { path: ["brand"], from: "Fauvel", to: null },
      { path: ["name"], from: "Lampe", to: "Lampe de nuit" },
      { path: ["translations", "en", "name"], from: null, to: "Night lamp" },
    ],
  });
  await call("POST", "/api/products", { products: [{ externalId: "lamp", name: "Veilleuse" }] });
  const undo = { kind: "product", object: id, change: change.id };
  expect(await refused("POST", "/api/catalog/changes/undo", undo)).toMatchObject({
    status: 409,
    body: { error: { code: "catalog_change.changed_since", field: "change", message: expect.stringContaining("name") } },
  });
  expect(await call("POST", "/api/catalog/changes/undo", { ...undo, partly: true })).toEqual({ takenBack: 2, left: [["name"]] });
  expect(await call("GET", `/api/products/${id}`)).toMatchObject({
    name: "Veilleuse",
    brand: "Fauvel",
    translations: [{ language: "fr" }],
  });
  // Taking back is a change too, and can be taken back; so can the beginning, which archives.
  const [last] = await history();
  await call("POST", "/api/catalog/changes/undo", { ...undo, change: last.id });
  expect((await call("GET", `/api/products/${id}`)).brand).toBe(null);
  await call("POST", "/api/catalog/changes/undo", { ...undo, change: (await history()).at(-1).id });
  expect((await call("GET", "/api/products")).items).toEqual([]);
  expect((await call("GET", "/api/products?archived=true")).items).toMatchObject([{ id, archived: true }]);
});

test("a list says names and categories in the reader's language where there is one, found by them, in one order for all", async () => {
  const { key } = await shop.workspace();
  const put = (externalId: string, name: string, en?: string) => ({
    externalId,
    name,
    category: { externalId: "mugs", names: { fr: "Tasses", en: "Mugs" } },
    ...(en && { translations: [{ language: "en", name: en }] }),
  });
  await shop.call(key, "POST", "/api/products", {
    products: [put("a", "Bol bleu", "Blue bowl"), put("b", "Assiette", "Plate"), put("c", "Carafe")],
  });
  const seen = async (query: string) => {
    const names: string[] = [];
    for (let next: string | null = ""; next !== null;) {
      const { body } = await shop.call(key, "GET", `/api/products?limit=1${query}${next && `&after=${encodeURIComponent(next)}`}`);
      names.push(...body.items.map((one: { name: string; category: string }) => `${one.name}, ${one.category}`));
      next = body.next;
    }
    return names;
  };
  expect(await seen("&language=en")).toEqual(["Plate, Mugs", "Blue bowl, Mugs", "Carafe, Mugs"]);
  expect(await seen("&language=de")).toEqual(await seen(""));
  expect(await seen("&language=en&search=bowl")).toEqual(["Blue bowl, Mugs"]);
});

test("prices and stock keep what they were, newest first, page by page", async () => {
  const { call, refused } = await begin();
  for (const amount of [10, 12, 12, 9]) {
    shop.deps.clock.advance(60_000);
    await call("POST", "/api/products", {
      products: [
        { externalId: "tea", name: "Thé", prices: [{ store: "fr", currency: "EUR", amount }], stock: [{ store: "fr", quantity: amount }] },
      ],
    });
  }
  const [{ id }] = (await call("GET", "/api/products")).items;
  const first = await call("GET", `/api/products/${id}/prices?limit=2`);
  expect(first.items.map((one: { amount: number }) => one.amount)).toEqual([9, 12]);
  expect(
    (await call("GET", `/api/products/${id}/prices?limit=2&after=${encodeURIComponent(first.next)}`)).items.map(
      (one: { amount: number }) => one.amount,
    ),
  ).toEqual([10]);
  expect((await call("GET", `/api/products/${id}/stock`)).items.map((one: { quantity: number }) => one.quantity)).toEqual([9, 12, 10]);
  expect(await refused("GET", `/api/products/${id}/prices?after=x`)).toMatchObject({ status: 422, body: { error: { field: "after" } } });
});

test("categories form a tree with a count of each, per store and language; none is above itself", async () => {
  const { call, refused, workspace } = await begin();
  await call("POST", "/api/categories", {
    categories: [
      { externalId: "lamps", parent: "home", names: { fr: "Lampes", en: "Lamps" }, stores: [{ store: "fr", names: { fr: "Luminaires" } }] },
      { externalId: "home", names: { fr: "Maison" } },
    ],
  });
  await call("POST", "/api/products", {
    products: ["a", "b", "c"].map((externalId) => ({
      externalId,
      name: externalId,
      category: { externalId: externalId === "c" ? "home" : "lamps" },
    })),
  });
  await call("POST", "/api/products", {
    products: [
      { externalId: "b", name: "b", category: { externalId: "home" } },
      { externalId: "a", name: "a", category: null },
    ],
  });
  const { items } = await call("GET", "/api/categories");
  const [home, lamps] = ["home", "lamps"].map((externalId) => items.find((one: { externalId: string }) => one.externalId === externalId));
  expect(home).toMatchObject({ names: { fr: "Maison" }, products: 2, parent: null, stores: [] });
  expect(lamps).toMatchObject({ parent: home.id, products: 0, stores: [{ names: { fr: "Luminaires" } }] });
  const [counted] = await holder.db.query(
    sql`select count(*)::integer as n, count(category_id)::integer as placed from products where workspace_id = ${workspace}`,
  );
  expect([(await call("GET", "/api/products")).total, home.products + lamps.products]).toEqual([counted!["n"], counted!["placed"]]);
  expect((await call("GET", `/api/products?category=${home.id}`)).items.map((one: { name: string }) => one.name)).toEqual(["b", "c"]);
  expect(await refused("POST", "/api/categories", { categories: [{ externalId: "home", parent: "lamps" }] })).toMatchObject({
    status: 422,
    body: { error: { code: "category.cycle", field: "categories[0].parent" } },
  });
  expect(await refused("POST", "/api/categories", { categories: [{ externalId: "x", stores: [{ store: "nowhere" }] }] })).toMatchObject({
    status: 422,
    body: { error: { code: "store.unknown", field: "categories[0].stores[0].store" } },
  });
});

test("stores keep their sender and are archived; content items are one per language and page by time", async () => {
  const { call, refused } = await begin();
  const sender = { name: "Fauvel", email: "bonjour@shop.example", replyTo: "", postalAddress: "12 rue des Halles, Paris" };
  await call("POST", "/api/stores", { ...STORE, sender });
  expect(await call("POST", "/api/stores", { ...STORE, name: "La France", archived: true })).toMatchObject({
    name: "La France",
    sender,
    archived: true,
  });
  const [store] = (await call("GET", "/api/stores")).items;
  const [change] = (await call("GET", `/api/catalog/changes?kind=store&object=${store.id}`)).items;
  await call("POST", "/api/catalog/changes/undo", { kind: "store", object: store.id, change: change.id });
  expect((await call("GET", "/api/stores")).items).toMatchObject([{ name: "France", archived: false, sender }]);

  const article = (n: number, language = "fr") => ({
    externalId: `a${n}`,
    language,
    title: `Article ${n}`,
    publishedAt: `2026-01-0${n}T08:00:00Z`,
    store: "fr",
    tags: ["cuisine"],
  });
  expect(await call("POST", "/api/articles", { articles: [article(1), article(2), article(2, "en"), article(3)] })).toEqual({
    created: 4,
    updated: 0,
  });
  expect(
    await call("POST", "/api/articles", { articles: [article(1), { externalId: "a2", language: "en", title: "Article two" }] }),
  ).toEqual({ created: 0, updated: 1 });
  const first = await call("GET", "/api/articles?limit=2");
  expect(first.total).toBe(4);
  const second = await call("GET", `/api/articles?limit=2&after=${encodeURIComponent(first.next)}`);
  expect([...first.items, ...second.items].map((one: { title: string }) => one.title)).toEqual(
    expect.arrayContaining(["Article 3", "Article two", "Article 2", "Article 1"]),
  );
  expect((await call("GET", "/api/articles?language=en&search=TWO")).items.length).toBe(1);
  expect(await refused("POST", "/api/articles", { articles: [{ externalId: "new", language: "fr" }] })).toMatchObject({
    status: 422,
    body: { error: { code: "article.untitled", field: "articles[0].title" } },
  });
});

test("carts are listed with whose they are, and nothing of one workspace is seen from another", async () => {
  const ours = await begin();
  const theirs = await begin();
  const write = await shop.writeKey(ours.workspace);
  await shop.app.inject({
    method: "POST",
    url: "/v1/batch",
    headers: { authorization: `Bearer ${write}` },
    payload: {
      batch: [
        { type: "identify", userId: "u1", traits: { email: "anna@shop.example", firstName: "Anna" } },
        {
          type: "track",
          userId: "u1",
          event: "Product Added",
          properties: { product_id: "tea", name: "Thé", price: 4, quantity: 2, cart_id: "k1" },
        },
      ],
    },
  });
  expect(await ours.call("GET", "/api/carts")).toMatchObject({
    total: 1,
    items: [{ externalId: "k1", contactName: "Anna", status: "open", total: 8, items: [{ product: "tea", quantity: 2 }] }],
  });
  expect((await ours.call("GET", "/api/carts?status=open")).items).toHaveLength(1);
  expect(await ours.call("GET", "/api/carts?status=ordered")).toMatchObject({ total: 1, items: [] });
  expect(await ours.call("GET", "/api/products")).toMatchObject({ total: 1 });
  const [product] = (await ours.call("GET", "/api/products")).items;
  for (const path of [
    "/api/carts",
    "/api/products",
    "/api/articles",
    "/api/categories",
    `/api/catalog/changes?kind=product&object=${product.id}`,
  ])
    expect((await theirs.call("GET", path)).items).toEqual([]);
  expect(
    (await theirs.refused("POST", "/api/catalog/changes/undo", { kind: "product", object: product.id, change: product.id })).status,
  ).toBe(404);
});

test("what a person says of an order is an event like the shop's: its state, a refund, and what was told before", async () => {
  const ours = await begin();
  const theirs = await begin();
  const write = await shop.writeKey(ours.workspace);
  await shop.app.inject({
    method: "POST",
    url: "/v1/batch",
    headers: { authorization: `Bearer ${write}` },
    payload: {
      batch: [
        { type: "track", userId: "u1", event: "Order Completed", properties: { order_id: "A1", total: 40, currency: "EUR" } },
        { type: "track", userId: "u1", event: "Order Completed", properties: { order_id: "A2", total: 9, currency: "EUR" } },
      ],
    },
  });
  const { id } = (await ours.call("GET", "/api/orders?search=A1")).items[0];
  shop.deps.clock.advance(1_000);
  expect(await ours.call("PATCH", `/api/orders/${id}`, { status: "shipped" })).toEqual({ ok: true });
  expect(await ours.call("GET", `/api/orders/${id}`)).toMatchObject({ status: "shipped", total: 40, refunded: 0 });
  shop.deps.clock.advance(1_000);
  await ours.call("PATCH", `/api/orders/${id}`, { refund: { amount: 12.5 } });
  expect(await ours.call("GET", `/api/orders/${id}`)).toMatchObject({
    status: "partially_refunded",
    total: 40,
    refunded: 12.5,
    refunds: [{ amount: 12.5, items: [] }],
  });
  expect(await ours.refused("PATCH", `/api/orders/${id}`, { refund: { amount: 27.51 } })).toMatchObject({
    status: 422,
    body: { error: { code: "order.refund_beyond", field: "refund.amount" } },
  });
  expect(await ours.refused("PATCH", `/api/orders/${id}`, { status: "lost" })).toMatchObject({
    status: 422,
    body: { error: { field: "status" } },
  });
  shop.deps.clock.advance(1_000);
  await ours.call("PATCH", `/api/orders/${id}`, { status: "cancelled" });
  const { items } = await ours.call("GET", `/api/orders/${id}/news`);
  expect(items.map((one: { what: string; status: string | null; amount: number | null }) => [one.what, one.status, one.amount])).toEqual([
    ["Order Cancelled", "cancelled", null],
    ["Order Refunded", null, 12.5],
    ["Order Updated", "shipped", null],
    ["Order Completed", null, 40],
  ]);
  const facts = await holder.db.query<{ name: string }>(
    sql`select data ->> 'name' as name from inbox where workspace_id = ${ours.workspace} and kind = 'event' order by recorded_at, id`,
  );
  expect(facts.map((one) => one.name).filter((name) => name !== "Order Completed")).toEqual([
    "Order Updated",
    "Order Refunded",
    "Order Cancelled",
  ]);
  for (const [method, path, body] of [
    ["GET", `/api/orders/${id}/news`, undefined],
    ["PATCH", `/api/orders/${id}`, { status: "paid" }],
  ] as const)
    expect((await theirs.refused(method, path, body)).status).toBe(404);

  // Two people who give back at once: what the second asks for is no longer there.
  const { id: other } = (await ours.call("GET", "/api/orders?search=A2")).items[0];
  const both = await Promise.all([1, 2].map(() => ours.refused("PATCH", `/api/orders/${other}`, { refund: { amount: 6 } })));
  expect(both.map(({ status }) => status).toSorted()).toEqual([200, 422]);
  expect(await ours.call("GET", `/api/orders/${other}`)).toMatchObject({ refunded: 6 });
});

test("content items are read by page views, whatever marks their address bears, and the readers of thirty days are counted", async () => {
  const { call, workspace } = await begin();
  await call("POST", "/api/articles", {
    articles: [
      { externalId: "salt", language: "fr", title: "Cuire au sel", url: "https://www.shop.example/journal/sel/" },
      { externalId: "steam", language: "fr", title: "Vapeur", url: "https://shop.example/?p=7" },
    ],
  });
  const page = (who: string, url: string, days: number) => ({
    type: "page",
    anonymousId: who,
    messageId: `${who} ${url} ${days}`,
    properties: { url },
    timestamp: new Date(shop.deps.clock.now() - days * 86_400_000).toISOString(),
  });
  await call("POST", "/v1/batch", {
    batch: [
      page("a", "https://shop.example/journal/sel?utm_source=x", 0),
      page("a", "http://shop.example/journal/sel/#top", 1),
      page("b", "https://shop.example/journal/sel", 40),
      page("b", "https://shop.example/?p=7&fbclid=1", 1),
      page("c", "https://shop.example/?p=8", 1),
      page("c", "https://shop.example/journal", 1),
    ],
  });
  await countReaders(shop.deps);
  expect(
    Object.fromEntries(
      (await call("GET", "/api/articles")).items.map((one: { externalId: string; readers: number }) => [one.externalId, one.readers]),
    ),
  ).toEqual({ salt: 1, steam: 1 });
  expect((await holder.db.query(sql`select contact_id from article_reads where workspace_id = ${workspace}`)).length).toBe(3);
});

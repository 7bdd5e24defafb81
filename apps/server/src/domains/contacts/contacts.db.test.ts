import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { contactOwnedTables } from "./owned.ts";

const database = testDatabase();
let app: TestApp;
beforeAll(async () => {
  app = await testApp(database.db, database.url);
});
afterAll(() => app.close());

test("every table with rows of contacts says how it follows a merge", async () => {
  const tables = await database.db.query<{ name: string }>(sql`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and a.attname = 'contact_id' and c.relname <> 'identities' order by c.relname`);
  const listed = new Set<string>(contactOwnedTables.map((entry) => entry.table));
  expect(tables.map((row) => row.name).filter((name) => !listed.has(name))).toEqual([]);
  // What readiness put right stays with the contact that remained.
  const marked = await database.db.query<{ name: string }>(
    sql`select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid where c.relnamespace = current_schema()::regnamespace and not c.relispartition and a.attname = 'part_id' order by c.relname`,
  );
  const moved = contactOwnedTables
    .filter((entry) => ["move", "keyed", "runs", "carts", "consents"].includes(entry.how))
    .map((entry) => entry.table as string);
  expect(moved.filter((name) => !marked.some((row) => row.name === name))).toEqual(["contact_fix_changes"]);
});

test("the store of a contact is known by its code; a code of no store stays an attribute", async () => {
  const { key } = await app.workspace();
  const { id: store } = (
    await app.call(key, "POST", "/api/stores", {
      code: "FR",
      name: "France",
      country: "FR",
      languages: ["fr"],
      currency: "EUR",
      timeZone: "Europe/Paris",
    })
  ).body;
  const placed = async (traits: object) => {
    await app.call(key, "POST", "/v1/identify", { userId: "1", traits });
    app.deps.clock.advance(1000);
    const [{ id }] = (await app.call(key, "GET", "/api/contacts?search=1")).body.items;
    const { storeId, attributes } = (await app.call(key, "GET", `/api/contacts/${id}`)).body;
    return { storeId, attributes };
  };
  expect(await placed({ store: "fr" })).toEqual({ storeId: store, attributes: {} });
  expect(await placed({ store_code: "be" })).toEqual({ storeId: store, attributes: { store: "be" } });
});

test("a contact is created, found by every handle, changed and kept apart from other workspaces", async () => {
  const { key } = await app.workspace();
  const stranger = await app.workspace();
  const made = await app.call(key, "POST", "/api/contacts", {
    externalId: "42",
    email: "Lea@Shop.Example",
    firstName: "Léa",
    lastName: "Martin",
    phone: "06 12 34 56 78",
    birthDate: "1992-02-29",
    attributes: { plan: "gold", visits: 3 },
  });
  expect(made).toMatchObject({
    status: 201,
    body: { email: "lea@shop.example", phone: "+33612345678", known: true, attributes: { plan: "gold", visits: 3 } },
  });
  const { id } = made.body;
  for (const search of ["lea@sh", "mart", "léa", "léa martin", "martin l", "42", "+33612345678"]) {
    expect(
      (await app.call(key, "GET", `/api/contacts?search=${encodeURIComponent(search)}`)).body.items.map((one: { id: string }) => one.id),
    ).toEqual([id]);
  }
  expect((await app.call(stranger.key, "GET", `/api/contacts/${id}`)).status).toBe(404);
  expect((await app.call(stranger.key, "GET", "/api/contacts?search=lea")).body.items).toEqual([]);
  const changed = await app.call(key, "PATCH", `/api/contacts/${id}`, { email: "lea.martin@shop.example", attributes: { plan: null } });
  expect(changed.body).toMatchObject({ email: "lea.martin@shop.example", attributes: { visits: 3 } });
  expect(changed.body.identities.map((one: { value: string }) => one.value).sort()).toEqual([
    "+33612345678",
    "42",
    "lea.martin@shop.example",
  ]);
  await app.call(key, "POST", "/api/contacts", { email: "other@shop.example" });
  expect(await app.call(key, "PATCH", `/api/contacts/${id}`, { email: "other@shop.example" })).toMatchObject({
    status: 409,
    body: { error: { code: "contact.identifier_taken", field: "email" } },
  });
  expect(await app.call(key, "PATCH", `/api/contacts/${id}`, { phone: "12" })).toMatchObject({
    status: 422,
    body: { error: { code: "contact.value_unfit", field: "phone" } },
  });
  expect(await app.call(key, "POST", "/api/contacts", { firstName: "Nobody" })).toMatchObject({
    status: 422,
    body: { error: { code: "contact.identifier_needed" } },
  });
  expect((await app.call(key, "GET", "/api/contacts")).body.total).toBe(2);
  const attributes = (await app.call(key, "GET", "/api/contacts/attributes")).body.items;
  expect(attributes.find((one: { name: string }) => one.name === "attributes.visits")).toMatchObject({ type: "number", filled: 1, of: 2 });
  expect(attributes.find((one: { name: string }) => one.name === "email")).toMatchObject({ filled: 2 });
});

test("contacts page by key without gap or repeat while the list is long", async () => {
  const { id: workspace, key } = await app.workspace();
  const writeKey = await app.writeKey(workspace);
  await app.app.inject({
    method: "POST",
    url: "/v1/batch",
    headers: { authorization: `Bearer ${writeKey}` },
    payload: {
      batch: Array.from({ length: 45 }, (_, i) => ({
        type: "track",
        userId: `u${i}`,
        event: "e",
        timestamp: new Date(Date.UTC(2026, 10, 20, 0, i >> 1)).toISOString(),
      })),
    },
  });
  for (let i = 0; i < 5; i++) await app.call(key, "POST", "/api/contacts", { externalId: `never${i}` });
  const seen: string[] = [];
  for (let next: string | null = ""; next !== null;) {
    const page = (await app.call(key, "GET", `/api/contacts?limit=7${next ? `&after=${encodeURIComponent(next)}` : ""}`)).body as {
      items: { externalId: string }[];
      next: string | null;
    };
    seen.push(...page.items.map((one) => one.externalId));
    next = page.next;
  }
  expect(seen.length).toBe(50);
  expect(new Set(seen).size).toBe(50);
  expect(seen.slice(45).every((one) => one.startsWith("never"))).toBe(true);
  expect((await app.call(key, "GET", "/api/contacts?after=rubbish")).status).toBe(422);
});

test("groups are joined and left in sets, counted, and archived with their members leaving", async () => {
  const { id: workspace, key } = await app.workspace();
  const ids = await Promise.all(
    [1, 2, 3].map(async (i) => (await app.call(key, "POST", "/api/contacts", { externalId: `g${i}` })).body.id as string),
  );
  const group = (await app.call(key, "POST", "/api/groups", { name: "VIP" })).body;
  expect((await app.call(key, "POST", `/api/groups/${group.id}/members`, { contacts: ids })).body).toEqual({ joined: 3 });
  expect((await app.call(key, "POST", `/api/groups/${group.id}/members`, { contacts: ids })).body).toEqual({ joined: 0 });
  expect((await app.call(key, "POST", `/api/groups/${group.id}/members/remove`, { contacts: [ids[0]] })).body).toEqual({ left: 1 });
  expect((await app.call(key, "GET", "/api/groups")).body.items).toMatchObject([{ name: "VIP", members: 2 }]);
  expect((await app.call(key, "GET", `/api/contacts?group=${group.id}`)).body.items.length).toBe(2);
  await app.call(key, "DELETE", `/api/groups/${group.id}`);
  expect((await app.call(key, "GET", "/api/groups")).body.items).toEqual([]);
  const facts = await database.db.query(
    sql`select kind, count(*) as n from inbox where workspace_id = ${workspace} and kind like 'group%' group by kind order by kind`,
  );
  expect(facts).toEqual([
    { kind: "group.joined", n: 3 },
    { kind: "group.left", n: 3 },
  ]);
});

test("products come with variants, prices and stock, and orders are found by number", async () => {
  const { id: workspace, key } = await app.workspace();
  const product = {
    externalId: "p1",
    name: "Lampe",
    brand: "Lumi",
    category: { externalId: "light", names: { fr: "Luminaires" } },
    translations: [{ language: "en", name: "Lamp", url: "https://shop.example/p1" }],
    variants: [{ externalId: "p1-red", options: { colour: "rouge" } }],
    prices: [{ store: "fr", variant: "p1-red", currency: "EUR", amount: 19.9 }],
    stock: [{ store: "fr", quantity: 4 }],
  };
  expect(await app.call(key, "POST", "/api/products", { products: [product] })).toMatchObject({
    status: 422,
    body: { error: { code: "store.unknown", field: "products[0].prices[0].store" } },
  });
  expect(
    (
      await app.call(key, "POST", "/api/stores", {
        code: "fr",
        name: "France",
        country: "FR",
        languages: ["fr"],
        currency: "EUR",
        timeZone: "Europe/Paris",
      })
    ).status,
  ).toBe(201);
  expect((await app.call(key, "POST", "/api/products", { products: [product] })).body).toEqual({ created: 1, updated: 0 });
  app.deps.clock.advance(1000);
  expect(
    (await app.call(key, "POST", "/api/products", { products: [{ ...product, prices: [{ ...product.prices[0]!, amount: 17.5 }] }] })).body,
  ).toEqual({ created: 0, updated: 1 });
  const listed = (await app.call(key, "GET", "/api/products?search=lam")).body.items;
  expect(listed).toMatchObject([{ name: "Lampe", category: "Luminaires", price: 17.5, currency: "EUR" }]);
  const detail = (await app.call(key, "GET", `/api/products/${listed[0].id}`)).body;
  expect(detail).toMatchObject({
    prices: [{ amount: 17.5 }],
    stock: [{ quantity: 4 }],
    variants: [{ options: { colour: "rouge" } }],
    translations: [{ language: "en" }],
  });
  expect(
    await database.db.query(
      sql`select (select count(*) from prices where workspace_id = ${workspace}) as prices, (select count(*) from stock_levels where workspace_id = ${workspace}) as stock`,
    ),
  ).toEqual([{ prices: 2, stock: 1 }]);
  const writeKey = await app.writeKey(workspace);
  await app.app.inject({
    method: "POST",
    url: "/v1/track",
    headers: { authorization: `Bearer ${writeKey}` },
    payload: {
      userId: "buyer",
      event: "Order Completed",
      properties: { order_id: "N-7", total: 17.5, products: [{ product_id: "p1", variant_id: "p1-red", price: 17.5 }] },
    },
  });
  const [order] = (await app.call(key, "GET", "/api/orders?search=N-7")).body.items;
  expect(order).toMatchObject({ externalId: "N-7", total: 17.5, lines: 1 });
  expect((await app.call(key, "GET", `/api/orders/${order.id}`)).body.items).toMatchObject([
    { product: listed[0].id, variant: detail.variants[0].id, total: 17.5 },
  ]);
  expect((await app.call(key, "GET", "/api/contacts?search=N-7")).body.items).toMatchObject([{ externalId: "buyer" }]);
  expect((await app.call(key, "GET", `/api/orders?contact=${order.contact}`)).body.items.length).toBe(1);
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import type { ImportView } from "@relance/contract/imports";
import { describeFailure, type Failure } from "@relance/model/failures";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { workbookOf, zipOf } from "../../../test/support/archive.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { checkFile } from "./check.ts";
import { runImport } from "./run.ts";

const DATA = process.env["RELANCE_TEST_DATA"] ?? fileURLToPath(new URL("../../../../../../shared/data", import.meta.url));
const UCI = join(DATA, "online-retail-uci/online_retail_2010-12_2011-08.csv.gz");
const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

async function upload(
  key: string,
  content: string | Buffer,
  fileName = "orders.csv",
): Promise<{ status: number; body: ImportView & { error?: { code: string; message: string } } }> {
  const answer = await shop.app.inject({
    method: "POST",
    url: `/api/imports?fileName=${fileName}`,
    headers: { authorization: `Bearer ${key}`, "content-type": "text/csv" },
    payload: content,
  });
  return { status: answer.statusCode, body: answer.json() };
}

/** Checks, and runs when asked, as the jobs role would. */
async function work(
  shopKey: { id: string; key: string },
  view: ImportView,
  options: Partial<NonNullable<ImportView["mapping"]>["options"]> = {},
  templates: NonNullable<ImportView["mapping"]>["templates"] = [],
): Promise<ImportView> {
  const mapping = { ...view.mapping!, templates, options: { ...view.mapping!.options, ...options } };
  const asked = await shop.call(shopKey.key, "POST", `/api/imports/${view.id}/check`, { mapping });
  expect(asked.body).toMatchObject({ state: "checking" });
  await checkFile(shop.deps, { workspace: shopKey.id, id: view.id });
  return (await shop.call(shopKey.key, "GET", `/api/imports/${view.id}`)).body;
}

async function run(workspace: { id: string; key: string }, view: ImportView): Promise<ImportView> {
  expect((await shop.call(workspace.key, "POST", `/api/imports/${view.id}/run`)).body).toMatchObject({ state: "running" });
  await runImport(shop.deps, { workspace: workspace.id, id: view.id });
  return (await shop.call(workspace.key, "GET", `/api/imports/${view.id}`)).body;
}

const HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country";
const LINES = [
  "536365,85123A,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom",
  "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom",
  "536365,71053,LANTERN,2,2010-12-01 08:26:00,3.39,17850.0,United Kingdom",
  "536366,POST,POSTAGE,1,2010-12-01 09:00:00,18,,France",
  "C536379,D,Discount,-1,2010-12-01 09:41:00,27.5,17850.0,United Kingdom",
  "536370,22728,CLOCK,many,2010-12-01 08:45:00,3.75,12583.0,France",
];
const TEMPLATES = [{ to: "contact.email" as const, template: "customer-{{CustomerID}}@shop.example" }];

test("a flat file becomes a customer, sales, a return and a sale without a customer; the bad row is set aside with its reason", async () => {
  const workspace = await shop.workspace();
  const { status, body } = await upload(workspace.key, [HEADER, ...LINES].join("\n"));
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state: "uploaded",
    tables: [
      {
        format: "csv",
        separator: ",",
        encoding: "utf-8",
        columns: HEADER.split(","),
        detected: { decimal: ".", dates: [{ column: "InvoiceDate", format: "YYYY-MM-DD" }] },
      },
    ],
  });
  const checked = await work(workspace, body, { currency: "GBP", timeZone: "Europe/London", returnPrefix: "C" }, TEMPLATES);
  expect(checked).toMatchObject({
    state: "checked",
    rowsTotal: 6,
    report: {
      rows: 6,
      refused: 1,
      refusedByCode: { not_a_number: 1 },
      contacts: 1,
      orders: 2,
      returns: 1,
      ordersWithoutContact: 1,
      total: 19.36,
      quantity: 10,
      firstOrderAt: "2010-12-01T08:26:00.000Z",
    },
  });
  const [nothing] = await holder.db.query<{ n: number }>(sql`select count(*) as n from orders where workspace_id = ${workspace.id}`);
  expect(nothing!.n).toBe(0);
  const done = await run(workspace, checked);
  expect(done).toMatchObject({ state: "done", report: { applied: { created: 3, updated: 0, unchanged: 0 } } });
  const orders = await holder.db.query(
    sql`select o.external_id, o.kind, o.total, o.contact_id is not null as known, (select count(*) from order_lines l where l.bucket = o.bucket and l.order_id = o.id) as lines from orders o where o.workspace_id = ${workspace.id} order by o.external_id`,
  );
  expect(orders).toEqual([
    { external_id: "536365", kind: "sale", total: 28.86, known: true, lines: 3 },
    { external_id: "536366", kind: "sale", total: 18, known: false, lines: 1 },
    { external_id: "C536379", kind: "return", total: -27.5, known: true, lines: 1 },
  ]);
  const contacts = await holder.db.query(sql`select external_id, email, country from contacts where workspace_id = ${workspace.id}`);
  expect(contacts).toEqual([{ external_id: "17850", email: "customer-17850@shop.example", country: expect.any(String) }]);
  const refusals = await shop.app.inject({
    url: `/api/imports/${body.id}/refusals.csv`,
    headers: { authorization: `Bearer ${workspace.key}` },
  });
  expect(refusals.body).toBe(`${HEADER},relance_problem\n${LINES[5]},6\u00a0: Quantity\u00a0: « many » n’est pas un nombre.\n`);
  const english = await shop.app.inject({
    url: `/api/imports/${body.id}/refusals.csv?language=en`,
    headers: { authorization: `Bearer ${workspace.key}` },
  });
  expect(english.body).toBe(`${HEADER},relance_problem\n${LINES[5]},"6: Quantity: ""many"" is not a number."\n`);
});

test("the same file again changes nothing; a program's keys of another workspace see none of it", async () => {
  const [workspace, other] = [await shop.workspace(), await shop.workspace()];
  const content = [HEADER, ...LINES.slice(0, 5)].join("\n");
  const once = await run(workspace, await work(workspace, (await upload(workspace.key, content)).body, { returnPrefix: "C" }, TEMPLATES));
  const twice = await run(
    workspace,
    await work(workspace, (await upload(workspace.key, gzipSync(content))).body, { returnPrefix: "C" }, TEMPLATES),
  );
  expect([once.report!.applied, twice.report!.applied]).toEqual([
    { created: 3, updated: 0, unchanged: 0 },
    { created: 0, updated: 0, unchanged: 3 },
  ]);
  expect((await shop.call(other.key, "GET", `/api/imports/${once.id}`)).status).toBe(404);
  expect((await shop.call(other.key, "GET", "/api/imports")).body.items).toEqual([]);
});

test("a corrected file brought again puts right the orders, the events and the sums of segments; brought back to the first, all is as at first", async () => {
  const workspace = await shop.workspace();
  const told = async (quantity: number, day: string, returned: number) => {
    const lines = [
      HEADER,
      `900,LAMP,LAMP,${quantity},${day} 10:00:00,100,77,France`,
      `C901,LAMP,LAMP,-${returned},2010-12-05 10:00:00,100,77,France`,
      "902,BULB,BULB,1,2010-12-06 10:00:00,5,,France",
    ];
    return (
      await run(
        workspace,
        await work(workspace, (await upload(workspace.key, lines.join("\n"))).body, { returnPrefix: "C", timeZone: "UTC" }, TEMPLATES),
      )
    ).report!.applied;
  };
  const state = async () => ({
    orders: await holder.db.query(
      sql`select o.external_id as id, o.total, o.placed_at::text as at, (select sum(l.quantity) from order_lines l where l.bucket = o.bucket and l.order_id = o.id) as pieces from orders o where o.workspace_id = ${workspace.id} order by 1`,
    ),
    events: await holder.db.query(
      sql`select name, amount, (properties ->> 'total')::numeric as total, occurred_at::text as at from events where workspace_id = ${workspace.id} and name like 'Order%' order by name`,
    ),
  });
  expect(await told(2, "2010-12-01", 1)).toEqual({ created: 3, updated: 0, unchanged: 0 });
  const first = await state();
  expect(first.events).toMatchObject([{ name: "Order Completed", amount: 200, total: 200 }, { name: "Order Refunded" }]);
  expect(
    await holder.db.query(
      sql`select properties -> 'products' as products from events where workspace_id = ${workspace.id} and name = 'Order Refunded' order by id`,
    ),
  ).toMatchObject([{ products: [{ sku: expect.any(String), quantity: expect.any(Number) }] }]);
  await holder.db.query(sql`delete from inbox where workspace_id = ${workspace.id}`);
  // Another month, so that the event moves to another partition.
  expect(await told(3, "2011-02-01", 2)).toEqual({ created: 0, updated: 2, unchanged: 1 });
  const second = await state();
  expect(second.orders).toMatchObject([
    { id: "900", total: 300, at: expect.stringContaining("2011-02-01"), pieces: 3 },
    { id: "902", total: 5 },
    { id: "C901", total: -200, pieces: -2 },
  ]);
  expect(second.events).toMatchObject([
    { name: "Order Completed", amount: 300, total: 300, at: expect.stringContaining("2011-02-01") },
    { name: "Order Refunded", total: 200 },
  ]);
  // Segments hear of it, journeys are told that it is history.
  const facts = await holder.db.query(
    sql`select data ->> 'name' as name, data ->> 'live' as live from inbox where workspace_id = ${workspace.id} and kind = 'event' order by 1`,
  );
  expect(facts).toEqual([
    { name: "Order Completed", live: "false" },
    { name: "Order Refunded", live: "false" },
  ]);
  expect(await told(2, "2010-12-01", 1)).toEqual({ created: 0, updated: 2, unchanged: 1 });
  expect(await state()).toEqual(first);
  expect(await told(2, "2010-12-01", 1)).toEqual({ created: 0, updated: 0, unchanged: 3 });
});

test("what a file says was refunded is the order's, with or without a customer; a return says which lines came back", async () => {
  const workspace = await shop.workspace();
  const file = (refunded: readonly string[]) =>
    [
      "order_id;date;customer_id;total;montant remboursé",
      ...["R1;02/10/2026 14:05;K1;59,90", "R2;02/10/2026 15:00;;7,50"].map((row, at) => `${row};${refunded[at]}`),
    ].join("\n");
  const orders = () =>
    holder.db.query(sql`select external_id as id, total, refunded from orders where workspace_id = ${workspace.id} order by 1`);
  for (const [told, wanted] of [
    [
      ["", ""],
      [0, 0],
    ],
    [
      ["9,95", "-7,50"],
      [9.95, 7.5],
    ],
    [
      ["9,95", "-7,50"],
      [9.95, 7.5],
    ],
  ] as const) {
    const { body } = await upload(workspace.key, file(told));
    expect(body.mapping!.columns).toContainEqual({ column: "montant remboursé", to: "order.refunded" });
    expect((await run(workspace, await work(workspace, body))).state).toBe("done");
    expect(await orders()).toEqual([
      { id: "R1", total: 59.9, refunded: wanted[0] },
      { id: "R2", total: 7.5, refunded: wanted[1] },
    ]);
  }
});

test("refunds in a file of their own are tied to their sales to the cent: beside the orders or after them, by amount or by pieces, once however often they come; one without a sale says so", async () => {
  const workspace = await shop.workspace();
  const orders =
    "order id;order date;customer id;sku;quantity;price\nR1;2026-10-02 14:05;K1;LAMP;3;33,33\nR1;2026-10-02 14:05;K1;BULB;2;7,50\nR2;2026-10-03 15:00;;LAMP;1;33,33\n";
  const refunds = (amount: string) =>
    `refund id;order id;refund date;amount;currency;sku;quantity\nF1;R1;2026-10-05 10:00;;;LAMP;1\nF1;R1;2026-10-05 10:00;;;BULB;1\n;R1;2026-10-06 10:00;${amount};EUR;;\n;R2;2026-10-07 10:00;33,33;;;\nF9;R9;2026-10-07 10:00;5;;;\nF2;R1;2026-10-07 10:00;5;USD;;\nF3;R1;2026-10-07 10:00;;;GHOST;1\nF4;R1;2026-10-07 10:00;;;LAMP;\n`;
  const bring = async (...files: readonly (readonly [string, string])[]) => {
    const { body } = await upload(workspace.key, zipOf(files.map(([name, content]) => ({ name, content }))), "shop.zip");
    const checked = await work(workspace, body, { timeZone: "UTC", currency: "EUR" });
    return run(workspace, checked);
  };
  const state = async () => ({
    orders: await holder.db.query(
      sql`select external_id as id, total, refunded, status, jsonb_array_length(refunds) as refunds from orders where workspace_id = ${workspace.id} order by 1`,
    ),
    events: await holder.db.query(
      sql`select amount, live, properties -> 'products' as products from events where workspace_id = ${workspace.id} and name = 'Order Refunded' order by occurred_at`,
    ),
  });
  const once = await bring(["refunds.csv", refunds("2,01")], ["orders.csv", orders]);
  expect(once.report).toMatchObject({
    rows: 11,
    refused: 4,
    orders: 2,
    refunds: 4,
    refusedByCode: { orphan: 2, other_currency: 1, required: 1 },
    applied: { created: 5, updated: 0, unchanged: 0 },
  });
  const problems = (await shop.call(workspace.key, "GET", `/api/imports/${once.id}/refusals`)).body.items.map(
    (one: { row: number; field: string; params: { why: string } }) => [one.row, one.field, one.params.why],
  );
  expect(problems).toEqual([
    [5, "refund.order_id", "unknown_order"],
    [6, "refund.currency", "other_currency"],
    [7, "refund.line_amount", "not_in_order"],
    [8, "refund.amount", "no_refund"],
  ]);
  const made = await state();
  expect(made).toEqual({
    orders: [
      { id: "R1", total: 114.99, refunded: 42.84, status: "partially_refunded", refunds: 2 },
      { id: "R2", total: 33.33, refunded: 33.33, status: "refunded", refunds: 1 },
    ],
    events: [
      {
        amount: 40.83,
        live: false,
        products: [
          { product_id: "LAMP", sku: "LAMP", quantity: 1, total: 33.33 },
          { product_id: "BULB", sku: "BULB", quantity: 1, total: 7.5 },
        ],
      },
      { amount: 2.01, live: false, products: null },
    ],
  });
  const { id } = (await shop.call(workspace.key, "GET", "/api/orders?search=R1")).body.items[0];
  expect((await shop.call(workspace.key, "GET", `/api/orders/${id}`)).body).toMatchObject({
    refunded: 42.84,
    refunds: [
      {
        id: "F1",
        amount: 40.83,
        items: [
          { line: 1, sku: "LAMP", quantity: 1, amount: 33.33 },
          { line: 2, amount: 7.5 },
        ],
      },
      { amount: 2.01, items: [] },
    ],
  });

  // Alone, and with the orders once more: the sales are known from before.
  expect((await bring(["refunds.csv", refunds("2,01")])).report).toMatchObject({
    refused: 4,
    applied: { created: 0, updated: 0, unchanged: 3 },
  });
  expect((await bring(["orders.csv", orders], ["refunds.csv", refunds("2,01")])).report!.applied).toEqual({
    created: 0,
    updated: 0,
    unchanged: 5,
  });
  expect(await state()).toEqual(made);
  // A refund told otherwise under its number takes the place of what was said, less money as well; a corrected sale keeps its refunds.
  expect(
    (
      await bring(
        ["orders.csv", orders.replace("7,50", "8,50")],
        ["refunds.csv", "refund id;order id;refund date;amount\nF1;R1;2026-10-05 10:00;30\n"],
      )
    ).report!.applied,
  ).toEqual({ created: 0, updated: 2, unchanged: 1 });
  expect(await state()).toMatchObject({
    orders: [{ id: "R1", total: 116.99, refunded: 32.01, status: "partially_refunded", refunds: 2 }, {}],
    events: [{ amount: 30, products: null }, { amount: 2.01 }],
  });
});

test("carts in a file of their own, or with their things in another, stand as they were told; told again nothing changes, older news neither, and an ordered one is over", async () => {
  const workspace = await shop.workspace();
  const bring = async (files: Readonly<Record<string, string>>) => {
    const { body } = await upload(workspace.key, zipOf(Object.entries(files).map(([name, content]) => ({ name, content }))), "carts.zip");
    return run(workspace, await work(workspace, body, { timeZone: "UTC", currency: "EUR" }));
  };
  const carts = (status: string, at: string) =>
    `cart id;e-mail;updated at;created at;status;cart url\nC1;ana@shop.example;${at};2026-10-01 09:00:00;${status};https://shop.example/c/1\nC2;;2026-10-02 10:00:00;;open;\nC3;bo@shop.example;2026-10-02 10:00:00;;lost;\n`;
  const things = "cart id;product id;product name;quantity;price\nC1;LAMP;Lampe;1;59,90\nC1;BULB;Ampoule;2;7,50\nC9;LAMP;Lampe;1;59,90\n";
  const first = await bring({ "carts.csv": carts("abandonné", "2026-10-02 10:00:00"), "cart_lines.csv": things });
  expect(first.report).toMatchObject({
    rows: 6,
    refused: 3,
    carts: 1,
    refusedByCode: { required: 1, not_a_cart_state: 1, orphan: 1 },
    applied: { created: 1, updated: 0, unchanged: 0 },
  });
  const shown = async () => (await shop.call(workspace.key, "GET", "/api/carts")).body;
  expect(await shown()).toMatchObject({
    total: 1,
    items: [
      {
        externalId: "C1",
        status: "open",
        currency: "EUR",
        total: 74.9,
        url: "https://shop.example/c/1",
        contactName: "ana@shop.example",
        createdAt: "2026-10-01T09:00:00.000Z",
        updatedAt: "2026-10-02T10:00:00.000Z",
        source: "import",
        items: [
          { product: "LAMP", quantity: 1 },
          { product: "BULB", quantity: 2, total: 15 },
        ],
      },
    ],
  });
  const events = () =>
    holder.db.query(
      sql`select name, amount, live from events where workspace_id = ${workspace.id} and type = 'track' order by occurred_at`,
    );
  expect(await events()).toEqual([{ name: "Cart Viewed", amount: null, live: false }]);
  const again = await bring({ "carts.csv": carts("open", "2026-10-02 10:00:00"), "cart_lines.csv": things });
  expect(again.report!.applied).toEqual({ created: 0, updated: 0, unchanged: 1 });
  expect((await bring({ "carts.csv": carts("ordered", "2026-10-03 10:00:00"), "cart_lines.csv": things })).report!.applied).toEqual({
    created: 0,
    updated: 1,
    unchanged: 0,
  });
  expect((await bring({ "carts.csv": carts("open", "2026-10-02 10:00:00"), "cart_lines.csv": things })).report!.applied).toEqual({
    created: 0,
    updated: 0,
    unchanged: 1,
  });
  expect(
    (await bring({ "carts.csv": carts("ordered", "2026-10-03 10:00:00"), "cart_lines.csv": things.replace("7,50", "8,50") })).report!
      .applied,
  ).toEqual({ created: 0, updated: 1, unchanged: 0 });
  expect(await shown()).toMatchObject({ items: [{ status: "ordered", total: 76.9 }] });
  expect(await events()).toHaveLength(1);
});

test("imported history starts no journey: its facts say so", async () => {
  const workspace = await shop.workspace();
  await run(workspace, await work(workspace, (await upload(workspace.key, [HEADER, ...LINES.slice(0, 3)].join("\n"))).body));
  const facts = await holder.db.query<{ live: boolean }>(
    sql`select distinct (data ->> 'live')::boolean as live from inbox where workspace_id = ${workspace.id} and kind = 'event'`,
  );
  expect(facts).toEqual([{ live: false }]);
});

test.each([
  ["an empty file", "", "import.file_empty"],
  ["a header alone", HEADER, "import.file_empty"],
  ["a quote that never closes", `a,b\n"x,1\n2,3`, "import.file_unreadable"],
  ["a damaged archive", Buffer.from([0x1f, 0x8b, 1, 2, 3]), "import.file_unreadable"],
  ["a quote in the middle of nowhere", 'a,b\nx "y,1', "import.file_unreadable"],
  ["an archive that was cut", gzipSync(`a,b\n${"1,2\n".repeat(200)}`).subarray(0, 20), "import.file_unreadable"],
  ["a header of an archive and nothing else", Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), "import.file_unreadable"],
])("%s is refused by a coded answer", async (_what, content, code) => {
  const { key } = await shop.workspace();
  const answer = await upload(key, content);
  expect([answer.status, answer.body.error?.code]).toEqual([422, code]);
  // What is wrong travels as a code with what it speaks of, and is said in the reader's language.
  if (code === "import.file_unreadable")
    expect(describeFailure(answer.body.error as unknown as Failure, "fr")).toMatch(
      /^Le fichier n’a pas pu être lu : (le guillemet qui ouvre une cellule, ligne 2|un guillemet se trouve au milieu d’une cellule, ligne 2|les données compressées sont abîmées)/,
    );
});

test("a file of events becomes the history of its contacts, once however often it comes, by a number of its own or by all that a row says", async () => {
  const workspace = await shop.workspace();
  const lines = (id: boolean) => [
    `${id ? "event id," : ""}event,timestamp,e-mail,product id,price,page`,
    `${id ? "7," : ""}Product Viewed,2026-03-01 10:00:00,ana@shop.example,0042,19.90,"/scarf, red"`,
    `${id ? "8," : ""}Product Viewed,2026-03-01 10:00:00,ana@shop.example,0042,19.90,/hat`,
    `${id ? "9," : ""}Quiz Done,2026-03-02T08:00:00Z,bo@shop.example,,3,`,
    `${id ? "10," : ""}Quiz Done,2026-03-02T08:00:00Z,,,3,`,
    `${id ? "11," : ""}Quiz Done,soon,bo@shop.example,,3,`,
    `${id ? "12," : ""},2026-03-02T08:00:00Z,bo@shop.example,,3,`,
  ];
  for (const id of [true, false]) {
    const { body } = await upload(workspace.key, lines(id).join("\n"));
    expect(body.mapping!.columns.map((one: { column: string; to: string }) => one.to)).toEqual([
      ...(id ? ["event.id"] : []),
      "event.name",
      "event.at",
      "contact.email",
      "event.properties.product_id",
      "event.properties.price",
      "event.properties.page",
    ]);
    const checked = await work(workspace, body, { timeZone: "UTC" });
    expect(checked).toMatchObject({
      state: "checked",
      report: { rows: 6, refused: 3, refusedByCode: { required: 2, not_a_date: 1 }, contacts: 2, orders: 0 },
    });
    expect((await run(workspace, checked)).report!.applied).toEqual({ created: 3, updated: 0, unchanged: 0 });
    const again = await work(workspace, (await upload(workspace.key, lines(id).join("\n"))).body, { timeZone: "UTC" });
    expect((await run(workspace, again)).report!.applied).toEqual({ created: 0, updated: 0, unchanged: 3 });
  }
  const events = await holder.db.query(sql`
    select e.name, e.occurred_at, e.live, e.properties, c.email from events e join contacts c on c.bucket = e.bucket and c.id = e.contact_id
    where e.workspace_id = ${workspace.id} and e.type = 'track' and e.message_id like 'import:event:_' or e.message_id = 'import:event:10' order by e.message_id`);
  expect(events).toEqual([
    {
      name: "Product Viewed",
      occurred_at: Date.UTC(2026, 2, 1, 10),
      live: false,
      properties: { product_id: "0042", price: 19.9, page: "/scarf, red" },
      email: "ana@shop.example",
    },
    {
      name: "Product Viewed",
      occurred_at: Date.UTC(2026, 2, 1, 10),
      live: false,
      properties: { product_id: "0042", price: 19.9, page: "/hat" },
      email: "ana@shop.example",
    },
    { name: "Quiz Done", occurred_at: Date.UTC(2026, 2, 2, 8), live: false, properties: { price: 3 }, email: "bo@shop.example" },
  ]);
});

test("semicolons, decimal commas and Windows letters are found by themselves", async () => {
  const workspace = await shop.workspace();
  const content = Buffer.from("Prénom;Nom;E-mail;Pays\nZoé;Crème;zoe@shop.example;FR\n", "latin1");
  const { body } = await upload(workspace.key, content, "clients.csv");
  expect(body).toMatchObject({ tables: [{ encoding: "windows-1252", separator: ";", columns: ["Prénom", "Nom", "E-mail", "Pays"] }] });
  await run(workspace, await work(workspace, body));
  expect(await holder.db.query(sql`select first_name, last_name, email from contacts where workspace_id = ${workspace.id}`)).toEqual([
    { first_name: "Zoé", last_name: "Crème", email: "zoe@shop.example" },
  ]);
});

const SHOP = {
  "customers.csv":
    "id;email;prenom;naissance\nK1;zoe@shop.example;Zoé;31/12/1990\nK2;noah@shop.example;Noah;\nK2;noah@shop.example;Noah;\n",
  "products.csv": "handle;title;vendor;price\nLAMP;Lampe;Lumen;59,90\nLAMP;;;\nBULB;Ampoule;;7,50\n;sans numéro;;1\nGHOST;;;2\n",
  "orders.csv":
    "id;date commande;customer_id;statut\nO1;02/10/2026 14:05;K1;payée\nO2;03/10/2026 09:40;K2;payée\nO3;03/10/2026 10:00;;payée\n",
  "lines.csv": "order_id;product_id;quantity;price\nO1;LAMP;1;59,90\nO1;BULB;2;7,50\nO2;LAMP;1;59,90\nO3;BULB;1;7,50\nO9;LAMP;1;59,90\n",
};

test("customers, products, orders and lines in files of their own become what one flat file would have; a line without its order is set aside", async () => {
  const world = async (id: string) => ({
    orders: await holder.db.query(
      sql`select o.external_id as id, o.total, o.placed_at::text as at, o.status, c.external_id as who, c.first_name as name, (select count(*) from order_lines l join products p on p.id = l.product_id where l.bucket = o.bucket and l.order_id = o.id) as lines from orders o left join contacts c on c.bucket = o.bucket and c.id = o.contact_id where o.workspace_id = ${id} order by 1`,
    ),
    products: await holder.db.query(sql`select external_id as id, name, brand from products where workspace_id = ${id} order by 1`),
    contacts: await holder.db.query(sql`select external_id as id, email, birth_date from contacts where workspace_id = ${id} order by 1`),
  });
  const workspace = await shop.workspace();
  const { body } = await upload(workspace.key, zipOf(Object.entries(SHOP).map(([name, content]) => ({ name, content }))), "shop.zip");
  expect(body.tables.map((table) => table.name)).toEqual(Object.keys(SHOP));
  expect(body.mapping!.options).toMatchObject({ decimal: ",", dayFirst: true });
  const checked = await work(workspace, body, { timeZone: "Europe/Paris" });
  expect(checked).toMatchObject({
    state: "checked",
    rowsTotal: 16,
    bytesDone: checked.fileBytes,
    report: {
      rows: 16,
      refused: 3,
      refusedByCode: { orphan: 2, required: 1 },
      contacts: 2,
      orders: 3,
      ordersWithoutContact: 1,
      products: 2,
      total: 142.3,
      quantity: 5,
    },
  });
  const refusals = (await shop.call(workspace.key, "GET", `/api/imports/${body.id}/refusals`)).body.items.map(
    (one: { table: string; row: number; field: string }) => [one.table, one.row, one.field],
  );
  expect(refusals).toEqual([
    ["products.csv", 4, "product.id"],
    ["products.csv", 5, "product.name"],
    ["lines.csv", 5, "order.id"],
  ]);
  const file = await shop.app.inject({
    url: `/api/imports/${body.id}/refusals.csv?table=lines.csv`,
    headers: { authorization: `Bearer ${workspace.key}` },
  });
  expect(file.body.split("\n")).toEqual([
    "order_id,product_id,quantity,price,relance_problem",
    'O9,LAMP,1,"59,90",5\u00a0: order_id\u00a0: Aucun tableau ne contient la commande « O9 » avec sa date.',
    "",
  ]);
  expect((await run(workspace, checked)).report!.applied).toMatchObject({ created: expect.any(Number), updated: 0 });
  const made = await world(workspace.id);
  expect(made).toEqual({
    orders: [
      { id: "O1", total: 74.9, at: "2026-10-02 12:05:00+00", status: "completed", who: "K1", name: "Zoé", lines: 2 },
      { id: "O2", total: 59.9, at: "2026-10-03 07:40:00+00", status: "completed", who: "K2", name: "Noah", lines: 1 },
      { id: "O3", total: 7.5, at: "2026-10-03 08:00:00+00", status: "payée", who: null, name: null, lines: 1 },
    ],
    products: [
      { id: "BULB", name: "Ampoule", brand: null },
      { id: "LAMP", name: "Lampe", brand: "Lumen" },
    ],
    contacts: [
      { id: "K1", email: "zoe@shop.example", birth_date: "1990-12-31" },
      { id: "K2", email: "noah@shop.example", birth_date: null },
    ],
  });

  // The same files brought one by one, in another order, and a second time: nothing more.
  const names = ["lines.csv", "orders.csv", "products.csv", "customers.csv"] as const;
  let grown = (await upload(workspace.key, SHOP[names[0]], names[0])).body;
  for (const name of names.slice(1)) {
    const answer = await shop.app.inject({
      method: "POST",
      url: `/api/imports/${grown.id}/files?fileName=${name}`,
      headers: { authorization: `Bearer ${workspace.key}`, "content-type": "application/octet-stream" },
      payload: SHOP[name],
    });
    expect(answer.statusCode).toBe(201);
    grown = answer.json();
  }
  const again = await run(workspace, await work(workspace, grown, { timeZone: "Europe/Paris" }));
  expect(again.report!.applied).toMatchObject({ created: 0, updated: 0 });
  expect(await world(workspace.id)).toEqual(made);
});

test("numbers of a workbook are numbers whatever the decimals of its texts", async () => {
  const workspace = await shop.workspace();
  const { body } = await upload(
    workspace.key,
    workbookOf({
      Commandes: [
        ["N° de commande", "Date commande", "Code client", "Montant total"],
        ["B1", { days: 46_297.5 }, "X1", 1234.5],
        ["B2", { days: 46_298 }, "X1", "1 000,25"],
        ["B3", { days: 46_298 }, "X2", "2,5"],
      ],
    }),
    "ventes.xlsx",
  );
  const checked = await work(workspace, body, { decimal: ",", timeZone: "Europe/Paris" });
  expect(checked).toMatchObject({
    tables: [{ name: "Commandes", format: "xlsx", encoding: null }],
    report: { refused: 0, orders: 3, total: 2237.25, firstOrderAt: "2026-10-02T10:00:00.000Z" },
  });
});

test.skipIf(!existsSync(UCI))(
  "the whole of a real shop's nine months comes in to the penny (needs the shared test data)",
  { timeout: 600_000 },
  async () => {
    const workspace = await shop.workspace();
    const { body } = await upload(workspace.key, gunzipSync(readFileSync(UCI)), "online-retail.csv");
    const started = performance.now();
    const checked = await work(workspace, body, { currency: "GBP", timeZone: "Europe/London", returnPrefix: "C" }, TEMPLATES);
    const halfway = performance.now();
    expect(checked.report).toMatchObject({ rows: 320_705, refused: 0, contacts: 3_360, total: 5_761_931.382, quantity: 3_089_482 });
    expect(checked.report!.orders + checked.report!.returns).toBe(16_459);
    const done = await run(workspace, checked);
    console.log(`check ${Math.round(halfway - started)} ms, run ${Math.round(performance.now() - halfway)} ms`);
    expect(done.report!.applied).toEqual({ created: 16_459, updated: 0, unchanged: 0 });
    const [orders] = await holder.db.query(
      sql`select count(*) as orders, sum(total) as total from orders where workspace_id = ${workspace.id}`,
    );
    const [lines] = await holder.db.query(
      sql`select count(*) as lines, sum(total) as total, sum(quantity) as quantity, count(distinct sku) as skus from order_lines where workspace_id = ${workspace.id}`,
    );
    const [contacts] = await holder.db.query(sql`select count(*) as contacts from contacts where workspace_id = ${workspace.id}`);
    // A few lines cost a tenth of a penny; to the penny this is the 5,761,931.38 of the data set's description.
    expect({ ...orders, lines, ...contacts }).toEqual({
      orders: 16_459,
      total: 5_761_931.382,
      contacts: 3_360,
      lines: { lines: 320_705, total: 5_761_931.382, quantity: 3_089_482, skus: 3_774 },
    });
  },
);

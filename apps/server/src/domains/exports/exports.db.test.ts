import { existsSync, readdirSync } from "node:fs";
import { EXPORT_KINDS, type ExportView } from "@relance/contract/exports";
import type { ImportView } from "@relance/contract/imports";
import { DAY, HOUR } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { sql } from "../../platform/db/sql.ts";
import { jobHandlers } from "../../worker.ts";
import { EXPORT_JOB, runExport, tendExports } from "./index.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

type Workspace = Awaited<ReturnType<TestApp["workspace"]>>;

const batch = (writeKey: string, messages: readonly unknown[]) =>
  shop.app.inject({
    method: "POST",
    url: "/v1/batch",
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString("base64")}` },
    payload: { batch: messages },
  });

/** A workspace with customers, one of them hostile, and their orders. */
async function filled(): Promise<Workspace> {
  const workspace = await shop.workspace();
  const names = ["Zoé", '=HYPERLINK("http://evil.example")', 'Noah, "the" 2nd'];
  const answer = await batch(
    await shop.writeKey(workspace.id),
    names.flatMap((firstName, at) => [
      {
        type: "identify",
        userId: `K${at}`,
        traits: { email: `k${at}@shop.example`, phone: "+33612345678", firstName, birthday: "1990-12-31", points: at },
        messageId: `i${at}`,
        timestamp: "2026-09-01T10:00:00Z",
      },
      {
        type: "track",
        userId: `K${at}`,
        event: "Order Completed",
        messageId: `o${at}`,
        timestamp: "2026-10-02T12:05:00Z",
        properties: {
          order_id: `O${at}`,
          total: 67.4,
          currency: "EUR",
          products: [
            { product_id: "LAMP", sku: "L-1", name: "Lampe", price: 59.9, quantity: 1 },
            { product_id: "BULB", name: "Ampoule", price: 7.5, quantity: 1 },
          ],
        },
      },
    ]),
  );
  expect(answer.statusCode).toBe(200);
  await batch(await shop.writeKey(workspace.id), [
    {
      type: "track",
      userId: "K1",
      event: "Order Refunded",
      messageId: "r1",
      timestamp: "2026-10-05T09:00:00Z",
      properties: {
        order_id: "O1",
        refund_id: "F1",
        total: 10,
        currency: "EUR",
        products: [
          { product_id: "BULB", sku: "B-1", quantity: 1, price: 7.5 },
          { product_id: "LAMP", quantity: 0, price: 2 },
        ],
      },
    },
    {
      type: "track",
      userId: "K2",
      event: "Checkout Started",
      messageId: "c1",
      timestamp: "2026-10-06T09:00:00Z",
      properties: {
        cart_id: "C1",
        value: 70,
        currency: "EUR",
        cart_url: "https://shop.example/c/1",
        products: [
          { product_id: "LAMP", sku: "L-1", name: "Lampe", price: 59.9, quantity: 1 },
          { product_id: "BULB", name: "Ampoule", price: 7.5, quantity: 2 },
        ],
      },
    },
  ]);
  return workspace;
}

async function exported(
  workspace: Workspace,
  kinds: readonly string[],
  format: string,
  segment: string | null = null,
): Promise<ExportView[]> {
  const made = await shop.call(workspace.key, "POST", "/api/exports", { kinds, format, segment });
  expect(made.status).toBe(201);
  const done: ExportView[] = [];
  for (const one of made.body.items as ExportView[]) {
    await jobHandlers(shop.deps)[EXPORT_JOB]!(
      { workspace: workspace.id, id: one.id },
      { job: "1", attempt: 1, lastAttempt: false, signal: new AbortController().signal },
    );
    done.push((await shop.call(workspace.key, "GET", `/api/exports/${one.id}`)).body as ExportView);
  }
  return done;
}

const fetched = (view: ExportView) => shop.app.inject({ url: new URL(view.link!).pathname });

test("every kind is exported in every format, and the file of each is there by its link alone", async () => {
  const workspace = await filled();
  const rows: Record<string, number[]> = {};
  for (const format of ["csv", "ndjson", "parquet"]) {
    for (const one of await exported(workspace, EXPORT_KINDS, format)) {
      expect(one).toMatchObject({ state: "done", share: 1, error: null, link: expect.stringContaining("/api/export-files/") });
      expect((await fetched(one)).rawPayload.length).toBe(one.bytes);
      (rows[one.kind] ??= []).push(one.rowsDone);
    }
  }
  expect(rows).toMatchObject({
    contacts: [3, 3, 3],
    events: [8, 8, 8],
    orders: [3, 3, 3],
    order_lines: [6, 6, 6],
    refunds: [2, 2, 2],
    carts: [2, 2, 2],
    products: [2, 2, 2],
  });
  const audit = await holder.db.query(
    sql`select action, detail ->> 'format' as format from audit_log where workspace_id = ${workspace.id} order by id`,
  );
  expect(audit.filter((line) => line["action"] === "export.made")).toHaveLength(3);
});

test.each(["csv", "ndjson", "parquet"])("what is exported as %s and imported elsewhere is the same shop", async (format) => {
  const [from, to] = [await filled(), await shop.workspace()];
  const files = await exported(from, ["contacts", "products", "orders", "order_lines", "refunds", "carts"], format);
  let view: ImportView | null = null;
  for (const one of files) {
    const url: string =
      view === null ? `/api/imports?fileName=${one.kind}` : `/api/imports/${(view as ImportView).id}/files?fileName=${one.kind}`;
    view = (
      await shop.app.inject({
        method: "POST",
        url,
        headers: { authorization: `Bearer ${to.key}`, "content-type": "application/octet-stream" },
        payload: (await fetched(one)).rawPayload,
      })
    ).json();
  }
  const { id, mapping } = view!;
  expect(
    (
      await shop.call(to.key, "POST", `/api/imports/${id}/check`, {
        mapping: { ...mapping, options: { ...mapping!.options, timeZone: "UTC" } },
      })
    ).status,
  ).toBe(202);
  const run = async (job: string) =>
    jobHandlers(shop.deps)[job]!(
      { workspace: to.id, id },
      { job: "1", attempt: 1, lastAttempt: false, signal: new AbortController().signal },
    );
  await run("imports.check");
  expect((await shop.call(to.key, "GET", `/api/imports/${id}`)).body).toMatchObject({ state: "checked", report: { refused: 0 } });
  await shop.call(to.key, "POST", `/api/imports/${id}/run`);
  await run("imports.run");
  const world = async ({ id: workspace }: Workspace) => ({
    contacts: await holder.db.query(
      sql`select external_id as id, email, phone, first_name, birth_date from contacts where workspace_id = ${workspace} order by 1`,
    ),
    orders: await holder.db.query(
      sql`select o.external_id as id, o.total, o.refunded, o.status, o.refunds #>> '{0,id}' as refund, o.refunds #> '{0,at}' as refunded_at, jsonb_path_query_array(o.refunds, '$[*].lines[*].amount') as refunded_lines, o.currency, o.placed_at, c.external_id as who from orders o join contacts c on c.bucket = o.bucket and c.id = o.contact_id where o.workspace_id = ${workspace} order by 1`,
    ),
    lines: await holder.db.query(
      sql`select o.external_id as id, l.line, p.external_id as product, l.sku, l.name, l.quantity, l.unit_price, l.total from order_lines l join orders o on o.bucket = l.bucket and o.id = l.order_id join products p on p.id = l.product_id where l.workspace_id = ${workspace} order by 1, 2`,
    ),
    carts: await holder.db.query(
      sql`select k.external_id as id, k.status, k.total, k.currency, k.url, k.lines, k.created_at, k.updated_at, c.external_id as who from carts k join contacts c on c.bucket = k.bucket and c.id = k.contact_id where k.workspace_id = ${workspace} order by 1`,
    ),
    products: await holder.db.query(sql`select external_id as id, name from products where workspace_id = ${workspace} order by 1`),
  });
  expect(await world(to)).toEqual(await world(from));
});

test("an export can be kept to a segment; what no contact has cannot", async () => {
  const workspace = await filled();
  const segment = (
    await shop.call(workspace.key, "POST", "/api/segments", {
      name: "Zoé",
      rule: { kind: "attribute", attribute: "first_name", is: { op: "eq", value: "Zoé" } },
    })
  ).body as { id: string };
  const [member] = await holder.db.query<{ bucket: number; id: string }>(
    sql`select bucket, id from contacts where workspace_id = ${workspace.id} and first_name = 'Zoé'`,
  );
  await holder.db.query(
    sql`insert into segment_memberships (bucket, segment_id, contact_id, workspace_id, entered_at, generation) values (${member!.bucket}, ${segment.id}, ${member!.id}, ${workspace.id}, '2026-11-01', (select generation from segments where id = ${segment.id})) on conflict do nothing`,
  );
  expect(
    (await exported(workspace, ["contacts", "orders", "order_lines", "segment_members"], "csv", segment.id)).map((one) => one.rowsDone),
  ).toEqual([1, 1, 2, 1]);
  expect(
    await shop.call(workspace.key, "POST", "/api/exports", { kinds: ["contacts", "products"], format: "csv", segment: segment.id }),
  ).toMatchObject({ status: 422, body: { error: { code: "export.segment_unused", field: "segment" } } });
});

test("a link ends after an hour and the file after a week; another workspace, an altered link and a deleted export get nothing", async () => {
  const [workspace, other] = [await filled(), await shop.workspace()];
  const [one] = await exported(workspace, ["contacts"], "csv");
  const url = new URL(one!.link!).pathname;
  const status = async (path: string) => (await shop.app.inject({ url: path })).statusCode;
  expect([await status(url), await status(url.replace(/.{4}$/, "AAAA")), await status(url.replace(one!.id, other.id))]).toEqual([
    200, 410, 410,
  ]);
  expect((await shop.call(other.key, "GET", `/api/exports/${one!.id}`)).status).toBe(404);
  shop.deps.clock.advance(HOUR);
  expect(await status(url)).toBe(410);
  const again = (await shop.call(workspace.key, "GET", `/api/exports/${one!.id}`)).body as ExportView;
  expect((await fetched(again)).statusCode).toBe(200);
  const folder = `${shop.deps.config.dataFolder}/exports`;
  expect(existsSync(`${folder}/${one!.id}`)).toBe(true);
  shop.deps.clock.advance(7 * DAY);
  await tendExports(shop.deps);
  expect(existsSync(`${folder}/${one!.id}`)).toBe(false);
  expect((await shop.call(workspace.key, "GET", `/api/exports/${one!.id}`)).body).toMatchObject({ state: "expired", link: null });
  const [deleted] = await exported(workspace, ["contacts"], "csv");
  expect((await shop.call(workspace.key, "POST", `/api/exports/${deleted!.id}/cancel`)).body).toMatchObject({
    state: "expired",
    link: null,
  });
  expect((await fetched(deleted!)).statusCode).toBe(410);
});

test("cancelled in the middle it leaves nothing; told to shut down it stops, and begun again it is the whole file", async () => {
  const workspace = await filled();
  const [whole] = await exported(workspace, ["events"], "ndjson");
  const ask = async () =>
    ((await shop.call(workspace.key, "POST", "/api/exports", { kinds: ["events"], format: "ndjson" })).body.items as ExportView[])[0]!;
  // A clock that is asked at the start of an export stands for whatever happens in its middle.
  const first = await ask();
  const cancelling = {
    ...shop.deps.ports.sql,
    query: async (statement: Parameters<typeof holder.db.query>[0]) => {
      if (/ from events e /.test(statement.text)) await shop.call(workspace.key, "POST", `/api/exports/${first.id}/cancel`);
      return shop.deps.ports.sql.query(statement);
    },
  } as typeof shop.deps.ports.sql;
  await runExport({ ...shop.deps, ports: { ...shop.deps.ports, sql: cancelling } }, { workspace: workspace.id, id: first.id });
  expect((await shop.call(workspace.key, "GET", `/api/exports/${first.id}`)).body).toMatchObject({ state: "cancelled", link: null });
  const second = await ask();
  await expect(
    runExport(shop.deps, { workspace: workspace.id, id: second.id, signal: AbortSignal.abort(new Error("shutting down")) }),
  ).rejects.toThrow("shutting down");
  expect(
    readdirSync(`${shop.deps.config.dataFolder}/exports`).filter((name) => name.startsWith(first.id) || name.startsWith(second.id)),
  ).toEqual([]);
  await runExport(shop.deps, { workspace: workspace.id, id: second.id });
  const view = (await shop.call(workspace.key, "GET", `/api/exports/${second.id}`)).body as ExportView;
  expect((await fetched(view)).body).toBe((await fetched(whole!)).body);
});

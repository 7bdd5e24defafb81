import type { ImportView } from "@relance/contract/imports";
import { SECOND } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { crashSweep } from "../../../test/support/crash-sweep.ts";
import { testDatabase } from "../../../test/support/db.ts";
import type { Database } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { checkFile } from "./check.ts";
import { resumeImports } from "./resume.ts";
import { runImport } from "./run.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

// More orders than one transaction applies, so that some cases fall between two; one row that cannot be read, a return, a sale to nobody.
const FILE = [
  "InvoiceNo,StockCode,Quantity,InvoiceDate,UnitPrice,CustomerID",
  ...Array.from({ length: 303 }, (_none, at) => `${1000 + at},LAMP-${at % 7},2,2026-05-0${1 + (at % 9)} 10:00:00,1.50,${at % 40}`),
  "C1000,LAMP-0,-2,2026-06-01 10:00:00,1.50,0",
  "5000,LAMP-1,1,2026-06-02 10:00:00,9.99,",
  "5001,LAMP-1,many,2026-06-02 10:00:00,9.99,4",
].join("\n");
// Told by six files that are joined by their keys, with a line whose order no file holds, a refused price and a refund without its sale.
const range = (n: number) => Array.from({ length: n }, (_none, at) => at);
const JOINED: readonly (readonly [string, string])[] = [
  ["customers.csv", ["customer id,email", ...range(40).map((at) => `${at},c${at}@shop.example`)].join("\n")],
  ["products.csv", ["product id,product name,price", ...range(7).map((at) => `LAMP-${at},Lamp ${at},1.50`)].join("\n")],
  [
    "orders.csv",
    ["order id,customer id,order date", ...range(212).map((at) => `${1000 + at},${at % 40},2026-05-0${1 + (at % 9)} 10:00:00`)].join("\n"),
  ],
  [
    "order_lines.csv",
    [
      "order id,product id,quantity,unit price",
      ...range(212).flatMap((at) => [`${1000 + at},LAMP-${at % 7},2,1.50`, `${1000 + at},LAMP-${(at + 1) % 7},1,2.50`]),
      "9999,LAMP-1,1,9.99",
      "1001,LAMP-1,1,much",
    ].join("\n"),
  ],
  [
    "refunds.csv",
    [
      "refund id,order id,refund date,product id,quantity",
      ...range(30).map((at) => `F${at},${1000 + at},2026-06-01 10:00:00,LAMP-${at % 7},1`),
      "F99,9999,2026-06-01 10:00:00,LAMP-1,1",
    ].join("\n"),
  ],
  [
    "carts.csv",
    [
      "cart id,customer id,updated at,sku,quantity,unit price",
      ...range(10).map((at) => `K${at},${at},2026-06-02 10:00:00,LAMP-${at % 7},2,1.50`),
    ].join("\n"),
  ],
];
// A share of the cases a run of the suite; `npm run sweep` takes all of them.
const shard = (of: number) => (process.env["RELANCE_FULL_SWEEP"] ? { of: 1, take: 0 } : { of, take: new Date().getUTCDate() % of });

test.each([
  {
    what: "one flat file",
    files: [["orders.csv", FILE]] as const,
    share: 8,
    prefix: "C",
    end: { refused: 1, applied: { created: 305, updated: 0, unchanged: 0 }, world: { orders: 305, lines: 305, staged: 0 } },
  },
  {
    what: "six joined files",
    files: JOINED,
    share: 128,
    prefix: null,
    end: {
      refused: 3,
      applied: { updated: 0, unchanged: 0 },
      world: { orders: 212, lines: 424, total: 1166, refunded: 45, carts: 10, contacts: 40, products: 7, staged: 0 },
    },
  },
])(
  "an import of $what cut at any statement of its check or its run, or by a commit nobody heard of, ends as one that was not",
  { timeout: process.env["RELANCE_FULL_SWEEP"] ? 7_200_000 : 600_000 },
  async ({ files, share, prefix, end: wanted }) => {
    let workspace = { id: "", key: "" };
    let id = "";
    let whole: unknown;
    const state = async () => ((await shop.call(workspace.key, "GET", `/api/imports/${id}`)).body as ImportView).state;
    const report = await crashSweep(
      holder.db,
      {
        async prepare() {
          workspace = await shop.workspace();
          let uploaded!: ImportView;
          for (const [name, payload] of files)
            uploaded = (
              await shop.app.inject({
                method: "POST",
                url: `/api/imports${uploaded ? `/${uploaded.id}/files` : ""}?fileName=${name}`,
                headers: { authorization: `Bearer ${workspace.key}`, "content-type": "text/csv" },
                payload,
              })
            ).json() as ImportView;
          id = uploaded.id;
          const mapping = { ...uploaded.mapping!, options: { ...uploaded.mapping!.options, returnPrefix: prefix } };
          expect((await shop.call(workspace.key, "POST", `/api/imports/${id}/check`, { mapping })).status).toBe(202);
        },
        async work(db: Database) {
          // A process that died holds its lease for half a minute more; who comes after waits for that.
          shop.deps.clock.advance(31 * SECOND);
          const deps = { ...shop.deps, ports: { ...shop.deps.ports, sql: db } };
          if ((await state()) === "checking") await checkFile(deps, { workspace: workspace.id, id });
          if ((await state()) === "checked") expect((await shop.call(workspace.key, "POST", `/api/imports/${id}/run`)).status).toBe(202);
          if ((await state()) === "running") await runImport(deps, { workspace: workspace.id, id, rowsAtOnce: 200 });
          await resumeImports(deps);
        },
        async check() {
          const view = (await shop.call(workspace.key, "GET", `/api/imports/${id}`)).body as ImportView;
          const [world] = await holder.db.query<Record<string, unknown>>(sql`
        select (select count(*) from orders where workspace_id = ${workspace.id}) as orders, (select sum(total) from orders where workspace_id = ${workspace.id}) as total,
          (select sum(refunded) from orders where workspace_id = ${workspace.id}) as refunded, (select count(*) from carts where workspace_id = ${workspace.id}) as carts,
          (select count(*) from order_lines where workspace_id = ${workspace.id}) as lines, (select count(*) from contacts where workspace_id = ${workspace.id}) as contacts,
          (select count(*) from events where workspace_id = ${workspace.id}) as events, (select sum(amount) from events where workspace_id = ${workspace.id}) as amounts,
          (select count(*) from products where workspace_id = ${workspace.id}) as products, (select count(*) from inbox where workspace_id = ${workspace.id}) as facts,
          (select sum(n) from counters where workspace_id = ${workspace.id} and name = 'events') as counted, (select count(*) from import_rows where workspace_id = ${workspace.id}) as staged`);
          const end = {
            state: view.state,
            report: view.report,
            done: view.rowsDone,
            refused: (await shop.call(workspace.key, "GET", `/api/imports/${id}/refusals`)).body.items.length,
            world,
          };
          whole ??= end;
          expect(end).toEqual(whole);
          expect(end).toMatchObject({ state: "done", refused: wanted.refused, report: { applied: wanted.applied }, world: wanted.world });
        },
      },
      shard(share),
    );
    console.log("imports under faults", report);
  },
);

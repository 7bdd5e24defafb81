import { DAY, HOUR, type Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { hookServer } from "../../../test/support/hook-server.ts";
import { sql } from "../../platform/db/sql.ts";
import { askAddresses } from "./index.ts";
import { noteAddresses } from "./sheet-queries.ts";

const holder = testDatabase();
let shop: TestApp;
let site: Awaited<ReturnType<typeof hookServer>>;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  site = await hookServer();
});
afterAll(async () => {
  await shop.close();
  await site.close();
});

const answersOf = async (workspace: Id) =>
  Object.fromEntries(
    (
      await holder.db.query<{ url: string; alive: boolean | null; status: number | null; failures: number }>(sql`
  select url, alive, status, failures from web_addresses where workspace_id = ${workspace}`)
    ).map((row) => [new URL(row.url).pathname, [row.alive, row.status, row.failures]]),
  );

test("an address is dead when it says so, or after three silences in a row; never for refusing strangers or one method, and none inside the house is asked", async () => {
  const { id: workspace } = await shop.workspace();
  const { clock, chance } = shop.deps.ports;
  const statuses: Record<string, number> = { "/ok": 200, "/gone": 404, "/members": 403, "/broken": 500 };
  site.state.answer = (response, call) => void response.writeHead(statuses[call.path] ?? (response.req.method === "GET" ? 200 : 405)).end();
  const product = chance.id(clock.now());
  const urls = [...Object.keys(statuses).map((path) => `${site.url}${path}`), `${site.url}/only-get`, "http://10.0.0.1/inside"];
  await holder.db.transaction((tx) =>
    noteAddresses(tx, { workspace, now: clock.now(), rows: urls.map((url) => ({ url, products: [product] })) }),
  );

  await askAddresses(shop.deps);
  expect(await answersOf(workspace)).toEqual({
    "/ok": [true, 200, 0],
    "/gone": [false, 404, 3],
    "/members": [true, 403, 0],
    "/only-get": [true, 200, 0],
    "/broken": [null, 500, 1],
    "/inside": [null, null, 1],
  });
  expect(await holder.db.query(sql`select product_id from sheet_marks where workspace_id = ${workspace}`)).toEqual([
    { product_id: product },
  ]); // its sheet is read again: a link died

  for (let time = 0; time < 2; time++) {
    shop.deps.clock.advance(2 * HOUR);
    await askAddresses(shop.deps);
  }
  expect(await answersOf(workspace)).toMatchObject({ "/broken": [false, 500, 3], "/inside": [false, null, 3] });
  statuses["/broken"] = 200;
  shop.deps.clock.advance(DAY);
  await askAddresses(shop.deps);
  expect(await answersOf(workspace)).toMatchObject({ "/broken": [true, 200, 0], "/gone": [false, 404, 3] });
  expect(site.heard.filter((call) => call.path === "/ok")).toHaveLength(1); // a living one is asked again after thirty days
});

import { SCOPES } from "@relance/contract/endpoint";
import type { Id } from "@relance/model/base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { openPast } from "../../past.ts";
import { sql } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { loadDemo } from "../demo/index.ts";
import { closeRenderPool } from "../messages/index.ts";
import { runRehearsal } from "../rehearsals/index.ts";
import { ENTRIES } from "./entries/index.ts";

/** `npm run test:library` rehearses every entry on the demo shop as it is installed; the suite three on a small one. */
const WHOLE = process.env["RELANCE_WHOLE_LIBRARY"] === "1";
const KEYS = WHOLE ? ENTRIES.map((entry) => entry.key) : ["abandoned_cart", "win_back", "price_drop"];
const NOW = Date.UTC(2026, 10, 20, 16);
const DAYS = 90;
const held = testDatabase();
let shop: TestApp;
let demo: { readonly workspace: Id; readonly key: string };

beforeAll(
  async () => {
    shop = await testApp(held.db, held.url);
    shop.deps.clock.set(NOW);
    const { id: beside } = await shop.workspace();
    await loadDemo(shop.deps, {
      beside,
      ...(!WHOLE && { people: 120 }),
      say: () => undefined,
      openPast: (from) => openPast(shop.deps, { connectionString: held.url }, from),
    });
    const [row] = await held.db.query<{ id: Id }>(sql`select id from workspaces where kind = 'demo'`);
    demo = { workspace: row!.id, key: await shop.key(row!.id, SCOPES) };
    await shop.call(demo.key, "POST", "/api/coupon-pools", { name: "MERCI", kind: "generated", prefix: "MERCI-" });
  },
  WHOLE ? 1_200_000 : 600_000,
);
afterAll(async () => {
  await closeRenderPool();
  await shop.close();
});

async function rehearsed(key: string) {
  const made = await shop.call(demo.key, "POST", "/api/library/drafts", { key, language: "fr" });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const { body } = await shop.call(demo.key, "POST", `/api/journeys/${made.body.journey}/rehearsals`, { days: DAYS });
  expect(body.error ?? null, JSON.stringify(body)).toBeNull();
  await runRehearsal(shop.deps, { workspace: demo.workspace, id: body.id, listeners: listeners(shop.deps), lastAttempt: true });
  const { state, error, result } = (await shop.call(demo.key, "GET", `/api/rehearsals/${body.id}`)).body;
  expect([state, error]).toEqual(["done", null]);
  if (WHOLE)
    console.log(
      `${key}: ${result.entries} entries, ${result.planned} messages asked for, ${result.sent} sent, ${(result.tookMs / 1000).toFixed(1)} s`,
    );
  return result;
}

test.for(KEYS)(
  "%s, rehearsed on the demo shop, welcomes people and writes to them",
  { timeout: WHOLE ? 1_200_000 : 300_000 },
  async (key) => {
    const { entries, sent, ledger } = await rehearsed(key);
    expect(entries).toBeGreaterThan(0);
    expect(sent, JSON.stringify(ledger)).toBeGreaterThan(0);
  },
);

import { readFileSync } from "node:fs";
import { register } from "prom-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../test/support/app.ts";
import { testDatabase } from "../test/support/db.ts";
import { testEngine } from "../test/support/engine.ts";
import { furnish } from "../test/support/furnished.ts";
import type { Furnished } from "../test/support/route-table.ts";
import { sharedMetrics } from "./metrics.ts";
import { measureProcess, metricsText } from "./platform/metrics.ts";
import { sql, ts } from "./platform/db/sql.ts";
import { listeners } from "./worker.ts";

const holder = testDatabase();
let shop: TestApp;
let workspace: Furnished;
let measure: () => Promise<void>;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  workspace = await furnish(shop, holder.db);
  await (
    await testEngine({ db: holder.db, clock: shop.deps.clock, chance: shop.deps.ports.chance, listeners: listeners(shop.deps) })
  ).drain();
  measure = sharedMetrics({ db: holder.db, clock: shop.deps.clock, listeners: listeners(shop.deps) });
});
afterAll(() => shop.close());

const lines = async () => {
  shop.deps.clock.advance(10_000);
  await measure();
  const { text } = await metricsText();
  return (name: string) =>
    text
      .split("\n")
      .filter((line) => line.startsWith(name))
      .map((line) => [/\{(.*)\}/.exec(line)?.[1] ?? "", Number(line.split(" ").at(-1))] as const);
};
const track = (event: string) =>
  shop.app.inject({
    method: "POST",
    url: "/v1/track",
    headers: { authorization: `Basic ${Buffer.from(`${workspace.writeKey}:`).toString("base64")}` },
    payload: { userId: "new", event },
  });

test("what waits is measured by its age, what was done by its count", async () => {
  const before = await lines();
  expect([before("relance_inbox_depth "), before("relance_inbox_oldest_seconds ")]).toEqual([[["", 0]], [["", 0]]]);
  await track("Anything");
  const after = await lines();
  expect(after("relance_inbox_depth ")[0]![1]).toBeGreaterThan(0);
  expect(after("relance_inbox_oldest_seconds ")).toEqual([["", 10]]);
  expect(after("relance_inbox_enqueued_total ")[0]![1] - before("relance_inbox_enqueued_total ")[0]![1]).toBe(
    after("relance_inbox_depth ")[0]![1],
  );
  expect(
    after('relance_ingest_messages_total{outcome="stored"}')[0]![1] - before('relance_ingest_messages_total{outcome="stored"}')[0]![1],
  ).toBe(1);
  expect(after('relance_http_request_seconds_count{method="POST",route="/v1/track",status="200"}')).toHaveLength(1);
});

test("a timer and a send that are late show it; one that is stopped or paused is not late", async () => {
  const late = async (name: string, label: string) => (await lines())(name).find(([labels]) => labels === label)?.[1];
  expect(await late("relance_timer_lag_seconds", 'listener="journeys"')).toBe(0);
  shop.deps.clock.advance(2 * 86_400_000);
  expect(await late("relance_timer_lag_seconds", 'listener="journeys"')).toBeGreaterThan(86_000);
  await shop.call(workspace.key, "POST", `/api/journeys/${workspace.examples.get("/api/journeys/")!}/pause`, {});
  expect(await late("relance_timer_lag_seconds", 'listener="journeys"')).toBe(0);

  const send = workspace.examples.get("/api/sends/")!;
  await holder.db.query(sql`update sends set handed_at = ${ts(shop.deps.clock.now() - 3_600_000)}::timestamptz where id = ${send}`);
  expect((await lines())("relance_uncertain_oldest_seconds ")[0]![1]).toBe(3_610);
  await holder.db.query(
    sql`update sends set state = 'waiting', due_at = ${ts(shop.deps.clock.now() - 50_000)}::timestamptz where id = ${send}`,
  );
  expect(await late("relance_send_oldest_seconds", 'class="marketing"')).toBe(60);
  await shop.call(workspace.key, "POST", "/api/sending/stop", { reason: "test" });
  expect(await late("relance_send_oldest_seconds", 'class="marketing"')).toBe(0);
});

test("a process tells its engine, its leases, its pools and what holds it; without a database it still does", async () => {
  measureProcess({
    engine: () => ({ turns: 3, facts: 40, failures: 1 }),
    takeovers: () => 256,
    heldBuckets: () => [{ role: "engine", n: 128 }],
    clockSkewSeconds: () => -2,
    held: () => "clock.jumped",
    pools: () => [{ role: "http", open: 5, idle: 2, waiting: 7, most: 12 }],
  });
  const shown = await lines();
  expect([
    shown("relance_engine_facts_total "),
    shown("relance_lease_takeovers_total "),
    shown("relance_leases_held"),
    shown("relance_clock_skew_seconds "),
    shown("relance_held"),
    shown("relance_pool_waiting"),
    shown('relance_pool_connections{role="http",state="used"}'),
  ]).toEqual([
    [["", 40]],
    [["", 256]],
    [['role="engine"', 128]],
    [["", -2]],
    [['reason="clock.jumped"', 1]],
    [['role="http"', 7]],
    [['role="http",state="used"', 3]],
  ]);
  const { statusCode, body } = await shop.app.inject({ url: "/metrics", remoteAddress: "127.0.0.1" });
  expect([statusCode, body.includes("nodejs_eventloop_lag_seconds")]).toEqual([200, true]);
  expect((await shop.app.inject({ url: "/metrics", remoteAddress: "203.0.113.9" })).statusCode).toBe(404);
  expect(
    (await shop.app.inject({ url: "/metrics", remoteAddress: "127.0.0.1", headers: { "x-forwarded-for": "203.0.113.9" } })).statusCode,
  ).toBe(404);
});

test("every metric of ours is in both operator guides, and nothing there that is not", () => {
  const ours = register
    .getMetricsAsArray()
    .map((metric) => metric.name)
    .filter((name) => name.startsWith("relance_"))
    .sort();
  for (const language of ["en", "fr"]) {
    const guide = readFileSync(new URL(`../../../docs/${language}/operator.md`, import.meta.url), "utf8");
    const told = [...new Set([...guide.matchAll(/`(relance_[a-z_]+)/g)].map((match) => match[1]!))].sort();
    expect(told).toEqual(ours);
  }
});

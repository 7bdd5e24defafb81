import { bucketOf, DAY, type Id } from "@relance/model/base";
import { aliveProbability, expectedOrders, simulate } from "@relance/model/predictions";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator, systemChance } from "../../platform/chance/index.ts";
import { sql, tsArray } from "../../platform/db/sql.ts";
import { planNightly, REFRESH_JOB, runRefresh } from "./index.ts";

const holder = testDatabase();
const chance = systemChance();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

const NOW = Date.UTC(2026, 10, 23, 12);
const SEED = process.env["PREDICTIONS_SEED"] ?? "shop";
const everything = async () => new Set(["alive", "orders90", "nextOn", "value365", "total", "churn", "rfm"]);

interface Order {
  contact: Id;
  at: number;
  total: number;
  kind?: "sale" | "return";
  status?: string;
  refunded?: number;
  currency?: string;
}

async function addOrders(workspace: Id, orders: readonly Order[]): Promise<void> {
  const rows = orders.map((order) => ({
    kind: "sale",
    status: "completed",
    refunded: 0,
    currency: "EUR",
    ...order,
    id: chance.id(order.at),
  }));
  const contacts = [...new Set(rows.map((row) => row.contact))];
  await holder.db.query(sql`
    insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at)
    select r.bucket, r.id, ${workspace}, true, r.id || '@shop.example', '2020-01-01', '2020-01-01' from unnest(${contacts.map(bucketOf)}::smallint[], ${contacts}::uuid[]) as r (bucket, id) on conflict do nothing`);
  await holder.db.query(sql`
    insert into orders (bucket, id, workspace_id, contact_id, external_id, kind, status, currency, total, refunded, placed_at, updated_at, source)
    select r.bucket, r.id, ${workspace}, r.contact, r.id::text, r.kind, r.status, r.currency, r.total, r.refunded, r.at, r.at, 'test'
    from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.contact)}::uuid[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.status)}::text[],
      ${rows.map((row) => row.currency)}::text[], ${rows.map((row) => row.total)}::numeric[], ${rows.map((row) => row.refunded)}::numeric[], ${tsArray(rows.map((row) => row.at))}::timestamptz[]) as r (bucket, id, contact, kind, status, currency, total, refunded, at)`);
}

/** Customers drawn from known models, their orders spread over their days. */
async function populate(workspace: Id, customers: number, until = NOW): Promise<Id[]> {
  const generator = seededGenerator(SEED);
  const ids: Id[] = [];
  const orders: Order[] = [];
  for (let n = 0; n < customers; n++) {
    const contact = chance.id(NOW - 900 * DAY + n);
    ids.push(contact);
    const age = 30 + generator.below(600);
    const drawn = simulate(() => generator.float(), {
      orders: { r: 0.7, alpha: 40, a: 0.8, b: 2.5 },
      values: { p: 5, q: 4, gamma: 60 },
      age,
      days: 0,
    });
    const days = new Set([
      0,
      ...(drawn.repeats > 0 ? [Math.round(drawn.last)] : []),
      ...Array.from({ length: Math.max(0, drawn.repeats - 1) }, () => Math.round(generator.float() * drawn.last)),
    ]);
    for (const day of days)
      orders.push({ contact, at: NOW - (age - day) * DAY, total: Math.round(drawn.spending.mean * (0.5 + generator.float()) * 100) / 100 });
  }
  const known = orders.filter((order) => order.at <= until);
  for (let from = 0; from < known.length; from += 5_000) await addOrders(workspace, known.slice(from, from + 5_000));
  return ids;
}

async function refresh(workspace: { id: Id; key: string }, heard = everything): Promise<void> {
  expect((await shop.call(workspace.key, "POST", "/api/predictions/refresh")).status).toBe(202);
  const job = shop.deps.enqueued.pop()!;
  expect(job.name).toBe(REFRESH_JOB);
  await runRefresh(shop.deps, { ...(job.payload as { workspace: Id; id: Id }), heard });
}
const rowsOf = (workspace: Id) =>
  holder.db.query<Record<string, number | string | null>>(
    sql`select contact_id, orders, first_on, last_on, spent, recency_score, rfm_group, alive, orders_90, value_365, total_value, computed_at from predictions where workspace_id = ${workspace} order by contact_id`,
  );
const factsOf = async (workspace: Id) =>
  await holder.db.query<{ contact_id: Id; data: { fields: string[] } }>(
    sql`select contact_id, data from inbox where workspace_id = ${workspace} and kind = 'prediction.changed' order by id`,
  );

test("a shop with a year of customers is fitted, checked on its own past, and each customer's numbers are those of the model", async () => {
  const workspace = await shop.workspace();
  await populate(workspace.id, 1_500);
  await refresh(workspace);
  const { status, body } = await shop.call(workspace.key, "GET", "/api/predictions");
  expect(status).toBe(200);
  const { summary } = body;
  expect([body.refresh.state, body.refresh.progress, summary.customers, summary.refusal]).toEqual(["done", 1, 1_500, []]);
  expect(summary.cells.reduce((sum: number, cell: { customers: number }) => sum + cell.customers, 0)).toBe(1_500);
  expect(summary.groups.reduce((sum: number, one: { customers: number }) => sum + one.customers, 0)).toBe(1_500);
  expect(Math.abs(summary.calibration.expected / summary.calibration.actual - 1)).toBeLessThan(0.25);
  expect(summary.calibration.error).toBeLessThan(summary.calibration.naiveError);
  const rows = await rowsOf(workspace.id);
  expect(rows.length).toBe(1_500);
  const today = Date.UTC(2026, 10, 23);
  const dayOf = (text: unknown) => Date.parse(String(text));
  for (const row of rows.slice(0, 200)) {
    const history = {
      repeats: Number(row["orders"]) - 1,
      last: (dayOf(row["last_on"]) - dayOf(row["first_on"])) / DAY,
      age: (today - dayOf(row["first_on"])) / DAY,
    };
    expect(Math.abs(Number(row["alive"]) - aliveProbability(summary.orderModel, history))).toBeLessThan(1e-9);
    expect(Math.abs(Number(row["orders_90"]) - expectedOrders(summary.orderModel, history, 90))).toBeLessThan(1e-9);
  }
  const contact = String(rows[0]!["contact_id"]);
  const one = (await shop.call(workspace.key, "GET", `/api/contacts/${contact}/predictions`)).body.value;
  expect(one.prediction.alive).toBe(rows[0]!["alive"]);
  expect(one.prediction.totalBetween[0]).toBeGreaterThanOrEqual(one.spent);
  expect(one.prediction.value365Between[1]).toBeGreaterThanOrEqual(one.prediction.value365Between[0]);

  // The list behind a cell pages through exactly its customers.
  const cell = summary.cells[0];
  const found: string[] = [];
  for (let after = ""; ;) {
    const page = (
      await shop.call(
        workspace.key,
        "GET",
        `/api/predictions/customers?r=${cell.r}&worth=${cell.worth}&limit=7${after && `&after=${encodeURIComponent(after)}`}`,
      )
    ).body;
    found.push(...page.items.map((item: { id: string }) => item.id));
    if (page.next === null) break;
    after = page.next;
  }
  expect([found.length, new Set(found).size]).toEqual([cell.customers, cell.customers]);

  // A second refresh of the same day changes nothing and tells nobody.
  const told = (await factsOf(workspace.id)).length;
  expect(told).toBe(1_500);
  await refresh(workspace);
  expect(await rowsOf(workspace.id)).toEqual(rows);
  expect((await factsOf(workspace.id)).length).toBe(told);
});

test("who moved from one group to another in 30 days is who was in another then, by today's bounds and a shop that knew no more", async () => {
  const [now, then] = [await shop.workspace(), await shop.workspace()];
  const groupsOf = async (workspace: Id, ids: readonly Id[]) => {
    const rows = await holder.db.query<{ contact_id: Id; rfm_group: string }>(
      sql`select contact_id, rfm_group from predictions where workspace_id = ${workspace}`,
    );
    const groups = new Map(rows.map((row) => [row.contact_id, row.rfm_group]));
    return ids.map((id) => groups.get(id) ?? null);
  };
  const ids = await populate(now.id, 400);
  await refresh(now);
  const { moves: told, bounds } = (await shop.call(now.key, "GET", "/api/predictions")).body.summary as {
    moves: { from: string | null; to: string; customers: number }[];
    bounds: unknown;
  };
  const before = NOW - 30 * DAY;
  const old = await populate(then.id, 400, before);
  shop.deps.clock.set(before);
  expect((await shop.call(then.key, "PUT", "/api/predictions/settings", { bounds, rates: {} })).status).toBe(200);
  await refresh(then);
  shop.deps.clock.set(NOW);
  const [was, is] = [await groupsOf(then.id, old), await groupsOf(now.id, ids)];
  const moved = new Map<string, number>();
  is.forEach((to, n) => {
    const from = was[n]!;
    if (to !== null && from !== to) moved.set(`${from} ${to}`, (moved.get(`${from} ${to}`) ?? 0) + 1);
  });
  expect(Object.fromEntries(told.map((one) => [`${one.from} ${one.to}`, one.customers]))).toEqual(Object.fromEntries(moved));
  const [first] = told.filter((one) => one.from !== null);
  const people = (await shop.call(now.key, "GET", `/api/predictions/customers?from=${first!.from}&group=${first!.to}&limit=100`)).body
    .items as { id: Id }[];
  expect(people.map((one) => one.id).sort()).toEqual(ids.filter((_id, n) => was[n] === first!.from && is[n] === first!.to).sort());
});

test("only what moved is told, and only what somebody listens to", async () => {
  const workspace = await shop.workspace();
  const ids = await populate(workspace.id, 600);
  await refresh(workspace, async () => new Set<string>());
  expect(await factsOf(workspace.id)).toEqual([]);
  const buyer = ids[5]!;
  await addOrders(workspace.id, [{ contact: buyer, at: NOW - 1_000, total: 5_000 }]);
  await refresh(workspace, async () => new Set(["total"]));
  const facts = await factsOf(workspace.id);
  expect(facts.find((fact) => fact.contact_id === buyer)?.data.fields).toEqual(["total"]);
  expect(facts.length).toBeLessThan(300);
});

test("cancelled and refunded orders are no occasions, returns and other currencies count as they should, and who has none left is dropped", async () => {
  const workspace = await shop.workspace();
  const [anna, ben, cleo, dan] = Array.from({ length: 4 }, () => chance.id(NOW)) as [Id, Id, Id, Id];
  await addOrders(workspace.id, [
    { contact: anna, at: NOW - 40 * DAY, total: 100 },
    { contact: anna, at: NOW - 40 * DAY + 1_000, total: 20 },
    { contact: anna, at: NOW - 10 * DAY, total: 50, refunded: 10 },
    { contact: anna, at: NOW - 5 * DAY, total: -15, kind: "return" },
    { contact: ben, at: NOW - 40 * DAY, total: 100, refunded: 100, status: "refunded" },
    { contact: ben, at: NOW - 30 * DAY, total: 70, status: "cancelled" },
    { contact: cleo, at: NOW - 20 * DAY, total: 100, currency: "CAD" },
    { contact: dan, at: NOW - 3 * DAY, total: 9, currency: "USD" },
  ]);
  expect((await shop.call(workspace.key, "PUT", "/api/predictions/settings", { bounds: null, rates: { CAD: 0.5 } })).status).toBe(200);
  await refresh(workspace);
  const rows = new Map((await rowsOf(workspace.id)).map((row) => [row["contact_id"], row]));
  expect([...rows.keys()].sort()).toEqual([anna, cleo, dan].sort());
  expect([rows.get(anna)!["orders"], rows.get(anna)!["spent"], rows.get(cleo)!["spent"], rows.get(dan)!["spent"]]).toEqual([2, 145, 50, 0]);
  const { summary } = (await shop.call(workspace.key, "GET", "/api/predictions")).body;
  expect(summary.leftOut).toEqual([{ currency: "USD", orders: 1 }]);
  // Too little data: the groups are there, the predictions are refused with the numbers.
  expect(summary.refusal).toEqual([
    { what: "customers", have: 3, need: 300 },
    { what: "repeaters", have: 1, need: 100 },
    { what: "days", have: 40, need: 180 },
  ]);
  expect((await shop.call(workspace.key, "GET", `/api/contacts/${anna}/predictions`)).body.value.prediction).toBeNull();
  expect((await shop.call(workspace.key, "GET", `/api/contacts/${ben}/predictions`)).body).toEqual({ value: null });
  await holder.db.query(sql`update orders set status = 'cancelled' where workspace_id = ${workspace.id} and contact_id = ${dan}`);
  await refresh(workspace);
  expect((await rowsOf(workspace.id)).map((row) => row["contact_id"]).sort()).toEqual([anna, cleo].sort());
});

test("a refresh whose process died is begun again and ends as if nothing had happened", async () => {
  const workspace = await shop.workspace();
  await populate(workspace.id, 400);
  expect((await shop.call(workspace.key, "POST", "/api/predictions/refresh")).status).toBe(202);
  const { payload } = shop.deps.enqueued.pop()! as { payload: { workspace: Id; id: Id } };
  const dies = new AbortController();
  let slices = 0;
  await expect(
    runRefresh(shop.deps, {
      ...payload,
      signal: dies.signal,
      heard: async () => {
        if (++slices === 40) dies.abort(new Error("killed"));
        return everything();
      },
    }),
  ).rejects.toThrow("killed");
  expect((await rowsOf(workspace.id)).length).toBeLessThan(400);
  expect((await shop.call(workspace.key, "POST", "/api/predictions/refresh")).status).toBe(409);
  await runRefresh(shop.deps, { ...payload, heard: everything });
  expect((await rowsOf(workspace.id)).length).toBe(400);
  expect((await factsOf(workspace.id)).length).toBe(400);
  expect((await shop.call(workspace.key, "GET", "/api/predictions")).body.refresh.state).toBe("done");
});

test("a cancelled refresh stops at the next slice, and another may begin", async () => {
  const workspace = await shop.workspace();
  await populate(workspace.id, 400);
  await shop.call(workspace.key, "POST", "/api/predictions/refresh");
  const { payload } = shop.deps.enqueued.pop()! as { payload: { workspace: Id; id: Id } };
  let slices = 0;
  // Cancelled by someone else between two slices: the call waits for no lock of ours, so it is made without awaiting it inside the slice.
  let cancelled: Promise<{ status: number }> | null = null;
  const heard = async () => {
    if (++slices === 20) cancelled = shop.call(workspace.key, "DELETE", "/api/predictions/refresh");
    return everything();
  };
  await runRefresh(shop.deps, { ...payload, heard });
  expect((await cancelled!).status).toBe(200);
  expect((await shop.call(workspace.key, "GET", "/api/predictions")).body).toMatchObject({
    refresh: { state: "cancelled" },
    summary: null,
  });
  expect(slices).toBeLessThan(128);
  await refresh(workspace);
  expect((await rowsOf(workspace.id)).length).toBe(400);
});

test("a contact folded into another gives up its orders and its numbers, and the next refresh counts them together", async () => {
  const workspace = await shop.workspace();
  const write = await shop.writeKey(workspace.id);
  const tell = async (batch: readonly object[]) =>
    expect(
      (
        await shop.app.inject({
          method: "POST",
          url: "/v1/batch",
          headers: { authorization: `Basic ${Buffer.from(`${write}:`).toString("base64")}` },
          payload: { batch },
        })
      ).statusCode,
    ).toBe(200);
  const bought = (who: object, order: string, total: number) => ({
    type: "track",
    event: "Order Completed",
    messageId: `merge-${order}`,
    ...who,
    properties: { order_id: `merge-${order}`, total, currency: "EUR" },
  });
  await tell([bought({ userId: "zoe" }, "1", 10), bought({ anonymousId: "visitor" }, "2", 20)]);
  await refresh(workspace);
  expect((await rowsOf(workspace.id)).length).toBe(2);
  await tell([{ type: "identify", userId: "zoe", anonymousId: "visitor", messageId: "merge-3", traits: {} }]);
  expect((await rowsOf(workspace.id)).length).toBe(1);
  await refresh(workspace);
  expect((await rowsOf(workspace.id)).map((row) => row["spent"])).toEqual([30]);
});

test("every workspace with orders is refreshed once a night, at three of its own time", async () => {
  const workspace = await shop.workspace();
  await holder.db.query(sql`update workspaces set created_at = '2026-01-01' where id = ${workspace.id}`);
  await addOrders(workspace.id, [{ contact: chance.id(NOW), at: NOW - DAY, total: 10 }]);
  const mine = () => shop.deps.enqueued.filter((job) => (job.payload as { workspace: Id }).workspace === workspace.id);
  await planNightly(shop.deps);
  expect(mine().length).toBe(1);
  await runRefresh(shop.deps, { ...(mine()[0]!.payload as { workspace: Id; id: Id }), heard: everything });
  await planNightly(shop.deps);
  expect(mine().length).toBe(1);
  // 23 November 12:00 UTC; the next night begins on the 24th at 02:00 UTC in Paris.
  shop.deps.clock.set(Date.UTC(2026, 10, 24, 1, 59));
  await planNightly(shop.deps);
  expect(mine().length).toBe(1);
  shop.deps.clock.set(Date.UTC(2026, 10, 24, 2, 1));
  await planNightly(shop.deps);
  expect(mine().length).toBe(2);
  shop.deps.clock.set(NOW);
});

test("bounds that go down and currencies that are none are refused by name", async () => {
  const workspace = await shop.workspace();
  const list = [1, 2, 3, 4];
  const wrong = await shop.call(workspace.key, "PUT", "/api/predictions/settings", {
    bounds: { recency: list, frequency: [4, 3, 2, 1], monetary: list },
    rates: {},
  });
  expect([wrong.status, JSON.stringify(wrong.body).includes("bounds.frequency")]).toEqual([422, true]);
  expect((await shop.call(workspace.key, "PUT", "/api/predictions/settings", { bounds: null, rates: { euros: 1 } })).status).toBe(422);
  expect((await shop.call(workspace.key, "DELETE", "/api/predictions/refresh")).status).toBe(409);
});

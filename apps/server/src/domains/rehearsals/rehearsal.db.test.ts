import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator } from "../../platform/chance/index.ts";
import { openLeases, type Leases } from "../../platform/engine/index.ts";
import { raw, sql } from "../../platform/db/sql.ts";
import { listeners } from "../../worker.ts";
import { recordConsents } from "../compliance/index.ts";
import { phoneReader } from "../contacts/index.ts";
import { productDoors } from "../delivery/index.ts";
import { recheckSends } from "../journeys/index.ts";
import { ingestBatches } from "../ingest/index.ts";
import { drive, type Driven } from "./drive.ts";
import { runRehearsal } from "./run.ts";
import { inShares, type Plan } from "./shares.ts";

/** Another week: `RELANCE_WEEK=7`. */
const SEED = process.env["RELANCE_WEEK"] ?? "";
const FROM = Date.parse("2026-10-05T06:00:00Z");
const WEEK = 7 * DAY;
const holder = testDatabase();
let shop: TestApp;
let workspace: { id: Id; key: string };
let leases: Leases;
let live: Driven;
let journey: Id;
let varied: Id;
let offers: Id;
/** The first journey's rehearsal in one session. */
let inOne: Id | undefined;
const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);

const step = (id: string, more: Record<string, unknown>): Step => ({ id: `stp_${id}`, name: id, ...more }) as Step;
const did = (event: string, least: number): Rule => ({
  kind: "event",
  event,
  where: [],
  window: { kind: "last", span: { n: 3, unit: "day" } },
  measure: { of: "count" },
  is: { op: "gte", value: least },
});
const call = async (method: string, url: string, body?: unknown) => {
  const answer = await shop.call(workspace.key, method, url, body);
  if (answer.status >= 400) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
  return answer.body;
};

/** What one person does in the week, in order: browsing, carts with orders or without, a changed city, a withdrawn consent. */
interface Deed {
  readonly at: Instant;
  readonly user: string;
  readonly event?: string;
  readonly properties?: Record<string, unknown>;
  readonly traits?: Record<string, unknown>;
  readonly withdraws?: true;
  readonly lateBy?: number;
  readonly product?: Record<string, unknown>;
}

function week(): Deed[] {
  const draw = seededGenerator(`a week${SEED}`);
  const deeds: Deed[] = [];
  for (let n = 0; n < 14; n++) {
    const user = `u${n}`;
    const joins = n < 9 ? FROM - 30 * DAY : FROM + draw.below(5) * DAY + draw.below(20) * HOUR;
    deeds.push({
      at: joins,
      user,
      traits: {
        email: `u${n}@shop.example`,
        city: draw.pick(["Lille", "Namur"]),
        ...(draw.chance(0.3) && { timezone: "America/Toronto" }),
      },
    });
    for (let cart = 0; cart < 1 + draw.below(4); cart++) {
      const at = Math.max(joins + HOUR, FROM + draw.below(7) * DAY + draw.below(24) * HOUR + draw.below(3600) * 1000);
      for (let view = 0; view < draw.below(4); view++)
        deeds.push({ at: at + view * 3 * MINUTE, user, event: "Product Viewed", properties: { product_id: `p${view}` } });
      deeds.push({
        at: at + 15 * MINUTE,
        user,
        event: "Product Added",
        properties: { cart_id: `c${n}-${cart}`, product_id: "p1", ready_on: new Date(at + 2 * DAY).toISOString().slice(0, 10) },
      });
      if (draw.chance(0.4)) {
        const order: Deed = {
          at: at + 15 * MINUTE + draw.below(30) * HOUR,
          user,
          event: "Order Completed",
          properties: { cart_id: `c${n}-${cart}`, order_id: `o${n}-${cart}`, total: 40 + draw.below(80), currency: "EUR" },
          ...(draw.chance(0.3) && { lateBy: 2 * HOUR }),
        };
        // An order knows when it was placed, not when it was told: one that was told late says what it was of in no line.
        deeds.push(
          order.lateBy
            ? order
            : { ...order, properties: { ...order.properties, products: [{ product_id: "p1", quantity: 1, price: 40 }] } },
        );
      }
    }
    if (draw.chance(0.3))
      deeds.push({
        at: Math.max(joins + 2 * HOUR, FROM + draw.below(6) * DAY + HOUR),
        user,
        traits: { city: draw.pick(["Lille", "Namur", "Gand"]) },
      });
    if (draw.chance(0.25)) deeds.push({ at: Math.max(joins + 3 * HOUR, FROM + draw.below(6) * DAY + 5 * HOUR), user, withdraws: true });
  }
  return [...deeds, ...shelves()]
    .filter((deed) => deed.at + (deed.lateBy ?? 0) < FROM + WEEK)
    .sort((a, b) => a.at + (a.lateBy ?? 0) - b.at - (b.lateBy ?? 0));
}

/** Three products: looked at before the week by some, their prices and stock changed before and in it. */
function shelves(): Deed[] {
  const draw = seededGenerator(`shelves${SEED || "5"}`);
  const sheet = (at: Instant, n: number, more: { amount?: number; quantity?: number }): Deed => ({
    at,
    user: "",
    product: {
      externalId: `p${n}`,
      name: `P${n}`,
      ...(more.amount && { prices: [{ store: "lille", currency: "EUR", amount: more.amount }] }),
      ...(more.quantity !== undefined && { stock: [{ store: "lille", quantity: more.quantity }] }),
    },
  });
  const looked = Array.from({ length: 9 }, (_, n): Deed => ({
    at: FROM - (2 + draw.below(20)) * DAY + draw.below(3600) * 1000,
    user: `u${n}`,
    event: "Product Viewed",
    properties: { product_id: `p${draw.below(3)}` },
  }));
  const changed = Array.from({ length: 28 }, () =>
    sheet(
      FROM - 2 * DAY + draw.below(9 * 24 * 60) * MINUTE + 17,
      draw.below(3),
      draw.chance(0.4) ? { amount: 50 + 5 * draw.below(11) } : { quantity: draw.pick([0, 0, 2, 3, 9, 20]) },
    ),
  );
  return [...[0, 1, 2].map((n) => sheet(FROM - 39 * DAY + n, n, { amount: 100, quantity: 9 })), ...looked, ...changed];
}

async function tell(deed: Deed): Promise<void> {
  if (deed.product) return void (await call("POST", "/api/products", { products: [deed.product] }));
  const into = { workspace: workspace.id, currency: "EUR", phone: phoneReader("Europe/Paris"), trusted: true, source: "test" };
  const at = new Date(deed.at).toISOString();
  const message = deed.event
    ? { type: "track", userId: deed.user, event: deed.event, properties: deed.properties, timestamp: at }
    : { type: "identify", userId: deed.user, traits: deed.traits ?? {}, timestamp: at };
  const [[verdict] = []] = await ingestBatches(shop.deps.ports, into, [
    { messages: [message], receivedAt: shop.deps.clock.now(), source: null, live: true },
  ]);
  if (verdict?.is !== "stored") throw new Error(JSON.stringify(verdict));
  if (deed.traits && !("email" in deed.traits)) return;
  if (!deed.traits && !deed.withdraws) return;
  await shop.deps.ports.sql.transaction((tx) =>
    recordConsents(tx, {
      now: shop.deps.clock.now(),
      chance: shop.deps.ports.chance,
      records: [
        {
          workspace: workspace.id,
          contact: verdict.contact,
          channel: "email",
          topic: "",
          state: deed.withdraws ? "withdrawn" : "granted",
          basis: "express",
          occurredAt: shop.deps.clock.now(),
          source: "test",
          recordedBy: "test",
        },
      ],
    }),
  );
}

/** Ways by contact, people kept out, a loop, a changed field, hours of the day, the day that an event told: what the first journey has not. */
const variedGraph = (template: Id): Graph => ({
  ...EMPTY_GRAPH,
  first: "stp_s",
  starts: [
    { kind: "event", event: "Order Completed", where: [], key: "order_id" },
    { kind: "event_date", event: "Product Added", where: [], property: "ready_on", key: "cart_id", days: 1, at: "10:00" },
  ],
  settings: { ...EMPTY_GRAPH.settings, reentry: { kind: "always" } },
  steps: [
    step("s", {
      kind: "split",
      by: "contact",
      arms: [
        { exit: "p1", name: "A", weight: 1 },
        { exit: "p2", name: "B", weight: 1 },
      ],
      exits: { p1: "stp_h", p2: "stp_e" },
    }),
    step("h", { kind: "holdout", percent: 40, exits: { next: "stp_a", held: null } }),
    step("a", { kind: "attribute", attribute: "attributes.palier", to: { of: "value", value: "or" }, exits: { next: "stp_d" } }),
    step("d", { kind: "wait", until: { of: "window", from: "09:00", to: "18:00", weekdays: [] }, exits: { next: "stp_g" } }),
    step("g", { kind: "goal", exits: { next: "stp_m" } }),
    step("m", { kind: "email", template, exits: { next: null } }),
    step("e", {
      kind: "wait",
      until: { of: "event", events: [{ event: "Product Viewed", where: [], sameKey: false }], timeout: { n: 6, unit: "hour" } },
      exits: { event: "stp_m", timeout: "stp_l" },
    }),
    step("l", { kind: "loop", times: 2, exits: { again: "stp_e", next: null } }),
  ],
});

/** Starts by news of the catalogue, a message an hour later about what is still offered. */
const offersGraph = (template: Id): Graph => {
  const about = { interest: ["viewed", "carted"] as const, within: { n: 15, unit: "day" as const }, stores: [] };
  return {
    ...EMPTY_GRAPH,
    first: "stp_w",
    starts: [
      { kind: "price_drop", ...about, drop: { by: "percent", least: 10 } },
      { kind: "back_in_stock", ...about },
      { kind: "low_stock", ...about, atMost: 3 },
    ],
    settings: {
      ...EMPTY_GRAPH.settings,
      reentry: { kind: "always" },
      exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }],
    },
    steps: [
      step("w", { kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: { next: "stp_m" } }),
      step("m", { kind: "email", template, exits: { next: null } }),
    ],
  };
};

/** Lives on to an instant, halting at every moment something is due. */
async function liveTo(until: Instant): Promise<void> {
  for (;;) {
    const dues = await Promise.all(listeners(shop.deps).map(async (one) => one.nextDue?.(holder.db, BUCKETS) ?? null));
    const [sends] = await holder.db.query<{ due: Instant | null }>(
      sql`select min(due_at) as due from sends where state in ('waiting', 'held')`,
    );
    const next = Math.min(...[...dues, sends!.due].filter((one) => one !== null));
    // What is due at the very moment of something that is told is done in the turn that hears of it.
    if (next >= until) break;
    shop.deps.clock.set(Math.max(next, shop.deps.clock.now()));
    await live.settle();
  }
  shop.deps.clock.set(until);
}

beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  shop.deps.clock.set(FROM - 40 * DAY);
  workspace = await shop.workspace();
  leases = openLeases({
    db: holder.db,
    clock: { ...shop.deps.clock, now: () => 1, monotonic: () => 0 },
    owner: shop.deps.ports.chance.id(1),
    roles: ["engine", "delivery"],
    host: "test",
    pid: 1,
    onError: (error) => {
      throw error;
    },
  });
  await leases.beat();
  live = drive(shop.deps, { leases, listeners: listeners(shop.deps), doors: productDoors({ ...shop.deps, recheck: recheckSends }) });
  const { settings } = await call("GET", "/api/workspace");
  await call("PATCH", "/api/workspace", {
    settings: { ...settings, cap: { messages: 2, days: 2 }, quietHours: { from: "21:00", to: "08:00" } },
  });
  await call("POST", "/api/stores", {
    code: "lille",
    name: "Lille",
    country: "FR",
    languages: ["fr"],
    currency: "EUR",
    timeZone: "Europe/Paris",
  });
  const deeds = week();
  for (const deed of deeds.filter((one) => one.at < FROM)) {
    shop.deps.clock.set(deed.at);
    await tell(deed);
  }
  await live.settle();
  shop.deps.clock.set(FROM);
  const template = (await call("POST", "/api/templates", { name: "Rappel", class: "marketing", topic: "", starter: "abandoned_cart" }))
    .id as Id;
  await call("POST", `/api/templates/${template}/publish`);
  const keen = (await call("POST", "/api/segments", { name: "Curieux", description: "", rule: did("Product Viewed", 3) })).id as Id;
  await live.settle();
  const graph: Graph = {
    ...EMPTY_GRAPH,
    first: "stp_w1",
    starts: [
      { kind: "event", event: "Product Added", where: [], key: "cart_id" },
      { kind: "segment", segment: keen, on: "enter" },
    ],
    settings: {
      filter: { kind: "none", of: [{ kind: "attribute", attribute: "city", is: { op: "eq", value: "Gand" } }] },
      reentry: { kind: "after", span: { n: 1, unit: "day" } },
      exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }],
    },
    steps: [
      step("w1", { kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: { next: "stp_m1" } }),
      step("m1", { kind: "email", template, exits: { next: "stp_w2" } }),
      step("w2", {
        kind: "wait",
        until: { of: "event", events: [{ event: "Product Viewed", where: [], sameKey: false }], timeout: { n: 1, unit: "day" } },
        exits: { event: "stp_b1", timeout: "stp_b1" },
      }),
      step("b1", {
        kind: "branch",
        paths: [{ exit: "pa", name: "curieux", rule: { kind: "segment", segment: keen, member: true } }],
        exits: { pa: "stp_m2", else: "stp_w3" },
      }),
      step("w3", { kind: "wait", until: { of: "local", days: 1, at: "22:30", weekdays: [] }, exits: { next: "stp_m2" } }),
      step("m2", { kind: "email", template, exits: { next: null } }),
    ],
  };
  const other: Graph = {
    ...EMPTY_GRAPH,
    first: "stp_m",
    starts: [{ kind: "event", event: "Product Viewed", where: [], key: null }],
    settings: { ...EMPTY_GRAPH.settings, reentry: { kind: "after", span: { n: 1, unit: "day" } } },
    steps: [step("m", { kind: "email", template, exits: { next: null } })],
  };
  for (const [name, one] of [
    ["Panier", graph],
    ["Visite", other],
    ["Divers", variedGraph(template)],
    ["Prix", offersGraph(template)],
  ] as const) {
    const made = await call("POST", "/api/journeys", { name, graph: one });
    await call("POST", `/api/journeys/${made.id}/publish`, { revision: 1 });
    if (name === "Panier") journey = made.id as Id;
    if (name === "Divers") varied = made.id as Id;
    if (name === "Prix") offers = made.id as Id;
  }
  await live.settle();
  for (const deed of deeds.filter((one) => one.at >= FROM)) {
    await liveTo(deed.at + (deed.lateBy ?? 0));
    await tell(deed);
    await live.settle();
  }
  await liveTo(FROM + WEEK);
  await live.settle();
}, 300_000);
afterAll(() => shop.close());

/** Everything told of each person, by their cart, without the ids that every world draws anew. */
async function told(of: "live" | Id, lived = journey) {
  const rows =
    of === "live"
      ? await holder.db.query<{
          who: string;
          key: string;
          entered: Instant;
          ended: Instant | null;
          state: string;
          outcome: string | null;
          path: unknown;
          sends: unknown;
        }>(sql`
      select c.email as who, r.key, r.entered_at as entered, r.ended_at as ended, r.state, r.outcome,
        (select jsonb_agg(jsonb_build_array(v.step_id, v.arrived_at, v.left_at, v.exit, v.reason) order by v.visit) from visits v where v.bucket = r.bucket and v.run_id = r.id) as path,
        (select jsonb_agg(jsonb_build_array(s.step_id, s.state, s.reason, coalesce(s.accepted_at, s.ended_at, s.due_at), s.decision) order by s.visit) from sends s where s.bucket = r.bucket and s.run_id = r.id) as sends
      from runs r join contacts c on c.bucket = r.bucket and c.id = r.contact_id where r.journey_id = ${lived} order by 1, 3, 2`)
      : await holder.db.query<{
          who: string;
          key: string;
          entered: Instant;
          ended: Instant | null;
          state: string;
          outcome: string | null;
          path: unknown;
          sends: unknown;
        }>(sql`
      select c.email as who, p.story ->> 'key' as key, p.entered_at as entered, p.ended_at as ended, p.state, p.outcome,
        (select jsonb_agg(jsonb_build_array(v -> 'step', (v ->> 'arrivedAt')::timestamptz, (v ->> 'leftAt')::timestamptz, v -> 'exit', v -> 'reason') order by o) from jsonb_array_elements(p.story -> 'visits') with ordinality as x (v, o)) as path,
        (select jsonb_agg(jsonb_build_array(s -> 'step', s -> 'state', s -> 'reason', (s ->> 'at')::timestamptz, s -> 'checks') order by o) from jsonb_array_elements(p.story -> 'sends') with ordinality as x (s, o)) as sends
      from rehearsal_people p join contacts c on c.bucket = p.bucket and c.id = p.contact_id where p.rehearsal_id = ${of} order by 1, 3, 2`);
  return rows;
}

const FORGET = /"rehearsals|rehearsal_people|audit_log|api_keys/;

/** A hash of every table but those of rehearsals themselves. */
async function hashes(): Promise<Record<string, string>> {
  const tables = await holder.db.query<{ name: string }>(
    sql`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`,
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    if (FORGET.test(name) || name.startsWith("rehearsal")) continue;
    const [row] = await holder.db.query<{ hash: string }>(
      sql`select coalesce(md5(string_agg(t::text || t.xmin::text, '|' order by t::text)), '') as hash from ${raw(`"${name}"`)} t`,
    );
    found[name] = row!.hash;
  }
  return found;
}

/** One half before the rest, which is two unequal shares. */
const SOME_FIRST = {
  look: BUCKETS.filter((bucket) => bucket % 2 === 1),
  shares: [BUCKETS.filter((bucket) => bucket < 80), BUCKETS.filter((bucket) => bucket >= 80)],
};

async function rehearse(
  stride: number | null,
  more: Record<string, unknown> = {},
  of = journey,
  plan: Plan = { look: null, shares: [BUCKETS] },
): Promise<Id> {
  const { id } = await call("POST", `/api/journeys/${of}/rehearsals`, { days: 7, ...more });
  await runRehearsal(shop.deps, {
    workspace: workspace.id,
    id: id as Id,
    listeners: listeners(shop.deps),
    stride,
    plan,
    lastAttempt: true,
  });
  return id as Id;
}

test("a rehearsal of a recorded week is what the live engine did in it: person by person, each step, each message, each reason", async () => {
  const lived = await told("live");
  expect(lived.length).toBeGreaterThan(8);
  const id = (inOne = await rehearse(0));
  const rehearsed = await told(id);
  expect(rehearsed.map((one) => `${one.who} ${one.key} ${one.entered}`)).toEqual(
    lived.map((one) => `${one.who} ${one.key} ${one.entered}`),
  );
  for (const [index, one] of lived.entries()) expect(rehearsed[index], one.who).toEqual(one);
  const { result } = await call("GET", `/api/rehearsals/${id}`);
  // The week was worth comparing: it holds every kind of end and of refusal.
  const reasons = new Set<string>([...result.ledger, ...result.held].map((row: { reason: string }) => row.reason));
  if (SEED === "") expect([...reasons].sort()).toEqual(expect.arrayContaining(["cap.reached", "consent.withdrawn", "quiet_hours"]));
  if (SEED === "")
    expect(new Set(result.ends.map((row: { outcome: string | null }) => row.outcome))).toEqual(new Set(["goal", "completed", null]));
  expect(result.ledger.reduce((sum: number, row: { n: number }) => sum + row.n, 0)).toBe(result.planned);
  // The journey was live: its pressure as rehearsed is the pressure there was.
  expect(result.pressure.after).toEqual(result.pressure.before);
}, 180_000);

test("so is one of splits, holdouts, loops, changed fields and days that events tell, though only who can enter is on its stage", async () => {
  const lived = await told("live", varied);
  const id = await rehearse(0, {}, varied);
  const rehearsed = await told(id);
  expect(rehearsed.map((one) => `${one.who} ${one.key} ${one.entered}`)).toEqual(
    lived.map((one) => `${one.who} ${one.key} ${one.entered}`),
  );
  for (const [index, one] of lived.entries()) expect(rehearsed[index], one.who).toEqual(one);
  const steps = new Set(lived.flatMap((one) => (one.path as [string][]).map(([where]) => where)));
  if (SEED === "") expect([...steps].sort()).toEqual(["stp_a", "stp_d", "stp_e", "stp_g", "stp_h", "stp_l", "stp_m", "stp_s"]);
  const { result } = await call("GET", `/api/rehearsals/${id}`);
  expect(result.pressure.after).toEqual(result.pressure.before);
}, 180_000);

test("so is one that starts by prices and stock: who wanted what, and what it cost, is what was known then", async () => {
  const lived = await told("live", offers);
  const starts = await holder.db.query<{ start: string }>(
    sql`select distinct memory ->> 'start' as start from runs where journey_id = ${offers} order by 1`,
  );
  if (SEED === "") expect(starts.map((row) => row.start)).toEqual(["back_in_stock", "low_stock", "price_drop"]);
  const rehearsed = await told(await rehearse(0, {}, offers, { look: null, shares: inShares(2) }));
  expect(rehearsed.map((one) => `${one.who} ${one.key} ${one.entered}`)).toEqual(
    lived.map((one) => `${one.who} ${one.key} ${one.entered}`),
  );
  for (const [index, one] of lived.entries()) expect(rehearsed[index], one.who).toEqual(one);
}, 180_000);

test("some people first, then all in two sessions with a share each: a rehearsal is what it is in one", async () => {
  const found = async (id: Id) => {
    const {
      result: { tookMs: _took, halts: _halts, ...result },
    } = await call("GET", `/api/rehearsals/${id}`);
    return {
      result,
      people: await told(id),
      first: (await call("GET", `/api/rehearsals/${id}/people?limit=5`)).items.map(
        (one: { contactEmail: string; enteredAt: string }) => `${one.enteredAt} ${one.contactEmail}`,
      ),
    };
  };
  expect(await found(await rehearse(0, {}, journey, SOME_FIRST))).toEqual(await found(inOne ?? (await rehearse(0))));
}, 180_000);

test("what the journey itself had sent before the period counts for its caps, as it did live", async () => {
  const cut = FROM + WEEK - 4 * DAY;
  const lived = (await told("live")).filter((one) => one.entered > cut);
  const rehearsed = await told(await rehearse(0, { days: 4 }));
  const runsOf = (all: typeof lived, who: string) => all.filter((one) => one.who === who);
  // Whoever entered shortly before may enter again in a rehearsal; the others do what they did.
  const same = [...new Set(lived.map((one) => one.who))].filter(
    (who) =>
      runsOf(lived, who)
        .map((one) => one.key)
        .join() ===
      runsOf(rehearsed, who)
        .map((one) => one.key)
        .join(),
  );
  for (const who of same) expect(runsOf(rehearsed, who), who).toEqual(runsOf(lived, who));
  const written = await holder.db.query<{ who: string }>(sql`
    select distinct c.email as who from sends s join contacts c on c.bucket = s.bucket and c.id = s.contact_id where s.journey_id = ${journey} and s.state = 'accepted' and s.accepted_at <= to_timestamp(${cut / 1000}) and s.accepted_at > to_timestamp(${(cut - 2 * DAY) / 1000})`);
  if (SEED === "") expect(same.filter((who) => written.some((one) => one.who === who))).not.toEqual([]);
}, 180_000);

test("of many people some are played first: an estimate, which is kept when the rehearsal is stopped", async () => {
  const [inside] = await holder.db.query<{ entries: number; people: number; contacts: number; of: number }>(sql`
    select (select count(*) from runs where journey_id = ${journey} and bucket % 2 = 1) as entries, (select count(distinct contact_id) from runs where journey_id = ${journey} and bucket % 2 = 1) as people,
      count(*) filter (where bucket % 2 = 1) as contacts, count(*) as of from contacts where workspace_id = ${workspace.id}`);
  const stopped = (await call("POST", `/api/journeys/${journey}/rehearsals`, { days: 7 })).id as Id;
  const running = runRehearsal(shop.deps, {
    workspace: workspace.id,
    id: stopped,
    listeners: listeners(shop.deps),
    stride: 0,
    plan: SOME_FIRST,
    lastAttempt: true,
  });
  await expect
    .poll(async () => (await call("GET", `/api/rehearsals/${stopped}`)).result?.estimate, { timeout: 60_000, interval: 20 })
    .toBeTruthy();
  await call("POST", `/api/rehearsals/${stopped}/cancel`);
  await running;
  const { state, result } = await call("GET", `/api/rehearsals/${stopped}`);
  expect([state, result.entries, result.people, result.estimate.contacts, result.estimate.of]).toEqual([
    "cancelled",
    inside!.entries * 2,
    inside!.people * 2,
    inside!.contacts,
    inside!.of,
  ]);
  expect(result.estimate.entries.low).toBeLessThanOrEqual(result.entries);
  expect(result.estimate.entries.high).toBeGreaterThanOrEqual(result.entries);
  expect([result.planned, result.entries]).toEqual(
    [result.ledger, result.ends].map((rows) => rows.reduce((sum: number, row: { n: number }) => sum + row.n, 0)),
  );
  expect((await call("GET", `/api/rehearsals/${stopped}/people?limit=100`)).items).toHaveLength(inside!.entries);
}, 180_000);

test("nothing is written and nothing is sent: every table is what it was, to the row version", async () => {
  const before = await hashes();
  await rehearse(6 * HOUR, { against: "live" });
  expect(await hashes()).toEqual(before);
  expect(Object.keys(before).length).toBeGreaterThan(60);
}, 180_000);

test("an invented person walks through the draft: each decision with its facts, and what is added later changes nothing before it", async () => {
  const from = new Date(FROM + WEEK + 3 * HOUR).toISOString();
  const at = (ms: number) => new Date(Date.parse(from) + ms).toISOString();
  const cart = { at: at(MINUTE), does: "event", event: "Product Added", properties: { cart_id: "k1" } };
  const first = await call("POST", `/api/journeys/${journey}/walk`, {
    from,
    days: 5,
    invented: { values: { first_name: "Inès", city: "Lille" } },
    happenings: [cart],
  });
  expect(first.moments.map((one: { kind: string; step: string | null }) => `${one.kind} ${one.step ?? ""}`.trim())).toEqual([
    "did",
    "entered",
    "waits stp_w1",
    "left stp_w1",
    "left stp_m1",
    "sent stp_m1",
    "waits stp_w2",
    "left stp_w2",
    "left stp_b1",
    "waits stp_w3",
    "left stp_w3",
    "left stp_m2",
    "held stp_m2",
    "ended stp_m2",
    "sent stp_m2",
  ]);
  const order = { at: at(HOUR * 5), does: "event", event: "Order Completed", properties: { cart_id: "k1" } };
  const second = await call("POST", `/api/journeys/${journey}/walk`, {
    from,
    days: 5,
    invented: { values: { first_name: "Inès", city: "Lille" } },
    happenings: [cart, order],
  });
  const timeless = (moments: { at: string; kind: string; step: string | null }[]) =>
    moments.map(({ at: when, kind, step: where }) => `${when} ${kind} ${where}`);
  expect(timeless(second.moments).slice(0, 7)).toEqual(timeless(first.moments).slice(0, 7));
  expect(second.moments.at(-1)).toMatchObject({ kind: "ended", step: "stp_w2", facts: { outcome: "goal", event: "Order Completed" } });
  const refused = await call("POST", `/api/journeys/${journey}/walk`, {
    from,
    days: 2,
    invented: { values: { city: "Gand" } },
    happenings: [cart],
  });
  expect(refused.moments.at(-1)).toMatchObject({ kind: "refused", facts: { code: "filter" } });
  expect(refused.waiting).toBeNull();
}, 120_000);

test("a real person walks on from today, leaves by the message, and the next one is skipped for it", async () => {
  const [one] = await holder.db.query<{ id: Id; consents: string }>(sql`
    select c.id, k.state as consents from contacts c join consents k on k.bucket = c.bucket and k.contact_id = c.id where c.workspace_id = ${workspace.id} and k.state = 'granted' and c.city <> 'Gand' order by c.email limit 1`);
  const before = await hashes();
  const from = FROM + WEEK + 5 * DAY + 6 * HOUR;
  const at = (ms: number) => new Date(from + ms).toISOString();
  const walked = await call("POST", `/api/journeys/${journey}/walk`, {
    contact: one!.id,
    from: at(0),
    days: 6,
    happenings: [
      { at: at(MINUTE), does: "event", event: "Product Added", properties: { cart_id: "new" } },
      { at: at(9 * HOUR), does: "leaves" },
    ],
  });
  expect(walked.moments.filter((moment: { kind: string }) => moment.kind === "sent")).toHaveLength(1);
  expect(walked.moments.find((moment: { kind: string }) => moment.kind === "skipped")).toMatchObject({
    facts: { reason: "consent.withdrawn" },
  });
  expect(await hashes()).toEqual(before);
}, 120_000);

test("why someone was not in it is asked of a moment of the past, with what was known then", async () => {
  const [late] = await holder.db.query<{ id: Id; entered: Instant }>(sql`
    select c.id, min(r.entered_at) as entered from contacts c join runs r on r.bucket = c.bucket and r.contact_id = c.id and r.journey_id = ${journey} where c.created_at < to_timestamp(${FROM / 1000}) group by c.id order by 2 desc limit 1`);
  const then = (at: Instant) => call("GET", `/api/journeys/${journey}/why-then?contact=${late!.id}&at=${new Date(at).toISOString()}`);
  expect(await then(FROM - DAY)).toMatchObject({ verdict: "not_published" });
  const before = await then(late!.entered - MINUTE);
  expect(before.checks.find((one: { about: string }) => one.about === "inside")).toMatchObject({ code: "never_inside" });
  expect((await then(late!.entered)).verdict).toBe("inside");
}, 120_000);

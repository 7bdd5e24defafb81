import { DAY, HOUR, MINUTE, toIso, type Id } from "@relance/model/base";
import type { Start } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../../test/support/app.ts";
import { testDatabase } from "../../../../test/support/db.ts";
import { Story } from "../../../../test/support/journey-story.ts";
import { sql } from "../../../platform/db/sql.ts";
import { journeyListener } from "../runs/engine.ts";

const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
});
afterAll(() => shop.close());

const days = (n: number) => ({ n, unit: "day" as const });
const leave = {
  first: "stp_x",
  steps: [{ id: "stp_x", name: "", kind: "exit" as const, exits: {} }],
  settings: { filter: null, reentry: { kind: "always" as const }, exits: [] },
};
const drop = (more: Partial<Extract<Start, { kind: "price_drop" }>> = {}): Start => ({
  kind: "price_drop",
  interest: ["viewed", "carted", "wished"],
  within: days(30),
  stores: [],
  drop: { by: "percent", least: 10 },
  ...more,
});

/** A shop of two stores, told by its own API. */
async function begin(now = "2026-03-02T10:00:00Z") {
  const story = await Story.begin(shop, holder.db, now);
  const write = await shop.writeKey(story.workspace);
  await story.call("POST", "/api/stores", {
    code: "paris",
    name: "Paris",
    country: "FR",
    languages: ["fr"],
    currency: "EUR",
    timeZone: "Europe/Paris",
    latitude: 48.8566,
    longitude: 2.3522,
  });
  await story.call("POST", "/api/stores", {
    code: "laval",
    name: "Laval",
    country: "CA",
    languages: ["fr"],
    currency: "CAD",
    timeZone: "America/Toronto",
    latitude: 45.6066,
    longitude: -73.7124,
  });
  return {
    story,
    /** Told as a shop tells it; the contact is known by its e-mail address. */
    async does(contact: Id, event: string, properties: Record<string, unknown>, at = story.now) {
      shop.deps.clock.set(story.now);
      const told = await shop.app.inject({
        method: "POST",
        url: "/v1/track",
        headers: { authorization: `Bearer ${write}` },
        payload: { userId: contact, event, properties, timestamp: toIso(at) },
      });
      expect(told.statusCode).toBe(200);
    },
    async person(): Promise<Id> {
      shop.deps.clock.set(story.now);
      const userId = crypto.randomUUID();
      await shop.app.inject({
        method: "POST",
        url: "/v1/identify",
        headers: { authorization: `Bearer ${write}` },
        payload: { userId, traits: { email: `${userId}@shop.example` } },
      });
      const [row] = await holder.db.query<{ external_id: Id }>(
        sql`select external_id from contacts where workspace_id = ${story.workspace} and email = ${`${userId}@shop.example`}`,
      );
      return row!.external_id;
    },
    async price(amount: number, more: { store?: string; currency?: string; product?: string } = {}) {
      const { store = "paris", currency = "EUR", product = "bag" } = more;
      const told = await story.call("POST", "/api/products", {
        products: [{ externalId: product, name: "Bag", prices: [{ store, currency, amount }] }],
      });
      expect(told.status).toBe(200);
    },
    async stock(quantity: number, store = "paris") {
      await story.call("POST", "/api/products", { products: [{ externalId: "bag", name: "Bag", stock: [{ store, quantity }] }] });
    },
    /** External ids of those who entered, in order, with what their messages would show. */
    async entered(journey: Id) {
      return holder.db.query<{ who: Id; key: string; price: number | null; was: number | null }>(sql`
        select c.external_id as who, r.key, (r.memory #>> '{event,properties,price}')::float8 as price, (r.memory #>> '{event,properties,was}')::float8 as was
        from runs r join contacts c on c.bucket = r.bucket and c.id = r.contact_id where r.journey_id = ${journey} order by r.entered_at, r.id`);
    },
  };
}

test("of a product that costs less, its readers are told the name and the page in their own language", async () => {
  const { story, does, person, price } = await begin();
  const translations = [
    { language: "fr", name: "Sac", url: "https://shop.example/fr/sac" },
    { language: "en", name: "Bag", url: "https://shop.example/en/bag" },
  ];
  await story.call("POST", "/api/products", {
    products: [{ externalId: "bag", name: "Bag", translations, prices: [{ store: "paris", currency: "EUR", amount: 100 }] }],
  });
  const journey = await story.publish({ ...leave, starts: [drop()] });
  const people = [
    [await person(), "fr-CA"],
    [await person(), "en-GB"],
    [await person(), "de"],
  ] as const;
  for (const [who, locale] of people) {
    await holder.db.query(sql`update contacts set locale = ${locale} where workspace_id = ${story.workspace} and external_id = ${who}`);
    await does(who, "Product Viewed", { product_id: "bag" });
  }
  story.now += HOUR;
  await price(80);
  await story.tick();
  const told = await holder.db.query<{ who: Id; name: string; url: string }>(sql`
    select c.external_id as who, r.memory #>> '{event,properties,product_name}' as name, r.memory #>> '{event,properties,url}' as url
    from runs r join contacts c on c.bucket = r.bucket and c.id = r.contact_id where r.journey_id = ${journey}`);
  const of = new Map(told.map((row) => [row.who, `${row.name} ${row.url}`]));
  expect(people.map(([who]) => of.get(who))).toEqual([
    "Sac https://shop.example/fr/sac",
    "Bag https://shop.example/en/bag",
    "Bag https://shop.example/en/bag",
  ]);
});

test("a price that falls by a tenth since they looked brings back those who looked, and nobody twice for the same price", async () => {
  const { story, does, person, price, entered } = await begin();
  await price(100);
  const [early, late, bought, stranger] = [await person(), await person(), await person(), await person()];
  const journey = await story.publish({ ...leave, starts: [drop()] });
  await does(early, "Product Viewed", { product_id: "bag" });
  await does(bought, "Product Added", { product_id: "bag" });
  await does(stranger, "Product Viewed", { product_id: "hat" });
  story.now += HOUR;
  await does(bought, "Order Completed", { order_id: "1", products: [{ product_id: "bag" }] });
  await price(95);
  await story.tick();
  expect(await entered(journey)).toEqual([]); // five percent
  const why = async (who: Id) => {
    const [row] = await holder.db.query<{ id: Id }>(
      sql`select id from contacts where workspace_id = ${story.workspace} and external_id = ${who}`,
    );
    return (await story.call("GET", `/api/journeys/${journey}/why?contact=${row!.id}`)).body.verdict as string;
  };
  expect([await why(early), await why(bought)]).toEqual(["no_offer_news", "no_interest"]);
  await does(late, "Product Viewed", { product_id: "bag" });
  story.now += HOUR;
  await price(88);
  await story.tick();
  expect(await entered(journey)).toEqual([{ who: early, key: "bag", price: 88, was: 100 }]); // 88 is 7 % below what the other saw
  story.now += HOUR;
  await price(88); // told again: no news
  await price(85);
  await story.tick();
  expect(await entered(journey)).toEqual([
    { who: early, key: "bag", price: 88, was: 100 },
    { who: late, key: "bag", price: 85, was: 95 },
  ]); // 3 % below what the first was told
  await story.expectBooks();
});

test("a price that goes down and up again before anyone is told tells nobody; down, down and a little up tells once, at what it is", async () => {
  const { story, does, person, price, entered } = await begin();
  await price(100);
  const one = await person();
  await does(one, "Product Added to Wishlist", { product_id: "bag" });
  const journey = await story.publish({ ...leave, starts: [drop()] });
  for (const amount of [50, 100]) {
    story.now += MINUTE;
    await price(amount);
  }
  await story.tick();
  expect(await entered(journey)).toEqual([]);
  for (const amount of [90, 70, 75]) {
    story.now += MINUTE;
    await price(amount);
  }
  await story.tick();
  expect(await entered(journey)).toEqual([{ who: one, key: "bag", price: 75, was: 100 }]);
  // No longer wished for.
  story.now += MINUTE;
  await does(one, "Product Removed from Wishlist", { product_id: "bag" });
  story.now += MINUTE;
  await price(20);
  await story.tick();
  expect(await entered(journey)).toHaveLength(1);
});

test("two stores and two currencies: a drop counts in its store, an amount in its currency, and who has a store hears of that one", async () => {
  const { story, does, person, price, entered } = await begin();
  await price(100);
  await price(150, { store: "laval", currency: "CAD" });
  const [anyone, parisian] = [await person(), await person()];
  await holder.db.query(
    sql`update contacts set store_id = (select id from stores where workspace_id = ${story.workspace} and code = 'paris') where workspace_id = ${story.workspace} and external_id = ${parisian}`,
  );
  for (const who of [anyone, parisian]) await does(who, "Product Viewed", { product_id: "bag" });
  const laval = await story.publish({ ...leave, starts: [drop({ stores: ["laval"] })] });
  const euros = await story.publish({ ...leave, starts: [drop({ drop: { by: "amount", least: 20, currency: "EUR" } })] });
  const all = await story.publish({ ...leave, starts: [drop()] });
  story.now += HOUR;
  await price(100, { store: "laval", currency: "CAD" });
  await story.tick();
  expect(await entered(laval)).toMatchObject([{ who: anyone, price: 100, was: 150 }]);
  expect(await entered(euros)).toEqual([]);
  expect(await entered(all)).toMatchObject([{ who: anyone }]);
  story.now += HOUR;
  await price(30, { currency: "USD" }); // another currency is no lower price
  await story.tick();
  expect(await entered(all)).toHaveLength(1);
  await price(100);
  story.now += HOUR;
  await price(80);
  await story.tick();
  expect((await entered(euros)).map((one) => one.who).sort()).toEqual([anyone, parisian].sort());
  expect(await entered(laval)).toHaveLength(1);
});

test("back in stock and low stock are told when it happens, once, and only while it is so; interest that is old does not count", async () => {
  const { story, does, person, price, stock, entered } = await begin();
  await price(10);
  await stock(20);
  const [one, old] = [await person(), await person()];
  await does(old, "Product Viewed", { product_id: "bag" }, story.now - 8 * DAY);
  await does(one, "Product Viewed", { product_id: "bag" });
  const watch = { interest: ["viewed" as const], within: days(7), stores: [] };
  const back = await story.publish({ ...leave, starts: [{ kind: "back_in_stock", ...watch }] });
  const low = await story.publish({ ...leave, starts: [{ kind: "low_stock", ...watch, atMost: 3 }] });
  const levels = async (...quantities: number[]) => {
    for (const quantity of quantities) {
      story.now += MINUTE;
      await stock(quantity);
    }
    await story.tick();
    return [(await entered(back)).length, (await entered(low)).length];
  };
  expect(await levels(2, 0)).toEqual([0, 0]); // low, and gone before anyone was told
  expect(await levels(5, 0)).toEqual([0, 0]); // back, and gone again
  expect(await levels(9)).toEqual([1, 0]);
  expect(await levels(12)).toEqual([1, 0]);
  expect(await levels(3)).toEqual([1, 1]);
  expect(await levels(2, 1)).toEqual([1, 1]); // it was low before
  expect((await entered(back))[0]!.who).toBe(one);
  await story.expectBooks();
});

test("news of the catalogue waits for nobody: a batch is one row a bucket, a paused journey misses it, and one dearer when it would fire does not", async () => {
  const { story, does, person, price, entered } = await begin();
  await price(100);
  const people = [await person(), await person(), await person()];
  for (const who of people) await does(who, "Product Viewed", { product_id: "bag" });
  const journey = await story.publish({ ...leave, starts: [drop()] });
  story.now += MINUTE;
  await price(80);
  expect(await holder.db.query(sql`select count(*)::integer as n from catalog_news where workspace_id = ${story.workspace}`)).toEqual([
    { n: 256 },
  ]);
  await story.call("POST", `/api/journeys/${journey}/pause`, { reason: "" });
  await story.tick();
  await story.call("POST", `/api/journeys/${journey}/resume`, { overdue: "catch_up" });
  await story.tick();
  expect(await entered(journey)).toEqual([]);
  expect(await holder.db.query(sql`select 1 from catalog_news where workspace_id = ${story.workspace}`)).toEqual([]);
  // One turn arms what the next would fire; in between the price goes up.
  story.now += MINUTE;
  await price(60);
  const turn = async () => holder.db.transaction((tx) => journeyListener.onTime!(tx, story.turn(), 100));
  const armed = async () =>
    (await holder.db.query<{ n: number }>(sql`select count(*)::integer as n from start_timers where workspace_id = ${story.workspace}`))[0]!
      .n;
  for (let turns = 0; turns < 4 && (await armed()) === 0; turns++) await turn();
  const waiting = await armed();
  expect(waiting).toBeGreaterThan(0);
  story.now += MINUTE;
  await price(95);
  await turn();
  expect(await entered(journey)).toEqual([]);
  // The same drop a second time is news; who orders between the one turn and the other is not told.
  story.now += MINUTE;
  await price(60);
  for (let turns = 0; turns < 12 && (await armed()) === 0; turns++) await turn();
  const [first] = await holder.db.query<{ who: Id }>(
    sql`select c.external_id as who from start_timers t join contacts c on c.bucket = t.bucket and c.id = t.contact_id where t.workspace_id = ${story.workspace} limit 1`,
  );
  await does(first!.who, "Order Completed", { order_id: "1", products: [{ product_id: "bag" }] });
  await story.tick();
  expect((await entered(journey)).map((one) => [one.price, one.who === first!.who])).toEqual([
    [60, false],
    [60, false],
  ]);
  await story.expectBooks();
});

test("a position within two kilometres of a store starts one run a store, whatever the form of the coordinates", async () => {
  const { story } = await begin();
  const contact = await story.contact();
  const journey = await story.publish({
    ...leave,
    settings: { ...leave.settings, reentry: { kind: "never" } },
    starts: [{ kind: "near_store", km: 2, stores: [] }],
  });
  await story.happens({ contact, name: "Location Updated", properties: { latitude: 48.9, longitude: 2.3522 } }); // 4.8 km
  expect((await story.call("GET", `/api/journeys/${journey}/why?contact=${contact}`)).body).toMatchObject({
    verdict: "too_far",
    checks: expect.arrayContaining([expect.objectContaining({ facts: expect.objectContaining({ store: "paris", km: 4.83 }) })]),
  });
  expect(await story.runs(journey)).toEqual([]);
  await story.happens({ contact, name: "Location Updated", properties: { latitude: 48.86, longitude: 2.36 } });
  await story.happens({ contact, name: "Location Updated", properties: { location: { lat: "45.61", lng: "-73.71" } } });
  await story.happens({ contact, name: "Location Updated", properties: { latitude: 48.86, longitude: 2.36 } });
  expect((await story.runs(journey)).map((run) => run.key)).toEqual(["paris", "laval"]);
  const [run] = await holder.db.query<{ said: unknown }>(
    sql`select memory #> '{event,properties}' as said from runs where journey_id = ${journey} and key = 'paris'`,
  );
  expect(run!.said).toMatchObject({ store: "paris", distance_km: 0.68 });
});

test("a schedule takes those who are in the segment at its instant, each at their own hour, and again a week later", async () => {
  const { story } = await begin("2026-03-23T10:00:00Z");
  const segment = (
    await story.call("POST", "/api/segments", {
      name: "All",
      rule: {
        kind: "all",
        of: [
          { kind: "event", event: "Joined", where: [], window: { kind: "ever" }, measure: { of: "count" }, is: { op: "gte", value: 1 } },
        ],
      },
    })
  ).body.id as Id;
  expect(segment).toBeDefined();
  await story.tick();
  const [paris, montreal, late] = [
    await story.contact({ zone: "Europe/Paris" }),
    await story.contact({ zone: "America/Toronto" }),
    await story.contact({ zone: "Europe/Paris" }),
  ];
  await story.happens({ contact: paris, name: "Joined" }, { contact: montreal, name: "Joined" });
  const weekly = await story.publish({
    ...leave,
    starts: [
      { kind: "schedule", segment, date: "2026-03-24", at: "09:00", zone: "person", repeat: { every: 1, unit: "week", until: null } },
    ],
  });
  const once = await story.publish({
    ...leave,
    starts: [{ kind: "schedule", segment, date: "2026-03-24", at: "09:00", zone: "workspace", repeat: null }],
  });
  const at = async (iso: string, journey: Id) => {
    story.now = Date.parse(iso);
    await story.tick();
    return (await story.runs(journey)).map((run) => [run.contact, run.key]);
  };
  expect(await at("2026-03-23T19:00:00Z", weekly)).toEqual([]); // settled: it is nine on the 24th in Kiribati
  await story.happens({ contact: late, name: "Joined" });
  expect(await at("2026-03-24T07:59:59Z", weekly)).toEqual([]);
  expect([
    (await story.call("GET", `/api/journeys/${weekly}/why?contact=${paris}`)).body.verdict,
    (await story.call("GET", `/api/journeys/${weekly}/why?contact=${late}`)).body.verdict,
  ]).toEqual(["start_waits", "day_to_come"]);
  expect(await at("2026-03-24T08:00:00Z", weekly)).toEqual([[paris, "2026-03-24"]]);
  expect(new Set((await story.runs(once)).map((run) => run.contact))).toEqual(new Set([paris, montreal, late]));
  expect(await at("2026-03-24T13:00:00Z", weekly)).toEqual([
    [paris, "2026-03-24"],
    [montreal, "2026-03-24"],
  ]);
  // A week later the clocks have changed in Paris; the one who came later is in.
  expect(await at("2026-03-31T06:59:59Z", weekly)).toHaveLength(2);
  expect(
    (await at("2026-03-31T07:00:00Z", weekly))
      .slice(2)
      .map(([who]) => who)
      .sort(),
  ).toEqual([paris, late].sort());
  expect(await story.runs(once)).toHaveLength(3);
  // A day that passed while the journey was paused is not made up for.
  await story.call("POST", `/api/journeys/${weekly}/pause`, { reason: "" });
  story.now = Date.parse("2026-04-09T12:00:00Z");
  await story.call("POST", `/api/journeys/${weekly}/resume`, { overdue: "catch_up" });
  await story.tick();
  expect((await story.runs(weekly)).filter((run) => run.key === "2026-04-07")).toEqual([]);
  expect(await holder.db.query(sql`select distinct day::text as day from journey_schedules where journey_id = ${weekly}`)).toEqual([
    { day: "2026-04-14" },
  ]);
  await story.expectBooks();
});

import { bucketOf, DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import { computedValue, type Computation } from "@relance/model/computed";
import type { Fact, FactNews } from "@relance/model/events";
import type { FactEvent } from "@relance/model/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededGenerator, systemChance } from "../../platform/chance/index.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import { segmentListener } from "../segments/index.ts";
import { computedListener, settleComputed } from "./index.ts";

const SEEDS = (process.env["COMPUTED_SEEDS"] ?? "1,2,3,4").split(",");
const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
const holder = testDatabase();
const chance = systemChance();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(() => shop.close());

/** A shop whose events are stored and told to the two listeners as the engine would. */
class World {
  readonly workspace: Id;
  readonly key: string;
  now: Instant;
  readonly events = new Map<Id, FactEvent[]>();
  readonly told: NewFact[] = [];

  constructor(workspace: { id: Id; key: string }, now: Instant) {
    this.workspace = workspace.id;
    this.key = workspace.key;
    this.now = now;
  }

  async contact(): Promise<Id> {
    const id = chance.id(this.now);
    this.events.set(id, []);
    await holder.db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, first_name, attributes, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${this.workspace}, true, 'Zoé', '{"own": "kept"}', ${ts(this.now)}, ${ts(this.now)})`,
    );
    await this.tell(id, { kind: "contact.changed", data: { attributes: [], created: true } });
    return id;
  }

  async event(contact: Id, name: string, amount: number, properties: Record<string, unknown> = {}, at = this.now): Promise<void> {
    const id = chance.id(this.now);
    this.events.get(contact)!.push({ id, name, at, amount, currency: "EUR", properties });
    await holder.db.query(sql`
      insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, currency, message_id)
      values (${bucketOf(contact)}, ${contact}, ${id}, ${this.workspace}, 'track', ${name}, ${ts(at)}, ${ts(this.now)}, ${json(properties)}, '{}', ${amount}, 'EUR', ${id})`);
    await this.tell(contact, { kind: "event", data: { event: id, name, live: true } });
  }

  tell(contact: Id, news: FactNews): Promise<void> {
    const stored = (fact: NewFact): Fact => ({ ...fact, id: chance.id(this.now), recordedAt: this.now }) as Fact;
    const fact = stored({ workspace: this.workspace, contact, occurredAt: this.now, ...news });
    return this.turn(async (turn, tx) => {
      const first = await computedListener.onFacts(tx, turn, [fact]);
      return [...first, ...(await segmentListener.onFacts(tx, turn, [fact, ...first.map(stored)]))];
    });
  }

  /** Lets time alone do what is due, until nothing is. */
  async tick(): Promise<void> {
    for (let more = true; more;) {
      await this.turn(async (turn, tx) => {
        const computed = await computedListener.onTime!(tx, turn, 1_000);
        const heard = await segmentListener.onFacts(
          tx,
          turn,
          computed.facts.map((fact) => ({ ...fact, id: chance.id(this.now), recordedAt: this.now }) as Fact),
        );
        const segments = await segmentListener.onTime!(tx, turn, 1_000);
        more = computed.more || segments.more;
        return [...computed.facts, ...heard, ...segments.facts];
      });
    }
    await settleComputed(holder.db);
  }

  async turn(work: (turn: Turn, tx: Parameters<typeof segmentListener.onFacts>[0]) => Promise<readonly NewFact[]>): Promise<void> {
    shop.deps.clock.set(this.now);
    const turn: Turn = { buckets: BUCKETS, now: this.now, chance, epochs: new Map(), slot: 1 };
    this.told.push(...(await holder.db.transaction((tx) => work(turn, tx))));
  }

  async declare(key: string, computation: Computation): Promise<Id> {
    shop.deps.clock.set(this.now);
    const made = await shop.call(this.key, "POST", "/api/computed-attributes", { key, name: key, computation });
    expect(made.body).toMatchObject({ key, attribute: `attributes.${key}`, state: "building", toBuild: 256 });
    return made.body.id as Id;
  }

  async attributes(contact: Id): Promise<Record<string, unknown>> {
    const [row] = await holder.db.query<{ attributes: Record<string, unknown> }>(
      sql`select attributes from contacts where bucket = ${bucketOf(contact)} and id = ${contact}`,
    );
    return row!.attributes;
  }

  async members(segment: Id): Promise<Id[]> {
    return (
      await holder.db.query<{ contact_id: Id }>(
        sql`select contact_id from segment_members where segment_id = ${segment} order by contact_id`,
      )
    ).map((row) => row.contact_id);
  }
}

const ORDER = { event: "Order Completed", where: [], window: { kind: "ever" } } as const;
const TOTAL: Computation = { ...ORDER, measure: { of: "sum", property: "amount" } };
const FAVOURITE: Computation = { ...ORDER, measure: { of: "favourite", property: "products.category" } };
const LATELY: Computation = { ...ORDER, window: { kind: "last", span: { n: 30, unit: "day" } }, measure: { of: "count" } };

test("declared once, known of everyone, kept true by events and by time, and a segment that mentions it follows in the same turn", async () => {
  const world = new World(await shop.workspace(), Date.parse("2026-03-01T09:00:00.000Z"));
  const early = await world.contact();
  await world.event(early, "Order Completed", 40.5, { products: [{ category: "Shoes" }, { category: "Hats" }] });
  await world.declare("total", TOTAL);
  await world.declare("favourite_category", FAVOURITE);
  const lately = await world.declare("orders_30_days", LATELY);
  await world.tick();
  expect(await world.attributes(early)).toEqual({ own: "kept", total: 40.5, favourite_category: "Hats", orders_30_days: 1 });
  const { items } = (await shop.call(world.key, "GET", "/api/computed-attributes")).body;
  expect(items.map((one: { state: string; toBuild: number }) => [one.state, one.toBuild])).toEqual([
    ["live", 0],
    ["live", 0],
    ["live", 0],
  ]);

  const regular = await shop.call(world.key, "POST", "/api/segments", {
    name: "Regular",
    rule: { kind: "attribute", attribute: "attributes.orders_30_days", is: { op: "gte", value: 2 } },
  });
  await world.tick();
  world.now += 10 * DAY;
  await world.event(early, "Order Completed", 9.5, { products: [{ category: "Shoes" }] });
  expect(await world.attributes(early)).toEqual({ own: "kept", total: 50, favourite_category: "Shoes", orders_30_days: 2 });
  expect(await world.members(regular.body.id)).toEqual([early]);
  // The first order leaves the thirty days: by time alone, to the millisecond.
  world.now = Date.parse("2026-03-31T08:59:59.999Z");
  await world.tick();
  expect(await world.members(regular.body.id)).toEqual([early]);
  world.now += 1;
  await world.tick();
  expect([(await world.attributes(early))["orders_30_days"], await world.members(regular.body.id)]).toEqual([1, []]);
  const late = await world.contact();
  expect(await world.attributes(late)).toEqual({ own: "kept", total: 0, orders_30_days: 0 });

  // Another computation: everyone moves by a build, which starts no journey.
  world.told.length = 0;
  expect(
    (await shop.call(world.key, "PATCH", `/api/computed-attributes/${lately}`, { computation: { ...ORDER, measure: { of: "count" } } }))
      .body,
  ).toMatchObject({ state: "building" });
  await world.tick();
  expect(await world.members(regular.body.id)).toEqual([early]);
  expect(world.told.map((fact) => [fact.kind, (fact.data as { cause?: string }).cause])).toEqual([["segment.entered", "build"]]);

  expect((await shop.call(world.key, "DELETE", `/api/computed-attributes/${lately}`)).body.error).toMatchObject({ code: "computed.used" });
  await shop.call(world.key, "DELETE", `/api/segments/${regular.body.id}`);
  expect((await shop.call(world.key, "DELETE", `/api/computed-attributes/${lately}`)).status).toBe(200);
  await world.tick();
  expect(await world.attributes(early)).toEqual({ own: "kept", total: 50, favourite_category: "Shoes" });
  expect((await shop.call(world.key, "GET", "/api/computed-attributes")).body.items).toHaveLength(2);
});

test("a key that contacts use already, a strange key and an impossible computation are refused, each naming its field; others see nothing of it", async () => {
  const world = new World(await shop.workspace(), Date.parse("2026-03-01T09:00:00.000Z"));
  await world.contact();
  const create = (body: unknown) => shop.call(world.key, "POST", "/api/computed-attributes", body);
  const refused = async (body: unknown) => {
    const {
      status,
      body: { error },
    } = await create(body);
    return [status, error.code, error.field];
  };
  expect(await refused({ key: "own", name: "X", computation: TOTAL })).toEqual([409, "computed.key_taken", "key"]);
  expect(await refused({ key: "Été", name: "X", computation: TOTAL })).toEqual([422, "invalid", "key"]);
  expect(await refused({ key: "x", name: "X", computation: { ...TOTAL, window: { kind: "since_entry" } } })).toMatchObject([
    422,
    "invalid",
    expect.stringMatching(/^computation/),
  ]);
  for (const is of [
    { op: "calendar", unit: "month", back: 0, zone: "contact" },
    { op: "within_last", span: { n: 3, unit: "day" } },
  ])
    expect(await refused({ key: "x", name: "X", computation: { ...TOTAL, where: [{ property: "delivered_on", is }] } })).toMatchObject([
      422,
      "invalid",
      expect.stringMatching(/^computation.where/),
    ]);
  expect(await refused({ key: "x", name: "X", computation: { ...TOTAL, measure: { of: "sum" } } })).toMatchObject([
    422,
    "invalid",
    expect.stringMatching(/^computation/),
  ]);
  const made = await create({ key: "total", name: "Total", computation: TOTAL });
  expect([made.status, made.body.sentence.fr, made.body.sentence.en]).toEqual([
    201,
    "Total de montant\u00a0: commande.",
    "Total of amount: order.",
  ]);
  expect(await refused({ key: "total", name: "X", computation: TOTAL })).toEqual([409, "computed.key_taken", "key"]);
  const stranger = await shop.workspace();
  expect((await shop.call(stranger.key, "GET", "/api/computed-attributes")).body.items).toEqual([]);
  expect((await shop.call(stranger.key, "PATCH", `/api/computed-attributes/${made.body.id}`, { name: "Mine" })).status).toBe(404);
  const [contact] = world.events.keys();
  await world.event(contact!, "Order Completed", 12);
  const preview = await shop.call(world.key, "POST", "/api/computed-attributes/preview", {
    computation: { ...ORDER, measure: { of: "avg", property: "amount" } },
  });
  expect(preview.body.sample).toEqual([{ id: contact, name: "Zoé", value: 12 }]);
});

test.each(SEEDS)("whatever happens, in whatever order, every value is that of its meaning (seed %s)", { timeout: 60_000 }, async (seed) => {
  const draw = seededGenerator(`computed ${seed}`);
  const world = new World(await shop.workspace(), Date.parse("2026-01-30T00:00:00.000Z") + draw.below(60) * DAY);
  const all: Record<string, Computation> = {
    total: TOTAL,
    favourite: FAVOURITE,
    lately: LATELY,
    gap: { ...ORDER, measure: { of: "days_between" } },
    last: { ...ORDER, window: { kind: "last", span: { n: 1, unit: "month" } }, measure: { of: "last", property: null } },
  };
  const contacts = [await world.contact(), await world.contact()];
  const left = Object.entries(all);
  for (let step = 0; step < 45; step++) {
    const contact = contacts[draw.below(contacts.length)]!;
    const what = draw.below(10);
    if (what < 1 && contacts.length < 6) contacts.push(await world.contact());
    else if (what < 3 && left.length > 0) await world.declare(...left.pop()!);
    else if (what < 6)
      await world.event(
        contact,
        draw.chance(0.8) ? "Order Completed" : "Product Viewed",
        draw.below(1_000) / 8,
        { products: [{ category: ["Shoes", "Hats"][draw.below(2)] }] },
        world.now + (draw.chance(0.3) ? (draw.below(40) - 30) * DAY : 0),
      );
    else {
      world.now += draw.below(12 * 24) * HOUR;
      await world.tick();
    }
  }
  while (left.length > 0) await world.declare(...left.pop()!);
  await world.tick();
  for (const contact of contacts) {
    const meant = Object.entries(all).flatMap(([key, of]) => {
      const { value } = computedValue(of, world.events.get(contact)!, world.now);
      return value === null ? [] : [[key, value]];
    });
    expect(await world.attributes(contact)).toEqual({ own: "kept", ...Object.fromEntries(meant) });
  }
});

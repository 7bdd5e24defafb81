import { bucketOf, DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import type { Rule } from "@relance/model/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { seededChance, seededGenerator, type Generator } from "../../platform/chance/index.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import type { NewFact, Turn } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { askAll } from "./ask.ts";
import { segmentListener } from "./membership.ts";

const SEEDS = process.env["GENERATION_SEEDS"]?.split(",") ?? ["one"];
const BUCKETS = Array.from({ length: 256 }, (_none, bucket) => bucket);
const holder = testDatabase();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(() => shop.close());

/** One workspace whose engine takes small steps: it builds and tells in the buckets it is given only, and tells few contacts at a time. */
class World {
  readonly chance: Chance;
  readonly told: NewFact[] = [];
  readonly contacts: Id[] = [];
  now: Instant;
  readonly workspace: Id;
  readonly key: string;
  constructor(made: { id: Id; key: string }, now: Instant, seed: string) {
    [this.workspace, this.key, this.now, this.chance] = [made.id, made.key, now, seededChance(seed)];
  }
  async turn(
    work: (turn: Turn, tx: Parameters<typeof segmentListener.onFacts>[0]) => Promise<readonly NewFact[]>,
    buckets: readonly number[] = BUCKETS,
  ): Promise<void> {
    // A budget that is soon used up: three slices a turn.
    let asked = 0;
    const turn: Turn = { buckets, now: this.now, chance: this.chance, epochs: new Map(), slot: 1, elapsed: () => asked++ * 12 };
    this.told.push(...(await holder.db.transaction((tx) => work(turn, tx))));
  }
  tell(contact: Id, news: Pick<Fact, "kind" | "data">): Promise<void> {
    const fact = {
      id: this.chance.id(this.now),
      workspace: this.workspace,
      contact,
      occurredAt: this.now,
      recordedAt: this.now,
      ...news,
    } as Fact;
    return this.turn((turn, tx) => segmentListener.onFacts(tx, turn, [fact]));
  }
  async step(buckets: readonly number[], limit = 1 + (this.told.length % 3)): Promise<boolean> {
    let more = false;
    await this.turn(async (turn, tx) => {
      const done = await segmentListener.onTime!(tx, turn, limit);
      more = done.more;
      return done.facts;
    }, buckets);
    return more;
  }
  async rest(): Promise<void> {
    for (let n = 0; await this.step(BUCKETS, 1_000); n++) if (n > 3_000) throw new Error("never rests");
  }
  async contact(): Promise<void> {
    // Few buckets, so that some hold more than is told of in one slice.
    let id = this.chance.id(this.now);
    while (bucketOf(id) % 32 !== 0) id = this.chance.id(this.now);
    this.contacts.push(id);
    await holder.db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, country, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${this.workspace}, true, 'FR', ${ts(this.now)}, ${ts(this.now)})`,
    );
    await this.tell(id, { kind: "contact.changed", data: { attributes: [], created: true } });
  }
  async set(contact: Id, country: string): Promise<void> {
    await holder.db.query(sql`update contacts set country = ${country} where bucket = ${bucketOf(contact)} and id = ${contact}`);
    await this.tell(contact, { kind: "contact.changed", data: { attributes: ["country"], created: false } });
  }
  async event(contact: Id, name: string): Promise<void> {
    const id = this.chance.id(this.now);
    await holder.db
      .query(sql`insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, message_id)
      values (${bucketOf(contact)}, ${contact}, ${id}, ${this.workspace}, 'track', ${name}, ${ts(this.now)}, ${ts(this.now)}, '{}', '{}', ${id})`);
    await this.tell(contact, { kind: "event", data: { event: id, name, live: true } });
  }
  async call(method: string, url: string, body?: unknown) {
    shop.deps.clock.set(this.now);
    return shop.call(this.key, method, url, body);
  }
  async members(segment: Id): Promise<Id[]> {
    return (
      await holder.db.query<{ id: Id }>(sql`select contact_id as id from segment_members where segment_id = ${segment} order by 1`)
    ).map((row) => row.id);
  }
  async meant(rule: Rule): Promise<Id[]> {
    return [...(await askAll(holder.db, { workspace: this.workspace, rule, at: this.now }))]
      .filter(([, answer]) => answer.truth)
      .map(([contact]) => contact)
      .sort();
  }
  /** What those who listen believe, from the news alone; fails at the first who enters or leaves twice. */
  believed(segment: Id): Id[] {
    const inside = new Set<Id>();
    for (const fact of this.told) {
      if ((fact.kind !== "segment.entered" && fact.kind !== "segment.left") || fact.data.segment !== segment) continue;
      const entered = fact.kind === "segment.entered";
      if (inside.has(fact.contact) === entered) throw new Error(`${fact.contact} ${fact.kind} twice`);
      if (entered) inside.add(fact.contact);
      else inside.delete(fact.contact);
    }
    return [...inside].sort();
  }
}

const is = (country: string): Rule => ({ kind: "attribute", attribute: "country", is: { op: "eq", value: country } });
const viewed = (days: number): Rule => ({
  kind: "event",
  event: "Product Viewed",
  where: [],
  window: { kind: "last", span: { n: days, unit: "day" } },
  measure: { of: "count" },
  is: { op: "gte", value: 1 },
});
const bought: Rule = {
  kind: "event",
  event: "Order Completed",
  where: [],
  window: { kind: "ever" },
  measure: { of: "count" },
  is: { op: "gte", value: 1 },
};
const RULES: readonly Rule[] = [
  is("FR"),
  is("CA"),
  viewed(3),
  { kind: "any", of: [bought, is("BE")] },
  { kind: "none", of: [viewed(10)] },
  { kind: "all", of: [viewed(5), is("FR")] },
];

async function happen(world: World, draw: Generator): Promise<void> {
  const contact = draw.pick(world.contacts);
  const kind = draw.below(10);
  if (kind === 0) await world.contact();
  else if (kind < 3) world.now += draw.pick([1, HOUR, DAY, 4 * DAY]);
  else if (kind < 6) await world.event(contact, draw.pick(["Product Viewed", "Order Completed"]));
  else await world.set(contact, draw.pick(["FR", "CA", "BE"]));
}

test.each(SEEDS)(
  "whatever happens while a changed rule is computed: the old membership stays exact until one instant, the new one is exact from it on, and nobody enters or leaves twice (seed %s)",
  { timeout: 900_000 },
  async (seed) => {
    const draw = seededGenerator(`generations ${seed}`);
    const world = new World(await shop.workspace(), Date.parse("2026-03-01T00:00:00Z"), seed);
    for (let n = 0; n < 40; n++) await world.contact();
    for (let n = 0; n < 40; n++) await happen(world, draw);
    let rule: Rule = RULES[0]!;
    const id = (await world.call("POST", "/api/segments", { name: "Edited", rule })).body.id as Id;
    const dependant = (
      await world.call("POST", "/api/segments", { name: "Not edited", rule: { kind: "segment", segment: id, member: false } })
    ).body.id as Id;
    await world.rest();
    let builtWhileHappening = 0;
    let toldWhileHappening = 0;
    for (let edit = 0; edit < 5; edit++) {
      let next = draw.pick(RULES);
      let { body } = await world.call("PATCH", `/api/segments/${id}`, { rule: next });
      expect(body).toMatchObject({ state: "building", toBuild: 256 });
      for (let n = 0; n < 600; n++) {
        if (draw.chance(0.4)) await happen(world, draw);
        // Time, builds and news go on in some buckets only: their owners are not equally fast.
        const from = draw.below(256);
        await world.step(BUCKETS.slice(from, from + 48), draw.pick([1, 3, 1_000]));
        ({ body } = await world.call("GET", `/api/segments/${id}`));
        const inForce = body.state === "building" ? rule : next;
        if (body.state === "building") builtWhileHappening++;
        if (n % 5 === 0) {
          await dueTimers(world);
          ({ body } = await world.call("GET", `/api/segments/${id}`));
          const now = body.state === "building" ? rule : next;
          const meant = await world.meant(now);
          expect({ edit, n, state: body.state, of: await world.members(id), size: body.members }).toEqual({
            edit,
            n,
            state: body.state,
            of: meant,
            size: meant.length,
          });
          world.believed(id);
        }
        const second = body.state === "building" && n > 4 ? draw.below(40) : -1;
        if (second === 0) {
          next = draw.pick(RULES);
          await world.call("PATCH", `/api/segments/${id}`, { rule: next });
        } else if (second === 1) {
          next = rule;
          const cancelled = await world.call("POST", `/api/segments/${id}/cancel-change`);
          expect(cancelled.body).toMatchObject({ state: "live", toBuild: 0 });
          expect(cancelled.body.rule).toEqual(inForce);
        }
        const [left] = await holder.db.query<{ n: number }>(sql`select count(*) as n from segment_announcements where segment_id = ${id}`);
        if (body.state === "live") {
          toldWhileHappening++;
          // Now and then the next edit comes before all of the difference was told.
          if (left!.n === 0 || draw.chance(0.05)) break;
        }
      }
      rule = next;
    }
    for (let n = 0; n < 10; n++) await happen(world, draw);
    await world.rest();
    const members = await world.members(id);
    expect(members).toEqual(await world.meant(rule));
    expect(world.believed(id), "who listens to the news knows the members").toEqual(members);
    expect(world.believed(dependant)).toEqual(await world.members(dependant));
    expect(await world.members(dependant)).toEqual(world.contacts.filter((one) => !members.includes(one)).sort());
    expect(
      await holder.db.query(
        sql`select m.generation as leftover, g.generation, g.next_generation, g.last_generation, (select count(*) from segment_announcements a where a.segment_id = g.id) as untold, count(*) as n from segment_memberships m join segments g on g.id = m.segment_id where g.id = ${id} and m.generation <> g.generation group by 1, 2, 3, 4, 5`,
      ),
      "nothing is left of former generations",
    ).toEqual([]);
    expect(builtWhileHappening).toBeGreaterThan(20);
    expect(toldWhileHappening).toBeGreaterThan(5);
    expect((await world.call("GET", `/api/segments/${id}`)).body.versionInForce).toBeGreaterThan(2);
  },
);

/** Only what time made due, without a step of building: builds are asked elsewhere. */
async function dueTimers(world: World): Promise<void> {
  for (let n = 0; n < 50; n++) {
    const due = await holder.db.query<{ bucket: number }>(sql`
      select distinct t.bucket from segment_wakes t where t.workspace_id = ${world.workspace} and t.due_at <= ${ts(world.now)} order by 1 limit 1`);
    if (due.length === 0) return;
    await world.step(
      due.map((row) => row.bucket),
      1_000,
    );
  }
}

test("a first rule cannot be taken back, a changed one can; archiving waits for nothing", async () => {
  const world = new World(await shop.workspace(), Date.parse("2026-03-01T00:00:00Z"), "cancel");
  await world.contact();
  const { body } = await world.call("POST", "/api/segments", { name: "New", rule: is("FR") });
  expect(body).toMatchObject({ state: "building", versionInForce: null, members: 0 });
  expect((await world.call("POST", `/api/segments/${body.id}/cancel-change`)).body.error.code).toBe("segment.nothing_to_cancel");
  await world.rest();
  expect((await world.call("GET", `/api/segments/${body.id}`)).body).toMatchObject({ state: "live", versionInForce: 1, members: 1 });
  expect((await world.call("PATCH", `/api/segments/${body.id}`, { rule: is("CA") })).body).toMatchObject({
    state: "building",
    version: 2,
    versionInForce: 1,
    members: 1,
  });
  expect((await world.call("POST", `/api/segments/${body.id}/cancel-change`)).body).toMatchObject({
    state: "live",
    version: 3,
    versionInForce: 3,
    members: 1,
    rule: is("FR"),
  });
  await world.rest();
  expect(world.told.map((fact) => fact.kind)).toEqual(["segment.entered"]);
  expect((await world.call("DELETE", `/api/segments/${body.id}`)).status).toBe(200);
});

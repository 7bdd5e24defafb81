import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import { afterAll, beforeAll, expect } from "vitest";
import { journeyListener } from "../../src/domains/journeys/runs/engine.ts";
import { segmentListener } from "../../src/domains/segments/index.ts";
import { systemChance } from "../../src/platform/chance/index.ts";
import type { Database } from "../../src/platform/db/database.ts";
import { json, sql, ts } from "../../src/platform/db/sql.ts";
import type { NewFact, Turn } from "../../src/platform/engine.ts";
import { testApp, type TestApp } from "./app.ts";
import type { testDatabase } from "./db.ts";

const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
const chance = systemChance();

/** One workspace stepped by hand: facts go through the listeners of the engine in their order, time through their onTime. */
export class Story {
  readonly shop: TestApp;
  readonly db: Database;
  readonly workspace: Id;
  readonly key: string;
  now: Instant;

  static async begin(shop: TestApp, db: Database, now: string): Promise<Story> {
    return new Story(shop, db, await shop.workspace(), Date.parse(now));
  }

  constructor(shop: TestApp, db: Database, workspace: { id: Id; key: string }, now: Instant) {
    this.shop = shop;
    this.db = db;
    this.workspace = workspace.id;
    this.key = workspace.key;
    this.now = now;
  }

  async call(method: string, url: string, body?: unknown) {
    this.shop.deps.clock.set(this.now);
    return this.shop.call(this.key, method, url, body);
  }

  async contact(values: { birth?: string; zone?: string } = {}): Promise<Id> {
    const id = chance.id(this.now);
    await this.db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, email, birth_date, time_zone, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${this.workspace}, true, ${`${id}@shop.example`}, ${values.birth ?? null}::date, ${values.zone ?? null}, ${ts(this.now)}, ${ts(this.now)})`,
    );
    await this.tell([{ contact: id, kind: "contact.changed", data: { attributes: ["birth_date"], created: true } }]);
    return id;
  }

  async happens(
    ...events: readonly { contact: Id; name: string; amount?: number; properties?: Record<string, unknown>; live?: boolean; at?: Instant }[]
  ): Promise<void> {
    const facts: (Pick<Fact, "kind" | "data" | "contact"> & { at: Instant })[] = [];
    for (const event of events) {
      const id = chance.id(this.now);
      const at = event.at ?? this.now;
      await this.db.query(sql`
        insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, amount, message_id)
        values (${bucketOf(event.contact)}, ${event.contact}, ${id}, ${this.workspace}, 'track', ${event.name}, ${ts(at)}, ${ts(this.now)}, ${json(event.properties ?? {})}, '{}', ${event.amount ?? null}, ${id})`);
      facts.push({ contact: event.contact, kind: "event", data: { event: id, name: event.name, live: event.live ?? true }, at });
    }
    await this.tell(facts);
  }

  async tell(news: readonly (Pick<Fact, "kind" | "data" | "contact"> & { at?: Instant })[]): Promise<void> {
    const facts = news.map(
      ({ at, ...one }) =>
        ({ id: chance.id(this.now), workspace: this.workspace, occurredAt: at ?? this.now, recordedAt: this.now, ...one }) as Fact,
    );
    await this.db.transaction(async (tx) => {
      const more = await segmentListener.onFacts(tx, this.turn(), facts);
      await journeyListener.onFacts(tx, this.turn(), [...facts, ...more.map((fact) => this.stored(fact))]);
    });
  }

  async tick(): Promise<void> {
    for (let again = true; again;) {
      again = false;
      await this.db.transaction(async (tx) => {
        const moved = await segmentListener.onTime!(tx, this.turn(), 100);
        await journeyListener.onFacts(
          tx,
          this.turn(),
          moved.facts.map((fact) => this.stored(fact)),
        );
        const journeys = await journeyListener.onTime!(tx, this.turn(), 100);
        again = moved.more || journeys.more;
      });
    }
  }

  turn(): Turn {
    return { buckets: BUCKETS, now: this.now, chance, epochs: new Map(BUCKETS.map((bucket) => [bucket, 1])), slot: 1 };
  }

  stored(fact: NewFact): Fact {
    return { id: chance.id(this.now), recordedAt: this.now, ...fact } as Fact;
  }

  async template(): Promise<Id> {
    const id = chance.id(this.now);
    await this.db.query(
      sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${id}, ${this.workspace}, 'T', 'email', '{}', 1, ${ts(this.now)}, ${ts(this.now)})`,
    );
    await this.db.query(
      sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${id}, 1, ${this.workspace}, '{}', '{}', ${ts(this.now)})`,
    );
    return id;
  }

  async publish(graph: Partial<Graph>): Promise<Id> {
    const made = await this.call("POST", "/api/journeys", { name: "J", graph: { ...EMPTY_GRAPH, ...graph } });
    expect(made.body.problems).toEqual([]);
    const live = await this.call("POST", `/api/journeys/${made.body.id}/publish`, { revision: 1 });
    expect(live.body).toMatchObject({ state: "live", liveVersion: 1, changed: false });
    await this.tick();
    return made.body.id as Id;
  }

  async runs(journey: Id) {
    const rows = (await this.call("GET", `/api/journeys/${journey}/runs`)).body.items as {
      id: Id;
      state: string;
      step: string;
      key: string;
      outcome: string | null;
      wakeAt: string | null;
      contact: Id;
    }[];
    return rows.reverse();
  }

  async sends(): Promise<{ contact_id: Id; step_id: string; key: string }[]> {
    return this.db.query(sql`select contact_id, step_id, key from sends where workspace_id = ${this.workspace} order by created_at, id`);
  }

  /** Books B10–B12: visits without gap, one open visit per waiting run, counters equal to a recount. */
  async expectBooks(): Promise<void> {
    const [odd] = await this.db.query<{ gaps: number; open: number; unwoken: number; counts: number }>(sql`
      select (select count(*) from runs r where r.workspace_id = ${this.workspace} and (select count(*) from visits v where v.bucket = r.bucket and v.run_id = r.id) <> r.visit) as gaps,
        (select count(*) from runs r where r.workspace_id = ${this.workspace} and (select count(*) from visits v where v.bucket = r.bucket and v.run_id = r.id and v.left_at is null) <> (case when r.state = 'waiting' then 1 else 0 end)) as open,
        (select count(*) from runs r where r.workspace_id = ${this.workspace} and r.state = 'waiting' and r.wake_at is null and r.listens is null) as unwoken,
        (select count(*) from (select journey_id, step_id, count(*) as arrived, count(left_at) as passed from visits where workspace_id = ${this.workspace} group by 1, 2) v
          full join (select journey_id, step_id, sum(arrived) as arrived, sum(passed) as passed from step_totals where workspace_id = ${this.workspace} group by 1, 2) t using (journey_id, step_id)
          where v.arrived is distinct from t.arrived or v.passed is distinct from t.passed) as counts`);
    expect(odd).toEqual({ gaps: 0, open: 0, unwoken: 0, counts: 0 });
  }
}

/** The shop that the stories of one file happen in, opened before them and closed after. */
export function storyShop(holder: ReturnType<typeof testDatabase>): { readonly shop: TestApp; begin: (now: string) => Promise<Story> } {
  let shop: TestApp;
  beforeAll(async () => {
    shop = await testApp(holder.db, holder.url);
    await holder.db.query(sql`create table if not exists events_any partition of events default`);
  });
  afterAll(() => shop.close());
  return {
    get shop() {
      return shop;
    },
    begin: (now) => Story.begin(shop, holder.db, now),
  };
}

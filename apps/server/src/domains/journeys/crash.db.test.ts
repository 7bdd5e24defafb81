import { bucketOf, HOUR, toIso, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import { beforeAll, expect, test } from "vitest";
import { crashSweep } from "../../../test/support/crash-sweep.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { inboxMismatches, testEngine } from "../../../test/support/engine.ts";
import { virtualClock } from "../../../test/support/virtual-clock.ts";
import { seededChance } from "../../platform/chance/index.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { noteInterests, upsertProducts } from "../catalog/index.ts";
import { segmentListener } from "../segments/index.ts";
import { journeyListener } from "./runs/engine.ts";
import { startHash } from "./runs/timers.ts";

const holder = testDatabase();
const clock = virtualClock();
const chance = seededChance("journeys under faults");
beforeAll(() => holder.db.query(sql`create table if not exists events_any partition of events default`));

// Every twentieth case a run of the suite, another twentieth each day; `npm run sweep` takes all of them.
const SHARD = process.env["RELANCE_FULL_SWEEP"] === "1" ? { of: 1, take: 0 } : { of: 20, take: Math.floor(Date.now() / 86_400_000) % 20 };

interface World {
  readonly workspace: Id;
  readonly journey: Id;
  readonly starting: Id;
  readonly segment: Id;
  readonly people: readonly Id[];
}

/**
 * Seven contacts: four have news that start a journey (wait, then a branch and a step of each kind that writes), one of them also buys.
 * Another journey starts, for one of them each, by a cart, a date, a store, a schedule, a segment, and the goal of the first; for a
 * seventh, by a price.
 */
async function world(): Promise<World> {
  const now = clock.now();
  const [workspace, journey, template, group, pool, other, body, moved, starting, segment] = Array.from({ length: 10 }, () =>
    chance.id(now),
  ) as [Id, Id, Id, Id, Id, Id, Id, Id, Id, Id];
  const people = Array.from({ length: 7 }, () => chance.id(now));
  await holder.db.query(sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'W', 'regular', ${ts(now)})`);
  await holder.db.query(
    sql`insert into groups (id, workspace_id, name, created_at) values (${group}, ${workspace}, 'G', ${ts(now)}), (${moved}, ${workspace}, 'M', ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into coupon_pools (id, workspace_id, name, kind, created_at) values (${pool}, ${workspace}, 'P', 'generated', ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'T', 'email', '{}', 1, ${ts(now)}, ${ts(now)}), (${body}, ${workspace}, 'B', 'webhook', '{}', 1, ${ts(now)}, ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, '{}', '{}', ${ts(now)}), (${body}, 1, ${workspace}, '{}', '{}', ${ts(now)})`,
  );
  const graph: Graph = {
    ...EMPTY_GRAPH,
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_w",
    settings: { ...EMPTY_GRAPH.settings, exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }] },
    steps: [
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: { next: "stp_b" } },
      {
        id: "stp_b",
        name: "",
        kind: "branch",
        paths: [{ exit: "p1", name: "", rule: { kind: "attribute", attribute: "email", is: { op: "set" } } }],
        exits: { p1: "stp_g", else: null },
      },
      { id: "stp_g", name: "", kind: "group", action: "join", group, exits: { next: "stp_a" } },
      { id: "stp_a", name: "", kind: "attribute", attribute: "attributes.seen", to: { of: "add", by: 1 }, exits: { next: "stp_l" } },
      { id: "stp_l", name: "", kind: "loop", times: 1, exits: { again: "stp_a", next: "stp_c" } },
      { id: "stp_c", name: "", kind: "coupon", pool, exits: { next: "stp_t", none: null } },
      { id: "stp_t", name: "", kind: "task", title: "Call", note: "", exits: { next: "stp_j" } },
      { id: "stp_j", name: "", kind: "journey", journey: other, exits: { next: "stp_s" } },
      {
        id: "stp_s",
        name: "",
        kind: "split",
        by: "contact",
        arms: [
          { exit: "p1", name: "A", weight: 1 },
          { exit: "p2", name: "B", weight: 1 },
        ],
        choose: { how: "winner", on: "goal", days: 1 },
        exits: { p1: "stp_h", p2: "stp_h" },
      },
      { id: "stp_h", name: "", kind: "webhook", webhook: chance.id(now), template: body, exits: { next: "stp_m" } },
      { id: "stp_m", name: "", kind: "group", action: "move", group: moved, from: group, exits: { next: "stp_e" } },
      { id: "stp_e", name: "", kind: "email", template, exits: { next: null } },
    ],
  };
  await holder.db.query(
    sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${journey}, ${workspace}, 'J', 'live', ${json(graph)}, 1, ${ts(now)}, ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${journey}, 1, ${workspace}, ${json(graph)}, ${ts(now)})`,
  );
  await startsOf({ workspace, journey, starting, segment, people });
  for (const id of people)
    await holder.db.query(
      sql`insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${workspace}, true, ${`${id}@shop.example`}, ${ts(now)}, ${ts(now)})`,
    );
  return { workspace, journey, starting, segment, people };
}

/** The journey that starts in many ways; what is due of it is due in an hour. */
async function startsOf({ workspace, journey, starting, segment, people }: World): Promise<void> {
  const now = clock.now();
  const due = now + HOUR;
  const schedule = {
    kind: "schedule" as const,
    segment,
    date: toIso(due).slice(0, 10),
    at: "10:00",
    zone: "workspace" as const,
    repeat: null,
  };
  const graph: Graph = {
    ...EMPTY_GRAPH,
    first: "stp_x",
    steps: [{ id: "stp_x", name: "", kind: "exit", exits: {} }],
    starts: [
      { kind: "cart", idle: { n: 1, unit: "hour" }, least: null },
      { kind: "date", attribute: "attributes.none", days: 0, at: "10:00", yearly: false },
      { kind: "near_store", km: 5, stores: [] },
      schedule,
      { kind: "segment", segment, on: "leave" },
      { kind: "journey", journey, on: "goal" },
      { kind: "price_drop", interest: ["viewed"], within: { n: 1, unit: "day" }, stores: [], drop: { by: "percent", least: 10 } },
    ],
  };
  await holder.db.query(
    sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${starting}, ${workspace}, 'K', 'live', ${json(graph)}, 1, ${ts(now)}, ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${starting}, 1, ${workspace}, ${json(graph)}, ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into stores (id, workspace_id, code, name, country, languages, currency, time_zone, created_at, latitude, longitude) values (${chance.id(now)}, ${workspace}, 'paris', 'Paris', 'FR', '{fr}', 'EUR', 'Europe/Paris', ${ts(now)}, 48.86, 2.35)`,
  );
  await holder.db.query(
    sql`insert into segments (id, workspace_id, name, state, rule, version, created_at, changed_at) values (${segment}, ${workspace}, 'S', 'archived', '{}', 1, ${ts(now)}, ${ts(now)})`,
  );
  await holder.db.query(
    sql`insert into segment_memberships (bucket, segment_id, contact_id, workspace_id, entered_at, generation) values (${bucketOf(people[5]!)}, ${segment}, ${people[5]!}, ${workspace}, ${ts(now)}, 1)`,
  );
  await holder.db.query(
    sql`insert into journey_dates (bucket, journey_id, contact_id, workspace_id, due_at) values (${bucketOf(people[2]!)}, ${starting}, ${people[2]!}, ${workspace}, ${ts(due)})`,
  );
  await holder.db.query(
    sql`insert into journey_schedules (bucket, journey_id, start, workspace_id, day, due_at) values (${bucketOf(people[5]!)}, ${starting}, ${startHash(schedule)}, ${workspace}, ${schedule.date}, ${ts(due)})`,
  );
}

/** The shop tells the price of what the seventh looked at. */
const costs = ({ workspace }: World, amount: number) =>
  holder.db.transaction((tx) =>
    upsertProducts(tx, {
      workspace,
      chance,
      now: clock.now(),
      source: "test",
      products: [{ externalId: "bag", name: "Bag", prices: [{ store: "paris", currency: "EUR", amount }] }],
    }),
  );

async function happens({ workspace }: World, name: string, people: readonly Id[], properties: Record<string, unknown> = {}): Promise<void> {
  const now = clock.now();
  const events = people.map((contact) => ({ contact, id: chance.id(now) }));
  for (const { contact, id } of events) {
    await holder.db.query(sql`
      insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, message_id)
      values (${bucketOf(contact)}, ${contact}, ${id}, ${workspace}, 'track', ${name}, ${ts(now)}, ${ts(now)}, ${json(properties)}, '{}', ${id})`);
  }
  await holder.db.transaction((tx) =>
    writeFacts(tx, {
      chance,
      now,
      facts: events.map(({ contact, id }) => ({
        workspace,
        contact,
        occurredAt: now,
        kind: "event" as const,
        data: { event: id, name, live: true },
      })),
    }),
  );
}

test("whatever statement of a turn of journeys fails in whatever way, each contact enters once, moves once and gets one mail", async () => {
  let at: World;
  let engine: Awaited<ReturnType<typeof testEngine>> | null = null;
  const report = await crashSweep(
    holder.db,
    {
      async prepare() {
        for (const table of [
          sql`delete from inbox`,
          sql`delete from inbox_totals`,
          sql`delete from inbox_quarantine`,
          sql`delete from workers`,
          sql`update bucket_leases set owner = null`,
          sql`delete from runs`,
          sql`delete from start_timers`,
          sql`delete from journey_dates`,
          sql`delete from journey_schedules`,
          sql`delete from catalog_news`,
        ])
          await holder.db.query(table);
        engine = null;
        at = await world();
        // Those who signed up an hour ago have timers due; others sign up only now, and one who waits buys.
        await costs(at, 100);
        await happens(at, "Signed Up", at.people.slice(0, 4));
        await happens(at, "Product Added", at.people.slice(0, 2), { cart_id: "C" });
        const before = await testEngine({ db: holder.db, clock, chance, listeners: [segmentListener, journeyListener] });
        await holder.db.transaction((tx) =>
          noteInterests(tx, {
            workspace: at.workspace,
            deeds: [{ contact: at.people[6]!, product: "bag", did: "viewed", at: clock.now() }],
          }),
        );
        await before.drain();
        await before.leases.release();
        await clock.advance(HOUR - 1);
        await happens(at, "Order Completed", at.people.slice(0, 1));
        await happens(at, "Signed Up", at.people.slice(4, 6));
        await costs(at, 80);
        await happens(at, "Location Updated", at.people.slice(3, 4), { latitude: 48.86, longitude: 2.36 });
        await holder.db.transaction((tx) =>
          writeFacts(tx, {
            chance,
            now: clock.now(),
            facts: [
              {
                workspace: at.workspace,
                contact: at.people[4]!,
                occurredAt: clock.now(),
                kind: "segment.left",
                data: { segment: at.segment, cause: "event" },
              },
            ],
          }),
        );
        await clock.advance(1);
      },
      async work(db, life) {
        if (life === "restarted" || !engine) {
          if (life !== "first") await clock.advance(11_000);
          engine = await testEngine({ db, clock, chance, listeners: [segmentListener, journeyListener] });
        }
        await engine.leases.beat();
        await engine.drain();
        await engine.step();
        await engine.leases.release();
      },
      async check() {
        const { workspace, journey, starting, people } = at;
        const begun = await holder.db.query<{ contact_id: Id; by: string }>(
          sql`select contact_id, memory ->> 'start' as by from runs where journey_id = ${starting} order by id`,
        );
        expect(
          people.map((one) =>
            begun
              .filter((run) => run.contact_id === one)
              .map((run) => run.by)
              .join(),
          ),
        ).toEqual(["journey", "cart", "date", "near_store", "segment", "schedule", "price_drop"]);
        expect(
          await holder.db.query(
            sql`select due_at from start_timers where journey_id = ${starting} union all select due_at from journey_dates where journey_id = ${starting} union all select due_at from journey_schedules where journey_id = ${starting} union all select at from catalog_news`,
          ),
        ).toEqual([]);
        const [found] = await holder.db.query(sql`
        select (select count(*) from runs where journey_id = ${journey}) as entered,
          (select count(*) from runs where journey_id = ${journey} and outcome = 'goal') as bought,
          (select count(*) from runs where journey_id = ${journey} and state = 'completed') as completed,
          (select count(*) from runs where journey_id = ${journey} and state = 'waiting') as waiting,
          (select count(*) from sends where workspace_id = ${workspace}) as sends,
          (select count(*) from sends where workspace_id = ${workspace} and channel = 'webhook' and webhook_id is not null) as calls,
          (select count(*) from split_people p join visits v on v.bucket = p.bucket and v.run_id = p.run_id and v.step_id = p.step_id and v.exit = p.exit where p.workspace_id = ${workspace}) as ways,
          (select count(*) from tasks where workspace_id = ${workspace}) as tasks,
          (select count(*) from coupons where workspace_id = ${workspace}) as coupons,
          (select sum((attributes->>'seen')::integer) from contacts where workspace_id = ${workspace}) as seen,
          (select count(*) from group_members where workspace_id = ${workspace}) as members,
          (select count(*) from runs r where r.journey_id = ${journey} and (select count(*) from visits v where v.bucket = r.bucket and v.run_id = r.id) <> r.visit) as gaps,
          (select count(*) from runs r where r.journey_id = ${journey} and (select count(*) from visits v where v.bucket = r.bucket and v.run_id = r.id and v.left_at is null) <> (case when r.state = 'waiting' then 1 else 0 end)) as open,
          (select sum(entered * 1000 + completed * 100 + left_early * 10 + reached_goal)::bigint from journey_totals where journey_id = ${journey}) as totals,
          (select count(*) from (select step_id, count(*) as a, count(left_at) as p from visits where journey_id = ${journey} group by 1) v
            full join (select step_id, sum(arrived) as a, sum(passed) as p from step_totals where journey_id = ${journey} group by 1) t using (step_id) where v.a is distinct from t.a or v.p is distinct from t.p) as counts,
          (select count(*) from inbox_quarantine) as quarantined`);
        expect(found).toEqual({
          entered: 6,
          bought: 1,
          completed: 3,
          waiting: 2,
          sends: 6,
          calls: 3,
          ways: 3,
          tasks: 3,
          coupons: 3,
          seen: 6,
          members: 3,
          gaps: 0,
          open: 0,
          totals: 6311,
          counts: 0,
          quarantined: 0,
        });
        expect(await inboxMismatches(holder.db)).toEqual([]);
      },
    },
    SHARD,
  );
  console.log("journeys under faults", report);
  expect(report.statements).toBeGreaterThan(30);
}, 600_000);

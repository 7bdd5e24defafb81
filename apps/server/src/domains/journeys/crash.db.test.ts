import { bucketOf, HOUR, type Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph } from "@relance/model/journeys";
import { beforeAll, expect, test } from "vitest";
import { crashSweep } from "../../../test/support/crash-sweep.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { inboxMismatches, testEngine } from "../../../test/support/engine.ts";
import { virtualClock } from "../../../test/support/virtual-clock.ts";
import { seededChance } from "../../platform/chance/index.ts";
import { json, sql, ts } from "../../platform/db/sql.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { segmentListener } from "../segments/index.ts";
import { journeyListener } from "./engine.ts";

const holder = testDatabase();
const clock = virtualClock();
const chance = seededChance("journeys under faults");
beforeAll(() => holder.db.query(sql`create table if not exists events_any partition of events default`));

// Every twelfth case a run of the suite, another twelfth each day; `npm run sweep` takes all of them.
const SHARD = process.env["RELANCE_FULL_SWEEP"] === "1" ? { of: 1, take: 0 } : { of: 12, take: new Date().getUTCDate() % 12 };

interface World { readonly workspace: Id; readonly journey: Id; readonly people: readonly Id[] }

/** Six contacts: four have news that start a journey (wait, then a branch and a step of each kind that writes), one of them also buys. */
async function world(): Promise<World> {
  const now = clock.now();
  const [workspace, journey, template, group, pool, other, body, moved] = Array.from({ length: 8 }, () => chance.id(now)) as [Id, Id, Id, Id, Id, Id, Id, Id];
  const people = Array.from({ length: 6 }, () => chance.id(now));
  await holder.db.query(sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'W', 'regular', ${ts(now)})`);
  await holder.db.query(sql`insert into groups (id, workspace_id, name, created_at) values (${group}, ${workspace}, 'G', ${ts(now)}), (${moved}, ${workspace}, 'M', ${ts(now)})`);
  await holder.db.query(sql`insert into coupon_pools (id, workspace_id, name, kind, created_at) values (${pool}, ${workspace}, 'P', 'generated', ${ts(now)})`);
  await holder.db.query(sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'T', 'email', '{}', 1, ${ts(now)}, ${ts(now)}), (${body}, ${workspace}, 'B', 'webhook', '{}', 1, ${ts(now)}, ${ts(now)})`);
  await holder.db.query(sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, '{}', '{}', ${ts(now)}), (${body}, 1, ${workspace}, '{}', '{}', ${ts(now)})`);
  const graph: Graph = {
    ...EMPTY_GRAPH, starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w",
    settings: { ...EMPTY_GRAPH.settings, exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }] },
    steps: [
      { id: "stp_w", name: "", kind: "wait", until: { of: "duration", span: { n: 1, unit: "hour" } }, exits: { next: "stp_b" } },
      { id: "stp_b", name: "", kind: "branch", paths: [{ exit: "p1", name: "", rule: { kind: "attribute", attribute: "email", is: { op: "set" } } }], exits: { p1: "stp_g", else: null } },
      { id: "stp_g", name: "", kind: "group", action: "join", group, exits: { next: "stp_a" } },
      { id: "stp_a", name: "", kind: "attribute", attribute: "attributes.seen", to: { of: "add", by: 1 }, exits: { next: "stp_l" } },
      { id: "stp_l", name: "", kind: "loop", times: 1, exits: { again: "stp_a", next: "stp_c" } },
      { id: "stp_c", name: "", kind: "coupon", pool, exits: { next: "stp_t", none: null } },
      { id: "stp_t", name: "", kind: "task", title: "Call", note: "", exits: { next: "stp_j" } },
      { id: "stp_j", name: "", kind: "journey", journey: other, exits: { next: "stp_s" } },
      { id: "stp_s", name: "", kind: "split", by: "contact", arms: [{ exit: "p1", name: "A", weight: 1 }, { exit: "p2", name: "B", weight: 1 }], choose: { how: "winner", on: "goal", days: 1 }, exits: { p1: "stp_h", p2: "stp_h" } },
      { id: "stp_h", name: "", kind: "webhook", webhook: chance.id(now), template: body, exits: { next: "stp_m" } },
      { id: "stp_m", name: "", kind: "group", action: "move", group: moved, from: group, exits: { next: "stp_e" } },
      { id: "stp_e", name: "", kind: "email", template, exits: { next: null } },
    ],
  };
  await holder.db.query(sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${journey}, ${workspace}, 'J', 'live', ${json(graph)}, 1, ${ts(now)}, ${ts(now)})`);
  await holder.db.query(sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${journey}, 1, ${workspace}, ${json(graph)}, ${ts(now)})`);
  for (const id of people) await holder.db.query(sql`insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${workspace}, true, ${`${id}@shop.example`}, ${ts(now)}, ${ts(now)})`);
  return { workspace, journey, people };
}

async function happens({ workspace }: World, name: string, people: readonly Id[]): Promise<void> {
  const now = clock.now();
  const events = people.map((contact) => ({ contact, id: chance.id(now) }));
  for (const { contact, id } of events) {
    await holder.db.query(sql`
      insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, message_id)
      values (${bucketOf(contact)}, ${contact}, ${id}, ${workspace}, 'track', ${name}, ${ts(now)}, ${ts(now)}, '{}', '{}', ${id})`);
  }
  await holder.db.transaction((tx) => writeFacts(tx, { chance, now, facts: events.map(({ contact, id }) => ({ workspace, contact, occurredAt: now, kind: "event" as const, data: { event: id, name, live: true } })) }));
}

test("whatever statement of a turn of journeys fails in whatever way, each contact enters once, moves once and gets one mail", async () => {
  let at: World;
  let engine: Awaited<ReturnType<typeof testEngine>> | null = null;
  const report = await crashSweep(holder.db, {
    async prepare() {
      for (const table of [sql`delete from inbox`, sql`delete from inbox_totals`, sql`delete from inbox_quarantine`, sql`delete from workers`, sql`update bucket_leases set owner = null`, sql`delete from runs`]) await holder.db.query(table);
      engine = null;
      at = await world();
      // Those who signed up an hour ago have timers due; others sign up only now, and one who waits buys.
      await happens(at, "Signed Up", at.people.slice(0, 4));
      const before = await testEngine({ db: holder.db, clock, chance, listeners: [segmentListener, journeyListener] });
      await before.drain();
      await before.leases.release();
      await clock.advance(HOUR - 1);
      await happens(at, "Order Completed", at.people.slice(0, 1));
      await happens(at, "Signed Up", at.people.slice(4));
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
      const { workspace, journey } = at;
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
      expect(found).toEqual({ entered: 6, bought: 1, completed: 3, waiting: 2, sends: 6, calls: 3, ways: 3, tasks: 3, coupons: 3, seen: 6, members: 3, gaps: 0, open: 0, totals: 6311, counts: 0, quarantined: 0 });
      expect(await inboxMismatches(holder.db)).toEqual([]);
    },
  }, SHARD);
  console.log("journeys under faults", report);
  expect(report.statements).toBeGreaterThan(30);
}, 600_000);

import { bucketOf, DAY, HOUR, type Id } from "@relance/model/base";
import type { Choosing, Step } from "@relance/model/journeys";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../../test/support/app.ts";
import { testDatabase } from "../../../../test/support/db.ts";
import { Story } from "../../../../test/support/journey-story.ts";
import { systemChance } from "../../../platform/chance/index.ts";
import { sql, ts } from "../../../platform/db/sql.ts";
import { lookAtSplits } from "./splits.ts";

const holder = testDatabase();
const chance = systemChance();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(() => shop.close());

const always = { filter: null, reentry: { kind: "always" }, exits: [] } as const;
const split = (choose: Choosing, to: { p1: string | null; p2: string | null }): Step => ({
  id: "stp_s",
  name: "",
  kind: "split",
  by: "contact",
  arms: [
    { exit: "p1", name: "short", weight: 1 },
    { exit: "p2", name: "long", weight: 1 },
  ],
  choose,
  exits: to,
});

async function people(story: Story, journey: Id, count: number): Promise<Id[]> {
  const ids = Array.from({ length: count }, () => chance.id(story.now));
  await holder.db.query(
    sql`insert into contacts (bucket, id, workspace_id, known, created_at, updated_at) select b, i, ${story.workspace}::uuid, true, ${ts(story.now)}, ${ts(story.now)} from unnest(${ids.map(bucketOf)}::smallint[], ${ids}::uuid[]) as c (b, i)`,
  );
  await enter(story, journey, ids);
  return ids;
}
const enter = (story: Story, journey: Id, ids: readonly Id[]) =>
  story.tell(ids.map((contact) => ({ contact, kind: "journey.asked", data: { journey } }) as const));

/** The way of each contact at its latest visit of the split. */
async function waysOf(journey: Id): Promise<Map<Id, string>> {
  const rows = await holder.db.query<{ contact_id: Id; exit: string }>(
    sql`select distinct on (contact_id) contact_id, exit from visits where journey_id = ${journey} and step_id = 'stp_s' order by contact_id, arrived_at desc`,
  );
  return new Map(rows.map((row) => [row.contact_id, row.exit]));
}

async function look(story: Story, journey: Id) {
  shop.deps.clock.set(story.now);
  await lookAtSplits(shop.deps);
  return (await story.call("GET", `/api/journeys/${journey}/splits`)).body.items[0];
}

test("a split gives everyone to the way that is proven better, once their days are over; those who have a way keep it", async () => {
  const story = await Story.begin(shop, holder.db, "2026-03-02T10:00:00Z");
  const journey = await story.publish({
    starts: [{ kind: "api" }],
    first: "stp_s",
    steps: [split({ how: "winner", on: "goal", days: 3 }, { p1: null, p2: null })],
    settings: { ...always, exits: [{ event: "Order Completed", where: [], sameKey: false, goal: true }] },
  });
  const first = await people(story, journey, 300);
  const before = await waysOf(journey);
  const taken = (exit: string) => first.filter((id) => before.get(id) === exit);
  story.now += DAY;
  // Runs are over at once; who orders later still converted. One who comes a second time counts once.
  await story.happens(
    ...[...taken("p1").slice(0, 6), ...taken("p2").slice(0, 60)].map((contact) => ({ contact, name: "Order Completed" })),
  );
  await enter(story, journey, taken("p1").slice(0, 1));
  expect(await look(story, journey)).toMatchObject({
    verdict: "counting",
    winner: null,
    lookedAt: "2026-03-03T10:00:00.000Z",
    ways: [{ people: 0, share: null }, { people: 0 }],
  });
  story.now += 2 * DAY + HOUR;
  await story.happens(
    ...taken("p1")
      .slice(10, 100)
      .map((contact) => ({ contact, name: "Order Completed" })),
  ); // too late
  const found = await look(story, journey);
  expect(found).toMatchObject({
    verdict: "won",
    winner: "p2",
    decidedAt: "2026-03-05T11:00:00.000Z",
    ways: [
      { name: "short", people: taken("p1").length, converted: 6, share: 0 },
      { name: "long", people: taken("p2").length, converted: 60, share: 1 },
    ],
    lead: { exit: "p2", over: "p1" },
  });
  expect(found.lead.low).toBeGreaterThan(0);
  await people(story, journey, 40);
  await enter(story, journey, first.slice(0, 40));
  const after = await waysOf(journey);
  expect([...after].filter(([id]) => !before.has(id)).map(([, exit]) => exit)).toEqual(Array.from({ length: 40 }, () => "p2"));
  for (const id of first) expect(after.get(id)).toBe(before.get(id));
  // What it was decided by stays as it was.
  story.now += 9 * DAY;
  expect(await look(story, journey)).toEqual(found);
  // Counting something else begins anew; a publish that counts the same does not.
  const again = async (revision: number, days: number) => {
    const { draft } = (await story.call("GET", `/api/journeys/${journey}`)).body;
    await story.call("PUT", `/api/journeys/${journey}/draft`, {
      revision,
      graph: { ...draft, steps: [{ ...draft.steps[0], choose: { ...draft.steps[0].choose, days } }] },
    });
    expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: revision + 1 })).status).toBe(200);
    return look(story, journey);
  };
  expect(await again(1, 3)).toMatchObject({ verdict: "won" });
  expect(await again(2, 4)).toMatchObject({ verdict: "counting", winner: null, lookedAt: null, ways: [{ people: 0 }, { people: 0 }] });
  await story.expectBooks();
});

test("the best path moves shares of newcomers towards the way people click in, keeps trying the other, and leaves everyone the way they have", async () => {
  const story = await Story.begin(shop, holder.db, "2026-03-02T10:00:00Z");
  const template = await story.template();
  const mail = (id: string): Step => ({ id, name: "", kind: "email", template, exits: { next: null } });
  const journey = await story.publish({
    starts: [{ kind: "api" }],
    first: "stp_s",
    steps: [split({ how: "best", on: "click", days: 1, explore: 20 }, { p1: "stp_a", p2: "stp_b" }), mail("stp_a"), mail("stp_b")],
    settings: always,
  });
  const first = await people(story, journey, 200);
  const before = await waysOf(journey);
  story.now += HOUR;
  // People click in the first way; in the other, only a machine does.
  await holder.db.query(sql`
    insert into engagements (bucket, send_id, id, workspace_id, contact_id, kind, machine, at)
    select s.bucket, s.id, gen_random_uuid(), s.workspace_id, s.contact_id, 'clicked', s.step_id = 'stp_b', ${ts(story.now)} from sends s where s.journey_id = ${journey}`);
  story.now += DAY;
  const [short, long] = (await look(story, journey)).ways;
  expect([short.converted, long.converted]).toEqual([short.people, 0]);
  expect([short.share, long.share]).toEqual([expect.closeTo(0.9, 9), expect.closeTo(0.1, 9)]);
  await people(story, journey, 300);
  const after = await waysOf(journey);
  const newcomers = [...after].filter(([id]) => !before.has(id));
  const tries = newcomers.filter(([, exit]) => exit === "p2").length;
  expect(tries).toBeGreaterThan(5);
  expect(tries).toBeLessThan(70);
  await enter(story, journey, first);
  const last = await waysOf(journey);
  for (const id of first) expect(last.get(id)).toBe(before.get(id));
});

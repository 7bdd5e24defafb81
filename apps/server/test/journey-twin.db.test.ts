import { bucketOf, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { EMPTY_GRAPH, type Graph, type Step } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { beforeAll, expect, test } from "vitest";
import { journeyListener } from "../src/domains/journeys/index.ts";
import { endPause, endRuns, insertPause, retimeRuns, setState } from "../src/domains/journeys/store.ts";
import { seededChance, seededGenerator } from "../src/platform/chance/index.ts";
import { json, sql, ts } from "../src/platform/db/sql.ts";
import type { Turn } from "../src/platform/engine.ts";
import { Twin, type TwinEvent } from "./journey-twin.ts";
import { testDatabase } from "./support/db.ts";

// RELANCE_TWIN_CASES and RELANCE_TWIN_SEED make a long run or one case again.
const CASES = Number(process.env["RELANCE_TWIN_CASES"] ?? 60);
const SEED = Number(process.env["RELANCE_TWIN_SEED"] ?? 1);
const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
const EVENTS = ["Start", "Buy", "Look", "Stop"];
const holder = testDatabase();
beforeAll(() => holder.db.query(sql`create table if not exists events_any partition of events default`));

class Draw {
  readonly #generator: ReturnType<typeof seededGenerator>;
  constructor(seed: string) {
    this.#generator = seededGenerator(seed);
  }
  below(n: number): number {
    return this.#generator.word() % n;
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** A valid graph: ways back only out of waits, so that no circle turns without time. */
function drawGraph(draw: Draw, template: Id): Graph {
  const count = 2 + draw.below(5);
  const id = (n: number) => `stp_s${n}`;
  const span = () => ({ n: 1 + draw.below(4), unit: draw.of(["minute", "hour"] as const) });
  const rule = (): Rule => ({ kind: "event", event: draw.of(EVENTS), where: [], window: draw.of([{ kind: "ever" }, { kind: "since_entry" }] as const), measure: { of: "count" }, is: { op: "gte", value: 1 } });
  const steps = Array.from({ length: count }, (_, n): Step => {
    const ahead = () => (n + 1 < count && draw.below(4) > 0 ? id(n + 1 + draw.below(count - n - 1)) : null);
    const anywhere = () => (draw.below(4) === 0 ? id(draw.below(count)) : ahead());
    const base = { id: id(n), name: "" };
    const kind = n === 0 ? "wait" : draw.of(["wait", "listen", "branch", "email", "goal", "exit"] as const);
    if (kind === "wait") return { ...base, kind: "wait", until: { of: "duration", span: span() }, exits: { next: anywhere() } };
    if (kind === "listen") return { ...base, kind: "wait", until: { of: "event", events: [{ event: draw.of(EVENTS), where: [], sameKey: draw.below(2) === 0 }], timeout: span() }, exits: { event: anywhere(), timeout: anywhere() } };
    if (kind === "branch") return { ...base, kind, paths: [{ exit: "p1", name: "", rule: rule() }, { exit: "p2", name: "", rule: rule() }], exits: { p1: ahead(), p2: ahead(), else: ahead() } };
    if (kind === "email") return { ...base, kind, template, exits: { next: ahead() } };
    return kind === "goal" ? { ...base, kind, exits: { next: ahead() } } : { ...base, kind, exits: {} };
  });
  return {
    ...EMPTY_GRAPH, steps, first: id(draw.below(count)), starts: [{ kind: "event", event: "Start", where: [], key: draw.of([null, "cart"]) }],
    settings: {
      filter: draw.below(3) === 0 ? { kind: "event", event: draw.of(["Buy", "Look"]), where: [], window: { kind: "ever" }, measure: { of: "count" }, is: { op: "gte", value: 1 } } : null,
      reentry: draw.of([{ kind: "never" }, { kind: "always" }, { kind: "after", span: { n: 1, unit: "hour" } }] as const),
      exits: draw.below(2) === 0 ? [] : [{ event: draw.of(["Buy", "Stop"]), where: [], sameKey: draw.below(2) === 0, goal: draw.below(2) === 0 }],
    },
  };
}

async function play(seed: string): Promise<{ ours: string[]; twins: string[] }> {
  const draw = new Draw(seed);
  const chance = seededChance(`ids of ${seed}`);
  const { db } = holder;
  let now: Instant = Date.parse("2026-03-02T10:00:00Z");
  const [workspace, journey, template] = [chance.id(now), chance.id(now), chance.id(now)];
  const people = Array.from({ length: 3 }, () => chance.id(now));
  const graph = drawGraph(draw, template);
  await db.query(sql`insert into workspaces (id, name, kind, created_at) values (${workspace}, 'W', 'regular', ${ts(now)})`);
  await db.query(sql`insert into templates (id, workspace_id, name, channel, draft, live_version, created_at, changed_at) values (${template}, ${workspace}, 'T', 'email', '{}', 1, ${ts(now)}, ${ts(now)})`);
  await db.query(sql`insert into template_versions (template_id, version, workspace_id, content, compiled, published_at) values (${template}, 1, ${workspace}, '{}', '{}', ${ts(now)})`);
  await db.query(sql`insert into journeys (id, workspace_id, name, state, draft, live_version, created_at, changed_at) values (${journey}, ${workspace}, 'J', 'live', ${json(graph)}, 1, ${ts(now)}, ${ts(now)})`);
  await db.query(sql`insert into journey_versions (journey_id, version, workspace_id, graph, published_at) values (${journey}, 1, ${workspace}, ${json(graph)}, ${ts(now)})`);
  for (const id of people) await db.query(sql`insert into contacts (bucket, id, workspace_id, known, email, created_at, updated_at) values (${bucketOf(id)}, ${id}, ${workspace}, true, ${`${id}@shop.example`}, ${ts(now)}, ${ts(now)})`);
  const twin = new Twin(graph);
  const turn = (): Turn => ({ buckets: BUCKETS, now, chance, epochs: new Map(), slot: 1 });
  let paused = false;

  const happen = async () => {
    const news = Array.from({ length: 1 + draw.below(4) }, (): { contact: Id; event: TwinEvent } => ({ contact: draw.of(people), event: { name: draw.of(["Start", ...EVENTS]), key: draw.of([null, "A", "B"]), at: draw.below(4) === 0 ? now - draw.below(3 * HOUR) : now } }));
    const facts: Fact[] = [];
    for (const { contact, event } of news) {
      const id = chance.id(now);
      await db.query(sql`
        insert into events (bucket, contact_id, id, workspace_id, type, name, occurred_at, received_at, properties, context, message_id)
        values (${bucketOf(contact)}, ${contact}, ${id}, ${workspace}, 'track', ${event.name}, ${ts(event.at)}, ${ts(now)}, ${json(event.key === null ? {} : { cart: event.key })}, '{}', ${id})`);
      facts.push({ id: chance.id(now), workspace, contact, occurredAt: event.at, recordedAt: now, kind: "event", data: { event: id, name: event.name, live: true } });
      twin.learns(contact, event);
    }
    const kept = twin.keptBefore();
    for (const { contact, event } of news) twin.happens(contact, event, now);
    for (const contact of new Set(news.map((one) => one.contact))) twin.heard(contact, kept, now);
    await db.transaction((tx) => journeyListener.onFacts(tx, turn(), facts));
  };
  const tick = async () => {
    twin.tick(now);
    for (let more = true; more; ) ({ more } = await db.transaction((tx) => journeyListener.onTime!(tx, turn(), 2)));
  };
  const pauseOrResume = async () => {
    paused = !paused;
    const how = draw.of(["catch_up", "retime", "leave"] as const);
    if (paused) twin.pause(now);
    else twin.resume(how, now);
    await db.transaction(async (tx) => {
      await setState(tx, { workspace, id: journey, from: ["live", "paused"], to: paused ? "paused" : "live", now });
      if (paused) return insertPause(tx, { workspace, id: journey, by: "t", reason: "", now });
      const since = await endPause(tx, { workspace, id: journey, by: "t", now });
      if (how === "retime") await retimeRuns(tx, { workspace, journey, byMs: now - since! });
      if (how === "leave") await endRuns(tx, { workspace, journey, dueBy: now, outcome: "overdue", now });
    });
  };

  for (let n = 0; n < 14; n++) {
    const what = draw.below(10);
    if (what < 6) await happen();
    else if (what === 6) await pauseOrResume();
    now += draw.of([0, 1, MINUTE, 2 * MINUTE, HOUR, HOUR - 1, 5 * HOUR]);
    if (draw.below(3) > 0) await tick();
  }
  const runs = await db.query<{ bucket: number; id: Id; contact_id: Id; key: string; entered_at: Instant; state: string; outcome: string | null; wake_at: Instant | null }>(sql`select bucket, id, contact_id, key, entered_at, state, outcome, wake_at from runs where journey_id = ${journey} order by id`);
  const visits = await db.query<{ run_id: Id; step_id: string; arrived_at: Instant; left_at: Instant | null; exit: string | null }>(sql`select run_id, step_id, arrived_at, left_at, exit from visits where journey_id = ${journey} order by run_id, visit`);
  const sends = await db.query<{ run_id: Id; step_id: string }>(sql`select run_id, step_id from sends where journey_id = ${journey} order by run_id, visit`);
  const ours = runs.map((run) => JSON.stringify([run.contact_id, run.key, run.entered_at, run.state, run.outcome, run.wake_at,
    visits.filter((visit) => visit.run_id === run.id).map((visit) => [visit.step_id, visit.arrived_at, visit.left_at, visit.exit]), sends.filter((send) => send.run_id === run.id).map((send) => send.step_id)]));
  const twins = twin.runs.map((run) => JSON.stringify([run.contact, run.key, run.enteredAt, run.state, run.outcome, run.wakeAt, run.visits.map((visit) => [visit.step, visit.arrivedAt, visit.leftAt, visit.exit]), run.sends]));
  // Nothing of this case may be due in the next.
  await db.query(sql`delete from runs where journey_id = ${journey}`);
  await db.query(sql`update journeys set state = 'archived' where id = ${journey}`);
  return { ours: ours.sort(), twins: twins.sort() };
}

test(`the engine and its slow twin agree on every visit, send and end (${CASES} cases from seed ${SEED})`, { timeout: 3_600_000 }, async () => {
  let runs = 0;
  for (let n = SEED; n < SEED + CASES; n++) {
    const { ours, twins } = await play(`twin ${n}`);
    expect(ours, `RELANCE_TWIN_SEED=${n} RELANCE_TWIN_CASES=1`).toEqual(twins);
    runs += ours.length;
  }
  console.log(`twin: ${CASES} cases from seed ${SEED}, ${runs} runs`);
  expect(runs).toBeGreaterThan(CASES / 2);
});

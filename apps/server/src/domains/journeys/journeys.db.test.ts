import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { EMPTY_GRAPH, type Step } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testApp, type TestApp } from "../../../test/support/app.ts";
import { testDatabase } from "../../../test/support/db.ts";
import { Story as JourneyStory } from "../../../test/support/journey-story.ts";
import { systemChance } from "../../platform/chance/index.ts";
import { sql } from "../../platform/db/sql.ts";
import { foldContacts } from "../contacts/merge.ts";
import { journeyListener } from "./engine.ts";
import { dropHeldStarts } from "./held.ts";

const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
const holder = testDatabase();
const chance = systemChance();
let shop: TestApp;
beforeAll(async () => {
  shop = await testApp(holder.db, holder.url);
  await holder.db.query(sql`create table if not exists events_any partition of events default`);
});
afterAll(() => shop.close());

const Story = { begin: (now: string) => JourneyStory.begin(shop, holder.db, now) };
type Story = JourneyStory;

const step = (id: string, more: Record<string, unknown>): Step => ({ id: `stp_${id}`, name: id, ...more }) as Step;
const to = (id: string | null) => (id === null ? null : `stp_${id}`);
const email = (id: string, template: Id, next: string | null) => step(id, { kind: "email", template, exits: { next: to(next) } });
const wait = (id: string, n: number, unit: string, next: string | null) => step(id, { kind: "wait", until: { of: "duration", span: { n, unit } }, exits: { next: to(next) } });
const did = (event: string): Rule => ({ kind: "event", event, where: [], window: { kind: "ever" }, measure: { of: "count" }, is: { op: "gte", value: 1 } });
const cart = { kind: "event", event: "Product Added", where: [], key: "cart_id" } as const;

test("an abandoned cart is reminded once, and the purchase of that very cart ends the run in the middle of its wait", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [cart], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", template, "w2"), wait("w2", 23, "hour", null)],
    settings: { filter: null, reentry: { kind: "never" }, exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }] },
  });
  const [anna, ben] = [await story.contact(), await story.contact()];
  await story.happens({ contact: anna, name: "Product Added", properties: { cart_id: "A" } }, { contact: ben, name: "Product Added", properties: { cart_id: "B" } }, { contact: ben, name: "Product Added", properties: { cart_id: "B" } });
  story.now += HOUR - 1;
  await story.tick();
  expect(await story.sends()).toEqual([]);
  await story.happens({ contact: ben, name: "Order Completed", properties: { cart_id: "other" } });
  story.now += 1;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id).sort()).toEqual([anna, ben].sort());
  story.now += 5 * MINUTE;
  await story.happens({ contact: ben, name: "Order Completed", properties: { cart_id: "B" } });
  const runs = await story.runs(journey);
  expect(runs.find((run) => run.contact === ben)).toMatchObject({ state: "left", outcome: "goal", key: "B" });
  expect(runs.find((run) => run.contact === anna)).toMatchObject({ state: "waiting", step: "stp_w2", wakeAt: "2026-03-03T10:00:00.000Z" });
  await story.tick();
  story.now += DAY;
  await story.tick();
  expect(new Map((await story.runs(journey)).map((run) => [run.contact, run.state]))).toEqual(new Map([[anna, "completed"], [ben, "left"]]));
  expect((await story.call("GET", `/api/journeys/${journey}`)).body.totals).toEqual({ here: 0, entered: 2, completed: 1, leftEarly: 1, failed: 0, reachedGoal: 1 });
  await story.expectBooks();
});

test("a birthday on 29 February is wished on 28 February in common years, at nine o’clock where the contact lives", async () => {
  const story = await Story.begin("2026-02-01T00:00:00Z");
  const template = await story.template();
  const leap = await story.contact({ birth: "1984-02-29", zone: "America/Toronto" });
  const spring = await story.contact({ birth: "1990-03-29", zone: "Europe/Paris" });
  const journey = await story.publish({ starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }], first: "stp_e", steps: [email("e", template, null)], settings: { ...EMPTY_GRAPH.settings, reentry: { kind: "always" } } });
  const wishedAt = async (contact: Id) => (await holder.db.query<{ at: Instant }>(sql`select entered_at as at from runs where journey_id = ${journey} and contact_id = ${contact} order by 1`)).map((row) => new Date(row.at).toISOString());
  // Jump from due time to due time, as the engine's sleep does.
  for (let n = 0; n < 8; n++) {
    const due = await journeyListener.nextDue!(holder.db, BUCKETS);
    if (due === null || due === -Infinity || due > Date.parse("2028-12-31T00:00:00Z")) break;
    story.now = Math.max(story.now, due);
    await story.tick();
  }
  expect(await wishedAt(leap)).toEqual(["2026-02-28T14:00:00.000Z", "2027-02-28T14:00:00.000Z", "2028-02-29T14:00:00.000Z"]);
  // 29 March 2026 is the day the clocks change in Paris: nine o'clock is already summer time.
  expect(await wishedAt(spring)).toEqual(["2026-03-29T07:00:00.000Z", "2027-03-29T07:00:00.000Z", "2028-03-29T07:00:00.000Z"]);
});

test("a wait for an event or a time-out takes the event's way when it comes first, the other when time does, each with its reason", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w",
    steps: [step("w", { kind: "wait", until: { of: "event", events: [{ event: "Order Completed", where: [{ property: "amount", is: { op: "gte", value: 50 } }], sameKey: false }], timeout: { n: 3, unit: "day" } }, exits: { event: null, timeout: "stp_e" } }), email("e", template, null)],
  });
  const [buys, waits] = [await story.contact(), await story.contact()];
  await story.happens({ contact: buys, name: "Signed Up" }, { contact: waits, name: "Signed Up" });
  story.now += DAY;
  await story.happens({ contact: buys, name: "Order Completed", amount: 60 }, { contact: waits, name: "Order Completed", amount: 49.99 });
  story.now += 2 * DAY;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([waits]);
  const path = async (contact: Id) => (await story.call("GET", `/api/runs/${(await story.runs(journey)).find((run) => run.contact === contact)!.id}`)).body;
  expect((await path(buys)).visits).toMatchObject([{ step: "stp_w", exit: "event", reason: { why: "event", event: "Order Completed" } }]);
  expect((await path(waits)).visits).toMatchObject([{ step: "stp_w", exit: "timeout", reason: { why: "timeout" } }, { step: "stp_e", exit: "next", reason: { why: "send" } }]);
  await story.expectBooks();
});

test("a branch takes the first path whose rule is true, the entry filter keeps others out, and a rule may look back to the entry", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const bought = { kind: "event", event: "Order Completed", where: [], window: { kind: "since_entry" }, measure: { of: "count" }, is: { op: "gte", value: 1 } };
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w",
    settings: { ...EMPTY_GRAPH.settings, filter: { kind: "attribute", attribute: "birth_date", is: { op: "set" } } },
    steps: [wait("w", 1, "day", "b"), step("b", { kind: "branch", paths: [{ exit: "p1", name: "bought", rule: bought }], exits: { p1: null, else: "stp_e" } }), email("e", template, null)],
  });
  const [old, fresh, outside] = [await story.contact({ birth: "1990-01-01" }), await story.contact({ birth: "1990-01-01" }), await story.contact()];
  await story.happens({ contact: old, name: "Order Completed", amount: 10 });
  story.now += 1;
  await story.happens({ contact: old, name: "Signed Up" }, { contact: fresh, name: "Signed Up" }, { contact: outside, name: "Signed Up" });
  story.now += HOUR;
  await story.happens({ contact: fresh, name: "Order Completed", amount: 10 });
  story.now += DAY;
  await story.tick();
  expect((await story.runs(journey)).map((run) => run.contact).sort()).toEqual([old, fresh].sort());
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([old]);
});

test("a start whose filter does not match yet is asked again when late facts come, for half an hour, and enters once", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_e",
    settings: { ...EMPTY_GRAPH.settings, filter: { kind: "event", event: "Newsletter Joined", where: [], window: { kind: "ever" }, measure: { of: "count" }, is: { op: "gte", value: 1 } } },
    steps: [email("e", template, null)],
  });
  const [soon, late, never] = [await story.contact(), await story.contact(), await story.contact()];
  await story.happens({ contact: soon, name: "Signed Up" }, { contact: late, name: "Signed Up" }, { contact: never, name: "Signed Up" });
  const why = (await story.call("GET", `/api/journeys/${journey}/why?contact=${soon}`)).body;
  expect(why.checks.find((one: { about: string }) => one.about === "filter").facts.askedUntil).toBe("2026-03-02T10:30:00.000Z");
  story.now += 5 * MINUTE;
  // News that does not bring it about, then the one that was missing, told late with its own time, twice.
  await story.happens({ contact: soon, name: "Product Viewed" }, { contact: never, name: "Product Viewed" });
  expect(await story.runs(journey)).toEqual([]);
  await story.happens({ contact: soon, name: "Newsletter Joined", at: story.now - 5 * MINUTE });
  await story.happens({ contact: soon, name: "Newsletter Joined" });
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([soon]);
  story.now += 25 * MINUTE;
  await story.happens({ contact: late, name: "Newsletter Joined" });
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([soon]);
  await dropHeldStarts(holder.db, { now: story.now });
  expect(await holder.db.query(sql`select 1 from held_starts where workspace_id = ${story.workspace}`)).toEqual([]);
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([soon]);
  await story.expectBooks();
});

test("a start that waits for its filter follows its contact through a merge", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_e",
    settings: { ...EMPTY_GRAPH.settings, filter: { kind: "attribute", attribute: "birth_date", is: { op: "set" } } },
    steps: [email("e", template, null)],
  });
  const [loser, winner] = [await story.contact(), await story.contact({ birth: "1990-01-01" })];
  await story.happens({ contact: loser, name: "Signed Up" });
  await holder.db.transaction((tx) => foldContacts(tx, { workspace: story.workspace, chance, now: story.now, current: (id) => id, merges: [{ winner, loser: { id: loser }, evidence: { kind: "user_id", value: "1" } } as unknown as Parameters<typeof foldContacts>[1]["merges"][number]] }));
  await story.tell([{ contact: winner, kind: "contact.merged", data: { loser } }]);
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([winner]);
});

test("entering a segment starts a journey, at the instant time alone brings it about; what was there before does not", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const asleep = { kind: "all", of: [
    { kind: "event", event: "Order Completed", where: [], window: { kind: "ever" }, measure: { of: "count" }, is: { op: "gte", value: 1 } },
    { kind: "event", event: "Order Completed", where: [], window: { kind: "ever" }, measure: { of: "last", property: null }, is: { op: "not_within_last", span: { n: 90, unit: "day" } } },
  ] };
  const [before, after] = [await story.contact(), await story.contact()];
  await story.happens({ contact: before, name: "Order Completed", amount: 5, at: story.now - 100 * DAY }, { contact: after, name: "Order Completed", amount: 5 });
  const segment = (await story.call("POST", "/api/segments", { name: "Asleep", rule: asleep })).body.id as Id;
  const journey = await story.publish({ starts: [{ kind: "segment", segment, on: "enter" }], first: "stp_e", steps: [email("e", template, null)] });
  expect((await story.call("GET", `/api/segments/${segment}`)).body.members).toBe(1);
  story.now += 90 * DAY - 1;
  await story.tick();
  expect(await story.runs(journey)).toEqual([]);
  story.now += 1;
  await story.tick();
  expect((await story.runs(journey)).map((run) => run.contact)).toEqual([after]);
});

test("a pause freezes waits and keeps exits; resuming catches up, moves, or lets go", async () => {
  for (const [overdue, left, sent] of [["catch_up", 0, 1], ["retime", 0, 0], ["leave", 1, 0]] as const) {
    const story = await Story.begin("2026-03-02T10:00:00Z");
    const template = await story.template();
    const journey = await story.publish({ starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w", steps: [wait("w", 2, "hour", "e"), email("e", template, null)], settings: { ...EMPTY_GRAPH.settings, exits: [{ event: "Order Completed", where: [], sameKey: false, goal: false }] } });
    const [stays, buys] = [await story.contact(), await story.contact()];
    await story.happens({ contact: stays, name: "Signed Up" }, { contact: buys, name: "Signed Up" });
    expect((await story.call("POST", `/api/journeys/${journey}/pause`, { reason: "typo" })).body).toMatchObject({ state: "paused", pause: { reason: "typo" } });
    story.now += 5 * HOUR;
    await story.happens({ contact: buys, name: "Order Completed" }, { contact: await story.contact(), name: "Signed Up" });
    await story.tick();
    expect(await story.sends()).toEqual([]);
    expect((await story.call("GET", `/api/journeys/${journey}`)).body.totals).toMatchObject({ entered: 2, leftEarly: 1, here: 1 });
    await story.call("POST", `/api/journeys/${journey}/resume`, { overdue });
    await story.tick();
    expect({ overdue, sent: (await story.sends()).length, left: (await story.call("GET", `/api/journeys/${journey}`)).body.totals.leftEarly - 1 }).toEqual({ overdue, sent, left });
    story.now += 2 * HOUR;
    await story.tick();
    expect((await story.sends()).length).toBe(overdue === "leave" ? 0 : 1);
    await story.expectBooks();
  }
});

test("imported history and events of last week start nothing; re-entry follows its rule", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({ starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_e", steps: [email("e", template, null)], settings: { ...EMPTY_GRAPH.settings, reentry: { kind: "after", span: { n: 30, unit: "day" } } } });
  const contact = await story.contact();
  await story.happens({ contact, name: "Signed Up", live: false }, { contact, name: "Signed Up", at: story.now - 7 * DAY });
  expect(await story.runs(journey)).toEqual([]);
  await story.happens({ contact, name: "Signed Up" });
  story.now += 30 * DAY - 1;
  await story.happens({ contact, name: "Signed Up" });
  expect(await story.runs(journey)).toHaveLength(1);
  story.now += 1;
  await story.happens({ contact, name: "Signed Up" });
  expect(await story.runs(journey)).toHaveLength(2);
});

test("people inside keep their version when the next one is published, or leave when asked to", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const [first, second] = [await story.template(), await story.template()];
  const starts = [{ kind: "event", event: "Signed Up", where: [], key: null }] as const;
  const journey = await story.publish({ starts: [...starts], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", first, null)] });
  const early = await story.contact();
  await story.happens({ contact: early, name: "Signed Up" });
  const draft = { ...EMPTY_GRAPH, starts: [...starts], first: "stp_e", steps: [email("e", second, null)] };
  expect((await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: draft, revision: 1 })).body).toMatchObject({ draftRevision: 2, changed: true });
  expect((await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: draft, revision: 1 })).body.error).toMatchObject({ code: "journey.draft_changed", field: "revision" });
  expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: 2 })).body).toMatchObject({ liveVersion: 2, changed: false });
  story.now += HOUR;
  await story.happens({ contact: await story.contact(), name: "Signed Up" });
  await story.tick();
  const used = await holder.db.query<{ template_id: Id }>(sql`select template_id from sends where workspace_id = ${story.workspace} order by contact_id = ${early} desc`);
  expect(used.map((row) => row.template_id)).toEqual([first, second]);
});

test("a program may start and stop contacts; another workspace's journeys and runs are absent", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({ starts: [{ kind: "event", event: "Never", where: [], key: null }], first: "stp_w", steps: [wait("w", 1, "day", "e"), email("e", template, null)] });
  const contact = await story.contact();
  expect((await story.call("POST", `/api/journeys/${journey}/start`, { contacts: [contact] })).body).toEqual({ asked: 1 });
  await story.tell([{ contact, kind: "journey.asked", data: { journey } }]);
  const [run] = await story.runs(journey);
  const other = await shop.workspace();
  for (const url of [`/api/journeys/${journey}`, `/api/journeys/${journey}/runs`, `/api/runs/${run!.id}`]) expect((await shop.call(other.key, "GET", url)).status).toBe(404);
  expect((await story.call("POST", `/api/runs/${run!.id}/stop`)).body).toEqual({ ok: true });
  expect((await story.call("POST", `/api/runs/${run!.id}/stop`)).body.error.code).toBe("journey.wrong_state");
  await story.expectBooks();
});

test("a purchase without a cart id ends every run about a cart", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({ starts: [cart], first: "stp_w", steps: [wait("w", 1, "hour", null)], settings: { ...EMPTY_GRAPH.settings, exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }] } });
  const contact = await story.contact();
  await story.happens({ contact, name: "Product Added", properties: { cart_id: "A" } }, { contact, name: "Product Added", properties: { cart_id: "B" } });
  expect((await story.runs(journey)).map((run) => [run.key, run.state])).toEqual(expect.arrayContaining([["A", "waiting"], ["B", "waiting"]]));
  await story.happens({ contact, name: "Order Completed" });
  expect((await story.runs(journey)).map((run) => run.outcome)).toEqual(["goal", "goal"]);
  await story.expectBooks();
});

test("an event and a time-out learnt in one turn: the one that came first wins, the event at the very instant", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w",
    steps: [step("w", { kind: "wait", until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "hour" } }, exits: { event: null, timeout: "stp_x" } }), step("x", { kind: "exit", exits: {} })],
  });
  const start = story.now;
  const [before, at, after] = [await story.contact(), await story.contact(), await story.contact()];
  await story.happens(...[before, at, after].map((contact) => ({ contact, name: "Signed Up" })));
  story.now += 2 * HOUR;
  await story.happens({ contact: before, name: "Order Completed", at: start + HOUR - 1 }, { contact: at, name: "Order Completed", at: start + HOUR }, { contact: after, name: "Order Completed", at: start + HOUR + 1 });
  await story.tick();
  const outcome = new Map((await story.runs(journey)).map((run) => [run.contact, [run.step, run.outcome]]));
  expect([before, at, after].map((contact) => outcome.get(contact))).toEqual([["stp_w", "completed"], ["stp_w", "completed"], ["stp_x", "exit"]]);
  await story.expectBooks();
});

test("an anonymous visitor's runs follow to the contact they turn out to be; of two about the same cart one stays", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({ starts: [cart], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", template, null)] });
  const [winner, loser] = [await story.contact(), await story.contact()];
  await story.happens({ contact: winner, name: "Product Added", properties: { cart_id: "A" } }, { contact: loser, name: "Product Added", properties: { cart_id: "A" } }, { contact: loser, name: "Product Added", properties: { cart_id: "B" } });
  await holder.db.transaction((tx) => foldContacts(tx, { workspace: story.workspace, chance, now: story.now, current: (id) => id, merges: [{ winner, loser: { id: loser }, evidence: { kind: "user_id", value: "1" } } as unknown as Parameters<typeof foldContacts>[1]["merges"][number]] }));
  await story.tell([{ contact: winner, kind: "contact.merged", data: { loser } }]);
  await story.tell([{ contact: winner, kind: "contact.merged", data: { loser } }]);
  expect((await story.runs(journey)).map((run) => [run.contact === winner, run.key, run.state, run.outcome]).sort()).toEqual([[true, "A", "left", "merged"], [true, "A", "waiting", null], [true, "B", "waiting", null]]);
  expect((await story.call("GET", `/api/journeys/${journey}`)).body.totals).toMatchObject({ here: 2, entered: 3, leftEarly: 1 });
  story.now += HOUR;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([winner, winner]);
  await story.expectBooks();
});

test("whoever is taken out while a turn is under way gets nothing that turn plans, or was taken out after it: never half of each", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({ starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", template, null)] });
  const contact = await story.contact();
  await story.happens({ contact, name: "Signed Up" });
  story.now += HOUR;
  const [run] = await story.runs(journey);
  await Promise.all([story.call("POST", `/api/runs/${run!.id}/stop`), story.tick()]);
  const [after] = await story.runs(journey);
  expect([after!.state, (await story.sends()).length]).toEqual(after!.state === "left" ? ["left", 0] : ["completed", 1]);
  await story.expectBooks();
});

test("archiving lets nobody in afterwards, not even a turn that had begun", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({ starts: [{ kind: "event", event: "Signed Up", where: [], key: null }], first: "stp_w", steps: [wait("w", 1, "hour", null)] });
  const people = await Promise.all(Array.from({ length: 5 }, () => story.contact()));
  await Promise.all([story.call("DELETE", `/api/journeys/${journey}`), story.happens(...people.map((contact) => ({ contact, name: "Signed Up" })))]);
  expect((await story.runs(journey)).filter((run) => run.state === "waiting")).toEqual([]);
  const listed = async (query: string) => (await story.call("GET", `/api/journeys${query}`)).body.items.map((one: { id: string }) => one.id);
  expect([await listed(""), await listed("?archived=true")]).toEqual([[], [journey]]);
  await story.expectBooks();
});

test.each([
  ["a loop without a wait", { first: "stp_a", steps: [step("a", { kind: "goal", exits: { next: "stp_b" } }), step("b", { kind: "goal", exits: { next: "stp_a" } })] }, "cycle_without_wait"],
  ["an unreachable step", { first: "stp_a", steps: [step("a", { kind: "exit", exits: {} }), step("b", { kind: "exit", exits: {} })] }, "unreachable"],
  ["a way out to nowhere", { first: "stp_a", steps: [step("a", { kind: "goal", exits: { next: "stp_zz" } })] }, "unknown_step"],
  ["an e-mail without a template", { first: "stp_a", steps: [step("a", { kind: "email", template: null, exits: { next: null } })] }, "missing_template"],
  ["no start", { starts: [], first: "stp_a", steps: [step("a", { kind: "exit", exits: {} })] }, "no_start"],
] as const)("%s keeps a journey from being published and is named", async (_what, graph, code) => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const made = await story.call("POST", "/api/journeys", { name: "J", graph: { ...EMPTY_GRAPH, starts: [cart], ...graph } });
  expect(made.body.problems.map((problem: { code: string }) => problem.code)).toContain(code);
  const refused = await story.call("POST", `/api/journeys/${made.body.id}/publish`, { revision: 1 });
  expect([refused.status, refused.body.error.code]).toEqual([422, "journey.has_problems"]);
});

test("publishing says who is where and does with each what was chosen: stay, move with their timer, have it computed again, leave", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const starts = ["A", "B", "C", "D"].map((event) => ({ kind: "event" as const, event, where: [], key: null }));
  const by = (paths: Record<string, string>) => ({ id: "stp_x", name: "", kind: "branch" as const, paths: Object.keys(paths).map((name) => ({ exit: `p${name.toLowerCase()}`, name, rule: did(name) })), exits: { ...Object.fromEntries(Object.entries(paths).map(([name, to]) => [`p${name.toLowerCase()}`, to])), else: null } });
  const before = { ...EMPTY_GRAPH, starts, first: "stp_x", steps: [by({ A: "stp_a", B: "stp_b", C: "stp_c", D: "stp_d" }), wait("a", 4, "hour", "e"), wait("b", 4, "hour", "e"), wait("c", 4, "hour", "e"), wait("d", 4, "hour", "e"), email("e", template, null)] };
  const journey = await story.publish(before);
  const people: Record<string, Id> = {};
  for (const name of ["A", "B", "C", "D"]) await story.happens({ contact: (people[name] = await story.contact()), name });
  story.now += HOUR;
  // A's wait is gone; B's is longer, C's and D's shorter than the hour that has passed… or not yet.
  const after = { ...before, steps: [by({ B: "stp_b", C: "stp_c", D: "stp_d" }), wait("b", 3, "hour", "e"), wait("c", 2, "hour", "e"), wait("d", 4, "hour", null), email("e", template, null)] };
  expect((await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: after, revision: 1 })).status).toBe(200);
  const preview = (await story.call("GET", `/api/journeys/${journey}/publish`)).body;
  expect(preview).toMatchObject({ revision: 2, version: 2, startsChanged: false, applying: false });
  expect(preview.steps.map((one: { step: string; change: string; what: string[]; here: number; choices: string[] }) => [one.step, one.change, one.what.join(), one.here, one.choices.length])).toEqual([
    ["stp_x", "changed", "settings,exits", 0, 0], ["stp_b", "changed", "settings", 1, 4], ["stp_c", "changed", "settings", 1, 4], ["stp_d", "changed", "exits", 1, 4], ["stp_e", "same", "", 0, 0], ["stp_a", "removed", "", 1, 3],
  ]);
  expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: 2, choices: { stp_a: { what: "move" } } })).body.error).toMatchObject({ code: "journey.unknown_step", field: "choices.stp_a.to" });
  await story.call("POST", `/api/journeys/${journey}/publish`, { revision: 2, inside: "stay", choices: { stp_a: { what: "move", to: "stp_e" }, stp_b: { what: "move" }, stp_c: { what: "retime" }, stp_d: { what: "leave" } } });
  expect((await story.call("GET", `/api/journeys/${journey}/publish`)).body).toMatchObject({ applying: true });
  await story.tick();
  expect((await story.call("GET", `/api/journeys/${journey}/publish`)).body).toMatchObject({ applying: false });
  const runs = new Map((await story.runs(journey)).map((run) => [run.contact, run]));
  expect(runs.get(people["A"]!)).toMatchObject({ state: "completed", outcome: "completed" });
  expect(runs.get(people["B"]!)).toMatchObject({ state: "waiting", step: "stp_b", version: 2, wakeAt: "2026-03-02T14:00:00.000Z" });
  expect(runs.get(people["C"]!)).toMatchObject({ state: "waiting", step: "stp_c", version: 2, wakeAt: "2026-03-02T12:00:00.000Z" });
  expect(runs.get(people["D"]!)).toMatchObject({ state: "left", outcome: "new_version", version: 1 });
  expect((await story.call("GET", `/api/journeys/${journey}/people?step=stp_b`)).body.items).toEqual([expect.objectContaining({ contact: people["B"], version: 2, since: "2026-03-02T10:00:00.000Z", until: "2026-03-02T14:00:00.000Z", reason: { why: "waiting", until: "2026-03-02T14:00:00.000Z", from: 1 } })]);
  await story.expectBooks();
  story.now += 3 * HOUR;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id).sort()).toEqual([people["A"], people["B"], people["C"]].sort());
  await story.expectBooks();
});

test("choices of a publish during a pause wait for its end, also those of two versions in a row, and no timer overtakes them", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const [first, second, third] = [await story.template(), await story.template(), await story.template()];
  const starts = [{ kind: "event" as const, event: "A", where: [], key: null }];
  const graph = (template: Id) => ({ ...EMPTY_GRAPH, starts, first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", template, null)] });
  const journey = await story.publish(graph(first));
  for (let n = 0; n < 5; n++) await story.happens({ contact: await story.contact(), name: "A" });
  await story.call("POST", `/api/journeys/${journey}/pause`, {});
  for (const [revision, template] of [[1, second], [2, third]] as const) {
    await story.call("PUT", `/api/journeys/${journey}/draft`, { graph: graph(template), revision });
    expect((await story.call("POST", `/api/journeys/${journey}/publish`, { revision: revision + 1, inside: "move" })).body.state).toBe("paused");
  }
  story.now += 2 * HOUR;
  await story.tick();
  expect((await story.runs(journey)).map((run) => run.state)).toEqual(["waiting", "waiting", "waiting", "waiting", "waiting"]);
  await story.call("POST", `/api/journeys/${journey}/resume`, { overdue: "catch_up" });
  await story.tick();
  const used = await holder.db.query<{ template_id: Id }>(sql`select template_id from sends where workspace_id = ${story.workspace} order by id`);
  expect(used.map((row) => row.template_id)).toEqual([third, third, third, third, third]);
  await story.expectBooks();
});

test("why someone is not in a journey is said with its facts", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Cart", where: [{ property: "total", is: { op: "gt", value: 50 } }], key: null }], first: "stp_w", steps: [wait("w", 1, "hour", "e"), email("e", template, null)],
    settings: { ...EMPTY_GRAPH.settings, filter: did("Newsletter") },
  });
  const contact = await story.contact();
  const why = async (of = contact) => (await story.call("GET", `/api/journeys/${journey}/why?contact=${of}`)).body as { verdict: string; checks: { about: string; ok: boolean; facts: Record<string, unknown> }[] };
  story.now += 1_000;
  expect((await why()).verdict).toBe("no_event");
  await story.happens({ contact, name: "Cart", properties: { total: 20 } });
  expect((await why()).verdict).toBe("other_values");
  await story.happens({ contact, name: "Cart", properties: { total: 80 } });
  const refused = await why();
  expect(refused.verdict).toBe("filter");
  expect(refused.checks.find((one) => one.about === "filter")).toMatchObject({ ok: false, facts: { at: "2026-03-02T10:00:01.000Z", nodes: [expect.objectContaining({ truth: false })] } });
  story.now += 1_000;
  await story.happens({ contact, name: "Newsletter" }, { contact, name: "Cart", properties: { total: 90 } });
  expect((await why()).verdict).toBe("inside");
  story.now += HOUR;
  await story.tick();
  expect((await why()).verdict).toBe("reentry");
  await story.call("POST", `/api/journeys/${journey}/pause`, { reason: "sale" });
  expect(await why()).toMatchObject({ verdict: "paused", checks: expect.arrayContaining([expect.objectContaining({ about: "journey", facts: expect.objectContaining({ reason: "sale" }) })]) });
  const other = await Story.begin("2026-03-02T10:00:00Z");
  expect((await story.call("GET", `/api/journeys/${journey}/why?contact=${await other.contact()}`)).status).toBe(404);
});

import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { EMPTY_GRAPH } from "@relance/model/journeys";
import { expect, test } from "vitest";
import { testDatabase } from "../../../test/support/db.ts";
import { cart, did, email, step, wait } from "../../../test/support/journey-steps.ts";
import { storyShop } from "../../../test/support/journey-story.ts";
import { sql } from "../../platform/db/sql.ts";
import { journeyListener } from "./runs/engine.ts";

const BUCKETS = Array.from({ length: 256 }, (_, bucket) => bucket);
const holder = testDatabase();
const Story = storyShop(holder);

test("an abandoned cart is reminded once, and the purchase of that very cart ends the run in the middle of its wait", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [cart],
    first: "stp_w",
    steps: [wait("w", 1, "hour", "e"), email("e", template, "w2"), wait("w2", 23, "hour", null)],
    settings: { filter: null, reentry: { kind: "never" }, exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }] },
  });
  const [anna, ben] = [await story.contact(), await story.contact()];
  await story.happens(
    { contact: anna, name: "Product Added", properties: { cart_id: "A" } },
    { contact: ben, name: "Product Added", properties: { cart_id: "B" } },
    { contact: ben, name: "Product Added", properties: { cart_id: "B" } },
  );
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
  expect(new Map((await story.runs(journey)).map((run) => [run.contact, run.state]))).toEqual(
    new Map([
      [anna, "completed"],
      [ben, "left"],
    ]),
  );
  expect((await story.call("GET", `/api/journeys/${journey}`)).body.totals).toEqual({
    here: 0,
    entered: 2,
    completed: 1,
    leftEarly: 1,
    failed: 0,
    reachedGoal: 1,
  });
  await story.expectBooks();
});

test("a birthday on 29 February is wished on 28 February in common years, at nine o’clock where the contact lives", async () => {
  const story = await Story.begin("2026-02-01T00:00:00Z");
  const template = await story.template();
  const leap = await story.contact({ birth: "1984-02-29", zone: "America/Toronto" });
  const spring = await story.contact({ birth: "1990-03-29", zone: "Europe/Paris" });
  const journey = await story.publish({
    starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }],
    first: "stp_e",
    steps: [email("e", template, null)],
    settings: { ...EMPTY_GRAPH.settings, reentry: { kind: "always" } },
  });
  const wishedAt = async (contact: Id) =>
    (
      await holder.db.query<{ at: Instant }>(
        sql`select entered_at as at from runs where journey_id = ${journey} and contact_id = ${contact} order by 1`,
      )
    ).map((row) => new Date(row.at).toISOString());
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
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_w",
    steps: [
      step("w", {
        kind: "wait",
        until: {
          of: "event",
          events: [{ event: "Order Completed", where: [{ property: "amount", is: { op: "gte", value: 50 } }], sameKey: false }],
          timeout: { n: 3, unit: "day" },
        },
        exits: { event: null, timeout: "stp_e" },
      }),
      email("e", template, null),
    ],
  });
  const [buys, waits] = [await story.contact(), await story.contact()];
  await story.happens({ contact: buys, name: "Signed Up" }, { contact: waits, name: "Signed Up" });
  story.now += DAY;
  await story.happens({ contact: buys, name: "Order Completed", amount: 60 }, { contact: waits, name: "Order Completed", amount: 49.99 });
  story.now += 2 * DAY;
  await story.tick();
  expect((await story.sends()).map((send) => send.contact_id)).toEqual([waits]);
  const path = async (contact: Id) =>
    (await story.call("GET", `/api/runs/${(await story.runs(journey)).find((run) => run.contact === contact)!.id}`)).body;
  expect((await path(buys)).visits).toMatchObject([{ step: "stp_w", exit: "event", reason: { why: "event", event: "Order Completed" } }]);
  expect((await path(waits)).visits).toMatchObject([
    { step: "stp_w", exit: "timeout", reason: { why: "timeout" } },
    { step: "stp_e", exit: "next", reason: { why: "send" } },
  ]);
  await story.expectBooks();
});

test("a branch takes the first path whose rule is true, the entry filter keeps others out, and a rule may look back to the entry", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const bought = {
    kind: "event",
    event: "Order Completed",
    where: [],
    window: { kind: "since_entry" },
    measure: { of: "count" },
    is: { op: "gte", value: 1 },
  };
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_w",
    settings: { ...EMPTY_GRAPH.settings, filter: { kind: "attribute", attribute: "birth_date", is: { op: "set" } } },
    steps: [
      wait("w", 1, "day", "b"),
      step("b", { kind: "branch", paths: [{ exit: "p1", name: "bought", rule: bought }], exits: { p1: null, else: "stp_e" } }),
      email("e", template, null),
    ],
  });
  const [old, fresh, outside] = [
    await story.contact({ birth: "1990-01-01" }),
    await story.contact({ birth: "1990-01-01" }),
    await story.contact(),
  ];
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

test("a pause freezes waits and keeps exits; resuming catches up, moves, or lets go", async () => {
  for (const [overdue, left, sent] of [
    ["catch_up", 0, 1],
    ["retime", 0, 0],
    ["leave", 1, 0],
  ] as const) {
    const story = await Story.begin("2026-03-02T10:00:00Z");
    const template = await story.template();
    const journey = await story.publish({
      starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
      first: "stp_w",
      steps: [wait("w", 2, "hour", "e"), email("e", template, null)],
      settings: { ...EMPTY_GRAPH.settings, exits: [{ event: "Order Completed", where: [], sameKey: false, goal: false }] },
    });
    const [stays, buys] = [await story.contact(), await story.contact()];
    await story.happens({ contact: stays, name: "Signed Up" }, { contact: buys, name: "Signed Up" });
    expect((await story.call("POST", `/api/journeys/${journey}/pause`, { reason: "typo" })).body).toMatchObject({
      state: "paused",
      pause: { reason: "typo" },
    });
    story.now += 5 * HOUR;
    await story.happens({ contact: buys, name: "Order Completed" }, { contact: await story.contact(), name: "Signed Up" });
    await story.tick();
    expect(await story.sends()).toEqual([]);
    expect((await story.call("GET", `/api/journeys/${journey}`)).body.totals).toMatchObject({ entered: 2, leftEarly: 1, here: 1 });
    await story.call("POST", `/api/journeys/${journey}/resume`, { overdue });
    await story.tick();
    expect({
      overdue,
      sent: (await story.sends()).length,
      left: (await story.call("GET", `/api/journeys/${journey}`)).body.totals.leftEarly - 1,
    }).toEqual({ overdue, sent, left });
    story.now += 2 * HOUR;
    await story.tick();
    expect((await story.sends()).length).toBe(overdue === "leave" ? 0 : 1);
    await story.expectBooks();
  }
});

test("a purchase without a cart id ends every run about a cart", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({
    starts: [cart],
    first: "stp_w",
    steps: [wait("w", 1, "hour", null)],
    settings: { ...EMPTY_GRAPH.settings, exits: [{ event: "Order Completed", where: [], sameKey: true, goal: true }] },
  });
  const contact = await story.contact();
  await story.happens(
    { contact, name: "Product Added", properties: { cart_id: "A" } },
    { contact, name: "Product Added", properties: { cart_id: "B" } },
  );
  expect((await story.runs(journey)).map((run) => [run.key, run.state])).toEqual(
    expect.arrayContaining([
      ["A", "waiting"],
      ["B", "waiting"],
    ]),
  );
  await story.happens({ contact, name: "Order Completed" });
  expect((await story.runs(journey)).map((run) => run.outcome)).toEqual(["goal", "goal"]);
  await story.expectBooks();
});

test("an event and a time-out learnt in one turn: the one that came first wins, the event at the very instant", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Signed Up", where: [], key: null }],
    first: "stp_w",
    steps: [
      step("w", {
        kind: "wait",
        until: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "hour" } },
        exits: { event: null, timeout: "stp_x" },
      }),
      step("x", { kind: "exit", exits: {} }),
    ],
  });
  const start = story.now;
  const [before, at, after] = [await story.contact(), await story.contact(), await story.contact()];
  await story.happens(...[before, at, after].map((contact) => ({ contact, name: "Signed Up" })));
  story.now += 2 * HOUR;
  await story.happens(
    { contact: before, name: "Order Completed", at: start + HOUR - 1 },
    { contact: at, name: "Order Completed", at: start + HOUR },
    { contact: after, name: "Order Completed", at: start + HOUR + 1 },
  );
  await story.tick();
  const outcome = new Map((await story.runs(journey)).map((run) => [run.contact, [run.step, run.outcome]]));
  expect([before, at, after].map((contact) => outcome.get(contact))).toEqual([
    ["stp_w", "completed"],
    ["stp_w", "completed"],
    ["stp_x", "exit"],
  ]);
  await story.expectBooks();
});

test("why someone is not in a journey is said with its facts", async () => {
  const story = await Story.begin("2026-03-02T10:00:00Z");
  const template = await story.template();
  const journey = await story.publish({
    starts: [{ kind: "event", event: "Cart", where: [{ property: "total", is: { op: "gt", value: 50 } }], key: null }],
    first: "stp_w",
    steps: [wait("w", 1, "hour", "e"), email("e", template, null)],
    settings: { ...EMPTY_GRAPH.settings, filter: did("Newsletter") },
  });
  const contact = await story.contact();
  const why = async (of = contact) =>
    (await story.call("GET", `/api/journeys/${journey}/why?contact=${of}`)).body as {
      verdict: string;
      checks: { about: string; ok: boolean; facts: Record<string, unknown> }[];
    };
  story.now += 1_000;
  expect((await why()).verdict).toBe("no_event");
  await story.happens({ contact, name: "Cart", properties: { total: 20 } });
  expect((await why()).verdict).toBe("other_values");
  await story.happens({ contact, name: "Cart", properties: { total: 80 } });
  const refused = await why();
  expect(refused.verdict).toBe("filter");
  expect(refused.checks.find((one) => one.about === "filter")).toMatchObject({
    ok: false,
    facts: { at: "2026-03-02T10:00:01.000Z", nodes: [expect.objectContaining({ truth: false })] },
  });
  story.now += 1_000;
  await story.happens({ contact, name: "Newsletter" }, { contact, name: "Cart", properties: { total: 90 } });
  expect((await why()).verdict).toBe("inside");
  story.now += HOUR;
  await story.tick();
  expect((await why()).verdict).toBe("reentry");
  await story.call("POST", `/api/journeys/${journey}/pause`, { reason: "sale" });
  expect(await why()).toMatchObject({
    verdict: "paused",
    checks: expect.arrayContaining([expect.objectContaining({ about: "journey", facts: expect.objectContaining({ reason: "sale" }) })]),
  });
  const other = await Story.begin("2026-03-02T10:00:00Z");
  expect((await story.call("GET", `/api/journeys/${journey}/why?contact=${await other.contact()}`)).status).toBe(404);
});

import { describe, expect, test } from "vitest";
import { DAY, HOUR, type Instant } from "../base/index.ts";
import type { FactEvent } from "../rules/index.ts";
import { nextDate } from "./dates.ts";
import { NAME_DAY } from "./starts/date.ts";
import { EMPTY_GRAPH, type Graph } from "./graph.ts";
import { nextLocal } from "./local.ts";
import { sameKey } from "./match.ts";
import { kindOf, UNASKED, type Known, type RunView, type Until } from "./steps/index.ts";

const at = (text: string): Instant => Date.parse(text);
const iso = (instant: Instant | null) => (instant === null ? null : new Date(instant).toISOString());
const event: FactEvent = {
  id: "e",
  name: "Order Completed",
  at: at("2026-03-02T11:00:00Z"),
  amount: null,
  currency: null,
  properties: {},
} as unknown as FactEvent;
const arrivedAt = at("2026-03-02T10:00:00Z");
const RUN: RunView = {
  journey: "j",
  contact: "c",
  run: "r",
  visit: 1,
  enteredAt: arrivedAt,
  arrivedAt,
  key: "",
  zone: "Europe/Paris",
  started: null,
  rounds: {},
};
const ask = (until: Until, known: Partial<Known>, zone = "Europe/Paris") => {
  const step = { id: "stp_w", name: "", kind: "wait", until, exits: {} } as const;
  return kindOf(step).advance(step, { ...RUN, zone }, { now: arrivedAt, ...UNASKED, ...known });
};

describe("a wait until a local time", () => {
  test.each([
    ["later today", "2026-06-01T06:00:00Z", { days: 0, at: "09:00", weekdays: [] }, "Europe/Paris", "2026-06-01T07:00:00.000Z"],
    [
      "tomorrow, today's has passed",
      "2026-06-01T07:00:01Z",
      { days: 0, at: "09:00", weekdays: [] },
      "Europe/Paris",
      "2026-06-02T07:00:00.000Z",
    ],
    [
      "at once, at the very instant",
      "2026-06-01T07:00:00Z",
      { days: 0, at: "09:00", weekdays: [] },
      "Europe/Paris",
      "2026-06-01T07:00:00.000Z",
    ],
    ["another zone's day", "2026-06-02T02:00:00Z", { days: 1, at: "09:00", weekdays: [] }, "America/Montreal", "2026-06-02T13:00:00.000Z"],
    ["the next Tuesday", "2026-06-03T12:00:00Z", { days: 0, at: "10:00", weekdays: [2] }, "Europe/Paris", "2026-06-09T08:00:00.000Z"],
    [
      "in a week, this Tuesday's hour has passed",
      "2026-06-02T12:00:00Z",
      { days: 0, at: "10:00", weekdays: [2] },
      "Europe/Paris",
      "2026-06-09T08:00:00.000Z",
    ],
    [
      "after the gap, the hour that spring skips",
      "2026-03-28T12:00:00Z",
      { days: 1, at: "02:30", weekdays: [] },
      "Europe/Paris",
      "2026-03-29T01:30:00.000Z",
    ],
    [
      "the first of two, the hour that autumn repeats",
      "2026-10-24T12:00:00Z",
      { days: 1, at: "02:30", weekdays: [] },
      "Europe/Paris",
      "2026-10-25T00:30:00.000Z",
    ],
    [
      "a zone 45 minutes off the hour",
      "2026-06-01T00:00:00Z",
      { days: 0, at: "09:00", weekdays: [] },
      "Asia/Kathmandu",
      "2026-06-01T03:15:00.000Z",
    ],
  ] as const)("ends %s", (_what, from, until, zone, expected) => {
    expect(iso(nextLocal(at(from), until, zone))).toBe(expected);
  });

  test("from any minute of the two days of change, in any zone, it never ends early, nor more than a day and an hour late", () => {
    for (const zone of ["Europe/Paris", "America/Montreal", "Australia/Lord_Howe", "Pacific/Apia"]) {
      for (const day of ["2026-03-28", "2026-10-24", "2026-04-04"]) {
        for (let minute = 0; minute < 2 * 1440; minute += 7) {
          const from = at(`${day}T00:00:00Z`) + minute * 60_000;
          const then = nextLocal(from, { days: 0, at: "02:30", weekdays: [] }, zone);
          expect(then).toBeGreaterThanOrEqual(from);
          expect(then - from).toBeLessThanOrEqual(DAY + HOUR);
        }
      }
    }
  });
});

describe("a wait", () => {
  const hour: Until = { of: "duration", span: { n: 1, unit: "hour" } };
  const order: Until = {
    of: "event",
    events: [
      { event: "Order Completed", where: [], sameKey: false },
      { event: "Order Completed", where: [], sameKey: true },
    ],
    timeout: { n: 1, unit: "hour" },
  };

  test("says until when and why, then goes on at the very instant and not before", () => {
    expect(ask(hour, {})).toEqual({
      kind: "wait",
      wakeAt: arrivedAt + HOUR,
      listens: [],
      reason: { why: "waiting", until: "2026-03-02T11:00:00.000Z" },
    });
    expect(ask(hour, { now: arrivedAt + HOUR - 1 }).kind).toBe("wait");
    expect(ask(hour, { now: arrivedAt + HOUR })).toMatchObject({ kind: "go", exit: "next", reason: { why: "waited" } });
  });

  test("of one day is 24 hours, whatever the clocks do; on the calendar it is the same time of day", () => {
    const eve = at("2026-03-28T10:00:00Z"); // the day that follows has 23 hours in Paris
    const wakesAt = (calendar: boolean | undefined) => {
      const step = {
        id: "stp_w",
        name: "",
        kind: "wait",
        until: { of: "duration", span: { n: 1, unit: "day" }, ...(calendar !== undefined && { calendar }) },
        exits: {},
      } as const;
      return kindOf(step).advance(step, { ...RUN, arrivedAt: eve }, { now: eve, ...UNASKED });
    };
    for (const calendar of [undefined, false]) expect(wakesAt(calendar)).toMatchObject({ wakeAt: eve + DAY });
    expect(wakesAt(true)).toMatchObject({ wakeAt: eve + 23 * HOUR });
  });

  test("for events names each once, takes the event's way, or the time-out's", () => {
    expect(ask(order, {})).toMatchObject({ kind: "wait", listens: ["Order Completed"] });
    expect(ask(order, { event })).toMatchObject({
      kind: "go",
      exit: "event",
      reason: { why: "event", event: "Order Completed", at: "2026-03-02T11:00:00.000Z" },
    });
    expect(ask(order, { now: arrivedAt + HOUR, timerDue: true })).toMatchObject({ kind: "go", exit: "timeout" });
    expect(ask(order, { now: arrivedAt + HOUR, timerDue: true, event })).toMatchObject({ exit: "event" });
  });
});

describe("a wait for a message, in a journey that was paused and resumed so that the pause does not count", () => {
  const until: Until = { of: "message", step: "stp_m", did: "clicked", after: { n: 2, unit: "hour" }, timeout: { n: 1, unit: "day" } };
  const step = { id: "stp_w", name: "", kind: "wait", until, exits: {} } as const;
  const sent = { state: "accepted", acceptedAt: arrivedAt, deliveredAt: null, openedAt: null, clickedAt: null };
  const wakesAt = (message: Partial<typeof sent> | { clickedAt: Instant }, pauses: RunView["pauses"]) => {
    const decision = kindOf(step).advance(
      step,
      { ...RUN, ...(pauses && { pauses }) },
      { now: arrivedAt + 6 * HOUR, ...UNASKED, message: { ...sent, ...message } },
    );
    return decision.kind === "wait" ? decision.wakeAt : decision.kind;
  };
  const pause = { from: arrivedAt + HOUR, to: arrivedAt + 6 * HOUR };

  test("keeps the pause when news of its message makes it count anew", () => {
    expect(wakesAt({}, undefined)).toBe(arrivedAt + DAY);
    expect(wakesAt({ deliveredAt: arrivedAt + HOUR } as object, [pause])).toBe(arrivedAt + DAY + 5 * HOUR);
  });
  test("adds only what of the pause lies after the moment it counts from", () => {
    expect(wakesAt({ clickedAt: arrivedAt + 5 * HOUR }, [pause])).toBe(arrivedAt + 8 * HOUR);
    expect(wakesAt({ clickedAt: arrivedAt + 6 * HOUR }, [pause])).toBe(arrivedAt + 8 * HOUR);
  });
});

test("a branch asks its rules, then takes the first that is true, from the top, or else", () => {
  const rule = { kind: "attribute", attribute: "email", is: { op: "set" } } as const;
  const step = {
    id: "stp_b",
    name: "",
    kind: "branch",
    exits: {},
    paths: [
      { exit: "p1", name: "one", rule },
      { exit: "p2", name: "two", rule },
    ],
  } as const;
  const view = { ...RUN, zone: "UTC" };
  const decide = (answers: boolean[] | null) => kindOf(step).advance(step, view, { now: arrivedAt, ...UNASKED, answers });
  expect(decide(null)).toEqual({ kind: "ask", question: { rules: [rule, rule] } });
  expect(
    [
      [true, true],
      [false, true],
      [false, false],
    ].map((answers) => decide(answers)),
  ).toMatchObject([{ exit: "p1" }, { exit: "p2" }, { exit: "else", reason: { path: "else", answers: [false, false] } }]);
});

test.each([
  ["a leap day in a common year", "1984-02-29", { days: 0, at: "09:00", yearly: true }, "2027-01-01T00:00:00Z", "2027-02-28T08:00:00.000Z"],
  ["a leap day in a leap year", "1984-02-29", { days: 0, at: "09:00", yearly: true }, "2028-01-01T00:00:00Z", "2028-02-29T08:00:00.000Z"],
  [
    "a week before New Year's Day, in the year before",
    "1990-01-01",
    { days: -7, at: "09:00", yearly: true },
    "2026-12-01T00:00:00Z",
    "2026-12-25T08:00:00.000Z",
  ],
  [
    "strictly after: the very instant gives next year's",
    "1990-06-01",
    { days: 0, at: "09:00", yearly: true },
    "2026-06-01T07:00:00Z",
    "2027-06-01T07:00:00.000Z",
  ],
  ["a first one years away", "2031-06-01", { days: 0, at: "09:00", yearly: true }, "2026-01-01T00:00:00Z", "2031-06-01T07:00:00.000Z"],
  ["once, still to come", "2026-12-24", { days: -1, at: "18:00", yearly: false }, "2026-12-01T00:00:00Z", "2026-12-23T17:00:00.000Z"],
  ["once, past", "2025-12-24", { days: 0, at: "18:00", yearly: false }, "2026-12-01T00:00:00Z", null],
  ["no date at all", "2026-02-30", { days: 0, at: "18:00", yearly: true }, "2026-01-01T00:00:00Z", null],
] as const)("a start by date: %s", (_what, value, start, after, expected) => {
  expect(iso(nextDate({ kind: "date", attribute: "birth_date", ...start }, value, "Europe/Paris", at(after)))).toBe(expected);
});

test("a name day comes every year on the day of the first name, 29 February on 28 in common years; an unknown name has none", () => {
  const next = (name: string) =>
    nextDate({ kind: "date", attribute: NAME_DAY, days: 0, at: "09:00", yearly: false }, name, "Europe/Paris", at("2026-12-01T00:00:00Z"));
  expect(["Léa", "Auguste", "Kimberley"].map((name) => iso(next(name)))).toEqual([
    "2027-03-22T08:00:00.000Z",
    "2027-02-28T08:00:00.000Z",
    null,
  ]);
});

test("an exit event is about the run when its key is the run's, or when it carries no key", () => {
  const graph: Graph = { ...EMPTY_GRAPH, starts: [{ kind: "event", event: "Product Added", where: [], key: "cart_id" }] };
  const about = (properties: Record<string, unknown>) => sameKey(graph, "A", { ...event, properties } as FactEvent);
  expect([about({ cart_id: "A" }), about({ cart_id: "B" }), about({})]).toEqual([true, false, true]);
});

import { expect, test } from "vitest";
import { DAY, HOUR, toIso } from "../base/index.ts";
import type { FactEvent } from "../rules/index.ts";
import { draw, pick } from "./draw.ts";
import { EMPTY_GRAPH, type Graph } from "./graph.ts";
import { dayAround, plusCalendar, withinHours } from "./local.ts";
import { graphWarnings } from "./problems.ts";
import { startKindOf, type Start } from "./starts/index.ts";
import { kindOf, STEP_KINDS, UNASKED, type RunView, type Step, type Until } from "./steps/index.ts";

const at = (text: string) => Date.parse(text);
const T = at("2026-03-02T10:00:00Z");
const heard = (start: Start, name: string, properties: Record<string, unknown> = {}) =>
  startKindOf(start).hear(start, { id: "e", name, at: T, amount: null, currency: null, properties } as FactEvent, T);
const CART: Start = { kind: "cart", idle: { n: 1, unit: "hour" }, least: null };

test("every touch of a cart puts its abandonment off, and an order ends it: its own, or all when it names no cart", () => {
  expect(heard(CART, "Product Added", { cart_id: "A" })).toEqual([{ do: "arm", key: "A", due: T + HOUR }]);
  expect(heard(CART, "Checkout Started", {})).toEqual([{ do: "arm", key: "", due: T + HOUR }]);
  expect(heard(CART, "Order Completed", { cart_id: "A" })).toEqual([{ do: "disarm", key: "A" }]);
  expect(heard(CART, "Order Completed", { order_id: "1" })).toEqual([{ do: "disarm", key: null }]);
});

test("a visit is abandoned until something is put into a cart", () => {
  const start: Start = { kind: "browse", idle: { n: 4, unit: "hour" } };
  expect(heard(start, "Product Viewed", { product_id: "p" })).toEqual([{ do: "arm", key: "", due: T + 4 * HOUR }]);
  expect(heard(start, "Product Viewed", {})).toEqual([]);
  expect(heard(start, "Product Added", { product_id: "p" })).toEqual([{ do: "disarm", key: null }]);
});

test("replenishment counts per product, registration per order, an order once", () => {
  const products = [{ product_id: "a" }, { product_id: "b" }];
  expect(heard({ kind: "replenishment", products: ["b"], after: { n: 30, unit: "day" } }, "Order Completed", { products })).toEqual([
    { do: "arm", key: "b", due: T + 30 * DAY },
  ]);
  const registration: Start = { kind: "registration", products: [], after: { n: 14, unit: "day" } };
  expect(heard(registration, "Order Completed", { order_id: 7, products })).toEqual([{ do: "arm", key: "7", due: T + 14 * DAY }]);
  expect(heard(registration, "Product Registered", { order_id: "7", product_id: "a" })).toEqual([{ do: "disarm", key: "7" }]);
  expect(heard({ kind: "order", on: "completed", where: [] }, "Order Completed", { order_id: "7" })).toEqual([{ do: "enter", key: "7" }]);
});

test("a date an event carries arms the start; the same thing told without a date takes it away", () => {
  const start: Start = {
    kind: "event_date",
    event: "Rental Started",
    where: [],
    property: "return_date",
    key: "rental",
    days: -1,
    at: "09:00",
  };
  expect(heard(start, "Rental Started", { rental: "r", return_date: "2026-03-29" })).toEqual([
    { do: "arm", key: "r", due: { date: "2026-03-29", days: -1, at: "09:00" } },
  ]);
  expect(heard(start, "Rental Started", { rental: "r", return_date: "2026-02-30" })).toEqual([{ do: "disarm", key: "r" }]);
  expect(heard(start, "Rental Started", { return_date: "2026-03-29" })).toEqual([]);
});

test("the latest telling of an object counts whole: one that removes it, lacks the date or is not as asked takes the date away", () => {
  const start: Start = {
    kind: "object_date",
    object: "subscription",
    field: "ends_on",
    where: [{ property: "plan", is: { op: "eq", value: "year" } }],
    days: -1,
    at: "09:00",
  };
  const told = (properties: Record<string, unknown>) =>
    heard(start, "subscription changed", { id: 7, plan: "year", ends_on: "2026-03-29", ...properties });
  expect(told({})).toEqual([{ do: "arm", key: "7", due: { date: "2026-03-29", days: -1, at: "09:00" } }]);
  for (const more of [{ removed: true }, { plan: "month" }, { ends_on: "" }, { ends_on: "2026-02-30" }])
    expect(told(more)).toEqual([{ do: "disarm", key: "7" }]);
  expect([told({ id: null }), heard(start, "card changed", { id: 7, ends_on: "2026-03-29", plan: "year" })]).toEqual([[], []]);
  const [birthday] = heard({ ...start, yearly: true } as Start, "subscription changed", { id: 7, plan: "year", ends_on: "2024-02-29" });
  const each = birthday?.do === "arm" && typeof birthday.due === "object" ? birthday.due : null;
  expect(
    ["2026-02-27T08:00:00Z", "2027-12-01T00:00:00Z"].map((after) => toIso(dayAround({ ...each!, days: 0 }, "Europe/Paris", at(after)))),
  ).toEqual(["2026-02-28T08:00:00.000Z", "2028-02-29T08:00:00.000Z"]);
  // A moment counts as the day it falls on where the contact is.
  const [moment] = heard({ ...start, field: "at", moment: true, where: [], days: 0 } as Start, "subscription changed", {
    id: "a",
    at: "2026-03-28T23:30:00Z",
  });
  const due = moment?.do === "arm" && typeof moment.due === "object" ? moment.due : null;
  expect(["Europe/Paris", "America/Toronto"].map((zone) => toIso(dayAround(due!, zone, 0)))).toEqual([
    "2026-03-29T07:00:00.000Z",
    "2026-03-28T13:00:00.000Z",
  ]);
});

test("a form starts by itself or by its confirmation, whichever way it is named", () => {
  expect(heard({ kind: "form", on: "submitted", form: "news" }, "Form Submitted", { form_id: "news" })).toHaveLength(1);
  expect(heard({ kind: "form", on: "submitted", form: "news" }, "Form Submitted", { form: "other" })).toHaveLength(0);
  expect(heard({ kind: "form", on: "confirmed", form: null }, "Subscription Confirmed")).toHaveLength(1);
});

const RUN: RunView = {
  journey: "j",
  contact: "c",
  run: "r",
  visit: 1,
  enteredAt: T,
  arrivedAt: T,
  key: "",
  zone: "Europe/Paris",
  started: null,
  rounds: {},
};
const advance = (step: Omit<Step, "id" | "name" | "exits">, run: Partial<RunView> = {}, known: Record<string, unknown> = {}) =>
  kindOf({ id: "stp_x", name: "", exits: {}, ...step } as Step).advance(
    { id: "stp_x", name: "", exits: {}, ...step } as Step,
    { ...RUN, ...run },
    { now: T, ...UNASKED, ...known } as never,
  );
const exitOf = (decision: { kind: string; exit?: string }) => decision.exit;

test("an A/B test gives a person the same way for ever, a random split another at each visit, and shares come out as weighed", () => {
  const arms = [
    { exit: "p1", name: "", weight: 3 },
    { exit: "p2", name: "", weight: 1 },
  ];
  const people = Array.from({ length: 20_000 }, (_, n) => `contact ${n}`);
  const ways = people.map((contact) => exitOf(advance({ kind: "split", by: "contact", arms } as never, { contact })));
  expect(
    people.map((contact) => exitOf(advance({ kind: "split", by: "contact", arms } as never, { contact, run: "another", visit: 9 }))),
  ).toEqual(ways);
  // Four standard deviations of a share of three quarters of 20,000.
  expect(Math.abs(ways.filter((way) => way === "p1").length - 15_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.75 * 0.25));
  const visits = new Set(
    Array.from({ length: 30 }, (_, n) => exitOf(advance({ kind: "split", by: "visit", arms } as never, { visit: n + 1 }))),
  );
  expect(visits).toEqual(new Set(["p1", "p2"]));
});

test("a holdout keeps its share aside, whoever else a split of the same journey takes where", () => {
  const people = Array.from({ length: 20_000 }, (_, n) => `contact ${n}`);
  const held = people.filter((contact) => exitOf(advance({ kind: "holdout", percent: 10 } as never, { contact })) === "held");
  expect(Math.abs(held.length - 2_000)).toBeLessThan(4 * Math.sqrt(20_000 * 0.1 * 0.9));
  const half = held.filter((contact) => draw("j", "stp_other", contact) < 0.5).length;
  expect(Math.abs(half - held.length / 2)).toBeLessThan(4 * Math.sqrt(held.length / 4));
  expect(pick([{ weight: 0 }, { weight: 1 }], 0)).toEqual({ weight: 1 });
});

test("a loop goes round so many times and then on", () => {
  expect([0, 1, 2].map((n) => exitOf(advance({ kind: "loop", times: 2 } as never, { rounds: { stp_x: n } })))).toEqual([
    "again",
    "again",
    "next",
  ]);
});

test("calendar days keep the time of day across a clock change, hours do not; the 31st becomes the last of a shorter month", () => {
  const eve = at("2026-03-28T17:00:00Z"); // 18:00 in Paris, the clocks go forward that night
  const iso = (instant: number) => new Date(instant).toISOString();
  expect(iso(plusCalendar(eve, { n: 1, unit: "day" }, "Europe/Paris"))).toBe("2026-03-29T16:00:00.000Z");
  expect(iso(plusCalendar(eve, { n: 24, unit: "hour" }, "Europe/Paris"))).toBe("2026-03-29T17:00:00.000Z");
  expect(iso(plusCalendar(at("2026-01-31T09:00:00Z"), { n: 1, unit: "month" }, "Europe/Paris"))).toBe("2026-02-28T09:00:00.000Z");
  expect(iso(plusCalendar(at("2028-02-29T09:00:00Z"), { n: 1, unit: "year" }, "Europe/Paris"))).toBe("2029-02-28T09:00:00.000Z");
});

test("a window of hours is waited for, over midnight too, and across the hour the spring change skips", () => {
  const iso = (instant: number) => new Date(instant).toISOString();
  const day = { from: "09:00", to: "19:00", weekdays: [] };
  expect(iso(withinHours(at("2026-03-02T10:00:00Z"), day, "Europe/Paris"))).toBe("2026-03-02T10:00:00.000Z");
  expect(iso(withinHours(at("2026-03-02T18:00:00Z"), day, "Europe/Paris"))).toBe("2026-03-03T08:00:00.000Z");
  expect(iso(withinHours(at("2026-03-06T18:00:00Z"), { ...day, weekdays: [1] }, "Europe/Paris"))).toBe("2026-03-09T08:00:00.000Z");
  const night = { from: "22:00", to: "02:00", weekdays: [5] };
  expect(iso(withinHours(at("2026-03-07T00:30:00Z"), night, "Europe/Paris"))).toBe("2026-03-07T00:30:00.000Z"); // Saturday 01:30, still Friday's night
  expect(iso(withinHours(at("2026-03-28T23:30:00Z"), { from: "02:15", to: "04:00", weekdays: [] }, "Europe/Paris"))).toBe(
    "2026-03-29T01:15:00.000Z",
  ); // 02:15 is skipped: 03:15
});

test("a date that is past goes on, takes its own way, or ends, as was chosen; a missing one does the same", () => {
  const until = (past: "go" | "way" | "end", field = "attributes.renews_on"): Until => ({ of: "date", field, days: -7, at: "09:00", past });
  const dated = (past: "go" | "way" | "end", value: unknown) =>
    advance({ kind: "wait", until: until(past) } as never, {}, { fields: { "attributes.renews_on": value } });
  expect(dated("go", "2026-03-20")).toMatchObject({ kind: "wait", wakeAt: at("2026-03-13T08:00:00Z") });
  expect(dated("go", "2026-03-05")).toMatchObject({ kind: "go", exit: "next", reason: { why: "date_past" } });
  expect(dated("way", "2026-03-05")).toMatchObject({ kind: "go", exit: "past" });
  expect(dated("end", null)).toMatchObject({ kind: "end", reason: { why: "no_date" } });
  expect(advance({ kind: "wait", until: until("way", "event.back") } as never, { started: { back: "2026-03-29" } })).toMatchObject({
    kind: "wait",
  });
});

test("a wait for a message counts its time-out from when it left, waits on after the deed, and says so when nothing left", () => {
  const until: Until = { of: "message", step: "stp_m", did: "opened", after: { n: 2, unit: "hour" }, timeout: { n: 3, unit: "day" } };
  const asked = (message: unknown, now = T) => advance({ kind: "wait", until } as never, {}, { message, now } as never);
  const view = { state: "accepted", acceptedAt: T + HOUR, deliveredAt: null, openedAt: null, clickedAt: null };
  expect(asked(null)).toMatchObject({ kind: "ask" });
  expect(asked("none")).toMatchObject({ exit: "unsent" });
  expect(asked({ ...view, state: "skipped", acceptedAt: null })).toMatchObject({ exit: "unsent" });
  expect(asked(view, T + HOUR)).toMatchObject({ kind: "wait", wakeAt: T + HOUR + 3 * DAY });
  expect(asked({ ...view, clickedAt: T + 2 * HOUR }, T + 2 * HOUR)).toMatchObject({ kind: "wait", wakeAt: T + 4 * HOUR });
  expect(asked({ ...view, openedAt: T + 2 * HOUR }, T + 4 * HOUR)).toMatchObject({ exit: "event" });
  expect(asked(view, T + HOUR + 3 * DAY)).toMatchObject({ exit: "timeout" });
  // Whichever of the three is known first shows that it arrived.
  const arrived = (message: object) =>
    advance({ kind: "wait", until: { ...until, did: "delivered", after: null } } as never, {}, {
      message: { ...view, ...message },
      now: T + 5 * HOUR,
    } as never);
  for (const message of [{ deliveredAt: T + 2 * HOUR }, { openedAt: T + 2 * HOUR }, { clickedAt: T + 2 * HOUR }])
    expect(arrived(message)).toMatchObject({ exit: "event" });
  expect(arrived({})).toMatchObject({ kind: "wait" });
});

test("the builder offers each kind of step once", () => {
  expect(new Set(STEP_KINDS).size).toBe(STEP_KINDS.length);
});

test("a yearly start that lets everyone in once only is warned of, and may be published all the same", () => {
  const birthday: Graph = { ...EMPTY_GRAPH, starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: true }] };
  expect(graphWarnings(birthday)).toMatchObject([{ path: "settings.reentry", step: null, code: "yearly_once" }]);
  expect(
    graphWarnings({ ...birthday, settings: { ...birthday.settings, reentry: { kind: "after", span: { n: 11, unit: "month" } } } }),
  ).toEqual([]);
  expect(graphWarnings({ ...birthday, starts: [{ kind: "date", attribute: "birth_date", days: 0, at: "09:00", yearly: false }] })).toEqual(
    [],
  );
});

test("steps say themselves in the words of a reader, in both languages", () => {
  const names = {
    templateNames: new Map(),
    groups: new Map(),
    segments: new Map(),
    journeys: new Map(),
    coupons: new Map(),
    webhooks: new Map(),
    forms: new Map(),
    objectTypes: new Map(),
  };
  const says = (of: Step): unknown => kindOf(of).describe(of, names);
  const wait = (until: Until): Step => ({ id: "stp_w", name: "", kind: "wait", until, exits: {} });
  expect(
    says(wait({ of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 3, unit: "day" } })),
  ).toEqual({ fr: "Commande, ou 3\u00a0jours", en: "Order, or 3 days" });
  expect(says(wait({ of: "date", field: "birth_date", days: -3, at: "09:00", past: "go" }))).toEqual({
    fr: "3\u00a0jours avant la date de naissance, 09:00",
    en: "3 days before the birth date, 09:00",
  });
  expect(says(wait({ of: "date", field: "2026-12-24", days: 0, at: "09:00", past: "go" }))).toEqual({
    fr: "Jusqu’au 24 décembre 2026, 09:00",
    en: "Until 24 December 2026, 09:00",
  });
  expect(says({ id: "stp_c", name: "", kind: "coupon", pool: null, exits: {} })).toEqual({
    fr: "Réserve de codes à choisir",
    en: "No pool of codes yet",
  });
});

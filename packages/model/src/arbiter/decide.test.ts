import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { DAY, HOUR, MINUTE, fromIso, toIso } from "../base/index.ts";
import type { Consent } from "../consent/index.ts";
import { decide } from "./decide.ts";
import { holidays } from "../calendar/index.ts";
import { EXPLORES } from "./best-hour.ts";
import type { GateFacts, JourneyWord } from "./facts.ts";
import { heldOut, stableShare } from "./hash.ts";
import type { ArbiterSettings, Cap } from "./settings.ts";

const noon = Date.UTC(2026, 10, 23, 12);
const at = (iso: string) => ({
  now: fromIso(`${iso}:00Z`)!,
  createdAt: fromIso(`${iso}:00Z`)! - MINUTE,
  patienceUntil: fromIso(`${iso}:00Z`)! + 30 * DAY,
});
const said = (state: Consent["state"], more: Partial<Consent> = {}): Consent => ({
  topic: "",
  state,
  basis: "express",
  changedAt: noon - 100 * DAY,
  expiresOn: null,
  ...more,
});
const usual: ArbiterSettings = {
  requireConsent: true,
  cap: null,
  caps: [],
  quietHours: { from: "21:00", to: "08:00" },
  quietHoursOf: {},
  smsHours: { from: "09:00", to: "20:00", sundays: false, holidays: false },
  calendar: { channels: [], place: "FR", days: [] },
  holdout: 0,
  bestTime: { on: false, within: 24 },
  priorityAhead: 24,
};
const settings = (over: Partial<ArbiterSettings>) => ({ settings: { ...usual, ...over } });
// Neither explores nor is held out below 1 %.
const usualId = ["0", "1", "2", "3", "4"]
  .map((n) => `00000000-0000-7000-8000-00000000000${n}`)
  .find((id) => stableShare("hour", id) >= EXPLORES && !heldOut(id, 20))!;
const outId = Array.from({ length: 100 }, (_, n) => `00000000-0000-7000-8000-0000000001${String(n).padStart(2, "0")}`).find((id) =>
  heldOut(id, 10),
)!;
const facts = (over: Partial<GateFacts> = {}): GateFacts => ({
  ...at("2026-11-23T12:00"),
  send: usualId,
  contact: usualId,
  journey: null,
  channel: "email",
  class: "marketing",
  topic: "news",
  tags: ["promo"],
  priority: 50,
  group: null,
  atOnce: false,
  suppression: null,
  consents: [said("granted")],
  word: null,
  left: [],
  open: [],
  zone: "Europe/Paris",
  place: "FR",
  store: "s1",
  habits: null,
  settings: usual,
  ...over,
});
const left = (ago: number, more: Partial<GateFacts["left"][number]> = {}) => ({
  at: noon - ago,
  channel: "email",
  topic: "news",
  tags: ["promo"],
  ...more,
});
const open = (dueAt: number, more: Partial<GateFacts["open"][number]> = {}) => ({
  id: outId,
  channel: "email",
  journey: null,
  priority: 80,
  dueAt,
  ...more,
});
const word = (over: Partial<JourneyWord>): { word: JourneyWord } => ({
  word: { left: null, filter: null, products: null, rivals: [], ...over },
});
const rival = { journey: outId, name: "Bienvenue", priority: 50, enteredAt: noon - DAY };
const cap = (over: Partial<Cap>): Cap => ({ channel: null, topic: null, tag: null, messages: 1, per: { this: "day" }, ...over });
const suppressed = (reason: "hard_bounce" | "complaint" | "unsubscribed") => ({ suppression: { reason, at: noon - DAY } });
const evening = at("2026-11-23T21:00");
const bastille = at("2027-07-14T10:00");
const sunday = at("2026-11-29T12:00");
const watched = { channels: ["email"] as const, place: "FR", days: [] };
const own = (date: string, kind: "on" | "off", store: string | null = null) => ({ days: [{ date, name: "Inventaire", kind, store }] });
const receipt = { class: "transactional" as const, consents: [] };
const evenings = {
  habits: { own: [20, 20, 20, 20, 20, 20], everyone: Array.from({ length: 24 }, () => 3) },
  ...settings({ bestTime: { on: true, within: 24 } }),
};

/** The facts of each line of the documented table. */
const LINES: Readonly<Record<string, Partial<GateFacts>>> = {
  G01: {},
  G02: suppressed("hard_bounce"),
  G03: { consents: [] },
  G04: { consents: [], ...settings({ requireConsent: false }) },
  G05: { consents: [said("withdrawn")], ...settings({ requireConsent: false }) },
  G06: { consents: [said("granted", { expiresOn: "2026-11-22" })] },
  G07: { contact: outId, ...settings({ holdout: 10 }) },
  G08: word({ left: { event: "Order Completed", at: noon - HOUR } }),
  G09: word({ filter: false }),
  G10: word({ products: { asked: 2, gone: ["a", "b"], dearer: [] } }),
  G11: word({ products: { asked: 2, gone: ["a"], dearer: [] } }),
  G12: word({ products: { asked: 2, gone: [], dearer: [{ product: "a", told: 20, now: 25 }] } }),
  G13: { group: "lifecycle", ...word({ rivals: [rival] }) },
  G14: { group: "lifecycle", ...word({ rivals: [rival] }), patienceUntil: noon + 5 * MINUTE },
  G15: { open: [open(noon + 5 * HOUR)] },
  G16: { open: [open(noon + 5 * HOUR, { priority: 50 })] },
  G17: { open: [open(noon + 5 * HOUR, { channel: "push" })] },
  G18: { open: [open(noon + 48 * HOUR)] },
  G19: { left: [left(DAY), left(2 * DAY)], ...settings({ cap: { messages: 2, days: 7 } }) },
  G20: { left: [left(DAY), left(7 * DAY)], ...settings({ cap: { messages: 2, days: 7 } }) },
  G21: { left: [left(2 * HOUR)], ...settings({ caps: [cap({})] }) },
  G22: {
    ...at("2027-03-26T12:00"),
    left: [{ ...left(0), at: fromIso("2027-03-23T12:00:00Z")! }],
    ...settings({ caps: [cap({ per: { this: "week" } })], calendar: watched }),
  },
  G23: { left: [left(10 * DAY)], ...settings({ caps: [cap({ topic: "news", per: { this: "month" } })] }) },
  G24: { left: [left(HOUR)], ...settings({ caps: [cap({ topic: "sales" })] }) },
  G25: { left: [left(HOUR, { channel: "push", topic: "" })], ...settings({ caps: [cap({ tag: "promo" })] }) },
  G26: evening,
  G27: { ...evening, ...settings({ quietHoursOf: { email: { from: "23:00", to: "07:00" } } }) },
  G28: { ...at("2027-07-13T20:00"), ...settings({ calendar: watched }) },
  G29: { ...bastille, ...settings({ calendar: watched }) },
  G30: bastille,
  G31: { ...bastille, ...settings({ calendar: { ...watched, ...own("2027-07-14", "on") } }) },
  G32: settings({ calendar: { ...watched, ...own("2026-11-23", "off", "s1") } }),
  G33: settings({ calendar: { ...watched, ...own("2026-11-23", "off", "s2") } }),
  G34: { ...at("2026-12-26T10:00"), place: "FR-67", ...settings({ calendar: watched }) },
  G35: { ...at("2026-12-26T10:00"), ...settings({ calendar: watched }) },
  G36: { ...at("2026-11-23T19:30"), channel: "sms" },
  G37: { ...at("2026-11-28T19:30"), channel: "sms" },
  G38: { ...sunday, channel: "sms", ...settings({ smsHours: { ...usual.smsHours, sundays: true } }) },
  G39: {
    ...at("2026-11-11T10:00"),
    channel: "sms",
    ...settings({ smsHours: { ...usual.smsHours, holidays: true }, calendar: { ...watched, ...own("2026-11-11", "on") } }),
  },
  G40: {
    ...at("2026-11-23T20:45"),
    channel: "sms",
    ...settings({ quietHoursOf: { sms: null }, smsHours: { ...usual.smsHours, to: "23:00" } }),
  },
  G41: { ...sunday, channel: "sms", place: "BE", zone: "Europe/Brussels", ...settings({ smsHours: { ...usual.smsHours, sundays: true } }) },
  G42: evenings,
  G43: { ...evenings, atOnce: true },
  G44: { habits: { own: [20, 20], everyone: Array.from({ length: 24 }, () => 2) }, ...settings({ bestTime: { on: true, within: 24 } }) },
  G45: { ...evening, ...receipt, contact: outId, left: [left(HOUR)], ...settings({ holdout: 10, caps: [cap({})] }) },
  G46: { ...receipt, ...suppressed("unsubscribed") },
  G47: { ...receipt, ...suppressed("hard_bounce") },
  G48: { ...receipt, ...suppressed("complaint") },
  G49: { ...receipt, ...sunday, channel: "sms" },
  G50: { ...evening, consents: [], left: [left(HOUR)], ...settings({ caps: [cap({})] }) },
  G51: word({ coupon: { code: "MERCI10", expiredAt: noon - HOUR } }),
};

const KINDS: Readonly<Record<string, string>> = {
  leaves: "send",
  part: "send",
  held: "hold",
  retenu: "hold",
  "not sent": "skip",
  écarté: "skip",
};

interface Row {
  readonly id: string;
  readonly what: string;
  readonly kind: string | undefined;
  readonly reason: string;
  readonly until: string;
}
function documented(language: "en" | "fr"): readonly Row[] {
  const page = readFileSync(new URL(`../../../../docs/${language}/arbiter.md`, import.meta.url), "utf8");
  return page.split("\n").flatMap((line) => {
    const [, id = "", what = "", decision = "", reason = "", until = ""] = line.split("|").map((cell) => cell.trim());
    return /^G\d\d$/.test(id) ? [{ id, what, kind: KINDS[decision], reason: reason.replaceAll("`", ""), until }] : [];
  });
}

test.each(documented("en").map((row) => [`${row.id} ${row.what}`, row] as const))("%s", (_name, row) => {
  const { verdict } = decide(facts(LINES[row.id]));
  expect({
    kind: verdict.kind,
    reason: "reason" in verdict ? verdict.reason : "",
    until: "until" in verdict ? toIso(verdict.until).replace(".000", "") : "",
  }).toEqual({ kind: row.kind, reason: row.reason, until: row.until });
});

test("the table has every line that is tested, and says the same in French", () => {
  const decision = ({ id, kind, reason, until }: Row) => ({ id, kind, reason, until });
  expect(documented("en").map((row) => row.id)).toEqual(Object.keys(LINES));
  expect(documented("fr").map(decision)).toEqual(documented("en").map(decision));
});

test("every check that was asked is kept, in order, up to the one that decided", () => {
  const chain = (over: Partial<GateFacts>) => decide(facts(over)).checks.map((one) => `${one.check} ${one.result}`);
  expect(
    chain({
      left: [left(HOUR)],
      group: "g",
      ...word({ filter: true }),
      ...settings({ holdout: 1, cap: { messages: 2, days: 7 }, calendar: watched }),
    }),
  ).toEqual([
    "suppression pass",
    "consent pass",
    "holdout pass",
    "journey pass",
    "exclusion pass",
    "cap pass",
    "quiet_hours pass",
    "day pass",
  ]);
  expect(chain({ consents: [] })).toEqual(["suppression pass", "consent skip"]);
  expect(chain({ channel: "sms", ...settings({ quietHours: null }) })).toEqual([
    "suppression pass",
    "consent pass",
    "cap not_asked",
    "quiet_hours not_asked",
    "sms_hours pass",
    "day pass",
  ]);
});

test("what moved a message further than the reason that held it is told with it", () => {
  const { checks } = decide(facts(LINES["G28"]));
  expect(checks.at(-1)).toMatchObject({ check: "quiet_hours", facts: { until: "2027-07-15T06:00:00.000Z", also: ["day"] } });
  expect(decide(facts(LINES["G29"])).checks.at(-1)?.facts).toMatchObject({
    day: "2027-07-14",
    holiday: "bastille_day",
    name: { fr: "Fête nationale" },
    place: "FR",
  });
});

test.each([
  ["FR", "Europe/Paris"],
  ["FR-67", "Europe/Paris"],
  ["FR-971", "America/Guadeloupe"],
  ["FR-974", "Indian/Reunion"],
])(
  "over a whole year no marketing text leaves to %s outside 08:00 to 21:30, on a Sunday or a holiday, whatever the settings; a held one leaves when it says",
  (place, zone) => {
    const wide = settings({
      quietHours: null,
      smsHours: { from: "00:00", to: "24:00", sundays: true, holidays: true },
      calendar: {
        channels: [],
        place,
        days: holidays(place, 2027).map(({ date }) => ({ date, name: "Ouvert", kind: "on" as const, store: null })),
      },
    });
    const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
    const isLegal = (now: number) => {
      const [date, time] = clock.format(now).split(" ");
      return (
        new Date(date!).getUTCDay() !== 0 &&
        time! >= "08:00" &&
        time! < "21:30" &&
        !holidays(place, Number(date!.slice(0, 4))).some((one) => one.date === date)
      );
    };
    const asked = (now: number) =>
      decide(facts({ now, createdAt: now - MINUTE, patienceUntil: now + 30 * DAY, channel: "sms", place, zone, ...wide })).verdict;
    // Every 137 minutes: all times of day come on all weekdays.
    const sampled = Array.from({ length: Math.floor((365 * DAY) / (137 * MINUTE)) }, (_, n) => Date.UTC(2027, 0, 1) + n * 137 * MINUTE);
    const wrong = sampled.filter((now) => {
      const verdict = asked(now);
      if (verdict.kind === "send") return !isLegal(now);
      return (
        isLegal(now) ||
        verdict.kind !== "hold" ||
        verdict.until <= now ||
        verdict.until > now + 4 * DAY ||
        !isLegal(verdict.until) ||
        isLegal(verdict.until - 1000) ||
        asked(verdict.until).kind !== "send"
      );
    });
    expect(wrong.map(toIso)).toEqual([]);
  },
  30_000,
);

test("the holdout takes its share of people, always the same, and a larger one takes them too", () => {
  const ids = Array.from(
    { length: 20_000 },
    (_, n) => `0198c0de-${n.toString(16).padStart(4, "0")}-7000-8000-${(n * 2_654_435_761).toString(16).padStart(12, "0").slice(-12)}`,
  );
  const at5 = ids.filter((id) => heldOut(id, 5));
  expect(at5.length / ids.length).toBeGreaterThan(0.045);
  expect(at5.length / ids.length).toBeLessThan(0.055);
  expect(at5.every((id) => heldOut(id, 10))).toBe(true);
  // Evenly over the buckets of contacts too: the hash is none of their bytes.
  expect(new Set(at5.map((id) => id.slice(-2))).size).toBeGreaterThan(200);
});

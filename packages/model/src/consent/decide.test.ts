import { expect, test } from "vitest";
import { DAY, HOUR } from "../base/index.ts";
import type { Consent } from "./consent.ts";
import { consentFor, mayMeasureOpens } from "./consent.ts";
import { maskAddress, normalizeAddress } from "./address.ts";
import { decide, type GateFacts } from "./decide.ts";
import { quietUntil, usableZone } from "./quiet.ts";

const noon = Date.UTC(2026, 10, 23, 12);
const said = (state: Consent["state"], topic = "", more: Partial<Consent> = {}): Consent => ({ topic, state, basis: "express", changedAt: noon - 100 * DAY, expiresOn: null, ...more });
const facts = (over: Partial<GateFacts> = {}): GateFacts => ({
  now: noon, class: "marketing", topic: "", suppression: null, consents: [said("granted")], recent: [], zone: "Europe/Paris",
  settings: { requireConsent: true, cap: { messages: 2, days: 7 }, quietHours: { from: "21:00", to: "08:00" } }, ...over,
});
const suppressed = (reason: "hard_bounce" | "complaint" | "unsubscribed" | "erased" | "manual") => ({ suppression: { reason, at: noon - DAY } });
const receipt = { class: "transactional" as const, consents: [], recent: [noon - 1, noon - 2], now: Date.UTC(2026, 10, 23, 2) };

test.each<[string, Partial<GateFacts>, ReturnType<typeof decide>["verdict"]]>([
  ["a contact who agreed gets it", {}, { kind: "send" }],
  ["who never said anything does not", { consents: [] }, { kind: "skip", reason: "consent.missing" }],
  ["unless the workspace asks no consent", { consents: [], settings: { ...facts().settings, requireConsent: false } }, { kind: "send" }],
  ["who withdrew never does, whatever the workspace asks", { consents: [said("withdrawn")], settings: { ...facts().settings, requireConsent: false } }, { kind: "skip", reason: "consent.withdrawn" }],
  ["who objected never does", { consents: [said("objected")] }, { kind: "skip", reason: "consent.objected" }],
  ["a suppressed address comes before consent", suppressed("hard_bounce"), { kind: "skip", reason: "suppressed.hard_bounce" }],
  ["a receipt needs no consent, no cap and no hours", receipt, { kind: "send" }],
  ["a receipt reaches who left marketing", { ...receipt, ...suppressed("unsubscribed") }, { kind: "send" }],
  ["a receipt does not go where mail bounces", { ...receipt, ...suppressed("hard_bounce") }, { kind: "skip", reason: "suppressed.hard_bounce" }],
  ["a receipt does not go to who complained", { ...receipt, ...suppressed("complaint") }, { kind: "skip", reason: "suppressed.complaint" }],
  ["the last allowed day still counts", { consents: [said("granted", "", { expiresOn: "2026-11-23" })] }, { kind: "send" }],
  ["the day after does not", { consents: [said("granted", "", { expiresOn: "2026-11-22" })] }, { kind: "skip", reason: "consent.expired" }],
  ["one message below the cap passes", { recent: [noon - DAY] }, { kind: "send" }],
  ["at the cap it waits until the older one is a week old", { recent: [noon - DAY, noon - 2 * DAY] }, { kind: "hold", reason: "cap.reached", until: noon + 5 * DAY }],
  ["what left exactly a week ago counts no more", { recent: [noon - DAY, noon - 7 * DAY] }, { kind: "send" }],
  ["at 22:00 local it waits for 08:00", { now: Date.UTC(2026, 10, 23, 21) }, { kind: "hold", reason: "quiet_hours", until: Date.UTC(2026, 10, 24, 7) }],
  ["consent is asked before the cap and the hours", { now: Date.UTC(2026, 10, 23, 21), consents: [] }, { kind: "skip", reason: "consent.missing" }],
])("%s", (_name, over, verdict) => {
  expect(decide(facts(over)).verdict).toEqual(verdict);
});

test("every check that was asked is kept, in order, up to the one that decided", () => {
  expect(decide(facts()).checks.map((one) => `${one.check} ${one.result}`)).toEqual(["suppression pass", "consent pass", "cap pass", "quiet_hours pass"]);
  expect(decide(facts({ consents: [] })).checks.map((one) => `${one.check} ${one.result}`)).toEqual(["suppression pass", "consent skip"]);
});

test.each<[string, Consent[], string, string]>([
  ["a topic left stays left after a general yes", [said("withdrawn", "news"), said("granted", "", { changedAt: noon })], "news", "withdrawn"],
  ["a general no covers the topics agreed to before", [said("granted", "news"), said("withdrawn", "", { changedAt: noon })], "news", "withdrawn"],
  ["a topic agreed to after a general no counts", [said("withdrawn"), said("granted", "news", { changedAt: noon })], "news", "granted"],
  ["a general no still stands for other topics", [said("withdrawn"), said("granted", "news", { changedAt: noon })], "sales", "withdrawn"],
  ["a yes to one topic is no yes to another", [said("granted", "news")], "sales", "missing"],
  ["a yes to one topic is no general yes", [said("granted", "news")], "", "missing"],
  ["a general yes covers topics nobody asked about", [said("granted")], "sales", "granted"],
  ["an expired topic falls back on a general yes", [said("granted", "news", { expiresOn: "2020-01-01" }), said("granted")], "news", "granted"],
])("%s", (_name, consents, topic, expected) => {
  expect(consentFor(consents, topic, "2026-11-23").kind).toBe(expected);
});

test("quiet hours end at the local time, also across daylight saving and midnight", () => {
  const night = { from: "21:00", to: "08:00" };
  // 2027-03-28: Paris skips 02:00–03:00, so 22:00 to 08:00 lasts nine hours.
  expect(quietUntil(night, "Europe/Paris", Date.UTC(2027, 2, 27, 21))).toBe(Date.UTC(2027, 2, 28, 6));
  expect(quietUntil({ from: "23:00", to: "02:30" }, "Europe/Paris", Date.UTC(2027, 2, 28, 0, 30))).toBe(Date.UTC(2027, 2, 28, 1, 30));
  expect(quietUntil(night, "America/Montreal", Date.UTC(2026, 10, 23, 12, 59))).toBe(Date.UTC(2026, 10, 23, 13));
  expect(quietUntil(night, "America/Montreal", Date.UTC(2026, 10, 23, 13))).toBeNull();
  expect(quietUntil({ from: "12:00", to: "14:00" }, "UTC", noon)).toBe(noon + 2 * HOUR);
  expect(quietUntil({ from: "09:00", to: "09:00" }, "UTC", noon)).toBeNull();
  expect(usableZone("Mars/Olympus", null, "Europe/Paris")).toBe("Europe/Paris");
});

test("opens are measured only as the setting and the contact allow", () => {
  expect(["off", "with_consent", "unless_refused"].map((mode) => [[], [said("granted")], [said("withdrawn")]].map((words) => mayMeasureOpens(mode as "off", words, "2026-11-23"))))
    .toEqual([[false, false, false], [false, true, false], [true, true, false]]);
});

test("one mailbox has one form, and a mask shows little of it", () => {
  expect(normalizeAddress("email", "  Ana@Example.COM ")).toBe("ana@example.com");
  expect(maskAddress("ana@example.com")).toBe("a•••@e•••.com");
});

import { expect, test } from "vitest";
import { DAY, HOUR } from "../base/index.ts";
import { maskAddress, normalizeAddress } from "./address.ts";
import { consentFor, mayMeasureOpens, type Consent } from "./consent.ts";
import { quietUntil, usableZone } from "./quiet.ts";

const noon = Date.UTC(2026, 10, 23, 12);
const said = (state: Consent["state"], topic = "", more: Partial<Consent> = {}): Consent => ({
  topic,
  state,
  basis: "express",
  changedAt: noon - 100 * DAY,
  expiresOn: null,
  ...more,
});

test.each<[string, Consent[], string, string]>([
  [
    "a topic left stays left after a general yes",
    [said("withdrawn", "news"), said("granted", "", { changedAt: noon })],
    "news",
    "withdrawn",
  ],
  [
    "a general no covers the topics agreed to before",
    [said("granted", "news"), said("withdrawn", "", { changedAt: noon })],
    "news",
    "withdrawn",
  ],
  ["a topic agreed to after a general no counts", [said("withdrawn"), said("granted", "news", { changedAt: noon })], "news", "granted"],
  ["a general no still stands for other topics", [said("withdrawn"), said("granted", "news", { changedAt: noon })], "sales", "withdrawn"],
  ["a yes to one topic is no yes to another", [said("granted", "news")], "sales", "missing"],
  ["a yes to one topic is no general yes", [said("granted", "news")], "", "missing"],
  ["a general yes covers topics nobody asked about", [said("granted")], "sales", "granted"],
  [
    "an expired topic falls back on a general yes",
    [said("granted", "news", { expiresOn: "2020-01-01" }), said("granted")],
    "news",
    "granted",
  ],
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
  expect(
    ["off", "with_consent", "unless_refused"].map((mode) =>
      [[], [said("granted")], [said("withdrawn")]].map((words) => mayMeasureOpens(mode as "off", words, "2026-11-23")),
    ),
  ).toEqual([
    [false, false, false],
    [false, true, false],
    [true, true, false],
  ]);
});

test("one mailbox has one form, and a mask shows little of it", () => {
  expect(normalizeAddress("email", "  Ana@Example.COM ")).toBe("ana@example.com");
  expect(maskAddress("ana@example.com")).toBe("a•••@e•••.com");
});

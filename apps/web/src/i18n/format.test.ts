import { expect, test } from "vitest";
import { formatsFor } from "./format.ts";

const fr = formatsFor("fr", "Europe/Paris");
const en = formatsFor("en", "Europe/Paris");
const NOW = Date.parse("2026-11-22T13:05:00Z");

test("numbers: U+00A0 between French thousands, a real minus, a comma", () => {
  expect(fr.number(1_234_567.891)).toBe("1\u00a0234\u00a0567,89");
  expect(fr.number(-12)).toBe("\u221212");
  expect(en.number(-1234.5)).toBe("\u22121,234.5");
});
test("money: sign after in French, before in English", () => {
  expect(fr.money(1234.56, "EUR")).toBe("1\u00a0234,56\u00a0€");
  expect(fr.money(412.8, "CAD")).toBe("412,80\u00a0$");
  expect(en.money(1234.56, "EUR")).toBe("€1,234.56");
});
test("moments are in the zone of the workspace", () => {
  expect(fr.time("2026-11-22T13:05:00Z")).toBe("14:05");
  expect(fr.day(NOW)).toBe("22 novembre 2026");
  expect(en.moment("2025-03-01T08:00:00Z", NOW)).toBe("1 Mar 2025, 09:00");
});
test("what a field for date and time holds is meant in that zone too, also around a change of clocks", () => {
  for (const at of ["2026-11-22T13:05:00.000Z", "2027-03-28T00:30:00.000Z", "2027-03-28T01:30:00.000Z", "2026-10-25T02:30:00.000Z"])
    expect([at, new Date(fr.instantOf(fr.typed(at))!).toISOString()]).toEqual([at, at]);
  expect([fr.typed("2027-03-28T01:30:00Z"), fr.instantOf("")]).toEqual(["2027-03-28T03:30", null]);
});
test("days have names when they are near", () => {
  expect(fr.dayName(NOW, NOW)).toBe("Aujourd\u2019hui");
  expect(fr.dayName(NOW - 86_400_000, NOW)).toBe("Hier");
  expect(en.dayName("2026-11-20T12:00:00Z", NOW)).toBe("Friday 20 November");
  expect(fr.dayName("2026-11-21T23:30:00Z", NOW)).toBe("Aujourd\u2019hui");
});
test("how long ago: the largest unit that fits", () => {
  expect(fr.ago(NOW - 4 * 60_000, NOW)).toBe("il y a 4\u00a0min");
  expect(en.ago(NOW + 3 * 3_600_000, NOW)).toBe("in 3 hr");
  expect(fr.ago(NOW + 20_000, NOW)).toBe("à l’instant");
});

import { expect, test } from "vitest";
import { dayText, easter } from "./easter.ts";
import { HOLIDAY_PLACES, holidayOn, holidays } from "./holidays.ts";
import { placeOf, placeOfPhone, placeOfZone, zoneOfPlace } from "./place.ts";

test("Easter falls where the published tables say, earliest and latest included", () => {
  expect([1818, 1961, 2000, 2008, 2024, 2025, 2026, 2027, 2038, 2049, 2076, 2285].map((year) => dayText(easter(year)).slice(5)))
    .toEqual(["03-22", "04-02", "04-23", "03-23", "03-31", "04-20", "04-05", "03-28", "04-25", "04-18", "04-19", "03-22"]);
});

const days = (place: string, year: number) => holidays(place, year).map((one) => one.date.slice(5)).join(" ");

test.each([
  ["FR", 2027, "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25"],
  ["FR-67", 2027, "01-01 03-26 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25 12-26"],
  ["FR-974", 2028, "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-20 12-25"],
  ["BE", 2027, "01-01 03-29 05-01 05-06 05-17 07-21 08-15 11-01 11-11 12-25"],
  ["LU", 2027, "01-01 03-29 05-01 05-06 05-09 05-17 06-23 08-15 11-01 12-25 12-26"],
  ["CH-GE", 2027, "01-01 03-26 03-29 05-06 05-17 08-01 09-09 12-25 12-31"],
  ["CH-VD", 2027, "01-01 01-02 03-26 03-29 05-06 05-17 08-01 09-20 12-25"],
  ["CA-QC", 2027, "01-01 03-26 03-29 05-24 06-24 07-01 09-06 10-11 12-25"],
  ["CA-QC", 2029, "01-01 03-30 04-02 05-21 06-24 07-02 09-03 10-08 12-25"],
  ["CA-BC", 2022, "01-01 02-21 04-15 05-23 07-01 08-01 09-05 10-10 11-11 12-25"],
  ["CA-BC", 2024, "01-01 02-19 03-29 05-20 07-01 08-05 09-02 09-30 10-14 11-11 12-25"],
] as const)("the holidays of %s in %i", (place, year, expected) => {
  expect(days(place, year)).toBe(expected);
});

test("two holidays of one date are one, a place without a table of its own has its country's, an unknown country has none", () => {
  expect(holidayOn("FR", "2008-05-01")?.key).toBe("labour"); // Ascension too, that year
  expect(days("FR-33", 2027)).toBe(days("FR", 2027));
  expect(holidays("ES", 2027)).toEqual([]);
  for (const place of HOLIDAY_PLACES) for (const one of holidays(place, 2028)) expect([place, one.key, one.name.fr !== "" && one.name.en !== "", one.date.startsWith("2028-")]).toEqual([place, one.key, true, true]);
});

test.each([
  [{ country: "fr", region: null, postalCode: "67 000" }, "FR-67", "Europe/Paris"],
  [{ country: "FR", region: "Bas-Rhin", postalCode: null }, "FR-67", "Europe/Paris"],
  [{ country: "FR", region: null, postalCode: "97400" }, "FR-974", "Indian/Reunion"],
  [{ country: "CA", region: null, postalCode: "h2x 1y4" }, "CA-QC", "America/Toronto"],
  [{ country: "CA", region: null, postalCode: "X0A 0H0" }, "CA-NU", "America/Iqaluit"],
  [{ country: "CA", region: null, postalCode: null }, "CA", null],
  [{ country: "CH", region: "Genève", postalCode: null }, "CH-GE", "Europe/Zurich"],
  [{ country: "CH", region: "ch-vd", postalCode: null }, "CH-VD", "Europe/Zurich"],
  [{ country: "FR", region: "Genève", postalCode: null }, "FR", "Europe/Paris"],
  [{ country: "ES", region: null, postalCode: null }, "ES", null],
  [{ country: "France", region: null, postalCode: "75001" }, null, null],
] as const)("%j is %s", (of, place, zone) => {
  expect(placeOf(of)).toBe(place);
  if (place !== null) expect(zoneOfPlace(place)).toBe(zone);
});

test("a phone number and a workspace's time zone tell a place too", () => {
  expect(["+33612345678", "+590 690 00 00 00", "+352621", "+15145550000", "0612345678"].map(placeOfPhone)).toEqual(["FR", "FR-971", "LU", null, null]);
  expect(["Europe/Paris", "Europe/Zurich", "America/Montreal", "America/Vancouver", "Mars/Olympus"].map(placeOfZone)).toEqual(["FR", "CH", "CA-QC", "CA-BC", "FR"]);
});

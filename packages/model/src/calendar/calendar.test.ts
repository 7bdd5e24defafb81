import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { zoneOfPlace as zoneOfAddress } from "../time/index.ts";
import { dayText, easter } from "./easter.ts";
import { HOLIDAY_PLACES, holidayOn, holidays } from "./holidays.ts";
import { NAME_DAYS, nameDayOf } from "./name-days.ts";
import { placeOf, placeOfPhone, placeOfZone, zoneOfPlace } from "./place.ts";

test("Easter falls where the published tables say, earliest and latest included", () => {
  expect([1818, 1961, 2000, 2008, 2024, 2025, 2026, 2027, 2038, 2049, 2076, 2285].map((year) => dayText(easter(year)).slice(5))).toEqual([
    "03-22",
    "04-02",
    "04-23",
    "03-23",
    "03-31",
    "04-20",
    "04-05",
    "03-28",
    "04-25",
    "04-18",
    "04-19",
    "03-22",
  ]);
});

const days = (place: string, year: number) =>
  holidays(place, year)
    .map((one) => one.date.slice(5))
    .join(" ");

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

// Days that move, 2026 to 2030, from published calendars; written out, not computed.
const MOVING: Readonly<Record<string, string>> = {
  friday: "04-03 03-26 04-14 03-30 04-19",
  easter: "04-06 03-29 04-17 04-02 04-22",
  ascension: "05-14 05-06 05-25 05-10 05-30",
  whit: "05-25 05-17 06-05 05-21 06-10",
  corpus: "06-04 05-27 06-15 05-31 06-20",
  family: "02-16 02-15 02-21 02-19 02-18",
  victoria: "05-18 05-24 05-22 05-21 05-20",
  canada: "07-01 07-01 07-01 07-02 07-01",
  august: "08-03 08-02 08-07 08-06 08-05",
  discovery: "08-17 08-16 08-21 08-20 08-19",
  labour: "09-07 09-06 09-04 09-03 09-02",
  thanks: "10-12 10-11 10-09 10-08 10-14",
  geneva: "09-10 09-09 09-07 09-06 09-05",
  vaud: "09-21 09-20 09-18 09-17 09-16",
};

test.each([
  ["FR", "01-01 easter 05-01 05-08 ascension whit 07-14 08-15 11-01 11-11 12-25"],
  ["FR-57", "01-01 friday easter 05-01 05-08 ascension whit 07-14 08-15 11-01 11-11 12-25 12-26"],
  ["FR-972", "01-01 easter 05-01 05-08 ascension 05-22 whit 07-14 08-15 11-01 11-11 12-25"],
  ["BE", "01-01 easter 05-01 ascension whit 07-21 08-15 11-01 11-11 12-25"],
  ["CH-GE", "01-01 friday easter ascension whit 08-01 geneva 12-25 12-31"],
  ["CH-VD", "01-01 01-02 friday easter ascension whit 08-01 vaud 12-25"],
  ["CH-VS", "01-01 03-19 ascension corpus 08-01 08-15 11-01 12-08 12-25"],
  ["CH-FR", "01-01 friday ascension corpus 08-01 08-15 11-01 12-08 12-25"],
  ["CH-NE", "01-01 03-01 friday 05-01 ascension 08-01 12-25"],
  ["CH-JU", "01-01 01-02 friday easter 05-01 ascension whit corpus 06-23 08-01 08-15 11-01 12-25"],
  ["CH-BE", "01-01 01-02 friday easter ascension whit 08-01 12-25 12-26"],
  ["CH-ZH", "01-01 friday easter 05-01 ascension whit 08-01 12-25 12-26"],
  ["CH-TI", "01-01 01-06 03-19 easter 05-01 ascension whit corpus 06-29 08-01 08-15 11-01 12-08 12-25 12-26"],
  ["CA", "01-01 friday victoria canada labour 09-30 thanks 11-11 12-25 12-26"],
  ["CA-AB", "01-01 family friday victoria canada labour thanks 11-11 12-25"],
  ["CA-BC", "01-01 family friday victoria canada august labour 09-30 thanks 11-11 12-25"],
  ["CA-MB", "01-01 family friday victoria canada labour 09-30 thanks 12-25"],
  ["CA-NB", "01-01 family friday canada august labour 11-11 12-25"],
  ["CA-NL", "01-01 friday canada labour 11-11 12-25"],
  ["CA-NS", "01-01 family friday canada labour 11-11 12-25"],
  ["CA-NT", "01-01 friday victoria 06-21 canada august labour 09-30 thanks 11-11 12-25"],
  ["CA-NU", "01-01 friday victoria canada 07-09 august labour 09-30 thanks 11-11 12-25"],
  ["CA-ON", "01-01 family friday victoria canada labour thanks 12-25 12-26"],
  ["CA-PE", "01-01 family friday canada labour 09-30 11-11 12-25"],
  ["CA-QC", "01-01 friday easter victoria 06-24 canada labour thanks 12-25"],
  ["CA-SK", "01-01 family friday victoria canada august labour thanks 11-11 12-25"],
  ["CA-YT", "01-01 friday victoria 06-21 canada discovery labour 09-30 thanks 11-11 12-25"],
])("the holidays of %s are those of the published lists from 2026 to 2030", (place, list) => {
  for (const [n, year] of [2026, 2027, 2028, 2029, 2030].entries()) {
    const published = list
      .split(" ")
      .map((one) => MOVING[one]?.split(" ")[n] ?? one)
      .sort()
      .join(" ");
    expect([year, days(place, year)]).toEqual([year, published]);
  }
});

test("two holidays of one date are one, a place without a table of its own has its country's, an unknown country has none", () => {
  expect(holidayOn("FR", "2008-05-01")?.key).toBe("labour"); // Ascension too, that year
  expect(days("FR-33", 2027)).toBe(days("FR", 2027));
  expect(holidays("ES", 2027)).toEqual([]);
  for (const place of HOLIDAY_PLACES)
    for (const one of holidays(place, 2028))
      expect([place, one.key, one.name.fr !== "" && one.name.en !== "", one.date.startsWith("2028-")]).toEqual([
        place,
        one.key,
        true,
        true,
      ]);
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
  expect(["+33612345678", "+590 690 00 00 00", "+352621", "+15145550000", "0612345678"].map(placeOfPhone)).toEqual([
    "FR",
    "FR-971",
    "LU",
    null,
    null,
  ]);
  expect(["Europe/Paris", "Europe/Zurich", "America/Montreal", "America/Vancouver", "Mars/Olympus"].map(placeOfZone)).toEqual([
    "FR",
    "CH",
    "CA-QC",
    "CA-BC",
    "FR",
  ]);
});

const GEO = [process.env["RELANCE_TEST_DATA"], "../shared/data"]
  .map((folder) => `${folder}/france-geo`)
  .find((folder) => existsSync(folder));
const cellsOf = (file: string): string[][] => {
  const bytes = readFileSync(`${GEO}/${file}`);
  return (file.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => cell[1] ?? cell[2]!));
};

test.skipIf(GEO === undefined)(
  "every commune of France has the holidays and the hour of its department by its postal code alone (needs RELANCE_TEST_DATA or ../shared/data)",
  () => {
    const communes = cellsOf("communes.csv.gz");
    const current = communes.filter(([, , type]) => type === "commune-actuelle");
    const posts = cellsOf("codes_postaux_gps.csv.gz");
    expect([
      communes.length,
      current.length,
      current.reduce((sum, row) => sum + Number(row[8]), 0),
      cellsOf("departements.csv").length,
      cellsOf("regions.csv").length,
    ]).toEqual([37_590, 34_969, 68_952_941, 109, 26]);
    expect([posts.length, new Set(posts.map((row) => row[2])).size, new Set(posts.map((row) => row[0])).size]).toEqual([
      39_192, 6_328, 35_099,
    ]);
    expect(
      Object.fromEntries(
        Map.groupBy(communes, (row) => row[2]!)
          .entries()
          .map(([type, rows]) => [type, rows.length]),
      ),
    ).toEqual({ "commune-actuelle": 34_969, "commune-deleguee": 2_105, "commune-associee": 471, "arrondissement-municipal": 45 });
    const placed = new Set(posts.filter((row) => row[5] !== "").map((row) => row[0]));
    expect([posts.filter((row) => row[5] === "").length, current.filter((row) => placed.has(row[0])).length]).toEqual([270, 34_857]);
    const [own, zones] = [new Set(HOLIDAY_PLACES), new Map<string, Set<string | null>>()];
    let n = 0;
    const wrong = communes.flatMap(([, name, , where, department, , , codes]) =>
      codes!
        .split(" ")
        .filter((code) => code !== "")
        .flatMap((code) => {
          const at = { country: "FR", region: null, postalCode: code };
          n += 1;
          zones.set(
            where === "metro" ? where : department!,
            (zones.get(where === "metro" ? where : department!) ?? new Set()).add(zoneOfAddress(at)),
          );
          const expected = own.has(`FR-${department}`) ? `FR-${department}` : "FR";
          return placeOf(at) === expected ? [] : [`${name} ${code}`];
        }),
    );
    expect([n, wrong]).toEqual([35_539, []]);
    expect(Object.fromEntries([...zones].map(([of, found]) => [of, [...found].join()]))).toEqual({
      metro: "Europe/Paris",
      971: "America/Guadeloupe",
      972: "America/Martinique",
      973: "America/Cayenne",
      974: "Indian/Reunion",
      976: "Indian/Mayotte",
      975: "America/Miquelon",
      977: "America/Guadeloupe",
      978: "America/Guadeloupe",
      986: "Pacific/Wallis",
      987: "Pacific/Tahiti",
      988: "Pacific/Noumea",
      989: "Pacific/Tahiti",
    });
  },
);

test("a first name has its day in the French calendar, however it is written; one the calendar does not know has none", () => {
  expect(["Léa", "LEA", "jean-pierre", "Jean Baptiste", "Zoé", "Mickaël", "Auguste", "Kimberley", ""].map(nameDayOf)).toEqual([
    "03-22",
    "03-22",
    "12-27",
    "06-24",
    "05-02",
    "09-29",
    "02-29",
    null,
    null,
  ]);
});

test("no first name has two days, and every day is one of the year", () => {
  const names = NAME_DAYS.map(([name]) => name);
  expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
  expect(
    NAME_DAYS.filter(
      ([, day]) => Number.isNaN(Date.parse(`2000-${day}`)) || new Date(`2000-${day}T00:00:00Z`).toISOString().slice(5, 10) !== day,
    ),
  ).toEqual([]);
  expect(names.length).toBeGreaterThan(500);
});

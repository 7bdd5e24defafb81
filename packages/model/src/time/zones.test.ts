import { expect, test } from "vitest";
import { zoneOfPlace } from "./zones.ts";

test.each([
  ["FR", null, "75011", "Europe/Paris"],
  ["FR", null, "97400", "Indian/Reunion"],
  ["fr", null, null, "Europe/Paris"],
  ["BE", null, null, "Europe/Brussels"],
  ["CH", null, null, "Europe/Zurich"],
  ["CA", null, "H2X 1Y4", "America/Toronto"],
  ["CA", "BC", null, "America/Vancouver"],
  ["CA", null, null, null],
  ["US", "US-WA", null, "America/Los_Angeles"],
  ["US", null, "98101", null],
  [null, null, "75011", null],
  ["ZZ", null, null, null],
  ["France", null, null, null],
])("country %s, region %s, postcode %s is in %s", (country, region, postalCode, zone) => {
  expect(zoneOfPlace({ country, region, postalCode })).toBe(zone);
});

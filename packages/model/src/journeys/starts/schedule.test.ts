import { DAY } from "@relance/model/base";
import { expect, test } from "vitest";
import { kilometres } from "../../rules/index.ts";
import { nextOccurrence, scheduleShape, type ScheduleStart } from "./schedule.ts";

const start = (more: Partial<ScheduleStart> = {}): ScheduleStart => ({
  kind: "schedule",
  segment: "00000000-0000-0000-0000-000000000000",
  date: "2026-01-31",
  at: "09:00",
  zone: "workspace",
  repeat: null,
  ...more,
});
const at = (iso: string) => Date.parse(iso);
const monthly = start({ repeat: { every: 1, unit: "month", until: "2026-12-31" } });

test("a monthly schedule of the 31st takes the last day of shorter months and comes back to the 31st", () => {
  const days: string[] = [];
  for (
    let next = nextOccurrence(monthly, "Europe/Paris", at("2026-01-01T00:00:00Z"), null);
    next !== null;
    next = nextOccurrence(monthly, "Europe/Paris", next.at, next.day)
  )
    days.push(next.day);
  expect(days).toEqual([
    "2026-01-31",
    "2026-02-28",
    "2026-03-31",
    "2026-04-30",
    "2026-05-31",
    "2026-06-30",
    "2026-07-31",
    "2026-08-31",
    "2026-09-30",
    "2026-10-31",
    "2026-11-30",
    "2026-12-31",
  ]);
});

test("a schedule asked years later is found without counting from its first day, and is the one counting would find", () => {
  for (const [every, unit] of [
    [1, "day"],
    [3, "week"],
    [2, "month"],
    [365, "day"],
  ] as const) {
    const one = start({ repeat: { every, unit, until: null } });
    let counted = nextOccurrence(one, "America/Toronto", at("2026-01-01T00:00:00Z"), null)!;
    const now = at("2026-01-01T00:00:00Z") + 900 * DAY;
    while (counted.at < now) counted = nextOccurrence(one, "America/Toronto", counted.at, counted.day)!;
    expect(nextOccurrence(one, "America/Toronto", now, null)).toEqual(counted);
  }
});

test("in each person's zone the audience is settled where the day begins first, and the day is over where it ends last", () => {
  const one = start({ zone: "person", date: "2026-03-24" });
  expect(nextOccurrence(one, "Europe/Paris", at("2026-03-24T20:59:59Z"), null)).toEqual({
    day: "2026-03-24",
    at: at("2026-03-23T19:00:00Z"),
  });
  expect(nextOccurrence(one, "Europe/Paris", at("2026-03-24T21:00:01Z"), null)).toBeNull();
  expect(scheduleShape.safeParse({ ...one, date: "2026-02-30" }).success).toBe(false);
});

test("distances are those of a globe", () => {
  expect(kilometres({ latitude: 48.8566, longitude: 2.3522 }, { latitude: 45.6066, longitude: -73.7124 })).toBeGreaterThan(5_490);
  expect(kilometres({ latitude: 48.8566, longitude: 2.3522 }, { latitude: 45.6066, longitude: -73.7124 })).toBeLessThan(5_550);
  expect(kilometres({ latitude: 0, longitude: 179.99 }, { latitude: 0, longitude: -179.99 })).toBeCloseTo(2.224, 2);
});

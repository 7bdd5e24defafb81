import fc from "fast-check";
import { expect, test } from "vitest";
import { minus, plus, reaching, type Span } from "./span.ts";

const at = (text: string) => Date.parse(text);

test.each([
  ["2026-01-31T10:00:00Z", 1, "month", "2026-03-01T00:00:00Z"],
  ["2026-01-28T10:00:00Z", 1, "month", "2026-02-28T10:00:00Z"],
  ["2024-02-29T08:00:00Z", 1, "year", "2025-03-01T00:00:00Z"],
  ["2024-02-29T08:00:00Z", 4, "year", "2028-02-29T08:00:00Z"],
  ["2026-03-29T00:30:00Z", 1, "day", "2026-03-30T00:30:00Z"],
] as const)("%s plus %i %s is %s", (from, n, unit, to) => {
  expect(plus(at(from), { n, unit })).toBe(at(to));
});

const span: fc.Arbitrary<Span> = fc.record({
  n: fc.integer({ min: 1, max: 40 }),
  unit: fc.constantFrom("minute", "hour", "day", "week", "month", "year"),
});
const instant = fc.integer({ min: at("1999-01-01T00:00:00Z"), max: at("2040-01-01T00:00:00Z") });
const midnight = instant.map((t) => t - (t % 86_400_000));
// Chance seldom meets the first instant of a month, where a lacking day ends.
const monthStart = instant.map((t) => Date.UTC(new Date(t).getUTCFullYear(), new Date(t).getUTCMonth(), 1));
const moment = fc.oneof(
  instant,
  midnight,
  monthStart,
  monthStart.map((t) => t - 1),
);
// Near the edge, where it is decided; two moments of forty years are hardly ever there.
const nearby = fc.oneof(
  fc.constantFrom(0, -1, 1),
  fc.integer({ min: -4, max: 4 }).map((days) => days * 86_400_000),
  fc.integer({ min: -3e8, max: 3e8 }),
);

test("a window has one edge: an event has left exactly from the moment plus says", () => {
  fc.assert(
    fc.property(moment, nearby, span, (e, away, s) => {
      const t = plus(e, s) + away;
      return minus(t, s) >= e === t >= plus(e, s);
    }),
    { numRuns: 20_000 },
  );
});

test("what happened in the first instant of March leaves a month's window on 1 April, not on 29 March", () => {
  const month: Span = { n: 1, unit: "month" };
  expect(minus(at("2026-03-29T00:00:00Z"), month) >= at("2026-03-01T00:00:00Z")).toBe(false);
  expect(minus(at("2026-04-01T00:00:00Z"), month)).toBe(at("2026-03-01T00:00:00Z"));
  expect(reaching(at("2026-03-01T00:00:00Z"), month)).toBe(at("2026-01-29T00:00:00Z"));
});

test("a moment to come is within reach exactly from the moment reaching says", () => {
  fc.assert(
    fc.property(moment, nearby, span, (d, away, s) => {
      const t = minus(d, s) + away;
      return plus(t, s) >= d === t >= reaching(d, s);
    }),
    { numRuns: 20_000 },
  );
});

test("later never means earlier, before or after adding", () => {
  fc.assert(
    fc.property(instant, instant, span, (a, b, s) => a > b || (plus(a, s) <= plus(b, s) && minus(a, s) <= minus(b, s))),
    { numRuns: 10_000 },
  );
});

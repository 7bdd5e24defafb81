import fc from "fast-check";
import { expect, test } from "vitest";
import { minus, plus, type Span } from "./span.ts";

const at = (text: string) => Date.parse(text);

test.each([
  ["2026-01-31T10:00:00Z", 1, "month", "2026-03-01T00:00:00Z"], ["2026-01-28T10:00:00Z", 1, "month", "2026-02-28T10:00:00Z"],
  ["2024-02-29T08:00:00Z", 1, "year", "2025-03-01T00:00:00Z"], ["2024-02-29T08:00:00Z", 4, "year", "2028-02-29T08:00:00Z"],
  ["2026-03-29T00:30:00Z", 1, "day", "2026-03-30T00:30:00Z"],
] as const)("%s plus %i %s is %s", (from, n, unit, to) => {
  expect(plus(at(from), { n, unit })).toBe(at(to));
});

const span: fc.Arbitrary<Span> = fc.record({ n: fc.integer({ min: 1, max: 40 }), unit: fc.constantFrom("minute", "hour", "day", "week", "month", "year") });
const instant = fc.integer({ min: at("1999-01-01T00:00:00Z"), max: at("2040-01-01T00:00:00Z") });
const nearMonthEnd = instant.map((t) => t - (t % 86_400_000));

test("a window has one edge: an event has left exactly from the moment plus says", () => {
  fc.assert(fc.property(fc.oneof(instant, nearMonthEnd), fc.oneof(instant, nearMonthEnd), span, (t, e, s) => minus(t, s) >= e === t >= plus(e, s)), { numRuns: 20_000 });
});

test("a moment to come is within reach exactly from the moment minus says", () => {
  fc.assert(fc.property(fc.oneof(instant, nearMonthEnd), fc.oneof(instant, nearMonthEnd), span, (t, d, s) => plus(t, s) >= d === t >= minus(d, s)), { numRuns: 20_000 });
});

test("later never means earlier, before or after adding", () => {
  fc.assert(fc.property(instant, instant, span, (a, b, s) => a > b || (plus(a, s) <= plus(b, s) && minus(a, s) <= minus(b, s))), { numRuns: 10_000 });
});

import { DAY, toIso, type Instant } from "../base/index.ts";
import {
  inWindow,
  leaving,
  matchingEvents,
  propertyScalars,
  propertyValue,
  readProperty,
  soonest,
  tenThousandths,
  windowAt,
  type FactEvent,
  type Scalar,
} from "../rules/index.ts";
import type { Computation } from "./computed.ts";

/**
 * The value of a computed attribute for one contact, and when time alone may next change it: the meaning, beside which the SQL is tested.
 * Amounts and averages have four decimals, days two, halves away from zero; null when there is nothing to tell (a count or a sum is then 0).
 */
export function computedValue(of: Computation, events: readonly FactEvent[], at: Instant): { value: unknown; nextAt: Instant | null } {
  const { inside, clocks } = inWindow(matchingEvents(of, events, at), of.window, windowAt(of.window, at, null, "UTC"));
  const [oldest] = inside;
  return { value: measured(of, inside), nextAt: soonest([...clocks, ...(oldest ? leaving(of.window, oldest.at) : [])], at) };
}

function measured({ measure }: Computation, events: readonly FactEvent[]): unknown {
  const numbers = (property: string) =>
    events.flatMap((event) => readProperty(event, property).values).filter((value): value is number => typeof value === "number");
  switch (measure.of) {
    case "count":
      return events.length;
    case "sum":
      return Number(total(numbers(measure.property))) / 1e4;
    case "avg": {
      const read = numbers(measure.property);
      return read.length === 0 ? null : rounded(total(read), BigInt(read.length)) / 1e4;
    }
    case "min":
    case "max": {
      const read = numbers(measure.property);
      return read.length === 0 ? null : read.reduce((a, b) => (measure.of === "min" ? Math.min(a, b) : Math.max(a, b)));
    }
    case "first":
    case "last": {
      const event = measure.of === "first" ? events[0] : events.at(-1);
      if (event === undefined) return null;
      if (measure.property === null) return toIso(event.at);
      const value = propertyValue(event, measure.property);
      return isScalar(value) ? value : null;
    }
    case "favourite":
      return favourite(events, measure.property);
    case "distinct":
      return new Set(events.flatMap((event) => propertyScalars(event, measure.property))).size;
    case "days_between":
      return events.length < 2
        ? null
        : rounded(BigInt(events.at(-1)!.at - events[0]!.at) * 100n, BigInt(DAY) * BigInt(events.length - 1)) / 100;
  }
}

/** The value met most often; of several the one met last, and of those the first in the alphabet. */
function favourite(events: readonly FactEvent[], property: string): Scalar | null {
  const met = new Map<Scalar, { times: number; last: Instant }>();
  for (const event of events)
    for (const value of propertyScalars(event, property))
      met.set(value, { times: (met.get(value)?.times ?? 0) + 1, last: Math.max(met.get(value)?.last ?? -Infinity, event.at) });
  const [best] = [...met].sort(([a, x], [b, y]) => y.times - x.times || y.last - x.last || (String(a) < String(b) ? -1 : 1));
  return best?.[0] ?? null;
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

const total = (numbers: readonly number[]): bigint => numbers.reduce((sum, value) => sum + tenThousandths(value), 0n);

/** A quotient to the nearest whole, halves away from zero, as PostgreSQL rounds numerics. */
function rounded(of: bigint, by: bigint): number {
  const size = of < 0n ? -of : of;
  const whole = (size * 2n + by) / (by * 2n);
  return Number(of < 0n ? -whole : whole);
}

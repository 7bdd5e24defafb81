import type { Instant, TimeZone } from "../base/index.ts";
import { toIso } from "../base/index.ts";
import { compare, edges, tenThousandths, UTC, type Zones } from "./compare.ts";
import type { LeafVerdict } from "./leaf.ts";
import type { FactEvent } from "./facts.ts";
import { readProperty, propertyScalars, type Read } from "./property.ts";
import type { Comparison, EventPattern, EventRule, Window } from "./rule.ts";
import { admits, entering, leaving, rolls, windowAt, type WindowAt } from "./window.ts";

/** Whether an event has the name and fulfils the filters. */
export function matchesPattern(event: FactEvent, pattern: EventPattern, at: Instant, zones: Zones = UTC): boolean {
  return (
    event.name === pattern.event && pattern.where.every((filter) => compareRead(readProperty(event, filter.property), filter.is, at, zones))
  );
}

/** Events of a pattern, oldest first. */
export function matchingEvents(pattern: EventPattern, events: readonly FactEvent[], at: Instant, zones: Zones = UTC): FactEvent[] {
  return events.filter((event) => matchesPattern(event, pattern, at, zones)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** A comparison of all values a property leads to: true of one of them, or, when it says "not", of none of them the contrary. */
function compareRead({ values, listed }: Read, is: Comparison, at: Instant, zones: Zones): boolean {
  if (!listed) return compare(values[0], is, at, zones);
  const contrary = CONTRARY[is.op];
  if (contrary) return !values.some((value) => compare(value, { ...is, op: contrary } as Comparison, at, zones));
  return values.some((value) => compare(value, is, at, zones));
}
export const CONTRARY: Readonly<Partial<Record<Comparison["op"], Comparison["op"]>>> = {
  ne: "eq",
  not_in: "in",
  not_contains: "contains",
  unset: "set",
  not_within_last: "within_last",
};

/** Events split by a window: those inside, oldest first, and when time alone moves one in or the whole window on. */
export function inWindow<T extends { readonly at: Instant }>(
  found: readonly T[],
  window: Window,
  now: WindowAt,
): { inside: T[]; clocks: (Instant | null)[] } {
  const future = found.filter((one) => one.at > now.from && one.at > now.to && one.at <= now.reach).map((one) => one.at);
  return {
    inside: found.filter((one) => one.at > now.from && one.at <= now.to),
    clocks: [
      future.length > 0 && admits(window) ? entering(window, Math.min(...future)) : null,
      found.some((one) => one.at > now.from) ? now.turn : null,
    ],
  };
}

export function judgeEvents(
  rule: EventRule,
  events: readonly FactEvent[],
  at: Instant,
  entryAt: Instant | null,
  zone: TimeZone,
  zones: Zones,
): LeafVerdict {
  const { inside, clocks } = inWindow(matchingEvents(rule, events, at, zones), rule.window, windowAt(rule.window, at, entryAt, zone));
  const newest = inside.map((event) => event.at).reverse();
  const { measure, is } = rule;
  if (measure.of === "count") {
    clocks.push(...countExpiries(rule, newest));
    return { truth: compare(inside.length, is, at), fact: inside.length, clocks };
  }
  const expires = newest.length > 0 ? leaving(rule.window, newest.at(-1)!) : [];
  if (measure.of === "sum" || measure.of === "avg" || measure.of === "min" || measure.of === "max") {
    const numbers = inside
      .flatMap((event) => readProperty(event, measure.property).values)
      .filter((value): value is number => typeof value === "number");
    const verdict = judgeNumbers(measure.of, numbers, is, at);
    const stays = measure.of === "sum" && verdict.truth === settledFalling(is) && numbers.every((value) => value >= 0);
    return { ...verdict, clocks: stays ? clocks : [...clocks, ...expires] };
  }
  clocks.push(...expires);
  if (measure.of === "first" || measure.of === "last") {
    const event = measure.of === "first" ? inside[0] : inside.at(-1);
    const value =
      event === undefined ? undefined : measure.property === null ? toIso(event.at) : readProperty(event, measure.property).values[0];
    clocks.push(...edges(value, is, at, zones));
    return { truth: compare(value, is, at, zones), fact: value ?? null, clocks };
  }
  const found = new Set(inside.flatMap((event) => propertyScalars(event, measure.property))).size;
  return { truth: compare(found, is, at), fact: found, clocks };
}

/** The answer that stays while a sum falls: "more than 800" once false, "at most 800" once true; null for comparisons that turn both ways. */
export function settledFalling(is: Comparison): boolean | null {
  if (is.op === "gt" || is.op === "gte") return false;
  return is.op === "lt" || is.op === "lte" ? true : null;
}

function judgeNumbers(
  of: "sum" | "avg" | "min" | "max",
  numbers: readonly number[],
  is: Comparison,
  at: Instant,
): { truth: boolean; fact: unknown } {
  if (of === "min" || of === "max") {
    const value = numbers.length === 0 ? undefined : numbers.reduce((a, b) => (of === "min" ? Math.min(a, b) : Math.max(a, b)));
    return { truth: compare(value, is, at), fact: value ?? null };
  }
  // Sums are exact in ten-thousandths; an average is compared as sum against threshold × count, so that nothing is divided.
  const sum = numbers.reduce((total, value) => total + tenThousandths(value), 0n);
  const count = BigInt(numbers.length);
  const fact = of === "sum" ? Number(sum) / 1e4 : count === 0n ? null : Number(sum) / 1e4 / numbers.length;
  if (of === "avg" && count === 0n) return { truth: compare(undefined, is, at), fact };
  return { truth: exactComparison(is)(sum, of === "sum" ? 1n : count), fact };
}

/** A comparison of an exact sum in ten-thousandths with threshold × `times`, its thresholds read once. */
export function exactComparison(is: Comparison): (sum: bigint, times: bigint) => boolean {
  const among = (values: readonly unknown[]) => values.filter((value) => typeof value === "number").map(tenThousandths);
  switch (is.op) {
    case "gt":
    case "gte":
    case "lt":
    case "lte": {
      const limit = tenThousandths(is.value);
      return is.op === "gt"
        ? (sum, times) => sum > limit * times
        : is.op === "gte"
          ? (sum, times) => sum >= limit * times
          : is.op === "lt"
            ? (sum, times) => sum < limit * times
            : (sum, times) => sum <= limit * times;
    }
    case "between": {
      const [from, to] = [tenThousandths(is.from), tenThousandths(is.to)];
      return (sum, times) => sum >= from * times && sum <= to * times;
    }
    case "eq":
    case "ne":
    case "in":
    case "not_in": {
      const values = among("values" in is ? is.values : [is.value]);
      const wanted = is.op === "eq" || is.op === "in";
      return (sum, times) => values.some((value) => sum === value * times) === wanted;
    }
    case "set":
    case "not_contains":
    case "not_within_last":
      return () => true;
    default:
      return () => false;
  }
}

/**
 * When a count next changes its answer by events leaving the window: not at every departure, only at the one that takes the count
 * below (or onto) a number at which the comparison turns.
 * @param newest times of the counted events, newest first; at least `countDepth(is)` of them, or all
 */
export function countExpiries(rule: Pick<EventRule, "window" | "is">, newest: readonly Instant[]): Instant[] {
  if (!rolls(rule.window) || newest.length === 0) return [];
  const depth = countDepth(rule.is);
  if (depth === null) return leaving(rule.window, newest.at(-1)!);
  const now = compare(newest.length, rule.is, 0);
  for (let left = Math.min(newest.length - 1, depth - 1); left >= 0; left--) {
    // While more than `depth` remain the answer cannot turn; below, the first count that turns it decides.
    if (compare(left, rule.is, 0) !== now) return leaving(rule.window, newest[left]!);
  }
  return [];
}

/** How many of the newest events decide when a count turns; null when it must be asked at each departure. */
export function countDepth(is: Comparison): number | null {
  const largest =
    is.op === "gt" || is.op === "gte" || is.op === "lt" || is.op === "lte"
      ? is.value
      : is.op === "between"
        ? is.to
        : (is.op === "eq" || is.op === "ne") && typeof is.value === "number"
          ? is.value
          : null;
  if (largest === null || largest > 100) return null;
  return Math.max(1, Math.ceil(largest) + 2);
}

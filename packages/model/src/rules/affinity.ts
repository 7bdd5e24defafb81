import type { Instant, TimeZone } from "../base/index.ts";
import type { Zones } from "./compare.ts";
import type { LeafVerdict } from "./leaf.ts";
import { inWindow, matchingEvents } from "./events.ts";
import type { FactEvent } from "./facts.ts";
import { propertyScalars, type Scalar } from "./property.ts";
import type { AffinityRule } from "./rule.ts";
import { leaving, windowAt } from "./window.ts";

/** How much of what they did was about one value; `fact` is its share in percent, or its rank. */
export function judgeAffinity(
  rule: AffinityRule,
  events: readonly FactEvent[],
  at: Instant,
  entryAt: Instant | null,
  zone: TimeZone,
  zones: Zones,
): LeafVerdict {
  const { inside, clocks } = inWindow(matchingEvents(rule, events, at, zones), rule.window, windowAt(rule.window, at, entryAt, zone));
  if (inside[0]) clocks.push(...leaving(rule.window, inside[0].at));
  const met = new Map<Scalar, { times: number; last: Instant }>();
  for (const event of inside)
    for (const value of propertyScalars(event, rule.property))
      met.set(value, { times: (met.get(value)?.times ?? 0) + 1, last: Math.max(met.get(value)?.last ?? -Infinity, event.at) });
  const all = [...met.values()].reduce((sum, one) => sum + one.times, 0);
  const own = met.get(rule.value);
  if (all < Math.max(1, rule.least)) return { truth: false, fact: null, clocks };
  if ("share" in rule.by) {
    const times = own?.times ?? 0;
    // In ten-thousandths of a percent, whole numbers: nothing is divided.
    return { truth: times * 1_000_000 >= Math.round(rule.by.share * 10_000) * all, fact: (100 * times) / all, clocks };
  }
  const order = [...met].sort(
    ([a, x], [b, y]) => y.times - x.times || y.last - x.last || compareText(String(a), String(b)) || compareText(typeof a, typeof b),
  );
  const rank = own === undefined ? null : order.findIndex(([value]) => value === rule.value) + 1;
  return { truth: rank !== null && rank <= rule.by.top, fact: rank, clocks };
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

import type { Instant, TimeZone } from "../base/index.ts";
import type { Zones } from "./compare.ts";
import type { LeafVerdict } from "./leaf.ts";
import { inWindow, matchingEvents } from "./events.ts";
import type { FactEvent } from "./facts.ts";
import { lengthOf } from "../time/index.ts";
import type { SequenceRule } from "./rule.ts";
import { leaving, windowAt } from "./window.ts";

/** Whether a sequence happened; `fact` is the moment its newest one began. */
export function judgeSequence(
  rule: SequenceRule,
  events: readonly FactEvent[],
  at: Instant,
  entryAt: Instant | null,
  zone: TimeZone,
  zones: Zones,
): LeafVerdict {
  const now = windowAt(rule.window, at, entryAt, zone);
  const { inside, clocks } = inWindow(matchingEvents(rule.first, events, at, zones), rule.window, now);
  const steps = rule.steps.map((step) => ({
    ...step,
    found: matchingEvents(step, events, at, zones)
      .filter((event) => event.at <= at)
      .map((event) => event.at),
  }));
  const pending: Instant[] = [];

  /** Whether the steps from `index` on happened after `before`; collects the moments at which an absence is decided. */
  const follows = (before: Instant, index: number): boolean => {
    const step = steps[index];
    if (step === undefined) return true;
    const limit = before + lengthOf(step.within);
    if (step.happened)
      return step.found
        .filter((moment) => moment > before && moment <= limit)
        .map((moment) => follows(moment, index + 1))
        .some(Boolean);
    const next = steps[index + 1];
    if (next === undefined) {
      if (step.found.some((moment) => moment > before && moment <= limit)) return false;
      if (limit > at) pending.push(limit);
      return limit <= at;
    }
    return next.found
      .filter(
        (moment) =>
          moment > before &&
          moment <= before + lengthOf(next.within) &&
          !step.found.some((bad) => bad > before && bad <= limit && bad < moment),
      )
      .map((moment) => follows(moment, index + 2))
      .some(Boolean);
  };
  const whole = inside.map((event) => event.at).filter((moment) => follows(moment, 0));
  const newest = whole.length === 0 ? null : Math.max(...whole);
  // An event dated ahead of now may complete or break a sequence when its time comes.
  const names = new Set([rule.first, ...rule.steps].map((one) => one.event));
  const ahead = events.filter((event) => event.at > at && names.has(event.name)).map((event) => event.at);
  return {
    truth: newest !== null,
    fact: newest,
    clocks: [
      ...clocks,
      ...pending,
      ...(newest === null ? [] : leaving(rule.window, newest)),
      ahead.length === 0 ? null : Math.min(...ahead),
    ],
  };
}

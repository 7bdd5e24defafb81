import { DAY, HOUR, MINUTE, type Instant } from "../base/index.ts";

/** A length of time as people say it. Minutes to weeks are exact durations; months and years follow the calendar, in UTC. */
export type Span = { readonly n: number; readonly unit: "minute" | "hour" | "day" | "week" | "month" | "year" };

const EXACT = { minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY } as const;

/**
 * `at` plus a span. A day that the target month lacks becomes the first instant of the month after: 31 January plus one month is
 * 1 March, 00:00 UTC. So defined, adding and taking away never run backwards as time goes on, and undo each other:
 * `minus(t, s) >= e` exactly when `t >= plus(e, s)`. A rolling window therefore has one edge, and nobody re-enters it by clamping.
 */
export function plus(at: Instant, span: Span): Instant {
  if (span.unit !== "month" && span.unit !== "year") return at + span.n * EXACT[span.unit];
  return shiftMonths(at, span.unit === "year" ? span.n * 12 : span.n);
}

/** `at` minus a span; see `plus`. */
export function minus(at: Instant, span: Span): Instant {
  return plus(at, { ...span, n: -span.n });
}

function shiftMonths(at: Instant, months: number): Instant {
  const date = new Date(at);
  const day = date.getUTCDate();
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const nextFirst = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1);
  const shifted = first + (day - 1) * DAY + (((at % DAY) + DAY) % DAY);
  return Math.min(shifted, nextFirst);
}

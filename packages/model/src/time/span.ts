import { DAY, HOUR, MINUTE, type Instant } from "../base/index.ts";

/** A length of time as people say it. Minutes to weeks are exact durations; months and years follow the calendar, in UTC. */
export type Span = { readonly n: number; readonly unit: "minute" | "hour" | "day" | "week" | "month" | "year" };

/** Minutes to weeks: the same length at any time of the year. */
export type ExactSpan = { readonly n: number; readonly unit: keyof typeof EXACT };

const EXACT = { minute: MINUTE, hour: HOUR, day: DAY, week: 7 * DAY } as const;

/**
 * `at` plus a span. A day that the target month lacks becomes the first instant of the month after: 31 January plus one month is
 * 1 March, 00:00 UTC. So defined, adding never runs backwards as time goes on, and nobody re-enters a rolling window by clamping.
 */
export function plus(at: Instant, span: Span): Instant {
  if (isExact(span)) return at + lengthOf(span);
  const { shifted, nextFirst } = shiftMonths(at, monthsOf(span));
  return Math.min(shifted, nextFirst);
}

/**
 * The last instant that lies a whole span before `at`: `minus(t, s) >= e` exactly when `t >= plus(e, s)`. On 29 to 31 March it is the
 * last millisecond of February, because what happened at 00:00 on 1 March is a month old only on 1 April.
 */
export function minus(at: Instant, span: Span): Instant {
  if (isExact(span)) return at - lengthOf(span);
  const { shifted, nextFirst } = shiftMonths(at, -monthsOf(span));
  return Math.min(shifted, nextFirst - 1);
}

/** The first instant from which `moment` is within a span's reach: `plus(t, s) >= d` exactly when `t >= reaching(d, s)`. */
export function reaching(moment: Instant, span: Span): Instant {
  return minus(moment - 1, span) + 1;
}

/** Milliseconds of a span that is the same at any time of the year. */
export const lengthOf = ({ n, unit }: ExactSpan): number => n * EXACT[unit];

const isExact = (span: Span): span is ExactSpan => span.unit in EXACT;

const monthsOf = ({ n, unit }: Span): number => (unit === "year" ? n * 12 : n);

/** The same day and time so many months on, even when the month lacks that day, and the first instant of the month after. */
function shiftMonths(at: Instant, months: number): { readonly shifted: Instant; readonly nextFirst: Instant } {
  const date = new Date(at);
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
  const nextFirst = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1);
  return { shifted: first + (date.getUTCDate() - 1) * DAY + (((at % DAY) + DAY) % DAY), nextFirst };
}

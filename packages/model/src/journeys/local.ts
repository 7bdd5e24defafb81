import type { Instant, LocalDate, TimeZone } from "../base/index.ts";
import { plus, type Span } from "../time/index.ts";

/** Local times: a time the spring change skips is the moment after the gap; one the autumn change repeats is its first occurrence. */

/** The day a value names: `YYYY-MM-DD`, or the day of a moment; null for 30 February and anything else. */
export function dayOf(value: unknown): Temporal.PlainDate | null {
  const text = typeof value === "string" ? /^\d{4}-\d{2}-\d{2}(?=$|T)/.exec(value)?.[0] : undefined;
  if (text === undefined) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" });
  } catch {
    return null;
  }
}

/** The day a value names where someone is: a moment is the day it falls on there. */
export function localDayOf(value: unknown, zone: TimeZone): Temporal.PlainDate | null {
  const at = momentOf(value);
  return at === null ? dayOf(value) : dayIn(at, zone);
}

const dayIn = (at: Instant, zone: TimeZone): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();

/** The moment a value names, with its zone; null for days and anything else. */
export function momentOf(value: unknown): Instant | null {
  try {
    return typeof value === "string" ? Temporal.Instant.from(value).epochMilliseconds : null;
  } catch {
    return null;
  }
}

/** So many days before or after a date, at a local hour, once or each year. `date`: a day, or a moment that counts as the day it falls on where the contact is. */
export interface DayAround {
  readonly date: LocalDate | Instant;
  readonly days: number;
  readonly at: string;
  readonly yearly?: boolean | undefined;
}

/**
 * When it is so many days around a date, somewhere; yearly, the first time strictly after `after`, from the date's own year on.
 * 29 February falls on 28 February in common years: a birthday is wished in its own month.
 */
export function dayAround({ date, days, at, yearly = false }: DayAround, zone: TimeZone, after: Instant): Instant {
  const day = typeof date === "string" ? Temporal.PlainDate.from(date) : dayIn(date, zone);
  const moment = (of: Temporal.PlainDate): Instant => localMoment(of.add({ days }), at, zone);
  if (!yearly) return moment(day);
  // The offset may carry the day into a neighbouring year.
  for (let year = Math.max(day.year, dayIn(after, zone).year - 1); ; year++) {
    const then = moment(day.with({ year }, { overflow: "constrain" }));
    if (then > after) return then;
  }
}

/** When it is this time on this day, somewhere. */
export function localMoment(day: Temporal.PlainDate, at: string, zone: TimeZone): Instant {
  return day.toPlainDateTime(Temporal.PlainTime.from(at)).toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** `at` plus a span on the calendar of a zone: three days later at the same time of day. Minutes and hours are exact. A day the month lacks is its last. */
export function plusCalendar(at: Instant, span: Span, zone: TimeZone): Instant {
  if (span.unit === "minute" || span.unit === "hour") return plus(at, span);
  return Temporal.Instant.fromEpochMilliseconds(at)
    .toZonedDateTimeISO(zone)
    .add({ [`${span.unit}s`]: span.n }, { overflow: "constrain" }).epochMilliseconds;
}

/** The first moment at a local time, at least so many calendar days after `from`, on an allowed weekday, and not before `from`. */
export function nextLocal(
  from: Instant,
  until: { readonly days: number; readonly at: string; readonly weekdays: readonly number[] },
  zone: TimeZone,
): Instant {
  let date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate().add({ days: until.days });
  // Eight days hold every weekday once and the case that today's time has passed.
  for (let tries = 0; tries < 9; tries++, date = date.add({ days: 1 })) {
    if (until.weekdays.length > 0 && !until.weekdays.includes(date.dayOfWeek)) continue;
    const at = localMoment(date, until.at, zone);
    if (at >= from) return at;
  }
  throw new Error(`No moment at ${until.at} within nine days`);
}

/** `from` when it lies in the hours, else when they next begin. A window over midnight belongs to the day it begins on. */
export function withinHours(
  from: Instant,
  hours: { readonly from: string; readonly to: string; readonly weekdays: readonly number[] },
  zone: TimeZone,
): Instant {
  const today = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate();
  for (let day = today.subtract({ days: 1 }), tries = 0; tries < 10; tries++, day = day.add({ days: 1 })) {
    if (hours.weekdays.length > 0 && !hours.weekdays.includes(day.dayOfWeek)) continue;
    const begins = localMoment(day, hours.from, zone);
    const ends = localMoment(hours.to > hours.from ? day : day.add({ days: 1 }), hours.to, zone);
    if (from < ends && ends > begins) return Math.max(from, begins);
  }
  throw new Error(`No moment between ${hours.from} and ${hours.to} within ten days`);
}

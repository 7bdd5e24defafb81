import type { Instant, LocalDate, TimeZone } from "../base/index.ts";
import { dayOf, localMoment } from "./local.ts";
import type { DateStart } from "./starts/index.ts";

/**
 * When a date start next comes for someone, strictly after `after`; null when it never does.
 * Yearly, 29 February falls on 28 February in common years: a birthday is wished in its own month. Days are calendar days in the
 * contact's zone, the hour is local; a time the spring change skips is the moment after the gap.
 */
export function nextDate(start: DateStart, value: LocalDate, zone: TimeZone, after: Instant): Instant | null {
  const date = dayOf(value);
  if (!date) return null;
  const moment = (day: Temporal.PlainDate) => localMoment(day.add({ days: start.days }), start.at, zone);
  if (!start.yearly) return moment(date) > after ? moment(date) : null;
  const year = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone).year;
  // The offset may carry the day into a neighbouring year.
  for (const candidate of [year - 1, year, year + 1, year + 2]) {
    const at = moment(date.with({ year: candidate }, { overflow: "constrain" }));
    if (at > after && candidate >= date.year) return at;
  }
  return null;
}

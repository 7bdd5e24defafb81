import type { Instant, LocalDate, TimeZone } from "../base/index.ts";
import { dayAround, dayOf } from "./local.ts";
import type { DateStart } from "./starts/index.ts";

/**
 * When a date start next comes for someone, strictly after `after`; null when it never does. Days are calendar days in the contact's zone,
 * the hour is local; a time the spring change skips is the moment after the gap.
 */
export function nextDate(start: DateStart, value: LocalDate, zone: TimeZone, after: Instant): Instant | null {
  const date = dayOf(value);
  if (date === null) return null;
  const at = dayAround({ ...start, date: date.toString() }, zone, after);
  return at > after ? at : null;
}

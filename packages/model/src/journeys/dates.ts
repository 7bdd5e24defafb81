import type { Instant, TimeZone } from "../base/index.ts";
import { dayAround, dayOf } from "./local.ts";
import { dateToldBy, NAME_DAY } from "./starts/date.ts";
import type { DateStart } from "./starts/index.ts";

/**
 * When a date start next comes for someone whose field (`fieldOfDate`) says `value`, strictly after `after`; null when it never does. Days are calendar days in the contact's zone,
 * the hour is local; a time the spring change skips is the moment after the gap.
 */
export function nextDate(start: DateStart, value: string, zone: TimeZone, after: Instant): Instant | null {
  const date = dayOf(dateToldBy(start, value));
  if (date === null) return null;
  const at = dayAround({ ...start, yearly: start.yearly || start.attribute === NAME_DAY, date: date.toString() }, zone, after);
  return at > after ? at : null;
}

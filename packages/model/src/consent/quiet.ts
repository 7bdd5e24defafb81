import type { Instant, LocalDate, TimeZone } from "../base/index.ts";

/** Local times `HH:MM`; `from` later than `to` spans midnight; equal: no quiet hours. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** When the quiet hours that `now` falls in end, in the contact's zone; null when now is not quiet. */
export function quietUntil(quiet: QuietHours, zone: TimeZone, now: Instant): Instant | null {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const time = local.toPlainTime();
  const from = Temporal.PlainTime.from(quiet.from);
  const to = Temporal.PlainTime.from(quiet.to);
  const afterFrom = Temporal.PlainTime.compare(time, from) >= 0;
  const beforeTo = Temporal.PlainTime.compare(time, to) < 0;
  const spansMidnight = Temporal.PlainTime.compare(from, to) > 0;
  if (spansMidnight ? !afterFrom && !beforeTo : !afterFrom || !beforeTo) return null;
  const day = spansMidnight && afterFrom ? local.toPlainDate().add({ days: 1 }) : local.toPlainDate();
  // A local time that daylight saving skips becomes the same moment on the new clock; one that comes twice, its first.
  const end = day.toZonedDateTime({ timeZone: zone, plainTime: to }).epochMilliseconds;
  return end > now ? end : null;
}

/** The calendar date in a zone. */
export function localDate(zone: TimeZone, now: Instant): LocalDate {
  return Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** The first usable zone of a list; UTC when none is. A wrong zone of a contact must not stop its mail. */
export function usableZone(...zones: readonly (string | null | undefined)[]): TimeZone {
  for (const zone of zones) {
    if (!zone) continue;
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);
      return zone;
    } catch {
      continue;
    }
  }
  return "UTC";
}

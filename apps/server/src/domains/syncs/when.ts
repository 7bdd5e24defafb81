import type { SyncEvery } from "@relance/contract/syncs";
import { HOUR, MINUTE, type Instant, type TimeZone } from "@relance/model/base";

/** When a source is read next after `now`: so many minutes later, or when the clocks of `zone` next show the time of the day. */
export function nextReading(every: SyncEvery, now: Instant, zone: TimeZone): Instant {
  if ("minutes" in every) return now + every.minutes * MINUTE;
  const there = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  const at = (days: number): Instant =>
    there
      .toPlainDate()
      .add({ days })
      .toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(every.at) }).epochMilliseconds;
  const today = at(0);
  return today > now ? today : at(1);
}

/** When one that failed is tried again: after 1, 2, 4 … minutes, an hour at most. @param failures in a row, from 1 */
export const nextTry = (failures: number, now: Instant): Instant => now + Math.min(HOUR, MINUTE * 2 ** (failures - 1));

import type { Instant, LocalDate, TimeZone, Words } from "../base/index.ts";
import { holidayOn } from "../calendar/index.ts";
import { quietUntil } from "../consent/index.ts";
import type { GateFacts } from "./facts.ts";
import { quietHoursOn, smsHoursAt } from "./settings.ts";

/** What keeps messages back at an instant, until when at least, and the facts to tell it by. */
export interface Closed {
  readonly check: "quiet_hours" | "sms_hours" | "day";
  readonly until: Instant;
  readonly facts: Readonly<Record<string, unknown>>;
}

type Where = Pick<GateFacts, "channel" | "zone" | "place" | "store" | "settings">;

/** Quiet hours of the send's channel. */
export function quietAt(at: Instant, { channel, zone, settings }: Where): Closed | null {
  const quiet = quietHoursOn(channel, settings);
  const until = quiet && quietUntil(quiet, zone, at);
  return until === null ? null : { check: "quiet_hours", until, facts: { ...quiet, zone } };
}

/** Hours and weekdays of texts, in the contact's place. */
export function smsAt(at: Instant, { channel, zone, place, settings }: Where): Closed | null {
  if (channel !== "sms") return null;
  const hours = smsHoursAt(place, settings.smsHours);
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const facts = { from: hours.from, to: hours.to, sundays: hours.sundays, place, zone };
  if (local.dayOfWeek === 7 && !hours.sundays)
    return { check: "sms_hours", until: midnightAfter(local.toPlainDate(), zone), facts: { ...facts, sunday: true } };
  const until = quietUntil({ from: hours.to, to: hours.from }, zone, at);
  return until === null ? null : { check: "sms_hours", until, facts };
}

/** Public holidays and days of the workspace's own, in the contact's place. */
export function dayAt(at: Instant, { channel, zone, place, store, settings }: Where): Closed | null {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  const off = dayOff(date.toString(), { channel, place, store, settings });
  return off && { check: "day", until: midnightAfter(date, zone), facts: { day: date.toString(), place, zone, ...off } };
}

function dayOff(date: LocalDate, { channel, place, store, settings }: Omit<Where, "zone">): { holiday: string | null; name: Words } | null {
  const { calendar, smsHours } = settings;
  const bySms = channel === "sms" && !smsHoursAt(place, smsHours).holidays;
  const watched = calendar.channels.some((one) => one === channel);
  const holiday = bySms || watched ? holidayOn(place, date) : null;
  // A store's own word about a date counts before the workspace's.
  const own = calendar.days
    .filter((day) => day.date === date && (day.store === null || day.store === store))
    .sort((a, b) => (a.store === null ? 1 : 0) - (b.store === null ? 1 : 0))[0];
  if (own?.kind === "off") return { holiday: null, name: { fr: own.name, en: own.name } };
  // A text never leaves on a public holiday where the law says so, whatever the calendar says.
  if (holiday === null || (own?.kind === "on" && !bySms)) return null;
  return { holiday: holiday.key, name: holiday.name };
}

function midnightAfter(date: Temporal.PlainDate, zone: TimeZone): Instant {
  return date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/** The first thing of the calendar that is closed at an instant. */
export function closedAt(at: Instant, where: Where): Closed | null {
  return quietAt(at, where) ?? smsAt(at, where) ?? dayAt(at, where);
}

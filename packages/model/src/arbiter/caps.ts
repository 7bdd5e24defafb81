import { DAY, type Instant, type TimeZone } from "../base/index.ts";
import type { GateFacts, LeftSend } from "./facts.ts";
import { allCaps, type ArbiterSettings, type Cap } from "./settings.ts";

/** The caps that count a send. */
export function capsOn({ channel, topic, tags, settings }: Pick<GateFacts, "channel" | "topic" | "tags" | "settings">): readonly Cap[] {
  return allCaps(settings).filter((cap) => counts(cap, { channel, topic, tags }));
}

const counts = (cap: Cap, send: Pick<LeftSend, "channel" | "topic" | "tags">) =>
  (cap.channel === null || cap.channel === send.channel) &&
  (cap.topic === null || cap.topic === send.topic) &&
  (cap.tag === null || send.tags.includes(cap.tag));

/** Since when messages count against a cap at an instant: at it or before it they do not count any more. */
function countedSince({ per }: Cap, zone: TimeZone, at: Instant): Instant {
  return "last" in per ? at - per.last * DAY : periodStart(per.this, zone, at) - 1;
}

function localDay(zone: TimeZone, at: Instant, unit: "day" | "week" | "month"): Temporal.PlainDate {
  const date = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
  return unit === "day" ? date : unit === "month" ? date.with({ day: 1 }) : date.subtract({ days: date.dayOfWeek - 1 });
}
const periodStart = (unit: "day" | "week" | "month", zone: TimeZone, at: Instant): Instant =>
  localDay(zone, at, unit).toZonedDateTime(zone).epochMilliseconds;
const periodEnd = (unit: "day" | "week" | "month", zone: TimeZone, at: Instant): Instant =>
  localDay(zone, at, unit)
    .add({ [`${unit}s`]: 1 })
    .toZonedDateTime(zone).epochMilliseconds;

/** How many of the messages that left count against a cap at an instant. */
export function used(cap: Cap, { left, zone }: Pick<GateFacts, "left" | "zone">, at: Instant): number {
  const since = countedSince(cap, zone, at);
  return left.filter((one) => one.at > since && one.at <= at && counts(cap, one)).length;
}

/** When a cap that is full at an instant has room again if nothing else leaves; null when it has room. */
export function fullUntil(cap: Cap, facts: Pick<GateFacts, "left" | "zone">, at: Instant): Instant | null {
  if (used(cap, facts, at) < cap.messages) return null;
  if ("this" in cap.per) return periodEnd(cap.per.this, facts.zone, at);
  const since = countedSince(cap, facts.zone, at);
  const within = facts.left
    .filter((one) => one.at > since && one.at <= at && counts(cap, one))
    .map((one) => one.at)
    .sort((a, b) => b - a);
  // Room again when the oldest of the newest `messages` is as old as the window.
  return within[cap.messages - 1]! + cap.per.last * DAY;
}

/** How far back the ledger must be read for the caps of a workspace; null: not at all. */
export function longestCap(settings: ArbiterSettings): number | null {
  const spans = allCaps(settings).map(({ per }) =>
    "last" in per ? per.last * DAY : { day: 2 * DAY, week: 8 * DAY, month: 32 * DAY }[per.this],
  );
  return spans.length === 0 ? null : Math.max(...spans);
}

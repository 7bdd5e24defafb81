import { unreachable, type Instant, type TimeZone } from "../base/index.ts";
import { minus, plus } from "../time/index.ts";
import { momentInstant, momentOf } from "./compare.ts";
import { localPeriod, startOfDay } from "./calendar.ts";
import type { Window, ZoneChoice } from "./rule.ts";

/** A window as it stands at an instant. */
export interface WindowAt {
  /** Moments later than `from` and not later than `to` are inside. */
  readonly from: Instant;
  readonly to: Instant;
  /** The latest moment that can ever be inside; Infinity for none. */
  readonly reach: Instant;
  /** When the window next jumps as a whole, for calendar windows. */
  readonly turn: Instant | null;
}

/** The window at `at`. @param entryAt start of the run, inside journeys @param zone where the window's days begin */
export function windowAt(window: Window, at: Instant, entryAt: Instant | null, zone: TimeZone): WindowAt {
  const open = { to: at, reach: Infinity, turn: null };
  switch (window.kind) {
    case "ever":
      return { ...open, from: -Infinity };
    case "last":
      return { ...open, from: minus(at, window.span) };
    case "ago":
      return { ...open, from: window.most === null ? -Infinity : minus(at, window.most), to: minus(at, window.least) };
    // "Since" a moment takes that moment in: one millisecond is the grain of time here.
    case "since":
      return { ...open, from: fixed(window.at, window.zone, zone)[0] - 1 };
    case "between": {
      const last = fixed(window.to, window.zone, zone)[1];
      return { from: fixed(window.from, window.zone, zone)[0] - 1, to: Math.min(at, last), reach: last, turn: null };
    }
    case "since_entry":
      return { ...open, from: (entryAt ?? at) - 1 };
    case "calendar": {
      const period = localPeriod(window.unit, window.back, zone, at);
      return { from: period.start - 1, to: Math.min(at, period.end - 1), reach: Infinity, turn: period.turn };
    }
    default:
      return unreachable(window);
  }
}

// First and last moment of what a rule's date or moment names: a day where a zone is asked for, otherwise one instant.
function fixed(text: string, choice: ZoneChoice | undefined, zone: TimeZone): readonly [Instant, Instant] {
  if (choice === undefined || text.length > 10) {
    const instant = momentInstant(momentOf(text));
    return [instant, instant];
  }
  const day = Temporal.PlainDate.from(text);
  return [startOfDay(day, zone), startOfDay(day.add({ days: 1 }), zone) - 1];
}

/** In whose zone the window's days begin; null when it has none. */
export function zoneOfWindow(window: Window): ZoneChoice | null {
  return window.kind === "calendar" || window.kind === "since" || window.kind === "between" ? (window.zone ?? null) : null;
}

/** When a moment that is not inside yet will be, time alone; meaningless for calendar windows of the past, which jump. */
export function entering(window: Window, moment: Instant): Instant {
  return window.kind === "ago" ? plus(moment, window.least) : moment;
}

/** Whether moments come into the window one by one as time goes on. */
export function admits(window: Window): boolean {
  return window.kind !== "calendar" || window.back === 0;
}

/** When a moment inside rolls out of the window; nothing for windows that do not roll. */
export function leaving(window: Window, moment: Instant): Instant[] {
  if (window.kind === "last") return [plus(moment, window.span)];
  return window.kind === "ago" && window.most !== null ? [plus(moment, window.most)] : [];
}

/** Whether moments roll out of the window one by one. */
export function rolls(window: Window): boolean {
  return window.kind === "last" || (window.kind === "ago" && window.most !== null);
}

/** Whether a single moment is inside, and when time alone may change that. */
export function insideWindow(
  moment: Instant,
  window: Window,
  at: Instant,
  zone: TimeZone,
): { readonly inside: boolean; readonly clocks: readonly (Instant | null)[] } {
  const now = windowAt(window, at, null, zone);
  return { inside: moment > now.from && moment <= now.to, clocks: momentClocks(moment, window, now) };
}

/** When time alone may move one moment in or out. */
export function momentClocks(moment: Instant, window: Window, now: WindowAt): (Instant | null)[] {
  if (moment <= now.from) return [];
  return [
    moment > now.to && moment <= now.reach && admits(window) ? entering(window, moment) : null,
    ...(moment <= now.to ? leaving(window, moment) : []),
    now.turn,
  ];
}

import type { Instant, TimeZone } from "../base/index.ts";
import type { CalendarUnit, Comparison } from "./rule.ts";

type Plain = Temporal.PlainDate;

/** The first moment of a day in a zone: midnight, or later where daylight saving skips it. */
export function startOfDay(day: Plain, zone: TimeZone): Instant {
  return day.toZonedDateTime(zone).epochMilliseconds;
}

/** The calendar day in a zone. */
export function dayIn(zone: TimeZone, at: Instant): Plain {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).toPlainDate();
}

interface Period {
  /** First moment, and the first after it. */
  readonly start: Instant;
  readonly end: Instant;
  readonly firstDay: string;
  readonly dayAfter: string;
  /** When the present period ends. */
  readonly turn: Instant;
}
interface Known extends Period {
  readonly since: Instant;
}

const known = new Map<string, Known>();
const MOST_KNOWN = 5_000;

/** The calendar period `back` before the one `at` falls in. Found once per period: it stays the same until the present one ends. */
export function localPeriod(unit: CalendarUnit, back: number, zone: TimeZone, at: Instant): Period {
  const key = `${unit} ${back} ${zone}`;
  const before = known.get(key);
  if (before && at >= before.since && at < before.turn) return before;
  const present = firstDay(unit, dayIn(zone, at));
  const first = shifted(unit, present, -back);
  const after = shifted(unit, first, 1);
  const found = {
    start: startOfDay(first, zone),
    end: startOfDay(after, zone),
    firstDay: first.toString(),
    dayAfter: after.toString(),
    since: startOfDay(present, zone),
    turn: startOfDay(shifted(unit, present, 1), zone),
  };
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, found);
  return found;
}

function firstDay(unit: CalendarUnit, day: Plain): Plain {
  switch (unit) {
    case "day":
      return day;
    case "week":
      return day.subtract({ days: day.dayOfWeek - 1 });
    case "month":
      return day.with({ day: 1 });
    case "quarter":
      return day.with({ month: day.month - ((day.month - 1) % 3), day: 1 });
    case "year":
      return day.with({ month: 1, day: 1 });
  }
}

function shifted(unit: CalendarUnit, day: Plain, by: number): Plain {
  return day.add(
    unit === "quarter"
      ? { months: 3 * by }
      : unit === "day"
        ? { days: by }
        : unit === "week"
          ? { weeks: by }
          : unit === "month"
            ? { months: by }
            : { years: by },
  );
}

/** The anniversary of a day in a year; 29 February falls on 28 February in common years, as in journeys. */
export function anniversaryIn(day: { readonly month: number; readonly day: number }, year: number): Plain {
  return Temporal.PlainDate.from({ year, month: day.month, day: day.day }, { overflow: "constrain" });
}

type Anniversary = Extract<Comparison, { op: "anniversary" }>;
type Month = Extract<Comparison, { op: "month" }>;

/** Which days of the year have an anniversary from `from` to `to` days after a day, by the year in which it falls: the text `MM-DD`. */
export function anniversaryDays(today: Plain, is: Anniversary): ReadonlyMap<number, readonly string[]> {
  const days = new Map<number, string[]>();
  for (let offset = is.from; offset <= is.to; offset++) {
    const day = today.add({ days: offset });
    const text = day.toString().slice(5);
    const list = days.get(day.year) ?? [];
    list.push(text, ...(text === "02-28" && !day.inLeapYear ? ["02-29"] : []));
    days.set(day.year, list);
  }
  return days;
}

/** Whether an anniversary of `day` falls so; the first is a year after it. */
export function isAnniversary(day: Plain, today: Plain, is: Anniversary): boolean {
  return [...anniversaryDays(today, is)].some(([year, days]) => day.year < year && days.includes(day.toString().slice(5)));
}

/** When time alone turns that, in a zone: both ends of the anniversaries around now. */
export function anniversaryEdges(day: Plain, is: Anniversary, at: Instant, zone: TimeZone): Instant[] {
  const year = Math.max(dayIn(zone, at).year - 1, day.year + 1);
  return [0, 1, 2, 3].flatMap((more) => {
    const falls = anniversaryIn(day, year + more);
    return [startOfDay(falls.subtract({ days: is.to }), zone), startOfDay(falls.add({ days: 1 - is.from }), zone)];
  });
}

/** Which month of the year is meant on a day: 1 to 12. */
export function monthMeant(is: Month, today: Plain): number {
  if (typeof is.month === "number") return is.month;
  return ((today.month - 1 + { last: 11, this: 0, next: 1 }[is.month]) % 12) + 1;
}

/** When time alone turns whether a month is meant: it is in one month of each year. */
export function monthEdges(month: number, is: Month, at: Instant, zone: TimeZone): Instant[] {
  if (typeof is.month === "number") return [];
  const meant = month - 1 + { last: 1, this: 0, next: -1 }[is.month];
  const january = dayIn(zone, at).with({ month: 1, day: 1 });
  return [-12, 0, 12].flatMap((year) => [
    startOfDay(january.add({ months: meant + year }), zone),
    startOfDay(january.add({ months: meant + year + 1 }), zone),
  ]);
}

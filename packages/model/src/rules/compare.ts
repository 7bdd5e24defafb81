import { toIso, type Instant, type TimeZone } from "../base/index.ts";
import { minus, plus, reaching } from "../time/index.ts";
import { anniversaryEdges, dayIn, isAnniversary, localPeriod, monthEdges, monthMeant } from "./calendar.ts";
import type { Comparison, ZoneChoice } from "./rule.ts";

/** Where days begin for whom a rule is asked about. */
export type Zones = Readonly<Record<ZoneChoice, TimeZone>>;
export const UTC: Zones = { workspace: "UTC", contact: "UTC" };

/**
 * What comparisons mean; `rule-sql.ts` of the server says the same in SQL, and the oracle test holds them together.
 *
 * - Unset: absent, null, JSON null, empty text. An unset value satisfies only `unset`, `ne`, `not_in`, `not_contains`, `not_within_last`.
 * - Text compares exactly, letter for letter; numbers compare with numbers only, true and false with themselves only.
 * - `contains` on a list asks for an element equal to the text.
 * - Moments are texts `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDTHH:MM:SS[.mmm]Z`; any other text is no moment, so unset here.
 * - `within_last S` at t: later than t − S and not later than t. `within_next S`: later than t and not later than t + S.
 * - `ago A B` at t: not later than t − A and later than t − B. `ahead A B`: later than t + A and not later than t + B.
 * - `calendar`, `anniversary` and `month` ask about days in a zone; a date without a time is that day everywhere.
 */
export function compare(value: unknown, is: Comparison, at: Instant, zones: Zones = UTC): boolean {
  switch (is.op) {
    case "set":
      return isSet(value);
    case "unset":
      return !isSet(value);
    case "eq":
      return equals(value, is.value);
    case "ne":
      return !equals(value, is.value);
    case "in":
      return is.values.some((one) => equals(value, one));
    case "not_in":
      return !is.values.some((one) => equals(value, one));
    case "contains":
      return contains(value, is.value);
    case "not_contains":
      return !contains(value, is.value);
    case "starts_with":
      return typeof value === "string" && value.startsWith(is.value);
    case "ends_with":
      return typeof value === "string" && value.endsWith(is.value);
    case "gt":
      return typeof value === "number" && value > is.value;
    case "gte":
      return typeof value === "number" && value >= is.value;
    case "lt":
      return typeof value === "number" && value < is.value;
    case "lte":
      return typeof value === "number" && value <= is.value;
    case "like":
      return typeof value === "string" && pattern(is.value).test(value);
    case "size":
      return Array.isArray(value) && value.length >= is.from && value.length <= is.to;
    case "ago": {
      const moment = momentText(value);
      return moment !== null && moment <= toIso(minus(at, is.least)) && (is.most === null || moment > toIso(minus(at, is.most)));
    }
    case "ahead": {
      const moment = momentText(value);
      return moment !== null && moment > toIso(plus(at, is.least)) && (is.most === null || moment <= toIso(plus(at, is.most)));
    }
    case "calendar": {
      const moment = momentText(value);
      if (moment === null) return false;
      const period = localPeriod(is.unit, is.back, zones[is.zone], at);
      if (isDay(value)) return value >= period.firstDay && value < period.dayAfter;
      return moment >= toIso(period.start) && moment < toIso(period.end);
    }
    case "anniversary": {
      const day = dayOf(value, zones[is.zone]);
      return day !== null && isAnniversary(day, dayIn(zones[is.zone], at), is);
    }
    case "month": {
      const day = dayOf(value, zones[is.zone]);
      return day !== null && day.month === monthMeant(is, dayIn(zones[is.zone], at));
    }
    case "between":
      return typeof value === "number" && value >= is.from && value <= is.to;
    case "within_last":
      return withinLast(value, is, at);
    case "not_within_last":
      return !withinLast(value, { op: "within_last", span: is.span }, at);
    case "within_next": {
      const moment = momentText(value);
      return moment !== null && moment > toIso(at) && moment <= toIso(plus(at, is.span));
    }
    case "before": {
      const moment = momentText(value);
      return moment !== null && moment < momentOf(is.at);
    }
    case "after": {
      const moment = momentText(value);
      return moment !== null && moment >= momentOf(is.at);
    }
  }
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "";
}

function equals(value: unknown, other: string | number | boolean): boolean {
  return value !== "" && value === other;
}

function contains(value: unknown, part: string): boolean {
  return Array.isArray(value) ? value.includes(part) : typeof value === "string" && value.includes(part);
}

function withinLast(
  value: unknown,
  is: Extract<Comparison, { op: "within_last" | "not_within_last" | "within_next" }>,
  at: Instant,
): boolean {
  const moment = momentText(value);
  return moment !== null && moment > toIso(minus(at, is.span)) && moment <= toIso(at);
}

// Real days only, and years that PostgreSQL knows: 30 February is no moment, and 29 February only in leap years. The same text serves PostgreSQL.
const DAY_TEXT =
  "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))|(\\d{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";
export const MOMENT_SQL = `^(?!0000)${DAY_TEXT}(T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z)?$`;
const MOMENT = new RegExp(MOMENT_SQL);

/** A moment in the one form whose order as text is its order in time: `YYYY-MM-DDTHH:MM:SS.mmmZ`. */
export function momentText(value: unknown): string | null {
  if (typeof value !== "string" || !MOMENT.test(value)) return null;
  if (value.length === 10) return `${value}T00:00:00.000Z`;
  return `${value.slice(0, 19)}.${value.slice(20, -1).padEnd(3, "0")}Z`;
}

/** The comparison value of `before` and `after` in the same form. */
export function momentOf(at: string): string {
  return momentText(at) ?? toIso(Date.parse(at));
}

/** The instant of a moment's text. */
export function momentInstant(text: string): Instant {
  return Date.UTC(
    Number(text.slice(0, 4)),
    Number(text.slice(5, 7)) - 1,
    Number(text.slice(8, 10)),
    Number(text.slice(11, 13)),
    Number(text.slice(14, 16)),
    Number(text.slice(17, 19)),
    Number(text.slice(20, 23)),
  );
}

const isDay = (value: unknown): value is string => typeof value === "string" && value.length === 10;

/** The calendar day a moment's text names, in a zone; null for other texts. */
function dayOf(value: unknown, zone: TimeZone): Temporal.PlainDate | null {
  const moment = momentText(value);
  if (moment === null) return null;
  return isDay(value) ? Temporal.PlainDate.from(value) : dayIn(zone, momentInstant(moment));
}

/** `*` stands for anything, also nothing; the whole text must fit. */
function pattern(text: string): RegExp {
  return new RegExp(
    `^${text
      .split("*")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"))
      .join("[^]*")}$`,
  );
}

/** The instants at which time alone flips a comparison of this value; none for values that are no moments. */
export function edges(value: unknown, is: Comparison, at: Instant, zones: Zones = UTC): Instant[] {
  const text = isTimed(is) ? momentText(value) : null;
  if (text === null) return [];
  const moment = momentInstant(text);
  switch (is.op) {
    // Periods only move on: what lies before this one never comes in.
    case "calendar": {
      const period = localPeriod(is.unit, is.back, zones[is.zone], at);
      return (isDay(value) ? value >= period.firstDay : moment >= period.start) ? [period.turn] : [];
    }
    case "anniversary":
      return anniversaryEdges(dayOf(value, zones[is.zone])!, is, at, zones[is.zone]);
    case "month":
      return monthEdges(dayOf(value, zones[is.zone])!.month, is, at, zones[is.zone]);
    default:
      return momentEdges(moment, is);
  }
}

/** The same of a moment that is known as an instant, for comparisons that count no days. */
export function momentEdges(moment: Instant, is: Comparison): Instant[] {
  switch (is.op) {
    case "within_last":
    case "not_within_last":
      return [moment, plus(moment, is.span)];
    case "within_next":
      return [reaching(moment, is.span), moment];
    case "ago":
      return [plus(moment, is.least), ...(is.most === null ? [] : [plus(moment, is.most)])];
    case "ahead":
      return [reaching(moment, is.least), ...(is.most === null ? [] : [reaching(moment, is.most)])];
    default:
      return [];
  }
}

/** Whether time alone can change the answer. */
export function isTimed(is: Comparison): boolean {
  return (
    ["within_last", "not_within_last", "within_next", "ago", "ahead", "calendar", "anniversary"].includes(is.op) ||
    (is.op === "month" && typeof is.month === "string")
  );
}

/** In whose zone a comparison counts days; null when it does not. */
export function zoneOfComparison(is: Comparison): ZoneChoice | null {
  return is.op === "calendar" || is.op === "anniversary" || is.op === "month" ? is.zone : null;
}

/** The earliest of `instants` after `at`. */
export function soonest(instants: readonly (Instant | null)[], at: Instant): Instant | null {
  const later = instants.filter((instant): instant is Instant => instant !== null && instant > at);
  return later.length === 0 ? null : Math.min(...later);
}

/** A number in ten-thousandths, from its shortest decimal form, half away from zero: what numeric(…,4) makes of it. */
export function tenThousandths(value: number): bigint {
  const [mantissa, exponent = "0"] = value.toExponential().split("e");
  const negative = mantissa!.startsWith("-");
  const digits = mantissa!.replace(/[-.]/g, "");
  const shift = Number(exponent) - (digits.length - 1) + 4;
  let scaled: bigint;
  if (shift >= 0) scaled = BigInt(digits) * 10n ** BigInt(shift);
  else {
    const by = 10n ** BigInt(-shift);
    scaled = (BigInt(digits) * 2n + by) / (by * 2n);
  }
  return negative ? -scaled : scaled;
}

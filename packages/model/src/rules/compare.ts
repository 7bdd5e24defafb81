import { toIso, type Instant } from "../base/index.ts";
import { minus, plus } from "../time/index.ts";
import type { Comparison } from "./rule.ts";

/**
 * What comparisons mean; `rule-sql.ts` of the server says the same in SQL, and the oracle test holds them together.
 *
 * - Unset: absent, null, JSON null, empty text. An unset value satisfies only `unset`, `ne`, `not_in`, `not_contains`, `not_within_last`.
 * - Text compares exactly, letter for letter; numbers compare with numbers only, true and false with themselves only.
 * - `contains` on a list asks for an element equal to the text.
 * - Moments are texts `YYYY-MM-DD` (midnight UTC) or `YYYY-MM-DDTHH:MM:SS[.mmm]Z`; any other text is no moment, so unset here.
 * - `within_last S` at t: later than t − S and not later than t. `within_next S`: later than t and not later than t + S.
 */
export function compare(value: unknown, is: Comparison, at: Instant): boolean {
  switch (is.op) {
    case "set": return isSet(value);
    case "unset": return !isSet(value);
    case "eq": return equals(value, is.value);
    case "ne": return !equals(value, is.value);
    case "in": return is.values.some((one) => equals(value, one));
    case "not_in": return !is.values.some((one) => equals(value, one));
    case "contains": return contains(value, is.value);
    case "not_contains": return !contains(value, is.value);
    case "starts_with": return typeof value === "string" && value.startsWith(is.value);
    case "ends_with": return typeof value === "string" && value.endsWith(is.value);
    case "gt": return typeof value === "number" && value > is.value;
    case "gte": return typeof value === "number" && value >= is.value;
    case "lt": return typeof value === "number" && value < is.value;
    case "lte": return typeof value === "number" && value <= is.value;
    case "between": return typeof value === "number" && value >= is.from && value <= is.to;
    case "within_last": return withinLast(value, is, at);
    case "not_within_last": return !withinLast(value, { op: "within_last", span: is.span }, at);
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

function withinLast(value: unknown, is: Extract<Comparison, { op: "within_last" | "not_within_last" | "within_next" }>, at: Instant): boolean {
  const moment = momentText(value);
  return moment !== null && moment > toIso(minus(at, is.span)) && moment <= toIso(at);
}

// Real days only: 30 February is no moment, and 29 February only in leap years. The same text serves PostgreSQL.
const DAY_TEXT = "(\\d{4}-((0[13578]|1[02])-(0[1-9]|[12]\\d|3[01])|(0[469]|11)-(0[1-9]|[12]\\d|30)|02-(0[1-9]|1\\d|2[0-8]))|(\\d{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)";
export const MOMENT_SQL = `^${DAY_TEXT}(T([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(\\.\\d{1,3})?Z)?$`;
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
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)) - 1, Number(text.slice(8, 10)), Number(text.slice(11, 13)), Number(text.slice(14, 16)), Number(text.slice(17, 19)), Number(text.slice(20, 23)));
}

/** The instants at which time alone flips a comparison of this moment. */
export function edges(moment: Instant, is: Comparison): Instant[] {
  if (is.op === "within_last" || is.op === "not_within_last") return [moment, plus(moment, is.span)];
  if (is.op === "within_next") return [minus(moment, is.span), moment];
  return [];
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

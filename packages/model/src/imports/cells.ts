import type { Instant, LocalDate, TimeZone } from "../base/index.ts";

/** A number as people and spreadsheets write it: `1 234,56`, `1,234.56`, `(12.00)`, `12.00-`. `null` when it is none. */
export function parseNumber(text: string, decimal: "." | ","): number | null {
  const bare = text.replace(/[\s\u00a0\u202f']/g, "").replace(/^[€$£]|[€$£]$/g, "");
  const negative = /^\(.*\)$/.test(bare) || bare.endsWith("-") || bare.startsWith("-") || bare.startsWith("\u2212");
  const digits = bare.replace(/[()\-\u2212+]/g, "");
  const plain = decimal === "," ? digits.replaceAll(".", "").replace(",", ".") : digits.replaceAll(",", "");
  if (!/^\d+(\.\d+)?([eE]\d+)?$/.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? (negative ? -value : value) : null;
}

/** An identifier; with `trimFloat`, `17850.0` is `17850`. */
export function parseIdentifier(text: string, trimFloat: boolean): string {
  const bare = text.trim();
  return trimFloat && /^\d+\.0+$/.test(bare) ? bare.slice(0, bare.indexOf(".")) : bare;
}

interface DateStyle {
  readonly zone: TimeZone;
  readonly dayFirst: boolean;
}

/**
 * A moment: ISO 8601 with or without zone, `YYYY-MM-DD HH:MM[:SS]`, `DD/MM/YYYY HH:MM` or `MM/DD/YYYY …`, a bare date (midnight).
 * Without a zone it is read in `style.zone`; a time inside a spring gap moves forward, one that exists twice is the earlier.
 */
export function parseMoment(text: string, style: DateStyle): Instant | null {
  const bare = text.trim();
  if (/(Z|[+-]\d{2}:?\d{2})$/.test(bare) && /^\d{4}-\d{2}-\d{2}[T ]/.test(bare)) {
    const at = Date.parse(bare.replace(" ", "T"));
    return Number.isNaN(at) ? null : at;
  }
  const [, datePart, timePart] = /^(\S+?)(?:[T ](\S+))?$/.exec(bare) ?? [];
  const date = datePart === undefined ? null : parseDate(datePart, style.dayFirst);
  const time = parseTime(timePart ?? "00:00");
  if (date === null || time === null) return null;
  return Temporal.PlainDateTime.from(`${date}T${time}`).toZonedDateTime(style.zone, { disambiguation: "compatible" }).epochMilliseconds;
}

/** A calendar date: `YYYY-MM-DD`, `YYYYMMDD`, `DD/MM/YYYY` (or month first), with `/`, `.` or `-`. `null` for impossible dates. */
export function parseDate(text: string, dayFirst: boolean): LocalDate | null {
  const bare = text.trim();
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(bare) ?? /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(bare);
  if (iso) return dateOf(iso[1]!, iso[2]!, iso[3]!);
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(bare);
  if (!local) return null;
  return dayFirst ? dateOf(local[3]!, local[2]!, local[1]!) : dateOf(local[3]!, local[1]!, local[2]!);
}

function dateOf(year: string, month: string, day: string): LocalDate | null {
  try {
    return Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: Number(day) }, { overflow: "reject" }).toString();
  } catch {
    return null; // 30 February and the like
  }
}

function parseTime(text: string): string | null {
  const match = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text);
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) return null;
  return `${match[1]!.padStart(2, "0")}:${match[2]}:${match[3] ?? "00"}`;
}

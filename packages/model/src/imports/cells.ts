import type { Instant, LocalDate, TimeZone } from "../base/index.ts";

/** A number as people and spreadsheets write it: `1 234,56`, `1,234.56`, `(12.00)`, `12.00-`, `4.4e-16`. `null` when it is none. */
export function parseNumber(text: string, decimal: "." | ","): number | null {
  if ((decimal === "." ? POINTED : WHOLE).test(text)) return finite(Number(text));
  const bare = text.replace(/[\s\u00a0\u202f']/g, "").replace(/^[€$£]|[€$£]$/g, "");
  const negative = /^\(.*\)$/.test(bare) || bare.endsWith("-") || bare.startsWith("-") || bare.startsWith("\u2212");
  const digits = bare.replace(/^[(\-\u2212+]+|[)\-\u2212+]+$/g, "");
  const plain = decimal === "," ? digits.replaceAll(".", "").replace(",", ".") : digits.replaceAll(",", "");
  if (!/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(plain)) return null;
  const value = finite(Number(plain));
  return value !== null && negative ? -value : value;
}

// What programs write, most of a million cells: nothing to take out of it.
const POINTED = /^-?\d+(\.\d+)?$/;
const WHOLE = /^-?\d+$/;

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** An amount, with the code of its currency where it says one. */
export interface Money {
  readonly amount: number;
  readonly currency: string | null;
}

/** A price as product feeds write it: `105.29 USD`, `EUR 12,50`, `9.90`. `null` when it is none. */
export function parseMoney(text: string, decimal: "." | ","): Money | null {
  const [, before, digits = "", after] = /^([A-Z]{3})?([^A-Za-z]+)([A-Z]{3})?$/.exec(text.trim()) ?? [];
  const amount = parseNumber(digits, decimal);
  return amount === null ? null : { amount, currency: after ?? before ?? null };
}

/** An identifier; with `trimFloat`, `17850.0` is `17850`. */
export function parseIdentifier(text: string, trimFloat: boolean): string {
  const bare = text.trim();
  return trimFloat && /^\d+\.0+$/.test(bare) ? bare.slice(0, bare.indexOf(".")) : bare;
}

export interface DateStyle {
  readonly zone: TimeZone;
  readonly dayFirst: boolean;
}

/**
 * A moment: a date as `parseDate` reads it, alone (midnight) or with a time (`14:05`, `14:05:09`, `2:05 PM`, `14h05`), with or without a zone
 * (`Z`, `+02:00`, `-0500`, `UTC`, `EST`), with or without the day of the week before it (`Wed, 02 Oct 2002 15:00:00 GMT`); or the seconds (10 digits) or milliseconds (13 digits) since 1970.
 * Without a zone it is read in `style.zone`; a time inside a spring gap moves forward, one that exists twice is the earlier.
 */
export function parseMoment(text: string, style: DateStyle): Instant | null {
  const bare = text
    .trim()
    .replace(/^\p{L}{2,9}\.?, ?(?=\d)/u, "")
    .replace(
      / ([ECMP])([SD])T$/,
      (_whole, zone: string, season: string) => ` -0${{ E: 5, C: 6, M: 7, P: 8 }[zone]! - (season === "D" ? 1 : 0)}00`,
    );
  if (/^\d{10}$/.test(bare)) return Number(bare) * 1_000;
  if (/^\d{13}$/.test(bare)) return Number(bare);
  const [, beforeZone = bare, zone] = /^(.*\d[:h]\d{2}\S*(?: ?[AaPp]\.?[Mm]\.?)?) ?(Z|UTC|GMT|[+-]\d{2}:?\d{2})$/.exec(bare) ?? [];
  const [, datePart, timePart] = /^(.+?)(?:(?:T|,? +(?:à |at )?)(\d{1,2}[:h]\d{2}\S*(?: ?[AaPp]\.?[Mm]\.?)?))?$/.exec(beforeZone) ?? [];
  const date = datePart === undefined ? null : parseDate(datePart, style.dayFirst);
  const time = parseTime(timePart ?? "00:00");
  if (date === null || time === null) return null;
  const plain = Temporal.PlainDateTime.from(`${date}T${time}`);
  if (zone === undefined) return plain.toZonedDateTime(style.zone, { disambiguation: "compatible" }).epochMilliseconds;
  return plain.toZonedDateTime(/^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : "UTC").epochMilliseconds;
}

/**
 * A calendar date: `YYYY-MM-DD`, `YYYYMMDD`, `DD/MM/YYYY` or month first, with `/`, `.` or `-` and two or four digits of the year,
 * `2 janvier 2026`, `Jan 2, 2026`. `null` for impossible dates. Years of two digits are 1930 to 2029.
 */
export function parseDate(text: string, dayFirst: boolean): LocalDate | null {
  const bare = text.trim();
  const iso = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(bare) ?? /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(bare);
  if (iso) return dateOf(iso[1]!, iso[2]!, iso[3]!);
  const local = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(bare);
  if (local) return dayFirst ? dateOf(local[3]!, local[2]!, local[1]!) : dateOf(local[3]!, local[1]!, local[2]!);
  const named = /^(\d{1,2})(?:er|st|nd|rd|th)?[ -]([\p{L}]+)\.?,?[ -](\d{4})$/u.exec(bare);
  if (named) return dateOf(named[3]!, monthOf(named[2]!), named[1]!);
  const american = /^([\p{L}]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$/u.exec(bare);
  return american ? dateOf(american[3]!, monthOf(american[1]!), american[2]!) : null;
}

// What the first letters of a month are in French or English, without accents; juin and juillet differ in the fourth.
const MONTHS: readonly RegExp[] = [
  /^jan/,
  /^(feb|fev)/,
  /^mar/,
  /^(apr|avr)/,
  /^(may|mai)$/,
  /^(june?|juin)$/,
  /^(jul|juil)/,
  /^(aug|aou)/,
  /^sep/,
  /^oct/,
  /^nov/,
  /^dec/,
];

function monthOf(name: string): string {
  const bare = name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  return String(MONTHS.findIndex((month) => month.test(bare)) + 1);
}

function dateOf(year: string, month: string, day: string): LocalDate | null {
  const whole = year.length === 2 ? Number(year) + (Number(year) < 30 ? 2000 : 1900) : Number(year);
  try {
    return Temporal.PlainDate.from({ year: whole, month: Number(month), day: Number(day) }, { overflow: "reject" }).toString();
  } catch {
    return null; // 30 February and the like
  }
}

function parseTime(text: string): string | null {
  const [, hour, minute, second, half] = /^(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined || Number(hour) > (half ? 12 : 23) || Number(minute) > 59 || Number(second ?? 0) > 59)
    return null;
  const whole = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0);
  return `${String(whole).padStart(2, "0")}:${minute}:${second ?? "00"}`;
}

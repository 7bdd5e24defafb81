import type { Language } from "./typography.ts";

/** Every number and moment the app shows goes through one of these. Instants are ISO texts or ms since epoch. */
export interface Formats {
  /** At most two decimals, real minus, U+00A0 between French thousands. */
  readonly number: (value: number) => string;
  readonly money: (value: number, currency: string) => string;
  /** 22 November 2026. */
  readonly day: (at: string | number) => string;
  /** 14:05. */
  readonly time: (at: string | number) => string;
  /** 14:05:09. */
  readonly second: (at: string | number) => string;
  /** 22 Nov, 14:05; with the year when it is another one. */
  readonly moment: (at: string | number, now: number) => string;
  /** "today", "yesterday" or the day with its weekday. */
  readonly dayName: (at: string | number, now: number) => string;
  /** "4 min ago", "in 2 days": the largest unit that fits, never a future for a clock that is a little behind. */
  readonly ago: (at: string | number, now: number) => string;
  /** Day of the calendar in the zone shown, YYYY-MM-DD. */
  readonly dayKey: (at: string | number) => string;
  /** As a field for date and time holds it, in the zone shown: 2026-11-22T14:05. */
  readonly typed: (at: string | number) => string;
  /** The instant such a field means; null while it holds none. */
  readonly instantOf: (typed: string) => number | null;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
// Our fonts have no U+202F that is wide enough between digits.
const clean = (text: string): string => text.replaceAll("\u202f", "\u00a0").replace(/^-/, "\u2212");

export function formatsFor(language: Language, timeZone: string): Formats {
  const locale = language === "fr" ? "fr-FR" : "en-GB";
  const at = (value: string | number): number => (typeof value === "number" ? value : Date.parse(value));
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const day = dates({ day: "numeric", month: "long", year: "numeric" });
  const time = dates({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const second = dates({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const shortDay = dates({ day: "numeric", month: "short" });
  const shortYear = dates({ day: "numeric", month: "short", year: "numeric" });
  const named = dates({ weekday: "long", day: "numeric", month: "long" });
  const keys = new Intl.DateTimeFormat("en-CA", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const upper = (text: string): string => text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
  const dayKey = (value: string | number): string => keys.format(at(value));
  const typed = (value: string | number): string => `${dayKey(value)}T${time.format(at(value))}`;
  const ahead = (instant: number): number => Date.parse(`${typed(instant)}Z`) - Math.floor(instant / MINUTE) * MINUTE;
  return {
    number: (value) => clean(number.format(value)),
    money: (value, currency) =>
      clean(new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(value)),
    day: (value) => clean(day.format(at(value))),
    time: (value) => time.format(at(value)),
    second: (value) => second.format(at(value)),
    moment: (value, now) =>
      `${clean((dayKey(value).slice(0, 4) === dayKey(now).slice(0, 4) ? shortDay : shortYear).format(at(value)))}, ${time.format(at(value))}`,
    dayName: (value, now) => {
      const days = Math.round((Date.parse(dayKey(value)) - Date.parse(dayKey(now))) / DAY);
      return upper(
        Math.abs(days) <= 1 ? new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day") : clean(named.format(at(value))),
      );
    },
    ago: (value, now) => {
      const gap = at(value) - now;
      const size = Math.abs(gap);
      const sign = gap < 0 ? -1 : 1;
      if (size < MINUTE) return language === "fr" ? "à l’instant" : "just now";
      if (size < HOUR) return clean(relative.format(sign * Math.floor(size / MINUTE), "minute"));
      if (size < DAY) return clean(relative.format(sign * Math.floor(size / HOUR), "hour"));
      if (size < 60 * DAY) return clean(relative.format(sign * Math.floor(size / DAY), "day"));
      return clean(shortYear.format(at(value)));
    },
    dayKey,
    typed,
    instantOf: (text) => {
      const wall = Date.parse(`${text}Z`);
      // The offset there may differ from that of the first guess, where clocks change.
      return Number.isNaN(wall) ? null : wall - ahead(wall - ahead(wall));
    },
  };
}

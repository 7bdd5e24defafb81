/** What a rendering knows beside its data. Set before each render: rendering is synchronous, one at a time per thread. */
export interface Place {
  readonly language: string;
  readonly zone: string;
  readonly currency: string;
}
export const place: { now: Place } = { now: { language: "fr", zone: "UTC", currency: "EUR" } };

/** Longest text a filter may make: a doubling loop ends here instead of in the thread's memory. */
const MOST_TEXT = 1_000_000;
const locale = () => ({ fr: "fr-FR", en: "en-GB" })[place.now.language] ?? place.now.language;

function text(value: unknown): string {
  if (value == null) return "";
  return typeof value === "string" ? value : typeof value === "object" ? "" : String(value as number | boolean);
}
function bounded(value: string): string {
  if (value.length > MOST_TEXT) throw new Error("a text grew beyond 1,000,000 characters");
  return value;
}
const number = (value: unknown) => {
  const n = typeof value === "number" ? value : Number.parseFloat(text(value).replace(",", "."));
  return Number.isFinite(n) ? n : 0;
};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : value == null ? [] : [value]);
const blank = (value: unknown) => value == null || value === false || value === "" || (Array.isArray(value) && value.length === 0);

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();
function cached<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  let known = formats.get(key) as T | undefined;
  if (!known) {
    if (formats.size > 500) formats.clear();
    formats.set(key, (known = make()));
  }
  return known;
}

function money(value: unknown, currency?: unknown): string {
  const given = text(currency).toUpperCase();
  const code = /^[A-Z]{3}$/.test(given) ? given : place.now.currency;
  return cached(`m ${locale()} ${code}`, () => new Intl.NumberFormat(locale(), { style: "currency", currency: code })).format(
    number(value),
  );
}

function instantOf(value: unknown): { at: number; dateOnly: boolean } | null {
  if (typeof value === "number")
    return Number.isFinite(value) ? { at: Math.abs(value) < 1e11 ? value * 1000 : value, dateOnly: false } : null;
  const given = text(value).trim();
  if (given === "now") return null;
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(given);
  const at = /^\d{4}-\d{2}-\d{2}/.test(given) && given.length < 40 ? Date.parse(given) : Number.NaN;
  return Number.isNaN(at) ? null : { at, dateOnly };
}

const STYLES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  short: { dateStyle: "short" },
  medium: { dateStyle: "medium" },
  long: { dateStyle: "long" },
  full: { dateStyle: "full" },
  time: { timeStyle: "short" },
  datetime: { dateStyle: "long", timeStyle: "short" },
};
const CODES: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  d: { day: "2-digit" },
  e: { day: "numeric" },
  m: { month: "2-digit" },
  B: { month: "long" },
  b: { month: "short" },
  Y: { year: "numeric" },
  y: { year: "2-digit" },
  A: { weekday: "long" },
  a: { weekday: "short" },
};

/** `date`, `date: "full"`, `date: "%d/%m/%Y %H:%M"`, in the reader's language and time zone. A calendar date has no zone to move in. */
function date(value: unknown, format?: unknown): string {
  const when = instantOf(value);
  if (!when) return text(value);
  const zone = when.dateOnly ? "UTC" : place.now.zone;
  const shape = text(format) || "long";
  const by = (options: Intl.DateTimeFormatOptions) =>
    cached(
      `d ${locale()} ${zone} ${JSON.stringify(options)}`,
      () => new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options }),
    ).format(when.at);
  const style = STYLES[shape];
  if (style) return by(style);
  const clock = () =>
    cached(
      `c ${zone}`,
      () => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
    ).format(when.at);
  return shape.slice(0, 100).replace(/%-?([a-zA-Z%])/g, (whole, code: string) => {
    if (code === "H") return clock().slice(0, 2);
    if (code === "M") return clock().slice(3, 5);
    if (code === "S") return clock().slice(6, 8);
    if (code === "%") return "%";
    const options =
      whole.startsWith("%-") && code === "d"
        ? CODES["e"]
        : whole.startsWith("%-") && code === "m"
          ? { month: "numeric" as const }
          : CODES[code];
    return options ? by(options) : "";
  });
}

function truncate(value: unknown, length?: unknown, end?: unknown): string {
  const most = Math.max(0, Math.floor(length === undefined ? 50 : number(length)));
  const tail = end === undefined ? "…" : text(end);
  const characters = Array.from(text(value).slice(0, most * 2 + 2));
  return characters.length <= most ? characters.join("") : characters.slice(0, Math.max(0, most - Array.from(tail).length)).join("") + tail;
}

/** All the filters there are; each is linear in what it gets. A name not here is a problem at publishing. */
export const FILTERS: Readonly<Record<string, (value: unknown, ...rest: unknown[]) => unknown>> = {
  default: (value, other) => (blank(value) ? other : value),
  upcase: (value) => text(value).toLocaleUpperCase(locale()),
  downcase: (value) => text(value).toLocaleLowerCase(locale()),
  capitalize: (value) => text(value).slice(0, 1).toLocaleUpperCase(locale()) + text(value).slice(1),
  strip: (value) => text(value).trim(),
  append: (value, more) => bounded(text(value) + text(more)),
  prepend: (value, more) => bounded(text(more) + text(value)),
  replace: (value, from, to) => (text(from) === "" ? text(value) : bounded(text(value).split(text(from)).join(text(to)))),
  remove: (value, part) => (text(part) === "" ? text(value) : text(value).split(text(part)).join("")),
  split: (value, by) => text(value).split(text(by), 1000),
  truncate,
  url_encode: (value) => encodeURIComponent(text(value).toWellFormed()),
  first: (value) => (typeof value === "string" ? value.slice(0, 1) : list(value)[0]),
  last: (value) => (typeof value === "string" ? value.slice(-1) : list(value).at(-1)),
  size: (value) => (typeof value === "string" ? value.length : list(value).length),
  join: (value, by) =>
    bounded(
      list(value)
        .slice(0, 1000)
        .map(text)
        .join(by === undefined ? ", " : text(by)),
    ),
  limit: (value, most) => list(value).slice(0, Math.max(0, number(most))),
  reverse: (value) => list(value).slice(0, 1000).toReversed(),
  map: (value, name) =>
    list(value)
      .slice(0, 1000)
      .map((one) =>
        typeof one === "object" && one !== null && Object.hasOwn(one, text(name)) ? (one as Record<string, unknown>)[text(name)] : null,
      ),
  plus: (value, other) => number(value) + number(other),
  minus: (value, other) => number(value) - number(other),
  times: (value, other) => number(value) * number(other),
  divided_by: (value, other) => (number(other) === 0 ? 0 : number(value) / number(other)),
  round: (value, digits) => Number(number(value).toFixed(Math.min(10, Math.max(0, number(digits))))),
  number: (value) => cached(`n ${locale()}`, () => new Intl.NumberFormat(locale())).format(number(value)),
  money,
  date,
};

/**
 * A moment on the world's clock: milliseconds since 1970-01-01T00:00:00Z.
 * Meaning never reads a clock; instants always arrive as arguments.
 */
export type Instant = number;

/** A calendar date with no place or time: `YYYY-MM-DD`. */
export type LocalDate = string;

/** An IANA time zone name such as `Europe/Paris`. */
export type TimeZone = string;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Before this nothing is said to have happened: nobody sold on the web, and dates of 1900 and 1970 are empty cells that were read as numbers. */
export const EARLIEST: Instant = Date.UTC(1994, 0, 1);

/** ISO 8601 text in UTC with milliseconds, the form used in JSON and in SQL parameters. */
export function toIso(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** The instant of an ISO 8601 text that carries a zone; `null` when it is not one. */
export function fromIso(text: string): Instant | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

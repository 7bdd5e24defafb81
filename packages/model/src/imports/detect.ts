import { parseDate, parseMoment } from "./cells.ts";

/** How dates of one column are written; `DD/MM/YYYY or MM/DD/YYYY` when no row of those looked at tells which. */
export const DATE_FORMATS = [
  "YYYY-MM-DD",
  "YYYYMMDD",
  "DD/MM/YYYY",
  "MM/DD/YYYY",
  "DD/MM/YYYY or MM/DD/YYYY",
  "D month YYYY",
  "seconds since 1970",
  "milliseconds since 1970",
] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

/** How the cells of a table are written, as far as its first rows tell. */
export interface Detected {
  /** What separates units from decimals; null when no cell tells. */
  readonly decimal: "." | "," | null;
  /** Order of day and month; null when no date tells, or dates contradict each other. */
  readonly dayFirst: boolean | null;
  readonly dates: readonly { readonly column: string; readonly format: DateFormat }[];
}

/** @param rows the first rows of a table, as many as were looked at */
export function detectStyle(columns: readonly string[], rows: readonly (readonly string[])[]): Detected {
  const dates = columns.flatMap((column, index) => {
    const format = dateFormat(
      column,
      rows.map((row) => (row[index] ?? "").trim()).filter((cell) => cell !== ""),
    );
    return format === null ? [] : [{ column, format }];
  });
  const dayFirst = dates.some((one) => one.format === "DD/MM/YYYY");
  const monthFirst = dates.some((one) => one.format === "MM/DD/YYYY");
  return { decimal: decimalOf(rows.flat()), dayFirst: dayFirst === monthFirst ? null : dayFirst, dates };
}

/** The format of a column whose filled cells are nearly all dates; null for other columns. */
function dateFormat(column: string, cells: readonly string[]): DateFormat | null {
  const style = (dayFirst: boolean) => ({ zone: "UTC", dayFirst });
  const read = (dayFirst: boolean) =>
    cells.filter((cell) => parseMoment(cell, style(dayFirst)) !== null || parseDate(cell, dayFirst) !== null).length;
  if (cells.length === 0) return null;
  const share = (pattern: RegExp): boolean => cells.filter((cell) => pattern.test(cell)).length >= 0.9 * cells.length;
  if (share(/^\d{4}-\d{1,2}-\d{1,2}/) || share(/^\d{4}[/.]\d{1,2}[/.]\d{1,2}/)) return "YYYY-MM-DD";
  if (share(/^\d{1,2}[/.-]\d{1,2}[/.-](\d{4}|\d{2})\b/)) {
    const [day, month] = [read(true), read(false)];
    return day === month ? "DD/MM/YYYY or MM/DD/YYYY" : day > month ? "DD/MM/YYYY" : "MM/DD/YYYY";
  }
  // Bare digits are as well an identifier or a quantity: only the column's name makes them a date.
  if (/date|time|\bat\b|_at$|jour|naissance|birth/i.test(column)) {
    if (share(/^(19|20)\d{6}$/)) return "YYYYMMDD";
    if (share(/^\d{10}$/)) return "seconds since 1970";
    if (share(/^\d{13}$/)) return "milliseconds since 1970";
  }
  return share(/\p{L}{3}/u) && read(true) >= 0.9 * cells.length ? "D month YYYY" : null;
}

/** What separates units from decimals in most of the cells that tell; null when none does, or as many say one as the other. */
export function decimalOf(given: readonly string[]): "." | "," | null {
  const cells = given.map((cell) => cell.trim());
  const comma = cells.filter((cell) => /^[-(]?[\d\s\u00a0\u202f.]*\d,\d{1,2}\)?\s?[€$£]?$/.test(cell)).length;
  const point = cells.filter((cell) => /^[-(€$£]*[\d,]*\d\.\d{1,2}\)?$/.test(cell)).length;
  return comma === point ? null : comma > point ? "," : ".";
}

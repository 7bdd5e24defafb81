import type { LocalDate } from "../base/index.ts";

export type DayOrder = "day_first" | "month_first";

/**
 * A day as people write it: `1988-05-14`, `14/05/1988`, `14.5.1988`, `19880514`. Where day and month could be either, `order` decides;
 * without it such a day is not read. @returns null when it is no day of the calendar, or nobody can tell which
 */
export function readDay(text: string, order: DayOrder | null): LocalDate | null {
  const bare = text.trim();
  const [, y, m, d] = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(bare) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(bare) ?? [];
  if (y !== undefined) return dayOf(y, m!, d!);
  const [, a, b, year] = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$/.exec(bare) ?? [];
  if (year === undefined) return null;
  const [first, second] = [Number(a), Number(b)];
  if (first > 12 || first === second) return dayOf(year, b!, a!);
  if (second > 12) return dayOf(year, a!, b!);
  return order === null ? null : order === "day_first" ? dayOf(year, b!, a!) : dayOf(year, a!, b!);
}

function dayOf(year: string, month: string, day: string): LocalDate | null {
  try {
    return Temporal.PlainDate.from({ year: Number(year), month: Number(month), day: Number(day) }, { overflow: "reject" }).toString();
  } catch {
    return null; // 30 February and the like
  }
}

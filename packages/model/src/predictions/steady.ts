/** What is kept of one customer's forecast, as rules see it. Amounts in the workspace's currency, `nextOn` a day. */
export interface Kept {
  readonly alive: number | null;
  readonly orders30: number | null;
  readonly orders90: number | null;
  readonly orders365: number | null;
  readonly churn: number | null;
  readonly nextOn: string | null;
  readonly value365: number | null;
  readonly total: number | null;
}

/**
 * What becomes of kept numbers at a refresh: one that moved less than its grain stays as it was, so that a night without news re-asks
 * nobody. What is kept is what is shown and what rules compare, always. Grains: one point of probability, a fiftieth of an order or 2 %,
 * 2 % or half a unit of money, two days.
 * @param today days of `nextOn` that have passed are always replaced
 * @returns what to keep, and the names of what changed
 */
export function settle(
  before: Kept | null,
  after: Kept,
  today: string,
): { readonly kept: Kept; readonly changed: readonly (keyof Kept)[] } {
  if (!before) return { kept: after, changed: KEYS.filter((key) => after[key] !== null) };
  const changed = KEYS.filter((key) => moved(key, before[key], after[key], today));
  const kept = Object.fromEntries(KEYS.map((key) => [key, changed.includes(key) ? after[key] : before[key]])) as unknown as Kept;
  return { kept, changed };
}

const KEYS = [
  "alive",
  "orders30",
  "orders90",
  "orders365",
  "churn",
  "nextOn",
  "value365",
  "total",
] as const satisfies readonly (keyof Kept)[];

function moved(key: keyof Kept, before: string | number | null, after: string | number | null, today: string): boolean {
  if (before === null || after === null) return before !== after;
  if (key === "nextOn")
    return (
      before !== after && (String(before) <= today || Math.abs(Date.parse(String(after)) - Date.parse(String(before))) > 2 * 86_400_000)
    );
  const [from, to] = [Number(before), Number(after)];
  const grain =
    key === "alive" || key === "churn"
      ? 0.01
      : key === "value365" || key === "total"
        ? Math.max(0.5, 0.02 * Math.abs(from))
        : Math.max(0.02, 0.02 * from);
  return Math.abs(to - from) >= grain;
}

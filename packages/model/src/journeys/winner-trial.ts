import { verdictOf, type WayCount } from "./winner.ts";

/**
 * A split that runs for some days and is looked at each day, played with drawn people.
 * @param rates the true rate of each way
 * @param perDay people a day and way
 * @param uniform numbers in [0, 1)
 * @returns the way that won and on which day; null: none did
 */
export function playSplit(
  rates: readonly number[],
  perDay: number,
  days: number,
  uniform: () => number,
): { readonly way: number; readonly day: number } | null {
  const converted = rates.map(() => 0);
  for (let day = 1; day <= days; day++) {
    rates.forEach((rate, way) => {
      for (let person = 0; person < perDay; person++) if (uniform() < rate) converted[way]! += 1;
    });
    const counts = rates.map((_, way): WayCount => ({ exit: String(way), people: day * perDay, converted: converted[way]! }));
    const { winner } = verdictOf(counts);
    if (winner !== null) return { way: Number(winner), day };
  }
  return null;
}

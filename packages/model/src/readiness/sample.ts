import type { Instant } from "../base/index.ts";
import { wilson, type Interval } from "./wilson.ts";

/** A part of what a sample is drawn from: people (or products) of one store and language. */
export interface Stratum {
  readonly key: string;
  readonly of: number;
}

/**
 * How many to draw of each stratum: in proportion, by largest remainders, and at least one of each that has any, so that a small store is
 * never left out. The sum is `share` of all, rounded, or the number of strata where that is more.
 */
export function allocate(strata: readonly Stratum[], share: number): Map<string, number> {
  const there = strata.filter((one) => one.of > 0);
  const whole = there.reduce((sum, one) => sum + one.of, 0);
  const wanted = Math.min(whole, Math.max(there.length, Math.round(whole * share)));
  const parts = there.map((one) => ({
    ...one,
    n: Math.max(1, Math.floor((wanted * one.of) / Math.max(1, whole))),
    rest: ((wanted * one.of) / Math.max(1, whole)) % 1,
  }));
  let left = wanted - parts.reduce((sum, one) => sum + one.n, 0);
  for (const one of [...parts].sort((a, b) => b.rest - a.rest || (a.key < b.key ? -1 : 1)))
    if (left > 0 && one.n < one.of) {
      one.n++;
      left--;
    }
  for (const one of [...parts].sort((a, b) => b.n - a.n || (a.key < b.key ? -1 : 1)))
    while (left < 0 && one.n > 1) {
      one.n--;
      left++;
    }
  return new Map(parts.map((one) => [one.key, one.n]));
}

export const VERDICTS = ["right", "wrong", "unsure"] as const;
export type FieldVerdict = (typeof VERDICTS)[number];
export interface Reviewed {
  readonly verdicts: Readonly<Record<string, FieldVerdict>>;
  readonly at: Instant;
}

export interface ErrorRate {
  readonly field: string | null;
  readonly wrong: number;
  readonly looked: number;
  readonly interval: Interval | null;
}

/** The error rate of each field, and of whole records (`field` null: at least one field wrong). What nobody could judge counts on neither side. */
export function errorRates(fields: readonly string[], reviewed: readonly Reviewed[]): ErrorRate[] {
  const rate = (field: string | null, verdicts: readonly (FieldVerdict | undefined)[]): ErrorRate => {
    const looked = verdicts.filter((one) => one === "right" || one === "wrong").length;
    const wrong = verdicts.filter((one) => one === "wrong").length;
    return { field, wrong, looked, interval: wilson(wrong, looked) };
  };
  const whole = reviewed.map(({ verdicts }): FieldVerdict =>
    Object.values(verdicts).includes("wrong") ? "wrong" : Object.values(verdicts).includes("right") ? "right" : "unsure",
  );
  return [
    rate(null, whole),
    ...fields.map((field) =>
      rate(
        field,
        reviewed.map((one) => one.verdicts[field]),
      ),
    ),
  ];
}

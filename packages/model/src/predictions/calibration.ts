import { Column } from "./column.ts";
import type { History } from "./histories.ts";

/** A customer of the hold-out check: known until the cut, then watched. */
export interface Watched extends History {
  /** Orders the model expected after the cut. */
  readonly expected: number;
  /** Orders that came after the cut. */
  readonly actual: number;
  /** Days watched after the cut. */
  readonly days: number;
}

export interface CalibrationPoint {
  readonly customers: number;
  /** Mean orders per customer. */
  readonly expected: number;
  readonly actual: number;
}

export interface Calibration {
  readonly customers: number;
  /** All orders after the cut. */
  readonly expected: number;
  readonly actual: number;
  /** Mean absolute error per customer, in orders; and that of the plain guess "goes on as before" (repeat orders ÷ age). */
  readonly error: number;
  readonly naiveError: number;
  /** By repeat orders before the cut: 0 to 6, then 7 and more. */
  readonly byRepeats: readonly (CalibrationPoint & { readonly repeats: number })[];
  /** Tenths of the customers by what was expected of them, lowest first: the calibration plot. */
  readonly tenths: readonly CalibrationPoint[];
}

const MOST = 7;

/** Gathers the hold-out check: 16 bytes a customer, for the tenths. */
export class CalibrationGatherer {
  readonly #byRepeats = Array.from({ length: MOST + 1 }, () => ({ customers: 0, expected: 0, actual: 0 }));
  readonly #expected = new Column();
  readonly #actual = new Column();
  #error = 0;
  #naive = 0;

  add(one: Watched): void {
    const group = this.#byRepeats[Math.min(MOST, one.repeats)]!;
    group.customers++;
    group.expected += one.expected;
    group.actual += one.actual;
    this.#error += Math.abs(one.expected - one.actual);
    this.#naive += Math.abs((one.repeats / Math.max(1, one.age)) * one.days - one.actual);
    this.#expected.add(one.expected);
    this.#actual.add(one.actual);
  }

  result(): Calibration {
    const [expected, actual] = [this.#expected.values(), this.#actual.values()];
    const n = expected.length;
    const order = Uint32Array.from(expected.keys()).sort((a, b) => expected[a]! - expected[b]! || a - b);
    const mean = (from: number, to: number): CalibrationPoint => {
      const part = order.subarray(from, to);
      return { customers: part.length, expected: sumOf(expected, part) / part.length, actual: sumOf(actual, part) / part.length };
    };
    const tenths = Array.from({ length: 10 }, (_none, i) => [Math.floor((i * n) / 10), Math.floor(((i + 1) * n) / 10)] as const)
      .filter(([from, to]) => to > from)
      .map(([from, to]) => mean(from, to));
    return {
      customers: n,
      expected: sumOf(expected, order),
      actual: sumOf(actual, order),
      error: n === 0 ? 0 : this.#error / n,
      naiveError: n === 0 ? 0 : this.#naive / n,
      byRepeats: this.#byRepeats.flatMap((group, repeats) =>
        group.customers === 0
          ? []
          : [{ repeats, customers: group.customers, expected: group.expected / group.customers, actual: group.actual / group.customers }],
      ),
      tenths,
    };
  }
}

const sumOf = (values: Float64Array, places: Uint32Array): number => places.reduce((sum, place) => sum + values[place]!, 0);

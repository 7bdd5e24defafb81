/**
 * Gamma-Gamma: how much an order is worth. A customer's orders vary around a mean of their own, whatever their rhythm; means vary over
 * customers (p, q, gamma).
 *
 * Fader, Hardie and Lee (2005), RFM and CLV: Using Iso-Value Curves for Customer Base Analysis, Journal of Marketing Research 42 (4); Fader and
 * Hardie (2013), The Gamma-Gamma Model of Monetary Value (note). Equation numbers below are the note's.
 */
import { Column } from "./column.ts";
import { lowest, type Slope } from "./optimise.ts";
import { digamma, lnGamma } from "./special.ts";

/** `gamma` in the currency of the amounts. */
export interface ValueModel {
  readonly p: number;
  readonly q: number;
  readonly gamma: number;
}

export interface ValueFit extends ValueModel {
  readonly logLikelihood: number;
  readonly converged: boolean;
  readonly customers: number;
  readonly evaluations: number;
}

/** How many orders of a customer had a value, and their mean. */
export interface Spending {
  readonly orders: number;
  readonly mean: number;
}

/** Gathers spendings: 16 bytes a customer. Those without a positive mean say nothing about worth and are left out. */
export class SpendingGatherer {
  readonly #orders = new Column();
  readonly #means = new Column();

  add({ orders, mean }: Spending): void {
    if (!(orders > 0 && mean > 0)) return;
    this.#orders.add(orders);
    this.#means.add(mean);
  }

  columns(): { readonly orders: Float64Array; readonly mean: Float64Array } {
    return { orders: this.#orders.values(), mean: this.#means.values() };
  }
}

/** The most likely model of these customers. */
export function fitValues(columns: { readonly orders: Float64Array; readonly mean: Float64Array }): ValueFit {
  const customers = columns.orders.length;
  const unit = columns.mean.reduce((sum, mean) => sum + mean, 0) / Math.max(1, customers);
  const ask = likelihoodOf(
    columns.orders,
    columns.mean.map((mean) => mean / unit),
  );
  const ends = [
    [1.5, 1.3, 0],
    [0, 1, 0],
  ].map((start) => lowest(ask, start));
  const found = ends.reduce((best, one) => (one.value < best.value ? one : best));
  const [p, q, gamma] = found.at.map(Math.exp) as [number, number, number];
  return {
    p,
    q,
    gamma: gamma * unit,
    logLikelihood: -found.value * customers - customers * Math.log(unit),
    converged: found.converged,
    customers,
    evaluations: ends.reduce((sum, one) => sum + one.evaluations, 0),
  };
}

/** Minus the mean log-likelihood per customer (equation 1a) and its gradient, by the logarithms of p, q and gamma. */
function likelihoodOf(orders: Float64Array, mean: Float64Array): (at: readonly number[]) => Slope {
  const customers = orders.length;
  const counts = new Map<number, number>();
  let fixed = 0;
  for (let i = 0; i < customers; i++) {
    counts.set(orders[i]!, (counts.get(orders[i]!) ?? 0) + 1);
    fixed -= Math.log(mean[i]!);
  }
  const lnTotals = orders.map((n, i) => Math.log(n * mean[i]!));
  return (at) => {
    const [p, q, gamma] = at.map(Math.exp) as [number, number, number];
    let sum = fixed;
    let [byP, byQ, byGamma] = [0, 0, 0];
    for (const [n, times] of counts) {
      sum += times * (lnGamma(p * n + q) - lnGamma(p * n) - lnGamma(q) + q * Math.log(gamma));
      const both = digamma(p * n + q);
      byP += times * n * (both - digamma(p * n));
      byQ += times * (both - digamma(q) + Math.log(gamma));
    }
    for (let i = 0; i < customers; i++) {
      const n = orders[i]!;
      const total = gamma + n * mean[i]!;
      const lnTotal = Math.log(total);
      sum += p * n * lnTotals[i]! - (p * n + q) * lnTotal;
      byP += n * (lnTotals[i]! - lnTotal);
      byQ -= lnTotal;
      byGamma += q / gamma - (p * n + q) / total;
    }
    return { value: -sum / customers, gradient: [byP * p, byQ * q, byGamma * gamma].map((slope) => -slope / customers) };
  };
}

/** What the customer's next orders are worth each (equation 5): between their own mean and everybody's. Everybody's for a customer without a valued order. Infinite when q ≤ 1 and nothing is known. */
export function expectedValue({ p, q, gamma }: ValueModel, { orders, mean }: Spending): number {
  const left = p * orders + q - 1;
  return left > 0 ? (p * (gamma + orders * mean)) / left : Infinity;
}

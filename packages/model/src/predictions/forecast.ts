import { aliveProbability, expectedWhileAlive, medianWait, orderDistribution, silenceProbability, type OrderModel } from "./bgnbd.ts";
import { expectedValue, type Spending, type ValueModel } from "./gamma-gamma.ts";
import type { History } from "./histories.ts";
import { incompleteBeta } from "./special.ts";

/** Both models; without `values` (too few orders with an amount) nothing is said of money. */
export interface Models {
  readonly orders: OrderModel;
  readonly values: ValueModel | null;
}

/** A customer as both models see them. `spent` is their net total so far. */
export interface Customer extends History {
  readonly spending: Spending;
  readonly spent: number;
}

export interface Forecast {
  /** Probability of still being a customer, 0 to 1. */
  readonly alive: number;
  readonly orders30: number;
  readonly orders90: number;
  readonly orders365: number;
  /** Probability of no order in the coming 365 days. */
  readonly churn: number;
  /** Days from today until the next order is more likely come than not, if the customer still is one; null when that is less likely than not, or beyond two years. */
  readonly nextIn: number | null;
  /** Worth of one coming order; null without a value model. */
  readonly orderValue: number | null;
  /** Worth of the orders of the coming 365 days. */
  readonly value365: number | null;
  /** Spent so far and the coming 365 days. */
  readonly total: number | null;
}

/** The horizon of churn risk and predicted value, in days. */
export const YEAR = 365;
const FARTHEST = 730;

/** Forecasts customer after customer; what depends on count and age alone is worked out once. */
export function forecaster(models: Models): (customer: Customer) => Forecast {
  const known = new Map<number, readonly [number, number, number]>();
  const whileAlive = (customer: Customer): readonly [number, number, number] => {
    const key = customer.repeats * 65_536 + customer.age;
    let found = known.get(key);
    if (!found) {
      found = [
        expectedWhileAlive(models.orders, customer, 30),
        expectedWhileAlive(models.orders, customer, 90),
        expectedWhileAlive(models.orders, customer, YEAR),
      ];
      // Bounded: a shop has some thousand ages and few counts, but nothing says so.
      if (known.size < 200_000) known.set(key, found);
    }
    return found;
  };
  return (customer) => {
    const alive = aliveProbability(models.orders, customer);
    const [in30, in90, in365] = whileAlive(customer);
    const wait = medianWait(models.orders, customer);
    const orderValue = models.values ? expectedValue(models.values, customer.spending) : null;
    const value365 = orderValue === null || !Number.isFinite(orderValue) ? null : alive * in365 * orderValue;
    return {
      alive,
      orders30: alive * in30,
      orders90: alive * in90,
      orders365: alive * in365,
      churn: silenceProbability(models.orders, customer, YEAR),
      nextIn: alive >= 0.5 && wait <= FARTHEST ? Math.max(1, Math.ceil(wait)) : null,
      orderValue,
      value365,
      total: value365 === null ? null : customer.spent + value365,
    };
  };
}

/**
 * Between which amounts the customer's orders of the coming `days` will add up, with probability `level` (0.8: one in ten below, one in ten above).
 * Exact under the models: given k orders and the customer's own mean, the sum over gamma + n·mean is beta-prime(p·k, p·n + q).
 */
export function valueInterval(models: Models, customer: Customer, days: number, level: number): readonly [number, number] | null {
  const { values } = models;
  if (!values) return null;
  const distribution = orderDistribution(models.orders, customer, days);
  const scale = values.gamma + customer.spending.orders * customer.spending.mean;
  const shape = values.p * customer.spending.orders + values.q;
  const below = (amount: number): number => {
    const share = amount / (scale + amount);
    return distribution.reduce(
      (sum, chance, k) => sum + (k === 0 ? chance : chance < 1e-12 ? 0 : chance * incompleteBeta(share, values.p * k, shape)),
      0,
    );
  };
  return [quantile(below, distribution[0]!, (1 - level) / 2), quantile(below, distribution[0]!, (1 + level) / 2)];
}

/** Between how many orders the customer will place in the coming `days`, with probability at least `level`. */
export function orderInterval(models: Models, customer: Customer, days: number, level: number): readonly [number, number] {
  const distribution = orderDistribution(models.orders, customer, days);
  const at = (share: number): number => {
    let sum = 0;
    const found = distribution.findIndex((chance) => (sum += chance) >= share - 1e-12);
    return found < 0 ? distribution.length - 1 : found;
  };
  return [at((1 - level) / 2), at((1 + level) / 2)];
}

function quantile(below: (amount: number) => number, nothing: number, share: number): number {
  if (nothing >= share) return 0;
  let high = 1;
  while (below(high) < share && high < 1e12) high *= 2;
  let low = 0;
  for (let step = 0; step < 60 && high - low > 1e-6 * high; step++) {
    const middle = (low + high) / 2;
    if (below(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * BG/NBD: when customers order, and whether they still are customers. While alive a customer orders at random at a rate of their own
 * (gamma-distributed over customers: r, alpha); after each order they leave for good with a probability of their own (beta: a, b).
 *
 * Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way: An Alternative to the Pareto/NBD Model, Marketing Science 24 (2),
 * 275–284. Equation numbers below are theirs.
 */
import type { Histories, History } from "./histories.ts";
import { lowest, type Slope } from "./optimise.ts";
import { digamma, hypergeometricRest, lnGamma } from "./special.ts";

/** `alpha` in days. */
export interface OrderModel {
  readonly r: number;
  readonly alpha: number;
  readonly a: number;
  readonly b: number;
}

export interface OrderFit extends OrderModel {
  /** Of all customers, in days; for weeks add (repeat orders) × ln 7. */
  readonly logLikelihood: number;
  readonly converged: boolean;
  readonly evaluations: number;
}

/** The most likely model of these customers. The best of three starts; four parameters searched by their logarithms. */
export function fitOrders(histories: Histories): OrderFit {
  const days = meanAge(histories);
  const ask = likelihoodOf(histories, days);
  const starts = [
    [0, 0, 0, 0],
    [-1.4, -2, -0.2, 0.9],
    [1, 0.5, -1, 1.5],
  ];
  let evaluations = 0;
  let best: ReturnType<typeof lowest> | null = null;
  for (const start of starts) {
    const found = lowest(ask, start);
    evaluations += found.evaluations;
    // A second start that ends in the same place is proof enough.
    const agrees = best !== null && Math.abs(found.value - best.value) < 1e-9;
    if (!best || found.value < best.value) best = found;
    if (agrees) break;
  }
  const [r, alpha, a, b] = best!.at.map(Math.exp) as [number, number, number, number];
  // Times were counted in mean ages; a density per age becomes one per day.
  const orders = histories.repeats.reduce((sum, x, g) => sum + x * histories.weight[g]!, 0);
  return {
    r,
    alpha: alpha * days,
    a,
    b,
    logLikelihood: -best!.value * histories.customers - orders * Math.log(days),
    converged: best!.converged,
    evaluations,
  };
}

function meanAge(histories: Histories): number {
  const sum = histories.age.reduce((total, age, g) => total + age * histories.weight[g]!, 0);
  return Math.max(1, sum / Math.max(1, histories.customers));
}

/** Minus the mean log-likelihood per customer (equation 6) and its gradient, by the logarithms of r, alpha, a and b; times in units of `unit` days. */
function likelihoodOf(histories: Histories, unit: number): (at: readonly number[]) => Slope {
  const { repeats, weight, customers } = histories;
  const age = histories.age.map((days) => days / unit);
  const last = histories.last.map((days) => days / unit);
  const counts = Map.groupBy(repeats.keys(), (g) => repeats[g]!);
  const byCount = [...counts].map(([x, groups]) => ({ x, n: groups.reduce((sum, g) => sum + weight[g]!, 0) }));
  return (at) => {
    const [r, alpha, a, b] = at.map(Math.exp) as [number, number, number, number];
    let sum = 0;
    let [byR, byAlpha, byA, byB] = [0, 0, 0, 0];
    // What depends on the number of orders alone is asked once per number.
    for (const { x, n } of byCount) {
      sum += n * (lnGamma(r + x) - lnGamma(r) + r * Math.log(alpha) + lnGamma(a + b) + lnGamma(b + x) - lnGamma(b) - lnGamma(a + b + x));
      const both = digamma(a + b) - digamma(a + b + x);
      byR += n * (digamma(r + x) - digamma(r) + Math.log(alpha));
      byAlpha += (n * r) / alpha;
      byA += n * both;
      byB += n * (both + digamma(b + x) - digamma(b));
    }
    for (let g = 0; g < repeats.length; g++) {
      const x = repeats[g]!;
      const n = weight[g]!;
      const toEnd = alpha + age[g]!;
      const lnEnd = Math.log(toEnd);
      const alive = -(r + x) * lnEnd;
      if (x === 0) {
        sum += n * alive;
        byR -= n * lnEnd;
        byAlpha -= (n * r) / toEnd;
        continue;
      }
      const toLast = alpha + last[g]!;
      const lnLast = Math.log(toLast);
      const gone = Math.log(a / (b + x - 1)) - (r + x) * lnLast;
      // ln(e^alive + e^gone), and each one's share of it
      const share = 1 / (1 + Math.exp(gone - alive));
      sum += n * (share > 0.5 ? alive - Math.log(share) : gone - Math.log1p(-share));
      byR -= n * (share * lnEnd + (1 - share) * lnLast);
      byAlpha -= n * (r + x) * (share / toEnd + (1 - share) / toLast);
      byA += (n * (1 - share)) / a;
      byB -= (n * (1 - share)) / (b + x - 1);
    }
    return { value: -sum / customers, gradient: [byR * r, byAlpha * alpha, byA * a, byB * b].map((slope) => -slope / customers) };
  };
}

/** The log-likelihood of a model over all customers, times in days. */
export function logLikelihood(model: OrderModel, histories: Histories): number {
  return -likelihoodOf(histories, 1)([model.r, model.alpha, model.a, model.b].map(Math.log)).value * histories.customers;
}

/** The probability that the customer still is one (their note "Computing P(alive) Using the BG/NBD Model", 2008). One, for who ordered once: leaving is only seen after a repeat order. */
export function aliveProbability(model: OrderModel, { repeats: x, last, age }: History): number {
  const { r, alpha, a, b } = model;
  if (x === 0) return 1;
  return 1 / (1 + (a / (b + x - 1)) * Math.pow((alpha + age) / (alpha + last), r + x));
}

/**
 * How many orders the customer will place in the coming `days` (equation 10). The paper's 1 − (1−z)^(r+x) ₂F₁(r+x, b+x; a+b+x−1; z), over a−1, is
 * turned by Euler's transformation into (1−z)^(a−1) ₂F₁(a+b−1−r, a−1; a+b+x−1; z), whose series converges fast, and its first term is
 * taken out, so that neither a = 1 nor a+b+x = 1 divides by zero.
 */
export function expectedOrders(model: OrderModel, history: History, days: number): number {
  return aliveProbability(model, history) * expectedWhileAlive(model, history, days);
}

/** The same for a customer known to be alive; depends on the number of repeat orders and the age only. */
export function expectedWhileAlive(model: OrderModel, { repeats: x, age }: Pick<History, "repeats" | "age">, days: number): number {
  if (days <= 0) return 0;
  const { r, alpha, a, b } = model;
  const z = days / (alpha + age + days);
  const e = a - 1;
  const c = a + b + x - 1;
  const lnLeft = Math.log1p(-z);
  if (e > MANY) return Math.max(0, (c / e) * (1 - staying(r + x, b + x, c, z)));
  const first = e === 0 ? -lnLeft : -Math.expm1(e * lnLeft) / e;
  return Math.max(0, c * first - Math.exp(e * lnLeft) * hypergeometricRest(a + b - 1 - r, e, c + 1, z));
}

/** Above this the turned series loses its digits (its terms grow with a), and the printed one, far from its pole a = 1, keeps them. */
const MANY = 20;

/** (1−z)^s ₂F₁(s, b; c; z) as negative binomial probabilities, each times the chance to have stayed so long: all between 0 and 1. */
function staying(s: number, b: number, c: number, z: number): number {
  let mass = Math.exp(s * Math.log1p(-z));
  let [seen, stayed] = [mass, 1];
  let sum = mass;
  for (let n = 0; n < 200_000 && (1 - seen) * stayed > 1e-15; n++) {
    mass *= ((s + n) / (n + 1)) * z;
    stayed *= (b + n) / (c + n);
    seen += mass;
    sum += mass * stayed;
    // What is lost to rounding in `seen` never comes: past the mode, a mass this small ends it.
    if (mass < 1e-17 && n > (s * z) / (1 - z)) break;
  }
  return sum;
}

/** How many orders a customer never seen before will place in `days` after the first one (equation 9, by the same turn of it). */
export function expectedOfNew(model: OrderModel, days: number): number {
  return expectedWhileAlive(model, { repeats: 0, age: 0 }, days);
}

/** The probability that the customer places no order in the coming `days`: gone already, or alive and silent. */
export function silenceProbability(model: OrderModel, history: History, days: number): number {
  const { r, alpha } = model;
  return 1 - aliveProbability(model, history) * -Math.expm1(-(r + history.repeats) * Math.log1p(days / (alpha + history.age)));
}

/** In how many days the next order comes with even odds, provided the customer is alive. */
export function medianWait({ r, alpha }: OrderModel, { repeats, age }: Pick<History, "repeats" | "age">): number {
  return (alpha + age) * Math.expm1(Math.LN2 / (r + repeats));
}

/**
 * The probabilities of 0, 1, 2… orders in the coming `days`; the last one takes all that is left. Given alive, the rate is Gamma(r+x, alpha+T) and
 * leaving Beta(a, b+x), independent: at least k orders come when the negative binomial reaches k and k−1 chances to leave passed by.
 */
export function orderDistribution(model: OrderModel, history: History, days: number): number[] {
  const { r, alpha, a, b } = model;
  const x = history.repeats;
  const z = days / (alpha + history.age + days);
  const alive = aliveProbability(model, history);
  const atLeast = [1];
  let mass = Math.exp((r + x) * Math.log1p(-z));
  let tail = 1 - mass;
  let stayed = 1;
  for (let k = 1; k < 2_000 && tail * stayed > 1e-9; k++) {
    atLeast.push(alive * tail * stayed);
    mass *= ((r + x + k - 1) / k) * z;
    tail -= mass;
    stayed *= (b + x + k - 1) / (a + b + x + k - 1);
  }
  return atLeast.map((p, k) => Math.max(0, p - (atLeast[k + 1] ?? 0)));
}

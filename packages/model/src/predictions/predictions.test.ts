import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  aliveProbability,
  expectedOrders,
  expectedWhileAlive,
  fitOrders,
  medianWait,
  orderDistribution,
  silenceProbability,
  type OrderModel,
} from "./bgnbd.ts";
import { ENOUGH, lacks } from "./enough.ts";
import { forecaster, orderInterval, valueInterval, type Models } from "./forecast.ts";
import { expectedValue, fitValues, SpendingGatherer } from "./gamma-gamma.ts";
import { grouped } from "./histories.ts";
import { lowest } from "./optimise.ts";
import { groupOfCell, quintiles, RFM_GROUPS, rfmGroup, rfmScores } from "./rfm.ts";
import { simulate } from "./simulate.ts";
import { digamma, incompleteBeta, lnGamma } from "./special.ts";
import { settle, type Kept } from "./steady.ts";

/** Mulberry32: numbers in [0, 1) from a seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const model = fc.record({
  r: fc.double({ min: 0.05, max: 5, noNaN: true }),
  alpha: fc.double({ min: 1, max: 400, noNaN: true }),
  a: fc.oneof(fc.constant(1), fc.double({ min: 0.05, max: 5, noNaN: true })),
  b: fc.double({ min: 0.05, max: 10, noNaN: true }),
});
const history = fc
  .record({ repeats: fc.nat({ max: 30 }), share: fc.double({ min: 0, max: 1, noNaN: true }), age: fc.integer({ min: 1, max: 1_500 }) })
  // At most one occasion a day.
  .map(({ repeats, share, age }) => ({
    repeats: Math.min(repeats, age),
    last: repeats === 0 ? 0 : Math.max(Math.min(repeats, age), Math.round(share * age)),
    age,
  }));
const days = fc.integer({ min: 1, max: 730 });

describe("special functions", () => {
  test("agree with known values", () => {
    expect(Math.abs(lnGamma(0.5) - Math.log(Math.PI) / 2)).toBeLessThan(1e-13);
    expect(Math.abs(lnGamma(11) - Math.log(3_628_800))).toBeLessThan(1e-12);
    expect(Math.abs(digamma(1) + 0.5772156649015329)).toBeLessThan(1e-13);
    expect(Math.abs(incompleteBeta(0.3, 2, 5) - 0.579825)).toBeLessThan(1e-9);
  });
  test("obey their recurrences", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 1e5, noNaN: true }), (x) => {
        expect(Math.abs(lnGamma(x + 1) - lnGamma(x) - Math.log(x))).toBeLessThan(1e-9 * Math.max(1, Math.abs(lnGamma(x + 1))));
        expect(Math.abs(digamma(x + 1) - digamma(x) - 1 / x)).toBeLessThan(1e-11 * Math.max(1, 1 / x));
      }),
    );
  });
});

describe("BG/NBD", () => {
  test("the expected number of orders is the mean of their distribution, which is worked out another way", () => {
    fc.assert(
      fc.property(model, history, fc.integer({ min: 1, max: 120 }), (m, h, t) => {
        const mean = orderDistribution(m, h, t).reduce((sum, chance, k) => sum + chance * k, 0);
        expect(Math.abs(expectedOrders(m, h, t) - mean)).toBeLessThan(1e-4 * Math.max(1, mean));
      }),
      { numRuns: 300 },
    );
  });
  test("the same holds for customers so alike that the parameters are huge", () => {
    for (const scale of [10, 100, 10_000, 160_000])
      for (const x of [0, 3, 12]) {
        const m = { r: 0.02 * scale, alpha: 2 * scale, a: 0.3 * scale, b: scale };
        const h = { repeats: x, last: x === 0 ? 0 : 250, age: 300 };
        const mean = orderDistribution(m, h, 200).reduce((sum, chance, k) => sum + chance * k, 0);
        expect(Math.abs(expectedOrders(m, h, 200) - mean)).toBeLessThan(1e-6);
      }
  });
  test("probabilities are probabilities; more days never bring fewer orders nor more silence", () => {
    fc.assert(
      fc.property(model, history, days, (m, h, t) => {
        const alive = aliveProbability(m, h);
        expect(alive).toBeGreaterThanOrEqual(0);
        expect(alive).toBeLessThanOrEqual(1);
        expect(expectedOrders(m, h, t + 30)).toBeGreaterThanOrEqual(expectedOrders(m, h, t) - 1e-9);
        expect(silenceProbability(m, h, t + 30)).toBeLessThanOrEqual(silenceProbability(m, h, t) + 1e-12);
        const distribution = orderDistribution(m, h, t);
        expect(Math.abs(distribution.reduce((sum, chance) => sum + chance, 0) - 1)).toBeLessThan(1e-9);
        expect(Math.abs(distribution[0]! - silenceProbability(m, h, t))).toBeLessThan(1e-9);
      }),
      { numRuns: 300 },
    );
  });
  test("a longer silence after the same orders never makes a customer more alive", () => {
    fc.assert(
      fc.property(model, history, fc.integer({ min: 0, max: 500 }), (m, h, silence) => {
        expect(aliveProbability(m, { ...h, age: h.age + silence })).toBeLessThanOrEqual(aliveProbability(m, h) + 1e-12);
      }),
    );
  });
  test("nothing breaks where the paper's formula divides by zero: a = 1, and a + b = 1 for who ordered once", () => {
    const near = (a: number, b: number) => expectedWhileAlive({ r: 0.5, alpha: 30, a, b }, { repeats: 0, age: 100 }, 365);
    expect(Math.abs(near(1, 2) - near(1 + 1e-7, 2))).toBeLessThan(1e-6);
    expect(Math.abs(near(0.4, 0.6) - near(0.4, 0.6 + 1e-7))).toBeLessThan(1e-6);
    expect(Number.isFinite(near(1, 2)) && Number.isFinite(near(0.4, 0.6))).toBe(true);
  });
  test("half of the next orders come within the median wait", () => {
    fc.assert(
      fc.property(model, history, (m, h) => {
        const wait = medianWait(m, h);
        if (wait > 1e6) return;
        expect(
          Math.abs(
            silenceProbability(m, { ...h, last: h.age, repeats: h.repeats }, wait) - (1 - aliveProbability(m, { ...h, last: h.age }) / 2),
          ),
        ).toBeLessThan(1e-9);
      }),
    );
  });
  test("simulated customers give their parameters back, and their later orders come as expected", () => {
    const truth: Models = { orders: { r: 0.6, alpha: 40, a: 0.9, b: 3 }, values: { p: 5, q: 4, gamma: 60 } };
    const chance = seeded(20_261_124);
    const drawn = Array.from({ length: 40_000 }, (_none, i) =>
      simulate(chance, { orders: truth.orders, values: truth.values!, age: 200 + (i % 300), days: 180 }),
    );
    const whole = drawn.map((one) => ({ ...one, last: Math.round(one.last) }));
    const fit = fitOrders(grouped(whole));
    expect(fit.converged).toBe(true);
    for (const [found, known] of [
      [fit.r, 0.6],
      [fit.alpha, 40],
      [fit.a, 0.9],
      [fit.b, 3],
    ] as const)
      expect(Math.abs(found / known - 1)).toBeLessThan(0.12);
    const [expected, actual] = [
      whole.reduce((sum, one) => sum + expectedOrders(fit, one, 180), 0),
      whole.reduce((sum, one) => sum + one.later, 0),
    ];
    expect(Math.abs(expected / actual - 1)).toBeLessThan(0.03);
    const gatherer = new SpendingGatherer();
    for (const one of drawn) gatherer.add(one.spending);
    const values = fitValues(gatherer.columns());
    for (const [found, known] of [
      [values.p, 5],
      [values.q, 4],
      [values.gamma, 60],
    ] as const)
      expect(Math.abs(found / known - 1)).toBeLessThan(0.05);
  });
});

describe("customers who are all alike", () => {
  test("have a plateau for a likelihood: it is found in a few looks, and the means it tells are right", () => {
    const chance = seeded(5);
    const gatherer = new SpendingGatherer();
    let [sum, orders] = [0, 0];
    for (let n = 0; n < 600; n++) {
      const count = 1 + Math.floor(chance() * 5);
      const total = Array.from({ length: count }, () => 10 + chance() * 200).reduce((a, b) => a + b, 0);
      sum += total;
      orders += count;
      gatherer.add({ orders: count, mean: total / count });
    }
    const values = fitValues(gatherer.columns());
    expect(values.converged).toBe(true);
    expect(values.evaluations).toBeLessThan(2_000);
    expect(Math.abs(expectedValue(values, { orders: 2, mean: 500 }) / (sum / orders) - 1)).toBeLessThan(0.05);
    const regular = fitOrders(grouped(Array.from({ length: 500 }, (_none, n) => ({ repeats: 5 + (n % 3), last: 300, age: 310 }))));
    expect(regular.converged).toBe(true);
    expect(regular.evaluations).toBeLessThan(3_000);
    const expected = expectedOrders(regular, { repeats: 6, last: 300, age: 310 }, 310);
    expect(Math.abs(expected / 6 - 1)).toBeLessThan(0.1);
  });
});

describe("Gamma-Gamma and intervals", () => {
  const models: Models = { orders: { r: 0.6, alpha: 40, a: 0.9, b: 3 }, values: { p: 5, q: 4, gamma: 60 } };
  test("the worth of an order lies between the customer's own mean and everybody's", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ min: 0.01, max: 1_000, noNaN: true }), (orders, mean) => {
        const everybody = expectedValue(models.values!, { orders: 0, mean: 0 });
        const own = expectedValue(models.values!, { orders, mean });
        expect(own).toBeGreaterThanOrEqual(Math.min(mean, everybody) - 1e-9);
        expect(own).toBeLessThanOrEqual(Math.max(mean, everybody) + 1e-9);
      }),
    );
  });
  test("four of five simulated customers spend within their interval, and order within theirs", () => {
    const chance = seeded(7);
    const drawn = Array.from({ length: 4_000 }, () =>
      simulate(chance, { orders: models.orders, values: models.values!, age: 365, days: 365 }),
    ).filter((one) => one.repeats > 0);
    let [above, below] = [0, 0];
    for (const one of drawn) {
      const [low, high] = orderInterval(models, { ...one, last: one.last }, 365, 0.8);
      if (one.later > high) above++;
      if (one.later < low) below++;
    }
    // Whole numbers: the tails are at most a tenth, often less.
    expect(above / drawn.length).toBeLessThan(0.12);
    expect(below / drawn.length).toBeLessThan(0.12);
  });
  test("the interval of the coming year's value holds its share of draws of that very customer", () => {
    const chance = seeded(11);
    const customer = { repeats: 4, last: 330, age: 365, spent: 300, spending: { orders: 5, mean: 60 } };
    const [low, high] = valueInterval(models, customer, 365, 0.8)!;
    const wide = valueInterval(models, customer, 365, 0.95)!;
    expect(wide[0] <= low && high <= wide[1]).toBe(true);
    const forecast = forecaster(models)(customer);
    expect(forecast.value365!).toBeGreaterThan(low);
    expect(forecast.value365!).toBeLessThan(high);
    // The slow twin: draw customers, keep those with the same history, look at their next year.
    const alike: number[] = [];
    for (let n = 0; n < 150_000 && alike.length < 400; n++) {
      const one = simulate(chance, { orders: models.orders, values: models.values!, age: 365, days: 365 });
      if (one.repeats === 4 && Math.abs(one.last - 330) < 15) alike.push(one.later);
    }
    const [fewest, most] = orderInterval(models, customer, 365, 0.8);
    expect(alike.length).toBeGreaterThan(200);
    expect(alike.filter((later) => later >= fewest && later <= most).length / alike.length).toBeGreaterThan(0.76);
    const mean = alike.reduce((sum, later) => sum + later, 0) / alike.length;
    expect(Math.abs(mean / forecast.orders365 - 1)).toBeLessThan(0.25);
  });
  test("without a value model nothing is said of money", () => {
    const forecast = forecaster({ ...models, values: null })({
      repeats: 1,
      last: 10,
      age: 50,
      spent: 20,
      spending: { orders: 2, mean: 10 },
    });
    expect([forecast.value365, forecast.total, forecast.orderValue]).toEqual([null, null, null]);
    expect(
      valueInterval({ ...models, values: null }, { repeats: 1, last: 10, age: 50, spent: 20, spending: { orders: 2, mean: 10 } }, 365, 0.8),
    ).toBeNull();
  });
});

describe("optimiser", () => {
  test("finds the bottom of a bent valley", () => {
    const rosenbrock = lowest(
      ([x, y]) => ({
        value: (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2,
        gradient: [-2 * (1 - x!) - 400 * x! * (y! - x! * x!), 200 * (y! - x! * x!)],
      }),
      [-1.2, 1],
    );
    expect(rosenbrock.at.map((value) => value.toFixed(5))).toEqual(["1.00000", "1.00000"]);
  });
  test("the fitted likelihood is the printed formula's, and the highest among its neighbours", () => {
    const chance = seeded(3);
    const truth: OrderModel = { r: 1.2, alpha: 60, a: 0.5, b: 2 };
    const histories = grouped(
      Array.from({ length: 3_000 }, () => simulate(chance, { orders: truth, values: { p: 5, q: 4, gamma: 60 }, age: 400, days: 0 })),
    );
    const fit = fitOrders(histories);
    expect(Math.abs(fit.logLikelihood - plainLikelihood(fit, histories))).toBeLessThan(1e-4);
    for (const name of ["r", "alpha", "a", "b"] as const)
      for (const by of [0.98, 1.02]) expect(plainLikelihood({ ...fit, [name]: fit[name] * by }, histories)).toBeLessThan(fit.logLikelihood);
  });
});

/** Equation 6 as printed, customer by customer: the slow twin of the fitted likelihood. */
function plainLikelihood({ r, alpha, a, b }: OrderModel, histories: ReturnType<typeof grouped>): number {
  let sum = 0;
  histories.repeats.forEach((x, g) => {
    const [t, T] = [histories.last[g]!, histories.age[g]!];
    const beta = (p: number, q: number) => Math.exp(lnGamma(p) + lnGamma(q) - lnGamma(p + q));
    const common = Math.exp(lnGamma(r + x) - lnGamma(r) + r * Math.log(alpha));
    const alive = (beta(a, b + x) / beta(a, b)) * Math.pow(alpha + T, -(r + x));
    const gone = x === 0 ? 0 : (beta(a + 1, b + x - 1) / beta(a, b)) * Math.pow(alpha + t, -(r + x));
    sum += histories.weight[g]! * Math.log(common * (alive + gone));
  });
  return sum;
}

describe("RFM", () => {
  const bounds = { recency: [10, 30, 60, 120], frequency: [1, 2, 3, 5], monetary: [20, 50, 100, 200] };
  test("scores pass bounds, and equal customers score alike", () => {
    expect(rfmScores({ recency: 10, frequency: 6, monetary: 201 }, bounds)).toEqual({ r: 5, f: 5, m: 5 });
    expect(rfmScores({ recency: 121, frequency: 1, monetary: 20 }, bounds)).toEqual({ r: 1, f: 1, m: 1 });
    expect(rfmGroup({ r: 5, f: 5, m: 5 })).toBe("champions");
    expect(rfmGroup({ r: 1, f: 5, m: 5 })).toBe("cannot_lose");
    expect(rfmGroup({ r: 5, f: 1, m: 1 })).toBe("new");
  });
  test("every cell has a group, and every group a cell", () => {
    const found = new Set([1, 2, 3, 4, 5].flatMap((r) => [1, 2, 3, 4, 5].map((worth) => groupOfCell(r, worth))));
    expect([...found].sort()).toEqual([...RFM_GROUPS].sort());
  });
  test("quintiles cut a column of different values into five equal parts", () => {
    const list = quintiles(Float64Array.from({ length: 1_000 }, (_none, i) => (i * 7_919) % 1_000));
    expect(list).toEqual([199, 399, 599, 799]);
    const sizes = new Map<number, number>();
    for (let value = 0; value < 1_000; value++) {
      const { f } = rfmScores({ recency: 0, frequency: value, monetary: 0 }, { ...bounds, frequency: list });
      sizes.set(f, (sizes.get(f) ?? 0) + 1);
    }
    expect([...sizes.values()]).toEqual([200, 200, 200, 200, 200]);
  });
});

describe("what is kept", () => {
  const kept: Kept = {
    alive: 0.5,
    orders30: 0.1,
    orders90: 0.3,
    orders365: 1,
    churn: 0.4,
    nextOn: "2026-12-10",
    value365: 100,
    total: 400,
  };
  test("a night that moved nothing changes nothing, however many such nights follow", () => {
    expect(settle(kept, { ...kept, alive: 0.505, value365: 101, nextOn: "2026-12-11" }, "2026-11-24")).toEqual({ kept, changed: [] });
    let now = kept;
    for (let night = 1; night <= 100; night++) now = settle(now, { ...kept, alive: 0.5 - night * 0.003 }, "2026-11-24").kept;
    expect(Math.abs(now.alive! - 0.2)).toBeLessThan(0.01);
  });
  test("what moved more than its grain is replaced and named", () => {
    expect(settle(kept, { ...kept, alive: 0.48, total: null }, "2026-11-24")).toEqual({
      kept: { ...kept, alive: 0.48, total: null },
      changed: ["alive", "total"],
    });
    expect(settle(kept, { ...kept, nextOn: "2026-12-11" }, "2026-12-10").changed).toEqual(["nextOn"]);
  });
  test("too little data is told with its numbers", () => {
    expect(lacks({ customers: 12, repeaters: 500, days: 400 })).toEqual([{ what: "customers", have: 12, need: ENOUGH.customers }]);
    expect(lacks({ customers: 300, repeaters: 100, days: 180 })).toEqual([]);
  });
});

import { cpus } from "node:os";
import { forecaster, fitOrders, fitValues, HistoryGatherer, simulate, SpendingGatherer, type Simulated } from "@relance/model/predictions";
import { seededGenerator } from "../apps/server/src/platform/chance/index.ts";

/**
 * Predictions: CUSTOMERS simulated customers, fitted (BG/NBD and Gamma-Gamma) and forecast one by one, on one thread. The limit is the bare
 * arithmetic of as many looks at the likelihood (two logarithms and an exponential for each distinct history, one logarithm for each mean)
 * and of as many forecasts (a power and a sum of 30 terms), in the same run. `node bench/predictions.ts [customers]`.
 */
const CUSTOMERS = Number(process.argv[2] ?? 1_000_000);
const TARGET_SECONDS = 120;
const TRUTH = { orders: { r: 0.55, alpha: 60, a: 0.8, b: 2.5 }, values: { p: 4, q: 4, gamma: 55 } };

const chance = seededGenerator("predictions");
const customers: Simulated[] = Array.from({ length: CUSTOMERS }, (_none, i) => {
  const one = simulate(() => chance.float(), { ...TRUTH, age: 1 + (i % 1_095), days: 90 });
  return { ...one, last: Math.round(one.last) };
});
const rss = () => Math.round(process.memoryUsage().rss / 1e6);
const before = rss();

const seconds = <T>(work: () => T): [T, number] => {
  const from = performance.now();
  return [work(), (performance.now() - from) / 1_000];
};

const [columns, gathered] = seconds(() => {
  const [histories, spendings] = [new HistoryGatherer(), new SpendingGatherer()];
  for (const one of customers) {
    histories.add(one);
    spendings.add(one.spending);
  }
  return { histories: histories.group(), spendings: spendings.columns() };
});
const [orders, fittedOrders] = seconds(() => fitOrders(columns.histories));
const [values, fittedValues] = seconds(() => fitValues(columns.spendings));
const [sums, forecast] = seconds(() => {
  const tell = forecaster({ orders, values });
  return customers.reduce(
    (sum, one) => {
      const { orders90, value365 } = tell(one);
      return [sum[0] + orders90, sum[1] + one.later, sum[2] + value365!] as [number, number, number];
    },
    [0, 0, 0] as [number, number, number],
  );
});
const [, limit] = seconds(() => {
  let sum = 0;
  for (let look = 0; look < orders.evaluations; look++)
    for (let g = 0; g < columns.histories.age.length; g++)
      sum += Math.log(1 + columns.histories.age[g]!) + Math.log(2 + columns.histories.last[g]!) + Math.exp(-columns.histories.repeats[g]!);
  for (let look = 0; look < values.evaluations; look++)
    for (let i = 0; i < columns.spendings.mean.length; i++) sum += Math.log(1 + columns.spendings.mean[i]!);
  for (const one of customers) {
    sum += Math.pow(1 + one.age, -0.5);
    for (let k = 1; k < 30; k++) sum += one.age / k;
  }
  return sum;
});

const all = gathered + fittedOrders + fittedValues + forecast;
console.log(
  `${CUSTOMERS} customers, ${columns.histories.age.length} distinct histories, ${cpus().length} CPUs (one used), Node ${process.version}`,
);
console.log(
  `gathered in ${gathered.toFixed(2)} s; BG/NBD ${fittedOrders.toFixed(2)} s (${orders.evaluations} looks); Gamma-Gamma ${fittedValues.toFixed(2)} s (${values.evaluations} looks); forecasts ${forecast.toFixed(2)} s`,
);
console.log(
  `true and found: ${Object.entries({ ...TRUTH.orders, ...TRUTH.values })
    .map(([name, value]) => `${name} ${value}/${{ ...orders, ...values }[name as "r"].toFixed(3)}`)
    .join(", ")}`,
);
console.log(
  `orders of the next 90 days: expected ${Math.round(sums[0])}, came ${sums[1]} (${((sums[0] / sums[1] - 1) * 100).toFixed(2)} %)`,
);
console.log(`memory beside the customers themselves: ${Math.max(0, rss() - before)} MB`);
console.log(
  `ours ${all.toFixed(2)} s, limit ${limit.toFixed(2)} s, ratio ${(all / limit).toFixed(2)}; target below ${TARGET_SECONDS} s: ${all < TARGET_SECONDS ? "reached" : "MISSED"}`,
);
if (all >= TARGET_SECONDS) process.exitCode = 1;

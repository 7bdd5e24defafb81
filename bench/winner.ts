import { FALSE_WINS } from "../packages/model/src/journeys/winner.ts";
import { playSplit } from "../packages/model/src/journeys/winner-trial.ts";

/**
 * `npm run trial:winner [-- --runs 4000]`: how often equals are given a winner when looked at each day, and how often and when a better
 * way is found. A rate of false wins over what is promised makes it fail.
 */
const runs = Number(process.argv[process.argv.indexOf("--runs") + 1] || 0) || 2_000;
// "mulberry32" (public domain): the same numbers each time.
const numbers = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

const CASES: readonly { readonly rates: readonly number[]; readonly perDay: number; readonly days: number }[] = [
  { rates: [0.01, 0.01], perDay: 100, days: 120 },
  { rates: [0.03, 0.03], perDay: 50, days: 120 },
  { rates: [0.1, 0.1], perDay: 30, days: 120 },
  { rates: [0.4, 0.4], perDay: 20, days: 120 },
  { rates: [0.05, 0.05, 0.05, 0.05], perDay: 40, days: 120 },
  { rates: [0.03, 0.05], perDay: 50, days: 120 },
  { rates: [0.1, 0.12], perDay: 50, days: 120 },
  { rates: [0.05, 0.05, 0.08], perDay: 40, days: 120 },
];
for (const [at, { rates, perDay, days }] of CASES.entries()) {
  const uniform = numbers(at + 1);
  const best = Math.max(...rates);
  const equal = rates.every((rate) => rate === best);
  const won = Array.from({ length: runs }, () => playSplit(rates, perDay, days, uniform)).filter((one) => one !== null);
  const wrong = won.filter((one) => equal || rates[one.way]! < best).length;
  const middle = won.map((one) => one.day).sort((a, b) => a - b)[Math.floor(won.length / 2)];
  console.log(
    `${rates.map((rate) => `${rate * 100} %`).join(" / ")}, ${perDay} a day and way, ${days} days, ${runs} runs: wrongly won ${((100 * wrong) / runs).toFixed(2)} %${equal ? "" : `, rightly ${((100 * (won.length - wrong)) / runs).toFixed(1)} %, half of them by day ${middle}`}`,
  );
  if (wrong / runs > FALSE_WINS) process.exitCode = 1;
}

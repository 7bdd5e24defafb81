import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { expectedOrders, fitOrders, logLikelihood } from "./bgnbd.ts";
import { CalibrationGatherer } from "./calibration.ts";
import { fitValues, SpendingGatherer } from "./gamma-gamma.ts";
import { grouped, type History } from "./histories.ts";

// The published estimates on the CDNOW sample are the oracle: 39 weeks to 1997-09-30 to fit, the next 39 to check.
const FOLDER = [process.env["RELANCE_TEST_DATA"], "../shared/data"].find(
  (folder) => folder !== undefined && existsSync(`${folder}/cdnow/cdnow_transactions.csv.gz`),
);
const WEEK = 7;
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const CUT = dayOf("1997-09-30");

interface Cdnow extends History {
  readonly later: number;
  readonly amounts: readonly number[];
}

function sample(): Cdnow[] {
  const ids = new Set(
    readFileSync(`${FOLDER}/cdnow/cdnow_sample_ids.csv`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[0]!),
  );
  const days = new Map<string, Map<number, number>>();
  for (const line of gunzipSync(readFileSync(`${FOLDER}/cdnow/cdnow_transactions.csv.gz`))
    .toString("utf8")
    .split("\n")
    .slice(1)) {
    const [id, date, , amount] = line.split(",");
    if (!id || !date || !ids.has(id)) continue;
    const own = days.get(id) ?? new Map<number, number>();
    own.set(dayOf(date), (own.get(dayOf(date)) ?? 0) + Number(amount));
    days.set(id, own);
  }
  return [...days.values()].map((own) => {
    const all = [...own.keys()].sort((a, b) => a - b);
    const known = all.filter((day) => day <= CUT);
    return {
      repeats: known.length - 1,
      last: known.at(-1)! - known[0]!,
      age: CUT - known[0]!,
      later: all.length - known.length,
      amounts: known.slice(1).map((day) => own.get(day)!),
    };
  });
}

describe.skipIf(FOLDER === undefined)("on the CDNOW sample (needs RELANCE_TEST_DATA or ../shared/data)", () => {
  const customers = FOLDER === undefined ? [] : sample();
  const repeats = customers.reduce((sum, one) => sum + one.repeats, 0);
  const fit = FOLDER === undefined ? null : fitOrders(grouped(customers));

  test("the BG/NBD fit prints the parameters and the likelihood of Fader, Hardie and Lee (2005)", () => {
    expect([customers.length, repeats]).toEqual([2_357, 2_457]);
    expect(fit!.converged).toBe(true);
    expect([fit!.r, fit!.alpha / WEEK, fit!.a, fit!.b].map((value) => value.toFixed(3))).toEqual(["0.243", "4.414", "0.793", "2.426"]);
    expect((fit!.logLikelihood + repeats * Math.log(WEEK)).toFixed(1)).toBe("-9582.4");
    const published = { r: 0.243, alpha: 4.414 * WEEK, a: 0.793, b: 2.426 };
    expect((logLikelihood(published, grouped(customers)) + repeats * Math.log(WEEK)).toFixed(2)).toBe("-9582.43");
  });

  test("the customer worked out in the authors' spreadsheet note is expected to order 1.226 times", () => {
    expect(expectedOrders({ r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }, { repeats: 2, last: 30.43, age: 38.86 }, 39).toFixed(3)).toBe(
      "1.226",
    );
  });

  test("the Gamma-Gamma fit prints the parameters of Fader and Hardie's note (946 customers with a repeat order)", () => {
    const gatherer = new SpendingGatherer();
    for (const { amounts } of customers)
      gatherer.add({ orders: amounts.length, mean: amounts.reduce((sum, one) => sum + one, 0) / amounts.length });
    const values = fitValues(gatherer.columns());
    expect([values.p.toFixed(2), values.q.toFixed(2), values.gamma.toFixed(2), values.customers]).toEqual(["6.25", "3.74", "15.44", 946]);
  });

  test("the second 39 weeks come out close for every number of earlier orders, and a tenth too low in all, against the published parameters", () => {
    const gatherer = new CalibrationGatherer();
    for (const one of customers)
      gatherer.add({ ...one, actual: one.later, days: 39 * WEEK, expected: expectedOrders(fit!, one, 39 * WEEK) });
    const { byRepeats, expected, actual, error, naiveError, tenths } = gatherer.result();
    expect(byRepeats.map((one) => one.customers)).toEqual([1_411, 439, 214, 100, 62, 38, 29, 64]);
    expect(byRepeats.map((one) => one.actual.toFixed(3))).toEqual(["0.237", "0.697", "1.393", "1.560", "2.532", "2.947", "3.862", "6.359"]);
    expect(byRepeats.map((one) => one.expected.toFixed(3))).toEqual([
      "0.225",
      "0.523",
      "1.044",
      "1.520",
      "2.164",
      "2.654",
      "3.504",
      "6.157",
    ]);
    expect([actual, Math.round(expected)]).toEqual([1_882, 1_653]);
    expect(error).toBeLessThan(naiveError);
    expect(tenths.every((one, index) => index === 0 || one.expected >= tenths[index - 1]!.expected)).toBe(true);
  });
});

import { BUCKETS } from "@relance/model/base";
import { expect, test } from "vitest";
import { seededGenerator } from "../../platform/chance/index.ts";
import { interval } from "./estimate.ts";

test("the bounds of an estimate hold the true total in 95 of 100 cases, of lively people and of quiet ones", () => {
  const draw = seededGenerator("bounds");
  for (const [most, played] of [
    [40, 16],
    [6, 16],
    [12, 112],
  ] as const) {
    let held = 0;
    for (let round = 0; round < 400; round++) {
      const buckets = Array.from({ length: BUCKETS }, () => draw.below(most) + draw.below(most));
      const { low, high } = interval(
        buckets.slice(0, played).filter((n) => n > 0),
        played,
      );
      const truth = buckets.reduce((sum, n) => sum + n, 0);
      if (low <= truth && truth <= high) held += 1;
    }
    expect(held, `${most} ${played}`).toBeGreaterThanOrEqual(370);
    expect(held, `${most} ${played}`).toBeLessThan(398);
  }
  expect(interval([], 16)).toEqual({ low: 0, high: 0 });
  expect(
    interval(
      Array.from({ length: BUCKETS }, () => 2),
      BUCKETS,
    ),
  ).toEqual({ low: 512, high: 512 });
});

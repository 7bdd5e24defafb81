import { describe, expect, test } from "vitest";
import { draw } from "./draw.ts";
import { bestPathShares, FALSE_WINS, verdictOf } from "./winner.ts";
import { playSplit } from "./winner-trial.ts";

const numbers = (seed: string) => {
  let n = 0;
  return () => draw(seed, String(n++));
};
const ways = (...counts: [people: number, converted: number][]) =>
  counts.map(([people, converted], at) => ({ exit: `p${at + 1}`, people, converted }));

describe("the winner of a split", () => {
  test("is nobody while there are few people or few who converted", () => {
    expect(verdictOf(ways([99, 60], [5_000, 10])).verdict).toBe("counting");
    expect(verdictOf(ways([5_000, 4], [5_000, 12])).verdict).toBe("counting");
    expect(verdictOf(ways([0, 0], [0, 0])).ways[0]).toEqual({ exit: "p1", people: 0, converted: 0, rate: null, low: 0, high: 1 });
  });

  test("is said calmly not to be proven while the interval of the difference holds nothing at all", () => {
    const { verdict, lead, winner } = verdictOf(ways([1_000, 50], [1_000, 60]));
    expect({ verdict, winner }).toEqual({ verdict: "not_proven", winner: null });
    expect(lead).toMatchObject({ exit: "p2", over: "p1" });
    expect(lead!.low).toBeLessThan(0);
    expect(lead!.high).toBeGreaterThan(0);
  });

  test("is better than each other way, not only than one", () => {
    expect(verdictOf(ways([4_000, 200], [4_000, 400])).winner).toBe("p2");
    expect(verdictOf(ways([4_000, 200], [4_000, 400], [4_000, 410])).verdict).toBe("not_proven");
    expect(verdictOf(ways([4_000, 200], [4_000, 400], [4_000, 600])).winner).toBe("p3");
  });

  test("is decided where the ratio of the test, computed from its formula, reaches one in its level, and not one conversion before", () => {
    const people = 3_000;
    const reaches = (converted: number): boolean => {
      const rate = (300 + converted) / (2 * people);
      const s2 = (2 * rate * (1 - rate)) / people;
      const t2 = 0.01 * rate * (1 - rate);
      return Math.sqrt(s2 / (s2 + t2)) * Math.exp((((converted - 300) / people) ** 2 * t2) / (2 * s2 * (s2 + t2))) > 1 / FALSE_WINS;
    };
    const first = Array.from({ length: 300 }, (_, n) => 300 + n).find(reaches)!;
    expect(first).toBeGreaterThan(330);
    expect([first - 1, first].map((converted) => verdictOf(ways([people, 300], [people, converted])).verdict)).toEqual([
      "not_proven",
      "won",
    ]);
  });

  // `npm run trial:winner` plays thousands, and more of them.
  test("is given to one of equals in at most one of twenty trials of sixty days, looked at each day", () => {
    const uniform = numbers("equals");
    const wins = Array.from({ length: 120 }, () => playSplit([0.05, 0.05], 60, 60, uniform)).filter((won) => won !== null).length;
    expect(wins / 120).toBeLessThanOrEqual(FALSE_WINS);
  });

  test("is found when there is one", () => {
    const uniform = numbers("better");
    expect(Array.from({ length: 20 }, () => playSplit([0.05, 0.1], 100, 60, uniform)?.way)).toEqual(Array.from({ length: 20 }, () => 1));
  });
});

describe("the best path", () => {
  test("begins evenly, and moves towards what seems best, never below what is kept for trying", () => {
    const even = bestPathShares(ways([0, 0], [0, 0]), 0.2, numbers("even"));
    expect(even["p1"]!).toBeGreaterThan(0.4);
    expect(even["p1"]! + even["p2"]!).toBeCloseTo(1, 9);
    const some = bestPathShares(ways([300, 15], [300, 24]), 0.2, numbers("some"));
    expect(some["p2"]!).toBeGreaterThan(0.7);
    expect(some["p1"]!).toBeGreaterThan(0.1);
    expect(bestPathShares(ways([5_000, 100], [5_000, 500], [5_000, 100]), 0.3, numbers("sure"))).toEqual({
      p1: expect.closeTo(0.1, 9),
      p2: expect.closeTo(0.8, 9),
      p3: expect.closeTo(0.1, 9),
    });
  });

  test("is the probability to be the best: that of two Beta laws, known exactly", () => {
    // P(Beta(2,1) > Beta(1,1)) = 2/3: one who converted against nobody yet.
    const shares = bestPathShares(ways([1, 1], [0, 0]), 0, numbers("exact"));
    expect(Math.abs(shares["p1"]! - 2 / 3)).toBeLessThan(0.05);
  });
});

import type { Rule } from "@relance/model/rules";
import { expect, test } from "vitest";
import { addTo, asGroup, changeAt, combine, lift, move, moveInto, nest, pathOf, type GroupRule } from "./edit.ts";
import { inParts } from "./parts.ts";

const known: Rule = { kind: "attribute", attribute: "known", is: { op: "eq", value: true } };
const inFrance: Rule = { kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } };
const rule: GroupRule = { kind: "all", of: [known, { kind: "any", of: [inFrance] }] };

test("a condition is changed where it stands and nowhere else", () => {
  expect(changeAt(rule, [1, 0], () => known)).toEqual({ kind: "all", of: [known, { kind: "any", of: [known] }] });
  expect(rule.of[1]).toEqual({ kind: "any", of: [inFrance] });
});

test("a removed condition leaves its neighbours in order", () => {
  expect(changeAt(rule, [0], () => null)).toEqual({ kind: "all", of: [{ kind: "any", of: [inFrance] }] });
});

test("a condition is added at the end of the group it is added to", () => {
  expect(addTo(rule, [1], known)).toEqual({ kind: "all", of: [known, { kind: "any", of: [inFrance, known] }] });
});

test("a condition moves among its neighbours and stays when there is no room", () => {
  expect(move(rule, [0], 1)).toEqual({ kind: "all", of: [rule.of[1], known] });
  expect(move(rule, [0], -1)).toEqual(rule);
});

test("places are named as the server names them, and a lone condition becomes a group", () => {
  expect(pathOf([1, 0])).toBe("root.of[1].of[0]");
  expect(asGroup(known)).toEqual({ kind: "all", of: [known] });
});

test("a condition dragged onto a group ends there, onto a condition makes a group of both, and the group it leaves empty goes", () => {
  expect(moveInto(rule, [0], [1])).toEqual({ kind: "all", of: [{ kind: "any", of: [inFrance, known] }] });
  expect(moveInto(rule, [1, 0], [])).toEqual({ kind: "all", of: [known, inFrance] });
  expect(moveInto(rule, [1], [1])).toEqual(rule);
  expect(combine(rule, [0], [1, 0])).toEqual({ kind: "all", of: [{ kind: "any", of: [{ kind: "any", of: [inFrance, known] }] }] });
  expect(combine(rule, [1], [1, 0])).toEqual(rule);
});

test("by keyboard the same: into a group of its own, and out again", () => {
  const nested = nest(rule, [1, 0]);
  expect(nested).toEqual({ kind: "all", of: [known, { kind: "any", of: [{ kind: "any", of: [inFrance] }] }] });
  expect(lift(nested, [1, 0, 0])).toEqual(rule);
  expect(lift(rule, [1, 0])).toEqual({ kind: "all", of: [known, inFrance] });
  expect(lift(rule, [0])).toEqual(rule);
});

test("an exact figure is asked of every part once, in growing parts, tells how far it is, and ends when it is stopped", async () => {
  const asked: number[] = [];
  const told: number[] = [];
  const ending = new AbortController();
  const count = (signal: AbortSignal) =>
    inParts<number>({
      signal,
      add: (a, b) => a + b,
      tell: (percent) => told.push(percent),
      ask: ({ from, to }) => {
        for (let bucket = from; bucket < to; bucket++) asked.push(bucket);
        return Promise.resolve(to - from);
      },
    });
  const [one, other] = await Promise.all([count(ending.signal), count(ending.signal)]);
  expect([one, other, asked.length]).toEqual([256, 256, 512]);
  expect(asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 512 }, (_none, n) => n >> 1));
  expect(told.filter((percent) => percent === 100)).toHaveLength(2);
  expect(told.length).toBeLessThan(20);
  ending.abort();
  await expect(count(ending.signal)).rejects.toThrow();
  expect(asked).toHaveLength(512);
});

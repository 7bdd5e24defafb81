import { expect, test } from "vitest";
import { isId } from "@relance/model/base";
import { seededChance, systemChance } from "./index.ts";
import { seededGenerator } from "./generator.ts";

test("ids of one process never go back, whatever the clock does", () => {
  for (const chance of [systemChance(), seededChance(7)]) {
    let last = "";
    for (const at of [1e12, 1e12, 1e12 + 5, 1e12 - 3_600_000, 1e12 + 5, 1e12 + 6]) {
      for (let i = 0; i < 6000; i++) {
        const id = chance.id(at);
        if (!(id > last)) throw new Error(`${id} after ${last}`);
        last = id;
      }
    }
    expect(isId(last)).toBe(true);
    expect(last[14]).toBe("7");
  }
});

test("ids fall evenly into the 256 buckets", () => {
  const chance = systemChance();
  const counts = Array.from({ length: 256 }, () => 0);
  for (let i = 0; i < 256 * 200; i++) counts[Number.parseInt(chance.id(1e12 + i).slice(-2), 16)]!++;
  expect(Math.min(...counts)).toBeGreaterThan(120);
  expect(Math.max(...counts)).toBeLessThan(280);
});

test("the same seed draws the same, another seed and another split draw otherwise", () => {
  const draw = (seed: string) => [seededChance(seed).id(1e12), seededChance(seed).float(), [...seededChance(seed).bytes(5)]];
  expect(draw("a")).toEqual(draw("a"));
  expect(draw("a")).not.toEqual(draw("b"));
  const world = seededGenerator(1);
  expect(world.split("engine").float()).toBe(world.split("engine").float());
  expect(world.split("engine").float()).not.toBe(world.split("http").float());
});

test("history made out of order keeps the time it was given", () => {
  const chance = seededChance(3, { ordered: false });
  const late = chance.id(2e12);
  expect(chance.id(1e12) < late).toBe(true);
});

test("a number drawn lies in [0, 1) and is spread", () => {
  const chance = systemChance();
  const drawn = Array.from({ length: 20_000 }, () => chance.float());
  expect(drawn.every((x) => x >= 0 && x < 1)).toBe(true);
  expect(Math.abs(drawn.reduce((a, b) => a + b) / drawn.length - 0.5)).toBeLessThan(0.02);
});

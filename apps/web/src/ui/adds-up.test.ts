import { expect, test } from "vitest";
import { addsUp } from "./adds-up.ts";

test("the double rule is drawn under a true sum only", () => {
  expect(addsUp([3, 4, 5], 12)).toBe(true);
  expect(addsUp([0.1, 0.2], 0.3)).toBe(true);
  expect(addsUp([3, 4], 8)).toBe(false);
  expect(addsUp([], 0)).toBe(true);
});

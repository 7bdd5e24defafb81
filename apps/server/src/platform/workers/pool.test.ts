import { afterAll, expect, test } from "vitest";
import { Killed, WatchedPool } from "./pool.ts";

const pool = new WatchedPool<null, string, string>({
  script: new URL("./pool-script.test-only.ts", import.meta.url),
  size: 2,
  itemMs: 250,
  heapMb: 32,
});
afterAll(() => pool.close());

// Near its limit a heap collects garbage so long that the clock may end the thread first.
test.each([
  ["loop", ["too_slow"]],
  ["eat", ["too_much_memory", "too_slow"]],
  ["die", ["crashed"]],
])("an item that would %s fails alone; the rest of its batch is done", async (bad, reasons) => {
  const killed = pool.killed;
  const results = await pool.run(null, ["a", bad, "b", bad, "c"]);
  expect(results.map((one) => (one instanceof Killed ? "killed" : one))).toEqual(["A", "killed", "B", "killed", "C"]);
  expect(results.flatMap((one) => (one instanceof Killed ? [one.reason] : [])).every((reason) => reasons.includes(reason))).toBe(true);
  expect(pool.killed).toBe(killed + 2);
});

test("many batches share few threads and each gets its own answers", async () => {
  const batches = Array.from({ length: 20 }, (_, n) => Array.from({ length: 30 }, (_, m) => `x${n}-${m}`));
  expect(await Promise.all(batches.map((batch) => pool.run(null, batch)))).toEqual(
    batches.map((batch) => batch.map((one) => one.toUpperCase())),
  );
});

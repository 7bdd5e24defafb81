import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, inject, test } from "vitest";
import { FIRST, SEEDS, tellAll } from "./seeds.ts";
import { toyWorkload } from "./toy-workload.ts";

test("the platform alone, under poison and bad requests: every message is worked off once or in quarantine", async () => {
  await tellAll(
    Array.from({ length: Math.ceil(SEEDS / 4) }, (_, index) => FIRST + index),
    toyWorkload,
  );
}, 300_000);

// Where two wait for one row, who goes first is PostgreSQL's choice, and the story may part there; without such a moment it must be the same
// to the last row, and with one it nearly always is.
test("the same seed tells the same story, to the last statement, parameter and row", (context) => {
  const run = fileURLToPath(new URL("./run.ts", import.meta.url));
  const told = (seed: number) => {
    const { stdout, stderr } = spawnSync(process.execPath, [run, "--seed", String(seed), "--once", "--server", inject("server")], {
      encoding: "utf8",
    });
    const [, hash, races] = /^seed \d+ ([0-9a-f]+):.* (\d+) races/m.exec(stdout) ?? [];
    return { hash: hash ?? stderr, races: Number(races) };
  };
  for (let seed = FIRST; seed < FIRST + 5; seed++) {
    const [once, again] = [told(seed), told(seed)];
    expect(once.hash).toMatch(/^[0-9a-f]{16}$/);
    if (once.races === 0 || once.hash === again.hash) return expect(again.hash).toBe(once.hash);
  }
  context.skip("each of five stories parted where two waited for one row");
}, 300_000);

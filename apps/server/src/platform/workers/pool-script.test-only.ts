import { parentPort } from "node:worker_threads";
import { PREPARING, type Batch } from "./pool.ts";

// A thread that does what it is told, also the worst: for pool.test.ts.
parentPort!.on("message", ({ items, progress }: Batch<null, string>) => {
  const at = new Int32Array(progress);
  Atomics.store(at, 0, PREPARING);
  const results = items.map((item, index) => {
    Atomics.store(at, 0, index + 1);
    if (item === "loop") for (;;);
    if (item === "eat") for (let kept: unknown[] = [{}]; ;) kept = kept.concat(kept);
    if (item === "die") process.exit(3);
    return item.toUpperCase();
  });
  parentPort!.postMessage({ results });
});

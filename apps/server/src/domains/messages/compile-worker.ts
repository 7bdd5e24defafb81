import { parentPort } from "node:worker_threads";
// Loaded with the thread: the first content must not pay for it within its time.
import "mjml";
import type { Content } from "@relance/model/messages";
import { PREPARING, type Batch } from "../../platform/workers/pool.ts";
import { compile, type CompileOptions, type CompileResult } from "./compile.ts";

parentPort!.on("message", async ({ items, progress }: Batch<null, { content: Content; options: CompileOptions }>) => {
  const at = new Int32Array(progress);
  Atomics.store(at, 0, PREPARING);
  const results: (CompileResult | null)[] = [];
  for (const [index, { content, options }] of items.entries()) {
    Atomics.store(at, 0, index + 1);
    // Null: the compiler itself failed on this content; told as a problem by who asked.
    results.push(await compile(content, options).catch(() => null));
  }
  parentPort!.postMessage({ results });
});

import type { Content } from "@relance/model/messages";
import { Killed, WatchedPool } from "../../platform/workers/pool.ts";
import { hashOf, type CompileOptions, type CompileResult } from "./compile.ts";

interface Item {
  readonly content: Content;
  readonly options: CompileOptions;
}

// A page asks for problems, preview and saving of the same content within a second: compiled once.
const MOST_KNOWN = 40;
const known = new Map<string, Promise<CompileResult>>();
let pool: WatchedPool<null, Item, CompileResult | null> | null = null;

/**
 * Compiles content on a thread of its own (20 s and 256 MB at most; a mail takes a tenth of a second, but the machine may be busy), so that the server goes on answering. Content that is too much for
 * the thread is a problem `content.too_heavy`, without variants.
 */
export function compileAside(content: Content, options: CompileOptions): Promise<CompileResult> {
  const hash = hashOf(content, options);
  const found = known.get(hash);
  if (found) return found;
  const made = compileNow(content, options, hash);
  if (known.size >= MOST_KNOWN) known.delete(known.keys().next().value!);
  known.set(hash, made);
  return made;
}

async function compileNow(content: Content, options: CompileOptions, hash: string): Promise<CompileResult> {
  pool ??= new WatchedPool({ script: new URL("./compile-worker.ts", import.meta.url), size: 2, itemMs: 20_000, heapMb: 256 });
  const [result] = await pool.run(null, [{ content, options }]);
  if (result && !(result instanceof Killed)) return result;
  // A machine that was busy for a moment must not make content heavy for ever.
  known.delete(hash);
  const why = result instanceof Killed ? result.reason : "crashed";
  return {
    compiled: { version: 1, fallback: content.fallback, variants: {} },
    hash,
    problems: [
      {
        level: "error",
        code: "content.too_heavy",
        field: "variants",
        message: "The content cannot be compiled within 20 seconds and 256 MB.",
        detail: why,
      },
    ],
  };
}

/** Ends the compiling threads; the next compilation makes new ones. */
export async function closeCompilePool(): Promise<void> {
  const open = pool;
  pool = null;
  known.clear();
  await open?.close();
}

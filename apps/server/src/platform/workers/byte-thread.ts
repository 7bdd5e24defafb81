import { Worker } from "node:worker_threads";
import { CodedError } from "../errors.ts";
import { Killed } from "./pool.ts";

/** What a thread is told: what to do first, then the bytes it asked for, then to go on after what it gave. */
export type ToByteThread = { readonly argument: unknown; readonly size: number } | { readonly bytes: Uint8Array } | { readonly more: true };
/** What it says: that it needs bytes, that here is a batch, that it is done, or why not. */
export type FromByteThread =
  | { readonly need: readonly [from: number, to: number] }
  | { readonly batch: unknown }
  | { readonly done: true }
  | {
      readonly coded: {
        readonly code: string;
        readonly status: number;
        readonly message: string;
        readonly params: Readonly<Record<string, unknown>>;
      };
    };

export interface ByteThreadOptions {
  readonly script: URL;
  /** Heap of the thread, in MB. */
  readonly heapMb: number;
  /** Longest time without a word from it, in ms. */
  readonly silenceMs: number;
  /** Most bytes it may ask for at once. */
  readonly mostBytes: number;
  readonly argument: unknown;
  readonly size: number;
  slice(from: number, to: number): Promise<Uint8Array>;
}

/**
 * Lets a thread of its own work on a stranger's file: it has no door to the outside, is handed the bytes it asks for, and gives batches one
 * by one, each when the one before was taken. Ended when the caller stops reading, after silence, or with its memory.
 * @throws Killed, or the coded error that the script threw
 */
export async function* batchesOf(options: ByteThreadOptions): AsyncGenerator<unknown> {
  const worker = new Worker(options.script, {
    resourceLimits: { maxOldGenerationSizeMb: options.heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 },
    env: {},
    stdin: false,
  });
  const heard = new Mailbox(worker);
  const tell = (message: ToByteThread) => {
    worker.postMessage(message);
  };
  try {
    tell({ argument: options.argument, size: options.size });
    for (;;) {
      const said = await heard.next(options.silenceMs);
      if ("need" in said) {
        const [from, to] = said.need;
        if (to - from > options.mostBytes) throw new Killed("too_much_memory");
        tell({ bytes: await options.slice(from, to) });
      } else if ("batch" in said) {
        yield said.batch;
        tell({ more: true });
      } else if ("coded" in said) {
        throw new CodedError(said.coded);
      } else return;
    }
  } finally {
    await worker.terminate();
  }
}

class Mailbox {
  readonly #said: (FromByteThread | Killed)[] = [];
  #wake: () => void = () => undefined;

  constructor(worker: Worker) {
    const put = (one: FromByteThread | Killed) => {
      this.#said.push(one);
      this.#wake();
    };
    worker.on("message", put);
    worker.on("error", (error: Error & { code?: string }) =>
      put(new Killed(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "too_much_memory" : "crashed")),
    );
    worker.on("exit", () => put(new Killed("crashed")));
  }

  async next(silenceMs: number): Promise<FromByteThread> {
    if (this.#said.length === 0) {
      let timer: NodeJS.Timeout | undefined;
      const heard = await new Promise<boolean>((resolve) => {
        this.#wake = () => resolve(true);
        timer = setTimeout(() => resolve(false), silenceMs);
      });
      clearTimeout(timer);
      if (!heard) throw new Killed("too_slow");
    }
    const said = this.#said.shift()!;
    if (said instanceof Killed) throw said;
    return said;
  }
}

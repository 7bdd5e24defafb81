import { Worker } from "node:worker_threads";

/** What a worker script is sent; it answers `{ results }` with one result per item and never throws. */
export interface Batch<Shared, Item> {
  readonly shared: Shared;
  readonly items: readonly Item[];
  /** Where the script says what it is at: PREPARING, then 1 + the index of the item it begins. */
  readonly progress: SharedArrayBuffer;
}
const WAITING = 0;
export const PREPARING = -1;

/** Why an item has no result. */
export class Killed extends Error {
  override readonly name = "Killed";
  readonly reason: "too_slow" | "too_much_memory" | "crashed";
  constructor(reason: "too_slow" | "too_much_memory" | "crashed") {
    super(`The work was stopped: ${reason}`);
    this.reason = reason;
  }
}

export interface WatchedPoolOptions {
  readonly script: URL;
  readonly size: number;
  /** Longest time one item may take before its thread is ended, in ms. */
  readonly itemMs: number;
  /** Heap of a thread, in MB. */
  readonly heapMb: number;
}

/**
 * Threads for work on other people's input: an item that takes too long or too much memory ends its thread, fails alone, and the rest
 * of its batch is done again by a new thread (the work must be pure). Limits inside a library are a courtesy; ending a thread is not.
 */
export class WatchedPool<Shared, Item, Result> {
  /** How many threads were ended for an item's fault. */
  killed = 0;
  readonly #options: WatchedPoolOptions;
  readonly #idle: Worker[] = [];
  readonly #queue: (() => void)[] = [];
  #busy = 0;
  #closed = false;

  constructor(options: WatchedPoolOptions) {
    this.#options = options;
  }

  /** Does a batch. @returns a result, or `Killed`, per item, in their order */
  async run(shared: Shared, items: readonly Item[]): Promise<(Result | Killed)[]> {
    const results = Array.from<Result | Killed>({ length: items.length });
    let left = items.map((_, index) => index);
    while (left.length > 0) {
      const outcome = await this.#withThread((worker) =>
        this.#attempt(
          worker,
          shared,
          left.map((index) => items[index]!),
        ),
      );
      if (outcome.kind === "done") {
        outcome.results.forEach((result, n) => {
          results[left[n]!] = result;
        });
        break;
      }
      this.killed++;
      if (outcome.at === null) {
        for (const index of left) results[index] = new Killed(outcome.reason);
        break;
      }
      results[left[outcome.at]!] = new Killed(outcome.reason);
      left = left.filter((_, n) => n !== outcome.at);
    }
    return results;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((worker) => worker.terminate()));
  }

  async #withThread<T extends { kind: string }>(work: (worker: Worker) => Promise<T>): Promise<T> {
    if (this.#busy >= this.#options.size) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#busy++;
    const worker = this.#idle.pop() ?? this.#start();
    try {
      const outcome = await work(worker);
      if (outcome.kind === "done" && !this.#closed) this.#idle.push(worker);
      else await worker.terminate();
      return outcome;
    } finally {
      this.#busy--;
      this.#queue.shift()?.();
    }
  }

  #start(): Worker {
    const { script, heapMb } = this.#options;
    const worker = new Worker(script, {
      resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 2 },
      env: {},
      stdin: false,
    });
    worker.unref();
    // An idle thread that dies is simply not there the next time.
    worker.on("error", () => this.#idle.splice(0, this.#idle.length, ...this.#idle.filter((one) => one !== worker)));
    return worker;
  }

  #attempt(
    worker: Worker,
    shared: Shared,
    items: readonly Item[],
  ): Promise<{ kind: "done"; results: Result[] } | { kind: "dead"; at: number | null; reason: Killed["reason"] }> {
    const progress = new SharedArrayBuffer(4);
    const at = new Int32Array(progress);
    return new Promise((resolve) => {
      let seen = WAITING;
      let since = performance.now();
      const finish = (outcome: Parameters<typeof resolve>[0]) => {
        clearInterval(watch);
        worker.off("message", onMessage).off("error", onError).off("exit", onExit);
        worker.unref();
        resolve(outcome);
      };
      const dead = (reason: Killed["reason"]) => {
        const place = Atomics.load(at, 0);
        finish({ kind: "dead", at: place > 0 ? place - 1 : null, reason });
      };
      const onMessage = (answer: { results: Result[] }) => finish({ kind: "done", results: answer.results });
      const onError = (error: Error & { code?: string }) => dead(error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "too_much_memory" : "crashed");
      const onExit = () => dead("crashed");
      const watch = setInterval(() => {
        const place = Atomics.load(at, 0);
        const now = performance.now();
        if (place !== seen) [seen, since] = [place, now];
        // Loading the script is our own work, a second of CPU but of a busy machine many; preparing what a batch shares has as long as four items.
        const most = place === WAITING ? 60_000 : place === PREPARING ? 4 * this.#options.itemMs : this.#options.itemMs;
        if (now - since > most) dead("too_slow");
      }, 20);
      worker.ref();
      worker.on("message", onMessage).on("error", onError).on("exit", onExit);
      worker.postMessage({ shared, items, progress } satisfies Batch<Shared, Item>);
    });
  }
}

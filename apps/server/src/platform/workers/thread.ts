import { Worker } from "node:worker_threads";

/** What a thread's script is sent: one call at a time. It answers `{ value }` or `{ error }`. */
export interface ThreadCall {
  readonly name: string;
  readonly argument: unknown;
}

type ThreadAnswer = { readonly value: unknown } | { readonly error: string };

/** One thread of our own for long arithmetic on our own input, that keeps what it was told between calls. Close it in any case. */
export class Thread {
  readonly #worker: Worker;
  #waiting: { resolve: (value: never) => void; reject: (error: Error) => void } | null = null;
  #dead: Error | null = null;

  constructor(script: URL, options: { readonly heapMb: number }) {
    this.#worker = new Worker(script, { resourceLimits: { maxOldGenerationSizeMb: options.heapMb }, env: {}, stdin: false });
    this.#worker.on("message", (answer: ThreadAnswer) => {
      const waiting = this.#waiting;
      this.#waiting = null;
      if ("error" in answer) waiting?.reject(new Error(answer.error));
      else waiting?.resolve(answer.value as never);
    });
    this.#worker.on("error", (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on("exit", () => this.#end(new Error("The thread ended")));
  }

  /** @throws when the thread failed or ended, or another call is under way */
  call<T>(name: string, argument: unknown): Promise<T> {
    if (this.#dead) return Promise.reject(this.#dead);
    if (this.#waiting) return Promise.reject(new Error("The thread is at another call"));
    return new Promise<T>((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.postMessage({ name, argument } satisfies ThreadCall);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #end(error: Error): void {
    this.#dead ??= error;
    this.#waiting?.reject(this.#dead);
    this.#waiting = null;
  }
}

import { parentPort } from "node:worker_threads";
import { CodedError } from "../errors.ts";
import type { FromByteThread, ToByteThread } from "./byte-thread.ts";

/** What the script of a byte thread may do: ask for bytes, and give batches. */
export interface ByteThread {
  readonly size: number;
  slice(from: number, to: number): Promise<Uint8Array>;
  /** Resolves once the batch was taken and more is wanted. */
  give(batch: unknown): Promise<void>;
}

/** The other end of `batchesOf`, inside the thread. `puzzled` names what is not a coded error. */
export function serveBatches(
  work: (thread: ByteThread, argument: unknown) => Promise<void>,
  puzzled: (error: unknown) => CodedError,
): void {
  const port = parentPort!;
  let answer: (message: ToByteThread) => void = () => undefined;
  const ask = (message: FromByteThread) =>
    new Promise<ToByteThread>((resolve) => {
      answer = resolve;
      port.postMessage(message);
    });
  const thread = (size: number): ByteThread => ({
    size,
    slice: async (from, to) => ((await ask({ need: [from, to] })) as { bytes: Uint8Array }).bytes,
    give: async (batch) => {
      await ask({ batch });
    },
  });
  port.on("message", (message: ToByteThread) => {
    if (!("argument" in message)) {
      answer(message);
      return;
    }
    work(thread(message.size), message.argument).then(
      () => port.postMessage({ done: true } satisfies FromByteThread),
      (error: unknown) => {
        const { code, status, message: text, params } = error instanceof CodedError ? error : puzzled(error);
        port.postMessage({ coded: { code, status, message: text, params } } satisfies FromByteThread);
      },
    );
  });
}

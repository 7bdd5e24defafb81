import type { Queue } from "./queue.ts";

/** Characters of a batch: at three bytes each it still fits the 64 kB that a browser takes along when the page closes. */
const MOST_TEXT = 20_000;
const TOGETHER_MS = 150;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

interface Options {
  readonly url: string;
  readonly key: string;
  readonly queue: Queue;
  readonly may: () => boolean;
}

export interface Sender {
  /** Sends what waits, shortly: calls of one moment travel together. */
  soon(): void;
  /** Sends what waits without waiting for more: the page may be about to close. */
  now(): void;
  /** Hands what waits to the browser, which sends it after the page closed. Nobody hears the answer, so it stays in the queue; its ids make the repeat harmless. */
  leave(): void;
}

/**
 * Empties the queue into the server, one batch at a time and in order. A batch leaves the queue when the server acknowledged it, or refused it
 * for good; without an answer, and when the server is busy, it is sent again, later and later, and at once when the browser is online again.
 */
export function openSender({ url, key, queue, may }: Options): Sender {
  let busy: ReadonlySet<string> = new Set();
  let wait = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const body = (batch: readonly { readonly text: string }[]): string =>
    `{"writeKey":${JSON.stringify(key)},"sentAt":"${new Date().toISOString()}","batch":[${batch.map((one) => one.text).join()}]}`;
  const next = () => {
    let room = MOST_TEXT;
    return queue.waiting().filter((one, at) => !busy.has(one.name) && ((room -= one.text.length) >= 0 || at === 0));
  };
  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void send(), ms);
  };
  const send = async (): Promise<void> => {
    if (busy.size > 0 || !may() || navigator.onLine === false) return;
    const batch = next();
    if (batch.length === 0) return;
    busy = new Set(batch.map((one) => one.name));
    const text = body(batch);
    // A text body needs no question to the server before it (CORS); a batch too large to outlive the page is sent as any other.
    const answer = await fetch(url, { method: "POST", body: text, credentials: "omit", keepalive: text.length < MOST_TEXT + 1_000 }).catch(
      () => null,
    );
    const again = answer === null || answer.status === 429 || answer.status >= 500;
    if (!again) {
      queue.remove([...busy]);
      void warn(answer);
    }
    busy = new Set();
    wait = again ? Math.min(LONGEST_WAIT_MS, wait * 2 || FIRST_WAIT_MS) : 0;
    if (again) later(wait * (0.5 + Math.random() / 2));
    else if (next().length > 0) later(0);
  };
  addEventListener("online", () => {
    wait = 0;
    later(0);
  });
  return {
    soon: () => {
      if (wait === 0) later(TOGETHER_MS);
    },
    now: () => {
      if (wait === 0) later(0);
    },
    leave() {
      const batch = may() ? next() : [];
      if (batch.length > 0) navigator.sendBeacon(url, body(batch));
    },
  };
}

/** Says in the console what the server did not accept, for whoever builds the page. */
async function warn(answer: Response): Promise<void> {
  const told = (await answer.json().catch(() => ({}))) as { error?: { message: string }; refused?: { code: string; field: string }[] };
  const refused = told.refused?.map((one) => `${one.code}${one.field && ` (${one.field})`}`).join(", ");
  if (told.error ?? refused) console.warn(`Relance: ${told.error?.message ?? refused}`);
}

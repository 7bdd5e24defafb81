// Above 2^31-1 ms (24.8 days) setTimeout fires at once.
const LONGEST = 2 ** 31 - 1;

/** Resolves after `ms` milliseconds or at once when `signal` aborts; never rejects. Negative is no wait, longer than 24.8 days is 24.8 days. */
export function systemSleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted || !(ms > 0)) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, LONGEST));
    signal?.addEventListener("abort", done, { once: true });
  });
}

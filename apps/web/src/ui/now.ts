import { useSyncExternalStore } from "react";

const EVERY_MS = 20_000;
let now = Date.now();

function subscribe(told: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now();
    told();
  }, EVERY_MS);
  return () => clearInterval(timer);
}

/** The present, to twenty seconds: what "4 min ago" is counted from. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** A journey that waits for something: what it lacks, and what it is worth. */
export interface Locked {
  readonly key: string;
  readonly lacks: readonly string[];
}

export interface Unlock {
  /** What to do, in this order. */
  readonly action: string;
  /** Journeys that may start once this and all before it are done, and could not before. */
  readonly opens: readonly string[];
}

/**
 * The shortest list of actions that opens the most journeys. A journey opens only when everything it lacks is done, so single actions
 * cannot be compared; bundles can: greedy set cover over bundles. Each round looks at what every journey still lacks, counts the
 * journeys that this bundle would open, and takes the one that opens most for each action (then the smaller, then the first by name).
 * It is not always the best there is (that is as hard as minimum k-union); a test compares it with all subsets of small cases.
 */
export function shortestUnlock(journeys: readonly Locked[]): Unlock[] {
  const done = new Set<string>();
  const open = new Set(journeys.filter((one) => one.lacks.length === 0).map((one) => one.key));
  const list: Unlock[] = [];
  const missing = (one: Locked): string[] => [...new Set(one.lacks)].filter((action) => !done.has(action)).sort();
  for (;;) {
    const shut = journeys.filter((one) => !open.has(one.key));
    const best = shut
      .map((one) => {
        const bundle = missing(one);
        return { bundle, gain: shut.filter((other) => missing(other).every((action) => bundle.includes(action))).length };
      })
      .reduce<{ bundle: string[]; gain: number } | null>((least, one) => (least === null || better(one, least) ? one : least), null);
    if (best === null) return list;
    // Inside a bundle, what most journeys wait for comes first.
    const wanted = (action: string) => shut.filter((one) => one.lacks.includes(action)).length;
    for (const action of best.bundle.sort((a, b) => wanted(b) - wanted(a) || (a < b ? -1 : 1))) {
      done.add(action);
      const opens = shut.filter((one) => !open.has(one.key) && missing(one).length === 0).map((one) => one.key);
      for (const key of opens) open.add(key);
      list.push({ action, opens });
    }
  }
}

function better(a: { bundle: string[]; gain: number }, b: { bundle: string[]; gain: number }): boolean {
  const worth = a.gain * b.bundle.length - b.gain * a.bundle.length;
  if (worth !== 0) return worth > 0;
  if (a.bundle.length !== b.bundle.length) return a.bundle.length < b.bundle.length;
  return a.bundle.join() < b.bundle.join();
}

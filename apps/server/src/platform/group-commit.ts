import { isRetryable } from "./db/pool.ts";
import { isDatabaseTrouble } from "./db/trouble.ts";
import { CodedError } from "./errors.ts";
import type { Clock } from "./ports.ts";

export interface GroupCommitOptions<Item, Result> {
  readonly clock: Clock;
  /** Most weight in one transaction. */
  readonly maxItems: number;
  /** How long the first of a group waits for company when nothing is under way, in milliseconds; 0 does not wait. */
  readonly maxWaitMs: number;
  /** Most weight that may wait; more is refused, so that a flood cannot fill the memory. */
  readonly maxQueued: number;
  /** How much an item counts, e.g. the messages of a request; 1 by default. */
  readonly weigh?: (item: Item) => number;
  /** Code of the refusal when too much waits or the database does not answer, e.g. `ingest.busy`. */
  readonly busyCode: string;
  /**
   * Does all items in one transaction and returns one result per item, in order. Must be safe to call again with the same items:
   * after a commit whose answer was lost, the caller is told "busy" and will repeat.
   */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
}

export interface GroupCommit<Item, Result> {
  /** Resolves once the group the item was in is committed. Rejects with the item's own fault, or with a coded 503 when we cannot now. */
  submit(item: Item): Promise<Result>;
  /** Waits for what is under way and refuses the rest. */
  close(): Promise<void>;
  /** Weight waiting, for the metrics. */
  queued(): number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly weight: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const RETRIES = 3;
const RETRY_AFTER = 2; // seconds

/**
 * Many callers, one transaction: while one group is being committed the next gathers, so the cost of a commit is shared by however
 * many came meanwhile. An item that cannot be done fails alone: its group is halved until it stands by itself.
 */
export function groupCommit<Item, Result>(options: GroupCommitOptions<Item, Result>): GroupCommit<Item, Result> {
  const { clock, maxItems, maxWaitMs, maxQueued } = options;
  const weigh = options.weigh ?? (() => 1);
  let queue: Waiting<Item, Result>[] = [];
  let queued = 0;
  let closed = false;
  let full = new AbortController();
  let working: Promise<void> | null = null;

  const nextGroup = (): Waiting<Item, Result>[] => {
    let weight = 0;
    let count = 0;
    while (count < queue.length && (count === 0 || weight + queue[count]!.weight <= maxItems)) weight += queue[count++]!.weight;
    const group = queue.slice(0, count);
    queue = queue.slice(count);
    queued -= weight;
    return group;
  };

  const work = async () => {
    let first = true;
    try {
      while (queue.length > 0) {
        // Company is waited for only when idle (whoever comes in the same instant at least); under load it has gathered by itself.
        if (first) await (maxWaitMs > 0 && queued < maxItems && !closed ? clock.sleep(maxWaitMs, full.signal) : Promise.resolve());
        first = false;
        full = new AbortController();
        await settle(options.run, clock, nextGroup(), options.busyCode);
      }
    } finally {
      working = null; // in the same instant the queue was seen empty, or the next to come would wait for ever
    }
  };

  return {
    submit(item) {
      const weight = weigh(item);
      if (closed || (queued > 0 && queued + weight > maxQueued)) return Promise.reject(busy(options.busyCode, undefined));
      return new Promise<Result>((resolve, reject) => {
        queue.push({ item, weight, resolve, reject });
        queued += weight;
        if (queued >= maxItems) full.abort();
        working ??= work();
      });
    },
    async close() {
      closed = true;
      full.abort();
      await working;
    },
    queued: () => queued,
  };
}

async function settle<Item, Result>(
  run: (items: readonly Item[]) => Promise<readonly Result[]>,
  clock: Clock,
  group: readonly Waiting<Item, Result>[],
  busyCode: string,
): Promise<void> {
  try {
    const results = await retrying(clock, () => run(group.map((waiting) => waiting.item)));
    if (results.length !== group.length) throw new Error(`${results.length} results for ${group.length} items`);
    for (const [i, waiting] of group.entries()) waiting.resolve(results[i]!);
  } catch (error) {
    if (isDatabaseTrouble(error)) {
      for (const waiting of group) waiting.reject(busy(busyCode, error));
    } else if (group.length === 1) {
      group[0]!.reject(error);
    } else {
      await settle(run, clock, group.slice(0, group.length >> 1), busyCode);
      await settle(run, clock, group.slice(group.length >> 1), busyCode);
    }
  }
}

async function retrying<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isRetryable(error) || attempt > RETRIES) throw error;
      await clock.sleep(5 * 4 ** attempt);
    }
  }
}

const busy = (code: string, cause: unknown) =>
  new CodedError({
    code,
    status: 503,
    message: `The server cannot take this now; nothing was lost, send it again after ${RETRY_AFTER} seconds.`,
    retryAfter: RETRY_AFTER,
    cause,
  });

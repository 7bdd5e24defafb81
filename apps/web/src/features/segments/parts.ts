import type { Part } from "@relance/contract/segments";

const PARTS = 256;
const FIRST = 8;
/** A part that took less is followed by one twice as large, one that took more than twice as long by half of it. */
const WANTED = 700; // ms

export type AskPart<T> = (part: Part, signal: AbortSignal) => Promise<T>;

// Several figures of a page take turns, part by part: none of them takes every connection.
let line: Promise<unknown> = Promise.resolve();
function inLine<T>(work: () => Promise<T>): Promise<T> {
  const mine = line.then(work);
  line = mine.catch(() => undefined);
  return mine;
}

/** Asks all parts one after the other and adds the answers up. @param input.tell after each part, the percent asked so far. Rejects when the signal aborts, after the part it is at. */
export async function inParts<T>(input: {
  readonly ask: AskPart<T>;
  readonly add: (sum: T, next: T) => T;
  readonly signal: AbortSignal;
  readonly tell: (percent: number) => void;
}): Promise<T> {
  let sum: T | undefined;
  for (let from = 0, size = FIRST; from < PARTS;) {
    const part = { from, to: Math.min(PARTS, from + size) };
    const { answer, took } = await inLine(async () => {
      input.signal.throwIfAborted();
      const begun = performance.now();
      const answer = await input.ask(part, input.signal);
      return { answer, took: performance.now() - begun };
    });
    sum = sum === undefined ? answer : input.add(sum, answer);
    input.tell(Math.round((100 * part.to) / PARTS));
    from = part.to;
    size = took < WANTED ? size * 2 : took > 2 * WANTED ? Math.max(1, size >> 1) : size;
  }
  return sum!;
}

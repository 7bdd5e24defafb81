import type { Instant } from "../base/index.ts";

/** What a leaf of a rule says: its truth, the fact it rests on, and the moments at which time alone may change it. */
export interface LeafVerdict {
  readonly truth: boolean;
  readonly fact: unknown;
  readonly clocks: readonly (Instant | null)[];
}

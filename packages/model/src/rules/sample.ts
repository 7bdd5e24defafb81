import type { Id } from "../base/index.ts";
import type { SampleRule } from "./rule.ts";

/** A Mersenne prime: residues of products of two numbers below it stay below 2^62. */
export const SAMPLE_PRIME = 2_147_483_647;

/**
 * A universal hash (Carter and Wegman): the 24 random bits of a contact's id before its last byte, as x, are drawn when
 * (a·x + b) mod p < percent of p; a and b come from the seed (FNV-1a).
 */
export function drawing({ percent, seed }: Pick<SampleRule, "percent" | "seed">): {
  readonly a: number;
  readonly b: number;
  readonly below: number;
} {
  let hash = 0x811c9dc5;
  for (const char of seed) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193) >>> 0;
  const again = Math.imul(hash ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  return { a: 1 + (hash % (SAMPLE_PRIME - 1)), b: again % SAMPLE_PRIME, below: Math.floor((SAMPLE_PRIME * percent) / 100) };
}

/** Whether a contact is among the drawn. */
export function isDrawn(contact: Id, rule: Pick<SampleRule, "percent" | "seed">): boolean {
  const { a, b, below } = drawing(rule);
  const x = Number.parseInt(contact.slice(-8, -2), 16);
  return Number((BigInt(a) * BigInt(x) + BigInt(b)) % BigInt(SAMPLE_PRIME)) < below;
}

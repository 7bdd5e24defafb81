import type { Id } from "../base/index.ts";

/**
 * A number in [0, 1) that an id always has under a salt: FNV-1a over the text, then Murmur3's finalizer, so that ids that differ in one
 * digit land far apart. No secret: it divides people evenly, it does not hide anything.
 */
export function stableShare(salt: string, id: Id): number {
  let hash = 0x811c9dc5;
  const text = `${salt}:${id}`;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Whether a contact belongs to the global holdout of so many percent; who does at 5 % still does at 10 %. */
export function heldOut(contact: Id, percent: number): boolean {
  return stableShare("holdout", contact) * 100 < percent;
}

import { randomFillSync } from "node:crypto";
import { uuidv7, type Id, type Instant } from "@relance/model/base";
import type { Chance } from "../ports.ts";
import { seededGenerator, type Generator } from "./generator.ts";

export { seededGenerator, type Generator } from "./generator.ts";

/** Chance from the machine's own entropy. */
export function systemChance(): Chance {
  // Drawn 4 kB at a time: a call into the kernel per id would cost more than the id.
  const pool = new Uint8Array(4096);
  let used = pool.length;
  const bytes = (count: number): Uint8Array => {
    if (count > pool.length) return randomFillSync(new Uint8Array(count));
    if (used + count > pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    const drawn = pool.slice(used, used + count);
    pool.fill(0, used, used + count);
    used += count;
    return drawn;
  };
  return chanceOf(bytes, true);
}

/**
 * Chance that repeats: the same seed draws the same ids, numbers and bytes. For tests, simulation and the demo shop; never for secrets.
 * @param options.ordered false: an id's time is always the one given, even when that goes back (history made out of order)
 */
export function seededChance(seed: string | number | Generator, options: { readonly ordered?: boolean } = {}): Chance {
  const generator = typeof seed === "object" ? seed : seededGenerator(seed);
  const bytes = (count: number): Uint8Array => {
    const drawn = new Uint8Array(count);
    for (let i = 0; i < count; i += 4) {
      let word = generator.word();
      for (let j = i; j < Math.min(i + 4, count); j++, word >>>= 8) drawn[j] = word & 0xff;
    }
    return drawn;
  };
  return chanceOf(bytes, options.ordered ?? true);
}

function chanceOf(bytes: (count: number) => Uint8Array, ordered: boolean): Chance {
  const next = ordered ? orderedIds(bytes) : (at: Instant) => uuidv7(at, bytes(10));
  return {
    id: next,
    float() {
      const drawn = bytes(7);
      // 53 bits: 5 of one byte, 48 of six.
      let value = drawn[0]! & 0x1f;
      for (let i = 1; i < 7; i++) value = value * 256 + drawn[i]!;
      return value / 2 ** 53;
    },
    bytes,
  };
}

/**
 * Version 7 ids that never go back within the process (RFC 9562 §6.2, method 1): the 12 bits after the time count within a
 * millisecond, from a random start in the lower half; a full counter borrows the next millisecond. A clock going back keeps the last time.
 */
function orderedIds(bytes: (count: number) => Uint8Array): (at: Instant) => Id {
  let last = -1;
  let counter = 0;
  return (at) => {
    const random = bytes(10);
    if (at > last) {
      last = Math.floor(at);
      counter = ((random[0]! << 8) | random[1]!) & 0x7ff;
    } else if (++counter > 0xfff) {
      last += 1;
      counter = 0;
    }
    random[0] = counter >>> 8;
    random[1] = counter & 0xff;
    return uuidv7(last, random);
  };
}

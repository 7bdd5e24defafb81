/**
 * A splittable stream of pseudo-random words. `split` gives an independent stream named by a label and leaves this one untouched, so a
 * world can hand each actor its own stream and adding an actor changes nobody else's draws.
 */
export interface Generator {
  /** 32 random bits, as an unsigned number. */
  word(): number;
  /** A number in [0, 1). */
  float(): number;
  /** A whole number in [0, below). */
  below(below: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  pick<T>(items: readonly T[]): T;
  split(label: string): Generator;
}

/** sfc32 (Chris Doty-Humphrey's small fast counter, 128 bits of state), seeded by hashing the text of the seed. */
export function seededGenerator(seed: string | number): Generator {
  const text = String(seed);
  let [a, b, c, d] = hash128(text);
  const word = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  for (let i = 0; i < 12; i++) word();
  const float = () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
  return {
    word,
    float,
    below: (below) => Math.floor(float() * below),
    chance: (p) => float() < p,
    pick: (items) => items[Math.floor(float() * items.length)]!,
    split: (label) => seededGenerator(`${text}/${label}`),
  };
}

/** Four 32-bit hashes of a text (cyrb128). */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const k = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ k, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ k, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ k, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ k, 2716044179);
  }
  h1 = Math.imul(h3 ^ (h1 >>> 18), 597399067);
  h2 = Math.imul(h4 ^ (h2 >>> 22), 2869860233);
  h3 = Math.imul(h1 ^ (h3 >>> 17), 951274213);
  h4 = Math.imul(h2 ^ (h4 >>> 19), 2716044179);
  return [h1 ^ h2 ^ h3 ^ h4, h2 ^ h1, h3 ^ h1, h4 ^ h1];
}

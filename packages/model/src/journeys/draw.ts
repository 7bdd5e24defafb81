/**
 * A number in [0, 1) that belongs to some words for ever: the same words give the same number in every process, in a rehearsal and next
 * year. Two rounds of 32-bit multiplication and xor over the UTF-16 units, after "cyrb53" (public domain), 53 bits.
 */
export function draw(...words: readonly string[]): number {
  const text = words.join("\u0000");
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2654435761);
    b = Math.imul(b ^ unit, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)) / 2 ** 53;
}

/** Which of some weighted things a number in [0, 1) falls on; weights need not add up to anything, all zero: the first. */
export function pick<T extends { readonly weight: number }>(things: readonly T[], at: number): T | undefined {
  const whole = things.reduce((sum, one) => sum + one.weight, 0);
  let left = at * whole;
  for (const one of things) if ((left -= one.weight) < 0) return one;
  return things.find((one) => one.weight > 0) ?? things[0];
}

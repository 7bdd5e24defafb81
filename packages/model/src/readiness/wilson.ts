/** A share with what it may truly be: `low` to `high`, each from 0 to 1. */
export interface Interval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** 97.5 % of a normal draw lie below this many standard deviations. */
const Z95 = 1.959963984540054;

/**
 * The Wilson score interval of a share, without continuity correction (E. B. Wilson, JASA 22, 1927, p. 209; method 3 of R. G. Newcombe,
 * Statistics in Medicine 17, 1998, p. 857). It stays within 0 and 1 and is right for few cases and for none.
 * @param hits how many of `of`
 * @param z standard deviations; 95 % unless said
 * @returns null when nothing was looked at
 */
export function wilson(hits: number, of: number, z = Z95): Interval | null {
  if (of <= 0) return null;
  const share = hits / of;
  const centre = share + (z * z) / (2 * of);
  const half = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const whole = 1 + (z * z) / of;
  return {
    share,
    low: hits === 0 ? 0 : Math.max(0, (centre - half) / whole),
    high: hits === of ? 1 : Math.min(1, (centre + half) / whole),
  };
}

/** Special functions for the purchase models; accurate to about 1e-13 relative, for positive arguments. */

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const HALF_LN_2PI = 0.9189385332046727;

/** ln Γ(x) for x > 0 (Lanczos 1964, g = 7; the reflection of Γ below one half). */
export function lnGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - lnGamma(1 - x);
  if (x > 1e7) return (x - 0.5) * Math.log(x) - x + HALF_LN_2PI + 1 / (12 * x);
  const y = x - 1;
  let sum: number = LANCZOS[0];
  for (let k = 1; k < LANCZOS.length; k++) sum += LANCZOS[k]! / (y + k);
  const t = y + 7.5;
  return HALF_LN_2PI + (y + 0.5) * Math.log(t) - t + Math.log(sum);
}

function lnBeta(a: number, b: number): number {
  return lnGamma(a) + lnGamma(b) - lnGamma(a + b);
}

/** ψ(x) = d ln Γ(x) / dx for x > 0 (recurrence up to 10, then Abramowitz and Stegun 6.3.18). */
export function digamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 10; y++) shift -= 1 / y;
  const i = 1 / (y * y);
  return (
    shift +
    Math.log(y) -
    0.5 / y -
    i * (1 / 12 - i * (1 / 120 - i * (1 / 252 - i * (1 / 240 - i * (1 / 132 - i * (691 / 32_760 - i / 12))))))
  );
}

const MOST_TERMS = 200_000;
const TINY = 1e-300;

/**
 * Σ_{n≥1} (a)_n (e+1)_{n−1} / ((c)_{n−1} n!) zⁿ for 0 ≤ z < 1 and c > 0: what is left of a Gauss hypergeometric series ₂F₁(a, e; c−1; z) once its
 * first term and the factor e/(c−1) are taken out, so that nothing is divided by what may be zero (see `expectedOrders`).
 */
export function hypergeometricRest(a: number, e: number, c: number, z: number): number {
  let term = a * z;
  let sum = term;
  for (let n = 1; n < MOST_TERMS; n++) {
    const ratio = (((a + n) * (e + n)) / ((c + n - 1) * (n + 1))) * z;
    term *= ratio;
    sum += term;
    // What follows is at most a geometric series of this ratio, once the ratio is below one.
    if (Math.abs(ratio) < 1 && Math.abs(term) <= 1e-15 * Math.abs(sum) * (1 - Math.abs(ratio))) break;
  }
  return sum;
}

/** I_x(a, b), the regularised incomplete beta function (continued fraction by Lentz's method, DLMF 8.17.22). */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - lnBeta(a, b)) / a;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= c * d;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < 1e-14) break;
  }
  return Math.min(1, front * value);
}

const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

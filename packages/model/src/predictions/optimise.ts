/** A value and its gradient at a point. */
export interface Slope {
  readonly value: number;
  readonly gradient: readonly number[];
}

export interface Lowest {
  readonly at: readonly number[];
  readonly value: number;
  /** The gradient vanished, or no step lowers the value any more; false when the steps ran out. */
  readonly converged: boolean;
  readonly evaluations: number;
}

const STEPS = 300;
/** A gradient this small is none: of a mean log-likelihood near 5, it leaves the parameters right to seven digits. */
const FLAT = 1e-8;
/** How far a parameter may wander in either direction from zero; parameters are logarithms, so e^±12. */
const WALL = 12;
/** Steps in a row that gain next to nothing: the top is a plateau, as when all customers are alike and only a ratio of parameters matters. */
const PLATEAU = 4;

/**
 * The lowest point of a smooth function by BFGS with a backtracking line search (Nocedal and Wright, Numerical Optimization, chapter 6).
 * Points stay within ±12 in every direction: a parameter that wants to be zero or infinite stops there.
 */
export function lowest(ask: (at: readonly number[]) => Slope, start: readonly number[]): Lowest {
  const size = start.length;
  let at = [...start];
  let here = ask(at);
  let evaluations = 1;
  let inverse = identity(size);
  let fresh = true;
  let idle = 0;
  for (let step = 0; step < STEPS; step++) {
    // A parameter at its wall that wants further out is held there.
    const held = here.gradient.map((g, i) => Math.abs(at[i]!) >= WALL && g * at[i]! < 0);
    const free = here.gradient.map((g, i) => (held[i] ? 0 : g));
    if (free.every((g) => Math.abs(g) < FLAT)) return { at, value: here.value, converged: true, evaluations };
    let direction = inverse.map((row, i) => (held[i] ? 0 : -dot(row, free)));
    if (dot(direction, free) >= 0) {
      inverse = identity(size);
      direction = free.map((g) => -g);
    }
    const longest = Math.max(...direction.map(Math.abs));
    let length = Math.min(1, 2 / longest);
    let next: Slope | null = null;
    let there = at;
    for (let tries = 0; tries < 60; tries++, length /= 2) {
      there = at.map((x, i) => Math.max(-WALL, Math.min(WALL, x + length * direction[i]!)));
      const found = ask(there);
      evaluations++;
      if (Number.isFinite(found.value) && found.value <= here.value + 1e-4 * length * dot(direction, free)) {
        next = found;
        break;
      }
    }
    if (!next) {
      // Nothing lower this way: with a fresh matrix that is the end, otherwise the matrix is to blame.
      if (fresh) return { at, value: here.value, converged: true, evaluations };
      inverse = identity(size);
      fresh = true;
      continue;
    }
    inverse = update(
      inverse,
      there.map((x, i) => x - at[i]!),
      next.gradient.map((g, i) => g - here.gradient[i]!),
    );
    fresh = false;
    // Sums of a million terms are right to about 1e-13: below that, steps chase rounding.
    idle = here.value - next.value < 1e-12 * Math.abs(here.value) ? idle + 1 : 0;
    if (idle >= PLATEAU) return { at: there, value: next.value, converged: true, evaluations };
    at = there;
    here = next;
  }
  return { at, value: here.value, converged: false, evaluations };
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
const identity = (size: number): number[][] =>
  Array.from({ length: size }, (_row, i) => Array.from({ length: size }, (_column, j) => (i === j ? 1 : 0)));

/** The inverse Hessian after a step s along which the gradient changed by y; unchanged where the curvature is not positive. */
function update(inverse: number[][], s: readonly number[], y: readonly number[]): number[][] {
  const curvature = dot(s, y);
  if (!(curvature > 1e-14)) return inverse;
  const hy = inverse.map((row) => dot(row, y));
  const scale = (1 + dot(y, hy) / curvature) / curvature;
  return inverse.map((row, i) => row.map((h, j) => h + scale * s[i]! * s[j]! - (hy[i]! * s[j]! + s[i]! * hy[j]!) / curvature));
}

import type { OrderModel } from "./bgnbd.ts";
import type { ValueModel } from "./gamma-gamma.ts";
import type { Customer } from "./forecast.ts";

/** A customer drawn from the models, known at `age` days and watched for `days` more. */
export interface Simulated extends Customer {
  /** Orders after `age`. */
  readonly later: number;
}

/** Draws customers from known models, to see whether fitting finds them again. @param chance numbers in [0, 1) */
export function simulate(
  chance: () => number,
  input: { readonly orders: OrderModel; readonly values: ValueModel; readonly age: number; readonly days: number },
): Simulated {
  const { orders, values, age, days } = input;
  const rate = gammaDraw(chance, orders.r) / orders.alpha;
  const [u, v] = [gammaDraw(chance, orders.a), gammaDraw(chance, orders.b)];
  const leaving = u / (u + v);
  const scale = gammaDraw(chance, values.q) / values.gamma;
  let [at, last, repeats, later] = [0, 0, 0, 0];
  let spent = gammaDraw(chance, values.p) / scale;
  for (;;) {
    at -= Math.log(1 - chance()) / rate;
    if (!(at <= age + days)) break;
    if (at <= age) {
      repeats++;
      last = at;
      spent += gammaDraw(chance, values.p) / scale;
    } else later++;
    if (chance() < leaving) break;
  }
  return { repeats, last, age, later, spent, spending: { orders: repeats + 1, mean: spent / (repeats + 1) } };
}

/** A gamma variate of the given shape, scale 1 (Marsaglia and Tsang 2000; below one by the usual power). */
function gammaDraw(chance: () => number, shape: number): number {
  if (shape < 1) return gammaDraw(chance, shape + 1) * Math.pow(1 - chance(), 1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - chance()) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return d * v;
  }
}

/**
 * Which way of a split does best, asked every day without being fooled by asking often.
 *
 * The test is the mixture sequential probability ratio test of R. Johari, P. Koomen, L. Pekelis and D. Walsh, "Peeking at A/B Tests"
 * (KDD 2017) and "Always Valid Inference" (Operations Research, 2022): with d the difference of two rates, s² = p (1 - p) (1/n + 1/m) its
 * variance at the common rate p, and t² the variance of the differences that are thought possible,
 *
 *     L = sqrt(s² / (s² + t²)) · exp(d² · t² / (2 s² (s² + t²)))
 *
 * reaches 1/a with a probability of at most a while the rates are equal, however often one looks. Solved for d, it is an interval that
 * holds the true difference at every look. Both rest on the normal law, so nothing is said of very few people.
 */
export interface WayCount {
  readonly exit: string;
  readonly people: number;
  readonly converted: number;
}

export interface Verdict {
  /** `counting`: too few people yet; `not_proven`: what is seen may be chance; `won`: one way is better than each other. */
  readonly verdict: "counting" | "not_proven" | "won";
  readonly winner: string | null;
  /** Shares of 1, with the interval that holds the true one at every look. */
  readonly ways: readonly (WayCount & { readonly rate: number | null; readonly low: number; readonly high: number })[];
  /** The best way beside the one that comes closest to it: the difference of their rates, with its interval. */
  readonly lead: { readonly exit: string; readonly over: string; readonly by: number; readonly low: number; readonly high: number } | null;
}

/** The probability that a split of equals is ever given a winner, at most. */
export const FALSE_WINS = 0.05;
/**
 * Differences thought possible, in standard deviations of one answer, sqrt(p (1 - p)): of a rate of 5 %, about two points. It sets where
 * the test is sharpest, not whether it is valid.
 */
const THOUGHT = 0.1;
/** Of each way; below, the normal law says too little of a share. */
export const LEAST_PEOPLE = 100;
/** Of two ways together, and as many who did not. */
const LEAST_CONVERTED = 20;

/** @param ways people whose time to convert is over, and those of them who did; each person counted once */
export function verdictOf(ways: readonly WayCount[]): Verdict {
  const level = FALSE_WINS / Math.max(1, ways.length - 1);
  const seen = ways.map((way) => ({ ...way, rate: way.people === 0 ? null : way.converted / way.people, ...interval(way, level) }));
  const none = { winner: null, ways: seen, lead: null };
  if (ways.length < 2 || ways.some((way) => way.people < LEAST_PEOPLE)) return { verdict: "counting", ...none };
  const [best, ...others] = ways.toSorted((a, b) => b.converted / b.people - a.converted / a.people);
  const leads = others.map((other) => ({ exit: best!.exit, over: other.exit, ...difference(best!, other, level) }));
  const lead = leads.reduce((least, one) => (one.low < least.low ? one : least));
  const enough = others.every(
    (other) =>
      Math.min(best!.converted + other.converted, best!.people + other.people - best!.converted - other.converted) >= LEAST_CONVERTED,
  );
  if (!enough) return { verdict: "counting", ...none };
  return lead.low > 0
    ? { verdict: "won", winner: best!.exit, ways: seen, lead }
    : { verdict: "not_proven", winner: null, ways: seen, lead };
}

/** Half the width of the interval around an estimate of variance `s2`, where one answer has the variance `one`. */
function halfWidth(s2: number, one: number, level: number): number {
  const t2 = THOUGHT ** 2 * one;
  return Math.sqrt((s2 * (s2 + t2) * Math.log((s2 + t2) / (s2 * level ** 2))) / t2);
}

function difference(a: WayCount, b: WayCount, level: number): { by: number; low: number; high: number } {
  const rate = (a.converted + b.converted) / (a.people + b.people);
  const one = rate * (1 - rate);
  const half = one === 0 ? 1 : halfWidth(one * (1 / a.people + 1 / b.people), one, level);
  const by = a.converted / a.people - b.converted / b.people;
  return { by, low: by - half, high: by + half };
}

function interval({ people, converted }: WayCount, level: number): { low: number; high: number } {
  if (people === 0) return { low: 0, high: 1 };
  // Two more of each keep a share of none or all from looking certain (Agresti and Coull, 1998).
  const rate = (converted + 2) / (people + 4);
  const one = rate * (1 - rate);
  const half = halfWidth(one / (people + 4), one, level);
  return { low: Math.max(0, Math.min(converted / people, rate - half)), high: Math.min(1, Math.max(converted / people, rate + half)) };
}

const DRAWS = 1_000;

/**
 * How newcomers are shared out between ways so that most take what seems best and some keep trying the rest: the probability of each to be
 * the best one (Thompson sampling, 1933; each rate a Beta law of 1 + converted, 1 + not converted), of what `explore` leaves; `explore` is
 * shared equally.
 * @param explore share of 1
 * @param uniform numbers in [0, 1)
 * @returns shares that add up to 1, by exit
 */
export function bestPathShares(ways: readonly WayCount[], explore: number, uniform: () => number): Record<string, number> {
  const wins = ways.map(() => 0);
  for (let n = 0; n < DRAWS; n++) {
    const drawn = ways.map(({ people, converted }) => drawBeta(1 + converted, 1 + people - converted, uniform));
    wins[drawn.indexOf(Math.max(...drawn))]! += 1;
  }
  return Object.fromEntries(ways.map((way, at) => [way.exit, explore / ways.length + ((1 - explore) * wins[at]!) / DRAWS]));
}

function drawBeta(a: number, b: number, uniform: () => number): number {
  const x = drawGamma(a, uniform);
  return x / (x + drawGamma(b, uniform));
}

/** G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables" (ACM TOMS, 2000), for shapes of 1 and more. */
function drawGamma(shape: number, uniform: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    // Box and Muller (1958); 1 - u is never 0.
    const x = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

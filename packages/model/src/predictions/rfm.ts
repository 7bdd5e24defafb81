/**
 * RFM: how long ago a customer last ordered (recency), how often (frequency), and for how much in all (monetary), each scored 1 to 5 and 5 the
 * best. Scores come from bounds: either the workspace's own, or the quintiles of its customers (Hughes, Strategic Database Marketing, 1994).
 */
export interface RfmFacts {
  /** Days since the last order. */
  readonly recency: number;
  /** Days with an order. */
  readonly frequency: number;
  /** Net total. */
  readonly monetary: number;
}

/** Four bounds per measure, never descending. Recency: at most bounds[0] days scores 5. Frequency and monetary: more than bounds[0] scores at least 2. */
export interface RfmBounds {
  readonly recency: readonly number[];
  readonly frequency: readonly number[];
  readonly monetary: readonly number[];
}

export interface RfmScores {
  readonly r: number;
  readonly f: number;
  readonly m: number;
}

export const RFM_GROUPS = [
  "champions",
  "loyal",
  "potential",
  "new",
  "promising",
  "attention",
  "about_to_sleep",
  "cannot_lose",
  "at_risk",
  "hibernating",
] as const;
export type RfmGroup = (typeof RFM_GROUPS)[number];

/** What each group is called, and what to know about it. */
export const RFM_NAMES: Readonly<Record<RfmGroup, { readonly en: string; readonly fr: string }>> = {
  champions: { en: "Champions", fr: "Champions" },
  loyal: { en: "Loyal", fr: "Fidèles" },
  potential: { en: "Potential loyalists", fr: "Fidèles en devenir" },
  new: { en: "New customers", fr: "Nouveaux clients" },
  promising: { en: "Promising", fr: "Prometteurs" },
  attention: { en: "Need attention", fr: "À entretenir" },
  about_to_sleep: { en: "About to sleep", fr: "Sur le point de s’endormir" },
  cannot_lose: { en: "Not to be lost", fr: "À ne pas perdre" },
  at_risk: { en: "At risk", fr: "À risque" },
  hibernating: { en: "Hibernating", fr: "En sommeil" },
};

// By recency score (rows 5 to 1) and the mean of the other two (1 to 5): the usual map, every cell in one group.
const MAP: Readonly<Record<number, readonly RfmGroup[]>> = {
  5: ["new", "potential", "potential", "champions", "champions"],
  4: ["promising", "potential", "potential", "loyal", "loyal"],
  3: ["about_to_sleep", "about_to_sleep", "attention", "loyal", "loyal"],
  2: ["hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"],
  1: ["hibernating", "hibernating", "at_risk", "at_risk", "cannot_lose"],
};

/** Scores of one customer. Equal customers score alike: a bound is passed or not. */
export function rfmScores(facts: RfmFacts, bounds: RfmBounds): RfmScores {
  const passed = (value: number, list: readonly number[]): number => list.reduce((count, bound) => count + (value > bound ? 1 : 0), 0);
  return {
    r: 5 - passed(facts.recency, bounds.recency),
    f: 1 + passed(facts.frequency, bounds.frequency),
    m: 1 + passed(facts.monetary, bounds.monetary),
  };
}

/** The second axis of the map: the mean of frequency and monetary score, halves up. */
export function worthScore({ f, m }: Pick<RfmScores, "f" | "m">): number {
  return Math.floor((f + m + 1) / 2);
}

export function rfmGroup(scores: RfmScores): RfmGroup {
  return MAP[scores.r]![worthScore(scores) - 1]!;
}

/** The group of a cell of the map. @param r 1 to 5 @param worth 1 to 5 */
export function groupOfCell(r: number, worth: number): RfmGroup {
  return MAP[r]![worth - 1]!;
}

/** The quintiles of a column: the values below or at which 20, 40, 60 and 80 % of customers lie. Sorts in place. */
export function quintiles(values: Float64Array): number[] {
  values.sort();
  return [0.2, 0.4, 0.6, 0.8].map((share) => values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0);
}

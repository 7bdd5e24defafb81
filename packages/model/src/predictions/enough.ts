/** What must be known of a workspace before anything is predicted; below it the answer is a refusal with the numbers. */
export const ENOUGH = {
  /** Customers with an order. */
  customers: 300,
  /** Of those, with orders on two days or more. */
  repeaters: 100,
  /** Days from the first order of all to today. */
  days: 180,
} as const;

export interface Known {
  readonly customers: number;
  readonly repeaters: number;
  readonly days: number;
}

export type Lack = { readonly what: keyof typeof ENOUGH; readonly have: number; readonly need: number };

/** What is missing; empty when predictions may be made. */
export function lacks(known: Known): Lack[] {
  return (["customers", "repeaters", "days"] as const).flatMap((what) =>
    known[what] >= ENOUGH[what] ? [] : [{ what, have: known[what], need: ENOUGH[what] }],
  );
}

import { Gauge } from "prom-client";
import { BUCKETS } from "@relance/model/base";
import type { Db } from "./db/database.ts";
import { sql, type Sql } from "./db/sql.ts";

/** One equation that holds at every committed snapshot (RELIABILITY §4): a question that answers with the rows that break it. */
export interface Equation {
  /** e.g. `B9`; the label of the metric. */
  readonly name: string;
  /** What is true, in words. */
  readonly says: string;
  /** Asks about these buckets only; each row carries `what`. */
  readonly broken: (buckets: readonly number[]) => Sql;
}

const mismatch = new Gauge({
  name: "relance_books_mismatch",
  help: "Rows that break an equation of the books; anything above 0 is a fault of ours",
  labelNames: ["equation"],
});

/** Per bucket: every fact ever enqueued was taken, is in quarantine, or still waits. */
export const inboxEquation: Equation = {
  name: "B9",
  says: "enqueued = taken + quarantined + waiting, per bucket",
  broken: (buckets) => sql`
    select coalesce(t.bucket, i.bucket)::text as what
    from (select bucket, sum(enqueued - taken - quarantined) as n from inbox_totals where bucket = any(${buckets}::smallint[]) group by bucket) t
    full join (select bucket, count(*) as n from inbox where bucket = any(${buckets}::smallint[]) group by bucket) i on i.bucket = t.bucket
    where coalesce(t.n, 0) <> coalesce(i.n, 0) order by 1`,
};

/** Asks every equation about these buckets. @returns the broken ones with what breaks them */
export async function auditBooks(db: Db, equations: readonly Equation[], buckets: readonly number[]): Promise<Map<string, string[]>> {
  const broken = new Map<string, string[]>();
  for (const equation of equations) {
    const rows = await db.query<{ what: string }>(equation.broken(buckets));
    if (rows.length > 0)
      broken.set(
        equation.name,
        rows.map((row) => row.what),
      );
  }
  return broken;
}

/** Buckets asked about at a time: short snapshots; a whole round at one call per half minute takes eight minutes. */
const AT_A_TIME = 16;

/**
 * The auditor: each call asks about the next sixteen buckets, sets `relance_books_mismatch{equation}` and tells of what is broken.
 * A mismatch stays shown until its buckets are asked again and add up.
 */
export function openAuditor(
  db: Db,
  equations: readonly Equation[],
  onBroken: (equation: Equation, what: readonly string[]) => void,
): () => Promise<void> {
  let next = 0;
  const found = new Map(equations.map((equation) => [equation.name, new Map<number, number>()]));
  for (const equation of equations) mismatch.set({ equation: equation.name }, 0);
  return async () => {
    const slice = next;
    const buckets = Array.from({ length: AT_A_TIME }, (_, i) => slice * AT_A_TIME + i);
    next = (next + 1) % (BUCKETS / AT_A_TIME);
    const broken = await auditBooks(db, equations, buckets);
    for (const equation of equations) {
      const what = broken.get(equation.name) ?? [];
      const slices = found.get(equation.name)!;
      slices.set(slice, what.length);
      mismatch.set(
        { equation: equation.name },
        [...slices.values()].reduce((sum, n) => sum + n, 0),
      );
      if (what.length > 0) onBroken(equation, what);
    }
  };
}

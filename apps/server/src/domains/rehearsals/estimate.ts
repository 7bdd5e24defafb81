/**
 * Figures of a share of the people said of everyone. The share is some of the 256 buckets, into which people fall by chance, so the total is
 * what a bucket came to on average times their number, and how much buckets differ tells how far it may be off (Cochran, Sampling Techniques, ch. 9).
 */
import type { RehearsalResult } from "@relance/contract/rehearsals";
import { BUCKETS, type Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import type { Found, Pressure } from "./sums.ts";

export type Estimate = NonNullable<RehearsalResult["estimate"]>;
type Counted = "entries" | "people" | "sent";
/** What one bucket came to. */
export type OfBucket = Readonly<Record<Counted, number>>;

/** What each bucket of a stage came to; of one that is not named: nothing. */
export function sumBuckets(db: Db, journey: Id): Promise<OfBucket[]> {
  return db.query<OfBucket>(sql`
    select r.entries, r.people, coalesce(s.sent, 0) as sent from (select bucket, count(*) as entries, count(distinct contact_id) as people from runs where journey_id = ${journey} group by 1) r
    left join (select bucket, count(*) as sent from sends where journey_id = ${journey} and state = 'accepted' group by 1) s on s.bucket = r.bucket order by r.bucket`);
}

/** How many contacts are in some buckets, and how many there are. */
export async function countContacts(
  db: Db,
  input: { readonly workspace: Id; readonly buckets: readonly number[] },
): Promise<{ contacts: number; of: number }> {
  const [row] = await db.query<{ contacts: number; of: number }>(
    sql`select count(*) filter (where bucket = any(${input.buckets as number[]}::smallint[])) as contacts, count(*) as of from contacts where workspace_id = ${input.workspace}`,
  );
  return row!;
}

/** @param input.rows of buckets that came to something @param input.played how many buckets were played */
export function estimate(input: {
  readonly found: Found;
  readonly rows: readonly OfBucket[];
  readonly played: number;
  readonly contacts: number;
  readonly of: number;
}): { readonly found: Found; readonly estimate: Estimate } {
  const { found, rows, played, contacts, of } = input;
  const within = (name: Counted) =>
    interval(
      rows.map((row) => row[name]),
      played,
    );
  return {
    found: scaled(found, BUCKETS / played),
    estimate: { contacts, of, entries: within("entries"), people: within("people"), sent: within("sent") },
  };
}

/** The interval that holds the total of all buckets in 95 of 100 cases. @param values of buckets that are not empty, of `played` in all */
export function interval(values: readonly number[], played: number): { low: number; high: number } {
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / played;
  const squares = values.reduce((total, value) => total + (value - mean) ** 2, 0) + (played - values.length) * mean ** 2;
  const freedom = Math.max(1, played - 1);
  // Student's t at 97.5 %, to a hundredth from ten degrees on.
  const t = 1.96 + 2.37 / freedom + 2.8 / freedom ** 2;
  const half = t * BUCKETS * Math.sqrt(((1 - played / BUCKETS) * squares) / freedom / played);
  // What was seen is there at least.
  return { low: Math.max(sum, Math.floor(mean * BUCKETS - half)), high: Math.ceil(mean * BUCKETS + half) };
}

/** Each line is rounded, and totals are those of their lines, so that they add up. */
function scaled(found: Found, by: number): Found {
  const times = (n: number) => Math.round(n * by);
  const rows = <Row extends { readonly n: number }>(all: readonly Row[]): Row[] => all.map((row) => ({ ...row, n: times(row.n) }));
  const counts = (all: Readonly<Record<string, number>>) => Object.fromEntries(Object.entries(all).map(([name, n]) => [name, times(n)]));
  const pressure = (one: Pressure): Pressure => ({
    messages: times(one.messages),
    people: times(one.people),
    above: times(one.above),
    most: one.most.map(times),
  });
  const ends = rows(found.ends);
  const ledger = rows(found.ledger);
  return {
    ends,
    ledger,
    held: rows(found.held),
    entries: total(ends),
    planned: total(ledger),
    people: times(found.people),
    recipients: times(found.recipients),
    channels: counts(found.channels),
    steps: found.steps.map((row) => ({ ...row, planned: times(row.planned), sent: times(row.sent) })),
    days: found.days.map((row) => ({ ...row, entries: times(row.entries), sent: counts(row.sent) })),
    pressure: { before: pressure(found.pressure.before), after: pressure(found.pressure.after) },
  };
}

const total = (rows: readonly { readonly n: number }[]): number => rows.reduce((sum, row) => sum + row.n, 0);

import { BUCKETS, type Id, type Instant } from "@relance/model/base";
import { looksBack, startKindOf, type Graph } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import type { Tx } from "../../../platform/db/database.ts";
import { sql, ts } from "../../../platform/db/sql.ts";
import { notPaused } from "../queries.ts";

/** Contacts of one bucket whose past is still to be looked at for a journey. */
export interface Lookback {
  readonly bucket: number;
  readonly journey_id: Id;
  readonly workspace_id: Id;
  readonly after_contact: Id;
}

const CONTACTS_PER_BUCKET = 50;

/** Asks the engine to look back, from the first contact on, at what happened before a journey was published. */
export async function askLookback(tx: Tx, input: { workspace: Id; journey: Id; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into journey_lookbacks (bucket, journey_id, workspace_id, asked_at)
    select b, ${input.journey}::uuid, ${input.workspace}::uuid, ${ts(input.now)}::timestamptz from unnest(${Array.from({ length: BUCKETS }, (_, bucket) => bucket)}::smallint[]) as b order by b
    on conflict (bucket, journey_id) do update set asked_at = excluded.asked_at, after_contact = '00000000-0000-0000-0000-000000000000'`);
}

/** Some buckets of the journey that was asked for first. */
export async function nextLookbacks(tx: Tx, input: { buckets: readonly number[]; limit: number }): Promise<Lookback[]> {
  return tx.query<Lookback>(sql`
    with first as (select r.journey_id from journey_lookbacks r where r.bucket = any(${input.buckets as number[]}::smallint[]) and ${notPaused} order by r.asked_at, r.journey_id limit 1)
    select b.bucket, b.journey_id, b.workspace_id, b.after_contact from journey_lookbacks b join first on first.journey_id = b.journey_id where b.bucket = any(${input.buckets as number[]}::smallint[]) order by b.bucket limit ${input.limit}`);
}

/**
 * The past of the next contacts of some buckets: events that the starts of a graph which look back listen to, oldest first. What is done
 * is noted in the same transaction.
 * @returns each event with its contact
 */
export async function takePast(
  tx: Tx,
  input: { readonly units: readonly Lookback[]; readonly graph: Graph | null; readonly now: Instant },
): Promise<{ readonly contact: Id; readonly event: FactEvent }[]> {
  const { units, now } = input;
  const starts = (input.graph?.starts ?? []).flatMap((start) => {
    const since = looksBack(start, now);
    return since === null ? [] : [{ start, since }];
  });
  const first = units[0]!;
  const pages =
    starts.length === 0
      ? []
      : await tx.query<{ bucket: number; id: Id }>(sql`
    select u.bucket, x.id from unnest(${units.map((unit) => unit.bucket)}::smallint[], ${units.map((unit) => unit.after_contact)}::uuid[]) as u (bucket, after)
    cross join lateral (select c.id from contacts c where c.bucket = u.bucket and c.id > u.after and c.workspace_id = ${first.workspace_id} order by c.id limit ${CONTACTS_PER_BUCKET}) x order by u.bucket, x.id`);
  const perBucket = Map.groupBy(pages, (row) => row.bucket);
  const done = units.filter((unit) => (perBucket.get(unit.bucket)?.length ?? 0) < CONTACTS_PER_BUCKET);
  const further = units.filter((unit) => !done.includes(unit));
  await tx.query(
    sql`delete from journey_lookbacks where journey_id = ${first.journey_id} and bucket = any(${done.map((unit) => unit.bucket)}::smallint[])`,
  );
  await tx.query(sql`
    update journey_lookbacks l set after_contact = u.after from unnest(${further.map((unit) => unit.bucket)}::smallint[], ${further.map((unit) => perBucket.get(unit.bucket)!.at(-1)!.id)}::uuid[]) as u (bucket, after)
    where l.bucket = u.bucket and l.journey_id = ${first.journey_id}`);
  if (pages.length === 0) return [];
  const rows = await tx.query<{
    contact_id: Id;
    id: Id;
    name: string;
    occurred_at: Instant;
    amount: number | null;
    currency: string | null;
    properties: Record<string, unknown>;
  }>(sql`
    select e.contact_id, e.id, e.name, e.occurred_at, e.amount, e.currency, e.properties
    from unnest(${pages.map((row) => row.bucket)}::smallint[], ${pages.map((row) => row.id)}::uuid[]) as c (b, i)
    join events e on e.bucket = c.b and e.contact_id = c.i and e.name = any(${[...new Set(starts.flatMap(({ start }) => startKindOf(start).events(start)))].sort()}::text[])
    where e.occurred_at >= ${ts(Math.min(...starts.map((one) => one.since)))}::timestamptz order by e.occurred_at, e.id`);
  return rows.map((row) => ({
    contact: row.contact_id,
    event: { id: row.id, name: row.name, at: row.occurred_at, amount: row.amount, currency: row.currency, properties: row.properties },
  }));
}

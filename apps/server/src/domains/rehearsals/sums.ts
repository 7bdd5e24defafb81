/** What a rehearsal came to, read from its stage at the end. */
import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";
import { inShare, wasAnyway } from "./world-queries.ts";

export interface Of {
  readonly workspace: Id;
  readonly journey: Id;
  readonly from: Instant;
  readonly until: Instant;
  readonly zone: string;
  /** Whose people are on this stage. */
  readonly buckets: readonly number[];
  /** Contact pressure: messages within so many days, and how many are too many. */
  readonly days: number;
  readonly limit: number;
  /** Whether only those who can enter are on stage. */
  readonly entrantsOnly: boolean;
}

/** All that is counted on one stage. */
export type Found = Awaited<ReturnType<typeof sumRuns>> &
  Awaited<ReturnType<typeof sumSends>> & {
    readonly days: Awaited<ReturnType<typeof sumDays>>;
    readonly pressure: { readonly before: Pressure; readonly after: Pressure };
  };

export async function findOut(db: Db, of: Of): Promise<Found> {
  return { ...(await sumRuns(db, of)), ...(await sumSends(db, of)), days: await sumDays(db, of), pressure: await sumPressure(db, of) };
}

interface Ends {
  readonly state: string;
  readonly outcome: string | null;
  readonly n: number;
}

/** Entries and how runs ended; `waiting` are those still inside when the period ends. */
async function sumRuns(db: Db, of: Of): Promise<{ entries: number; people: number; ends: Ends[] }> {
  const [all] = await db.query<{ entries: number; people: number }>(
    sql`select count(*) as entries, count(distinct contact_id) as people from runs where journey_id = ${of.journey}`,
  );
  const ends = await db.query<Ends>(
    sql`select state, outcome, count(*) as n from runs where journey_id = ${of.journey} group by 1, 2 order by 3 desc, 1, 2`,
  );
  return { ...all!, ends };
}

async function sumDays(db: Db, of: Of): Promise<{ day: string; entries: number; sent: Record<string, number> }[]> {
  const entries = await db.query<{ day: string; n: number }>(
    sql`select (entered_at at time zone ${of.zone})::date as day, count(*) as n from runs where journey_id = ${of.journey} group by 1 order by 1`,
  );
  const sent = await db.query<{ day: string; channel: string; n: number }>(
    sql`select (accepted_at at time zone ${of.zone})::date as day, channel, count(*) as n from sends where journey_id = ${of.journey} and state = 'accepted' group by 1, 2 order by 1, 2`,
  );
  const days = new Map<string, { day: string; entries: number; sent: Record<string, number> }>();
  const dayOf = (at: Instant) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(of.zone).toPlainDate();
  for (let day = dayOf(of.from); Temporal.PlainDate.compare(day, dayOf(of.until)) <= 0; day = day.add({ days: 1 }))
    days.set(day.toString(), { day: day.toString(), entries: 0, sent: {} });
  for (const row of entries) if (days.has(row.day)) days.get(row.day)!.entries = row.n;
  for (const row of sent) if (days.has(row.day)) days.get(row.day)!.sent[row.channel] = row.n;
  return [...days.values()];
}

/** The ledger: what was planned, and each thing that became of it with its reason; the parts add up to the plan. */
async function sumSends(
  db: Db,
  of: Of,
): Promise<{
  planned: number;
  ledger: { state: string; reason: string; n: number }[];
  held: { reason: string; n: number }[];
  channels: Record<string, number>;
  recipients: number;
  steps: { step: string; planned: number; sent: number }[];
}> {
  const ledger = await db.query<{ state: string; reason: string; n: number }>(
    sql`select state, coalesce(reason, '') as reason, count(*) as n from sends where journey_id = ${of.journey} group by 1, 2 order by 3 desc, 1, 2`,
  );
  const held = await db.query<{ reason: string; n: number }>(
    sql`select h.reason, count(*) as n from were_held h group by 1 order by 2 desc, 1`,
  );
  const channels = await db.query<{ channel: string; n: number; people: number }>(
    sql`select channel, count(*) as n from sends where journey_id = ${of.journey} and state = 'accepted' group by 1 order by 1`,
  );
  const [people] = await db.query<{ n: number }>(
    sql`select count(distinct contact_id) as n from sends where journey_id = ${of.journey} and state = 'accepted'`,
  );
  const steps = await db.query<{ step: string; planned: number; sent: number }>(
    sql`select step_id as step, count(*) as planned, count(*) filter (where state = 'accepted') as sent from sends where journey_id = ${of.journey} group by 1 order by 1`,
  );
  return {
    planned: ledger.reduce((sum, row) => sum + row.n, 0),
    ledger,
    held,
    channels: Object.fromEntries(channels.map((row) => [row.channel, row.n])),
    recipients: people!.n,
    steps,
  };
}

/** Notes which sends the gate holds now, so that a send that left in the end is still known to have waited. */
export async function noteHeld(db: Db, journey: Id): Promise<void> {
  await db.query(
    sql`insert into were_held (send_id, reason) select s.id, coalesce(s.reason, '') from sends s where s.journey_id = ${journey} and s.state = 'held' on conflict do nothing`,
  );
}

export interface Pressure {
  /** Marketing messages of everything, in the period. */
  readonly messages: number;
  readonly people: number;
  /** People by the most messages they got within `days` days: index 0 is one message. */
  readonly most: number[];
  /** People above the limit. */
  readonly above: number;
}

/** Contact pressure in the period, as it was (`before`) and as it would have been (`after`). */
async function sumPressure(db: Db, of: Of): Promise<{ before: Pressure; after: Pressure }> {
  const one = async (from: ReturnType<typeof sql>): Promise<Pressure> => {
    const rows = await db.query<{ most: number; people: number; messages: number }>(sql`
      with sent as (select s.contact_id, s.accepted_at as at from ${from} s where s.workspace_id = ${of.workspace} ${inShare(of.buckets, sql`s.bucket`)} and s.state = 'accepted' and s.class = 'marketing'
          and s.accepted_at > ${ts(of.from - of.days * 86_400_000)}::timestamptz and s.accepted_at <= ${ts(of.until)}::timestamptz),
        counted as (select contact_id, at, count(*) over (partition by contact_id order by at range between make_interval(days => ${of.days}::integer) preceding and current row) as n from sent),
        people as (select contact_id, max(n) as most, count(*) as messages from counted where at > ${ts(of.from)}::timestamptz group by contact_id)
      select least(most, 20)::integer as most, count(*) as people, sum(messages)::bigint as messages from people group by 1 order by 1`);
    const most = Array.from(
      { length: Math.max(0, ...rows.map((row) => row.most)) },
      (_none, index) => rows.find((row) => row.most === index + 1)?.people ?? 0,
    );
    return {
      messages: rows.reduce((sum, row) => sum + row.messages, 0),
      people: rows.reduce((sum, row) => sum + row.people, 0),
      most,
      above: rows.filter((row) => row.most > of.limit).reduce((sum, row) => sum + row.people, 0),
    };
  };
  // Whoever cannot enter gets what they got.
  const columns = sql`s.bucket, s.contact_id, s.accepted_at, s.workspace_id, s.state, s.class`;
  const others = sql`select ${columns} from public.sends s where s.workspace_id = ${of.workspace} and ${wasAnyway(of.journey, of.from)} and not exists (select 1 from entrants w where w.bucket = s.bucket and w.contact_id = s.contact_id)`;
  return {
    before: await one(sql`public.sends`),
    after: await one(of.entrantsOnly ? sql`(select ${columns} from sends s union all ${others})` : sql`sends`),
  };
}

export interface PersonRow {
  readonly bucket: number;
  readonly contact: Id;
  readonly run: Id;
  readonly entered_at: Instant;
  readonly ended_at: Instant | null;
  readonly state: string;
  readonly outcome: string | null;
  readonly key: string;
  readonly memory: Record<string, unknown>;
  readonly visits: readonly {
    step: string;
    arrivedAt: string;
    leftAt: string | null;
    exit: string | null;
    reason: Record<string, unknown>;
  }[];
  readonly sends: readonly {
    step: string;
    visit: number;
    channel: string;
    state: string;
    reason: string | null;
    at: string;
    checks: unknown;
    template: Id;
  }[];
}

const iso = (column: string) => sql([`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`]);

export interface RunKey {
  readonly bucket: number;
  readonly id: Id;
  readonly entered_at: Instant;
}

/** The order of entry. */
export const byEntry = (
  a: { readonly entered_at: Instant; readonly id: Id },
  b: { readonly entered_at: Instant; readonly id: Id },
): number => a.entered_at - b.entered_at || (a.id < b.id ? -1 : 1);

/** Runs in the order they began: all, or every second, third… so that no more than a limit are spread over the period. */
export async function someRuns(db: Db, input: { journey: Id; limit: number }): Promise<RunKey[]> {
  return db.query<RunKey>(sql`
    select r.bucket, r.id, r.entered_at from (select bucket, id, entered_at, row_number() over (order by entered_at, id) as place, count(*) over () as n from runs where journey_id = ${input.journey}) r
    where (r.place - 1) % ceil(r.n / ${input.limit}::numeric) = 0 order by r.entered_at, r.id`);
}

/** Everyone who entered. */
export async function whoEntered(db: Db, journey: Id): Promise<Set<Id>> {
  const rows = await db.query<{ contact: Id }>(sql`select distinct r.contact_id as contact from runs r where r.journey_id = ${journey}`);
  return new Set(rows.map((row) => row.contact));
}

/** Some runs with their whole path, in the order they began. */
export async function readPeople(db: Db, runs: readonly RunKey[]): Promise<PersonRow[]> {
  return db.query<PersonRow>(sql`
    select r.bucket, r.contact_id as contact, r.id as run, r.entered_at, r.ended_at, r.state, r.outcome, r.key, r.memory,
      coalesce((select json_agg(json_build_object('step', v.step_id, 'arrivedAt', ${iso("v.arrived_at")}, 'leftAt', ${iso("v.left_at")}, 'exit', v.exit, 'reason', v.reason) order by v.visit) from visits v where v.bucket = r.bucket and v.run_id = r.id), '[]') as visits,
      coalesce((select json_agg(json_build_object('step', s.step_id, 'visit', s.visit, 'channel', s.channel, 'state', s.state, 'reason', s.reason, 'at', ${iso("coalesce(s.accepted_at, s.ended_at, s.due_at)")}, 'checks', s.decision, 'template', s.template_id) order by s.visit) from sends s where s.bucket = r.bucket and s.contact_id = r.contact_id and s.run_id = r.id), '[]') as sends
    from unnest(${runs.map((one) => one.bucket)}::smallint[], ${runs.map((one) => one.id)}::uuid[]) as k (bucket, id) join runs r on r.bucket = k.bucket and r.id = k.id order by r.entered_at, r.id`);
}

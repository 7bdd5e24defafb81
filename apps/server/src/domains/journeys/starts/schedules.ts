import { BUCKETS, toIso, type Id, type Instant, type LocalDate, type TimeZone } from "@relance/model/base";
import { nextOccurrence, type Occurrence, type ScheduleStart, type Start } from "@relance/model/journeys";
import type { Tx } from "../../../platform/db/database.ts";
import { json, sql, ts } from "../../../platform/db/sql.ts";
import { notPaused } from "../queries.ts";
import { LATEST, startHash } from "../runs/timers.ts";

/** A day of a schedule to be settled in some buckets. */
export interface DueSchedule {
  readonly bucket: number;
  readonly journey_id: Id;
  readonly start: string;
  readonly workspace_id: Id;
  readonly day: LocalDate;
  readonly due_at: Instant;
}

/** Sets when the schedules of a version come next; one that is as it was goes on. */
export async function askSchedules(
  tx: Tx,
  input: { workspace: Id; journey: Id; starts: readonly Start[]; zone: TimeZone; now: Instant },
): Promise<void> {
  const next = input.starts.flatMap((start) => {
    const found = start.kind === "schedule" ? nextOccurrence(start, input.zone, input.now, null) : null;
    // Published on the day itself: settled now, for those whose hour is still to come.
    return found === null ? [] : [{ start: startHash(start), ...found, at: Math.max(found.at, input.now) }];
  });
  if (next.length === 0) return;
  await tx.query(sql`
    insert into journey_schedules (bucket, journey_id, start, workspace_id, day, due_at)
    select b, ${input.journey}::uuid, n.start, ${input.workspace}::uuid, n.day, n.at from unnest(${next.map((one) => one.start)}::text[], ${next.map((one) => one.day)}::date[], ${next.map((one) => ts(one.at))}::timestamptz[]) as n (start, day, at)
    cross join unnest(${Array.from({ length: BUCKETS }, (_, bucket) => bucket)}::smallint[]) as b order by b, n.start
    on conflict (bucket, journey_id, start) do nothing`);
}

/** One day of one schedule that is due, in some buckets. */
export async function dueSchedules(tx: Tx, input: { buckets: readonly number[]; now: Instant; limit: number }): Promise<DueSchedule[]> {
  return tx.query<DueSchedule>(sql`
    with first as (
      select r.journey_id, r.start, r.day from journey_schedules r where r.bucket = any(${input.buckets as number[]}::smallint[]) and r.due_at <= ${ts(input.now)}::timestamptz and ${notPaused} order by r.due_at, r.journey_id, r.start limit 1
    )
    select r.bucket, r.journey_id, r.start, r.workspace_id, r.day::text as day, r.due_at from journey_schedules r join first f on f.journey_id = r.journey_id and f.start = r.start and f.day = r.day
    where r.bucket = any(${input.buckets as number[]}::smallint[]) and r.due_at <= ${ts(input.now)}::timestamptz order by r.bucket limit ${input.limit}`);
}

/**
 * Settles who is meant: those in the segment since the instant at the latest, a timer each, due at once; the person's own hour is asked
 * for when it is taken. Whoever leaves the segment afterwards stays meant, whoever comes later is not.
 */
export async function settleSchedules(
  tx: Tx,
  input: { readonly units: readonly DueSchedule[]; readonly start: ScheduleStart | null; readonly zone: TimeZone; readonly now: Instant },
): Promise<void> {
  const [first] = input.units;
  if (!first) return;
  const { start, now } = input;
  const at = input.units.map((one) => one.due_at).reduce((a, b) => Math.min(a, b));
  const buckets = input.units.map((one) => one.bucket);
  if (start !== null && at >= now - LATEST) {
    const memory = { start: "schedule", event: null, day: first.day, settled: toIso(at) };
    await tx.query(sql`
      insert into start_timers (bucket, contact_id, journey_id, start, key, workspace_id, due_at, armed_at, memory)
      select m.bucket, m.contact_id, ${first.journey_id}::uuid, ${first.start}, ${first.day}, m.workspace_id, ${ts(at)}::timestamptz, ${ts(at)}::timestamptz, ${json(memory)}::jsonb
      from segment_members m where m.bucket = any(${buckets}::smallint[]) and m.segment_id = ${start.segment} and m.workspace_id = ${first.workspace_id} and m.entered_at <= ${ts(at)}::timestamptz order by m.bucket, m.contact_id
      on conflict (bucket, contact_id, journey_id, start, key) do nothing`);
  }
  const next: Occurrence | null = start === null ? null : nextOccurrence(start, input.zone, now - LATEST, first.day);
  if (next === null)
    await tx.query(
      sql`delete from journey_schedules where bucket = any(${buckets}::smallint[]) and journey_id = ${first.journey_id} and start = ${first.start}`,
    );
  else
    await tx.query(
      sql`update journey_schedules set day = ${next.day}::date, due_at = ${ts(next.at)}::timestamptz where bucket = any(${buckets}::smallint[]) and journey_id = ${first.journey_id} and start = ${first.start}`,
    );
}

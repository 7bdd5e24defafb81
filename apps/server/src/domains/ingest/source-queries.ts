import { DAY, HOUR, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts } from "../../platform/db/sql.ts";

/** What came by one key in one transaction. */
export interface SourceTally {
  readonly source: Id;
  stored: number;
  duplicate: number;
  refused: number;
}

/** Adds to the hour, in the transaction that stored it: one statement whatever the number of messages. */
export async function addToHours(
  tx: Tx,
  input: { workspace: Id; now: Instant; slot: number; tallies: readonly SourceTally[] },
): Promise<void> {
  const rows = [...input.tallies].sort((a, b) => (a.source < b.source ? -1 : 1));
  await tx.query(sql`
    insert into source_hours (workspace_id, source_id, hour, slot, stored, duplicate, refused, last_received_at)
    select ${input.workspace}, r.source_id, ${ts(Math.floor(input.now / HOUR) * HOUR)}::timestamptz, ${input.slot}::smallint, r.stored, r.duplicate, r.refused, ${ts(input.now)}::timestamptz
    from unnest(${rows.map((row) => row.source)}::uuid[], ${rows.map((row) => row.stored)}::bigint[], ${rows.map((row) => row.duplicate)}::bigint[], ${rows.map((row) => row.refused)}::bigint[]) as r (source_id, stored, duplicate, refused)
    order by r.source_id
    on conflict (workspace_id, source_id, hour, slot) do update set stored = source_hours.stored + excluded.stored, duplicate = source_hours.duplicate + excluded.duplicate,
      refused = source_hours.refused + excluded.refused, last_received_at = greatest(source_hours.last_received_at, excluded.last_received_at)`);
}

export interface HourRow {
  readonly source_id: Id;
  readonly hour: Instant;
  readonly stored: number;
  readonly duplicate: number;
  readonly refused: number;
}

export async function hoursOfSources(db: Db, input: { workspace: Id; since: Instant }): Promise<HourRow[]> {
  return db.query<HourRow>(sql`
    select source_id, hour, sum(stored)::bigint as stored, sum(duplicate)::bigint as duplicate, sum(refused)::bigint as refused from source_hours
    where workspace_id = ${input.workspace} and hour >= ${ts(input.since)}::timestamptz group by source_id, hour order by source_id, hour`);
}

export async function lastOfSources(db: Db, input: { workspace: Id }): Promise<{ source_id: Id; at: Instant }[]> {
  return db.query(
    sql`select source_id, max(last_received_at) as at from source_hours where workspace_id = ${input.workspace} group by source_id order by source_id`,
  );
}

/** Days that hours are kept; the newest hour of each source stays, so that its last message is known for good. */
const HOURS_KEPT = 35 * DAY;
const REFUSED_KEPT = 30 * DAY;
/** Refused messages of a workspace that are kept at most: a public key must not fill the disk. */
const MOST_REFUSED = 10_000;

/** Forgets old hours, and refused messages that are old or beyond the newest ten thousand of their workspace; looks once an hour. */
export function openForgetter(db: Db, clock: { now(): Instant; monotonic(): number }): () => Promise<void> {
  let next = -Infinity;
  return async () => {
    if (clock.monotonic() < next) return;
    await forgetOldMessages(db, { now: clock.now() });
    next = clock.monotonic() + HOUR;
  };
}

async function forgetOldMessages(db: Db, input: { now: Instant }): Promise<void> {
  await db.query(sql`
    delete from source_hours h where h.hour < ${ts(input.now - HOURS_KEPT)}::timestamptz
      and exists (select 1 from source_hours newer where newer.workspace_id = h.workspace_id and newer.source_id = h.source_id and newer.hour > h.hour)`);
  await db.query(sql`delete from refused_messages where received_at < ${ts(input.now - REFUSED_KEPT)}::timestamptz`);
  await db.query(sql`
    delete from refused_messages r using workspaces w
    where r.workspace_id = w.id and r.id < (select k.id from refused_messages k where k.workspace_id = w.id order by k.id desc offset ${MOST_REFUSED} limit 1)`);
}

import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { jsonArray, sql, ts } from "../../../platform/db/sql.ts";
import type { Candidate } from "../starts/starts.ts";
import type { Memory } from "./state.ts";

/** A start whose filter did not match yet. */
export interface HeldStart {
  readonly bucket: number;
  readonly contact_id: Id;
  readonly journey_id: Id;
  readonly key: string;
  readonly workspace_id: Id;
  readonly memory: Memory;
}

/** Starts of these contacts still to be asked again, locked with the contact's other things by the turn's fence. */
export async function selectStarts(tx: Tx, input: { contacts: readonly Id[]; now: Instant }): Promise<HeldStart[]> {
  return tx.query<HeldStart>(sql`
    select h.bucket, h.contact_id, h.journey_id, h.key, h.workspace_id, h.memory
    from held_starts h join unnest(${input.contacts.map(bucketOf)}::smallint[], ${input.contacts as Id[]}::uuid[]) as c (b, i) on h.bucket = c.b and h.contact_id = c.i
    where h.asked_until > ${ts(input.now)}::timestamptz order by h.bucket, h.contact_id, h.journey_id, h.key for update of h`);
}

/** Until when a start of this contact in this journey is asked again; null when none is. */
export async function askedUntil(db: Db, input: { workspace: Id; journey: Id; contact: Id; now: Instant }): Promise<Instant | null> {
  const [row] = await db.query<{ at: Instant | null }>(sql`
    select max(h.asked_until) as at from held_starts h
    where h.bucket = ${bucketOf(input.contact)}::smallint and h.contact_id = ${input.contact} and h.journey_id = ${input.journey} and h.workspace_id = ${input.workspace} and h.asked_until > ${ts(input.now)}::timestamptz`);
  return row?.at ?? null;
}

/** Keeps starts; a newer one of the same journey and key takes the place and the time of the older. */
export async function keepStarts(tx: Tx, input: { starts: readonly Candidate[]; until: Instant }): Promise<void> {
  const last = [...new Map(input.starts.map((one) => [`${one.contact} ${one.journey.id} ${one.key}`, one])).values()].sort((a, b) =>
    a.contact < b.contact ? -1 : a.contact > b.contact ? 1 : a.journey.id < b.journey.id ? -1 : 1,
  );
  if (last.length === 0) return;
  await tx.query(sql`
    insert into held_starts (bucket, contact_id, journey_id, key, workspace_id, memory, asked_until)
    select r.b, r.contact, r.journey, r.key, r.workspace, r.memory, ${ts(input.until)}::timestamptz
    from unnest(${last.map((one) => bucketOf(one.contact))}::smallint[], ${last.map((one) => one.contact)}::uuid[], ${last.map((one) => one.journey.id)}::uuid[], ${last.map((one) => one.key)}::text[], ${last.map((one) => one.journey.workspace_id)}::uuid[], ${jsonArray(last.map((one) => one.memory))}::jsonb[]) as r (b, contact, journey, key, workspace, memory)
    order by r.b, r.contact, r.journey, r.key
    on conflict (bucket, contact_id, journey_id, key) do update set memory = excluded.memory, asked_until = excluded.asked_until`);
}

export async function forgetStarts(tx: Tx, input: { starts: readonly HeldStart[] }): Promise<void> {
  const { starts } = input;
  if (starts.length === 0) return;
  await tx.query(sql`
    delete from held_starts h using unnest(${starts.map((one) => one.bucket)}::smallint[], ${starts.map((one) => one.contact_id)}::uuid[], ${starts.map((one) => one.journey_id)}::uuid[], ${starts.map((one) => one.key)}::text[]) as r (b, contact, journey, key)
    where h.bucket = r.b and h.contact_id = r.contact and h.journey_id = r.journey and h.key = r.key`);
}

/** Takes away starts whose time is up; nothing reads them any more. Bounded: what is left goes at the next call. */
export async function dropHeldStarts(db: Db, input: { now: Instant }): Promise<void> {
  await db.query(sql`
    delete from held_starts where ctid = any(array(select h.ctid from held_starts h where h.asked_until <= ${ts(input.now)}::timestamptz order by h.bucket, h.contact_id, h.journey_id, h.key limit 5000 for update))`);
}

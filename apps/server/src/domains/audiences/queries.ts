import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { json, raw, sql, ts, tsOrNull } from "../../platform/db/sql.ts";

export type Source = "segment" | "group";
export interface AudienceRow {
  id: Id;
  workspace_id: Id;
  name: string;
  source: Source;
  source_id: Id;
  destination: "webhook" | "meta" | "criteo" | "google";
  settings: { url?: string; audienceId?: string; clientId?: string; accountId?: string; loginAccountId?: string };
  secret: Uint8Array;
  channel: string | null;
  topic: string;
  state: "active" | "paused" | "failed";
  created_at: Instant;
  due_at: Instant;
  refusals: number;
  last_success_at: Instant | null;
  problem: string | null;
  problem_at: Instant | null;
  lays_left: number;
  lay_at: Instant;
  refill: boolean;
}
const columns = sql`id, workspace_id, name, source, source_id, destination, settings, secret, channel, topic, state, created_at, due_at, refusals, last_success_at, problem, problem_at, lays_left, lay_at, refill`;

// The two kinds of membership have the same shape; the names are ours, never a caller's.
const membersOf = (source: Source) =>
  source === "segment" ? { table: raw("segment_members"), key: raw("segment_id") } : { table: raw("group_members"), key: raw("group_id") };

export async function selectAudiences(db: Db, input: { workspace: Id; source: Id | null }): Promise<AudienceRow[]> {
  return db.query<AudienceRow>(
    sql`select ${columns} from audiences where workspace_id = ${input.workspace} and (${input.source}::uuid is null or source_id = ${input.source}::uuid) order by created_at, id`,
  );
}

export async function findAudience(db: Db, input: { workspace: Id; id: Id }): Promise<AudienceRow | null> {
  return (
    (
      await db.query<AudienceRow>(
        sql`select ${columns} from audiences where workspace_id = ${input.workspace} and id = ${input.id} order by id`,
      )
    )[0] ?? null
  );
}

export async function countsOf(db: Db, ids: readonly Id[]): Promise<{ id: Id; members: number; waiting: number }[]> {
  return db.query(sql`
    select a.id, (select count(*) from audience_members m where m.audience_id = a.id) as members, (select count(*) from audience_marks k where k.audience_id = a.id) as waiting
    from audiences a where a.id = any(${ids}::uuid[]) order by a.id`);
}

export async function sourceExists(db: Db, input: { workspace: Id; source: Source; id: Id }): Promise<boolean> {
  const table = raw(input.source === "segment" ? "segments" : "groups");
  const archived = raw(input.source === "segment" ? "state <> 'archived'" : "archived_at is null");
  return (
    (await db.query(sql`select id from ${table} where workspace_id = ${input.workspace} and id = ${input.id} and ${archived}`)).length > 0
  );
}

export async function insertAudience(
  tx: Tx,
  input: {
    id: Id;
    workspace: Id;
    name: string;
    source: Source;
    sourceId: Id;
    destination: string;
    settings: unknown;
    secret: Uint8Array;
    channel: string | null;
    topic: string;
    by: string;
    now: Instant;
  },
): Promise<void> {
  await tx.query(sql`
    insert into audiences (id, workspace_id, name, source, source_id, destination, settings, secret, channel, topic, state, created_at, created_by, lay_at, due_at)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.source}, ${input.sourceId}, ${input.destination}, ${json(input.settings)}, ${input.secret}, ${input.channel}, ${input.topic}, 'active', ${ts(input.now)}, ${input.by}, ${ts(input.now)}, ${ts(input.now)})`);
}

/** @returns whether there was one */
export async function deleteAudience(tx: Tx, input: { workspace: Id; id: Id }): Promise<boolean> {
  const gone = await tx.query(sql`delete from audiences where workspace_id = ${input.workspace} and id = ${input.id} returning id`);
  if (gone.length === 0) return false;
  await tx.query(sql`delete from audience_marks where audience_id = ${input.id}`);
  await tx.query(sql`delete from audience_members where audience_id = ${input.id}`);
  return true;
}

/** @returns whether there was one */
export async function writeState(tx: Tx, input: { workspace: Id; id: Id; state: "active" | "paused"; now: Instant }): Promise<boolean> {
  return (
    (
      await tx.query(
        sql`update audiences set state = ${input.state}, due_at = ${ts(input.now)}, refusals = 0 where workspace_id = ${input.workspace} and id = ${input.id} returning id`,
      )
    ).length > 0
  );
}

export interface Change {
  workspace: Id;
  contact: Id;
  bucket: number;
  /** null: any */ source: Id | null;
  channel: string | null;
  topic: string | null;
  stamp: Id;
}

/** Marks the contacts in every audience that the change is about. A general consent (topic '') is about all topics of its channel. */
export async function markChanged(tx: Tx, { changes, now }: { changes: readonly Change[]; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into audience_marks (bucket, audience_id, contact_id, workspace_id, due_at, stamp)
    select distinct on (r.bucket, a.id, r.contact) r.bucket, a.id, r.contact, a.workspace_id, ${ts(now)}::timestamptz, r.stamp
    from unnest(${changes.map((one) => one.workspace)}::uuid[], ${changes.map((one) => one.bucket)}::smallint[], ${changes.map((one) => one.contact)}::uuid[], ${changes.map((one) => one.source)}::uuid[],
      ${changes.map((one) => one.channel)}::text[], ${changes.map((one) => one.topic)}::text[], ${changes.map((one) => one.stamp)}::uuid[]) as r (workspace, bucket, contact, source, channel, topic, stamp)
    join audiences a on a.workspace_id = r.workspace and (r.source is null or a.source_id = r.source) and (r.channel is null or (a.channel = r.channel and r.topic in ('', a.topic)))
    order by r.bucket, a.id, r.contact
    on conflict (bucket, audience_id, contact_id) do update set stamp = excluded.stamp, due_at = least(audience_marks.due_at, excluded.due_at)`);
}

/** Destinations that forget members in time: all are told anew, round after round. */
export const EXPIRING: readonly AudienceRow["destination"][] = ["google"];

/** Audiences with something to tell, or to be asked, that nobody is busy with at the moment. */
export async function dueAudiences(db: Db, now: Instant): Promise<{ id: Id; workspace_id: Id }[]> {
  return db.query(sql`
    select a.id, a.workspace_id from audiences a
    where a.state = 'active' and a.due_at <= ${ts(now)} and (a.claimed_until is null or a.claimed_until < ${ts(now)})
      and (a.refill or ((a.lays_left > 0 or a.destination = any(${EXPIRING})) and a.lay_at <= ${ts(now)}) or exists (select 1 from audience_marks k where k.audience_id = a.id and k.due_at <= ${ts(now)})
        or exists (select 1 from audience_requests r where r.audience_id = a.id and r.look_at <= ${ts(now)}))
    order by a.id`);
}

/** Takes or keeps the right to tell for this long. @returns null when another has it, or it is not to be told now */
export async function claim(
  db: Db,
  input: { workspace: Id; id: Id; claim: Id; now: Instant; until: Instant },
): Promise<AudienceRow | null> {
  const rows = await db.query<AudienceRow>(sql`
    update audiences set claim = ${input.claim}, claimed_until = ${ts(input.until)}
    where workspace_id = ${input.workspace} and id = ${input.id} and state = 'active' and due_at <= ${ts(input.now)} and (claim = ${input.claim} or claimed_until is null or claimed_until < ${ts(input.now)})
    returning ${columns}`);
  return rows[0] ?? null;
}

export async function letGo(db: Db, input: { id: Id; claim: Id }): Promise<void> {
  await db.query(sql`update audiences set claim = null, claimed_until = null where id = ${input.id} and claim = ${input.claim}`);
}

/** Marks every member of the source: at the start, when nobody had told of them; later on only where a destination forgets, as not sure any more. */
export async function markMembers(tx: Tx, input: { audience: AudienceRow; stamp: Id; now: Instant; next: Instant }): Promise<void> {
  const { audience } = input;
  if (audience.lays_left === 0) await tx.query(sql`update audience_members set sure = false where audience_id = ${audience.id}`);
  const { table, key } = membersOf(audience.source);
  await tx.query(sql`
    insert into audience_marks (bucket, audience_id, contact_id, workspace_id, due_at, stamp)
    select m.bucket, ${audience.id}::uuid, m.contact_id, m.workspace_id, ${ts(input.now)}::timestamptz, ${input.stamp}::uuid from ${table} m where m.${key} = ${audience.source_id} and m.workspace_id = ${audience.workspace_id}
    order by m.bucket, m.contact_id
    on conflict (bucket, audience_id, contact_id) do update set stamp = excluded.stamp, due_at = least(audience_marks.due_at, excluded.due_at)`);
  await tx.query(sql`update audiences set lays_left = greatest(lays_left - 1, 0), lay_at = ${ts(input.next)} where id = ${audience.id}`);
}

export interface Marked {
  bucket: number;
  contact_id: Id;
  stamp: Id;
  email: string | null;
  phone: string | null;
  external_id: string | null;
  member: boolean;
  identifiers: string | null;
  sure: boolean | null;
}

/** The contacts due to be told, each as it is now beside what the destination holds. */
export async function selectMarked(tx: Tx, input: { audience: AudienceRow; now: Instant; limit: number }): Promise<Marked[]> {
  const { audience } = input;
  const { table, key } = membersOf(audience.source);
  return tx.query<Marked>(sql`
    select k.bucket, k.contact_id, k.stamp, c.email, c.phone, c.external_id, (c.id is not null and m.contact_id is not null) as member, h.identifiers, h.sure
    from (select bucket, contact_id, stamp from audience_marks where audience_id = ${audience.id} and due_at <= ${ts(input.now)} order by due_at limit ${input.limit}) k
    left join contacts c on c.bucket = k.bucket and c.id = k.contact_id and c.workspace_id = ${audience.workspace_id}
    left join ${table} m on m.bucket = k.bucket and m.contact_id = k.contact_id and m.${key} = ${audience.source_id}
    left join audience_members h on h.bucket = k.bucket and h.contact_id = k.contact_id and h.audience_id = ${audience.id}
    order by k.bucket, k.contact_id`);
}

export interface Holding {
  readonly bucket: number;
  readonly contact: Id;
  readonly identifiers: string;
}
const unnested = (rows: readonly Holding[]) =>
  sql`unnest(${rows.map((one) => one.bucket)}::smallint[], ${rows.map((one) => one.contact)}::uuid[], ${rows.map((one) => one.identifiers)}::text[]) as r (bucket, contact, identifiers)`;

/** Writes what the destination may hold (not sure) or holds (sure). */
export async function writeHeld(tx: Tx, input: { audience: AudienceRow; rows: readonly Holding[]; sure: boolean }): Promise<void> {
  if (input.rows.length === 0) return;
  await tx.query(sql`
    insert into audience_members (bucket, audience_id, contact_id, workspace_id, identifiers, sure)
    select r.bucket, ${input.audience.id}::uuid, r.contact, ${input.audience.workspace_id}::uuid, r.identifiers, ${input.sure}::boolean from ${unnested(input.rows)}
    on conflict (bucket, audience_id, contact_id) do update set identifiers = excluded.identifiers, sure = excluded.sure`);
}

/** What was removed is held no more; others with the same identifiers went with it and are told again. */
export async function writeRemoved(
  tx: Tx,
  input: { audience: AudienceRow; rows: readonly Holding[]; stamp: Id; now: Instant },
): Promise<void> {
  const { audience, rows } = input;
  if (rows.length === 0) return;
  await tx.query(
    sql`delete from audience_members h using ${unnested(rows)} where h.audience_id = ${audience.id} and h.bucket = r.bucket and h.contact_id = r.contact`,
  );
  const alike = await tx.query<{ bucket: number; contact: Id }>(sql`
    update audience_members set sure = false where audience_id = ${audience.id} and identifiers = any(${rows.map((one) => one.identifiers)}::text[]) returning bucket, contact_id as contact`);
  await markAgain(tx, { audience, rows: alike.map((one) => ({ ...one, at: input.now })), stamp: input.stamp });
}

/** Looks at contacts again at an instant of each one's own (a consent's end). */
export async function markAgain(
  tx: Tx,
  input: { audience: AudienceRow; rows: readonly { bucket: number; contact: Id; at: Instant }[]; stamp: Id },
): Promise<void> {
  if (input.rows.length === 0) return;
  await tx.query(sql`
    insert into audience_marks (bucket, audience_id, contact_id, workspace_id, due_at, stamp)
    select r.bucket, ${input.audience.id}::uuid, r.contact, ${input.audience.workspace_id}::uuid, r.due_at, ${input.stamp}::uuid
    from unnest(${input.rows.map((one) => one.bucket)}::smallint[], ${input.rows.map((one) => one.contact)}::uuid[], ${input.rows.map((one) => ts(one.at))}::timestamptz[]) as r (bucket, contact, due_at)
    on conflict (bucket, audience_id, contact_id) do update set stamp = excluded.stamp, due_at = least(audience_marks.due_at, excluded.due_at)`);
}

/** Takes marks away, except those that were made anew since they were read. */
export async function dropMarks(
  tx: Tx,
  input: { audience: AudienceRow; rows: readonly { bucket: number; contact_id: Id; stamp: Id }[] },
): Promise<void> {
  await tx.query(sql`
    delete from audience_marks k using unnest(${input.rows.map((one) => one.bucket)}::smallint[], ${input.rows.map((one) => one.contact_id)}::uuid[], ${input.rows.map((one) => one.stamp)}::uuid[]) as r (bucket, contact, stamp)
    where k.audience_id = ${input.audience.id} and k.bucket = r.bucket and k.contact_id = r.contact and k.stamp = r.stamp`);
}

export interface Delivery {
  id: Id;
  tried_at: Instant;
  outcome: "done" | "later" | "failed" | "emptied";
  added: number;
  removed: number;
  refused: number;
  status: number | null;
  reason: string | null;
}

/** Notes an attempt, and forgets those older than ninety days. */
export async function insertDelivery(tx: Tx, input: { audience: AudienceRow; delivery: Delivery; forget: Instant }): Promise<void> {
  const { audience, delivery: one } = input;
  await tx.query(
    sql`insert into audience_deliveries (id, workspace_id, audience_id, tried_at, outcome, added, removed, refused, status, reason) values (${one.id}, ${audience.workspace_id}, ${audience.id}, ${ts(one.tried_at)}, ${one.outcome}, ${one.added}, ${one.removed}, ${one.refused}, ${one.status}, ${one.reason})`,
  );
  await tx.query(sql`delete from audience_deliveries where audience_id = ${audience.id} and tried_at < ${ts(input.forget)}`);
}

/** @returns false when the claim is another's by now */
export async function writeOutcome(
  tx: Tx,
  input: {
    id: Id;
    claim: Id;
    state: "active" | "failed";
    dueAt: Instant;
    refusals: number;
    successAt: Instant | null;
    problem: string | null;
    now: Instant;
  },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update audiences set state = case when state = 'active' then ${input.state} else state end, due_at = ${ts(input.dueAt)}, refusals = ${input.refusals}, last_success_at = coalesce(${tsOrNull(input.successAt)}::timestamptz, last_success_at),
      problem = ${input.problem}, problem_at = ${input.problem === null ? null : ts(input.now)}::timestamptz
    where id = ${input.id} and claim = ${input.claim} returning id`);
  return rows.length > 0;
}

export async function selectDeliveries(db: Db, input: { workspace: Id; audience: Id }): Promise<Delivery[]> {
  return db.query<Delivery>(
    sql`select id, tried_at, outcome, added, removed, refused, status, reason from audience_deliveries where workspace_id = ${input.workspace} and audience_id = ${input.audience} order by id desc limit 100`,
  );
}

export interface Person {
  bucket: number;
  contact_id: Id;
  email: string | null;
  phone: string | null;
}

/** Members of a source in key order, for the file. */
export async function selectPeople(
  db: Db,
  input: { workspace: Id; source: Source; id: Id; after: { bucket: number; contact: Id } | null; limit: number },
): Promise<Person[]> {
  const { table, key } = membersOf(input.source);
  const after = input.after ?? { bucket: -1, contact: "00000000-0000-0000-0000-000000000000" };
  return db.query<Person>(sql`
    select m.bucket, m.contact_id, c.email, c.phone from ${table} m join contacts c on c.bucket = m.bucket and c.id = m.contact_id
    where m.${key} = ${input.id} and m.workspace_id = ${input.workspace} and (m.bucket, m.contact_id) > (${after.bucket}::smallint, ${after.contact}::uuid) order by m.bucket, m.contact_id limit ${input.limit}`);
}

/** Asks for the list to be emptied there and told anew. @returns whether there was one */
export async function writeRefill(tx: Tx, input: { workspace: Id; id: Id }): Promise<boolean> {
  return (
    (await tx.query(sql`update audiences set refill = true where workspace_id = ${input.workspace} and id = ${input.id} returning id`))
      .length > 0
  );
}

/** The list there is empty: nothing is held, and all members are told anew. What was asked before is of no interest any more. */
export async function writeEmptied(tx: Tx, input: { audience: AudienceRow; now: Instant }): Promise<void> {
  await tx.query(
    sql`update audiences set refill = false, lays_left = greatest(lays_left, 1), lay_at = ${ts(input.now)} where id = ${input.audience.id}`,
  );
  await tx.query(sql`delete from audience_members where audience_id = ${input.audience.id}`);
  await tx.query(sql`delete from audience_requests where audience_id = ${input.audience.id}`);
}

export interface Asked {
  id: Id;
  request: string;
  asked_at: Instant;
}

/** Requests whose outcome is to be asked for now, the oldest first. */
export async function dueRequests(db: Db, input: { audience: Id; now: Instant; limit: number }): Promise<Asked[]> {
  return db.query<Asked>(
    sql`select id, request, asked_at from audience_requests where audience_id = ${input.audience} and look_at <= ${ts(input.now)} order by look_at, id limit ${input.limit}`,
  );
}

export async function insertRequest(
  tx: Tx,
  input: { id: Id; audience: AudienceRow; request: string; now: Instant; lookAt: Instant },
): Promise<void> {
  await tx.query(
    sql`insert into audience_requests (id, workspace_id, audience_id, request, asked_at, look_at) values (${input.id}, ${input.audience.workspace_id}, ${input.audience.id}, ${input.request}, ${ts(input.now)}, ${ts(input.lookAt)})`,
  );
}

export async function dropRequests(tx: Tx, ids: readonly Id[]): Promise<void> {
  await tx.query(sql`delete from audience_requests where id = any(${ids}::uuid[])`);
}

export async function postponeRequests(tx: Tx, input: { ids: readonly Id[]; lookAt: Instant }): Promise<void> {
  await tx.query(sql`update audience_requests set look_at = ${ts(input.lookAt)} where id = any(${input.ids}::uuid[])`);
}

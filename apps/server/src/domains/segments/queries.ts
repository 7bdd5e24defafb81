import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { Reference, Rule, StoredRule } from "@relance/model/rules";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts, tsArray } from "../../platform/db/sql.ts";

export interface SegmentRow {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly name: string;
  readonly description: string;
  readonly state: "building" | "live" | "archived";
  readonly rule: StoredRule;
  readonly version: number;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly built_at: Instant | null;
  readonly members: number;
  readonly to_build: number;
}
const columns = sql`g.id, g.workspace_id, g.name, g.description, g.state, g.rule, g.version, g.created_at, g.changed_at, g.built_at,
  (select coalesce(sum(t.members), 0) from segment_totals t where t.segment_id = g.id) as members, (select count(*) from segment_builds b where b.segment_id = g.id) as to_build`;

export async function insertSegment(tx: Tx, input: { id: Id; workspace: Id; name: string; description: string; rule: StoredRule; by: string; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into segments (id, workspace_id, name, description, state, rule, version, created_at, created_by, changed_at)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.description}, 'building', ${json(input.rule)}, 1, ${ts(input.now)}, ${input.by}, ${ts(input.now)})`);
}

/** Changes a segment whose version is still the one read; a new rule makes it build again. @returns false when someone else changed it */
export async function updateSegment(tx: Tx, input: { workspace: Id; id: Id; expected: number | null; name: string | null; description: string | null; rule: StoredRule | null; now: Instant }): Promise<boolean> {
  const rows = await tx.query(sql`
    update segments set name = coalesce(${input.name}, name), description = coalesce(${input.description}, description),
      rule = coalesce(${input.rule ? json(input.rule) : null}::jsonb, rule),
      version = version + ${input.rule ? 1 : 0}, state = case when ${input.rule !== null} then 'building' else state end, changed_at = ${ts(input.now)}
    where workspace_id = ${input.workspace} and id = ${input.id} and state <> 'archived' and version = coalesce(${input.expected}::integer, version)
    returning id`);
  return rows.length === 1;
}

export async function setArchived(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  await tx.query(sql`update segments set state = 'archived', changed_at = ${ts(input.now)} where workspace_id = ${input.workspace} and id = ${input.id}`);
  await tx.query(sql`delete from segment_references where workspace_id = ${input.workspace} and segment_id = ${input.id}`);
  await tx.query(sql`delete from segment_builds where segment_id = ${input.id}`);
  await tx.query(sql`delete from segment_members where segment_id = ${input.id} and workspace_id = ${input.workspace}`);
  await tx.query(sql`delete from segment_totals where segment_id = ${input.id}`);
}

export async function replaceReferences(tx: Tx, input: { workspace: Id; segment: Id; references: readonly Reference[] }): Promise<void> {
  await tx.query(sql`delete from segment_references where workspace_id = ${input.workspace} and segment_id = ${input.segment}`);
  await tx.query(sql`
    insert into segment_references (workspace_id, segment_id, kind, name)
    select ${input.workspace}, ${input.segment}, r.kind, r.name from unnest(${input.references.map((one) => one.kind)}::text[], ${input.references.map((one) => one.name)}::text[]) as r (kind, name)`);
}

/** Which numbers of customers' value rules mention: `rfm`, `alive`, `total`… */
export async function mentionedValues(db: Db, input: { workspace: Id }): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ name: string }>(sql`select distinct name from segment_references where workspace_id = ${input.workspace} and kind = any(${["rfm", "prediction"]}::text[]) order by name`);
  return new Set(rows.map((row) => row.name));
}

/** Asks every bucket to compute the segment anew, at its owner's next turn. */
export async function askBuild(tx: Tx, input: { workspace: Id; segment: Id; version: number; now: Instant }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await tx.query(sql`
    insert into segment_builds (bucket, segment_id, workspace_id, version, asked_at)
    select b, ${input.segment}, ${input.workspace}, ${input.version}::integer, ${ts(input.now)}::timestamptz from unnest(${buckets}::smallint[]) as b
    on conflict (bucket, segment_id) do update set version = excluded.version, asked_at = excluded.asked_at`);
}

/**
 * Asks some buckets to compute anew every segment that mentions an attribute, as after a changed rule: whoever moves does so by a build,
 * which starts nothing.
 */
export async function rebuildMentioning(tx: Tx, input: { workspace: Id; attribute: string; buckets: readonly number[]; now: Instant }): Promise<void> {
  await tx.query(sql`
    insert into segment_builds (bucket, segment_id, workspace_id, version, asked_at)
    select b, g.id, g.workspace_id, g.version, ${ts(input.now)}::timestamptz from segment_references r join segments g on g.id = r.segment_id and g.state in ('live', 'building'), unnest(${input.buckets as number[]}::smallint[]) as b
    where r.workspace_id = ${input.workspace} and r.kind = 'attribute' and r.name = ${input.attribute} order by b, g.id
    on conflict (bucket, segment_id) do nothing`);
}

/** Names of the segments that mention an attribute. */
export async function segmentsMentioning(db: Db, input: { workspace: Id; attribute: string }): Promise<string[]> {
  const rows = await db.query<{ name: string }>(sql`select g.name from segment_references r join segments g on g.id = r.segment_id where r.workspace_id = ${input.workspace} and r.kind = 'attribute' and r.name = ${input.attribute} order by lower(g.name), g.id`);
  return rows.map((row) => row.name);
}

export async function selectSegments(db: Db, input: { workspace: Id; ids?: readonly Id[] }): Promise<SegmentRow[]> {
  const only = input.ids ? sql`and g.id = any(${input.ids as Id[]}::uuid[])` : empty;
  return db.query<SegmentRow>(sql`select ${columns} from segments g where g.workspace_id = ${input.workspace} and g.state <> 'archived' ${only} order by lower(g.name), g.id`);
}

/** Which segments mention which, for refusing cycles. */
export async function selectMentions(db: Db, input: { workspace: Id }): Promise<{ segment_id: Id; name: Id }[]> {
  return db.query(sql`select segment_id, name from segment_references where workspace_id = ${input.workspace} and kind = 'segment' order by segment_id, name`);
}

export interface LiveSegment {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly rule: { readonly root: Rule };
  readonly references: readonly Reference[];
}

/** Segments kept exact in some workspaces, with what they mention. */
export async function selectLive(db: Db, input: { workspaces: readonly Id[] }): Promise<LiveSegment[]> {
  return db.query<LiveSegment>(sql`
    select g.id, g.workspace_id, g.rule, coalesce((select jsonb_agg(jsonb_build_object('kind', r.kind, 'name', r.name)) from segment_references r where r.workspace_id = g.workspace_id and r.segment_id = g.id), '[]') as references
    from segments g where g.workspace_id = any(${input.workspaces as Id[]}::uuid[]) and g.state in ('live', 'building') order by g.id`);
}

/** Adds members; returns those for whom that is news. */
export async function addMembers(tx: Tx, input: { workspace: Id; segment: Id; inside: readonly Id[]; now: Instant }): Promise<Id[]> {
  const changed = await changeMembership(tx, { ...input, changes: input.inside.map((contact) => ({ segment: input.segment, contact, entered: true })) });
  return input.inside.filter((contact) => changed.has(`${input.segment} ${contact}`)).sort();
}

/** Writes entries and departures of any segments. @returns those that were news, as `segment contact` */
export async function changeMembership(tx: Tx, input: { workspace: Id; changes: readonly { segment: Id; contact: Id; entered: boolean }[]; now: Instant }): Promise<Set<string>> {
  const columns = (entered: boolean) => {
    const list = input.changes.filter((one) => one.entered === entered);
    return list.length === 0 ? null : sql`unnest(${list.map((one) => bucketOf(one.contact))}::smallint[], ${list.map((one) => one.segment)}::uuid[], ${list.map((one) => one.contact)}::uuid[]) as r (b, g, c)`;
  };
  const [come, gone] = [columns(true), columns(false)];
  const entered = come === null ? [] : await tx.query<{ segment_id: Id; contact_id: Id }>(sql`
    insert into segment_members (bucket, segment_id, contact_id, workspace_id, entered_at)
    select b, g, c, ${input.workspace}, ${ts(input.now)}::timestamptz from ${come} order by b, g, c
    on conflict (bucket, segment_id, contact_id) do nothing returning segment_id, contact_id`);
  const left = gone === null ? [] : await tx.query<{ segment_id: Id; contact_id: Id }>(sql`
    delete from segment_members m using ${gone} where m.bucket = r.b and m.segment_id = r.g and m.contact_id = r.c returning m.segment_id, m.contact_id`);
  return new Set([...entered, ...left].map((row) => `${row.segment_id} ${row.contact_id}`));
}

/** Takes out every member of some buckets who is not among `inside`; for builds, which know everyone who is in. */
export async function removeOthers(tx: Tx, input: { segment: Id; buckets: readonly number[]; inside: readonly Id[] }): Promise<Id[]> {
  const rows = await tx.query<{ contact_id: Id }>(sql`
    delete from segment_members m where m.bucket = any(${input.buckets as number[]}::smallint[]) and m.segment_id = ${input.segment}
      and not exists (select 1 from unnest(${input.inside as Id[]}::uuid[]) as i (c) where i.c = m.contact_id) returning m.contact_id`);
  return rows.map((row) => row.contact_id).sort();
}

/**
 * Makes sure that time alone wakes some contacts no later than given. One row per contact, whatever the number of segments, and none is
 * written where it is woken sooner already: being asked for nothing now and then costs less than moving every timer at every event.
 */
export async function wakeBy(tx: Tx, input: { workspace: Id; wakes: readonly { contact: Id; due: Instant }[] }): Promise<void> {
  const { wakes } = input;
  if (wakes.length === 0) return;
  await tx.query(sql`
    insert into segment_wakes (bucket, contact_id, workspace_id, due_at)
    select r.b, r.c, ${input.workspace}::uuid, r.due from unnest(${wakes.map((one) => bucketOf(one.contact))}::smallint[], ${wakes.map((one) => one.contact)}::uuid[], ${tsArray(wakes.map((one) => one.due))}::timestamptz[]) as r (b, c, due)
    where not exists (select 1 from segment_wakes w where w.bucket = r.b and w.contact_id = r.c and w.due_at <= r.due) order by r.b, r.c
    on conflict (bucket, contact_id) do update set due_at = excluded.due_at`);
}

export interface Move { readonly workspace: Id; readonly segment: Id; readonly contact: Id; readonly entered: boolean; readonly cause: string; readonly id: Id }

export async function writeMoves(tx: Tx, input: { moves: readonly Move[]; now: Instant; slot: number }): Promise<void> {
  const { moves } = input;
  if (moves.length === 0) return;
  await tx.query(sql`
    insert into segment_moves (bucket, contact_id, id, segment_id, workspace_id, entered, cause, moved_at)
    select b, c, i, g, w, e, k, ${ts(input.now)}::timestamptz from unnest(${moves.map((one) => bucketOf(one.contact))}::smallint[], ${moves.map((one) => one.contact)}::uuid[], ${moves.map((one) => one.id)}::uuid[],
      ${moves.map((one) => one.segment)}::uuid[], ${moves.map((one) => one.workspace)}::uuid[], ${moves.map((one) => one.entered)}::boolean[], ${moves.map((one) => one.cause)}::text[]) as m (b, c, i, g, w, e, k)`);
  const totals = new Map<Id, number>();
  for (const move of moves) totals.set(move.segment, (totals.get(move.segment) ?? 0) + (move.entered ? 1 : -1));
  const keys = [...totals.keys()].sort();
  await tx.query(sql`
    insert into segment_totals (segment_id, slot, members) select g, ${input.slot}::smallint, n from unnest(${keys}::uuid[], ${keys.map((key) => totals.get(key)!)}::bigint[]) as t (g, n) order by g
    on conflict (segment_id, slot) do update set members = segment_totals.members + excluded.members`);
}

/** Takes contacts whose time has come; whoever takes them says when they are due next. */
export async function takeDue(tx: Tx, input: { buckets: readonly number[]; now: Instant; limit: number }): Promise<{ contact_id: Id; workspace_id: Id }[]> {
  return tx.query(sql`
    with due as (
      select bucket, contact_id from segment_wakes where bucket = any(${input.buckets as number[]}::smallint[]) and due_at <= ${ts(input.now)}::timestamptz
      order by due_at, bucket, contact_id limit ${input.limit}
    ), taken as (
      delete from segment_wakes w using due d where w.bucket = d.bucket and w.contact_id = d.contact_id returning w.contact_id, w.workspace_id
    )
    select contact_id, workspace_id from taken order by contact_id`);
}

export async function firstDue(db: Db, input: { buckets: readonly number[] }): Promise<{ due: Instant | null; building: boolean }> {
  // The first of each bucket: the least of all of them would be found by reading all of them.
  const [row] = await db.query<{ due: Instant | null; building: boolean }>(sql`
    select (select min(f.due_at) from unnest(${input.buckets as number[]}::smallint[]) as b (bucket) cross join lateral (select w.due_at from segment_wakes w where w.bucket = b.bucket order by w.due_at limit 1) f) as due,
      exists (select 1 from segment_builds where bucket = any(${input.buckets as number[]}::smallint[])) as building`);
  return row!;
}

/** Buckets of one segment (the one asked for first) that are still to be computed. */
export async function nextBuild(tx: Tx, input: { buckets: readonly number[]; limit: number }): Promise<{ segment_id: Id; workspace_id: Id; bucket: number }[]> {
  return tx.query(sql`
    with first as (select segment_id from segment_builds where bucket = any(${input.buckets as number[]}::smallint[]) order by asked_at, segment_id limit 1)
    select b.segment_id, b.workspace_id, b.bucket from segment_builds b join first on first.segment_id = b.segment_id
    where b.bucket = any(${input.buckets as number[]}::smallint[]) order by b.bucket limit ${input.limit}`);
}

/** Marks buckets as computed; the last one makes the segment live. */
export async function finishBuild(tx: Tx, input: { workspace: Id; segment: Id; buckets: readonly number[]; now: Instant }): Promise<void> {
  await tx.query(sql`delete from segment_builds where segment_id = ${input.segment} and bucket = any(${input.buckets as number[]}::smallint[])`);
  await tx.query(sql`
    update segments set state = 'live', built_at = ${ts(input.now)} where workspace_id = ${input.workspace} and id = ${input.segment} and state = 'building'
      and not exists (select 1 from segment_builds b where b.segment_id = ${input.segment})`);
}

/** Segments all of whose buckets are computed but which two owners, finishing together, both left as building. */
export async function settleBuilt(db: Db, input: { now: Instant }): Promise<void> {
  await db.query(sql`update segments g set state = 'live', built_at = ${ts(input.now)} where g.state = 'building' and not exists (select 1 from segment_builds b where b.segment_id = g.id)`);
}

export interface PersonRow { readonly id: Id; readonly first_name: string | null; readonly last_name: string | null; readonly email: string | null; readonly known: boolean; readonly entered_at: Instant }

export async function selectMembers(db: Db, input: { workspace: Id; segment: Id; before: { at: Instant; id: Id } | null; limit: number }): Promise<PersonRow[]> {
  const from = input.before ? sql`and (m.entered_at, m.contact_id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)` : empty;
  return db.query<PersonRow>(sql`
    select c.id, c.first_name, c.last_name, c.email, c.known, m.entered_at from segment_members m join contacts c on c.bucket = m.bucket and c.id = m.contact_id
    where m.segment_id = ${input.segment} and m.workspace_id = ${input.workspace} ${from} order by m.entered_at desc, m.contact_id desc limit ${input.limit}`);
}

export async function selectSegmentsOf(db: Db, input: { workspace: Id; contact: Id }): Promise<{ id: Id; name: string; entered_at: Instant }[]> {
  return db.query(sql`
    select g.id, g.name, m.entered_at from segment_members m join segments g on g.id = m.segment_id
    where m.bucket = ${bucketOf(input.contact)}::smallint and m.contact_id = ${input.contact} and m.workspace_id = ${input.workspace} order by lower(g.name), g.id`);
}

/** Entries and departures by UTC day since `from`. */
export async function selectDailyMoves(db: Db, input: { workspace: Id; segment: Id; from: Instant }): Promise<{ day: string; entered: number; departed: number }[]> {
  return db.query(sql`
    select (moved_at at time zone 'UTC')::date as day, count(*) filter (where entered) as entered, count(*) filter (where not entered) as departed
    from segment_moves where workspace_id = ${input.workspace} and segment_id = ${input.segment} and moved_at >= ${ts(input.from)}::timestamptz group by 1 order by 1`);
}

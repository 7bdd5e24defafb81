import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import { references, type Reference, type Rule, type StoredRule } from "@relance/model/rules";
import type { Db, Tx } from "../../platform/db/database.ts";
import { empty, json, sql, ts, tsArray, type Sql } from "../../platform/db/sql.ts";

export interface SegmentRow {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly name: string;
  readonly description: string;
  readonly state: "building" | "live" | "archived";
  /** As saved last; while it is being computed `live_version` says which one is in force. */
  readonly rule: StoredRule;
  readonly version: number;
  readonly live_version: number | null;
  readonly created_at: Instant;
  readonly changed_at: Instant;
  readonly built_at: Instant | null;
  readonly members: number;
  readonly to_build: number;
}
const columns = sql`g.id, g.workspace_id, g.name, g.description, g.state, g.rule, g.version, g.live_version, g.created_at, g.changed_at, g.built_at,
  (select coalesce(sum(t.members), 0) from segment_totals t where t.segment_id = g.id and t.generation = g.generation) as members, (select count(*) from segment_builds b where b.segment_id = g.id) as to_build`;

export async function insertSegment(
  tx: Tx,
  input: { id: Id; workspace: Id; name: string; description: string; rule: StoredRule; by: string; now: Instant },
): Promise<void> {
  await tx.query(sql`
    insert into segments (id, workspace_id, name, description, state, rule, version, created_at, created_by, changed_at, generation, next_generation, last_generation)
    values (${input.id}, ${input.workspace}, ${input.name}, ${input.description}, 'building', ${json(input.rule)}, 1, ${ts(input.now)}, ${input.by}, ${ts(input.now)}, 0, 1, 1)`);
}

/** Changes a segment whose version is still the one read; a new rule gets a generation of its own to be computed in. @returns false when someone else changed it */
export async function updateSegment(
  tx: Tx,
  input: {
    workspace: Id;
    id: Id;
    expected: number | null;
    name: string | null;
    description: string | null;
    rule: StoredRule | null;
    now: Instant;
  },
): Promise<boolean> {
  const rows = await tx.query(sql`
    update segments set name = coalesce(${input.name}, name), description = coalesce(${input.description}, description),
      rule = coalesce(${input.rule ? json(input.rule) : null}::jsonb, rule),
      version = version + ${input.rule ? 1 : 0}, state = case when ${input.rule !== null} then 'building' else state end,
      next_generation = case when ${input.rule !== null} then last_generation + 1 else next_generation end, last_generation = last_generation + ${input.rule ? 1 : 0}, changed_at = ${ts(input.now)}
    where workspace_id = ${input.workspace} and id = ${input.id} and state <> 'archived' and version = coalesce(${input.expected}::integer, version)
    returning id`);
  return rows.length === 1;
}

export async function setArchived(tx: Tx, input: { workspace: Id; id: Id; now: Instant }): Promise<void> {
  await tx.query(
    sql`update segments set state = 'archived', changed_at = ${ts(input.now)} where workspace_id = ${input.workspace} and id = ${input.id}`,
  );
  await tx.query(sql`delete from segment_references where workspace_id = ${input.workspace} and segment_id = ${input.id}`);
  await tx.query(sql`delete from segment_builds where segment_id = ${input.id}`);
  await tx.query(sql`delete from segment_announcements where segment_id = ${input.id}`);
  await tx.query(sql`delete from segment_memberships where segment_id = ${input.id} and workspace_id = ${input.workspace}`);
  await tx.query(sql`delete from segment_totals where segment_id = ${input.id}`);
}

/** What a segment mentions. @param input.keep while a rule is being computed the one in force counts too */
export async function writeReferences(
  tx: Tx,
  input: { workspace: Id; segment: Id; references: readonly Reference[]; keep: boolean },
): Promise<void> {
  if (!input.keep)
    await tx.query(sql`delete from segment_references where workspace_id = ${input.workspace} and segment_id = ${input.segment}`);
  await tx.query(sql`
    insert into segment_references (workspace_id, segment_id, kind, name)
    select ${input.workspace}, ${input.segment}, r.kind, r.name from unnest(${input.references.map((one) => one.kind)}::text[], ${input.references.map((one) => one.name)}::text[]) as r (kind, name) on conflict do nothing`);
}

/** How many contacts of a workspace one bucket holds, at most `most`: contacts are spread evenly, so the others hold as many. */
export async function countInBucket(db: Db, input: { workspace: Id; bucket: number; most: number }): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    sql`select count(*) as n from (select 1 from contacts c where c.bucket = ${input.bucket}::smallint and c.workspace_id = ${input.workspace} limit ${input.most}) few`,
  );
  return row!.n;
}

/** Which numbers of customers' value rules mention: `rfm`, `alive`, `total`… */
export async function mentionedValues(db: Db, input: { workspace: Id }): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ name: string }>(
    sql`select distinct name from segment_references where workspace_id = ${input.workspace} and kind = any(${["rfm", "prediction"]}::text[]) order by name`,
  );
  return new Set(rows.map((row) => row.name));
}

/** Asks every bucket to compute the generation to come, at its owner's next turns; one under way for an older rule ends. */
export async function askBuild(tx: Tx, input: { workspace: Id; segment: Id; now: Instant }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await tx.query(sql`delete from segment_builds where segment_id = ${input.segment}`);
  await tx.query(sql`
    insert into segment_builds (bucket, segment_id, workspace_id, generation, asked_at)
    select b, g.id, g.workspace_id, g.next_generation, ${ts(input.now)}::timestamptz from segments g, unnest(${buckets}::smallint[]) as b where g.workspace_id = ${input.workspace} and g.id = ${input.segment}`);
}

/**
 * Asks some buckets to compute anew every segment that mentions an attribute, in the generations that there are: whoever moves does so by
 * a build, which starts nothing.
 */
export async function rebuildMentioning(
  tx: Tx,
  input: { workspace: Id; attribute: string; buckets: readonly number[]; now: Instant },
): Promise<void> {
  await tx.query(sql`
    insert into segment_builds (bucket, segment_id, workspace_id, generation, asked_at)
    select b, g.id, g.workspace_id, n, ${ts(input.now)}::timestamptz from segment_references r join segments g on g.id = r.segment_id and g.state in ('live', 'building'),
      unnest(array[g.generation, g.next_generation]) as n, unnest(${input.buckets as number[]}::smallint[]) as b
    where r.workspace_id = ${input.workspace} and r.kind = 'attribute' and r.name = ${input.attribute} and n > 0 order by b, g.id, n
    on conflict (bucket, segment_id, generation) do nothing`);
}

/** Names of the segments that mention an attribute. */
export async function segmentsMentioning(db: Db, input: { workspace: Id; attribute: string }): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    sql`select g.name from segment_references r join segments g on g.id = r.segment_id where r.workspace_id = ${input.workspace} and r.kind = 'attribute' and r.name = ${input.attribute} order by lower(g.name), g.id`,
  );
  return rows.map((row) => row.name);
}

export async function selectSegments(db: Db, input: { workspace: Id; ids?: readonly Id[] }): Promise<SegmentRow[]> {
  const only = input.ids ? sql`and g.id = any(${input.ids as Id[]}::uuid[])` : empty;
  return db.query<SegmentRow>(
    sql`select ${columns} from segments g where g.workspace_id = ${input.workspace} and g.state <> 'archived' ${only} order by lower(g.name), g.id`,
  );
}

/** Which segments mention which, for refusing cycles. */
export async function selectMentions(db: Db, input: { workspace: Id }): Promise<{ segment_id: Id; name: Id }[]> {
  return db.query(
    sql`select segment_id, name from segment_references where workspace_id = ${input.workspace} and kind = 'segment' order by segment_id, name`,
  );
}

/** One generation of a segment that is kept exact: the one in force, and the one to come while a changed rule is being computed. */
export interface LiveSegment {
  readonly id: Id;
  readonly workspace_id: Id;
  readonly generation: number;
  readonly in_force: boolean;
  /** In some bucket the difference to the former generation is still to be told. */
  readonly announcing: boolean;
  readonly rule: { readonly root: Rule };
  readonly references: readonly Reference[];
}

export async function selectLive(db: Db, input: { workspaces: readonly Id[] }): Promise<LiveSegment[]> {
  const rows = await db.query<Omit<LiveSegment, "references">>(sql`
    select g.id, g.workspace_id, g.generation, true as in_force, exists (select 1 from segment_announcements a where a.segment_id = g.id) as announcing, g.live_rule as rule
    from segments g where g.workspace_id = any(${input.workspaces as Id[]}::uuid[]) and g.state in ('live', 'building') and g.live_rule is not null
    union all
    select g.id, g.workspace_id, g.next_generation, false, false, g.rule
    from segments g where g.workspace_id = any(${input.workspaces as Id[]}::uuid[]) and g.state = 'building' and g.next_generation is not null
    order by id, generation`);
  return rows.map((row) => ({ ...row, references: references(row.rule.root) }));
}

/**
 * Makes sure that time alone wakes some contacts no later than given. One row per contact, whatever the number of segments, and none is
 * written where it is woken sooner already: being asked for nothing now and then costs less than moving every timer at every event.
 */
export async function wakeBy(tx: Tx, input: { workspace: Id; wakes: readonly { contact: Id; due: Instant }[] }): Promise<void> {
  const { wakes } = input;
  if (wakes.length === 0) return;
  await tx.query(
    wakeRows(
      input.workspace,
      sql`unnest(${wakes.map((one) => bucketOf(one.contact))}::smallint[], ${wakes.map((one) => one.contact)}::uuid[], ${tsArray(wakes.map((one) => one.due))}::timestamptz[])`,
    ),
  );
}

/** The statement of `wakeBy`, with one probe of the key a row: of rows that a statement makes nobody knows the number beforehand, and a join was planned badly. @param rows a relation of buckets, contacts and when they are due, null for never */
export function wakeRows(workspace: Id, rows: Sql): Sql {
  return sql`
    insert into segment_wakes (bucket, contact_id, workspace_id, due_at)
    select r.b, r.c, ${workspace}::uuid, r.due from ${rows} as r (b, c, due)
    where r.due is not null and coalesce((select w.due_at from segment_wakes w where w.bucket = r.b and w.contact_id = r.c) > r.due, true) order by r.b, r.c
    on conflict (bucket, contact_id) do update set due_at = excluded.due_at`;
}

/** Adds to the sizes of generations. */
export async function addTotals(
  tx: Tx,
  input: { totals: readonly { segment: Id; generation: number; n: number }[]; slot: number },
): Promise<void> {
  const totals = input.totals.filter((one) => one.n !== 0);
  if (totals.length === 0) return;
  await tx.query(sql`
    insert into segment_totals (segment_id, generation, slot, members)
    select g, v, ${input.slot}::smallint, n from unnest(${totals.map((one) => one.segment)}::uuid[], ${totals.map((one) => one.generation)}::integer[], ${totals.map((one) => one.n)}::bigint[]) as t (g, v, n) order by g, v
    on conflict (segment_id, generation, slot) do update set members = segment_totals.members + excluded.members`);
}

/** Takes contacts whose time has come; whoever takes them says when they are due next. */
export async function takeDue(
  tx: Tx,
  input: { buckets: readonly number[]; now: Instant; limit: number },
): Promise<{ contact_id: Id; workspace_id: Id }[]> {
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
      exists (select 1 from segment_builds where bucket = any(${input.buckets as number[]}::smallint[])) or exists (select 1 from segment_announcements where bucket = any(${input.buckets as number[]}::smallint[])) as building`);
  return row!;
}

export interface PersonRow {
  readonly id: Id;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly known: boolean;
  readonly entered_at: Instant;
}

export async function selectMembers(
  db: Db,
  input: { workspace: Id; segment: Id; before: { at: Instant; id: Id } | null; limit: number },
): Promise<PersonRow[]> {
  const from = input.before
    ? sql`and (m.entered_at, m.contact_id) < (${ts(input.before.at)}::timestamptz, ${input.before.id}::uuid)`
    : empty;
  return db.query<PersonRow>(sql`
    select c.id, c.first_name, c.last_name, c.email, c.known, m.entered_at from segment_members m join contacts c on c.bucket = m.bucket and c.id = m.contact_id
    where m.segment_id = ${input.segment} and m.workspace_id = ${input.workspace} ${from} order by m.entered_at desc, m.contact_id desc limit ${input.limit}`);
}

export async function selectSegmentsOf(
  db: Db,
  input: { workspace: Id; contact: Id },
): Promise<{ id: Id; name: string; entered_at: Instant }[]> {
  return db.query(sql`
    select g.id, g.name, m.entered_at from segment_members m join segments g on g.id = m.segment_id
    where m.bucket = ${bucketOf(input.contact)}::smallint and m.contact_id = ${input.contact} and m.workspace_id = ${input.workspace} order by lower(g.name), g.id`);
}

/** Entries and departures by UTC day since `from`. */
export async function selectDailyMoves(
  db: Db,
  input: { workspace: Id; segment: Id; from: Instant },
): Promise<{ day: string; entered: number; departed: number }[]> {
  return db.query(sql`
    select (moved_at at time zone 'UTC')::date as day, count(*) filter (where entered) as entered, count(*) filter (where not entered) as departed
    from segment_moves where workspace_id = ${input.workspace} and segment_id = ${input.segment} and moved_at >= ${ts(input.from)}::timestamptz group by 1 order by 1`);
}

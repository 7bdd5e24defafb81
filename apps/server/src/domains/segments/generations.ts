import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { sql, ts, type Sql } from "../../platform/db/sql.ts";

/** Buckets of one generation (the one asked for first) that are still to be computed. */
export async function nextBuild(
  tx: Tx,
  input: { buckets: readonly number[]; limit: number },
): Promise<{ segment_id: Id; workspace_id: Id; generation: number; bucket: number }[]> {
  return tx.query(sql`
    with first as (select segment_id, generation from segment_builds where bucket = any(${input.buckets as number[]}::smallint[]) order by asked_at, segment_id, generation limit 1)
    select b.segment_id, b.workspace_id, b.generation, b.bucket from segment_builds b join first on first.segment_id = b.segment_id and first.generation = b.generation
    where b.bucket = any(${input.buckets as number[]}::smallint[]) order by b.bucket limit ${input.limit}`);
}

/**
 * Marks buckets as computed. With the last one the generation comes into force, for everyone at one instant, and every bucket's owner is
 * asked to tell the difference. An owner that is through with its own buckets looks whether all are done; those who finish together take
 * turns at the segment's row, so that one of them sees it.
 * @param input.owned all buckets of this turn
 * @returns whether it came into force
 */
export async function finishBuild(
  tx: Tx,
  input: { segment: Id; generation: number; buckets: readonly number[]; owned: readonly number[]; now: Instant },
): Promise<boolean> {
  await tx.query(
    sql`delete from segment_builds where segment_id = ${input.segment} and generation = ${input.generation}::integer and bucket = any(${input.buckets as number[]}::smallint[])`,
  );
  const [own] = await tx.query(
    sql`select 1 from segment_builds where segment_id = ${input.segment} and generation = ${input.generation}::integer and bucket = any(${input.owned as number[]}::smallint[]) limit 1`,
  );
  if (own) return false;
  await tx.query(sql`select 1 from segments where id = ${input.segment} for update`);
  const [open] = await tx.query(
    sql`select 1 from segment_builds where segment_id = ${input.segment} and generation = ${input.generation}::integer limit 1`,
  );
  return !open && putInForce(tx, { ...input, cause: "build" });
}

/** Makes the generation to come the one in force. @returns false when it no longer is the one to come */
async function putInForce(tx: Tx, input: { segment: Id; generation: number; cause: "build" | "change"; now: Instant }): Promise<boolean> {
  const [former] = await tx.query<{ workspace_id: Id; generation: number }>(
    sql`select workspace_id, generation from segments where id = ${input.segment} and next_generation = ${input.generation}::integer for update`,
  );
  if (!former) return false;
  await tx.query(sql`
    update segments set generation = next_generation, next_generation = null, live_rule = rule, live_version = version, state = 'live', built_at = ${ts(input.now)} where id = ${input.segment}`);
  await askAnnouncements(tx, { workspace: former.workspace_id, segment: input.segment, from: former.generation, cause: input.cause });
  return true;
}

/** A difference that is still untold keeps its beginning: what was told last. */
async function askAnnouncements(tx: Tx, input: { workspace: Id; segment: Id; from: number; cause: "build" | "change" }): Promise<void> {
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => bucket);
  await tx.query(sql`
    insert into segment_announcements (bucket, segment_id, workspace_id, from_generation, cause)
    select b, ${input.segment}, ${input.workspace}, ${input.from}::integer, ${input.cause} from unnest(${buckets}::smallint[]) as b order by b on conflict (bucket, segment_id) do nothing`);
}

/** Takes back the generation to come; the rule in force is the segment's again. Its leftovers go with announcements from what is in force, which tell nothing. @returns false when there is none to take back */
export async function cancelBuild(tx: Tx, input: { workspace: Id; segment: Id; now: Instant }): Promise<boolean> {
  const rows = await tx.query<{ generation: number }>(sql`
    update segments set rule = live_rule, version = version + 1, live_version = version + 1, next_generation = null, state = 'live', changed_at = ${ts(input.now)}
    where workspace_id = ${input.workspace} and id = ${input.segment} and state = 'building' and live_rule is not null returning generation`);
  if (rows.length === 0) return false;
  await tx.query(sql`delete from segment_builds where segment_id = ${input.segment} and generation <> ${rows[0]!.generation}::integer`);
  await askAnnouncements(tx, { workspace: input.workspace, segment: input.segment, from: rows[0]!.generation, cause: "build" });
  return true;
}

export interface Untold {
  readonly entered: Id[];
  readonly left: Id[];
  readonly buckets: ReadonlySet<number>;
}

/** The untold difference of some contacts, told herewith: afterwards the former generation says of them what the one in force says. */
export async function takeUntold(
  tx: Tx,
  input: { segment: Id; generation: number; contacts: readonly Id[]; now: Instant },
): Promise<Untold | null> {
  const pending = await tx.query<{ bucket: number; from_generation: number }>(sql`
    select bucket, from_generation from segment_announcements where segment_id = ${input.segment} and from_generation <> ${input.generation}::integer and bucket = any(${[...new Set(input.contacts.map(bucketOf))].sort((a, b) => a - b)}::smallint[]) order by bucket`);
  if (pending.length === 0) return null;
  const buckets = new Set(pending.map((row) => row.bucket));
  const contacts = input.contacts.filter((contact) => buckets.has(bucketOf(contact)));
  const from = new Map(pending.map((row) => [row.bucket, row.from_generation]));
  const rows = await tx.query<{ contact_id: Id; entered: boolean }>(sql`
    with asked as (select b, c, f from unnest(${contacts.map(bucketOf)}::smallint[], ${contacts}::uuid[], ${contacts.map((contact) => from.get(bucketOf(contact))!)}::integer[]) as a (b, c, f)),
    differ as (
      select a.b, a.c, a.f, n.contact_id is not null as entered, n.workspace_id from asked a
      left join segment_memberships n on n.bucket = a.b and n.segment_id = ${input.segment} and n.generation = ${input.generation}::integer and n.contact_id = a.c
      left join segment_memberships o on o.bucket = a.b and o.segment_id = ${input.segment} and o.generation = a.f and o.contact_id = a.c
      where (n.contact_id is null) <> (o.contact_id is null)
    ), ${told(input)}
    select c as contact_id, entered from differ order by c`);
  return {
    buckets,
    entered: rows.filter((row) => row.entered).map((row) => row.contact_id),
    left: rows.filter((row) => !row.entered).map((row) => row.contact_id),
  };
}

const told = (input: { segment: Id; now: Instant }) => sql`
    put as (
      insert into segment_memberships (bucket, segment_id, generation, contact_id, workspace_id, entered_at)
      select b, ${input.segment}, f, c, workspace_id, ${ts(input.now)}::timestamptz from differ where entered returning 1
    ), taken as (
      delete from segment_memberships o using differ d where not d.entered and o.bucket = d.b and o.segment_id = ${input.segment} and o.generation = d.f and o.contact_id = d.c returning 1
    )`;

export interface Announcing {
  readonly segment_id: Id;
  readonly workspace_id: Id;
  readonly generation: number;
  readonly bucket: number;
  readonly cause: "build" | "change";
}

/** Buckets of one segment whose difference is still to be told. */
export async function nextAnnouncements(tx: Tx, input: { buckets: readonly number[]; limit: number }): Promise<Announcing[]> {
  return tx.query(sql`
    with first as (select segment_id from segment_announcements where bucket = any(${input.buckets as number[]}::smallint[]) order by segment_id limit 1)
    select a.segment_id, a.workspace_id, a.bucket, a.cause, g.generation from segment_announcements a join first on first.segment_id = a.segment_id join segments g on g.id = a.segment_id
    where a.bucket = any(${input.buckets as number[]}::smallint[]) order by a.bucket limit ${input.limit}`);
}

export interface Told {
  readonly contact_id: Id;
  readonly entered: boolean;
  /** The first bucket that was not told whole. */ readonly open: number;
}

const PAST_ALL = 32_767; // no bucket

/**
 * Writes down as history of whom the generations differ, at most `limit` contacts, bucket by bucket: every bucket but the last one met is
 * told whole, and that only where it is the first. @param input.seed an id; those of the moves are drawn from it
 */
export async function tellDifference(
  tx: Tx,
  input: {
    workspace: Id;
    segment: Id;
    generation: number;
    buckets: readonly number[];
    cause: "build" | "change";
    limit: number;
    seed: Id;
    now: Instant;
  },
): Promise<Told[]> {
  const absent = (other: Sql) =>
    sql`not exists (select 1 from segment_memberships o where o.bucket = m.bucket and o.segment_id = m.segment_id and o.generation = ${other} and o.contact_id = m.contact_id)`;
  const members = (generation: Sql, entered: Sql, other: Sql) => sql`
    select m.contact_id, ${entered} as entered from segment_memberships m where m.bucket = a.bucket and m.segment_id = a.segment_id and m.generation = ${generation} and ${absent(other)}`;
  return tx.query(sql`
    with found as materialized (
      select a.bucket, d.contact_id, d.entered from segment_announcements a
      cross join lateral (${members(sql`${input.generation}::integer`, sql`true`, sql`a.from_generation`)} union all ${members(sql`a.from_generation`, sql`false`, sql`${input.generation}::integer`)}) d
      where a.segment_id = ${input.segment} and a.bucket = any(${input.buckets as number[]}::smallint[]) order by a.bucket limit ${input.limit}
    ), met as (select case when count(*) < ${input.limit} then ${PAST_ALL}::smallint else max(bucket) end as open from found),
    told as materialized (select f.bucket, f.contact_id, f.entered, m.open from found f cross join met m where f.bucket < m.open or m.open = ${input.buckets[0]!}::smallint),
    written as (
      insert into segment_moves (bucket, contact_id, id, segment_id, workspace_id, entered, cause, moved_at)
      select t.bucket, t.contact_id, ${drawnFrom(input.seed, sql`t.contact_id`)}, ${input.segment}::uuid, ${input.workspace}::uuid, t.entered, ${input.cause}, ${ts(input.now)}::timestamptz from told t order by t.bucket, t.contact_id
    )
    select contact_id, entered, open from told order by contact_id`);
}

/** An id of the same moment as `seed`, another one for each contact. */
const drawnFrom = (seed: Id, contact: Sql): Sql =>
  sql`(select (${seed.slice(0, 15)}::text || left(h, 3) || '-8' || substr(h, 4, 3) || '-' || substr(h, 7, 12))::uuid from (select md5(${seed}::text || ${contact}::text) as h) hashed)`;

/** The difference of these buckets is told: what no generation of use holds any more goes. */
export async function finishAnnouncements(tx: Tx, input: { segment: Id; buckets: readonly number[] }): Promise<void> {
  await tx.query(
    sql`delete from segment_announcements where segment_id = ${input.segment} and bucket = any(${input.buckets as number[]}::smallint[])`,
  );
  await dropStale(tx, input);
}

/** Takes out of some buckets the rows of generations that are neither in force, nor to come, nor the beginning of an untold difference. */
export async function dropStale(tx: Tx, input: { segment: Id; buckets: readonly number[] }): Promise<void> {
  await tx.query(sql`
    delete from segment_memberships m using segments g where g.id = ${input.segment} and m.bucket = any(${input.buckets as number[]}::smallint[]) and m.segment_id = ${input.segment} and m.generation <> g.generation
      and m.generation is distinct from g.next_generation and not exists (select 1 from segment_announcements a where a.bucket = m.bucket and a.segment_id = m.segment_id and a.from_generation = m.generation)`);
}

/** Sizes of generations that are gone; looked after now and then, because turns under way may still count there. */
export async function dropStaleTotals(db: Db): Promise<void> {
  await db.query(
    sql`delete from segment_totals t using segments g where g.id = t.segment_id and t.generation <> g.generation and t.generation is distinct from g.next_generation`,
  );
}

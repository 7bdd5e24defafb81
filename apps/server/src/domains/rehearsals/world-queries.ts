/**
 * The past, laid out on a rehearsal's own tables: how things stood at its first instant, and a script of what was learnt after it. Written
 * over `public.` tables on purpose: the names alone are the session's own.
 */
import { bucketOf, BUCKETS, DAY, type Id, type Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts, type Sql } from "../../platform/db/sql.ts";
import { LOOK_BACK } from "./stage.ts";

export interface Period {
  readonly workspace: Id;
  readonly from: Instant;
  readonly until: Instant;
  /** Only these contacts; null: all. */
  readonly only: readonly Id[] | null;
  /** Only contacts of these buckets: of `only`, or a session's share. */
  readonly buckets: readonly number[];
  /** Only those whom `layEntrants` found. */
  readonly entrantsOnly: boolean;
}

/** A line of the script: something learnt, when, and of whom. */
export interface News {
  readonly seq: number;
  readonly at: Instant;
  readonly kind: "contact" | "change" | "consent" | "group" | "event" | "asked" | "sent" | "engaged";
  readonly bucket: number;
  readonly contact_id: Id;
  readonly ref: Id;
  /** Of an event. */
  readonly name: string | null;
  /** Of what is not told by `ref` and `name`. */
  readonly data: object | null;
  readonly occurred_at: Instant;
}

type Who = Pick<Period, "only" | "buckets" | "entrantsOnly">;
/** Of some buckets only, where these are not all. */
export const inShare = (buckets: readonly number[], bucket: Sql): Sql =>
  buckets.length === BUCKETS ? empty : sql`and ${bucket} = any(${buckets as number[]}::smallint[])`;
/** Of those alone who are there. */
export const among = ({ only, buckets, entrantsOnly }: Who, bucket: Sql, contact: Sql): Sql =>
  sql`${inShare(buckets, bucket)} ${only === null ? empty : sql`and ${contact} = any(${only as Id[]}::uuid[])`} ${entrantsOnly ? sql`and exists (select 1 from entrants w where w.bucket = ${bucket} and w.contact_id = ${contact})` : empty}`;
/** An event that comes later than this after it happened is not looked for. */
export const LATEST_ARRIVAL = 40 * DAY;

/** What a file or a source that is read on a schedule told was true before it came: only what others said happened at its moment. */
export const isNews = (source: Sql): Sql => sql`(${source} <> 'import' and not starts_with(${source}, 'sync:'))`;

/** Values that were first changed after `from`, as they were before. What an import told counts as always known. */
const formerValues = ({ workspace, from, ...who }: Period): Sql => sql`
  select f.bucket, f.contact_id,
    coalesce(jsonb_object_agg(f.attribute, coalesce(f.old_value, 'null'::jsonb)) filter (where f.attribute not like 'attributes.%'), '{}') as columns,
    coalesce(jsonb_object_agg(substr(f.attribute, 12), f.old_value) filter (where f.attribute like 'attributes.%' and f.old_value is not null and f.old_value <> 'null'::jsonb), '{}') as attributes,
    coalesce(array_agg(substr(f.attribute, 12)) filter (where f.attribute like 'attributes.%'), '{}') as touched
  from (
    select distinct on (a.bucket, a.contact_id, a.attribute) a.bucket, a.contact_id, a.attribute, a.old_value from public.attribute_changes a
    where a.workspace_id = ${workspace} and a.changed_at > ${ts(from)}::timestamptz and ${isNews(sql`a.source`)} ${among(who, sql`a.bucket`, sql`a.contact_id`)}
    order by a.bucket, a.contact_id, a.attribute, a.changed_at, a.id
  ) f group by f.bucket, f.contact_id`;

/** When an event was learnt of; one of imported history when it happened. */
export const knownAt = sql`case when e.live then e.received_at else e.occurred_at end`;

/** Notes who may enter: whoever did one of these events in the period, was put into one of these groups, asked for, or ever wanted one of these products. */
export async function layEntrants(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly from: Instant;
    readonly until: Instant;
    readonly events: readonly string[];
    readonly groups: readonly Id[];
    readonly products: readonly string[];
    readonly played: { readonly journey: Id };
    readonly buckets: readonly number[];
  },
): Promise<void> {
  const { workspace, from, until, events, groups, products, buckets } = input;
  const within = (at: Sql) => sql`${at} > ${ts(from)}::timestamptz and ${at} <= ${ts(until)}::timestamptz`;
  await db.query(sql`
    insert into entrants (bucket, contact_id) select distinct u.bucket, u.contact_id from (
      select e.bucket, e.contact_id from public.events e where e.workspace_id = ${workspace} and e.name = any(${events as string[]}::text[]) and e.occurred_at > ${ts(from - LATEST_ARRIVAL)}::timestamptz and ${within(knownAt)} ${inShare(buckets, sql`e.bucket`)}
      union all select m.bucket, m.contact_id from public.group_members m where m.workspace_id = ${workspace} and m.group_id = any(${groups as Id[]}::uuid[]) and ${within(sql`m.added_at`)} ${inShare(buckets, sql`m.bucket`)}
      union all select i.bucket, i.contact_id from public.product_interests i where i.workspace_id = ${workspace} and i.product = any(${products as string[]}::text[]) ${inShare(buckets, sql`i.bucket`)}
      union all select r.bucket, r.contact_id from public.runs r where r.workspace_id = ${workspace} and r.journey_id = ${input.played.journey} and r.memory ->> 'start' = 'api' and ${within(sql`r.entered_at`)} ${inShare(buckets, sql`r.bucket`)}
    ) u`);
  await db.query(sql`analyze entrants`);
}

/** So many fill the halts of two sessions; with fewer a second one sends the same statements again for next to nothing. */
const MANY_CONTACTS = 20_000;

export async function hasManyContacts(db: Db, { workspace }: { readonly workspace: Id }): Promise<boolean> {
  const [row] = await db.query<{ n: number }>(
    sql`select count(*) as n from (select 1 from contacts where workspace_id = ${workspace} limit ${MANY_CONTACTS}) c`,
  );
  return row!.n === MANY_CONTACTS;
}

/** Contacts as they were at `from`; those made later wait to come. @returns how many of each, and how many came by import */
export async function layContacts(db: Db, period: Period): Promise<{ there: number; coming: number; imported: number }> {
  const { workspace, from, until } = period;
  await db.query(sql`
    insert into coming_contacts
    select n.bucket, n.id, n.workspace_id, n.external_id, n.email, n.phone, n.first_name, n.last_name, n.locale, n.time_zone, n.country, n.region, n.postal_code, n.city, n.store_id, n.birth_date,
      n.customer_type, n.latitude, n.longitude, case when p.contact_id is null then c.attributes else (c.attributes - p.touched) || p.attributes end, c.field_times, c.known, c.created_at, c.updated_at, c.last_seen_at,
      case when c.created_at > ${ts(from)}::timestamptz and not exists (select 1 from public.attribute_changes i where i.bucket = c.bucket and i.contact_id = c.id and not ${isNews(sql`i.source`)} and i.changed_at <= c.created_at + interval '1 minute')
        then c.created_at else ${ts(from)}::timestamptz end
    from public.contacts c left join (${formerValues(period)}) p on p.bucket = c.bucket and p.contact_id = c.id
    cross join lateral jsonb_populate_record(c, coalesce(p.columns, '{}')) n
    where c.workspace_id = ${workspace} ${among(period, sql`c.bucket`, sql`c.id`)}`);
  const there = await arrive(db, { after: null, upTo: from });
  const [counts] = await db.query<{ coming: number; imported: number }>(sql`
    select count(*) filter (where known_from > ${ts(from)}::timestamptz and known_from <= ${ts(until)}::timestamptz) as coming,
      count(*) filter (where known_from = ${ts(from)}::timestamptz and created_at > ${ts(from)}::timestamptz) as imported from coming_contacts`);
  return { there, ...counts! };
}

/** Lets contacts be there that became known in an interval. */
export async function arrive(db: Db, input: { after: Instant | null; upTo: Instant }): Promise<number> {
  const after = input.after === null ? empty : sql`and n.known_from > ${ts(input.after)}::timestamptz`;
  const [row] = await db.query<{ n: number }>(sql`
    with made as (
      insert into contacts (bucket, id, workspace_id, external_id, email, phone, first_name, last_name, locale, time_zone, country, region, postal_code, city, store_id, birth_date, customer_type, latitude, longitude, attributes, field_times, known, created_at, updated_at, last_seen_at)
      select n.bucket, n.id, n.workspace_id, n.external_id, n.email, n.phone, n.first_name, n.last_name, n.locale, n.time_zone, n.country, n.region, n.postal_code, n.city, n.store_id, n.birth_date, n.customer_type, n.latitude, n.longitude, n.attributes, n.field_times, n.known, least(n.created_at, n.known_from), n.updated_at, n.last_seen_at
      from coming_contacts n where n.known_from <= ${ts(input.upTo)}::timestamptz ${after} on conflict (bucket, id) do nothing returning id
    ) select count(*) as n from made`);
  return row!.n;
}

/** The last word about each channel and topic said by `at`. */
export async function layConsents(db: Db, input: Period & { readonly at: Instant }): Promise<void> {
  await hear(
    db,
    sql`public.consent_proofs p where p.workspace_id = ${input.workspace} and p.occurred_at <= ${ts(input.at)}::timestamptz ${among(input, sql`p.bucket`, sql`p.contact_id`)}`,
  );
}

/** Consents that were told now. */
export async function hearConsents(db: Db, said: readonly News[]): Promise<void> {
  await hear(db, sql`${these(said)} join public.consent_proofs p on p.bucket = n.bucket and p.contact_id = n.contact_id and p.id = n.ref`);
}

async function hear(db: Db, from: Sql): Promise<void> {
  await db.query(sql`
    insert into consents (bucket, contact_id, channel, topic, workspace_id, state, basis, changed_at, expires_on, proof_id)
    select distinct on (p.bucket, p.contact_id, p.channel, p.topic) p.bucket, p.contact_id, p.channel, p.topic, p.workspace_id, p.state, p.basis, p.occurred_at, p.expires_on, p.id
    from ${from} order by p.bucket, p.contact_id, p.channel, p.topic, p.occurred_at desc, p.id desc
    on conflict (bucket, contact_id, channel, topic) do update set state = excluded.state, basis = excluded.basis, changed_at = excluded.changed_at, expires_on = excluded.expires_on, proof_id = excluded.proof_id`);
}

const these = (news: readonly News[]): Sql =>
  sql`unnest(${news.map((one) => one.bucket)}::smallint[], ${news.map((one) => one.contact_id)}::uuid[], ${news.map((one) => one.ref)}::uuid[]) as n (bucket, contact_id, ref)`;

/** Members of groups who joined by `at`; who left since is not known any more. */
export async function layGroups(db: Db, input: Period & { readonly at: Instant }): Promise<void> {
  await join(
    db,
    sql`public.group_members m where m.workspace_id = ${input.workspace} and m.added_at <= ${ts(input.at)}::timestamptz ${among(input, sql`m.bucket`, sql`m.contact_id`)}`,
  );
}

export async function joinGroupsOf(db: Db, joined: readonly News[]): Promise<void> {
  await join(
    db,
    sql`${these(joined)} join public.group_members m on m.bucket = n.bucket and m.group_id = n.ref and m.contact_id = n.contact_id`,
  );
}

async function join(db: Db, from: Sql): Promise<void> {
  await db.query(sql`
    insert into group_members (bucket, group_id, contact_id, workspace_id, added_at, added_by)
    select m.bucket, m.group_id, m.contact_id, m.workspace_id, m.added_at, m.added_by from ${from} on conflict (bucket, group_id, contact_id) do nothing`);
}

/** A message that the journey which is played would not have replaced: of anything else, or of one of its own runs that began before the period. */
export const wasAnyway = (journey: Id, from: Instant): Sql =>
  sql`(s.journey_id is distinct from ${journey}::uuid or exists (select 1 from public.runs r where r.bucket = s.bucket and r.id = s.run_id and r.entered_at <= ${ts(from)}::timestamptz))`;

/** Messages that really went out and are not replaced: caps and pressure count them. Kept aside until their moment; the played journey's own are nobody's there. */
export async function collectSends(db: Db, input: Period & { readonly except: Id }): Promise<void> {
  await db.query(sql`
    insert into past_sends select s.* from public.sends s
    where s.workspace_id = ${input.workspace} and s.state = 'accepted' and s.created_at > ${ts(input.from - 2 * LOOK_BACK)}::timestamptz and s.accepted_at > ${ts(input.from - LOOK_BACK)}::timestamptz and s.accepted_at <= ${ts(input.until)}::timestamptz
      and ${wasAnyway(input.except, input.from)} ${among(input, sql`s.bucket`, sql`s.contact_id`)}`);
  await db.query(sql`update past_sends set journey_id = null where journey_id = ${input.except}::uuid`);
}

/**
 * Lets those be known that had left by then. Of two messages of one instant the older goes first, as at the gate: one that left exactly
 * at `upTo` is told after the turn (`all`) when an older one of the rehearsal is due to the same contact.
 */
export async function recallSends(
  db: Db,
  input: { readonly after: Instant | null; readonly upTo: Instant; readonly all: boolean },
): Promise<void> {
  const after = input.after === null ? empty : sql`and s.accepted_at > ${ts(input.after)}::timestamptz`;
  const turn = input.all
    ? empty
    : sql`and (s.accepted_at < ${ts(input.upTo)}::timestamptz or not exists (
    select 1 from sends r where r.bucket = s.bucket and r.contact_id = s.contact_id and r.state in ('waiting', 'held') and r.due_at <= ${ts(input.upTo)}::timestamptz and r.created_at < s.created_at))`;
  await db.query(
    sql`insert into sends select s.* from past_sends s where s.accepted_at <= ${ts(input.upTo)}::timestamptz ${after} ${turn} on conflict (bucket, id) do nothing`,
  );
}

/** Sends of the rehearsal that are due with, and younger than, one that really left at this very instant: they wait a millisecond. @returns how many */
export async function parkYounger(db: Db, input: { readonly upTo: Instant }): Promise<number> {
  const rows = await db.query(sql`
    update sends r set due_at = ${ts(input.upTo + 1)}::timestamptz from past_sends s
    where s.accepted_at = ${ts(input.upTo)}::timestamptz and r.bucket = s.bucket and r.contact_id = s.contact_id and r.state in ('waiting', 'held') and r.due_at <= ${ts(input.upTo)}::timestamptz and r.created_at > s.created_at
      and exists (select 1 from sends o where o.bucket = s.bucket and o.contact_id = s.contact_id and o.state in ('waiting', 'held') and o.due_at <= ${ts(input.upTo)}::timestamptz and o.created_at < s.created_at)
    returning r.id`);
  return rows.length;
}

export async function releaseParked(db: Db, input: { readonly upTo: Instant }): Promise<void> {
  await db.query(
    sql`update sends r set due_at = ${ts(input.upTo)}::timestamptz where r.state in ('waiting', 'held') and r.due_at = ${ts(input.upTo + 1)}::timestamptz`,
  );
}

/** What some contacts did up to the end of the period, where more can be put beside it. */
export async function copyEvents(db: Db, input: { workspace: Id; only: readonly Id[]; until: Instant }): Promise<void> {
  await db.query(sql`
    insert into recorded_events select e.* from public.events e join unnest(${input.only.map(bucketOf)}::smallint[], ${input.only as Id[]}::uuid[]) as c (b, i) on e.bucket = c.b and e.contact_id = c.i
    where e.workspace_id = ${input.workspace} and (case when e.live then e.received_at else e.occurred_at end) <= ${ts(input.until)}::timestamptz`);
}

/** Pools of codes that a graph gives from, with what is left of them today; codes given in a rehearsal are nobody's. */
export async function layCoupons(db: Db, input: { workspace: Id; within: string; from: Instant }): Promise<void> {
  const pools = await db.query<{ id: Id }>(sql`select id from public.coupon_pools where workspace_id = ${input.workspace} order by id`);
  const asked = pools.map((row) => row.id).filter((id) => input.within.includes(id));
  if (asked.length === 0) return;
  await db.query(sql`insert into coupon_pools select p.* from public.coupon_pools p where p.id = any(${asked}::uuid[])`);
  await db.query(sql`insert into coupon_stock select s.* from public.coupon_stock s where s.pool_id = any(${asked}::uuid[])`);
  await db.query(
    sql`insert into coupons select c.* from public.coupons c where c.workspace_id = ${input.workspace} and c.pool_id = any(${asked}::uuid[]) and c.given_at <= ${ts(input.from)}::timestamptz`,
  );
}

/** Webhooks, none of them in use: a rehearsal calls nobody. */
export async function layWebhooks(db: Db, input: { workspace: Id }): Promise<void> {
  await db.query(
    sql`insert into webhooks select w.id, w.workspace_id, w.name, w.url, w.secret, false, w.created_at, w.changed_at from public.webhooks w where w.workspace_id = ${input.workspace}`,
  );
}

/** Computed attributes that are asked about, to be computed at the first instant. */
export async function layComputed(
  db: Db,
  input: { workspace: Id; attributes: readonly Id[]; buckets: readonly number[]; now: Instant },
): Promise<void> {
  if (input.attributes.length === 0) return;
  await db.query(sql`
    insert into computed_attributes (id, workspace_id, key, name, computation, state, created_at, created_by, changed_at)
    select a.id, a.workspace_id, a.key, a.name, a.computation, 'building', a.created_at, a.created_by, a.changed_at from public.computed_attributes a where a.workspace_id = ${input.workspace} and a.id = any(${input.attributes as Id[]}::uuid[])`);
  await db.query(
    sql`insert into computed_builds (bucket, attribute_id, workspace_id, asked_at) select b, a.id, a.workspace_id, ${ts(input.now)}::timestamptz from computed_attributes a, unnest(${input.buckets as number[]}::smallint[]) as b`,
  );
}

/** When the next of the messages that really went out left; null: no more. */
export async function nextLeft(db: Db, after: Instant): Promise<Instant | null> {
  const [row] = await db.query<{ at: Instant | null }>(
    sql`select min(accepted_at) as at from past_sends where accepted_at > ${ts(after)}::timestamptz`,
  );
  return row!.at;
}

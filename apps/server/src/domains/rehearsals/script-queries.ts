/** What is learnt in a rehearsed period, in a table of its session, and what it changes of contacts. Written over `public.` tables, as `world-queries.ts` is. */
import type { Id, Instant } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, ts, tsArray, type Sql } from "../../platform/db/sql.ts";
import { inShare, isNews, knownAt, LATEST_ARRIVAL, type News, type Period } from "./world-queries.ts";

/** Everything learnt in the period that can concern the journeys, in the order it was learnt. @returns how many of each kind */
export async function writeScript(
  db: Db,
  period: Period & {
    readonly events: readonly string[];
    readonly journeys: readonly Id[];
    /** Whether messages that really left, and what was done with them, are news to anyone. */ readonly messages: boolean;
  },
): Promise<Record<string, number>> {
  const { workspace, from, until, events, journeys, buckets, messages } = period;
  const within = (at: Sql) => sql`${at} > ${ts(from)}::timestamptz and ${at} <= ${ts(until)}::timestamptz`;
  await db.query(sql`
    insert into script (seq, at, kind, bucket, contact_id, ref, name, data, occurred_at)
    select row_number() over (order by u.at, u.rank, u.ref), u.at, u.kind, u.bucket, u.contact_id, u.ref, u.name, u.data, u.occurred_at from (
      select n.known_from as at, 1 as rank, 'contact' as kind, n.bucket, n.id as contact_id, n.id as ref, null::text as name, null::jsonb as data, n.known_from as occurred_at from coming_contacts n where ${within(sql`n.known_from`)}
      union all
      select a.changed_at, 2, 'change', a.bucket, a.contact_id, min(a.id::text)::uuid, null, jsonb_build_object('attributes', jsonb_agg(a.attribute order by a.attribute), 'created', false), a.changed_at from public.attribute_changes a
      where a.workspace_id = ${workspace} and ${isNews(sql`a.source`)} and ${within(sql`a.changed_at`)} ${inShare(buckets, sql`a.bucket`)} group by a.bucket, a.contact_id, a.changed_at
      union all
      select p.occurred_at, 3, 'consent', p.bucket, p.contact_id, p.id, null, jsonb_build_object('channel', p.channel, 'topic', p.topic, 'state', p.state), p.occurred_at from public.consent_proofs p where p.workspace_id = ${workspace} and ${within(sql`p.occurred_at`)} ${inShare(buckets, sql`p.bucket`)}
      union all
      select m.added_at, 4, 'group', m.bucket, m.contact_id, m.group_id, null, null, m.added_at from public.group_members m where m.workspace_id = ${workspace} and ${within(sql`m.added_at`)} ${inShare(buckets, sql`m.bucket`)}
      union all
      select ${knownAt}, 5, 'event', e.bucket, e.contact_id, e.id, e.name, null, e.occurred_at from public.events e
      where e.workspace_id = ${workspace} and e.name = any(${events as string[]}::text[]) and e.occurred_at > ${ts(from - LATEST_ARRIVAL)}::timestamptz and ${within(knownAt)} ${inShare(buckets, sql`e.bucket`)}
      union all
      select r.entered_at, 6, 'asked', r.bucket, r.contact_id, r.journey_id, null, null, r.entered_at from public.runs r where r.workspace_id = ${workspace} and r.journey_id = any(${journeys as Id[]}::uuid[]) and r.memory ->> 'start' = 'api' and ${within(sql`r.entered_at`)} ${inShare(buckets, sql`r.bucket`)}
      ${messages ? ofMessages(within) : empty}
    ) u join coming_contacts k on k.bucket = u.bucket and k.id = u.contact_id and k.known_from <= u.at`);
  const rows = await db.query<{ kind: string; n: number }>(sql`select kind, count(*) as n from script group by kind order by kind`);
  return Object.fromEntries(rows.map((row) => [row.kind, row.n]));
}

/** What those who listen to messages are told of the ones of then; the played journey's own do not exist there. */
const ofMessages = (within: (at: Sql) => Sql): Sql => sql`
      union all
      select s.accepted_at, 7, 'sent', s.bucket, s.contact_id, s.id, null, jsonb_build_object('send', s.id, 'run', null, 'state', 'accepted'), s.accepted_at from past_sends s where ${within(sql`s.accepted_at`)}
      union all
      select g.at, 8, 'engaged', g.bucket, g.contact_id, g.id, null, jsonb_build_object('send', s.id, 'run', null, 'what', g.kind, 'machine', g.machine), g.at from past_sends s join public.engagements g on g.bucket = s.bucket and g.send_id = s.id where ${within(sql`g.at`)}`;

/** The script in its order, a page after a place. */
export async function readScript(db: Db, input: { readonly after: number; readonly limit: number }): Promise<News[]> {
  return db.query<News>(
    sql`select s.seq, s.at, s.kind, s.bucket, s.contact_id, s.ref, s.name, s.data, s.occurred_at from script s where s.seq > ${input.after}::bigint order by s.seq limit ${input.limit}`,
  );
}

const COLUMNS = [
  "external_id",
  "email",
  "phone",
  "first_name",
  "last_name",
  "locale",
  "time_zone",
  "country",
  "region",
  "postal_code",
  "city",
  "store_id",
  "birth_date",
  "customer_type",
  "latitude",
  "longitude",
];
const SET_COLUMNS = sql([COLUMNS.map((column) => `${column} = n.${column}`).join(", ")]);
const TAKE_COLUMNS = sql([COLUMNS.map((column) => `x.${column}`).join(", ")]);

/** Gives fields the values that were told now. */
export async function changeFields(db: Db, input: { readonly upTo: Instant; readonly told: readonly News[] }): Promise<void> {
  const { told } = input;
  await db.query(sql`
    update contacts c set ${SET_COLUMNS}, attributes = n.attributes, updated_at = ${ts(input.upTo)}::timestamptz
    from (
      select o.bucket, o.id, ${TAKE_COLUMNS}, (o.attributes - l.touched) || l.attributes as attributes
      from (
        select f.bucket, f.contact_id,
          coalesce(jsonb_object_agg(f.attribute, coalesce(f.new_value, 'null'::jsonb)) filter (where f.attribute not like 'attributes.%'), '{}') as columns,
          coalesce(jsonb_object_agg(substr(f.attribute, 12), f.new_value) filter (where f.attribute like 'attributes.%' and f.new_value is not null and f.new_value <> 'null'::jsonb), '{}') as attributes,
          coalesce(array_agg(substr(f.attribute, 12)) filter (where f.attribute like 'attributes.%'), '{}') as touched
        from (
          select distinct on (a.bucket, a.contact_id, a.attribute) a.bucket, a.contact_id, a.attribute, a.new_value
          from unnest(${told.map((one) => one.bucket)}::smallint[], ${told.map((one) => one.contact_id)}::uuid[], ${tsArray(told.map((one) => one.at))}::timestamptz[]) as s (bucket, contact_id, at)
          join public.attribute_changes a on a.bucket = s.bucket and a.contact_id = s.contact_id and a.changed_at = s.at and ${isNews(sql`a.source`)}
          order by a.bucket, a.contact_id, a.attribute, a.changed_at desc, a.id desc
        ) f group by f.bucket, f.contact_id
      ) l join contacts o on o.bucket = l.bucket and o.id = l.contact_id cross join lateral jsonb_populate_record(o, l.columns) x
    ) n where c.bucket = n.bucket and c.id = n.id`);
}

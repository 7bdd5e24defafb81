import { bucketOf, BUCKETS, type Id, type Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, type Sql } from "../../platform/db/sql.ts";
import { ofContacts } from "./ask.ts";
import { countInBucket } from "./queries.ts";
import { compileRule } from "./sql/rule.ts";
import { zonePlace } from "./sql/zone.ts";

/** Contacts that an estimate asks, whatever their number; and at each moment of a graph, which has several. */
const ESTIMATED = 16_000;
export const ESTIMATED_IN_GRAPH = 6_000;

export interface PreviewPerson {
  readonly id: Id;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly email: string | null;
  readonly known: boolean;
}

/** Buckets that hold a random part of about `contacts`; undefined for all, where that would be half of them or more: asking everyone then takes little longer. */
async function drawn(db: Db, input: { workspace: Id; contacts: number }): Promise<readonly number[] | undefined> {
  const each = await countInBucket(db, { workspace: input.workspace, bucket: 0, most: input.contacts });
  const some = Math.ceil(input.contacts / Math.max(each, 1));
  return some > BUCKETS / 2 ? undefined : Array.from({ length: some }, (_none, n) => Math.floor((n * BUCKETS) / some));
}

/** Everyone, a part of all contacts, or some drawn for an estimate of everyone. */
export interface Among {
  readonly exact: boolean;
  readonly part?: { readonly from: number; readonly to: number } | undefined;
}

/** Which buckets are asked (undefined for all), and what makes an estimate of everyone of a number counted there. */
async function among(
  db: Db,
  input: Among & { workspace: Id; estimate?: number },
): Promise<{ buckets: readonly number[] | undefined; exact: boolean; whole: (n: number) => number }> {
  const { part } = input;
  if (part) return { buckets: Array.from({ length: part.to - part.from }, (_none, n) => part.from + n), exact: true, whole: (n) => n };
  const buckets = input.exact ? undefined : await drawn(db, { workspace: input.workspace, contacts: input.estimate ?? ESTIMATED });
  return { buckets, exact: buckets === undefined, whole: (n) => (buckets ? Math.round((n * BUCKETS) / buckets.length) : n) };
}

/** How many contacts a rule names. @param input.estimate contacts an estimate asks */
export async function countRule(
  db: Db,
  input: Among & { workspace: Id; rule: Rule; at: Instant; estimate?: number },
): Promise<{ count: number; exact: boolean }> {
  const { buckets, exact, whole } = await among(db, input);
  const { subjects, truth, joins } = await question(db, input, buckets);
  const [row] = await db.query<{ n: number }>(
    sql`select count(*) as n from ${subjects} s ${ofContacts(input.workspace, buckets)} ${joins} where ${truth}`,
  );
  return { count: whole(row!.n), exact };
}

/** A few contacts of whom a rule is true, always the same ones for the same data. Most rules find them among some; only rare ones are asked of everyone. */
export async function sampleRule(db: Db, input: { workspace: Id; rule: Rule; at: Instant; limit: number }): Promise<PreviewPerson[]> {
  if (input.limit === 0) return [];
  const some = await drawn(db, { workspace: input.workspace, contacts: ESTIMATED_IN_GRAPH });
  for (const buckets of some ? [some, undefined] : [undefined]) {
    const { subjects, truth, joins } = await question(db, input, buckets);
    const found = await db.query<PreviewPerson>(sql`
      select c.id, c.first_name, c.last_name, c.email, c.known from ${subjects} s ${ofContacts(input.workspace, buckets)} ${joins}
      where ${truth} order by c.bucket, c.id limit ${input.limit}`);
    if (found.length === input.limit || buckets === undefined) return found;
  }
  return [];
}

/** How many of some ids are contacts of the workspace, and the first few of those. */
export async function selectPeople(
  db: Db,
  input: { workspace: Id; ids: readonly Id[]; limit: number },
): Promise<{ count: number; sample: PreviewPerson[] }> {
  const asked = sql`unnest(${input.ids.map(bucketOf)}::smallint[], ${input.ids as Id[]}::uuid[]) as a (b, i) join contacts c on c.bucket = a.b and c.id = a.i where c.workspace_id = ${input.workspace}::uuid`;
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from ${asked}`);
  return {
    count: row!.n,
    sample: await db.query<PreviewPerson>(
      sql`select c.id, c.first_name, c.last_name, c.email, c.known from ${asked} order by c.bucket, c.id limit ${input.limit}`,
    ),
  };
}

/** A rule beside the members of a segment: how many fulfil it and are in, only fulfil it, only are in; and a few of the latter two. */
export interface Beside {
  readonly exact: boolean;
  readonly both: number;
  readonly joining: number;
  readonly leaving: number;
  readonly joiners: PreviewPerson[];
  readonly leavers: PreviewPerson[];
}

export async function besideMembers(
  db: Db,
  input: Among & { workspace: Id; rule: Rule; at: Instant; segment: Id; sample: number },
): Promise<Beside> {
  const { buckets, exact, whole } = await among(db, input);
  const { subjects, truth, joins } = await question(db, input, buckets);
  const within = buckets ? sql`and x.bucket = any(${buckets as number[]}::smallint[])` : empty;
  const few = (side: Sql, only: Sql) => sql`
    (select ${side} as side, 0::bigint as n, c.id, c.first_name, c.last_name, c.email, c.known from pairs p join contacts c on c.bucket = p.bucket and c.id = p.contact_id and c.workspace_id = ${input.workspace}::uuid
     where ${only} order by p.bucket, p.contact_id limit ${input.sample})`;
  const rows = await db.query<PreviewPerson & { side: "both" | "joining" | "leaving" | "joiner" | "leaver"; n: number }>(sql`
    with asked as (
      select s.bucket, s.contact_id from ${subjects} s ${ofContacts(input.workspace, buckets)} ${joins} where ${truth}
    ), pairs as materialized (
      select bucket, contact_id, a.asked is not null as asked, m.member is not null as member
      from (select bucket, contact_id, true as asked from asked) a
      full join (select x.bucket, x.contact_id, true as member from segment_members x where x.segment_id = ${input.segment}::uuid and x.workspace_id = ${input.workspace}::uuid ${within}) m using (bucket, contact_id)
    )
    select case when p.asked and p.member then 'both' when p.asked then 'joining' else 'leaving' end as side, count(*) as n, null::uuid as id, null::text as first_name, null::text as last_name, null::text as email, false as known
    from pairs p group by 1
    union all ${few(sql`'joiner'`, sql`p.asked and not p.member`)}
    union all ${few(sql`'leaver'`, sql`p.member and not p.asked`)}
    order by side, id`);
  const total = (side: string) => whole(rows.find((row) => row.side === side)?.n ?? 0);
  return {
    exact,
    both: total("both"),
    joining: total("joining"),
    leaving: total("leaving"),
    joiners: rows.filter((row) => row.side === "joiner"),
    leavers: rows.filter((row) => row.side === "leaver"),
  };
}

async function question(db: Db, input: { workspace: Id; rule: Rule; at: Instant }, buckets: readonly number[] | undefined) {
  const place = await zonePlace(db, { workspace: input.workspace, rules: [input.rule], contacts: null, buckets });
  return compileRule(input.rule, input.at, { workspace: input.workspace, buckets }, place);
}

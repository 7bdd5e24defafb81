import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { sql, type Sql } from "../../platform/db/sql.ts";
import { everyone } from "./ask.ts";
import { compileRule } from "./rule-sql.ts";
import { zonePlace } from "./zone-sql.ts";

const SAMPLED = 16;
const SHARE = 256 / SAMPLED;
const SAMPLE = Array.from({ length: SAMPLED }, (_, index) => index * SHARE);
// Below some 20,000 contacts everyone is asked: a sixteenth of a few would say little, and asking all takes no longer.
const ENOUGH = 1_250;

export interface PreviewPerson { readonly id: Id; readonly first_name: string | null; readonly last_name: string | null; readonly email: string | null; readonly known: boolean }

/**
 * How many contacts a rule names. The estimate asks 16 of the 256 buckets, which hold a random sixteenth of the contacts, where there are
 * enough of them to say something; the exact count asks everyone the rule can be true of.
 */
export async function countRule(db: Db, input: { workspace: Id; rule: Rule; at: Instant; exact: boolean }): Promise<{ count: number; exact: boolean }> {
  const exact = input.exact || !(await isLarge(db, input));
  const buckets = exact ? undefined : SAMPLE;
  const { subjects, truth, joins } = await question(db, input, buckets);
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from ${subjects} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${input.workspace}::uuid ${joins} where ${truth}`);
  return { count: row!.n * (exact ? 1 : SHARE), exact };
}

async function isLarge(db: Db, input: { workspace: Id }): Promise<boolean> {
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from (select 1 from contacts c where c.workspace_id = ${input.workspace}::uuid and c.bucket = any(${SAMPLE}::smallint[]) limit ${ENOUGH}) few`);
  return row!.n === ENOUGH;
}

/** A few contacts of whom a rule is true, always the same ones for the same data. */
export async function sampleRule(db: Db, input: { workspace: Id; rule: Rule; at: Instant; limit: number }): Promise<PreviewPerson[]> {
  if (input.limit === 0) return [];
  const { subjects, truth, joins } = await question(db, input, undefined);
  return db.query<PreviewPerson>(sql`
    select c.id, c.first_name, c.last_name, c.email, c.known from ${subjects} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${input.workspace}::uuid ${joins}
    where ${truth} order by c.bucket, c.id limit ${input.limit}`);
}

/** How many of some ids are contacts of the workspace, and the first few of those. */
export async function selectPeople(db: Db, input: { workspace: Id; ids: readonly Id[]; limit: number }): Promise<{ count: number; sample: PreviewPerson[] }> {
  const asked = sql`unnest(${input.ids.map(bucketOf)}::smallint[], ${input.ids as Id[]}::uuid[]) as a (b, i) join contacts c on c.bucket = a.b and c.id = a.i where c.workspace_id = ${input.workspace}::uuid`;
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from ${asked}`);
  return { count: row!.n, sample: await db.query<PreviewPerson>(sql`select c.id, c.first_name, c.last_name, c.email, c.known from ${asked} order by c.bucket, c.id limit ${input.limit}`) };
}

/** A rule beside the members of a segment: how many fulfil it and are in, only fulfil it, only are in; and a few of the latter two. */
export interface Beside { readonly both: number; readonly joining: number; readonly leaving: number; readonly joiners: PreviewPerson[]; readonly leavers: PreviewPerson[] }

export async function besideMembers(db: Db, input: { workspace: Id; rule: Rule; at: Instant; segment: Id; sample: number }): Promise<Beside> {
  const { subjects, truth, joins } = await question(db, input, undefined);
  const few = (side: Sql, only: Sql) => sql`
    (select ${side} as side, 0::bigint as n, c.id, c.first_name, c.last_name, c.email, c.known from pairs p join contacts c on c.bucket = p.bucket and c.id = p.contact_id and c.workspace_id = ${input.workspace}::uuid
     where ${only} order by p.bucket, p.contact_id limit ${input.sample})`;
  const rows = await db.query<PreviewPerson & { side: "both" | "joining" | "leaving" | "joiner" | "leaver"; n: number }>(sql`
    with asked as (
      select s.bucket, s.contact_id from ${subjects} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${input.workspace}::uuid ${joins} where ${truth}
    ), pairs as materialized (
      select bucket, contact_id, a.asked is not null as asked, m.member is not null as member
      from (select bucket, contact_id, true as asked from asked) a
      full join (select x.bucket, x.contact_id, true as member from segment_members x where x.segment_id = ${input.segment}::uuid and x.workspace_id = ${input.workspace}::uuid) m using (bucket, contact_id)
    )
    select case when p.asked and p.member then 'both' when p.asked then 'joining' else 'leaving' end as side, count(*) as n, null::uuid as id, null::text as first_name, null::text as last_name, null::text as email, false as known
    from pairs p group by 1
    union all ${few(sql`'joiner'`, sql`p.asked and not p.member`)}
    union all ${few(sql`'leaver'`, sql`p.member and not p.asked`)}
    order by side, id`);
  const total = (side: string) => rows.find((row) => row.side === side)?.n ?? 0;
  return { both: total("both"), joining: total("joining"), leaving: total("leaving"), joiners: rows.filter((row) => row.side === "joiner"), leavers: rows.filter((row) => row.side === "leaver") };
}

async function question(db: Db, input: { workspace: Id; rule: Rule; at: Instant }, buckets: readonly number[] | undefined) {
  const place = await zonePlace(db, { workspace: input.workspace, rules: [input.rule], contacts: null, buckets });
  return { subjects: everyone({ ...input, place, ...(buckets && { buckets }) }), ...compileRule(input.rule, input.at, { workspace: input.workspace, buckets }, place) };
}

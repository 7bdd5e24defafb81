import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { empty, join, sql, tsArray, type Sql } from "../../platform/db/sql.ts";
import { candidates } from "./candidates.ts";
import { compileRule, nextTurn, type Everyone } from "./rule-sql.ts";
import { zonePlace, type ZonePlace } from "./zone-sql.ts";

/** The answer for one contact, and when time alone may next change it. */
export interface Answer {
  readonly truth: boolean;
  readonly nextAt: Instant | null;
}

export interface AskedSubject {
  readonly contact: Id;
  /** Start of the run, for rules that look back to it. */
  readonly entryAt?: Instant | undefined;
}

/** Asks one rule of some contacts with one statement. Contacts that do not exist in the workspace are left out. */
export async function askSome(db: Db, input: { workspace: Id; rule: Rule; at: Instant; subjects: readonly AskedSubject[] }): Promise<Map<Id, Answer>> {
  if (input.subjects.length === 0) return new Map();
  const subjects = sql`(select r.bucket, r.contact_id, r.entry_at from unnest(
    ${input.subjects.map((one) => bucketOf(one.contact))}::smallint[], ${input.subjects.map((one) => one.contact)}::uuid[], ${tsArray(input.subjects.map((one) => one.entryAt))}::timestamptz[]
  ) as r (bucket, contact_id, entry_at))`;
  const place = await zonePlace(db, { workspace: input.workspace, rules: [input.rule], contacts: subjects });
  return ask(db, { ...input, subjects, place });
}

/**
 * Asks one rule of everyone in a workspace, or of some buckets. Contacts that cannot be in now nor become so by time alone may be left
 * out of the answer: absent means false.
 */
export async function askAll(db: Db, input: { workspace: Id; rule: Rule; at: Instant; buckets?: readonly number[] }): Promise<Map<Id, Answer>> {
  const place = await zonePlace(db, { workspace: input.workspace, rules: [input.rule], contacts: null, buckets: input.buckets });
  return ask(db, { ...input, subjects: everyone({ ...input, place }), everyone: input, place });
}

/** The relation of subjects for a question to everyone: the candidates of the rule, or all contacts. */
export function everyone(input: { workspace: Id; rule: Rule; at: Instant; place: ZonePlace; buckets?: readonly number[] }): Sql {
  const narrow = candidates(input.rule, input.workspace, input.at, input.place);
  const within = input.buckets ? sql`and x.bucket = any(${input.buckets as number[]}::smallint[])` : empty;
  if (narrow) return sql`(select x.bucket, x.contact_id, null::timestamptz as entry_at from ${narrow} as x where true ${within})`;
  return sql`(select x.bucket, x.id as contact_id, null::timestamptz as entry_at from contacts x where x.workspace_id = ${input.workspace}::uuid ${within})`;
}

async function ask(db: Db, input: { workspace: Id; rule: Rule; at: Instant; subjects: Sql; place: ZonePlace; everyone?: Everyone }): Promise<Map<Id, Answer>> {
  const compiled = compileRule(input.rule, input.at, input.everyone ?? null, input.place);
  const clocks = compiled.clocks.map((clock, index) => sql`, ${clock.sql} as ${sql([`k${index}`])}`);
  const rows = await db.query<{ contact_id: Id; truth: boolean } & Record<string, unknown>>(sql`
    select s.contact_id, ${compiled.truth} as truth ${clocks.length === 0 ? empty : join(clocks, " ")}
    from ${input.subjects} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${input.workspace}::uuid
    ${compiled.joins}
    order by s.contact_id`);
  return new Map(rows.map((row) => [row.contact_id, { truth: row.truth, nextAt: nextTurn(compiled, compiled.clocks.map((_clock, index) => row[`k${index}`]), input.at) }]));
}

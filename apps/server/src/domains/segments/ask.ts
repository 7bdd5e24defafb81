import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Answered, Rule } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { empty, sql, tsArray, type Sql } from "../../platform/db/sql.ts";
import { answerColumns, answerOf } from "./sql/answer.ts";
import type { Everyone } from "./sql/pass.ts";
import { compileRule } from "./sql/rule.ts";
import { zonePlace, type ZonePlace } from "./sql/zone.ts";

export interface AskedSubject {
  readonly contact: Id;
  /** Start of the run, for rules that look back to it. */
  readonly entryAt?: Instant | undefined;
}

/** Asks one rule of some contacts with one statement. Contacts that do not exist in the workspace are left out. */
export async function askSome(
  db: Db,
  input: { workspace: Id; rule: Rule; at: Instant; subjects: readonly AskedSubject[] },
): Promise<Map<Id, Answered>> {
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
export async function askAll(
  db: Db,
  input: { workspace: Id; rule: Rule; at: Instant; buckets?: readonly number[] },
): Promise<Map<Id, Answered>> {
  const place = await zonePlace(db, { workspace: input.workspace, rules: [input.rule], contacts: null, buckets: input.buckets });
  return ask(db, { ...input, everyone: input, place });
}

async function ask(
  db: Db,
  input: { workspace: Id; rule: Rule; at: Instant; subjects?: Sql; place: ZonePlace; everyone?: Everyone },
): Promise<Map<Id, Answered>> {
  const compiled = compileRule(input.rule, input.at, input.everyone ?? null, input.place);
  const rows = await db.query<{ contact_id: Id }>(sql`
    select s.contact_id, ${answerColumns(compiled)}
    from ${input.subjects ?? compiled.subjects} s ${ofContacts(input.workspace, input.everyone?.buckets)}
    ${compiled.joins}
    order by s.contact_id`);
  return new Map(rows.map((row) => [row.contact_id, answerOf(input.rule, compiled, row, input.at)]));
}

/** `c`, the contacts of subjects `s`. The planner does not know that their buckets are the same ones. */
export function ofContacts(workspace: Id, buckets: readonly number[] | undefined): Sql {
  return sql`join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${workspace}::uuid ${buckets ? sql`and c.bucket = any(${buckets as number[]}::smallint[])` : empty}`;
}

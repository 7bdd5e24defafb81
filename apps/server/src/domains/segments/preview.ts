import type { Id, Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { everyone } from "./ask.ts";
import { compileRule } from "./rule-sql.ts";

const SAMPLED = 16;
const SHARE = 256 / SAMPLED;

export interface PreviewPerson { readonly id: Id; readonly first_name: string | null; readonly last_name: string | null; readonly email: string | null; readonly known: boolean }

/**
 * How many contacts a rule names. The estimate asks 16 of the 256 buckets, which hold a random sixteenth of the contacts; the exact
 * count asks everyone the rule can be true of.
 */
export async function countRule(db: Db, input: { workspace: Id; rule: Rule; at: Instant; exact: boolean }): Promise<number> {
  const buckets = input.exact ? undefined : Array.from({ length: SAMPLED }, (_, index) => index * SHARE);
  const { subjects, truth, joins } = question(input, buckets);
  const [row] = await db.query<{ n: number }>(sql`select count(*) as n from ${subjects} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${input.workspace}::uuid ${joins} where ${truth}`);
  return row!.n * (input.exact ? 1 : SHARE);
}

/** A few contacts of whom a rule is true, always the same ones for the same data. */
export async function sampleRule(db: Db, input: { workspace: Id; rule: Rule; at: Instant; limit: number }): Promise<PreviewPerson[]> {
  if (input.limit === 0) return [];
  const { subjects, truth, joins } = question(input, undefined);
  return db.query<PreviewPerson>(sql`
    select c.id, c.first_name, c.last_name, c.email, c.known from ${subjects} s join contacts c on c.bucket = s.bucket and c.id = s.contact_id and c.workspace_id = ${input.workspace}::uuid ${joins}
    where ${truth} order by c.bucket, c.id limit ${input.limit}`);
}

function question(input: { workspace: Id; rule: Rule; at: Instant }, buckets: readonly number[] | undefined) {
  return { subjects: everyone({ ...input, ...(buckets && { buckets }) }), ...compileRule(input.rule, input.at, { workspace: input.workspace, buckets }) };
}

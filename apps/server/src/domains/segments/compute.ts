import type { Id, Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import { join, sql, ts } from "../../platform/db/sql.ts";
import { answerColumns, answerNames, answerOf, clockName } from "./answer-sql.ts";
import { ofContacts } from "./ask.ts";
import { compileRule } from "./rule-sql.ts";
import { zonePlace } from "./zone-sql.ts";

export interface Moved { readonly contact: Id; readonly entered: boolean }

export interface Computed {
  readonly moved: readonly Moved[];
  /** When time alone may next change an answer, of those whom it may. */
  readonly wakes: readonly { readonly contact: Id; readonly due: Instant }[];
}

/** Asks a rule of everyone in some buckets and makes the generation's members exactly those of whom it is true, with one statement; who is in by the one in force keeps their moment of entry. */
export async function computeMembers(tx: Tx, input: { workspace: Id; segment: Id; generation: number; rule: Rule; at: Instant; buckets: readonly number[] }): Promise<Computed> {
  const { workspace, segment, generation, rule, at } = input;
  const buckets = input.buckets as number[];
  const place = await zonePlace(tx, { workspace, rules: [rule], contacts: null, buckets });
  const compiled = compileRule(rule, at, { workspace, buckets }, place);
  const rows = await tx.query<{ contact_id: Id; moved: boolean | null }>(sql`
    with asked as materialized (
      select s.bucket, s.contact_id, ${answerColumns(compiled)} from ${compiled.subjects} s ${ofContacts(workspace, buckets)} ${compiled.joins}
    ), gone as (
      delete from segment_memberships m where m.bucket = any(${buckets}::smallint[]) and m.segment_id = ${segment} and m.generation = ${generation}::integer
        and not exists (select 1 from asked a where a.truth and a.bucket = m.bucket and a.contact_id = m.contact_id) returning m.contact_id
    ), come as (
      insert into segment_memberships (bucket, segment_id, generation, contact_id, workspace_id, entered_at)
      select a.bucket, ${segment}::uuid, ${generation}::integer, a.contact_id, ${workspace}::uuid, coalesce(f.entered_at, ${ts(at)}::timestamptz)
      from asked a left join segment_members f on f.bucket = a.bucket and f.segment_id = ${segment}::uuid and f.contact_id = a.contact_id and f.bucket = any(${buckets}::smallint[])
      where a.truth order by a.bucket, a.contact_id on conflict (bucket, segment_id, generation, contact_id) do nothing returning contact_id
    )
    select contact_id, m.moved, ${answerNames(compiled, sql`a`)}
    from asked a full join (select contact_id, true as moved from come union all select contact_id, false from gone) m using (contact_id)
    where m.moved is not null or ${join([sql`false`, ...compiled.clocks.map((_clock, index) => sql`a.${clockName(index)} is not null`)], " or ")}
    order by contact_id`);
  return {
    moved: rows.flatMap((row) => (row.moved === null ? [] : [{ contact: row.contact_id, entered: row.moved }])),
    wakes: rows.flatMap((row) => { const { nextAt } = answerOf(rule, compiled, row, at); return nextAt === null ? [] : [{ contact: row.contact_id, due: nextAt }]; }),
  };
}

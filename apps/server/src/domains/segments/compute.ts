import type { Id, Instant } from "@relance/model/base";
import type { Rule } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import { empty, join, sql, ts } from "../../platform/db/sql.ts";
import { answerColumns, answerNames, answerOf, clockName } from "./sql/answer.ts";
import { ofContacts } from "./ask.ts";
import { dueColumns, dueSql } from "./sql/due.ts";
import { wakeBy, wakeRows } from "./queries.ts";
import { compileRule } from "./sql/rule.ts";
import { zonePlace } from "./sql/zone.ts";

export interface Moved {
  readonly contact: Id;
  readonly entered: boolean;
}

export interface Computed {
  /** Whoever came and went; empty when nobody is told. */
  readonly moved: readonly Moved[];
  /** By how many the members are more. */
  readonly more: number;
}

interface Row {
  readonly contact_id: Id;
  readonly moved: boolean | null;
}

/**
 * Asks a rule of everyone in some buckets and makes the generation's members exactly those of whom it is true, with one statement, which
 * also sets the timers of those whom time alone may change where it can tell them; who is in by the one in force keeps their moment of entry.
 * @param input.told whether the moves are asked for
 */
export async function computeMembers(
  tx: Tx,
  input: { workspace: Id; segment: Id; generation: number; rule: Rule; at: Instant; buckets: readonly number[]; told: boolean },
): Promise<Computed> {
  const { workspace, segment, generation, rule, at } = input;
  const buckets = input.buckets as number[];
  const place = await zonePlace(tx, { workspace, rules: [rule], contacts: null, buckets });
  const compiled = compileRule(rule, at, { workspace, buckets }, place);
  const due = dueSql(rule, compiled, at);
  const woken =
    due && compiled.clocks.length > 0
      ? sql`, woken as (${wakeRows(workspace, sql`(select a.bucket as b, a.contact_id as c, ${due} as due from asked a offset 0)`)})`
      : empty;
  const asked = sql`
    with asked as materialized (
      select s.bucket, s.contact_id, ${due ? dueColumns(compiled) : answerColumns(compiled)} from ${compiled.subjects} s ${ofContacts(workspace, buckets)} ${compiled.joins}
    ), gone as (
      delete from segment_memberships m where m.bucket = any(${buckets}::smallint[]) and m.segment_id = ${segment} and m.generation = ${generation}::integer
        and not exists (select 1 from asked a where a.truth and a.bucket = m.bucket and a.contact_id = m.contact_id) returning m.contact_id
    ), come as (
      insert into segment_memberships (bucket, segment_id, generation, contact_id, workspace_id, entered_at)
      select a.bucket, ${segment}::uuid, ${generation}::integer, a.contact_id, ${workspace}::uuid, coalesce(f.entered_at, ${ts(at)}::timestamptz)
      from asked a left join segment_members f on f.bucket = a.bucket and f.segment_id = ${segment}::uuid and f.contact_id = a.contact_id and f.bucket = any(${buckets}::smallint[])
      where a.truth order by a.bucket, a.contact_id on conflict (bucket, segment_id, generation, contact_id) do nothing returning contact_id
    ), moves as (select contact_id, true as moved from come union all select contact_id, false from gone) ${woken}`;
  if (due && !input.told) {
    const [sum] = await tx.query<{ more: number }>(
      sql`${asked} select count(*) filter (where moved) - count(*) filter (where not moved) as more from moves`,
    );
    return { moved: [], more: sum!.more };
  }
  if (due) return computed(await tx.query<Row>(sql`${asked} select contact_id, moved from moves order by contact_id`));
  const rows = await tx.query<Row>(sql`
    ${asked} select contact_id, m.moved, ${answerNames(compiled, sql`a`)} from asked a full join moves m using (contact_id)
    where m.moved is not null or ${join([sql`false`, ...compiled.clocks.map((_clock, index) => sql`a.${clockName(index)} is not null`)], " or ")}
    order by contact_id`);
  await wakeBy(tx, {
    workspace,
    wakes: rows.flatMap((row) => {
      const { nextAt } = answerOf(rule, compiled, { ...row }, at);
      return nextAt === null ? [] : [{ contact: row.contact_id, due: nextAt }];
    }),
  });
  return computed(rows);
}

function computed(rows: readonly Row[]): Computed {
  const moved = rows.flatMap((row) => (row.moved === null ? [] : [{ contact: row.contact_id, entered: row.moved }]));
  return { moved, more: moved.reduce((n, { entered }) => n + (entered ? 1 : -1), 0) };
}

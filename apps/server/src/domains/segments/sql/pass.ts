/**
 * How conditions on events read them. For a few contacts each condition is one look-up. Asked of everyone, all conditions on the same events
 * share one grouped pass, and the pass of the condition that narrows the rule most gives the contacts to be asked: "spent more than 800 in
 * two years and last bought less than three months ago" reads two years of orders once, like the best statement written by hand.
 */
import type { Id, Instant } from "@relance/model/base";
import type { AffinityRule, EventRule } from "@relance/model/rules";
import { empty, join, sql, ts, type Sql } from "../../../platform/db/sql.ts";
import type { Narrow } from "../candidates.ts";
import type { Ground } from "./compare.ts";
import { patternSql } from "./property.ts";
import { named, type Column, type WindowSql } from "./window.ts";

/** A question to all contacts of a workspace, or of some buckets. */
export interface Everyone {
  readonly workspace: Id;
  readonly buckets?: readonly number[] | undefined;
}

/** What one condition reads of events `e`; `columns` are read as `name.…`. */
export interface Look {
  readonly rule: EventRule | AffinityRule;
  readonly name: Sql;
  readonly columns: readonly Column[];
  readonly window: WindowSql;
  /** Earlier events change nothing. */
  readonly since: Instant;
}

export const MOMENT = sql`e.occurred_at`;

const later = (since: Instant): Sql => (since === -Infinity ? empty : sql`and ${MOMENT} > ${ts(since)}::timestamptz`);

export function lookUps(looks: readonly Look[], ground: Ground): Sql[] {
  return looks.map(
    ({ rule, name, columns, window, since }) => sql`left join lateral (
    select ${join(columns.map(named), ", ")} from events e
    where e.bucket = s.bucket and e.contact_id = s.contact_id and ${patternSql(rule, ground)} and ${window.holds(MOMENT)} ${later(since)}
  ) ${name} on true`,
  );
}

/** @param narrow whom the rule can be true of, where that is known @returns the relation `s` of those asked, and the passes to stand after it */
export function passes(looks: readonly Look[], everyone: Everyone, narrow: Narrow | null, ground: Ground): { subjects: Sql; joins: Sql[] } {
  const joins: Sql[] = [];
  let subjects: Sql | null = null;
  const groups = [...Map.groupBy(looks, ({ rule, window }) => JSON.stringify([rule.event, rule.where, window.ofContact])).values()];
  for (const [n, group] of groups.entries()) {
    const leading = group.find((look) => look.rule === narrow?.condition);
    const name = leading ? sql`s` : sql([`p${n}`]);
    const rows = passSql(group, everyone, leading, ground);
    if (leading) subjects = sql`(select x.*, null::timestamptz as entry_at from ${rows} x)`;
    else joins.push(sql`left join ${rows} ${name} on ${name}.bucket = s.bucket and ${name}.contact_id = s.contact_id`);
    let column = 0;
    for (const look of group)
      joins.push(
        sql`cross join lateral (select ${join(
          look.columns.map(({ as }) => sql`${name}.${sql([`c${column++}`])} as ${sql([as])}`),
          ", ",
        )}) ${look.name}`,
      );
  }
  return { subjects: subjects ?? peopleSql(everyone, narrow), joins };
}

/** One row a contact with the columns of several conditions, numbered through. */
function passSql(looks: readonly Look[], everyone: Everyone, leading: Look | undefined, ground: Ground): Sql {
  const [first, ...others] = looks;
  const since = Math.min(...looks.map((look) => look.since));
  const columns = looks.flatMap((look) => look.columns).map((column, n) => sql`${column.sql} as ${sql([`c${n}`])}`);
  const holds = others.length === 0 ? sql`and ${first!.window.holds(MOMENT)}` : empty;
  const contact = first!.window.ofContact ? sql`join contacts c on c.bucket = e.bucket and c.id = e.contact_id` : empty;
  const having = leading && leading.since > since ? sql`having max(${MOMENT}) > ${ts(leading.since)}::timestamptz` : empty;
  return sql`(
    select e.bucket, e.contact_id, ${join(columns, ", ")} from events e ${contact}
    where e.workspace_id = ${everyone.workspace}::uuid ${within(everyone, sql`e.bucket`)} and ${patternSql(first!.rule, ground)} ${holds} ${later(since)}
    group by e.bucket, e.contact_id ${having})`;
}

function peopleSql(everyone: Everyone, narrow: Narrow | null): Sql {
  if (narrow)
    return sql`(select x.bucket, x.contact_id, null::timestamptz as entry_at from ${narrow.relation} as x where true ${within(everyone, sql`x.bucket`)})`;
  return sql`(select x.bucket, x.id as contact_id, null::timestamptz as entry_at from contacts x where x.workspace_id = ${everyone.workspace}::uuid ${within(everyone, sql`x.bucket`)})`;
}

const within = ({ buckets }: Everyone, column: Sql): Sql =>
  buckets ? sql`and ${column} = any(${buckets as number[]}::smallint[])` : empty;

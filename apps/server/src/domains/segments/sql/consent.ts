import { toIso, type Instant } from "@relance/model/base";
import type { ConsentRule } from "@relance/model/rules";
import { sql, type Sql } from "../../../platform/db/sql.ts";

/**
 * What contacts agreed to, told from two rows at most: that of the topic and that of the whole channel, whose topic is empty. The twin of
 * `consentFor`, by which the gate decides.
 */
export function consentSql(rule: ConsentRule, name: Sql, at: Instant): { joins: Sql[]; truth: Sql; said: Sql; ends: Sql[] } {
  const row = (alias: Sql, topic: string) =>
    sql`left join consents ${alias} on ${alias}.bucket = s.bucket and ${alias}.contact_id = s.contact_id and ${alias}.channel = ${rule.channel} and ${alias}.topic = ${topic}`;
  const own = sql`${name}o`;
  const all = sql`${name}a`;
  const today = sql`${toIso(at).slice(0, 10)}::date`;
  const expired = (alias: Sql) => sql`coalesce(${alias}.expires_on < ${today}, false)`;
  const ends = (alias: Sql) => sql`case when ${alias}.state = 'granted' then ${alias}.expires_on end`;
  const general = (kind: (alias: Sql, state: Sql) => Sql, none: Sql) =>
    sql`when ${all}.state is null then ${none} when ${all}.state <> 'granted' then ${kind(all, sql`${all}.state`)} when ${expired(all)} then ${kind(all, sql`'expired'`)} else ${kind(all, sql`'granted'`)}`;
  const decided = (kind: (alias: Sql, state: Sql) => Sql): Sql => {
    if (rule.topic === "") return sql`(case ${general(kind, kind(all, sql`'missing'`))} end)`;
    return sql`(case when ${own}.state <> 'granted' then ${kind(own, sql`${own}.state`)}
      when ${own}.state is not null and ${all}.state <> 'granted' and ${all}.changed_at > ${own}.changed_at then ${kind(all, sql`${all}.state`)}
      when ${own}.state is not null and not ${expired(own)} then ${kind(own, sql`'granted'`)}
      ${general(kind, sql`case when ${own}.state is null then ${kind(all, sql`'missing'`)} else ${kind(own, sql`'expired'`)} end`)} end)`;
  };
  const answer = decided((_alias, state) => state);
  const truth = rule.granted
    ? sql`(${answer} = 'granted')`
    : rule.reason === undefined
      ? sql`(${answer} <> 'granted')`
      : sql`(${answer} = ${rule.reason})`;
  return {
    joins: rule.topic === "" ? [row(all, "")] : [row(own, rule.topic), row(all, "")],
    truth,
    said: decided((alias) => sql`${alias}.changed_at`),
    ends: rule.topic === "" ? [ends(all)] : [ends(own), ends(all)],
  };
}

import type { AffinityRule } from "@relance/model/rules";
import { json, sql, type Sql } from "../../../platform/db/sql.ts";
import { isScalar } from "./property.ts";

/** The condition on what events told: `measured` is a JSON list of [moment, values]. */
export function affinitySql(rule: AffinityRule, measured: Sql): Sql {
  const found = sql`jsonb_array_elements(${measured}) as a (a), jsonb_array_elements(a.a -> 1) as v (v) where ${isScalar(sql`v.v`)}`;
  const value = sql`${json(rule.value)}::jsonb`;
  const enough = Math.max(1, rule.least);
  if ("share" in rule.by) {
    const share = Math.round(rule.by.share * 10_000);
    return sql`(select count(*) >= ${enough}::bigint and count(*) filter (where v.v = ${value}) * 1000000 >= ${share}::bigint * count(*) from ${found})`;
  }
  return sql`coalesce((select bool_or(r.v = ${value} and r.rank <= ${rule.by.top}::bigint and r.counted >= ${enough}::bigint) from (
    select v.v, row_number() over (order by count(*) desc, max((a.a ->> 0)::numeric) desc, (v.v #>> '{}') collate "C", jsonb_typeof(v.v)) as rank, sum(count(*)) over () as counted from ${found} group by v.v) r), false)`;
}

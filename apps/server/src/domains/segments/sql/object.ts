import { edges, isTimed, zoneOfComparison, type ObjectRule } from "@relance/model/rules";
import { join, sql, type Sql } from "../../../platform/db/sql.ts";
import { compareSql, edgeSql, type Ground, type Operand } from "./compare.ts";
import type { ClockColumn } from "./window.ts";
import { zoneName } from "./zone.ts";

const operandOf = (field: string): Operand =>
  field === "id" ? { kind: "text", sql: sql`o.external_id` } : { kind: "json", sql: sql`(o.fields -> ${field}::text)` };

/** The twin of `judgeObjects`: one look-up per contact, who has few objects, whoever is asked. */
export function objectSql(rule: ObjectRule, name: Sql, ground: Ground): { joins: Sql; truth: Sql; clocks: ClockColumn[] } {
  const holds =
    rule.where.length === 0
      ? sql`true`
      : join(
          rule.where.map((filter) => compareSql(operandOf(filter.property), filter.is, ground)),
          " and ",
        );
  const timed = rule.where.filter((filter) => isTimed(filter.is));
  const moments = timed.map((filter, n) => sql`, array_agg(${edgeSql(operandOf(filter.property))}) as ${sql([`t${n}`])}`);
  const joins = sql`left join lateral (
    select count(*) filter (where ${holds}) as measured ${join(moments.length === 0 ? [sql``] : moments, " ")} from objects o
    where o.bucket = s.bucket and o.contact_id = s.contact_id and o.type = ${rule.object} and o.removed_at is null
  ) ${name} on true`;
  const { at, place } = ground;
  const clocks = timed.map((filter, n): ClockColumn => {
    const told = sql`${name}.${sql([`t${n}`])}`;
    const next = (texts: readonly (string | null)[], zone: string) =>
      texts.flatMap((text) => (text === null ? [] : edges(text, filter.is, at, { workspace: zone, contact: zone })));
    if (zoneOfComparison(filter.is) !== "contact") return { sql: told, next: (value) => next(value as (string | null)[], place.zone) };
    return {
      sql: sql`array_append(${told}, ${zoneName("contact", place)})`,
      next: (value) => {
        const texts = value as string[];
        return next(texts.slice(0, -1), texts.at(-1)!);
      },
    };
  });
  const truth = compareSql({ kind: "number", sql: sql`coalesce(${name}.measured, 0)::double precision` }, rule.is, ground);
  return { joins, truth, clocks };
}

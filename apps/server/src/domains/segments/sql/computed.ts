import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Computation } from "@relance/model/computed";
import { leaving, soonest } from "@relance/model/rules";
import type { Db } from "../../../platform/db/database.ts";
import { sql, type Sql } from "../../../platform/db/sql.ts";
import { asJson, isScalar, numbersOf, patternSql, propertyOperand, valuesArray } from "./property.ts";
import { momentOperand } from "./attribute.ts";
import { windowSql } from "./window.ts";
import { NOWHERE } from "./zone.ts";

/** A computed attribute of one contact, and when time alone may next change it. */
export interface ComputedAnswer {
  /** A JSON scalar; null when there is nothing to tell. */
  readonly value: unknown;
  readonly nextAt: Instant | null;
}

/** Computes one attribute of some contacts with one statement; `computedValue` of the model is the meaning. */
export async function askComputed(
  db: Db,
  input: { workspace: Id; of: Computation; at: Instant; contacts: readonly Id[] },
): Promise<Map<Id, ComputedAnswer>> {
  const { of, at } = input;
  const window = windowSql(of.window, at, NOWHERE, null);
  const moment = sql`e.occurred_at`;
  const matching = sql`e.bucket = a.bucket and e.contact_id = a.contact_id and e.workspace_id = ${input.workspace}::uuid and ${patternSql(of, { at, place: NOWHERE })} and ${window.holds(moment)}`;
  const past = sql`filter (where ${window.inside(moment)})`;
  const { aggregate, value } = valueSql(of, past, sql`${matching} and ${window.inside(moment)}`);
  const rows = await db.query<{ contact_id: Id; value: unknown; oldest: Instant | null; future: Instant | null }>(sql`
    select a.contact_id, ${value} as value, v.oldest, v.future
    from unnest(${input.contacts.map(bucketOf)}::smallint[], ${input.contacts as Id[]}::uuid[]) as a (bucket, contact_id)
    cross join lateral (
      select ${aggregate} as measured, min(e.occurred_at) ${past} as oldest, min(e.occurred_at) filter (where not ${window.inside(moment)}) as future
      from events e where ${matching}
    ) v order by a.contact_id`);
  return new Map(
    rows.map((row) => [
      row.contact_id,
      { value: row.value, nextAt: soonest([row.future, ...(row.oldest === null ? [] : leaving(of.window, row.oldest))], at) },
    ]),
  );
}

function valueSql({ measure }: Computation, past: Sql, inside: Sql): { aggregate: Sql; value: Sql } {
  const plain = (aggregate: Sql) => ({ aggregate: sql`to_jsonb(${aggregate})`, value: sql`v.measured` });
  switch (measure.of) {
    case "count":
      return plain(sql`count(*) ${past}`);
    case "days_between":
      return plain(
        sql`case when count(*) ${past} > 1 then round(extract(epoch from max(e.occurred_at) ${past} - min(e.occurred_at) ${past}) / (86400 * (count(*) ${past} - 1)), 2) end`,
      );
    case "sum":
    case "avg": {
      const { sum, count } = numbersOf(measure.property);
      if (measure.of === "sum") return plain(sql`coalesce(sum(${sum}) ${past}, 0)`);
      return plain(sql`round(sum(${sum}) ${past} / nullif(sum(${count}) ${past}, 0), 4)`);
    }
    case "min":
      return plain(sql`min(${numbersOf(measure.property).min}) ${past}`);
    case "max":
      return plain(sql`max(${numbersOf(measure.property).max}) ${past}`);
    case "first":
    case "last": {
      if (measure.property === null)
        return plain(momentOperand(measure.of === "first" ? sql`(min(e.occurred_at) ${past})` : sql`(max(e.occurred_at) ${past})`).sql);
      const order = measure.of === "first" ? sql`order by e.occurred_at, e.id` : sql`order by e.occurred_at desc, e.id desc`;
      return {
        aggregate: sql`(array_agg(${asJson(propertyOperand(measure.property))} ${order}) ${past})[1]`,
        value: sql`case when jsonb_typeof(v.measured) in ('string', 'number', 'boolean') then v.measured end`,
      };
    }
    case "favourite":
      return {
        aggregate: sql`null::jsonb`,
        value: sql`(
      select f.value from (select p.value, count(*) as n, max(e.occurred_at) as last_at from events e, ${scalars(measure.property)} where ${inside} and ${isValue} group by p.value) f
      order by f.n desc, f.last_at desc, (f.value #>> '{}') collate "C" limit 1)`,
      };
    case "distinct":
      return {
        aggregate: sql`null::jsonb`,
        value: sql`(select to_jsonb(count(distinct p.value)) from events e, ${scalars(measure.property)} where ${inside} and ${isValue})`,
      };
  }
}

const isValue = isScalar(sql`p.value`);

/** Every value a property leads to, through lists. */
function scalars(property: string): Sql {
  return sql`lateral jsonb_array_elements(${valuesArray(property)}) as p (value)`;
}

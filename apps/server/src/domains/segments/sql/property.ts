import { CONTRARY, type Comparison, type EventPattern } from "@relance/model/rules";
import { join, sql, type Sql } from "../../../platform/db/sql.ts";
import { compareSql, numberSql, type Ground, type Operand } from "./compare.ts";

/** Properties of `e`, an event. A path of several names looks through the lists on its way, and leads to any number of values. */
const isPath = (property: string): boolean => property.includes(".");

/** A lax path opens one list at each name by itself. @param opened whether a list at the end is opened too */
function pathOf(property: string, opened: boolean): string {
  return `lax $${property
    .split(".")
    .map((name) => `.${JSON.stringify(name.replaceAll("\0", "\ufffd").toWellFormed())}`)
    .join("")}${opened ? "[*]" : ""}`;
}

const values = (property: string): Sql => sql`jsonb_path_query(e.properties, ${pathOf(property, false)}::jsonpath) as p (v)`;
const VALUE: Operand = { kind: "json", sql: sql`p.v` };

/** The first value a property leads to. */
export function propertyOperand(property: string): Operand {
  if (property === "amount") return { kind: "number", sql: sql`e.amount::double precision` };
  if (property === "currency") return { kind: "text", sql: sql`e.currency` };
  if (isPath(property)) return { kind: "json", sql: sql`jsonb_path_query_first(e.properties, ${pathOf(property, false)}::jsonpath)` };
  return { kind: "json", sql: sql`(e.properties -> ${property}::text)` };
}

export function asJson(operand: Operand): Sql {
  return operand.kind === "json" ? operand.sql : sql`to_jsonb(${operand.sql})`;
}

/** The scalars a property leads to, also through a list at its end, as a JSON array per event; empty texts and the like are in it. */
export function valuesArray(property: string): Sql {
  if (property === "amount" || property === "currency") return sql`jsonb_build_array(${asJson(propertyOperand(property))})`;
  return sql`jsonb_path_query_array(e.properties, ${pathOf(property, true)}::jsonpath)`;
}

/** Whether an element of such an array counts. */
export const isScalar = (value: Sql): Sql => sql`(jsonb_typeof(${value}) in ('string', 'number', 'boolean') and ${value} <> '""'::jsonb)`;

/** The condition that an event has the name and fulfils the filters. */
export function patternSql(pattern: EventPattern, ground: Ground): Sql {
  const where = pattern.where.map((filter) => sql`and ${filterSql(filter.property, filter.is, ground)}`);
  return sql`e.name = ${pattern.event} ${join(where.length === 0 ? [sql``] : where, " ")}`;
}

function filterSql(property: string, is: Comparison, ground: Ground): Sql {
  if (!isPath(property)) return compareSql(propertyOperand(property), is, ground);
  const contrary = CONTRARY[is.op];
  const one = compareSql(VALUE, contrary ? ({ ...is, op: contrary } as Comparison) : is, ground);
  return sql`${contrary ? sql`not exists` : sql`exists`} (select 1 from ${values(property)} where ${one})`;
}

function exactSql(operand: Operand): Sql {
  if (operand.kind === "json") return sql`case when jsonb_typeof(${operand.sql}) = 'number' then (${operand.sql} #>> '{}')::numeric end`;
  return operand.kind === "number" ? sql`e.amount` : sql`null::numeric`;
}

/** What aggregates read of one event: the sum (four decimals), the number, the least and the greatest of the numbers a property leads to. */
export function numbersOf(property: string): { sum: Sql; count: Sql; min: Sql; max: Sql } {
  const operand = propertyOperand(property);
  // The amount of an event is stored with four decimals; what properties say is rounded to them.
  if (!isPath(property)) {
    const exact = exactSql(operand);
    return {
      sum: operand.kind === "number" ? exact : sql`round(${exact}, 4)`,
      count: sql`(${exact} is not null)::int`,
      min: numberSql(operand),
      max: numberSql(operand),
    };
  }
  const of = (what: Sql) => sql`(select ${what} from ${values(property)})`;
  return {
    sum: of(sql`sum(round(${exactSql(VALUE)}, 4))`),
    count: of(sql`count(${exactSql(VALUE)})`),
    min: of(sql`min(${numberSql(VALUE)})`),
    max: of(sql`max(${numberSql(VALUE)})`),
  };
}

import type { Instant } from "@relance/model/base";
import { join, json, raw, sql, tsArray, type Sql } from "./sql.ts";

/** PostgreSQL's type of a column and where its value comes from: an instant or null for timestamptz; any value for jsonb, where undefined is SQL's null and null JSON's. */
export type Column<T> = readonly [type: "boolean" | "smallint" | "integer" | "bigint" | "numeric" | "text" | "uuid" | "jsonb" | "timestamptz", pick: (item: T) => unknown];

/**
 * Items as a relation whose columns have the names given: `from ${rowSet(moves, { bucket: ["smallint", (m) => m.bucket], … })} as m`.
 * Each column travels as one array, and as one value where all items have the same, which most columns of a turn have: an array of a thousand equal
 * texts costs both sides a thousand times the work. The first column is always an array.
 */
export function rowSet<T>(items: readonly T[], columns: Readonly<Record<string, Column<T>>>): Sql {
  const all = Object.entries(columns).map(([name, [type, pick]], n) => {
    const values = valuesOf(items, type, pick);
    const first = values[0] ?? null;
    const isSame = n > 0 && values.every((value) => (value ?? null) === first);
    return isSame ? { shown: sql`${first}::${raw(type)} as ${raw(name)}` } : { shown: raw(`u.${name}`), name, values: sql`${values}::${raw(type)}[]` };
  });
  const own = all.filter((column) => column.values !== undefined);
  return sql`(select ${join(all.map(({ shown }) => shown))} from unnest(${join(own.map(({ values }) => values))}) as u (${raw(own.map(({ name }) => name).join(", "))}))`;
}

function valuesOf<T>(items: readonly T[], type: Column<T>[0], pick: (item: T) => unknown): unknown[] {
  if (type === "timestamptz") return tsArray(items.map((item) => pick(item) as Instant | null | undefined));
  if (type !== "jsonb") return items.map(pick);
  return items.map((item) => {
    const value = pick(item);
    return value === undefined ? null : json(value);
  });
}

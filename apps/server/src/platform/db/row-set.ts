import type { Instant } from "@relance/model/base";
import { join, json, raw, sql, tsArray, type Sql } from "./sql.ts";

/** PostgreSQL's type of a column and where its value comes from: an instant or null for timestamptz; any value for jsonb, where undefined is SQL's null and null JSON's. */
export type Column<T> = readonly [
  type: "boolean" | "smallint" | "integer" | "bigint" | "numeric" | "text" | "uuid" | "jsonb" | "timestamptz",
  pick: (item: T) => unknown,
];

/**
 * Items as a relation whose columns have the names given: `from ${rowSet(moves, { bucket: ["smallint", (m) => m.bucket], … })} as m`.
 * Each column travels as one array, and as one value where all items have the same, which most columns of a turn have: an array of a thousand equal
 * texts costs both sides a thousand times the work. Of large sets, columns in which few values repeat travel as those and an array of their
 * places. The first column is always an array.
 */
export function rowSet<T>(items: readonly T[], columns: Readonly<Record<string, Column<T>>>): Sql {
  const all = Object.entries(columns).map(([name, [type, pick]], n) => {
    const values = valuesOf(items, type, pick);
    const first = values[0] ?? null;
    const isSame = n > 0 && values.every((value) => (value ?? null) === first);
    if (isSame) return { shown: sql`${first}::${raw(type)} as ${raw(name)}` };
    const few = type === "uuid" || type === "text" ? repeated(values) : null;
    if (few)
      return { shown: sql`(${few.values}::${raw(type)}[])[u.${raw(name)}] as ${raw(name)}`, name, values: sql`${few.places}::integer[]` };
    return { shown: raw(`u.${name}`), name, values: sql`${values}::${raw(type)}[]` };
  });
  const own = all.filter((column) => column.values !== undefined);
  return sql`(select ${join(all.map(({ shown }) => shown))} from unnest(${join(own.map(({ values }) => values))}) as u (${raw(own.map(({ name }) => name).join(", "))}))`;
}

/** From how many items on values that repeat are looked for, and how often they must. So large a set has no kept plan that another text would cost (prepared.ts). */
const MANY = 2_000;
const TIMES = 4;

/** Different values and, by item, the place of its own, from 1; null where they repeat too seldom. */
function repeated(values: readonly unknown[]): { values: unknown[]; places: number[] } | null {
  if (values.length <= MANY) return null;
  const known = new Map<unknown, number>();
  const places: number[] = [];
  let last: unknown;
  let place = 0;
  for (const value of values) {
    if (value !== last || place === 0) {
      last = value;
      place = known.get(value) ?? known.size + 1;
      if (place > known.size) known.set(value, place);
      if (place * TIMES > values.length) return null;
    }
    places.push(place);
  }
  return { values: [...known.keys()], places };
}

function valuesOf<T>(items: readonly T[], type: Column<T>[0], pick: (item: T) => unknown): unknown[] {
  if (type === "timestamptz") return tsArray(items.map((item) => pick(item) as Instant | null | undefined));
  if (type !== "jsonb") return items.map(pick);
  return items.map((item) => {
    const value = pick(item);
    return value === undefined ? null : json(value);
  });
}

import { toIso, type Instant } from "@relance/model/base";
import sqlTag, { empty, join, raw, Sql } from "sql-template-tag";

/**
 * Builds a statement: ``sql`select … where id = ${id}` ``. Values are only ever bound, never spliced; fragments nest.
 * Pure: needs no connection, so compilers of rules can be tested on their text alone.
 */
export const sql = sqlTag;
export { empty, join, raw, Sql };

/** An instant as a parameter; write `${ts(now)}::timestamptz` where PostgreSQL cannot infer the type. */
export function ts(instant: Instant): string {
  return toIso(instant);
}

/** An instant that may be absent. */
export function tsOrNull(instant: Instant | null | undefined): string | null {
  return instant == null ? null : toIso(instant);
}

/** A column of instants for `unnest(${tsArray(xs)}::timestamptz[])`. */
export function tsArray(instants: readonly (Instant | null | undefined)[]): (string | null)[] {
  return instants.map(tsOrNull);
}

/** A value as a jsonb parameter. PostgreSQL's jsonb refuses NUL, so the text form drops it. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null).replaceAll("\\u0000", "");
}

/** A column of jsonb values for `unnest(${jsonArray(xs)}::jsonb[])`. */
export function jsonArray(values: readonly unknown[]): string[] {
  return values.map(json);
}

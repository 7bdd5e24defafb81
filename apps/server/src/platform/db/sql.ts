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
  // Most of a turn's instants are the turn's own.
  let last: Instant | null = null;
  let text: string | null = null;
  return instants.map((instant) => {
    if (instant == null) return null;
    if (instant !== last) text = ts((last = instant));
    return text;
  });
}

/** A value as a jsonb parameter. PostgreSQL's jsonb refuses NUL and halves of surrogate pairs, so the text form drops the one and marks the other. */
export function json(value: unknown): string {
  const text = JSON.stringify(value ?? null);
  if (!text.includes("\\u0000") && !text.includes("\\ud")) return text;
  // JSON.stringify escapes only halves, never whole pairs. An escape counts when an even number of backslashes stands before it: in the text
  // of someone who wrote the six characters \u0000, the backslash itself is escaped, and taking half of that away would break the JSON.
  return text.replace(
    /(?<!\\)((?:\\\\)*)\\u(0000|d[89a-f][0-9a-f]{2})/g,
    (_all, before: string, code: string) => before + (code === "0000" ? "" : "\ufffd"),
  );
}

/** A column of jsonb values for `unnest(${jsonArray(xs)}::jsonb[])`. */
export function jsonArray(values: readonly unknown[]): string[] {
  return values.map(json);
}

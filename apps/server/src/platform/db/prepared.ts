import type pg from "pg";
import { bindable } from "./array-text.ts";
import type { Sql } from "./sql.ts";

/** Asked so often, a statement is worth a plan that is kept. */
const WORTH_KEEPING = 5;
/** Names in use, at most: a plan is some ten to a hundred kB at the server, on each connection. */
const MOST_KEPT = 250;
/** A name nobody used while so many statements ran makes room for another text; its plans end with their connections, which are renewed (`pool.ts`). */
const LONG_UNUSED = 100_000;
/** Texts that are counted; rules make their own without end, so the count starts anew when it is full. */
const MOST_COUNTED = 2_000;
/** A set larger than this is planned for its size: the plan of a kept statement does not know how many there will be. */
const LARGE = 2_000;

/** Runs a statement on a connection, or on any of a pool, by its kept plan where it has one. */
export type RunPrepared = <Row>(on: { query(query: pg.QueryConfig): Promise<{ rows: unknown[] }> }, statement: Sql) => Promise<Row[]>;

/**
 * Gives the statements a pool sends again and again a name, so that each of its connections parses and plans them once instead of every
 * time. The server keeps the general plan only where it costs no more than plans made for the values.
 */
export function openPrepared(): RunPrepared {
  const times = new Map<string, number>();
  const names = new Map<string, { readonly name: string; used: number }>(); // the first is the one used longest ago
  let given = 0;
  let run = 0;
  const nameOf = (text: string): string | undefined => {
    run += 1;
    const kept = names.get(text);
    if (kept) {
      kept.used = run;
      names.delete(text);
      names.set(text, kept);
      return kept.name;
    }
    if (names.size >= MOST_KEPT) {
      const [oldest, { used }] = names.entries().next().value!;
      if (run - used < LONG_UNUSED) return undefined;
      names.delete(oldest);
    }
    const asked = (times.get(text) ?? 0) + 1;
    if (asked >= WORTH_KEEPING) {
      times.delete(text);
      names.set(text, { name: `kept_${++given}`, used: run });
    } else {
      if (times.size >= MOST_COUNTED) times.clear();
      times.set(text, asked);
    }
    return names.get(text)?.name;
  };
  return async <Row>(on: { query(query: pg.QueryConfig): Promise<{ rows: unknown[] }> }, statement: Sql) => {
    const { text, values } = statement;
    const name = values.some((value) => Array.isArray(value) && value.length > LARGE) ? undefined : nameOf(text);
    try {
      return (await on.query({ text, values: bindable(values), ...(name && { name }) })).rows as Row[];
    } catch (error) {
      if (isStalePlan(error)) names.delete(text); // the next one gets a new name, on every connection
      throw error;
    }
  };
}

/** Whether a kept plan no longer fits its tables: a migration ran beside us. The same statement may be sent again. */
export function isStalePlan(error: unknown): boolean {
  return (error as { code?: string }).code === "0A000" && /cached plan/.test(String((error as Error).message));
}

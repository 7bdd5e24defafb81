/**
 * Runs the text of a developer against the workspace's views. The walls, from the outside in: the text is judged (query-text.ts); the
 * transaction only reads; the role sees the views only; the views show one workspace; time, memory, disk and rows are bounded; one at a
 * time for each workspace.
 */
import type { Id } from "@relance/model/base";
import type { Database, Tx } from "../../../platform/db/database.ts";
import { raw, sql, type Sql } from "../../../platform/db/sql.ts";
import { queryBusy, queryTooMuch, queryTooSlow, queryWrong } from "../errors.ts";
import { ensureQueries, QUERY_ROLE } from "./role.ts";
import { placeOf, queryProblem } from "./text.ts";

export interface QueryLimits {
  readonly seconds: number;
  /** Contacts of an answer. */
  readonly most: number;
}
export const QUERY_LIMITS: QueryLimits = { seconds: 10, most: 1_000_000 };

/** What the planner expects: cost in its own units (reading one page in order is 1), and rows. */
export interface QueryCost {
  readonly cost: number;
  readonly rows: number;
}

/** Ids that the query returns, each once, by bucket and in order. @throws queryWrong, queryTooSlow, queryTooMuch, queryBusy, queryUnavailable, queryUnsafe */
export async function runQuery(
  db: Database,
  input: { workspace: Id; query: string; limits?: QueryLimits },
): Promise<QueryCost & { readonly ids: Id[] }> {
  const limits = input.limits ?? QUERY_LIMITS;
  refuse(input.query);
  await ensureQueries(db);
  return db.transaction(async (tx) => {
    await enter(tx, input.workspace, limits);
    const asked = { query: input.query, before: "" };
    try {
      const cost = await explain(tx, asked);
      const ids = await answer(tx, asked, limits);
      if (ids.length > limits.most)
        throw queryTooMuch({ what: `The query names more than ${limits.most} contacts, which is the most.` }, { field: "query" });
      return { ...cost, ids };
    } catch (error) {
      throw wordError(error, asked, limits);
    }
  });
}

/** `before`: what stands before the query in the statement sent last. */
interface Asking {
  readonly query: string;
  before: string;
}

function refuse(query: string): void {
  const problem = queryProblem(query);
  if (problem) throw wrongAt(query, problem.at, problem.code, problem.message, problem.message);
}

async function enter(tx: Tx, workspace: Id, limits: QueryLimits): Promise<void> {
  const [turn] = await tx.query<{ free: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended('relance.sql ' || ${workspace}::text, 0)) as free`,
  );
  if (!turn!.free) throw queryBusy({}, { retryAfter: limits.seconds });
  const settings = [
    ["transaction_read_only", "on"],
    ["statement_timeout", `${limits.seconds}s`],
    ["lock_timeout", "2s"],
    ["work_mem", "32MB"],
    ["hash_mem_multiplier", "1"],
    ["max_parallel_workers_per_gather", "0"],
    ["jit", "off"],
    ["standard_conforming_strings", "on"],
    ["timezone", "UTC"],
    ["search_path", "relance_sql, pg_temp"],
    ["relance.workspace", workspace],
  ];
  await tx.query(
    sql`select set_config(s.name, s.value, true) from unnest(${settings.map(([name]) => name)}::text[], ${settings.map(([, value]) => value)}::text[]) as s (name, value)`,
  );
  // Only a superuser may bound what a statement spills to disk; elsewhere the operator's own setting holds.
  await tx.query(sql`select set_config('temp_file_limit', '1GB', true) from pg_roles where rolname = current_user and rolsuper`);
  await tx.query(sql`select set_config('role', ${QUERY_ROLE}, true)`);
}

// The bound makes a parameter, and a statement with parameters is one statement by protocol.
const around = (asked: Asking, before: string, after: Sql): Sql => {
  asked.before = `${before}\n`;
  return sql`${raw(`${asked.before}${asked.query}\n`)}${after}`;
};

async function explain(tx: Tx, asked: Asking): Promise<QueryCost> {
  const plan = async (before: string, after: Sql) =>
    (
      await tx.query<{
        "QUERY PLAN": readonly [
          { readonly Plan: { readonly Output?: readonly string[]; readonly "Total Cost": number; readonly "Plan Rows": number } },
        ];
      }>(around(asked, `explain (verbose, format json) ${before}`, after))
    )[0]!["QUERY PLAN"][0].Plan;
  const whole = await plan("select answer.* from (", sql`) as answer limit ${1e9}::bigint`);
  const columns = whole.Output?.length ?? 0;
  if (columns !== 1)
    throw queryWrong({ message: `The query returns ${columns} columns; a segment needs one, the contact’s id.` }, { field: "query" });
  // Compared with an id, so that another type of column is an error of planning.
  await plan(
    "select answer.contact_id from (",
    sql`) as answer (contact_id) where answer.contact_id = any(array[]::uuid[]) limit ${1e9}::bigint`,
  );
  return { cost: whole["Total Cost"], rows: whole["Plan Rows"] };
}

async function answer(tx: Tx, asked: Asking, limits: QueryLimits): Promise<Id[]> {
  const rows = await tx.query<{ ids: string }>(
    around(
      asked,
      "select string_agg(d.id, '' order by d.id) as ids from (select distinct replace(answer.contact_id::text, '-', '') as id from (",
      sql`) as answer (contact_id)
    where answer.contact_id is not null limit ${limits.most + 1}::bigint) d group by right(d.id, 2) order by right(d.id, 2)`,
    ),
  );
  return rows.flatMap((row) => idsOf(row.ids));
}

/** Of 32 hexadecimal digits each. */
function idsOf(text: string): Id[] {
  const ids: Id[] = [];
  for (let at = 0; at < text.length; at += 32)
    ids.push(
      `${text.slice(at, at + 8)}-${text.slice(at + 8, at + 12)}-${text.slice(at + 12, at + 16)}-${text.slice(at + 16, at + 20)}-${text.slice(at + 20, at + 32)}`,
    );
  return ids;
}

function wordError(error: unknown, asked: Asking, limits: QueryLimits): unknown {
  const { code = "", message = "", position } = error as { code?: string; message?: string; position?: string };
  if (code === "57014") return queryTooSlow(limits, { field: "query", cause: error });
  if (/^5[34]/.test(code))
    return queryTooMuch(
      { what: "The query needs more memory or disk than a segment may use. Ask about fewer rows." },
      { field: "query", cause: error },
    );
  if (!/^(42|22|21|0A|25006)/.test(code)) return error;
  if (code === "42883" && asked.before.startsWith("explain (verbose, format json) select answer.contact_id"))
    return queryWrong(
      { message: "The query must return the ids of contacts: select the column id of contacts, or a column contact_id." },
      { field: "query", cause: error },
    );
  // PostgreSQL counts characters, not units of UTF-16, from 1.
  const place = position === undefined ? -1 : Number(position) - 1 - asked.before.length;
  const characters = Array.from(asked.query);
  const at = place < 0 || place > characters.length ? null : characters.slice(0, place).join("").length;
  return wrongAt(asked.query, at, `postgresql_${code}`, `The database says: ${message}.`, message, error);
}

/** `query:LINE:COLUMN`, both from 1. */
function wrongAt(query: string, at: number | null, code: string, message: string, short: string, cause?: unknown) {
  const { line, column } = placeOf(query, at ?? 0);
  const field = at === null ? "query" : `query:${line}:${column}`;
  return queryWrong({ message }, { field, problems: [{ field, code, message: short }], cause });
}

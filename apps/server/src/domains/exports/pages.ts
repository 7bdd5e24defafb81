import { BUCKETS, type Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { empty, join, raw, sql, type Sql } from "../../platform/db/sql.ts";
import type { Kind } from "./kinds.ts";

const PAGE = 5_000;

export type Row = readonly unknown[];

/** Rows of one kind and how far the reading is, 0 to 1. */
export interface Page {
  readonly rows: readonly Row[];
  readonly share: number;
}

/**
 * All rows of a kind in a workspace, page by page in the order of their key, which is that of the table's own index. Each page is a statement
 * of its own: what is written meanwhile may or may not be among them, nothing is there twice.
 */
export async function* pagesOf(db: Db, input: { workspace: Id; kind: Kind; segment: Id | null }): AsyncGenerator<Page> {
  const key = keyOf(input.kind);
  for (let after: readonly unknown[] | null = null; ;) {
    const found: Record<string, unknown>[] = await selectPage(db, { ...input, after });
    const last = found.at(-1);
    after = last === undefined ? null : key.map((_key, index) => last[`k${index}`]);
    const ends = found.length < PAGE;
    // Buckets are equal shares of contacts; of what has none, nobody counts the rows beforehand.
    const share = ends ? 1 : input.kind.bucketed ? Number(after?.[0]) / BUCKETS : 0.5;
    yield { rows: found.map((row) => input.kind.columns.map((_column, index) => row[`c${index}`] ?? null)), share };
    if (ends) return;
  }
}

const keyOf = (kind: Kind): Kind["key"] => (kind.bucketed ? [[sql`${raw(kind.of)}.bucket`, sql`smallint`], ...kind.key] : kind.key);

// The key travels as text, so that an instant keeps its microseconds.
function selectPage(
  db: Db,
  input: { workspace: Id; kind: Kind; segment: Id | null; after: readonly unknown[] | null },
): Promise<Record<string, unknown>[]> {
  const { kind, after } = input;
  const [of, key] = [raw(kind.of), keyOf(kind)];
  const columns: Sql[] = [
    ...kind.columns.map((column, index) => sql`${column.from} as ${raw(`c${index}`)}`),
    ...key.map(([column], index) => sql`(${column})::text as ${raw(`k${index}`)}`),
  ];
  const keys = join(key.map(([column]) => column));
  const from = after === null ? empty : sql`and (${keys}) > (${join(key.map(([, type], index) => sql`${after[index]}::${type}`))})`;
  const only =
    input.segment === null || kind.contact === null
      ? empty
      : sql`and exists (select 1 from segment_members x where x.bucket = ${of}.bucket and x.segment_id = ${input.segment}::uuid and x.contact_id = ${kind.contact})`;
  return db.query(
    sql`select ${join(columns)} from ${kind.tables} where ${of}.workspace_id = ${input.workspace}::uuid ${from} ${only} order by ${keys} limit ${PAGE}`,
  );
}

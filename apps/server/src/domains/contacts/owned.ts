import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";

/**
 * Every table with rows of contacts, and how they follow when one contact is folded into another. A new contact-owned table adds a
 * line here; a test compares this list with the schema. Rows that move remember the part they belong to (`part_id`), and go back with it
 * when the two are separated; what readiness put right stays, so that its undo finds it.
 *
 * - `move`: each row goes to the winner's bucket with the winner's id; where the winner has a row of that key, the winner's stays and
 *   the other is kept aside
 * - `consents`: as move, but the newest word stays; separated contacts have the last words of their own proofs
 * - `inbox`: as move, with the counts of facts per bucket
 * - `lines`: rows hang on another row that moved (`of` is its table, `key` the column)
 * - `keyed`: as move, and the table in which rows are looked up follows (`keys` is its name, `key` the column)
 * - `runs`: as move, but of two runs active in the same journey under the same key the loser's ends as `merged`
 * - `carts`: as move; the one cart of a shop without cart ids becomes the winner's own, the newer of the two stays
 * - `parts`: written anew with the contact
 * - `listener`: stays, and goes when its domain hears `contact.merged` in the engine (memberships are counted there)
 * - `history`: stays as it is, on purpose
 */
export const contactOwnedTables = [
  { table: "events", how: "move" },
  { table: "order_lines", how: "lines", of: "orders", key: "order_id" },
  { table: "orders", how: "keyed", keys: "order_keys", key: "order_id" },
  { table: "objects", how: "keyed", keys: "object_keys", key: "object_id" },
  { table: "carts", how: "carts" },
  { table: "product_interests", how: "move" },
  { table: "article_reads", how: "move" },
  { table: "attribute_changes", how: "move" },
  { table: "group_members", how: "move" },
  { table: "identity_conflicts", how: "move" },
  { table: "consent_proofs", how: "move" },
  { table: "consents", how: "consents" },
  { table: "predictions", how: "move" },
  { table: "inbox", how: "inbox" },
  { table: "inbox_quarantine", how: "history" },
  { table: "runs", how: "runs" },
  { table: "visits", how: "move" },
  { table: "journey_dates", how: "move" },
  { table: "held_starts", how: "move" },
  { table: "start_timers", how: "move" },
  { table: "tasks", how: "move" },
  { table: "split_people", how: "move" },
  { table: "coupons", how: "move" },
  { table: "sends", how: "move" },
  { table: "engagements", how: "move" },
  { table: "outbox_messages", how: "move" },
  { table: "form_submissions", how: "move" },
  { table: "segment_memberships", how: "listener" },
  { table: "segment_wakes", how: "listener" },
  { table: "sql_answers", how: "history" },
  { table: "computed_timers", how: "listener" },
  { table: "audience_marks", how: "listener" },
  { table: "audience_members", how: "listener" },
  { table: "readiness_marks", how: "listener" },
  { table: "contact_audits", how: "listener" },
  { table: "contact_findings", how: "listener" },
  { table: "contact_fix_changes", how: "move" },
  { table: "segment_moves", how: "move" },
  { table: "rehearsal_people", how: "move" },
  { table: "contact_parts", how: "parts" },
  { table: "kept_rows", how: "move" },
] as const;

export interface Shape {
  readonly columns: readonly string[];
  /** Of the primary key. */
  readonly key: readonly string[];
}

const shapes = new Map<string, Shape>();

/** The columns of a table of ours, from the schema itself, so that a new column moves too. */
export async function shapeOf(db: Db, table: string): Promise<Shape> {
  const cached = shapes.get(table);
  if (cached) return cached;
  const rows = await db.query<{ name: string; key: boolean }>(sql`
    select a.attname as name, coalesce(a.attnum = any(i.indkey::smallint[]), false) as key
    from pg_class c join pg_attribute a on a.attrelid = c.oid left join pg_index i on i.indrelid = c.oid and i.indisprimary
    where c.relnamespace = current_schema()::regnamespace and c.relname = ${table} and a.attnum > 0 and not a.attisdropped order by a.attnum`);
  const columns = rows.map((row) => row.name);
  if (columns.some((name) => !/^[a-z][a-z0-9_]*$/.test(name))) throw new Error(`A column of ${table} has a name of another form`);
  const shape = { columns, key: rows.filter((row) => row.key).map((row) => row.name) };
  shapes.set(table, shape);
  return shape;
}

/** The columns that tell a row from others of the same contact. */
export const ownKey = (shape: Shape): readonly string[] => shape.key.filter((name) => name !== "bucket" && name !== "contact_id");

import { bucketOf, type Id } from "@relance/model/base";
import type { Db } from "../../platform/db/database.ts";
import { raw, sql, type Sql } from "../../platform/db/sql.ts";
import { contactOwnedTables } from "../contacts/index.ts";

/** Tables that say nothing of a person: what the machine still has to do. */
const MACHINERY = new Set([
  "inbox",
  "inbox_quarantine",
  "segment_wakes",
  "computed_timers",
  "audience_marks",
  "readiness_marks",
  "sql_answers",
  "contact_audits",
]);
/** Columns that serve the machine. */
const INSIDE = ["bucket", "workspace_id", "lease_epoch", "claimed_by", "claimed_until", "part_id", "attempts", "unfinished", "stamp"];

type Rows = readonly Record<string, unknown>[];

/** Everything known of a contact, by table: rows as they are stored, without what serves the machine only. */
export async function everythingOf(db: Db, person: { readonly workspace: Id; readonly contact: Id }): Promise<Record<string, Rows>> {
  const { workspace, contact } = person;
  const own = sql`t.bucket = ${bucketOf(contact)} and t.contact_id = ${contact} and t.workspace_id = ${workspace}`;
  const where: [string, Sql][] = [
    ["contacts", sql`t.bucket = ${bucketOf(contact)} and t.id = ${contact} and t.workspace_id = ${workspace}`],
    ["identities", sql`t.contact_id = ${contact} and t.workspace_id = ${workspace}`],
    ["merges", sql`t.bucket = ${bucketOf(contact)} and t.winner_id = ${contact} and t.workspace_id = ${workspace}`],
    ...contactOwnedTables
      .filter(({ table }) => !MACHINERY.has(table))
      .map(({ table }): [string, Sql] => [
        table,
        table === "order_lines"
          ? sql`t.bucket = ${bucketOf(contact)} and t.order_id in (select o.id from orders o where o.bucket = ${bucketOf(contact)} and o.contact_id = ${contact} and o.workspace_id = ${workspace})`
          : own,
      ]),
  ];
  const tables: Record<string, Rows> = {};
  for (const [table, of] of where) {
    const rows = await db.query<{ row: Record<string, unknown> }>(
      sql`select to_jsonb(t) - ${INSIDE}::text[] as row from ${raw(table)} t where ${of} order by to_jsonb(t)::text`,
    );
    if (rows.length > 0) tables[table] = rows.map(({ row }) => row);
  }
  return tables;
}

/** What the ids in those rows are called. */
export async function namesIn(
  db: Db,
  input: { readonly workspace: Id; readonly tables: Record<string, Rows> },
): Promise<Record<string, string>> {
  const ids = [
    ...new Set(
      Object.values(input.tables)
        .flat()
        .flatMap((row) =>
          Object.entries(row).flatMap(([column, value]) =>
            column.endsWith("_id") && typeof value === "string" && /^[0-9a-f-]{36}$/.test(value) ? [value] : [],
          ),
        ),
    ),
  ];
  const of = (table: string) =>
    sql`select t.id, t.name from ${raw(table)} t where t.workspace_id = ${input.workspace} and t.id = any(${ids}::uuid[])`;
  const rows = await db.query<{ id: Id; name: string }>(
    sql`${of("journeys")} union all ${of("segments")} union all ${of("templates")} union all ${of("groups")} union all ${of("stores")} union all ${of("products")} union all ${of("coupon_pools")} order by 1`,
  );
  return Object.fromEntries(rows.map((row) => [row.id, row.name]));
}

import { Readable } from "node:stream";
import { BUCKETS, toIso, type Id, type Instant } from "@relance/model/base";
import { stringify } from "csv-stringify";
import { unformula } from "../../platform/csv/index.ts";
import type { Db } from "../../platform/db/database.ts";
import { empty, join, sql, type Sql } from "../../platform/db/sql.ts";
import { columnUnknown } from "./errors.ts";

/** Buckets read together: of a million members some 16,000 rows. */
const SLICE = 4;
const TEXTS = [
  "external_id",
  "email",
  "phone",
  "first_name",
  "last_name",
  "locale",
  "time_zone",
  "country",
  "region",
  "postal_code",
  "city",
  "customer_type",
] as const;
const OTHERS: Readonly<Record<string, Sql>> = {
  id: sql`c.id`,
  known: sql`c.known`,
  birth_date: sql`c.birth_date`,
  entered_at: sql`m.entered_at`,
  created_at: sql`c.created_at`,
  last_seen_at: sql`c.last_seen_at`,
};
const INSTANTS = new Set(["entered_at", "created_at", "last_seen_at"]);

/** Checks the chosen columns: contact fields, `entered_at`, or `attributes.<name>`. @throws columnUnknown naming the one at fault */
export function checkColumns(columns: readonly string[]): void {
  columns.forEach((column, index) => {
    if (!Object.hasOwn(OTHERS, column) && !TEXTS.some((text) => text === column) && !/^attributes\.[^\0]{1,100}$/.test(column))
      throw columnUnknown({ column }, { field: `columns[${index}]` });
  });
}

/** The members as CSV, read a few buckets at a time, in the same order for the same members. Cells that a spreadsheet would run are made harmless. */
export function exportMembers(db: Db, input: { workspace: Id; segment: Id; columns: readonly string[] }): Readable {
  return Readable.from(rowsOf(db, input)).compose(stringify()) as unknown as Readable;
}

async function* rowsOf(db: Db, input: { workspace: Id; segment: Id; columns: readonly string[] }): AsyncGenerator<string[]> {
  yield input.columns.map(unformula);
  for (let bucket = 0; bucket < BUCKETS; bucket += SLICE) {
    const rows = await selectRows(db, { ...input, buckets: Array.from({ length: SLICE }, (_none, index) => bucket + index) });
    for (const row of rows) yield input.columns.map((column, index) => cellOf(row[`k${index}`], column));
  }
}

function selectRows(
  db: Db,
  input: { workspace: Id; segment: Id; columns: readonly string[]; buckets: readonly number[] },
): Promise<Record<string, unknown>[]> {
  const wanted = input.columns.map((column, index) => sql`, ${columnOf(column)} as ${sql([`k${index}`])}`);
  return db.query<Record<string, unknown>>(sql`
    select c.bucket ${wanted.length === 0 ? empty : join(wanted, " ")} from segment_members m join contacts c on c.bucket = m.bucket and c.id = m.contact_id and c.workspace_id = m.workspace_id
    where m.bucket = any(${input.buckets as number[]}::smallint[]) and m.segment_id = ${input.segment}::uuid and m.workspace_id = ${input.workspace}::uuid order by m.bucket, m.contact_id`);
}

function columnOf(column: string): Sql {
  if (column.startsWith("attributes.")) return sql`c.attributes -> ${column.slice("attributes.".length)}::text`;
  return OTHERS[column] ?? sql([`c.${TEXTS.find((text) => text === column)!}`]);
}

function cellOf(value: unknown, column: string): string {
  if (value === null || value === undefined) return "";
  if (INSTANTS.has(column)) return toIso(value as Instant);
  return unformula(typeof value === "string" ? value : JSON.stringify(value));
}

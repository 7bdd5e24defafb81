import type { Id, Instant } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import { raw } from "../../platform/db/sql.ts";
import { COLUMN_NAMES, COLUMNS, type Contact, type Draft, isKnown } from "./columns.ts";

/** A row of `contacts` as PostgreSQL gives it. */
export type ContactRecord = {
  bucket: number;
  id: Id;
  workspace_id: Id;
  attributes: Record<string, Json>;
  field_times: Record<string, Instant>;
  known: boolean;
  created_at: Instant;
  updated_at: Instant;
  last_seen_at: Instant | null;
} & { [column: string]: unknown };

/** The columns of a contact, prefixed, as fixed text. */
export const contactColumns = (alias: string) =>
  raw(
    ["bucket", "id", "workspace_id", ...COLUMN_NAMES, "attributes", "field_times", "known", "created_at", "updated_at", "last_seen_at"]
      .map((name) => `${alias}.${name}`)
      .join(", "),
  );

export function contactOf(row: ContactRecord): Contact {
  const columns: Record<string, Json> = {};
  for (const name of COLUMN_NAMES) {
    const value = row[name];
    if (value !== null && value !== undefined) columns[name] = value as Json;
  }
  return {
    bucket: row.bucket,
    id: row.id,
    workspace: row.workspace_id,
    known: row.known,
    columns,
    attributes: row.attributes,
    fieldTimes: row.field_times,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastSeenAt: row.last_seen_at,
  };
}

/** Drafts as one JSON document for `jsonb_to_recordset`-free inserts: a column per array, in the order of `DRAFT_COLUMNS`. */
export function draftArrays(drafts: readonly Draft[]): { readonly column: string; readonly type: string; readonly values: unknown[] }[] {
  return [
    { column: "bucket", type: "smallint", values: drafts.map((one) => one.bucket) },
    { column: "id", type: "uuid", values: drafts.map((one) => one.id) },
    { column: "workspace_id", type: "uuid", values: drafts.map((one) => one.workspace) },
    ...COLUMN_NAMES.map((column) => ({
      column,
      type: COLUMNS[column],
      values: drafts.map((one) => one.columns[column] ?? null) as unknown[],
    })),
    { column: "attributes", type: "jsonb", values: drafts.map((one) => JSON.stringify(one.attributes)) },
    { column: "field_times", type: "jsonb", values: drafts.map((one) => JSON.stringify(one.fieldTimes)) },
    { column: "known", type: "boolean", values: drafts.map(isKnown) },
    { column: "created_at", type: "timestamptz", values: drafts.map((one) => new Date(one.createdAt).toISOString()) },
    {
      column: "last_seen_at",
      type: "timestamptz",
      values: drafts.map((one) => (one.lastSeenAt === null ? null : new Date(one.lastSeenAt).toISOString())),
    },
  ];
}

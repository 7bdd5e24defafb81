import { DATE_FORMATS, mapping, target } from "@relance/model/imports";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { failure, id, idParams, instant, page, pageQuery } from "./shapes.ts";

export const IMPORT_STATES = ["uploaded", "checking", "checked", "running", "done", "failed", "cancelled"] as const;

const counts = z.object({ created: z.number(), updated: z.number(), unchanged: z.number() });

/** What a check found or a run did. Money is in the mapping's currencies, summed without conversion. */
export const importReport = z.object({
  rows: z.number(),
  refused: z.number(),
  refusedByCode: z.record(z.string(), z.number()),
  refusedByTable: z.record(z.string(), z.number()),
  contacts: z.number(),
  orders: z.number(),
  returns: z.number(),
  ordersWithoutContact: z.number(),
  products: z.number(),
  articles: z.number(),
  /** Rows of refunds of orders that are known, here or from before. */
  refunds: z.number(),
  carts: z.number(),
  /** When a sale among the products begins or ends next: prices change then without the file changing. */
  pricesChangeAt: instant.nullable(),
  /** Sum of the line totals of sales and returns. */
  total: z.number(),
  quantity: z.number(),
  firstOrderAt: instant.nullable(),
  lastOrderAt: instant.nullable(),
  /** Only after a run. */
  applied: counts.extend({ /** Rows about people who were erased: left out. */ erased: z.number().optional() }).nullable(),
});
export type ImportReport = z.infer<typeof importReport>;

export const TABLE_FORMATS = ["csv", "ndjson", "feed", "xlsx", "parquet"] as const;

/** A table found in a file of the import, and how it is written. */
export const importTable = z.object({
  name: z.string(),
  format: z.enum(TABLE_FORMATS),
  packing: z.enum(["none", "gzip", "zip"]),
  /** Null where the format says it by itself. */
  encoding: z.string().nullable(),
  separator: z.string().nullable(),
  columns: z.array(z.string()),
  sample: z.array(z.array(z.string())),
  /** How its numbers and dates are written, as far as its first 1,000 rows tell. */
  detected: z.object({
    decimal: z.enum([".", ","]).nullable(),
    dayFirst: z.boolean().nullable(),
    dates: z.array(z.object({ column: z.string(), format: z.enum(DATE_FORMATS) })),
  }),
});
export type ImportTable = z.infer<typeof importTable>;

export const importView = z.object({
  id,
  fileName: z.string(),
  fileBytes: z.number(),
  state: z.enum(IMPORT_STATES),
  tables: z.array(importTable),
  /** The chosen mapping, or the proposed one; null when no column was recognised. */
  mapping: mapping.nullable(),
  /** How values are read: as chosen, or as the files and the workspace suggest. */
  options: mapping.shape.options,
  /** How sure the proposal is of each column, 0 to 1. */
  confidence: z.array(z.object({ table: z.string(), column: z.string(), to: target.nullable(), sure: z.number() })),
  rowsDone: z.number(),
  rowsTotal: z.number().nullable(),
  /** How far a check has read the files, of `fileBytes`. */
  bytesDone: z.number(),
  report: importReport.nullable(),
  error: z.string().nullable(),
  /** Why it failed, as a code and what its sentence speaks of. */
  reason: failure.nullable(),
  createdAt: instant,
  createdBy: z.string(),
  finishedAt: instant.nullable(),
});
export type ImportView = z.infer<typeof importView>;

const write = { role: "editor", scope: "imports:write" } as const;
const read = { role: "viewer", scope: "imports:read" } as const;
const tag = "Imports";

const fileName = z.strictObject({ fileName: z.string().min(1).max(200) });

/** The body is the file itself (`application/octet-stream`, or its own type), at most 2 GB. Its form is told from its bytes, not its name. */
export const uploadImport = endpoint({
  method: "POST",
  path: "/api/imports",
  tag,
  access: write,
  summary:
    "Upload a file (CSV, TSV, NDJSON, XLSX, Parquet, or texts in gzip or zip); the answer holds the tables that were found, how they are written and a proposed mapping",
  query: fileName,
  response: importView,
  status: 201,
});
/** As for a first file. The proposal is made anew over all tables; a chosen mapping is dropped. */
export const addImportFile = endpoint({
  method: "POST",
  path: "/api/imports/:id/files",
  tag,
  access: write,
  summary: "Add a file to an import that was not run: its tables are joined with the others by order, contact and product numbers",
  params: idParams,
  query: fileName,
  response: importView,
  status: 201,
});
export const listImports = endpoint({
  method: "GET",
  path: "/api/imports",
  tag,
  access: read,
  summary: "Imports, newest first",
  query: pageQuery,
  response: page(importView),
});
export const getImport = endpoint({
  method: "GET",
  path: "/api/imports/:id",
  tag,
  access: read,
  summary: "One import with its progress and report",
  params: idParams,
  response: importView,
});
export const checkImport = endpoint({
  method: "POST",
  path: "/api/imports/:id/check",
  tag,
  access: write,
  summary: "Read every row with a mapping and report; nothing of the workspace changes",
  params: idParams,
  body: z.strictObject({ mapping }),
  response: importView,
  status: 202,
});
export const runImport = endpoint({
  method: "POST",
  path: "/api/imports/:id/run",
  tag,
  access: write,
  summary: "Apply a checked import",
  params: idParams,
  response: importView,
  status: 202,
});
export const cancelImport = endpoint({
  method: "POST",
  path: "/api/imports/:id/cancel",
  tag,
  access: write,
  summary: "Stop a check or a run; what was applied stays",
  params: idParams,
  response: importView,
});
export const listRefusals = endpoint({
  method: "GET",
  path: "/api/imports/:id/refusals",
  tag,
  access: read,
  summary: "Rows that were refused, with the reason",
  params: idParams,
  query: pageQuery,
  response: page(
    z.object({
      table: z.string(),
      row: z.number(),
      field: z.string(),
      code: z.string(),
      /** In English. */ message: z.string(),
      /** With what the message is said in any language; null of rows that earlier releases refused. */ params: z
        .record(z.string(), z.unknown())
        .nullable(),
      cells: z.array(z.string()),
    }),
  ),
});
export const downloadRefusals = endpoint({
  method: "GET",
  path: "/api/imports/:id/refusals.csv",
  tag,
  access: read,
  summary: "The refused rows of one table (the first unless named) as a CSV file to mend and upload again",
  params: idParams,
  query: z.strictObject({
    table: z.string().min(1).max(200).optional(),
    /** Of the reasons; left out, that of the workspace. */ language: z.enum(["fr", "en"]).optional(),
  }),
  response: z.string(),
});

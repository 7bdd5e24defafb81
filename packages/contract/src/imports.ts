import { mapping, target } from "@relance/model/imports";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

export const IMPORT_STATES = ["uploaded", "checking", "checked", "running", "done", "failed", "cancelled"] as const;

const counts = z.object({ created: z.number(), updated: z.number(), unchanged: z.number() });

/** What a check found or a run did. Money is in the mapping's currencies, summed without conversion. */
export const importReport = z.object({
  rows: z.number(),
  refused: z.number(),
  refusedByCode: z.record(z.string(), z.number()),
  contacts: z.number(),
  orders: z.number(),
  returns: z.number(),
  ordersWithoutContact: z.number(),
  products: z.number(),
  /** Sum of the line totals of sales and returns. */
  total: z.number(),
  quantity: z.number(),
  firstOrderAt: instant.nullable(),
  lastOrderAt: instant.nullable(),
  /** Only after a run. */
  applied: counts.nullable(),
});
export type ImportReport = z.infer<typeof importReport>;

export const importView = z.object({
  id,
  fileName: z.string(),
  fileBytes: z.number(),
  state: z.enum(IMPORT_STATES),
  columns: z.array(z.string()),
  separator: z.string(),
  encoding: z.string(),
  sample: z.array(z.array(z.string())),
  mapping: mapping.nullable(),
  /** How sure the proposal is of each column, 0 to 1. */
  confidence: z.array(z.object({ column: z.string(), to: target.nullable(), sure: z.number() })),
  rowsDone: z.number(),
  rowsTotal: z.number().nullable(),
  report: importReport.nullable(),
  error: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  finishedAt: instant.nullable(),
});
export type ImportView = z.infer<typeof importView>;

const write = { role: "editor", scope: "imports:write" } as const;
const read = { role: "viewer", scope: "imports:read" } as const;
const tag = "Imports";

/** The body is the file itself (`text/csv` or `application/octet-stream`), at most 2 GB. */
export const uploadImport = endpoint({
  method: "POST", path: "/api/imports", tag, access: write, summary: "Upload a CSV file; the answer holds what was detected and a proposed mapping",
  query: z.strictObject({ fileName: z.string().min(1).max(200) }), response: importView, status: 201,
});
export const listImports = endpoint({ method: "GET", path: "/api/imports", tag, access: read, summary: "Imports, newest first", query: pageQuery, response: page(importView) });
export const getImport = endpoint({ method: "GET", path: "/api/imports/:id", tag, access: read, summary: "One import with its progress and report", params: idParams, response: importView });
export const checkImport = endpoint({
  method: "POST", path: "/api/imports/:id/check", tag, access: write, summary: "Read every row with a mapping and report; nothing of the workspace changes",
  params: idParams, body: z.strictObject({ mapping }), response: importView, status: 202,
});
export const runImport = endpoint({ method: "POST", path: "/api/imports/:id/run", tag, access: write, summary: "Apply a checked import", params: idParams, response: importView, status: 202 });
export const cancelImport = endpoint({ method: "POST", path: "/api/imports/:id/cancel", tag, access: write, summary: "Stop a check or a run; what was applied stays", params: idParams, response: importView });
export const listRefusals = endpoint({
  method: "GET", path: "/api/imports/:id/refusals", tag, access: read, summary: "Rows that were refused, with the reason",
  params: idParams, query: pageQuery, response: page(z.object({ row: z.number(), field: z.string(), code: z.string(), message: z.string(), cells: z.array(z.string()) })),
});
export const downloadRefusals = endpoint({ method: "GET", path: "/api/imports/:id/refusals.csv", tag, access: read, summary: "The refused rows as a CSV file to mend and upload again", params: idParams, response: z.string() });

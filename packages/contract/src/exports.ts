import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

/** What can be exported; each is one table. */
export const EXPORT_KINDS = [
  "contacts",
  "events",
  "orders",
  "order_lines",
  "refunds",
  "carts",
  "products",
  "variants",
  "prices",
  "stock",
  "segment_members",
  "group_members",
  "consents",
  "sends",
  "engagements",
  "coupons",
] as const;
export type ExportKind = (typeof EXPORT_KINDS)[number];
export const EXPORT_FORMATS = ["csv", "ndjson", "parquet"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];
export const EXPORT_STATES = ["waiting", "running", "done", "failed", "cancelled", "expired"] as const;

export const exportView = z.object({
  id,
  kind: z.enum(EXPORT_KINDS),
  format: z.enum(EXPORT_FORMATS),
  segment: id.nullable(),
  state: z.enum(EXPORT_STATES),
  rowsDone: z.number(),
  /** How far it is, 0 to 1. */
  share: z.number(),
  bytes: z.number().nullable(),
  error: z.string().nullable(),
  /** Address to fetch the file from without signing in, good for an hour from this answer; null until it is done and once it is gone. */
  link: z.string().nullable(),
  createdAt: instant,
  createdBy: z.string(),
  finishedAt: instant.nullable(),
  /** When the file is deleted. */
  expiresAt: instant.nullable(),
});
export type ExportView = z.infer<typeof exportView>;

// Everything known of everyone leaves the house: not for every editor.
const access = { role: "approver", scope: "contacts:read" } as const;
const tag = "Exports";

export const createExports = endpoint({
  method: "POST",
  path: "/api/exports",
  tag,
  access,
  status: 201,
  summary: "Export tables of the workspace, each as a file made by a job; written to the audit log",
  body: z.strictObject({
    kinds: z.array(z.enum(EXPORT_KINDS)).min(1).max(EXPORT_KINDS.length),
    format: z.enum(EXPORT_FORMATS),
    segment: id.nullable().default(null),
  }),
  response: z.object({ items: z.array(exportView) }),
});
export const listExports = endpoint({
  method: "GET",
  path: "/api/exports",
  tag,
  access,
  summary: "Exports, newest first",
  query: pageQuery,
  response: page(exportView),
});
export const getExport = endpoint({
  method: "GET",
  path: "/api/exports/:id",
  tag,
  access,
  summary: "One export with its progress and link",
  params: idParams,
  response: exportView,
});
export const cancelExport = endpoint({
  method: "POST",
  path: "/api/exports/:id/cancel",
  tag,
  access,
  summary: "Stop an export, or delete the file of one that is done",
  params: idParams,
  response: exportView,
});
/** The token is in an export's link. */
export const downloadExport = endpoint({
  method: "GET",
  path: "/api/export-files/:token",
  tag,
  access: "public",
  summary: "The file of an export, by its link",
  params: z.strictObject({ token: z.string().max(300) }),
  response: z.string(),
});

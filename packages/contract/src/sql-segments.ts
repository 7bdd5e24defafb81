import { SQL_LONGEST } from "@relance/model/rules";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { segment } from "./segments.ts";
import { id, idParams, instant, revision } from "./shapes.ts";

const tag = "SQL segments";
const read = { role: "viewer", scope: "segments:read" } as const;
const refresh = { role: "editor", scope: "segments:write" } as const;
/** A query reads everything the workspace knows: for those who may do everything in it. */
const write = { role: "admin", scope: "segments:write" } as const;
const count = z.number().int().min(0);
const query = z.string().min(1).max(SQL_LONGEST);
/** Minutes between refreshes; null: on demand only. */
const everyMinutes = z.number().int().min(15).max(44_640).nullable();

export const sqlSegment = z.object({
  id,
  query,
  everyMinutes,
  nextAt: instant.nullable(),
  ranAt: instant,
  tookMs: count,
  cost: z.number(),
  named: count,
  /** Why the last run failed; the answer before stays in force. */
  problem: z.object({ code: z.string(), message: z.string(), field: z.string() }).nullable(),
});
export type SqlSegment = z.infer<typeof sqlSegment>;

export const sqlViews = endpoint({
  method: "GET",
  path: "/api/sql-segments/views",
  tag,
  access: read,
  summary: "What queries may read, their limits, and whether they can be run here",
  response: z.object({
    views: z.array(z.object({ name: z.string(), columns: z.array(z.object({ name: z.string(), type: z.string() })) })),
    limits: z.object({ seconds: count, contacts: count }),
    /** What whoever runs the database must execute first; null when queries can be run. */
    missing: z.array(z.string()).nullable(),
    /** The server’s version when queries are switched off for its known holes, and the one that has none. */
    unsafe: z.object({ version: z.string(), needed: z.string() }).nullable(),
  }),
});
export const previewSql = endpoint({
  method: "POST",
  path: "/api/sql-segments/preview",
  tag,
  access: write,
  summary: "Run a query within its limits: how many contacts it names, a few of them, and its cost; nothing is stored",
  body: z.strictObject({ query, sample: z.number().int().min(0).max(20).default(5) }),
  response: z.object({
    count,
    sample: z.array(z.object({ id, name: z.string(), email: z.string().nullable(), known: z.boolean() })),
    /** In the planner’s units. */ cost: z.number(),
    /** As the planner expects. */ rows: z.number(),
    tookMs: count,
  }),
});
export const createSqlSegment = endpoint({
  method: "POST",
  path: "/api/sql-segments",
  tag,
  access: write,
  summary: "Create a segment of the contacts whose ids a query returns",
  status: 201,
  body: z.strictObject({
    name: z.string().trim().min(1).max(200),
    description: z.string().max(2_000).default(""),
    query,
    everyMinutes: everyMinutes.default(null),
  }),
  response: segment,
});
export const getSqlSegment = endpoint({
  method: "GET",
  path: "/api/sql-segments/:id",
  tag,
  access: read,
  summary: "The query of a segment, when it ran last and when it runs next",
  params: idParams,
  response: sqlSegment,
});
export const changeSqlSegment = endpoint({
  method: "PATCH",
  path: "/api/sql-segments/:id",
  tag,
  access: write,
  summary: "Change a segment’s query (with the version it was read at) or its schedule",
  params: idParams,
  body: z.strictObject({ query: query.optional(), everyMinutes: everyMinutes.optional(), version: revision.optional() }),
  response: sqlSegment,
});
export const refreshSqlSegment = endpoint({
  method: "POST",
  path: "/api/sql-segments/:id/refresh",
  tag,
  access: refresh,
  summary: "Run a segment’s query now",
  params: idParams,
  response: sqlSegment,
});

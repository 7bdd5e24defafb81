import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

/** What recipients do with messages. The public pages (`/t`, `/u`, `/v`) are outside the API: their addresses are signed and made by the server. */
export const ENGAGEMENT_KINDS = ["opened", "clicked", "unsubscribed"] as const;
const read = { role: "viewer", scope: "delivery:read" } as const;
const tag = "tracking";

export const engagementRow = z.object({
  kind: z.string(),
  machine: z.boolean(),
  link: z.number().int().nullable(),
  url: z.string().nullable(),
  at: instant,
});
export type EngagementRow = z.infer<typeof engagementRow>;
export const listSendEngagements = endpoint({
  method: "GET",
  path: "/api/sends/:id/engagements",
  tag,
  access: read,
  summary: "What the recipient, and machines before them, did with one message; oldest first",
  params: idParams,
  response: z.object({ items: z.array(engagementRow) }),
});

/** `times` counts every one, `sends` each message once. */
export const engagementTotal = z.object({ kind: z.string(), machine: z.boolean(), times: z.number().int(), sends: z.number().int() });
export type EngagementTotal = z.infer<typeof engagementTotal>;
export const engagementTotals = endpoint({
  method: "GET",
  path: "/api/engagement-totals",
  tag,
  access: read,
  summary: "Opens, clicks and unsubscriptions of a template, a journey's step, or the whole workspace; people and machines apart",
  query: z.strictObject({ template: id.optional(), journey: id.optional(), step: z.string().max(100).optional() }),
  response: z.object({ items: z.array(engagementTotal) }),
});

import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

const tag = "webhooks";
const read = { role: "viewer", scope: "settings:read" } as const;
const write = { role: "admin", scope: "settings:write" } as const;

/** An address of the workspace's own that journeys call. Its signing secret is never answered but where it is made. */
export const webhook = z.object({
  id,
  name: z.string(),
  url: z.string(),
  /** False: what would be called is kept in the outbox. */
  active: z.boolean(),
  createdAt: instant,
  changedAt: instant,
});
export type Webhook = z.infer<typeof webhook>;
const input = z.strictObject({ name: z.string().trim().min(1).max(100), url: z.url({ protocol: /^https?$/ }).max(2000) });
const withSecret = webhook.extend({ secret: z.string() });

export const listWebhooks = endpoint({
  method: "GET",
  path: "/api/webhooks",
  tag,
  access: read,
  summary: "The addresses that journeys call",
  response: z.object({ items: z.array(webhook) }),
});
export const createWebhook = endpoint({
  method: "POST",
  path: "/api/webhooks",
  tag,
  access: write,
  summary: "Add an address to call, not in use at first; its signing secret is in this answer only",
  body: input,
  response: withSecret,
  status: 201,
});
export const changeWebhook = endpoint({
  method: "PATCH",
  path: "/api/webhooks/:id",
  tag,
  access: write,
  summary: "Change the name or the address, put it in use or out of it; out of use, calls are kept in the outbox",
  params: idParams,
  body: input.partial().extend({ active: z.boolean().optional() }),
  response: webhook,
});
export const renewWebhookSecret = endpoint({
  method: "POST",
  path: "/api/webhooks/:id/secret",
  tag,
  access: write,
  summary: "Make a new signing secret, shown in this answer only; the old one signs nothing more",
  params: idParams,
  response: withSecret,
});
export const removeWebhook = endpoint({
  method: "DELETE",
  path: "/api/webhooks/:id",
  tag,
  access: write,
  summary: "Remove an address that is not in use; calls still waiting for it are skipped",
  params: idParams,
  response: z.strictObject({}),
});
export const testWebhook = endpoint({
  method: "POST",
  path: "/api/webhooks/:id/test",
  tag,
  access: write,
  summary: "Call the address now with a signed test",
  params: idParams,
  response: z.object({ ok: z.boolean(), /** Null: no answer came. */ status: z.number().int().nullable(), answer: z.string() }),
});

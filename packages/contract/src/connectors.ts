import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

const tag = "Connections";
const read = { role: "viewer", scope: "imports:read" } as const;
const write = { role: "admin", scope: "settings:write" } as const;
const count = z.number().int();

export const SHOPS = ["shopify"] as const;

/** A shop that sends webhooks. Received deliveries are stored + repeated + ignored (topics we make nothing of) + refused. */
export const connection = z.object({
  id, shop: z.enum(SHOPS), name: z.string(), domain: z.string(),
  /** The address to paste into the shop's admin; it never changes. */
  webhookUrl: z.string(),
  createdAt: instant, lastReceivedAt: instant.nullable(), stored: count, repeated: count, ignored: count, refused: count,
  lastProblem: z.object({ reason: z.string(), at: instant }).nullable(),
});
export type Connection = z.infer<typeof connection>;

const secret = z.string().min(8).max(500);
export const connectionInput = z.strictObject({
  shop: z.enum(SHOPS), name: z.string().trim().min(1).max(100),
  domain: z.string().trim().toLowerCase().regex(/^[a-z0-9-]+\.myshopify\.com$/, "must be the shop's own domain, such as my-shop.myshopify.com"),
  secret,
});

export const listConnections = endpoint({ method: "GET", path: "/api/connections", tag, access: read, summary: "Connected shops and how their deliveries go", response: z.object({ items: z.array(connection) }) });
export const addConnection = endpoint({ method: "POST", path: "/api/connections", tag, access: write, summary: "Connect a shop; the secret signs its webhooks and is never shown again", body: connectionInput, response: connection, status: 201 });
export const changeConnectionSecret = endpoint({ method: "PUT", path: "/api/connections/:id/secret", tag, access: write, summary: "Use another secret from now on", params: idParams, body: z.strictObject({ secret }), response: connection });
export const removeConnection = endpoint({ method: "DELETE", path: "/api/connections/:id", tag, access: write, summary: "Disconnect a shop; what it sent stays", params: idParams, response: z.object({ ok: z.literal(true) }) });

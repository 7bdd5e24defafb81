import { SHOPS } from "@relance/model/connectors";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

const tag = "Connections";
const read = { role: "viewer", scope: "imports:read" } as const;
const write = { role: "admin", scope: "settings:write" } as const;
const count = z.number().int();

export { SHOPS };
export const READING_STATES = ["none", "reading", "idle", "stopped", "failed"] as const;

const problem = z.object({ reason: z.string(), at: instant }).nullable();

/** One part of a shop as it was read: `since` null is everything; `total` as the shop says, when it does. */
export const reading = z.object({
  part: z.string(),
  since: instant.nullable(),
  startedAt: instant,
  finishedAt: instant.nullable(),
  pages: count,
  rows: count,
  refused: count,
  total: count.nullable(),
});

/** A connected shop. Received deliveries are stored + repeated + ignored (topics we make nothing of) + refused. */
export const connection = z.object({
  id,
  shop: z.enum(SHOPS),
  name: z.string(),
  domain: z.string(),
  /** The address to paste into the shop's admin; it never changes. */
  webhookUrl: z.string(),
  /** Stands before the shop's own ids; empty unless several shops share the workspace. */
  prefix: z.string(),
  /** Code of the store its prices and stock belong to. */
  store: z.string().nullable(),
  createdAt: instant,
  lastReceivedAt: instant.nullable(),
  stored: count,
  repeated: count,
  ignored: count,
  refused: count,
  lastProblem: problem,
  /** Whether keys to its programming interface are kept, and how its reading goes. */
  hasAccess: z.boolean(),
  reading: z.enum(READING_STATES),
  readAt: instant.nullable(),
  nextReadAt: instant.nullable(),
  readProblem: problem,
  parts: z.array(reading),
});
export type Connection = z.infer<typeof connection>;

const secret = z.string().min(8).max(500);
const key = z.string().trim().min(1).max(500);
const address = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .transform((url) => url.replace(/\/+$/, ""));
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9-]+\.myshopify\.com$/, "must be the shop's own domain, such as my-shop.myshopify.com");
export const shopAccess = {
  shopify: z.strictObject({ token: key }),
  woocommerce: z.strictObject({ key, secret: key }),
  prestashop: z.strictObject({ key }),
  magento: z.strictObject({ consumerKey: key, consumerSecret: key, accessToken: key, tokenSecret: key }),
} as const;

const common = {
  name: z.string().trim().min(1).max(100),
  secret,
  /** Code of a store that is there; left out, one is made for the shop. */
  store: z.string().trim().min(1).max(50).optional(),
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .default("FR"),
};
export const connectionInput = z.discriminatedUnion("shop", [
  z.strictObject({ shop: z.literal("shopify"), domain, access: shopAccess.shopify.optional(), ...common }),
  z.strictObject({ shop: z.literal("woocommerce"), domain: address, access: shopAccess.woocommerce.optional(), ...common }),
  z.strictObject({ shop: z.literal("prestashop"), domain: address, access: shopAccess.prestashop.optional(), ...common }),
  z.strictObject({ shop: z.literal("magento"), domain: address, access: shopAccess.magento.optional(), ...common }),
]);

export const listConnections = endpoint({
  method: "GET",
  path: "/api/connections",
  tag,
  access: read,
  summary: "Connected shops, how their deliveries go and how far they were read",
  response: z.object({ items: z.array(connection) }),
});
export const addConnection = endpoint({
  method: "POST",
  path: "/api/connections",
  tag,
  access: write,
  summary: "Connect a shop; the secret signs its webhooks and is never shown again",
  body: connectionInput,
  response: connection,
  status: 201,
});
export const changeConnectionSecret = endpoint({
  method: "PUT",
  path: "/api/connections/:id/secret",
  tag,
  access: write,
  summary: "Use another secret from now on",
  params: idParams,
  body: z.strictObject({ secret }),
  response: connection,
});
export const changeConnectionAccess = endpoint({
  method: "PUT",
  path: "/api/connections/:id/access",
  tag,
  access: write,
  summary: "Keep other keys to the shop's programming interface, those of its kind, and read it from now on",
  params: idParams,
  body: z.union([shopAccess.shopify, shopAccess.woocommerce, shopAccess.magento, shopAccess.prestashop]),
  response: connection,
});
export const readConnection = endpoint({
  method: "POST",
  path: "/api/connections/:id/reading",
  tag,
  access: write,
  summary: "Read the shop now, or go on where it was stopped; `whole` reads everything again",
  params: idParams,
  body: z.strictObject({ whole: z.boolean().default(false) }),
  response: connection,
});
export const stopReading = endpoint({
  method: "DELETE",
  path: "/api/connections/:id/reading",
  tag,
  access: write,
  summary: "Stop reading the shop after the page under way; what was read stays",
  params: idParams,
  response: connection,
});

/** What could not be read, as the shop sent it. */
export const shopRefusal = z.object({ id, topic: z.string(), reason: z.string(), at: instant, body: z.record(z.string(), z.unknown()) });
const full = { role: "admin", scope: "settings:write" } as const;
export const listShopRefusals = endpoint({
  method: "GET",
  path: "/api/connections/:id/refusals",
  tag,
  access: full,
  summary: "Deliveries and rows that could not be read, newest first, for 30 days (500 at most), with their whole content",
  params: idParams,
  response: z.object({ items: z.array(shopRefusal) }),
});
export const retryShopRefusal = endpoint({
  method: "POST",
  path: "/api/connections/:id/refusals/retry",
  tag,
  access: write,
  summary: "Try one of them again",
  params: idParams,
  body: z.strictObject({ refusal: id }),
  response: z.object({ outcome: z.enum(["stored", "repeated", "ignored", "refused"]) }),
});
export const removeConnection = endpoint({
  method: "DELETE",
  path: "/api/connections/:id",
  tag,
  access: write,
  summary: "Disconnect a shop; what it sent stays",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});

import { NETWORKS } from "@relance/model/audiences";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

const tag = "Audiences";
const read = { role: "viewer", scope: "segments:read" } as const;
const write = { role: "admin", scope: "settings:write" } as const;
const count = z.number().int();

export const SOURCES = ["segment", "group"] as const;
const account = z.string().regex(/^\d{3}-?\d{3}-?\d{4}$/, "must be the account's ten digits");
const settings = z.discriminatedUnion("destination", [
  z.strictObject({ destination: z.literal("webhook"), url: z.url({ protocol: /^https?$/ }).max(2000) }),
  z.strictObject({
    destination: z.literal("meta"),
    audienceId: z.string().regex(/^\d{1,25}$/, "must be the audience's number"),
    accessToken: z.string().min(10).max(2000),
  }),
  z.strictObject({
    destination: z.literal("google"),
    accountId: account,
    loginAccountId: account.optional(),
    audienceId: z.string().regex(/^\d{1,25}$/, "must be the audience's number"),
    clientId: z.string().min(1).max(200),
    clientSecret: z.string().min(8).max(500),
    refreshToken: z.string().min(10).max(2000),
  }),
  z.strictObject({
    destination: z.literal("criteo"),
    audienceId: z.string().regex(/^\d{1,25}$/, "must be the audience's number"),
    clientId: z.string().min(1).max(200),
    clientSecret: z.string().min(8).max(500),
  }),
]);

/** A segment or group kept in step with a destination. Credentials are never answered. */
export const audience = z.object({
  id,
  name: z.string(),
  source: z.enum(SOURCES),
  sourceId: id,
  destination: z.enum(["webhook", "meta", "google", "criteo"]),
  /** The webhook's address, or the number of the list at the network. */
  to: z.string(),
  /** Only contacts with consent here; null: consent is not asked. */
  consent: z.object({ channel: z.string(), topic: z.string() }).nullable(),
  /** `active`: kept in step; `paused`: by a person; `failed`: gave up, see `problem`. */
  state: z.enum(["active", "paused", "failed"]),
  /** How many the destination holds; how many changes wait to be told. */
  members: count,
  waiting: count,
  createdAt: instant,
  lastSuccessAt: instant.nullable(),
  problem: z.object({ reason: z.string(), at: instant, attempts: count, nextTryAt: instant.nullable() }).nullable(),
});
export type Audience = z.infer<typeof audience>;

const consent = z.strictObject({ channel: z.enum(["email", "sms", "push"]), topic: z.string().max(100).default("") });
export const audienceInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  source: z.enum(SOURCES),
  sourceId: id,
  to: settings,
  consent: consent.nullable(),
});
export type AudienceInput = z.infer<typeof audienceInput>;

export const delivery = z.object({
  id,
  triedAt: instant,
  outcome: z.enum(["done", "later", "failed", "emptied"]),
  added: count,
  removed: count,
  refused: count,
  status: count.nullable(),
  reason: z.string().nullable(),
});

export const listAudiences = endpoint({
  method: "GET",
  path: "/api/audiences",
  tag,
  access: read,
  summary: "What segments and groups are kept in step with, and how it goes",
  query: z.strictObject({ sourceId: id.optional() }),
  response: z.object({ items: z.array(audience) }),
});
export const createAudience = endpoint({
  method: "POST",
  path: "/api/audiences",
  tag,
  access: write,
  summary: "Keep a segment or group in step with a destination; a webhook's signing secret is in this answer only",
  body: audienceInput,
  response: audience.extend({ secret: z.string().nullable() }),
  status: 201,
});
export const changeAudience = endpoint({
  method: "PATCH",
  path: "/api/audiences/:id",
  tag,
  access: write,
  summary: "Pause, or go on (also after it failed: tries at once)",
  params: idParams,
  body: z.strictObject({ state: z.enum(["active", "paused"]) }),
  response: audience,
});
export const removeAudience = endpoint({
  method: "DELETE",
  path: "/api/audiences/:id",
  tag,
  access: write,
  summary: "Stop keeping in step; what the destination holds stays there",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});
export const refillAudience = endpoint({
  method: "POST",
  path: "/api/audiences/:id/refill",
  tag,
  access: write,
  summary: "Empty the list at Google or Criteo and fill it anew",
  params: idParams,
  response: audience,
});
export const listDeliveries = endpoint({
  method: "GET",
  path: "/api/audiences/:id/deliveries",
  tag,
  access: read,
  summary: "The latest hundred attempts, newest first",
  params: idParams,
  response: z.object({ items: z.array(delivery) }),
});
export const audienceFile = endpoint({
  method: "GET",
  path: "/api/audience-files",
  tag,
  access: { role: "editor", scope: "contacts:read" },
  summary: "A page of the hashed file for a network's upload page: lines of CSV, consent asked",
  query: z.strictObject({
    source: z.enum(SOURCES),
    sourceId: id,
    network: z.enum(NETWORKS),
    channel: consent.shape.channel,
    topic: consent.shape.topic,
    after: z.string().max(100).optional(),
  }),
  response: z.object({ title: z.string(), lines: z.string(), people: count, next: z.string().nullable() }),
});

import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, instant } from "./shapes.ts";

const count = z.number().int();

/** A key that events come by, and what came by it. */
export const source = z.object({
  /** Of the key. */
  id,
  kind: z.enum(["write", "api"]),
  name: z.string(),
  /** The write key, which is public; null for API keys, and for write keys made before they could be shown again. */
  key: z.string().nullable(),
  /** Where the snippet of this key is served; null without a key to show. */
  script: z.string().nullable(),
  createdAt: instant,
  lastReceivedAt: instant.nullable(),
  /** Of the last 24 hours; received = stored + duplicate + refused. */
  day: z.object({ stored: count, duplicate: count, refused: count }),
  /** Messages received in each of the last 24 hours of the clock, oldest first; the last one is under way. */
  hours: z.array(count).length(24),
});
export type Source = z.infer<typeof source>;
export const listSources = endpoint({
  method: "GET",
  path: "/api/sources",
  tag: "Events",
  access: { role: "viewer", scope: "settings:read" },
  summary: "Keys that events come by, with what came in the last 24 hours; no personal data",
  response: z.object({ items: z.array(source) }),
});

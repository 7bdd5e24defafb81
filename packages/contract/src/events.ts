import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, instant, page, pageQuery } from "./shapes.ts";

const tag = "Events";
const read = { role: "viewer", scope: "contacts:read" } as const;

/** An event name in use, with the properties seen: `{"price": "number", "products[].sku": "string"}`. */
export const eventName = z.object({
  name: z.string(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  properties: z.record(z.string(), z.string()),
});
export type EventName = z.infer<typeof eventName>;
export const listEventNames = endpoint({
  method: "GET",
  path: "/api/events/names",
  tag,
  access: read,
  summary: "Names of events received, with their properties; for the builders",
  query: z.strictObject({ search: z.string().trim().max(100).optional() }),
  response: z.object({ items: z.array(eventName) }),
});

export const inspectedEvent = z.object({
  id,
  contact: id,
  type: z.string(),
  name: z.string(),
  occurredAt: instant,
  receivedAt: instant,
  messageId: z.string(),
  amount: z.number().nullable(),
  currency: z.string().nullable(),
  live: z.boolean(),
  properties: z.record(z.string(), z.unknown()),
});
export type InspectedEvent = z.infer<typeof inspectedEvent>;
/** As the inspector shows one: who did it (a name, an address or a number, null for a visitor nobody knows) and the key it came by. */
export const liveEvent = inspectedEvent.extend({ who: z.string().nullable(), source: id.nullable() });
export type LiveEvent = z.infer<typeof liveEvent>;
/** `body`: as it came, in JSON, cut after 8,000 characters. */
export const refusedMessage = z.object({
  id,
  receivedAt: instant,
  code: z.string(),
  field: z.string().nullable(),
  source: id.nullable(),
  body: z.string(),
});
export type RefusedMessage = z.infer<typeof refusedMessage>;
export const inspectEvents = endpoint({
  method: "GET",
  path: "/api/events/inspector",
  tag,
  access: read,
  summary: "The last 100 events of the last eight days, newest received first, and the last 100 refused messages",
  query: z.strictObject({ name: z.string().max(200).optional() }),
  response: z.object({ events: z.array(liveEvent), refused: z.array(refusedMessage), total: z.number().int() }),
});
export const listEvents = endpoint({
  method: "GET",
  path: "/api/events",
  tag,
  access: read,
  summary: "Events of a contact, newest first",
  query: pageQuery.extend({ contact: id, name: z.string().max(200).optional() }),
  response: page(inspectedEvent),
});

import { FIELD_KINDS } from "@relance/model/objects";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant, page, pageQuery } from "./shapes.ts";

const tag = "Objects";
const read = { role: "viewer", scope: "contacts:read" } as const;
const write = { role: "editor", scope: "contacts:write" } as const;
const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "must be small letters, digits and _, beginning with a letter");
const words = z.strictObject({ fr: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) });

export const objectField = z.strictObject({
  key,
  names: words,
  kind: z.enum(FIELD_KINDS),
  choices: z.array(z.string().trim().min(1).max(200)).min(1).max(200).optional(),
});
const names = z.strictObject({ one: words, many: words });
const fields = z.array(objectField).max(60);

export const objectTypeRow = z.object({
  id,
  key: z.string(),
  names,
  fields: z.array(objectField),
  /** Objects there are. */ objects: z.number().int(),
  /** The event that tells of a change: journeys begin by it, and date starts wait for its dates. */ event: z.string(),
  createdAt: instant,
});
export type ObjectTypeRow = z.infer<typeof objectTypeRow>;
export const listObjectTypes = endpoint({
  method: "GET",
  path: "/api/object-types",
  tag,
  access: read,
  summary: "Types of objects that contacts may have, with their fields",
  response: z.object({ items: z.array(objectTypeRow) }),
});
export const createObjectType = endpoint({
  method: "POST",
  path: "/api/object-types",
  tag,
  access: write,
  summary: "Declare a type: its key, names and typed fields",
  body: z.strictObject({ key, names, fields }),
  response: objectTypeRow,
  status: 201,
});
export const changeObjectType = endpoint({
  method: "PATCH",
  path: "/api/object-types/:id",
  tag,
  access: write,
  summary: "Rename a type, add fields or leave some out; a field keeps its kind",
  params: idParams,
  body: z.strictObject({ names: names.optional(), fields: fields.optional() }),
  response: objectTypeRow,
});
export const archiveObjectType = endpoint({
  method: "DELETE",
  path: "/api/object-types/:id",
  tag,
  access: write,
  summary: "Take no more objects of a type; the ones it has stay, and published rules go on asking about them",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});

const value = z.union([z.string().max(2000), z.number(), z.boolean(), z.null()]);
export const objectRow = z.object({
  id,
  type: z.string(),
  externalId: z.string(),
  contact: id,
  contactName: z.string(),
  fields: z.record(z.string(), z.unknown()),
  source: z.string(),
  createdAt: instant,
  updatedAt: instant,
});
export type ObjectRow = z.infer<typeof objectRow>;
export const objectDetail = objectRow.extend({
  removed: z.boolean(),
  /** The newest tellings first, 100 at most; `event` can be brought back. */
  history: z.array(
    z.object({
      event: id,
      at: instant,
      what: z.enum(["created", "changed", "removed"]),
      source: z.string(),
      by: z.string().nullable(),
      changes: z.array(z.object({ field: z.string(), from: value, to: value })),
    }),
  ),
});
export type ObjectDetail = z.infer<typeof objectDetail>;

/** Whose it is, by any handle; one that nobody has makes a contact. */
const owner = z
  .strictObject({
    id: id.optional(),
    userId: z.string().trim().min(1).max(255).optional(),
    email: z.email().max(254).optional(),
    phone: z.string().trim().min(3).max(30).optional(),
  })
  .refine((one) => Object.values(one).some((part) => part !== undefined), "must name an id, userId, email or phone");
export const objectInput = z.strictObject({
  /** The sender's own id of it. */
  id: z.string().trim().min(1).max(200),
  /** Needed for one that is new. */
  contact: owner.optional(),
  /** Fields left out stay; null takes one away. */
  fields: z.record(key, value).default({}),
  removed: z.boolean().optional(),
});
export type ObjectInput = z.infer<typeof objectInput>;

export const listObjects = endpoint({
  method: "GET",
  path: "/api/objects",
  tag,
  access: read,
  summary: "Objects, the last changed first; of a type, of a contact, or by the sender's id",
  query: pageQuery.extend({ type: key.optional(), contact: id.optional(), search: z.string().trim().max(200).optional() }),
  response: page(objectRow),
});
export const getObject = endpoint({
  method: "GET",
  path: "/api/objects/:id",
  tag,
  access: read,
  summary: "One object with what it was before",
  params: idParams,
  response: objectDetail,
});
export const putObjects = endpoint({
  method: "POST",
  path: "/api/objects",
  tag,
  access: write,
  summary: "Create, change or remove up to 500 objects of a type by their ids; each change is an event of its contact",
  body: z.strictObject({ type: key, objects: z.array(objectInput).min(1).max(500) }),
  response: z.object({ created: z.number().int(), changed: z.number().int(), removed: z.number().int(), unchanged: z.number().int() }),
});
export const restoreObject = endpoint({
  method: "POST",
  path: "/api/objects/:id/restore",
  tag,
  access: write,
  summary: "Make an object what it was before one of its events",
  params: idParams,
  body: z.strictObject({ event: id }),
  response: objectDetail,
});

import { computation } from "@relance/model/computed";
import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, idParams, instant } from "./shapes.ts";

const tag = "Computed attributes";
const read = { role: "viewer", scope: "segments:read" } as const;
const write = { role: "editor", scope: "segments:write" } as const;

const sentence = z.object({ fr: z.string(), en: z.string() });
const value = z.union([z.string(), z.number(), z.boolean()]).nullable();
export const computedAttribute = z.object({
  id,
  key: z.string(),
  /** Its name in rules. */ attribute: z.string(),
  name: z.string(),
  computation,
  sentence,
  sort: z.enum(["number", "instant", "text"]),
  /** building: values are being computed for everyone after it was made or changed; removing: they are being taken out. */
  state: z.enum(["building", "live", "removing"]),
  /** Buckets still to compute, of 256. */
  toBuild: z.number().int(),
  createdAt: instant,
  changedAt: instant,
});
export type ComputedAttribute = z.infer<typeof computedAttribute>;
const name = z.string().trim().min(1).max(100);
const key = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, "must begin with a small letter and hold small letters, digits and _ only");

export const listComputed = endpoint({
  method: "GET",
  path: "/api/computed-attributes",
  tag,
  access: read,
  summary: "Computed attributes of the workspace",
  response: z.object({ items: z.array(computedAttribute) }),
});
export const createComputed = endpoint({
  method: "POST",
  path: "/api/computed-attributes",
  tag,
  access: write,
  summary:
    "Declare a computed attribute; it is computed for everyone and kept true from then on, as `attributes.<key>` in rules and messages",
  status: 201,
  body: z.strictObject({ key, name, computation }),
  response: computedAttribute,
});
export const changeComputed = endpoint({
  method: "PATCH",
  path: "/api/computed-attributes/:id",
  tag,
  access: write,
  summary: "Rename a computed attribute or change how it is computed; its key stays",
  params: idParams,
  body: z.strictObject({ name: name.optional(), computation: computation.optional() }),
  response: computedAttribute,
});
export const removeComputed = endpoint({
  method: "DELETE",
  path: "/api/computed-attributes/:id",
  tag,
  access: write,
  summary: "Remove a computed attribute that no segment mentions, and its values from every contact",
  params: idParams,
  response: z.object({ ok: z.literal(true) }),
});
export const previewComputed = endpoint({
  method: "POST",
  path: "/api/computed-attributes/preview",
  tag,
  access: read,
  summary: "What a computed attribute would be for the contacts seen last (or one of your choice), and its sentence; nothing is stored",
  body: z.strictObject({ computation, contact: id.optional() }),
  response: z.object({ sentence, sample: z.array(z.object({ id, name: z.string(), value })) }),
});

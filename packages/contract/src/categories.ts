import { z } from "zod";
import { externalId, names } from "./catalog.ts";
import { endpoint } from "./endpoint.ts";
import { id, instant } from "./shapes.ts";

const tag = "Catalogue";
const read = { role: "viewer", scope: "contacts:read" } as const;
const write = { role: "editor", scope: "contacts:write" } as const;

export const categoryRow = z.object({
  id,
  externalId: z.string(),
  parent: id.nullable(),
  names: z.record(z.string(), z.string()),
  /** The stores that show it, with the names that differ there; none: every store. */
  stores: z.array(z.object({ store: id, names: z.record(z.string(), z.string()) })),
  /** Products directly in it. */
  products: z.number().int(),
  archived: z.boolean(),
  source: z.string(),
  updatedAt: instant,
});
export type CategoryRow = z.infer<typeof categoryRow>;

export const categoryInput = z.strictObject({
  externalId,
  /** The shop's id of the category above; null for none. */
  parent: externalId.nullable().optional(),
  /** Languages left out stay. */
  names: names.optional(),
  /** Which stores show it, by code, all of them; an empty list is every store. */
  stores: z
    .array(z.strictObject({ store: z.string().max(50), names: names.optional() }))
    .max(200)
    .optional(),
  archived: z.boolean().optional(),
});
export type CategoryInput = z.infer<typeof categoryInput>;

export const listCategories = endpoint({
  method: "GET",
  path: "/api/categories",
  tag,
  access: read,
  summary: "The tree of categories, parents by id, with how many products each has",
  response: z.object({ items: z.array(categoryRow) }),
});
export const putCategories = endpoint({
  method: "POST",
  path: "/api/categories",
  tag,
  access: write,
  summary: "Create or change up to 500 categories by their external ids",
  body: z.strictObject({ categories: z.array(categoryInput).min(1).max(500) }),
  response: z.object({ created: z.number().int(), updated: z.number().int() }),
});

import { z } from "zod";
import { endpoint } from "./endpoint.ts";
import { id, instant, page, pageQuery } from "./shapes.ts";

const tag = "Catalogue";

export const CHANGED_KINDS = ["store", "category", "product", "article"] as const;
export type ChangedKind = (typeof CHANGED_KINDS)[number];

export const catalogChange = z.object({
  id,
  at: instant,
  what: z.enum(["created", "changed"]),
  /** `events`, `import`, `shopify`…, or `api:` with who did it, whose name is in `by`. */
  source: z.string(),
  by: z.string().nullable(),
  changes: z.array(z.object({ path: z.array(z.string()), from: z.unknown(), to: z.unknown() })),
});
export type CatalogChange = z.infer<typeof catalogChange>;

export const listCatalogChanges = endpoint({
  method: "GET",
  path: "/api/catalog/changes",
  tag,
  access: { role: "viewer", scope: "contacts:read" },
  summary: "What changed of a store, category, product or article, newest first: when, by whom, from what to what",
  query: pageQuery.extend({ kind: z.enum(CHANGED_KINDS), object: id }),
  response: page(catalogChange),
});
export const undoCatalogChange = endpoint({
  method: "POST",
  path: "/api/catalog/changes/undo",
  tag,
  access: { role: "editor", scope: "contacts:write" },
  summary: "Take a change back; refused when a part changed again since, unless it is left out",
  body: z.strictObject({
    kind: z.enum(CHANGED_KINDS),
    object: id,
    change: id,
    /** Take back what can be; leave what changed since. */ partly: z.boolean().default(false),
  }),
  response: z.object({ takenBack: z.number().int(), left: z.array(z.array(z.string())) }),
});

import { z } from "zod";

/** A UUID of ours in a path, query or body. */
export const id = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/, "must be an id (UUID)");
export const idParams = z.strictObject({ id });

/** The number a thing carries that changes with each change of it; sent back so that nobody overwrites what they did not see. */
export const revision = z.number().int().min(0).max(2_147_483_647);

/** An instant in JSON: ISO 8601 with a zone. */
export const instant = z.iso.datetime({ offset: true });

/**
 * Lists page by key: `after` is the opaque `next` of the page before. Never an offset: pages stay right while rows arrive.
 */
export const pageQuery = z.strictObject({
  after: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
/** A page of a list; `next` is null on the last one. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

/** Why something that ran by itself failed: a code that never changes, and what its sentence speaks of. */
export const failure = z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) });

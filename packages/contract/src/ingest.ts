import { z } from "zod";

/**
 * The Segment HTTP spec: `/v1/identify|track|page|screen|group|alias|batch`, Basic auth `writeKey:` or `writeKey` in the body.
 * Bodies are deliberately not described by a schema here: they are read by `@relance/model/events`, item by item, and a bad item inside
 * a good batch is refused alone.
 */
export const INGEST_PATHS = ["identify", "track", "page", "screen", "group", "alias", "batch", "import"] as const;
export const INGEST_LIMITS = {
  /** Bytes of one message. */
  message: 32 * 1024,
  /** Bytes of a batch, unpacked. */
  batch: 500 * 1024,
  /** Messages of a batch. */
  messages: 2500,
} as const;

/** received = stored + duplicate + refused.length, always; sent only after the commit. */
export const ingestAnswer = z.object({
  success: z.literal(true),
  received: z.number().int(),
  stored: z.number().int(),
  duplicate: z.number().int(),
  refused: z.array(z.object({ index: z.number().int(), code: z.string(), field: z.string() })),
});
export type IngestAnswer = z.infer<typeof ingestAnswer>;

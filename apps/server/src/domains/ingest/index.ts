/** Events from outside: the Segment protocol, their storing, and reading them back. */
export {
  ERASED,
  ingestBatches,
  ingestWithin,
  messageKey,
  readBatches,
  takeIds,
  type IngestInto,
  type ReadBatches,
  type Verdict,
} from "./batch.ts";
export { correctEvents } from "./correct.ts";
export { ensureEventPartitions } from "./partitions.ts";

export { selectEventNames } from "./queries.ts";
export { orderNewsRoutes } from "./order-routes.ts";
export { eventRoutes, ingestRoutes } from "./routes.ts";
export { openTeller, tellKnown } from "./tell.ts";
export { openForgetter } from "./source-queries.ts";
export { snippetRoutes } from "./snippet.ts";

import type { InsideProvider } from "./provider.ts";
import { insertOutboxMessages } from "./outbox-queries.ts";

/**
 * The built-in outbox: messages stay in the database, to be looked at as they would have arrived. Storing one and recording it as
 * accepted are the same transaction, so it is exact: nothing is lost, nothing stored twice.
 */
export const outbox: InsideProvider = {
  reach: "inside",
  kind: "outbox",
  store: (tx, batch, now) => insertOutboxMessages(tx, { messages: batch, now }),
};

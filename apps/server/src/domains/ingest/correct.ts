import { isDeepStrictEqual } from "node:util";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { readMessage } from "@relance/model/events";
import type { Tx } from "../../platform/db/database.ts";
import { writeFacts } from "../../platform/inbox.ts";
import type { Chance } from "../../platform/ports.ts";
import { storeCommerce, type IngestInto } from "./batch.ts";
import { lockEvents, rewriteEvents } from "./queries.ts";

/** A message told again under the id of one that is stored, and whose event that is. */
export interface ToldAgain {
  readonly contact: Id;
  readonly message: unknown;
  /** false: the caller writes the order this message tells of itself. */
  readonly commerce?: boolean;
}

/**
 * Puts right stored events that their source tells differently now: a file corrected and brought again. An SDK's repeated message never
 * comes here: there the first one counts. The order goes with its event, and segments are asked again; nothing starts, it is history.
 * @returns the messages that changed something
 */
export async function correctEvents(
  tx: Tx,
  input: {
    readonly into: IngestInto;
    readonly chance: Chance;
    readonly now: Instant;
    readonly slot: number;
    readonly told: readonly ToldAgain[];
  },
): Promise<ReadonlySet<unknown>> {
  const { into, now, chance } = input;
  const { workspace } = into;
  const read = input.told.flatMap(({ contact, message: raw, commerce = true }) => {
    const { message } = readMessage(raw, { receivedAt: now, phone: into.phone });
    return message?.messageId ? [{ raw, contact, commerce, message, messageId: message.messageId }] : [];
  });
  if (read.length === 0) return new Set();
  const stored = new Map(
    (
      await lockEvents(tx, {
        workspace,
        keys: read.map(({ contact, message, messageId }) => ({ bucket: bucketOf(contact), contact, name: message.name, messageId })),
      })
    ).map((event) => [event.message_id, event]),
  );
  const changed = read.flatMap((one) => {
    const event = stored.get(one.messageId);
    const same =
      event &&
      event.occurred_at === one.message.occurredAt &&
      isDeepStrictEqual(event.properties, JSON.parse(JSON.stringify(one.message.properties)));
    return event && !same ? [{ ...one, event }] : [];
  });
  if (changed.length === 0) return new Set();
  await rewriteEvents(tx, {
    workspace,
    receivedAt: now,
    events: changed.map(({ event, message }) => ({
      bucket: event.bucket,
      contact: event.contact_id,
      id: event.id,
      was: event.occurred_at,
      message,
    })),
  });
  await storeCommerce(
    tx,
    { workspace, chance, now, slot: input.slot, currency: into.currency, source: into.source },
    changed.filter((one) => one.commerce),
    true,
  );
  await writeFacts(tx, {
    chance,
    now,
    facts: changed.map(({ event, message }) => ({
      workspace,
      contact: event.contact_id,
      occurredAt: message.occurredAt,
      kind: "event",
      data: { event: event.id, name: message.name, live: false },
    })),
  });
  return new Set(changed.map((one) => one.raw));
}

import type { Id, Instant } from "@relance/model/base";
import { amountOf, currencyOf, readCommerce, readMessage, type Message } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import { addToCounters } from "../../platform/counters.ts";
import { writeFacts } from "../../platform/inbox.ts";
import type { Teller } from "../objects/index.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { factsOf, keepEvents, messageKey, type IngestInto } from "./batch.ts";
import type { ToldAgain } from "./correct.ts";
import { namesOf } from "./event-names.ts";
import { ensureEventPartitions } from "./partitions.ts";
import { takeMessageKeys, writeEventNames, type StoredEvent } from "./queries.ts";

/** Stores what we tell of contacts ourselves as events of theirs, like those from outside. */
export function openTeller(deps: Deps): Teller {
  const { sql, chance } = deps.ports;
  return {
    prepare: (moments) => ensureEventPartitions(sql, moments),
    async tell(tx, { workspace, now, slot, source, facts, events: told }) {
      const events = told.map(({ contact, name, properties }): StoredEvent => {
        const id = chance.id(now);
        const commerce = readCommerce(name, properties, now, id);
        const money =
          commerce === null ? { amount: null, currency: null } : { amount: amountOf(name, properties), currency: currencyOf(properties) };
        const message: Message = {
          type: "track",
          name,
          messageId: null,
          userId: null,
          anonymousId: null,
          previousId: null,
          values: {},
          occurredAt: now,
          properties,
          context: { source },
          ...money,
          commerce,
        };
        return { id, contact, message, messageId: id, source: null, live: true, receivedAt: now };
      });
      await keep(tx, { workspace, chance, now, slot, currency: "", source }, events, facts, events);
    },
  };
}

/**
 * Stores messages about contacts that are known and locked already, as history: it counts in rules and starts nothing. The months of the
 * messages need their partitions; what they say of orders and carts the caller writes.
 * @returns the messages that nobody told before
 */
export async function tellKnown(
  tx: Tx,
  input: {
    readonly into: IngestInto;
    readonly chance: Chance;
    readonly now: Instant;
    readonly slot: number;
    readonly told: readonly ToldAgain[];
  },
): Promise<ReadonlySet<unknown>> {
  const { into, chance, now, slot } = input;
  const { workspace } = into;
  const read = input.told.flatMap(({ contact, message: raw }) => {
    const { message } = readMessage(raw, { receivedAt: now, phone: into.phone });
    return message?.messageId
      ? [{ raw, contact, message, messageId: message.messageId, key: messageKey(workspace, message.messageId) }]
      : [];
  });
  if (read.length === 0) return new Set();
  const taken = await takeMessageKeys(tx, { workspace, receivedAt: now, keys: [...new Set(read.map(({ key }) => key))] });
  const fresh = read.filter(({ key }) => taken.has(key));
  if (fresh.length === 0) return new Set();
  await keep(
    tx,
    { workspace, chance, now, slot, currency: into.currency, source: into.source },
    fresh.map(({ contact, message, messageId }) => ({
      id: chance.id(now),
      contact,
      message,
      messageId,
      source: null,
      live: false,
      receivedAt: now,
    })),
    [],
    [],
  );
  return new Set(fresh.map(({ raw }) => raw));
}

/** Writes events of known contacts with their names, counts and facts, and the orders that those of `commerce` tell of. */
async function keep(
  tx: Tx,
  by: {
    readonly workspace: Id;
    readonly chance: Chance;
    readonly now: Instant;
    readonly slot: number;
    readonly currency: string;
    readonly source: string;
  },
  events: readonly StoredEvent[],
  facts: readonly NewFact[],
  commerce: readonly StoredEvent[],
): Promise<void> {
  const { workspace, chance, now, slot } = by;
  await keepEvents(tx, by, events, commerce);
  const names = namesOf(events, workspace);
  if (names.rows.length > 0) await writeEventNames(tx, { workspace, at: now, names: names.rows });
  await addToCounters(tx, slot, [{ workspace, name: "events", n: events.length }]);
  await writeFacts(tx, { chance, now, facts: [...facts, ...factsOf(workspace, events)] });
}

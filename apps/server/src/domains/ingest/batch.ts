import { createHash } from "node:crypto";
import { formatUuid, type Id, type Instant } from "@relance/model/base";
import { interestsIn, pageViewed, readMessage, type Message, type MessageReading, type PhoneReader } from "@relance/model/events";
import { noteInterests, noteProducts, noteReads, upsertCarts, upsertOrders } from "../catalog/index.ts";
import { recordContacts } from "../contacts/index.ts";
import { applyObjects } from "../objects/index.ts";
import { addToCounters } from "../../platform/counters.ts";
import type { Database, Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import { writeFacts } from "../../platform/inbox.ts";
import type { Chance } from "../../platform/ports.ts";
import type { Secrets } from "../../platform/secrets/index.ts";
import { erasedIn } from "./erased.ts";
import { ensureEventPartitions } from "./partitions.ts";
import { addToHours } from "./source-queries.ts";
import { tallySources } from "./sources.ts";
import { namesOf, type NamesSeen } from "./event-names.ts";
import { insertEvents, insertRefused, takeMessageKeys, writeEventNames, type StoredEvent } from "./queries.ts";

export type Verdict =
  | { readonly is: "stored"; readonly event: Id; readonly contact: Id }
  | { readonly is: "duplicate" }
  | { readonly is: "refused"; readonly code: string; readonly field: string };

/** Messages of one call, as they came. */
export interface MessageBatch {
  readonly messages: readonly unknown[];
  readonly receivedAt: Instant;
  /** Of the batch call: given once for all its messages. */
  readonly sentAt?: unknown;
  readonly context?: unknown;
  /** The key that sent them. */
  readonly source: Id | null;
  /** false: the caller writes the orders these messages tell of itself. */
  readonly commerce?: boolean;
  /** false: history; it counts in rules and starts nothing. */
  readonly live: boolean;
  /** Made by us of what the database gave back: taken as they are, not copied. */
  readonly ours?: boolean;
  /** false: nothing in the workspace listens to events yet, so that the engine need not be told of them. What is made later looks at them where they are. */
  readonly heard?: boolean;
}

export interface IngestInto {
  readonly workspace: Id;
  /** Currency of amounts that carry none. */
  readonly currency: string;
  readonly phone: PhoneReader;
  /** false for public write keys. */
  readonly trusted: boolean;
  /** Named in identities and histories: `events`, `import`, `shopify`… */
  readonly source: string;
  /** By whose key people who were erased are known, and not taken in again on the word of others; absent where people speak for themselves. */
  readonly secrets?: Secrets;
}

/** The code of a message about somebody who was erased. Nothing of it is kept. */
export const ERASED = "contact.erased";

/** Stands in for a message of more bytes than one may have. */
export const TOO_LARGE: unknown = Object.freeze({});
const OVERSIZED: MessageReading = { message: null, refusal: { code: "message.too_large", field: "" } };

interface IngestPorts {
  readonly sql: Database;
  readonly chance: Chance;
  readonly clock: { now(): Instant };
}

/**
 * Stores batches of Segment messages in one transaction: message keys, identities, contacts, events, orders, carts, products, facts
 * for the engine, counters. Answers one verdict per message, after the commit; received = stored + duplicate + refused.
 * About 20 statements whatever the number of messages. Safe to repeat: a message stored before is a duplicate.
 */
export async function ingestBatches(ports: IngestPorts, into: IngestInto, batches: readonly MessageBatch[]): Promise<Verdict[][]> {
  const read = readBatches(into, batches);
  await ensureEventPartitions(ports.sql, read.moments);
  await ports.sql.transaction((tx) => read.store(tx, ports));
  return read.verdicts();
}

/**
 * The same inside a transaction of the caller's, who made sure before it that the months of the messages have their partitions
 * (`ensureEventPartitions`). For whoever writes more in the transaction that does the work.
 */
export async function ingestWithin(
  tx: Tx,
  ports: Pick<IngestPorts, "chance" | "clock">,
  into: IngestInto,
  batches: readonly MessageBatch[],
): Promise<Verdict[][]> {
  const read = readBatches(into, batches);
  await read.store(tx, ports);
  return read.verdicts();
}

/** Messages that were read and wait to be stored. */
export interface ReadBatches {
  /** When they happened: the months need their partitions. */
  readonly moments: readonly Instant[];
  store(tx: Tx, ports: Pick<IngestPorts, "chance" | "clock">): Promise<void>;
  /** What became of each message; call after the commit, or at the end of the transaction. */
  verdicts(): Verdict[][];
}

/** Reads batches without touching the database, so that imports read what comes next while it is at work. */
export function readBatches(into: IngestInto, batches: readonly MessageBatch[]): ReadBatches {
  const read = batches.map((batch) =>
    batch.messages.map((raw) => ({
      raw,
      batch,
      reading:
        raw === TOO_LARGE
          ? OVERSIZED
          : readMessage(raw, {
              receivedAt: batch.receivedAt,
              phone: into.phone,
              sentAt: batch.sentAt,
              context: batch.context,
              ours: batch.ours,
            }),
    })),
  );
  const items: Item[] = [];
  const verdicts: Verdict[][] = read.map((batch) =>
    batch.map(({ raw, batch: from, reading }) => {
      if (reading.refusal) return { is: "refused", ...reading.refusal };
      items.push({ message: reading.message, raw, batch: from, verdict: null });
      return { is: "duplicate" };
    }),
  );
  const refused = read
    .flat()
    .filter((one) => one.reading.refusal !== null)
    .map((one) => ({ ...one.reading.refusal!, raw: one.raw, batch: one.batch }));
  const seen = namesOf(
    items.map(({ message, batch }) => ({ message, receivedAt: batch.receivedAt })),
    into.workspace,
  );
  return {
    moments: items.map((item) => item.message.occurredAt),
    store: (tx, ports) => store(tx, ports, into, items, refused, seen),
    verdicts() {
      seen.remember();
      let next = 0;
      return verdicts.map((batch) => batch.map((verdict) => (verdict.is === "refused" ? verdict : items[next++]!.verdict!)));
    },
  };
}

interface Item {
  readonly message: Message;
  readonly raw: unknown;
  readonly batch: MessageBatch;
  verdict: Verdict | null;
}

interface RefusedItem {
  readonly code: string;
  readonly field: string;
  readonly raw: unknown;
  readonly batch: MessageBatch;
}

async function store(
  tx: Tx,
  ports: Pick<IngestPorts, "chance" | "clock">,
  into: IngestInto,
  items: readonly Item[],
  refused: readonly RefusedItem[],
  names: NamesSeen,
): Promise<void> {
  const { workspace } = into;
  const { chance } = ports;
  const now = ports.clock.now();
  const slot = 1 + Math.floor(chance.float() * 7);
  const common = { workspace, chance, now, slot };
  const erased = into.secrets && into.trusted ? await erasedIn(tx, { workspace, secrets: into.secrets, items }) : null;
  const fresh = await takeFresh(
    tx,
    workspace,
    now,
    items.filter((item) => !erased?.refused.has(item)),
  );
  const claims = fresh.map(({ message, batch }) => ({
    userId: message.userId,
    anonymousId: message.anonymousId,
    previousId: message.previousId,
    values: message.values,
    at: message.occurredAt,
    seen: batch.live,
    message: message.messageId,
  }));
  const { contacts, parts, facts } = await recordContacts(tx, { ...common, source: into.source, trusted: into.trusted, claims });
  await erased?.verify(tx);
  const events: StoredEvent[] = fresh.map(({ message, batch }, i) => {
    const id = chance.id(now);
    return {
      id,
      contact: contacts[i]!,
      part: parts[i]!,
      message,
      messageId: message.messageId ?? id,
      source: batch.source,
      live: batch.live,
      receivedAt: batch.receivedAt,
    };
  });
  await keepEvents(
    tx,
    { ...common, currency: into.currency, source: into.source },
    events,
    events.filter((_event, i) => fresh[i]!.batch.commerce !== false),
  );
  if (refused.length > 0)
    await insertRefused(tx, {
      workspace,
      rows: refused.slice(0, MOST_REFUSED).map((one) => ({
        id: chance.id(now),
        receivedAt: one.batch.receivedAt,
        source: one.batch.source,
        reason: one.code,
        field: one.field,
        body: textOfRaw(one.raw),
      })),
    });
  if (names.rows.length > 0) await writeEventNames(tx, { workspace, at: now, names: names.rows });
  const kept = erased?.refused.size ?? 0;
  await addToCounters(tx, slot, [
    { workspace, name: "events", n: events.length },
    { workspace, name: "messages.duplicate", n: items.length - events.length - kept },
    { workspace, name: "messages.refused", n: refused.length + kept },
  ]);
  const taken = new Set(fresh);
  const tallies = tallySources([
    ...items.map((item) => ({
      source: item.batch.source,
      is: taken.has(item) ? ("stored" as const) : erased?.refused.has(item) ? ("refused" as const) : ("duplicate" as const),
    })),
    ...refused.map((one) => ({ source: one.batch.source, is: "refused" as const })),
  ]);
  if (tallies.length > 0) await addToHours(tx, { workspace, now, slot, tallies });
  await writeFacts(tx, {
    chance,
    now,
    facts: [
      ...facts,
      ...factsOf(
        workspace,
        events.filter((_event, i) => fresh[i]!.batch.heard !== false),
      ),
    ],
  });
  for (const item of items)
    item.verdict = erased?.refused.has(item) ? { is: "refused", code: ERASED, field: erased.refused.get(item)! } : { is: "duplicate" };
  fresh.forEach((item, i) => {
    item.verdict = { is: "stored", event: events[i]!.id, contact: events[i]!.contact };
  });
}

interface Keeping {
  readonly workspace: Id;
  readonly chance: Chance;
  readonly now: Instant;
  readonly slot: number;
  readonly currency: string;
  readonly source: string;
}

/** Writes events of contacts we know, with what they tell: orders, carts and products, content items that were read, and objects of the workspace's own types. */
export async function keepEvents(tx: Tx, by: Keeping, events: readonly StoredEvent[], commerce: readonly StoredEvent[]): Promise<void> {
  if (events.length > 0) await insertEvents(tx, { workspace: by.workspace, events });
  await storeCommerce(tx, by, commerce);
  await noteReads(tx, {
    workspace: by.workspace,
    reads: events.flatMap(({ contact, message }) => {
      const address = pageViewed(message);
      return address === null ? [] : [{ contact, address, at: message.occurredAt }];
    }),
  });
  await applyObjects(tx, { ...by, events });
}

/** That events are there, for the engine. */
export const factsOf = (workspace: Id, events: readonly StoredEvent[]): NewFact[] =>
  events.map((event) => ({
    workspace,
    contact: event.contact,
    occurredAt: event.message.occurredAt,
    kind: "event",
    data: { event: event.id, name: event.message.name, live: event.live },
  }));

/** Those whose message id nobody sent before, the first of each. */
async function takeFresh(tx: Tx, workspace: Id, now: Instant, items: readonly Item[]): Promise<Item[]> {
  const first = new Map<Id, Item>();
  const keyOf = new Map<Item, Id>();
  for (const item of items) {
    if (item.message.messageId === null) continue;
    const key = messageKey(workspace, item.message.messageId);
    if (first.has(key)) continue;
    first.set(key, item);
    keyOf.set(item, key);
  }
  const taken = first.size > 0 ? await takeMessageKeys(tx, { workspace, receivedAt: now, keys: [...first.keys()] }) : new Set<Id>();
  return items.filter((item) => item.message.messageId === null || taken.has(keyOf.get(item) ?? ""));
}

/** Takes message ids for work that is no message (an order written directly). @returns those nobody took before */
export async function takeIds(
  tx: Tx,
  input: { readonly workspace: Id; readonly now: Instant; readonly ids: readonly string[] },
): Promise<ReadonlySet<string>> {
  const keys = new Map(input.ids.map((id) => [messageKey(input.workspace, id), id]));
  const taken =
    keys.size > 0
      ? await takeMessageKeys(tx, { workspace: input.workspace, receivedAt: input.now, keys: [...keys.keys()] })
      : new Set<Id>();
  return new Set([...keys].filter(([key]) => taken.has(key)).map(([, id]) => id));
}

/** SHA-256 of workspace and message id, cut to 16 bytes. */
export function messageKey(workspace: Id, messageId: string): Id {
  return formatUuid(createHash("sha256").update(`${workspace}\u0000${messageId}`).digest().subarray(0, 16));
}

/** Orders, carts and products that messages tell of. */
export async function storeCommerce(
  tx: Tx,
  common: Keeping,
  events: readonly Pick<StoredEvent, "contact" | "message">[],
  corrects = false,
): Promise<void> {
  const commerce = events.flatMap((event) => (event.message.commerce ? [{ ...event.message.commerce, contact: event.contact }] : []));
  const products = commerce.flatMap((one) => one.products);
  const ids = products.length > 0 ? await noteProducts(tx, { ...common, products }) : new Map<string, Id>();
  await upsertOrders(tx, {
    ...common,
    products: ids,
    orders: commerce.flatMap((one) => (one.order ? [{ ...one.order, source: common.source, contact: one.contact, corrects }] : [])),
  });
  await noteInterests(tx, {
    workspace: common.workspace,
    deeds: events.flatMap(({ contact, message }) =>
      interestsIn({ ...message, at: message.occurredAt }).map((deed) => ({ ...deed, contact })),
    ),
  });
  await upsertCarts(tx, {
    workspace: common.workspace,
    slot: common.slot,
    source: common.source,
    changes: commerce.flatMap((one) => (one.cart ? [{ ...one.cart, contact: one.contact }] : [])),
  });
}

const MOST_TEXT = 8_000;
/** Refused messages that one transaction keeps for the inspector; all are counted. A public key must not fill the disk. */
const MOST_REFUSED = 200;

// Kept as text: what was refused may be anything, nested however deep.
function textOfRaw(raw: unknown): string {
  try {
    return (JSON.stringify(raw) ?? "").slice(0, MOST_TEXT).replaceAll("\u0000", "").toWellFormed();
  } catch {
    return "";
  }
}

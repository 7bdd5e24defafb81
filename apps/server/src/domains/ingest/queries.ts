import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db, Tx } from "../../platform/db/database.ts";
import { copyRows } from "../../platform/db/copy.ts";
import { json, jsonArray, sql, ts, tsArray } from "../../platform/db/sql.ts";
import type { Message } from "@relance/model/events";

export interface StoredEvent {
  readonly id: Id;
  readonly contact: Id;
  /** The part of the contact that the message named; null: its own. */
  readonly part?: Id | null;
  readonly message: Message;
  readonly messageId: string;
  readonly source: Id | null;
  readonly live: boolean;
  readonly receivedAt: Instant;
}

/** Takes message keys nobody took; waits for whoever is taking one of them now. @returns those taken */
export async function takeMessageKeys(tx: Tx, input: { workspace: Id; receivedAt: Instant; keys: readonly Id[] }): Promise<Set<Id>> {
  const keys = [...input.keys].sort((a, b) => bucketOf(a) - bucketOf(b) || (a < b ? -1 : 1));
  const rows = await tx.query<{ key: Id }>(sql`
    insert into event_keys (lookup_bucket, key, workspace_id, received_at)
    select r.lookup_bucket, r.key, ${input.workspace}, ${ts(input.receivedAt)}::timestamptz
    from unnest(${keys.map(bucketOf)}::smallint[], ${keys}::uuid[]) as r (lookup_bucket, key)
    order by r.lookup_bucket, r.key
    on conflict (lookup_bucket, key) do nothing
    returning key`);
  return new Set(rows.map((row) => row.key));
}

export async function insertEvents(tx: Tx, input: { workspace: Id; events: readonly StoredEvent[] }): Promise<void> {
  const rows = [...input.events].sort(
    (a, b) => bucketOf(a.contact) - bucketOf(b.contact) || (a.contact < b.contact ? -1 : a.contact > b.contact ? 1 : a.id < b.id ? -1 : 1),
  );
  const received = tsArray(rows.map((row) => row.receivedAt)); // most have the same
  await copyRows(
    tx,
    "events",
    [
      "bucket",
      "contact_id",
      "id",
      "workspace_id",
      "type",
      "name",
      "occurred_at",
      "received_at",
      "properties",
      "context",
      "amount",
      "currency",
      "message_id",
      "source_id",
      "live",
      "part_id",
    ],
    rows.map(({ contact, id, message, messageId, source, live, part }, n) => [
      bucketOf(contact),
      contact,
      id,
      input.workspace,
      message.type,
      message.name,
      ts(message.occurredAt),
      received[n],
      json(message.properties),
      json(message.context),
      message.amount,
      message.currency,
      messageId,
      source,
      live,
      part,
    ]),
  );
}

export interface LockedEvent {
  bucket: number;
  contact_id: Id;
  id: Id;
  message_id: string;
  occurred_at: Instant;
  properties: Record<string, unknown>;
}

/** The stored events of these messages, locked until the end of the transaction. */
export async function lockEvents(
  tx: Tx,
  input: {
    workspace: Id;
    keys: readonly { readonly bucket: number; readonly contact: Id; readonly name: string; readonly messageId: string }[];
  },
): Promise<LockedEvent[]> {
  const { keys } = input;
  return tx.query<LockedEvent>(sql`
    select e.bucket, e.contact_id, e.id, e.message_id, e.occurred_at, e.properties
    from unnest(${keys.map((key) => key.bucket)}::smallint[], ${keys.map((key) => key.contact)}::uuid[], ${keys.map((key) => key.name)}::text[], ${keys.map((key) => key.messageId)}::text[]) as r (bucket, contact_id, name, message_id)
    join events e on e.bucket = r.bucket and e.contact_id = r.contact_id and e.name = r.name and e.message_id = r.message_id
    where e.workspace_id = ${input.workspace} order by e.bucket, e.contact_id, e.id for update of e`);
}

/** Rewrites what stored events say. A new day moves one to the partition of its month, which must exist. */
export async function rewriteEvents(
  tx: Tx,
  input: {
    workspace: Id;
    receivedAt: Instant;
    events: readonly { readonly bucket: number; readonly contact: Id; readonly id: Id; readonly was: Instant; readonly message: Message }[];
  },
): Promise<void> {
  const { events } = input;
  await tx.query(sql`
    update events e set occurred_at = r.occurred_at, received_at = ${ts(input.receivedAt)}::timestamptz, properties = r.properties, amount = r.amount, currency = r.currency
    from unnest(${events.map((one) => one.bucket)}::smallint[], ${events.map((one) => one.contact)}::uuid[], ${events.map((one) => one.id)}::uuid[], ${tsArray(events.map((one) => one.was))}::timestamptz[], ${tsArray(events.map((one) => one.message.occurredAt))}::timestamptz[],
      ${jsonArray(events.map((one) => one.message.properties))}::jsonb[], ${events.map((one) => one.message.amount)}::numeric[], ${events.map((one) => one.message.currency)}::text[]) as r (bucket, contact_id, id, was, occurred_at, properties, amount, currency)
    where e.bucket = r.bucket and e.contact_id = r.contact_id and e.occurred_at = r.was and e.id = r.id and e.workspace_id = ${input.workspace}`);
}

export async function writeEventNames(
  tx: Tx,
  input: { workspace: Id; at: Instant; names: readonly { name: string; properties: Readonly<Record<string, string>> }[] },
): Promise<void> {
  const rows = [...input.names].sort((a, b) => (a.name < b.name ? -1 : 1));
  await tx.query(sql`
    insert into event_names (workspace_id, name, first_seen_at, last_seen_at, properties)
    select ${input.workspace}, r.name, ${ts(input.at)}::timestamptz, ${ts(input.at)}::timestamptz, r.properties
    from unnest(${rows.map((row) => row.name)}::text[], ${jsonArray(rows.map((row) => row.properties))}::jsonb[]) as r (name, properties)
    order by r.name
    on conflict (workspace_id, name) do update set last_seen_at = greatest(event_names.last_seen_at, excluded.last_seen_at), properties = event_names.properties || excluded.properties`);
}

export async function insertRefused(
  tx: Tx,
  input: {
    workspace: Id;
    rows: readonly { id: Id; receivedAt: Instant; source: Id | null; reason: string; field: string; body: string }[];
  },
): Promise<void> {
  const { rows } = input;
  await tx.query(sql`
    insert into refused_messages (workspace_id, id, received_at, source_id, reason, field, body)
    select ${input.workspace}, r.id, r.received_at, r.source_id, r.reason, r.field, r.body
    from unnest(${rows.map((row) => row.id)}::uuid[], ${tsArray(rows.map((row) => row.receivedAt))}::timestamptz[], ${rows.map((row) => row.source)}::uuid[], ${rows.map((row) => row.reason)}::text[], ${rows.map((row) => row.field)}::text[], ${jsonArray(rows.map((row) => row.body))}::jsonb[]) as r (id, received_at, source_id, reason, field, body)`);
}

export interface EventRow {
  id: Id;
  contact_id: Id;
  type: string;
  name: string;
  occurred_at: Instant;
  received_at: Instant;
  message_id: string;
  amount: number | null;
  currency: string | null;
  live: boolean;
  properties: Record<string, unknown>;
}

export async function contactEvents(
  db: Db,
  input: { workspace: Id; contact: Id; name: string | null; before: { at: Instant; id: Id } | null; limit: number },
): Promise<EventRow[]> {
  return db.query<EventRow>(sql`
    select id, contact_id, type, name, occurred_at, received_at, message_id, amount, currency, live, properties from events
    where bucket = ${bucketOf(input.contact)}::smallint and contact_id = ${input.contact} and workspace_id = ${input.workspace} and (${input.name}::text is null or name = ${input.name}::text)
      and (${input.before ? ts(input.before.at) : null}::timestamptz is null or (occurred_at, id) < (${input.before ? ts(input.before.at) : null}::timestamptz, ${input.before?.id ?? null}::uuid))
    order by occurred_at desc, id desc limit ${input.limit}`);
}

export async function selectEventNames(
  db: Db,
  input: { workspace: Id; search: string | null },
): Promise<{ name: string; first_seen_at: Instant; last_seen_at: Instant; properties: Record<string, string> }[]> {
  return db.query(sql`
    select name, first_seen_at, last_seen_at, properties from event_names
    where workspace_id = ${input.workspace} and (${input.search}::text is null or position(lower(${input.search}::text) in lower(name)) > 0)
    order by last_seen_at desc, name limit 1000`);
}

import type { Channel } from "@relance/contract/delivery";
import type { Id, Instant } from "@relance/model/base";
import type { Db, Tx } from "../../../platform/db/database.ts";
import { empty, jsonArray, sql, ts } from "../../../platform/db/sql.ts";
import type { OutgoingMessage } from "./provider.ts";

const clean = (text: string | null) => text?.replaceAll("\0", "") ?? null;

export async function insertOutboxMessages(
  tx: Tx,
  input: { readonly messages: readonly OutgoingMessage[]; readonly now: Instant },
): Promise<void> {
  const { messages } = input;
  if (messages.length === 0) return;
  await tx.query(sql`
    insert into outbox_messages (bucket, send_id, workspace_id, contact_id, channel, address, subject, html, body, headers, arrived_at)
    select m.bucket, m.send_id, m.workspace_id, m.contact_id, m.channel, m.address, m.subject, m.html, m.body, m.headers, ${ts(input.now)}::timestamptz
    from unnest(${messages.map((m) => m.bucket)}::smallint[], ${messages.map((m) => m.send)}::uuid[], ${messages.map((m) => m.workspace)}::uuid[],
      ${messages.map((m) => m.contact)}::uuid[], ${messages.map((m) => m.channel)}::text[], ${messages.map((m) => clean(m.address))}::text[],
      ${messages.map((m) => clean(m.subject))}::text[], ${messages.map((m) => clean(m.html))}::text[], ${messages.map((m) => clean(m.text))}::text[],
      ${jsonArray(messages.map((m) => m.headers))}::jsonb[]
    ) as m (bucket, send_id, workspace_id, contact_id, channel, address, subject, html, body, headers)`);
}

export interface OutboxRow {
  readonly send: Id;
  /** Null: a test rendered with sample values. */
  readonly contact: Id | null;
  readonly channel: Channel;
  readonly address: string;
  readonly subject: string | null;
  readonly arrivedAt: Instant;
}

export function readOutbox(
  db: Db,
  input: {
    readonly workspace: Id;
    readonly channel: Channel | undefined;
    readonly contact: Id | undefined;
    readonly after: readonly [Instant, Id] | null;
    readonly limit: number;
  },
): Promise<OutboxRow[]> {
  const { after } = input;
  return db.query(sql`
    select m.send_id as send, m.contact_id as contact, m.channel, m.address, m.subject, m.arrived_at as "arrivedAt"
    from outbox_messages m
    where m.workspace_id = ${input.workspace}
      ${input.channel ? sql`and m.channel = ${input.channel}` : empty}
      ${input.contact ? sql`and m.contact_id = ${input.contact}` : empty}
      ${after ? sql`and (m.arrived_at, m.send_id) < (${ts(after[0])}::timestamptz, ${after[1]}::uuid)` : empty}
    order by m.arrived_at desc, m.send_id desc
    limit ${input.limit}`);
}

export async function readOutboxMessage(
  db: Db,
  input: { readonly workspace: Id; readonly send: Id },
): Promise<(OutboxRow & { html: string | null; text: string; headers: Record<string, string> }) | null> {
  const rows = await db.query<OutboxRow & { html: string | null; text: string; headers: Record<string, string> }>(sql`
    select m.send_id as send, m.contact_id as contact, m.channel, m.address, m.subject, m.arrived_at as "arrivedAt", m.html, m.body as text, m.headers
    from outbox_messages m
    where m.workspace_id = ${input.workspace} and m.send_id = ${input.send}::uuid
    order by m.bucket limit 1`);
  return rows[0] ?? null;
}

import type { InspectedEvent, LiveEvent, RefusedMessage } from "@relance/contract/events";
import { DAY, toIso, type Id, type Instant } from "@relance/model/base";
import { textOf } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import { readCounter } from "../../platform/counters.ts";
import type { Db } from "../../platform/db/database.ts";
import { join, sql, ts } from "../../platform/db/sql.ts";
import { loadContacts, type Contact } from "../contacts/index.ts";
import type { EventRow } from "./queries.ts";

const SHOWN = 100;
const LOOKS_BACK = 8 * DAY;
/** Names looked at, those last heard first. */
const MOST_NAMES = 40;

/** What came last, accepted or not. Reads what is stored anyway: ingest writes nothing for it. */
export async function inspect(
  deps: Deps,
  input: { readonly workspace: Id; readonly name: string | null },
): Promise<{ events: LiveEvent[]; refused: RefusedMessage[]; total: number }> {
  const { sql: db, clock } = deps.ports;
  const { workspace } = input;
  const names = input.name === null ? await namesHeardLast(db, { workspace }) : [input.name];
  const events = names.length === 0 ? [] : await newestOf(db, { workspace, names, since: clock.now() - LOOKS_BACK });
  const contacts = await loadContacts(db, { workspace, ids: events.map((one) => one.contact_id) });
  const refused = await newestRefused(db, { workspace });
  return {
    events: events.map((row) => ({ ...viewOf(row), who: callOf(contacts.get(row.contact_id)), source: row.source_id })),
    refused: refused.map((row) => ({
      id: row.id,
      receivedAt: toIso(row.received_at),
      code: row.reason,
      field: row.field,
      source: row.source_id,
      body: typeof row.body === "string" ? row.body : JSON.stringify(row.body),
    })),
    total: await readCounter(db, { workspace, name: "events" }),
  };
}

export const viewOf = (row: EventRow): InspectedEvent => ({
  id: row.id,
  contact: row.contact_id,
  type: row.type,
  name: row.name,
  occurredAt: toIso(row.occurred_at),
  receivedAt: toIso(row.received_at),
  messageId: row.message_id,
  amount: row.amount,
  currency: row.currency,
  live: row.live,
  properties: row.properties,
});

/** How a contact is called: by name, else by address or number; null when nothing is known. */
function callOf(contact: Contact | undefined): string | null {
  const said = (column: string) => textOf(contact?.columns[column]);
  return (
    [said("first_name"), said("last_name")].filter((part) => part !== null).join(" ") ||
    (said("email") ?? said("phone") ?? said("external_id"))
  );
}

async function namesHeardLast(db: Db, input: { workspace: Id }): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    sql`select name from event_names where workspace_id = ${input.workspace} order by last_seen_at desc, name limit ${MOST_NAMES}`,
  );
  return rows.map((row) => row.name);
}

/** Of each name the newest by the index that rules use, then the newest of those: its cost does not grow with what is stored. */
async function newestOf(
  db: Db,
  input: { workspace: Id; names: readonly string[]; since: Instant },
): Promise<(EventRow & { source_id: Id | null })[]> {
  const each = input.names.map(
    (name) => sql`
    (select id, contact_id, type, name, occurred_at, received_at, message_id, amount, currency, live, properties, source_id from events
     where workspace_id = ${input.workspace} and name = ${name} and occurred_at >= ${ts(input.since)}::timestamptz order by occurred_at desc limit ${SHOWN})`,
  );
  return db.query(sql`
    select id, contact_id, type, name, occurred_at, received_at, message_id, amount, currency, live, properties, source_id from (${join(each, " union all ")}) newest
    order by received_at desc, id desc limit ${SHOWN}`);
}

async function newestRefused(
  db: Db,
  input: { workspace: Id },
): Promise<{ id: Id; received_at: Instant; reason: string; field: string | null; source_id: Id | null; body: unknown }[]> {
  return db.query(sql`
    select id, received_at, reason, field, source_id, body from refused_messages where workspace_id = ${input.workspace} order by id desc limit ${SHOWN}`);
}

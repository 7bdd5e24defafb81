import type { Id } from "@relance/model/base";
import { isObject, type JsonObject } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { sql } from "../../platform/db/sql.ts";
import { findByIdentity, lookupBucket } from "../contacts/index.ts";
import { contextOf } from "./context.ts";
import { countOutcomes, type ConnectionRecord, type Outcome } from "./queries.ts";

/** The name of the job that does what a shop asks by law; stored, it never changes. */
export const ASKED_JOB = "connectors.asked";

/** Shopify's mandatory topics: a customer is to be erased, wants to know, or the shop took the app away two days ago. */
const ASKS: Readonly<Record<string, "erase" | "know" | "erase_all">> = {
  "customers/redact": "erase",
  "customers/data_request": "know",
  "shop/redact": "erase_all",
};

export const isAsking = (topic: string): boolean => topic in ASKS;

/** Hands on what a shop asks by law, with ids of ours only: what it says of the person is kept nowhere. */
export async function hearAsking(
  deps: Deps,
  connection: ConnectionRecord,
  input: { readonly topic: string; readonly payload: JsonObject },
): Promise<Outcome> {
  const { sql: db, clock } = deps.ports;
  const { workspace_id: workspace, id } = connection;
  const what = ASKS[input.topic]!;
  const contacts = what === "erase_all" ? [] : await customersOf(deps, connection, input.payload);
  const outcome: Outcome = what === "erase_all" || contacts.length > 0 ? "stored" : "ignored";
  await db.transaction(async (tx) => {
    if (outcome === "stored")
      await deps.jobs.add(
        tx,
        ASKED_JOB,
        { workspace, connection: id, shop: connection.name, what, contacts },
        { key: `${ASKED_JOB}:${id}:${what}:${contacts.join()}` },
      );
    await countOutcomes(tx, { workspace, connection: id, now: clock.now(), outcomes: [outcome], problem: null });
  });
  return outcome;
}

/** The contacts a payload is about: by the customer's id, e-mail and phone. */
async function customersOf(deps: Deps, connection: ConnectionRecord, payload: JsonObject): Promise<Id[]> {
  const { naming, into } = await contextOf(deps, connection);
  const customer = isObject(payload["customer"]) ? payload["customer"] : {};
  const { id, email, phone } = customer;
  const number = typeof phone === "string" ? into.phone(phone, null) : null;
  const named = [
    ...(typeof id === "number" || typeof id === "string" ? [{ kind: "user_id", value: `${naming.shop}:${naming.prefix}${id}` }] : []),
    ...(typeof email === "string" ? [{ kind: "email", value: email.trim().toLowerCase() }] : []),
    ...(number === null ? [] : [{ kind: "phone", value: number }]),
  ];
  const found = await findByIdentity(deps.ports.sql, {
    workspace: into.workspace,
    identities: named.map((one) => ({ ...one, lookupBucket: lookupBucket(into.workspace, one.kind, one.value) })),
  });
  return [...new Set(found)];
}

/** Some of the contacts a shop brought: its customers, and who ordered there as a guest. */
export async function contactsOfShop(
  db: Db,
  input: { readonly workspace: Id; readonly connection: Id; readonly limit: number },
): Promise<Id[]> {
  const { workspace, connection } = input;
  const rows = await db.query<{ contact_id: Id }>(sql`
    with named as (
      select 'user_id' as kind, c.shop || ':' || c.prefix || v.external_id as value from shop_versions v join shop_connections c on c.id = v.connection_id
      where v.workspace_id = ${workspace} and v.connection_id = ${connection} and v.kind = 'customer'
      union select case when v.parent::jsonb ? 'userId' then 'user_id' else 'anonymous_id' end, coalesce(v.parent::jsonb ->> 'userId', v.parent::jsonb ->> 'anonymousId') from shop_versions v
      where v.workspace_id = ${workspace} and v.connection_id = ${connection} and v.kind = 'order' and v.parent is not null
    )
    select distinct i.contact_id from named n join identities i on i.workspace_id = ${workspace} and i.kind = n.kind and i.value = n.value order by i.contact_id limit ${input.limit}`);
  return rows.map((row) => row.contact_id);
}

/** Takes a connection away with all it remembers. */
export async function dropConnection(db: Db, input: { readonly workspace: Id; readonly connection: Id }): Promise<void> {
  await db.query(sql`delete from shop_connections where workspace_id = ${input.workspace} and id = ${input.connection}`);
}

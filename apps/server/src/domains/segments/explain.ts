import { bucketOf, type Id, type Instant, type LocalDate } from "@relance/model/base";
import { COLUMNS, evaluate, references, type ContactFacts, type FactEvent, type Rule, type Verdict } from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import { sql } from "../../platform/db/sql.ts";
import { columnValue } from "./shared-facts.ts";

/**
 * Why a rule is true or false of one contact: the evaluator run on everything it asks about.
 * @throws absent when the workspace has no such contact
 */
export async function explainRule(db: Db, input: { workspace: Id; contact: Id; rule: Rule; at: Instant; entryAt?: Instant }): Promise<Verdict> {
  const facts = await loadFacts(db, input);
  return evaluate(input.rule, facts, input.at, input.entryAt ?? null);
}

async function loadFacts(db: Db, input: { workspace: Id; contact: Id; rule: Rule }): Promise<ContactFacts> {
  const bucket = bucketOf(input.contact);
  const [contact] = await db.query<Record<string, unknown>>(sql`
    select external_id, email, phone, first_name, last_name, locale, time_zone, country, region, postal_code, city, store_id, customer_type, birth_date,
      created_at, last_seen_at, latitude, longitude, known, attributes
    from contacts where bucket = ${bucket}::smallint and id = ${input.contact} and workspace_id = ${input.workspace}`);
  if (!contact) throw absent({ what: "contact" });
  const names = references(input.rule).filter((one) => one.kind === "event").map((one) => one.name);
  const events = await db.query<{ id: Id; name: string; occurred_at: Instant; amount: number | null; currency: string | null; properties: Record<string, unknown> }>(sql`
    select id, name, occurred_at, amount, currency, properties from events where bucket = ${bucket}::smallint and contact_id = ${input.contact} and name = any(${names}::text[]) order by occurred_at, id`);
  const groups = await db.query<{ id: Id }>(sql`select group_id as id from group_members where bucket = ${bucket}::smallint and contact_id = ${input.contact} order by 1`);
  const segments = await db.query<{ id: Id }>(sql`select segment_id as id from segment_members where bucket = ${bucket}::smallint and contact_id = ${input.contact} order by 1`);
  const consents = await db.query<{ channel: string; topic: string; state: string; expires_on: LocalDate | null }>(sql`select channel, topic, state, expires_on from consents where bucket = ${bucket}::smallint and contact_id = ${input.contact} order by channel, topic`);
  const [value] = await db.query<Record<string, unknown>>(sql`
    select rfm_group as "group", recency_score as recency, frequency_score as frequency, monetary_score as monetary, worth_score as worth, alive, churn, orders_90 as orders90, next_order_on as "nextOn", value_365 as value365, total_value as total
    from predictions where bucket = ${bucket}::smallint and contact_id = ${input.contact} and workspace_id = ${input.workspace}`);
  return {
    columns: Object.fromEntries(Object.entries(COLUMNS).map(([column, kind]) => [column, columnValue(contact[column], kind)])),
    attributes: contact["attributes"] as Record<string, unknown>,
    value: value ? { ...value, nextOn: columnValue(value["nextOn"], "date") } : null,
    groups: new Set(groups.map((row) => row.id)),
    segments: new Set(segments.map((row) => row.id)),
    consents: consents.map((row) => ({ channel: row.channel, topic: row.topic, state: row.state, expiresOn: row.expires_on })),
    events: events.map((row): FactEvent => ({ id: row.id, name: row.name, at: row.occurred_at, amount: row.amount, currency: row.currency, properties: row.properties })),
  };
}

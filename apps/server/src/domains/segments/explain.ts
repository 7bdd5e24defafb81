import { bucketOf, type Id, type Instant } from "@relance/model/base";
import {
  COLUMNS,
  evaluate,
  references,
  type ContactFacts,
  type FactConsent,
  type FactEvent,
  type FactMessage,
  type Rule,
  type Verdict,
} from "@relance/model/rules";
import type { Db } from "../../platform/db/database.ts";
import { absent } from "../../platform/errors.ts";
import { sql } from "../../platform/db/sql.ts";
import { objectsOf } from "../objects/index.ts";
import { columnValue } from "./shared-facts.ts";
import { zonePlace } from "./sql/zone.ts";

/**
 * Why a rule is true or false of one contact: the evaluator run on everything it asks about.
 * @throws absent when the workspace has no such contact
 */
export async function explainRule(
  db: Db,
  input: { workspace: Id; contact: Id; rule: Rule; at: Instant; entryAt?: Instant },
): Promise<Verdict> {
  const facts = await loadFacts(db, input);
  return evaluate(input.rule, facts, input.at, input.entryAt ?? null);
}

async function loadFacts(db: Db, input: { workspace: Id; contact: Id; rule: Rule }): Promise<ContactFacts> {
  const bucket = bucketOf(input.contact);
  const [contact] = await db.query<Record<string, unknown>>(sql`
    select external_id, email, phone, first_name, last_name, locale, time_zone, country, region, postal_code, city, store_id, customer_type, birth_date,
      created_at, last_seen_at, latitude, longitude, known, attributes, field_times
    from contacts where bucket = ${bucket}::smallint and id = ${input.contact} and workspace_id = ${input.workspace}`);
  if (!contact) throw absent({ what: "contact" });
  const asked = references(input.rule);
  const names = asked.filter((one) => one.kind === "event").map((one) => one.name);
  const events = await db.query<{
    id: Id;
    name: string;
    occurred_at: Instant;
    amount: number | null;
    currency: string | null;
    properties: Record<string, unknown>;
  }>(sql`
    select id, name, occurred_at, amount, currency, properties from events where bucket = ${bucket}::smallint and contact_id = ${input.contact} and name = any(${names}::text[]) order by occurred_at, id`);
  const groups = await db.query<{ id: Id; at: Instant }>(
    sql`select group_id as id, added_at as at from group_members where bucket = ${bucket}::smallint and contact_id = ${input.contact} order by 1`,
  );
  const segments = await db.query<{ id: Id; at: Instant }>(
    sql`select segment_id as id, entered_at as at from segment_members where bucket = ${bucket}::smallint and contact_id = ${input.contact} order by 1`,
  );
  const objects = await objectsOf(db, { workspace: input.workspace, contacts: [input.contact] });
  const consents = await db.query<FactConsent>(
    sql`select channel, topic, state, expires_on as "expiresOn", changed_at as "changedAt" from consents where bucket = ${bucket}::smallint and contact_id = ${input.contact} order by channel, topic`,
  );
  const changes = await db.query<{ attribute: string; at: Instant }>(
    sql`select attribute, max(changed_at) as at from attribute_changes where bucket = ${bucket}::smallint and contact_id = ${input.contact} group by attribute order by attribute`,
  );
  const stores = await db.query<{ id: Id; latitude: number; longitude: number }>(
    sql`select id, latitude, longitude from stores where workspace_id = ${input.workspace} and latitude is not null and longitude is not null order by id`,
  );
  const place = await zonePlace(db, {
    workspace: input.workspace,
    rules: [input.rule],
    contacts: sql`(select ${bucket}::smallint as bucket, ${input.contact}::uuid as contact_id)`,
  });
  const messages = asked.some((one) => one.kind === "message") ? await loadMessages(db, { bucket, contact: input.contact }) : [];
  const answers = await db.query<{ id: Id }>(
    sql`select answer_id as id from sql_answers where bucket = ${bucket}::smallint and contact_id = ${input.contact} and workspace_id = ${input.workspace} order by 1`,
  );
  const [value] = await db.query<Record<string, unknown>>(sql`
    select rfm_group as "group", recency_score as recency, frequency_score as frequency, monetary_score as monetary, worth_score as worth, alive, churn, orders_90 as orders90, next_order_on as "nextOn", value_365 as value365, total_value as total
    from predictions where bucket = ${bucket}::smallint and contact_id = ${input.contact} and workspace_id = ${input.workspace}`);
  return {
    columns: Object.fromEntries(Object.entries(COLUMNS).map(([column, kind]) => [column, columnValue(contact[column], kind)])),
    attributes: contact["attributes"] as Record<string, unknown>,
    value: value ? { ...value, nextOn: columnValue(value["nextOn"], "date") } : null,
    id: input.contact,
    changed: {
      ...(contact["field_times"] as Record<string, Instant>),
      ...Object.fromEntries(changes.map((row) => [row.attribute, row.at])),
    },
    groups: new Map(groups.map((row) => [row.id, row.at])),
    segments: new Map(segments.map((row) => [row.id, row.at])),
    consents,
    messages,
    objects: objects.map((one) => ({ type: one.type, externalId: one.external_id, fields: one.fields })),
    answers: new Set(answers.map((row) => row.id)),
    place: { ...place, stores: new Map(stores.map((row) => [row.id, row])) },
    events: events.map((row): FactEvent => ({
      id: row.id,
      name: row.name,
      at: row.occurred_at,
      amount: row.amount,
      currency: row.currency,
      properties: row.properties,
    })),
  };
}

async function loadMessages(db: Db, of: { bucket: number; contact: Id }): Promise<FactMessage[]> {
  const sends = await db.query<Omit<FactMessage, "what" | "machine" | "url"> & { delivery: string | null }>(sql`
    select s.id as send, s.accepted_at as at, s.channel, s.journey_id as journey, s.template_id as template, s.delivery from sends s
    where s.bucket = ${of.bucket}::smallint and s.contact_id = ${of.contact} and s.accepted_at is not null order by s.accepted_at, s.id`);
  const done = await db.query<FactMessage>(sql`
    select g.send_id as send, g.kind as what, g.at, g.machine, d.channel, d.journey_id as journey, d.template_id as template, g.url
    from engagements g join sends d on d.bucket = g.bucket and d.id = g.send_id where g.bucket = ${of.bucket}::smallint and g.contact_id = ${of.contact} order by g.at, g.id`);
  const told = sends.flatMap(({ delivery, ...send }) =>
    messageTold(delivery).map((what): FactMessage => ({ ...send, what, machine: false, url: null })),
  );
  return [...told, ...done];
}

/** What is known of an accepted message: a complaint is made about one that arrived. */
function messageTold(delivery: string | null): FactMessage["what"][] {
  switch (delivery) {
    case "delivered":
      return ["sent", "delivered"];
    case "bounced":
      return ["sent", "bounced"];
    case "complained":
      return ["sent", "delivered", "complained"];
    default:
      return ["sent"];
  }
}

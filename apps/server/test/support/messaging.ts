import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Db } from "../../src/platform/db/database.ts";
import { sql, ts } from "../../src/platform/db/sql.ts";

/** A known contact, as the contacts domain would store it. */
export async function addContact(
  db: Db,
  input: { id: Id; workspace: Id; now: Instant; email?: string; firstName?: string; locale?: string; timeZone?: string | null },
): Promise<Id> {
  const { id, workspace, now, email = `c${id.slice(-12)}@example.com`, firstName = "Ana", locale = "fr", timeZone = null } = input;
  await db.query(sql`
    insert into contacts (bucket, id, workspace_id, email, first_name, locale, time_zone, known, created_at, updated_at)
    values (${bucketOf(id)}, ${id}, ${workspace}, ${email}, ${firstName}, ${locale}, ${timeZone}, true, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz)`);
  return id;
}

/** A row of the ledger, as delivery would have left it. */
export async function addSend(
  db: Db,
  input: {
    id: Id;
    contact: Id;
    workspace: Id;
    template: Id;
    version?: number;
    now: Instant;
    state?: string;
    class?: string;
    topic?: string;
    acceptedAt?: Instant | null;
    address?: string;
    language?: string;
    data?: unknown;
    step?: string;
    journey?: Id;
  },
): Promise<Id> {
  const {
    id,
    contact,
    workspace,
    template,
    version = 1,
    now,
    state = "accepted",
    topic = "",
    acceptedAt = now,
    address = "ana@example.com",
    language = "fr",
    data = {},
    journey = null,
    step = null,
  } = input;
  await db.query(sql`
    insert into sends (bucket, id, workspace_id, contact_id, channel, class, topic, template_id, template_version, key, state, due_at, patience_until, lease_epoch, created_at, accepted_at, address, language, data, journey_id, step_id)
    values (${bucketOf(contact)}, ${id}, ${workspace}, ${contact}, 'email', ${input.class ?? "marketing"}, ${topic}, ${template}, ${version}, ${`test:${id}`}, ${state}, ${ts(now)}::timestamptz, ${ts(now)}::timestamptz, 0,
      ${ts(now)}::timestamptz, ${acceptedAt === null ? null : ts(acceptedAt)}::timestamptz, ${address}, ${language}, ${JSON.stringify(data)}::jsonb, ${journey}, ${step})`);
  return id;
}

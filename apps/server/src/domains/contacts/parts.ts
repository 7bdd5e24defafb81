/**
 * A contact that others were joined to keeps what each of them would be alone: its parts. A word about one of them is said to the contact
 * and to that part, so that the contact is at every moment what its parts are together, and any of them can be taken out again.
 */
import type { IdentityRules } from "@relance/contract/team";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import { jsonArray, sql, tsArray } from "../../platform/db/sql.ts";
import { isUnique } from "./claim.ts";
import { draftOf, movedOn, newDraft, setField, type Draft, type FieldChange } from "./columns.ts";
import { selectContacts } from "./queries.ts";
import { contactOf } from "./rows.ts";

interface Said {
  readonly rules: IdentityRules;
  readonly source: string;
}

/** Contacts locked until the end of the transaction, with their parts. */
export async function lockDrafts(tx: Tx, input: { readonly workspace: Id; readonly ids: readonly Id[] }): Promise<Map<Id, Draft>> {
  if (input.ids.length === 0) return new Map();
  const drafts = new Map((await selectContacts(tx, { ...input, lock: true })).map((row) => [row.id, draftOf(contactOf(row))]));
  for (const { contact, part } of await selectParts(tx, input)) drafts.get(contact)?.parts.set(part.id, part);
  return drafts;
}

/** Sets a field of a contact, and of the part that is meant. @returns what changed of the contact */
export function inBoth(draft: Draft, part: Id, set: (one: Draft) => FieldChange | null): FieldChange | null {
  const alone = draft.parts.get(part);
  if (alone) set(alone);
  const change = set(draft);
  return change && { ...change, part: part === draft.id ? null : part };
}

/** Says a field by the rules of identity. @returns what changed of the contact */
export const say = (draft: Draft, part: Id, field: string, value: Json, at: Instant, by: Said): FieldChange | null =>
  inBoth(draft, part, (one) => put(one, field, value, at, by));

// An address of one's own stands before a shared one, whichever was said last.
function put(draft: Draft, field: string, value: Json, at: Instant, by: Said): FieldChange | null {
  if ((field === "email" || field === "phone") && typeof value === "string") {
    const shared = !isUnique(by.rules, field, value);
    const own = ownAddress(draft, field, by.rules) !== undefined;
    if (shared && own) return null;
    if (!shared && !own) delete draft.fieldTimes[field];
  }
  return setField(draft, field, value, at, by.source);
}

/** An address that is this contact's alone. */
export function ownAddress(draft: Draft, kind: "email" | "phone", rules: IdentityRules): string | undefined {
  const value = draft.columns[kind];
  return typeof value === "string" && isUnique(rules, kind, value) ? value : undefined;
}

/** Notes when a contact and its part were first and last there. */
export function seen(draft: Draft, part: Id, at: Instant, there: boolean): void {
  for (const one of [draft, draft.parts.get(part)]) {
    if (!one) continue;
    one.createdAt = Math.min(one.createdAt, at);
    if (there) one.lastSeenAt = Math.max(one.lastSeenAt ?? at, at);
  }
}

/** Works a contact into another that stays. One that was stored remains a part of it. @returns what changed of the other */
export function absorb(kept: Draft, gone: Draft, by: Said): FieldChange[] {
  const parts = gone.parts.size > 0 ? [...gone.parts.values()] : [alone(gone)];
  if (kept.parts.size === 0 && parts.some((part) => part.id !== gone.id || gone.stored)) kept.parts.set(kept.id, alone(kept));
  for (const part of parts) {
    const own = kept.parts.get(kept.id);
    // One that nobody had stored cannot be told from the contact that stays.
    if (own && part.id === gone.id && !gone.stored) takeIn(own, part, by);
    else if (own) kept.parts.set(part.id, { ...part, stored: false });
  }
  return takeIn(kept, gone, by);
}

/** What parts are together: the contact of one of them. */
export function together(id: Id, parts: readonly Draft[], by: Said): Draft {
  const whole: Draft = { ...alone(parts.find((part) => part.id === id)!), stored: true };
  for (const part of parts) if (part.id !== id) takeIn(whole, part, by);
  for (const part of parts.length > 1 ? parts : []) whole.parts.set(part.id, { ...part, stored: false });
  return whole;
}

function takeIn(kept: Draft, gone: Draft, by: Said): FieldChange[] {
  const changes: FieldChange[] = [];
  for (const field of [...Object.keys(gone.columns), ...Object.keys(gone.attributes).map((name) => `attributes.${name}`)]) {
    const held = field.startsWith("attributes.") ? gone.attributes[field.slice("attributes.".length)]! : gone.columns[field]!;
    if (field === "external_id") {
      kept.columns["external_id"] ??= held;
      continue;
    }
    const change = put(kept, field, held, gone.fieldTimes[field] ?? gone.createdAt, by);
    if (change) changes.push(change);
  }
  kept.hasShopId ||= gone.hasShopId;
  kept.createdAt = Math.min(kept.createdAt, gone.createdAt);
  if (gone.lastSeenAt !== null) kept.lastSeenAt = Math.max(kept.lastSeenAt ?? gone.lastSeenAt, gone.lastSeenAt);
  return changes;
}

const alone = (draft: Draft): Draft => ({
  ...draft,
  columns: { ...draft.columns },
  attributes: { ...draft.attributes },
  fieldTimes: { ...draft.fieldTimes },
  stored: false,
  parts: new Map(),
});

/** The parts of contacts. */
export async function selectParts(
  db: Db,
  input: { readonly workspace: Id; readonly ids: readonly Id[] },
): Promise<{ contact: Id; part: Draft }[]> {
  const rows = await db.query<{
    contact_id: Id;
    id: Id;
    columns: Record<string, Json>;
    attributes: Record<string, Json>;
    field_times: Record<string, Instant>;
    shop: boolean;
    created_at: Instant;
    last_seen_at: Instant | null;
  }>(sql`
    select contact_id, id, columns, attributes, field_times, shop, created_at, last_seen_at from contact_parts
    where bucket = any(${[...new Set(input.ids.map(bucketOf))]}::smallint[]) and contact_id = any(${input.ids as Id[]}::uuid[]) and workspace_id = ${input.workspace} order by contact_id, id`);
  return rows.map((row) => ({
    contact: row.contact_id,
    part: {
      ...newDraft(input.workspace, row.id, row.created_at),
      columns: row.columns,
      attributes: row.attributes,
      fieldTimes: row.field_times,
      hasShopId: row.shop,
      lastSeenAt: row.last_seen_at,
      stored: true,
      storedSeenAt: row.last_seen_at,
    },
  }));
}

/** Writes what the parts of contacts became. */
export async function writeParts(tx: Tx, input: { readonly workspace: Id; readonly drafts: readonly Draft[] }): Promise<void> {
  const rows = input.drafts.flatMap((draft) => [...draft.parts.values()].filter(isNews).map((part) => ({ contact: draft.id, part })));
  if (rows.length === 0) return;
  const column = <T>(pick: (part: Draft) => T): T[] => rows.map(({ part }) => pick(part));
  await tx.query(sql`
    insert into contact_parts (bucket, contact_id, id, workspace_id, columns, attributes, field_times, shop, created_at, last_seen_at)
    select r.bucket, r.contact_id, r.id, ${input.workspace}, r.columns, r.attributes, r.field_times, r.shop, r.created_at, r.last_seen_at
    from unnest(${rows.map((row) => bucketOf(row.contact))}::smallint[], ${rows.map((row) => row.contact)}::uuid[], ${column((part) => part.id)}::uuid[], ${jsonArray(column((part) => part.columns))}::jsonb[], ${jsonArray(column((part) => part.attributes))}::jsonb[],
      ${jsonArray(column((part) => part.fieldTimes))}::jsonb[], ${column((part) => part.hasShopId)}::boolean[], ${tsArray(column((part) => part.createdAt))}::timestamptz[], ${tsArray(column((part) => part.lastSeenAt))}::timestamptz[])
      as r (bucket, contact_id, id, columns, attributes, field_times, shop, created_at, last_seen_at)
    order by r.bucket, r.contact_id, r.id
    on conflict (bucket, contact_id, id) do update set columns = excluded.columns, attributes = excluded.attributes, field_times = excluded.field_times, shop = excluded.shop,
      created_at = excluded.created_at, last_seen_at = excluded.last_seen_at`);
}

const isNews = (part: Draft) => !part.stored || part.heard || part.createdAt < part.storedCreatedAt || movedOn(part);

/** Takes the parts of contacts away. */
export async function deleteParts(tx: Tx, input: { readonly workspace: Id; readonly contacts: readonly Id[] }): Promise<void> {
  await tx.query(sql`
    delete from contact_parts where bucket = any(${[...new Set(input.contacts.map(bucketOf))]}::smallint[]) and contact_id = any(${input.contacts as Id[]}::uuid[]) and workspace_id = ${input.workspace}`);
}

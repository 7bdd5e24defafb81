import type { ContactInput } from "@relance/contract/contacts";
import type { Id, Instant } from "@relance/model/base";
import { readColumn, type ContactValues, type Json, type PhoneReader } from "@relance/model/events";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { draftOf, isKnown, setField, type Draft, type FieldChange } from "./columns.ts";
import { contactNotFound, identifierNeeded, identifierTaken, valueUnfit } from "./errors.ts";
import { dropIdentities, insertFieldChanges, lockIdentities, selectContacts, takeIdentities, updateContacts } from "./queries.ts";
import { lookupBucket, recordContacts } from "./record.ts";
import { contactOf } from "./rows.ts";

const FIELD_OF: Readonly<Record<string, string>> = {
  externalId: "external_id", email: "email", phone: "phone", firstName: "first_name", lastName: "last_name", locale: "locale", timeZone: "time_zone", country: "country", region: "region",
  postalCode: "postal_code", city: "city", storeId: "store_id", birthDate: "birth_date", customerType: "customer_type", latitude: "latitude", longitude: "longitude",
};
const KIND_OF = { external_id: "user_id", email: "email", phone: "phone" } as const;

/** The values of a form or an API call, each checked by its column. @throws contact.value_unfit naming the field */
export function valuesOf(input: ContactInput, phone: PhoneReader): ContactValues {
  const values: Record<string, Json> = {};
  for (const [name, given] of Object.entries(input)) {
    if (name === "attributes" || given === undefined) continue;
    const field = FIELD_OF[name]!;
    const country = typeof input.country === "string" && /^[A-Za-z]{2}$/.test(input.country) ? input.country.toUpperCase() : null;
    const value = given === null ? null : readColumn(field, given as Json, (text) => phone(text, country));
    if (value === undefined) throw valueUnfit({ field: name }, { field: name });
    values[field] = value;
  }
  for (const [name, value] of Object.entries(input.attributes ?? {})) values[`attributes.${name}`] = value;
  return values;
}

interface By {
  readonly workspace: Id;
  readonly chance: Chance;
  readonly now: Instant;
  readonly slot: number;
  readonly source: string;
}

/** Makes a contact, or changes the one its identifiers name. */
export async function putContact(tx: Tx, input: By & { readonly values: ContactValues }): Promise<{ contact: Id; facts: readonly NewFact[] }> {
  const { external_id: userId, ...values } = input.values;
  if (!userId && !values["email"] && !values["phone"]) throw identifierNeeded({}, { field: "email" });
  const { contacts, facts } = await recordContacts(tx, { ...input, trusted: true, claims: [{ userId: typeof userId === "string" ? userId : null, anonymousId: null, values, at: input.now, seen: false }] });
  return { contact: contacts[0]!, facts };
}

/** Changes any field of one contact, identifiers included. @throws contact.not_found, contact.identifier_taken */
export async function editContact(tx: Tx, input: By & { readonly contact: Id; readonly values: ContactValues }): Promise<readonly NewFact[]> {
  const { workspace, contact, now } = input;
  const kinds = (Object.keys(KIND_OF) as (keyof typeof KIND_OF)[]).filter((field) => typeof input.values[field] === "string");
  const keys = kinds.map((field) => ({ kind: KIND_OF[field], value: input.values[field] as string, lookupBucket: lookupBucket(workspace, KIND_OF[field], input.values[field] as string), contact }));
  if (keys.length > 0) {
    await takeIdentities(tx, { workspace, source: input.source, now, identities: keys });
    const taken = (await lockIdentities(tx, { workspace, identities: keys })).find((row) => row.contact_id !== contact);
    if (taken) throw identifierTaken({ kind: taken.kind }, { field: taken.kind === "user_id" ? "externalId" : taken.kind });
  }
  const [row] = await selectContacts(tx, { workspace, ids: [contact], lock: true });
  if (!row) throw contactNotFound({ id: contact });
  const draft = draftOf(contactOf(row));
  const before = { ...draft.columns };
  const changes = Object.entries(input.values).flatMap(([field, value]): FieldChange[] => {
    // A person's word counts at once, also within the millisecond of another.
    const done = setField(draft, field, value, Math.max(now, (draft.fieldTimes[field] ?? 0) + 1), input.source);
    return done ? [done] : [];
  });
  if (changes.length === 0) return [];
  await dropFormer(tx, workspace, before, draft);
  await updateContacts(tx, { drafts: [draft], now });
  await insertFieldChanges(tx, { workspace, rows: changes.map((change) => ({ ...change, id: input.chance.id(now) })) });
  await addToCounters(tx, input.slot, [{ workspace, name: "contacts.known", n: Number(isKnown(draft)) - Number(row.known) }]);
  return [{ workspace, contact, occurredAt: now, kind: "contact.changed", data: { attributes: changes.map((change) => change.field).sort(), created: false } }];
}

// A person who corrects an address takes the former one away: it no longer names this contact.
async function dropFormer(tx: Tx, workspace: Id, before: Readonly<Record<string, Json>>, draft: Draft): Promise<void> {
  const gone = (Object.keys(KIND_OF) as (keyof typeof KIND_OF)[]).filter((field) => typeof before[field] === "string" && before[field] !== draft.columns[field])
    .map((field) => ({ kind: KIND_OF[field], value: before[field] as string, lookupBucket: lookupBucket(workspace, KIND_OF[field], before[field] as string) }));
  if (gone.length > 0) await dropIdentities(tx, { workspace, identities: gone });
}


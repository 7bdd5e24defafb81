import type { ContactInput } from "@relance/contract/contacts";
import type { Id, Instant } from "@relance/model/base";
import { readColumn, type ContactValues, type Json, type PhoneReader } from "@relance/model/events";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { type Draft, type FieldChange, fieldOf, isKnown, sameJson, setField } from "./columns.ts";
import { identityRulesOf } from "../team/index.ts";
import { contactNotFound, identifierNeeded, identifierTaken, valueUnfit } from "./errors.ts";
import { dropIdentities, insertFieldChanges, lockIdentities, takeIdentities, updateContacts } from "./queries.ts";
import { lookupBucket, recordContacts } from "./record.ts";
import { identityKey, isUnique, type IdentityKind } from "./claim.ts";
import { inBoth, lockDrafts, writeParts } from "./parts.ts";

const FIELD_OF: Readonly<Record<string, string>> = {
  externalId: "external_id",
  email: "email",
  phone: "phone",
  firstName: "first_name",
  lastName: "last_name",
  locale: "locale",
  timeZone: "time_zone",
  country: "country",
  region: "region",
  postalCode: "postal_code",
  city: "city",
  storeId: "store_id",
  birthDate: "birth_date",
  customerType: "customer_type",
  latitude: "latitude",
  longitude: "longitude",
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
export async function putContact(
  tx: Tx,
  input: By & { readonly values: ContactValues },
): Promise<{ contact: Id; facts: readonly NewFact[] }> {
  const { external_id: userId, ...values } = input.values;
  if (!userId && !values["email"] && !values["phone"]) throw identifierNeeded({}, { field: "email" });
  const { contacts, facts } = await recordContacts(tx, {
    ...input,
    trusted: true,
    claims: [{ userId: typeof userId === "string" ? userId : null, anonymousId: null, values, at: input.now, seen: false }],
  });
  return { contact: contacts[0]!, facts };
}

/** Changes any field of one contact, identifiers included. @throws contact.not_found, contact.identifier_taken */
export async function editContact(
  tx: Tx,
  input: By & { readonly contact: Id; readonly values: ContactValues },
): Promise<readonly NewFact[]> {
  const { facts, left } = await editContacts(tx, { ...input, edits: [{ contact: input.contact, values: input.values }] });
  const why = left.get(input.contact);
  if (why === undefined) return facts;
  if (why === "gone" || why === "changed") throw contactNotFound({ id: input.contact });
  throw identifierTaken({ kind: why }, { field: why === "user_id" ? "externalId" : why });
}

export interface Edit {
  readonly contact: Id;
  readonly values: ContactValues;
  /** What these fields must hold now (null: nothing); else the edit is left out. */
  readonly expected?: ContactValues;
}

/**
 * Changes any field of contacts, identifiers included, one edit each, in sets.
 * @returns the facts, and the contacts that were left out: gone, changed meanwhile, or by the kind of identifier that another has
 */
export async function editContacts(
  tx: Tx,
  input: By & { readonly edits: readonly Edit[] },
): Promise<{ facts: readonly NewFact[]; left: ReadonlyMap<Id, "gone" | "changed" | IdentityKind> }> {
  const { workspace, now, edits } = input;
  const left = new Map<Id, "gone" | "changed" | IdentityKind>();
  const rules = await identityRulesOf(tx, { workspace });
  const keys = edits.flatMap((edit) =>
    (Object.keys(KIND_OF) as (keyof typeof KIND_OF)[]).flatMap((field) => {
      const value = edit.values[field];
      return typeof value === "string" && (field === "external_id" || isUnique(rules, field, value))
        ? [
            {
              kind: KIND_OF[field],
              value,
              lookupBucket: lookupBucket(workspace, KIND_OF[field], value),
              contact: edit.contact,
              saidAt: now,
            },
          ]
        : [];
    }),
  );
  const taken = keys.length > 0 ? await takeIdentities(tx, { workspace, source: input.source, now, identities: keys }) : [];
  const owners = new Map(
    keys.length > 0
      ? (await lockIdentities(tx, { workspace, identities: keys })).map((row) => [identityKey(row.kind, row.value), row.contact_id])
      : [],
  );
  for (const key of keys) if (owners.get(identityKey(key.kind, key.value)) !== key.contact) left.set(key.contact, key.kind);
  const drafts = new Map(
    [...(await lockDrafts(tx, { workspace, ids: [...new Set(edits.map((edit) => edit.contact))] }))].map(([id, draft]) => [
      id,
      { draft, known: isKnown(draft) },
    ]),
  );
  for (const { contact, expected } of edits) {
    const held = drafts.get(contact)?.draft;
    if (!held) left.set(contact, "gone");
    else if (expected && Object.entries(expected).some(([field, value]) => !sameJson(fieldOf(held, field) ?? null, value)))
      left.set(contact, "changed");
  }
  const fresh = new Set(taken.map((one) => identityKey(one.kind, one.value)));
  // Taken a moment ago for an edit that is left out.
  const unused = keys.filter(
    (key) =>
      left.has(key.contact) && fresh.has(identityKey(key.kind, key.value)) && owners.get(identityKey(key.kind, key.value)) === key.contact,
  );
  if (unused.length > 0) await dropIdentities(tx, { workspace, identities: unused });
  return {
    facts: await writeEdits(
      tx,
      input,
      edits.filter((edit) => !left.has(edit.contact)),
      drafts,
    ),
    left,
  };
}

async function writeEdits(
  tx: Tx,
  input: By,
  edits: readonly Edit[],
  drafts: ReadonlyMap<Id, { readonly draft: Draft; readonly known: boolean }>,
): Promise<NewFact[]> {
  const { workspace, now } = input;
  const changes: FieldChange[] = [];
  const former: Parameters<typeof dropIdentities>[1]["identities"][number][] = [];
  const touched: { readonly draft: Draft; readonly known: boolean }[] = [];
  for (const edit of edits) {
    const of = drafts.get(edit.contact)!;
    const before = { ...of.draft.columns };
    const done = Object.entries(edit.values).flatMap(([field, value]): FieldChange[] => {
      // A person's word counts at once, also within the millisecond of another.
      const at = Math.max(now, (of.draft.fieldTimes[field] ?? 0) + 1);
      const change = inBoth(of.draft, of.draft.id, (one) => setField(one, field, value, at, input.source));
      return change ? [change] : [];
    });
    if (done.length === 0) continue;
    touched.push(of);
    changes.push(...done);
    former.push(...formerOf(workspace, before, of.draft));
  }
  if (touched.length === 0) return [];
  if (former.length > 0) await dropIdentities(tx, { workspace, identities: former });
  await updateContacts(tx, { drafts: touched.map((one) => one.draft), now });
  await writeParts(tx, { workspace, drafts: touched.map((one) => one.draft) });
  await insertFieldChanges(tx, { workspace, rows: changes.map((change) => ({ ...change, id: input.chance.id(now) })) });
  await addToCounters(tx, input.slot, [
    { workspace, name: "contacts.known", n: touched.reduce((sum, one) => sum + Number(isKnown(one.draft)) - Number(one.known), 0) },
  ]);
  return touched.map(({ draft }) => ({
    workspace,
    contact: draft.id,
    occurredAt: now,
    kind: "contact.changed",
    data: {
      attributes: changes
        .filter((change) => change.contact === draft.id)
        .map((change) => change.field)
        .sort(),
      created: false,
    },
  }));
}

// A person who corrects an address takes the former one away: it no longer names this contact.
function formerOf(workspace: Id, before: Readonly<Record<string, Json>>, draft: Draft) {
  return (Object.keys(KIND_OF) as (keyof typeof KIND_OF)[])
    .filter((field) => typeof before[field] === "string" && before[field] !== draft.columns[field])
    .map((field) => ({
      kind: KIND_OF[field],
      value: before[field] as string,
      lookupBucket: lookupBucket(workspace, KIND_OF[field], before[field] as string),
      contact: draft.id,
    }));
}

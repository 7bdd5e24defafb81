import type { ObjectInput } from "@relance/contract/objects";
import type { Id, Instant } from "@relance/model/base";
import type { PhoneReader } from "@relance/model/events";
import { objectEvent, readField, type ObjectFields, type ObjectType } from "@relance/model/objects";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { loadContacts, recordContacts, type Claim } from "../contacts/index.ts";
import { contactNeeded, contactUnknown, fieldUnfit, fieldUnknown, typeUnknown } from "./errors.ts";
import { lockObjects, objectId, selectTypes, type ObjectState } from "./queries.ts";

/** An event of a contact, told by us. */
export interface ToldEvent {
  readonly contact: Id;
  readonly name: string;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
}

/** Stores events of contacts we know, with all that follows from them; the door of ingest, which is above this domain. */
export interface Teller {
  /** Makes room for events of these moments; before the transaction. */
  prepare(moments: readonly Instant[]): Promise<void>;
  tell(
    tx: Tx,
    input: {
      readonly workspace: Id;
      readonly now: Instant;
      readonly slot: number;
      readonly source: string;
      readonly facts: readonly NewFact[];
      readonly events: readonly ToldEvent[];
    },
  ): Promise<void>;
}

interface By {
  readonly workspace: Id;
  readonly chance: Chance;
  readonly now: Instant;
  readonly slot: number;
  readonly source: string;
  readonly phone: PhoneReader;
  readonly teller: Teller;
}
export interface PutCounts {
  readonly created: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
}

/**
 * Creates, changes and removes objects of a type, in sets. Each change is an event of its contact that tells the object whole, which is
 * what writes it; one that changes nothing tells nothing. A new owner hears of it, and the former one that it is gone.
 * @throws object_type.unknown, object.field_unknown, object.field_unfit, object.contact_needed, object.contact_unknown naming the field
 */
export async function putObjects(
  tx: Tx,
  by: By,
  input: { readonly type: string; readonly objects: readonly ObjectInput[] },
): Promise<PutCounts> {
  const { workspace, now, slot, source } = by;
  const type = (await selectTypes(tx, { workspace })).find((one) => one.key === input.type);
  if (!type) throw typeUnknown({ key: input.type }, { field: "type" });
  const told = [
    ...new Map(
      input.objects.map((one, at) => [one.id, { ...one, at, key: objectId(workspace, type.key, one.id), values: valuesOf(type, one, at) }]),
    ).values(),
  ];
  const { contacts, facts } = await ownersOf(tx, by, told);
  const held = await lockObjects(tx, { workspace, ids: told.map((one) => one.key) });
  const moves = told.map((one) => changeOf(type, one, held.get(one.key), contacts.get(one.at)));
  await by.teller.tell(tx, { workspace, now, slot, source, facts, events: moves.flatMap((move) => move.events) });
  const count = (what: keyof PutCounts): number => moves.filter((move) => move.what === what).length;
  return { created: count("created"), changed: count("changed"), removed: count("removed"), unchanged: count("unchanged") };
}

type Told = ObjectInput & { readonly at: number; readonly key: Id; readonly values: ReadonlyMap<string, string | number | boolean | null> };

function valuesOf(type: ObjectType, object: ObjectInput, at: number): Told["values"] {
  return new Map(
    Object.entries(object.fields).map(([key, given]) => {
      const field = type.fields.find((one) => one.key === key);
      if (!field) throw fieldUnknown({ field: key, type: type.key }, { field: `objects[${at}].fields.${key}` });
      const value = readField(field, given);
      if (value === undefined)
        throw fieldUnfit(
          { field: key, kind: field.kind === "choice" ? `choice: ${field.choices!.slice(0, 10).join(", ")}` : field.kind },
          { field: `objects[${at}].fields.${key}` },
        );
      return [key, value] as const;
    }),
  );
}

/** The contacts named, by the place of the object; handles nobody has make contacts. */
async function ownersOf(tx: Tx, by: By, told: readonly Told[]): Promise<{ contacts: Map<number, Id>; facts: readonly NewFact[] }> {
  const claims = told.flatMap(({ contact, at }): { at: number; claim: Claim }[] => {
    if (!contact || contact.id !== undefined) return [];
    const phone = contact.phone === undefined ? null : by.phone(contact.phone, null);
    if (contact.phone !== undefined && phone === null)
      throw fieldUnfit({ field: "contact.phone", kind: "phone number" }, { field: `objects[${at}].contact.phone` });
    const values = { ...(contact.email !== undefined && { email: contact.email.toLowerCase() }), ...(phone !== null && { phone }) };
    return [{ at, claim: { userId: contact.userId ?? null, anonymousId: null, values, at: by.now, seen: false } }];
  });
  const recorded = await recordContacts(tx, { ...by, trusted: true, claims: claims.map((one) => one.claim) });
  const contacts = new Map(claims.map(({ at }, index) => [at, recorded.contacts[index]!]));
  const byId = told.flatMap(({ contact, at }) => (contact?.id === undefined ? [] : [{ id: contact.id, at }]));
  const found = await loadContacts(tx, { workspace: by.workspace, ids: byId.map((one) => one.id) });
  for (const { id, at } of byId) {
    if (!found.has(id)) throw contactUnknown({ id }, { field: `objects[${at}].contact.id` });
    contacts.set(at, id);
  }
  return { contacts, facts: recorded.facts };
}

function changeOf(
  type: ObjectType,
  told: Told,
  held: ObjectState | undefined,
  named: Id | undefined,
): { what: keyof PutCounts; events: ToldEvent[] } {
  const there = held !== undefined && held.removed_at === null;
  const event = (contact: Id, more: ToldEvent["properties"]): ToldEvent => ({
    contact,
    name: objectEvent(type.key),
    properties: { id: told.id, ...more },
  });
  if (told.removed === true)
    return there ? { what: "removed", events: [event(held.contact_id, { removed: true })] } : { what: "unchanged", events: [] };
  const contact = named ?? held?.contact_id;
  if (contact === undefined) throw contactNeeded({ id: told.id }, { field: `objects[${told.at}].contact` });
  const fields = new Map<string, string | number | boolean>(there ? Object.entries(held.fields) : []);
  for (const [key, value] of told.values)
    if (value === null) fields.delete(key);
    else fields.set(key, value);
  const after = Object.fromEntries(fields) as ObjectFields;
  if (!there) return { what: "created", events: [event(contact, after)] };
  const same = contact === held.contact_id && Object.keys({ ...held.fields, ...after }).every((key) => held.fields[key] === after[key]);
  if (same) return { what: "unchanged", events: [] };
  const left = contact === held.contact_id ? [] : [event(held.contact_id, { removed: true })];
  return { what: "changed", events: [...left, event(contact, after)] };
}

import type { Id, Instant } from "@relance/model/base";
import type { ContactValues } from "@relance/model/events";
import type { Db, Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { isField, setField, type Contact, type FieldChange } from "./columns.ts";
import { contactNotFound } from "./errors.ts";
import { insertFieldChanges, selectContacts, updateContacts } from "./queries.ts";
import { inBoth, lockDrafts, writeParts } from "./parts.ts";
import { followMerges } from "./reading.ts";
import { contactOf } from "./rows.ts";

/** Contacts by id, all in one statement; those that are not there (erased, or folded into another) are missing from the map. */
export async function loadContacts(
  db: Db,
  input: { readonly workspace: Id; readonly ids: readonly Id[] },
): Promise<ReadonlyMap<Id, Contact>> {
  if (input.ids.length === 0) return new Map();
  const rows = await selectContacts(db, { workspace: input.workspace, ids: input.ids, lock: false });
  return new Map(rows.map((row) => [row.id, contactOf(row)]));
}

/**
 * Whom an id names now: the contact itself, or the one it was folded into.
 * @throws contact.not_found when this workspace has neither
 */
export async function currentContact(db: Db, input: { readonly workspace: Id; readonly id: Id }): Promise<Contact> {
  const id = await followMerges(db, input);
  const contact = (await loadContacts(db, { workspace: input.workspace, ids: [id] })).get(id);
  if (!contact) throw contactNotFound({ id: input.id });
  return contact;
}

/** Keeps contacts from being merged, changed or erased until the end of the transaction. @returns those that are there */
export async function lockContacts(tx: Tx, input: { readonly workspace: Id; readonly ids: readonly Id[] }): Promise<ReadonlySet<Id>> {
  if (input.ids.length === 0) return new Set();
  return new Set((await selectContacts(tx, { ...input, lock: true })).map((row) => row.id));
}

export interface ContactChange {
  readonly contact: Id;
  /** By field: a typed column (not an identifier: `email`, `phone` and `external_id` go through `recordContacts`) or `attributes.<name>`; null empties it. */
  readonly values: ContactValues;
  /** When it was said; the newest word about a field wins. */
  readonly at: Instant;
}

/**
 * Changes fields of known ids, in order and in sets: columns, attributes, their history.
 * @returns the facts of it: return them from a listener, or write them with `writeFacts` in the same transaction
 */
export async function changeContacts(
  tx: Tx,
  input: {
    readonly workspace: Id;
    readonly chance: Chance;
    readonly now: Instant;
    readonly source: string;
    readonly changes: readonly ContactChange[];
  },
): Promise<readonly NewFact[]> {
  const { workspace, now, changes } = input;
  if (changes.length === 0) return [];
  const drafts = await lockDrafts(tx, { workspace, ids: [...new Set(changes.map((change) => change.contact))] });
  const made: FieldChange[] = [];
  for (const change of changes) {
    const draft = drafts.get(change.contact);
    if (!draft) continue; // erased or merged meanwhile
    for (const [field, value] of Object.entries(change.values)) {
      if (!isField(field) || field === "email" || field === "phone" || field === "external_id")
        throw new Error(`changeContacts cannot set ${field}`);
      const since = draft.fieldTimes[field];
      const at = since === change.at ? change.at + 1 : change.at; // the later change of one instant counts
      const done = inBoth(draft, draft.id, (one) => setField(one, field, value, at, input.source));
      if (done) made.push(done);
    }
  }
  if (made.length === 0) return [];
  const touched = [...new Set(made.map((change) => change.contact))];
  await updateContacts(tx, { drafts: touched.map((contact) => drafts.get(contact)!), now });
  await writeParts(tx, { workspace, drafts: touched.map((contact) => drafts.get(contact)!) });
  await insertFieldChanges(tx, { workspace, rows: made.map((change) => ({ ...change, id: input.chance.id(now) })) });
  return touched.map((contact) => ({
    workspace,
    contact,
    occurredAt: now,
    kind: "contact.changed",
    data: {
      attributes: [...new Set(made.filter((change) => change.contact === contact).map((change) => change.field))].sort(),
      created: false,
    },
  }));
}

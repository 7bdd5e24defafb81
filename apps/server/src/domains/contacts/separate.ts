import type { IdentityRules } from "@relance/contract/team";
import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import { holdBuckets } from "../../platform/engine/index.ts";
import type { Chance } from "../../platform/ports.ts";
import { identityRulesOf } from "../team/index.ts";
import { fieldOf, isKnown, sameJson, type Draft, type FieldChange } from "./columns.ts";
import { divide } from "./divide.ts";
import { deleteParts, ownAddress, writeParts } from "./parts.ts";
import { insertContacts, insertFieldChanges, takeIdentities, updateContacts } from "./queries.ts";
import { findByIdentity, mergesOf } from "./reading.ts";
import { lockPeople, lookupBucket } from "./record.ts";
import * as queries from "./separate-queries.ts";

interface Separating {
  readonly workspace: Id;
  /** The joined contact, and which of its merges is taken back. */
  readonly contact: Id;
  readonly merge: Id;
  readonly by: string;
  readonly source: string;
  readonly chance: Chance;
  readonly now: Instant;
  readonly slot: number;
}

/**
 * Takes a merge back: the contact that was folded in is there again, under its own id, with all it had and with what came for it since;
 * the other is what it would be without it. The rule of what came since:
 *
 * - events, fields and orders go with the identifier they came with; what came with none stays with the contact that remained
 * - journeys that were under way go back, with the messages they sent since and what became of them; one the merge had ended goes on
 * - what was agreed to since stays; what was refused since counts for both
 * - everything else since stays. The two are kept apart: no identifier joins them again without a person.
 *
 * Locks like recording: identifiers, contacts, then buckets.
 * @returns the contact that is there again
 * @throws contact.merge_not_found, contact.not_separable, identity.conflict_not_found
 */
export async function separateContact(tx: Tx, input: Separating): Promise<{ contact: Id; facts: readonly NewFact[] }> {
  const { workspace, contact: from } = input;
  const held = (await lockPeople(tx, { workspace, ids: [from] })).get(from)!;
  const rules = await identityRulesOf(tx, { workspace });
  const { merge, going, stays, goes } = divide(from, [...held.parts.values()], {
    merges: await mergesOf(tx, { workspace, contact: from }),
    merge: input.merge,
    rules,
  });
  const leaving: queries.Leaving = { workspace, from, to: goes.id, going };
  await holdBuckets(tx, { buckets: [bucketOf(from), bucketOf(goes.id)] });
  await insertContacts(tx, { drafts: [goes], now: input.now });
  await queries.claimLater(tx, leaving);
  await queries.moveNews(tx, leaving);
  const goesOn = await queries.countedAsMerged(tx, leaving);
  const refusals = await queries.refusalsSince(tx, leaving, merge.merged_at);
  await queries.moveParts(tx, leaving);
  await queries.copyRefusals(
    tx,
    leaving,
    refusals.map((row) => ({ ...row, copy: input.chance.id(input.now) })),
    input.by,
  );
  await queries.consentsFromProofs(tx, leaving);
  await queries.moveIdentities(tx, leaving);
  await writeBoth(tx, input, held, stays, goes);
  await takeBack(tx, input, goes, rules);
  await queries.markUndone(tx, { workspace, winner: merge.winner_id, id: merge.id, by: input.by, now: input.now });
  const { kind, value } = merge.evidence;
  const [owner] = await findByIdentity(tx, {
    workspace,
    identities: [{ lookupBucket: lookupBucket(workspace, kind, value), kind, value }],
  });
  await queries.keepApart(tx, {
    ...input,
    kind,
    value,
    ...(owner === goes.id ? { contact: from, holder: goes.id } : { contact: goes.id, holder: from }),
  });
  const facts = [from, goes.id].map((contact): NewFact => ({
    workspace,
    contact,
    occurredAt: input.now,
    kind: "contact.separated",
    data: { contact: goes.id, from, goesOn },
  }));
  return { contact: goes.id, facts };
}

async function writeBoth(tx: Tx, input: Separating, held: Draft, stays: Draft, goes: Draft): Promise<void> {
  const { workspace, now } = input;
  await deleteParts(tx, { workspace, contacts: [held.id] });
  await updateContacts(tx, { drafts: [stays], now });
  await writeParts(tx, { workspace, drafts: [stays, goes] });
  const changes = changesOf(held, stays, input);
  if (changes.length > 0)
    await insertFieldChanges(tx, { workspace, rows: changes.map((change) => ({ ...change, id: input.chance.id(now) })) });
  await addToCounters(tx, input.slot, [
    { workspace, name: "contacts", n: 1 },
    { workspace, name: "contacts.known", n: Number(isKnown(stays)) + Number(isKnown(goes)) - Number(isKnown(held)) },
  ]);
}

function changesOf(before: Draft, after: Draft, by: { readonly source: string; readonly now: Instant }): FieldChange[] {
  const fields = new Set(
    [before, after].flatMap((one) => [...Object.keys(one.columns), ...Object.keys(one.attributes).map((name) => `attributes.${name}`)]),
  );
  return [...fields].sort().flatMap((field) => {
    const [old, value] = [fieldOf(before, field), fieldOf(after, field) ?? null];
    return sameJson(old ?? null, value) ? [] : [{ contact: after.id, field, old, new: value, source: by.source, at: by.now }];
  });
}

// An identifier that was taken from the joined contact meanwhile names its own contact again, where nobody has it.
async function takeBack(tx: Tx, input: Separating, goes: Draft, rules: IdentityRules): Promise<void> {
  const held = {
    user_id: goes.columns["external_id"],
    email: ownAddress(goes, "email", rules),
    phone: ownAddress(goes, "phone", rules),
  } as const;
  const identities = (Object.keys(held) as (keyof typeof held)[]).flatMap((kind) => {
    const value = held[kind];
    return typeof value === "string"
      ? [
          {
            kind,
            value,
            lookupBucket: lookupBucket(input.workspace, kind, value),
            contact: goes.id,
            saidAt: goes.fieldTimes[kind === "user_id" ? "external_id" : kind] ?? input.now,
          },
        ]
      : [];
  });
  if (identities.length > 0) await takeIdentities(tx, { ...input, identities });
}

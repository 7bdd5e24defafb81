import { createHash } from "node:crypto";
import type { IdentityRules } from "@relance/contract/team";
import type { Id, Instant } from "@relance/model/base";
import { addToCounters } from "../../platform/counters.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import type { Chance } from "../../platform/ports.ts";
import { identityRulesOf } from "../team/index.ts";
import { isKnown, movedOn, type Draft } from "./columns.ts";
import { conflictNotFound } from "./errors.ts";
import { foldContacts } from "./merge.ts";
import {
  countIdentities,
  dropIdentities,
  identitiesOf,
  insertConflicts,
  insertContacts,
  insertFieldChanges,
  lockIdentities,
  pointIdentities,
  sayIdentities,
  selectApart,
  takeIdentities,
  touchContacts,
  updateContacts,
  type IdentityRow,
} from "./queries.ts";
import { lockDrafts, writeParts } from "./parts.ts";
import { identifiersOf, identityKey, isLimited, limitOf, type Claim, type ClaimKind, type IdentityKind } from "./claim.ts";
import { Resolution } from "./resolve.ts";
import type { Roster } from "./roster.ts";
import { withStores } from "./stores.ts";

export interface Recorded {
  /** The contact of each claim, in order, after all merges. */
  readonly contacts: readonly Id[];
  /** The part of it that each claim means, where that is not the contact's own: one that was joined to it. */
  readonly parts: readonly (Id | null)[];
  /** Facts for the inbox: contacts changed or merged. The caller writes them, with its own, at the end of its transaction. */
  readonly facts: readonly NewFact[];
}

/**
 * Finds or makes the contacts that claims are about, and writes what they say: identities, merges, columns, attributes, history.
 * Claims count in their order. Set-based: a dozen statements whatever the number of claims; identifiers and contacts are locked in one
 * order, so that concurrent callers wait for each other and do not deadlock.
 * @param given.trusted false for public write keys, which may not rewrite or join known contacts
 */
export async function recordContacts(
  tx: Tx,
  given: { workspace: Id; chance: Chance; now: Instant; slot: number; source: string; trusted: boolean; claims: readonly Claim[] },
): Promise<Recorded> {
  const { workspace, now } = given;
  const claims = await withStores(tx, given);
  const input = { ...given, claims };
  if (claims.length === 0) return { contacts: [], parts: [], facts: [] };
  const rules = await identityRulesOf(tx, { workspace });
  const keys = keysOf(input, rules);
  const taken = new Set(
    (await takeIdentities(tx, { workspace, source: input.source, now, identities: [...keys.values()] })).map((row) =>
      identityKey(row.kind, row.value),
    ),
  );
  const resolution = new Resolution({
    workspace,
    trusted: input.trusted,
    source: input.source,
    rules,
    newId: (key) => keys.get(key)!.contact,
  });
  const { roster } = resolution;
  const others = [...keys].filter(([key]) => !taken.has(key)).map(([, row]) => row);
  const stored = new Map<string, Id>([...taken].map((key) => [key, keys.get(key)!.contact]));
  const before = new Map([...taken].map((key) => [key, keys.get(key)!.saidAt]));
  if (others.length > 0) {
    for (const row of await lockIdentities(tx, { workspace, identities: others })) {
      const key = identityKey(row.kind, row.value);
      stored.set(key, row.contact_id);
      roster.learn(row.contact_id, row.kind, row.value, row.said_at);
      before.set(key, row.said_at);
      if (row.part_id !== null) roster.parts.set(key, row.part_id);
    }
    for (const [id, draft] of await lockDrafts(tx, { workspace, ids: [...new Set(roster.owners.values())].sort() }))
      roster.drafts.set(id, draft);
    await learnLimits(tx, input, rules, roster);
    // An identifier whose contact is gone (erased) names nobody.
    for (const [key, id] of roster.owners) if (!roster.drafts.has(id)) roster.owners.delete(key);
  }
  const knownBefore = new Set([...roster.drafts.values()].filter(isKnown).map((draft) => draft.id));
  const found = claims.map((claim) => resolution.apply(claim));
  const contacts = found.map((one) => roster.current(one.contact));
  const parts = found.map((one, i) => ownOr(roster.placed(one.part), contacts[i]!));
  await writeDrafts(tx, input, resolution, knownBefore);
  await writeIdentities(tx, input, resolution, keys, stored);
  if (isLimited(rules)) await writeSaid(tx, input, { rules, keys, before, roster });
  const facts = await writeNews(tx, input, resolution);
  return { contacts, parts, facts };
}

/** A part, or null when it is the contact's own. */
const ownOr = (part: Id, contact: Id): Id | null => (part === contact ? null : part);

type Input = Parameters<typeof recordContacts>[1];
type Key = IdentityRow & { readonly contact: Id; saidAt: Instant };

// Only contacts that may be folded are counted: those of which two stand, by chains of claims, behind the same person.
async function learnLimits(tx: Tx, input: Input, rules: IdentityRules, roster: Roster): Promise<void> {
  const { workspace } = input;
  // All they have of the kinds that have a limit: the contacts are locked, so nobody adds to them meanwhile.
  if (isLimited(rules))
    for (const row of await identitiesOf(tx, { workspace, contacts: [...roster.drafts.keys()] }))
      if (limitOf(rules, row.kind) !== null) roster.learn(row.contact_id, row.kind, row.value, row.said_at);
  const ids = joinable(
    input.claims.map((claim) => identifiersOf(claim, input.trusted, rules).map(({ kind, value }) => identityKey(kind, value))),
    roster.owners,
  );
  if (ids.length === 0) return;
  for (const { id, n } of await countIdentities(tx, { workspace, contacts: ids, most: rules.guard + 1 })) roster.sizes.set(id, n);
  for (const { contact_id, holder_id } of await selectApart(tx, { workspace, contacts: ids })) roster.keepApart(contact_id, holder_id);
}

/** Contacts that share a chain of claims with another. @param claims the keys of each */
function joinable(claims: readonly (readonly string[])[], owners: ReadonlyMap<string, Id>): Id[] {
  const parent = new Map<string, string>();
  const rootOf = (node: string): string => {
    let root = node;
    for (let next = parent.get(root); next !== undefined; next = parent.get(root)) root = next;
    if (root !== node) parent.set(node, root);
    return root;
  };
  const unite = (a: string, b: string) => {
    const [one, two] = [rootOf(a), rootOf(b)];
    if (one !== two) parent.set(one, two);
  };
  for (const keys of claims) for (const key of keys) unite(key, keys[0]!);
  for (const [key, owner] of owners) unite(key, owner);
  const groups = new Map<string, Id[]>();
  for (const id of new Set(owners.values())) groups.set(rootOf(id), [...(groups.get(rootOf(id)) ?? []), id]);
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .flat()
    .sort();
}

/**
 * Locks contacts with all their identifiers, as recording does: identifiers first, then contacts. For work on people by their ids.
 * @throws identity.conflict_not_found when one of them is gone
 */
export async function lockPeople(tx: Tx, input: { readonly workspace: Id; readonly ids: readonly Id[] }): Promise<Map<Id, Draft>> {
  const { workspace, ids } = input;
  const identities = (await identitiesOf(tx, { workspace, contacts: ids })).map(({ kind, value }) => ({
    kind,
    value,
    lookupBucket: lookupBucket(workspace, kind, value),
  }));
  await lockIdentities(tx, { workspace, identities });
  const drafts = await lockDrafts(tx, { workspace, ids: [...ids].sort() });
  if (drafts.size < new Set(ids).size) throw conflictNotFound({});
  return drafts;
}

/**
 * Makes one of two contacts on a person's word, with the same locks, moves and news as a merge by the rules.
 * @throws identity.conflict_not_found when one of them is gone
 */
export async function joinContacts(
  tx: Tx,
  input: Omit<Input, "claims" | "trusted"> & { a: Id; b: Id; evidence: { kind: ClaimKind; value: string; at: Instant } },
): Promise<{ contact: Id; facts: readonly NewFact[] }> {
  const { workspace } = input;
  const rules = await identityRulesOf(tx, { workspace });
  const resolution = new Resolution({
    workspace,
    trusted: true,
    source: input.source,
    rules,
    newId: () => {
      throw new Error("A join makes no contact");
    },
  });
  const { roster } = resolution;
  for (const [id, draft] of await lockPeople(tx, { workspace, ids: [input.a, input.b] })) roster.drafts.set(id, draft);
  const knownBefore = new Set([...roster.drafts.values()].filter(isKnown).map((draft) => draft.id));
  const contact = resolution.join(input.a, input.b, input.evidence);
  const by: Input = { ...input, trusted: true, claims: [] };
  await writeDrafts(tx, by, resolution, knownBefore);
  return { contact, facts: await writeNews(tx, by, resolution) };
}

function keysOf(input: Input, rules: IdentityRules): Map<string, Key> {
  const keys = new Map<string, Key>();
  for (const claim of input.claims) {
    for (const { kind, value } of identifiersOf(claim, input.trusted, rules)) {
      const key = identityKey(kind, value);
      const known = keys.get(key);
      if (known) known.saidAt = Math.max(known.saidAt, claim.at);
      else
        keys.set(key, {
          kind,
          value,
          lookupBucket: lookupBucket(input.workspace, kind, value),
          contact: input.chance.id(input.now),
          saidAt: claim.at,
        });
    }
  }
  return keys;
}

/** The bucket an identifier is looked up in: a byte of the hash of workspace, kind and value. */
export function lookupBucket(workspace: Id, kind: IdentityKind | string, value: string): number {
  return createHash("sha1").update(`${workspace}\u0000${kind}\u0000${value}`).digest()[0]!;
}

async function writeDrafts(tx: Tx, input: Input, resolution: Resolution, knownBefore: ReadonlySet<Id>): Promise<void> {
  const { workspace, now } = input;
  const { roster } = resolution;
  const folded = new Set(resolution.merges.map((merge) => merge.loser.id));
  const alive = [...roster.drafts.values()].filter((draft) => !folded.has(draft.id));
  const changed = new Set([
    ...resolution.changes.map((change) => roster.current(change.contact)),
    ...resolution.merges.map((merge) => roster.current(merge.winner)),
  ]);
  const made = alive.filter((draft) => !draft.stored);
  if (made.length > 0) await insertContacts(tx, { drafts: made, now });
  const merges = resolution.merges.filter((merge) => merge.loser.stored);
  if (merges.length > 0) await foldContacts(tx, { workspace, chance: input.chance, now, merges, current: (id) => roster.current(id) });
  const rewritten = alive.filter(
    (draft) =>
      draft.stored &&
      (changed.has(draft.id) || draft.heard || draft.createdAt < draft.storedCreatedAt || isKnown(draft) !== knownBefore.has(draft.id)),
  );
  if (rewritten.length > 0) await updateContacts(tx, { drafts: rewritten, now });
  const again = alive.filter((draft) => draft.stored && !rewritten.includes(draft) && movedOn(draft));
  if (again.length > 0) await touchContacts(tx, { workspace, drafts: again });
  await writeParts(tx, { workspace, drafts: alive });
  const known = alive.filter(isKnown).length - knownBefore.size;
  await addToCounters(tx, input.slot, [
    { workspace, name: "contacts.known", n: known },
    { workspace, name: "contacts", n: made.length - merges.length },
  ]);
}

async function writeIdentities(
  tx: Tx,
  input: Input,
  resolution: Resolution,
  keys: ReadonlyMap<string, Key>,
  stored: ReadonlyMap<string, Id>,
): Promise<void> {
  const { roster } = resolution;
  const moved: (Key & { part: Id | null })[] = [];
  const unused: Key[] = [];
  const folded = new Set(resolution.merges.filter((merge) => merge.loser.stored).map((merge) => merge.loser.id));
  for (const [key, row] of keys) {
    const owner = roster.owners.get(key);
    if (owner === undefined) unused.push(row);
    // Identities of stored losers were moved with all else they own.
    else if (roster.current(owner) !== stored.get(key) && !folded.has(stored.get(key)!))
      moved.push({ ...row, contact: roster.current(owner), part: ownOr(roster.partOf(key), roster.current(owner)) });
  }
  if (moved.length > 0) await pointIdentities(tx, { workspace: input.workspace, identities: moved });
  if (unused.length > 0) await dropIdentities(tx, { workspace: input.workspace, identities: unused });
}

// Of kinds with a limit only: when an identifier was said last decides nothing of the others.
async function writeSaid(
  tx: Tx,
  input: Input,
  {
    rules,
    keys,
    before,
    roster,
  }: { rules: IdentityRules; keys: ReadonlyMap<string, Key>; before: ReadonlyMap<string, Instant>; roster: Roster },
): Promise<void> {
  const moved = [...keys].flatMap(([key, row]) => {
    const saidAt = roster.said.get(key);
    return limitOf(rules, row.kind) === null || saidAt === undefined || saidAt === before.get(key) ? [] : [{ ...row, saidAt }];
  });
  if (moved.length > 0) await sayIdentities(tx, { workspace: input.workspace, identities: moved });
}

async function writeNews(tx: Tx, input: Input, resolution: Resolution): Promise<NewFact[]> {
  const { workspace, chance, now } = input;
  const { roster } = resolution;
  // Told to both: the winner has more of a past now, and the loser's bucket may have another owner, who alone may clear what is kept there.
  const facts: NewFact[] = resolution.merges
    .filter((merge) => merge.loser.stored)
    .flatMap((merge) =>
      [roster.current(merge.winner), merge.loser.id].map((contact) => ({
        workspace,
        contact,
        occurredAt: now,
        kind: "contact.merged" as const,
        data: { loser: merge.loser.id },
      })),
    );
  const rows = resolution.changes.map((change) => ({
    ...change,
    contact: roster.current(change.contact),
    part: ownOr(roster.placed(change.part ?? change.contact), roster.current(change.contact)),
    id: chance.id(now),
  }));
  if (rows.length > 0) await insertFieldChanges(tx, { workspace, rows });
  if (resolution.conflicts.length > 0) {
    await insertConflicts(tx, {
      workspace,
      source: input.source,
      at: now,
      conflicts: resolution.conflicts.map((one) => ({
        ...one,
        contact: roster.current(one.contact),
        holder: one.holder === null ? null : roster.current(one.holder),
      })),
    });
  }
  const fields = new Map<Id, Set<string>>();
  for (const row of rows) fields.set(row.contact, (fields.get(row.contact) ?? new Set()).add(row.field));
  for (const draft of roster.drafts.values())
    if (!draft.stored && roster.current(draft.id) === draft.id && !fields.has(draft.id)) fields.set(draft.id, new Set());
  for (const [contact, names] of fields) {
    facts.push({
      workspace,
      contact,
      occurredAt: now,
      kind: "contact.changed",
      data: { attributes: [...names].sort(), created: !roster.drafts.get(contact)!.stored },
    });
  }
  return facts;
}

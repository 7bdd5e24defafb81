import type { IdentityRules } from "@relance/contract/team";
import type { Id, Instant } from "@relance/model/base";
import type { Json } from "@relance/model/events";
import { identifiersOf, identityKey, isLimited, outweighs, type Claim, type ClaimKind, type Conflict, type IdentityKind } from "./claim.ts";
import { isKnown, newDraft, type Draft, type FieldChange } from "./columns.ts";
import { Naming, type Identifier } from "./naming.ts";
import { absorb, say, seen } from "./parts.ts";
import { Roster } from "./roster.ts";

export interface Merge {
  readonly winner: Id;
  readonly loser: Draft;
  /** The identifier that joined them, and the message that gave it: its time and, where it has one, its id. */
  readonly evidence: {
    readonly kind: ClaimKind;
    readonly value: string;
    readonly source: string;
    readonly at: Instant;
    readonly message: string | null;
  };
}

interface ResolutionInput {
  readonly workspace: Id;
  readonly trusted: boolean;
  readonly source: string;
  readonly rules: IdentityRules;
  /** The id a contact made for this identifier gets. */
  readonly newId: (key: string) => Id;
}

/**
 * Who is meant. A pure function over the identifiers and contacts a transaction has locked, one claim after the other, so that a batch
 * gives what its messages one by one would give.
 *
 * - A user id names its contact. An anonymous id beside it is folded in when it was an anonymous visitor's (a known contact always wins).
 * - Without a user id, the anonymous id names the contact; a new one belongs to whom the e-mail or phone says.
 * - An e-mail or phone nobody holds is taken. Held by another contact: an anonymous claimant is folded into the holder; two known
 *   contacts become one only on the word of a trusted source and when they do not contradict each other (two user ids, or two
 *   e-mails joined by a phone); everything else is kept as a conflict and changes nothing.
 * - An address that people share by the workspace's rules (an office's mailbox, a shared phone) is a field like others: it joins nobody.
 *   It names a contact only where a claim says nothing else, and then one of its own, the mailbox's.
 * - A browser or app is not a person: where an anonymous id's contact has an e-mail and a claim by that id alone gives another, it is about
 *   whoever has that other e-mail, and the device stays with the first.
 * - Of a kind with a limit, those said last name a contact. An older one is history: it joins no two known contacts, names nobody beside
 *   another identifier, and belongs to whoever a trusted source says it of from then on. Alone, or of an anonymous visitor, it is still of
 *   the contact that had it.
 * - Where two identifiers of a trusted source's claim name different contacts, the claim is about the one whose kind stands first in the rules.
 * - No merge makes a contact of more identifiers than the guard; it is kept as a conflict.
 * - A public write key may not change the e-mail or phone a known contact already has (SECURITY #11).
 */
export class Resolution {
  readonly roster = new Roster();
  readonly merges: Merge[] = [];
  readonly conflicts: Conflict[] = [];
  readonly changes: FieldChange[] = [];
  readonly #input: ResolutionInput;
  #said: { readonly at: Instant; readonly message: string | null } = { at: 0, message: null };
  /** The identifier that named the contact of the claim at hand. */
  #by: Identifier = { kind: "user_id", value: "" };

  constructor(input: ResolutionInput) {
    this.#input = input;
  }

  /** The contact a claim is about and the part of it that is meant, with all consequences worked into the drafts. Ask the roster who they are after the last claim. */
  apply(claim: Claim): { readonly contact: Id; readonly part: Id } {
    const { rules, trusted } = this.#input;
    this.#said = { at: claim.at, message: claim.message ?? null };
    const naming = new Naming(claim, { roster: this.roster, rules, trusted });
    let contact = claim.userId === null ? this.#byWeakId(naming) : this.#byUserId(naming, claim.userId);
    if (claim.previousId) contact = this.#previous(contact, claim.previousId);
    const linked = this.#linkAll(contact, naming);
    contact = linked.contact;
    // A device is heard whoever is meant.
    if (isLimited(rules))
      for (const { kind, value } of identifiersOf(claim, trusted, rules))
        if (kind === "anonymous_id" || this.#find(kind, value) === contact) this.roster.hear(kind, value, claim.at);
    const part = this.roster.placeNew(contact, [
      ["user_id", claim.userId],
      ...naming.addresses.map(({ kind, value }) => [kind, value] as const),
      ["shop_id", claim.shopId],
      ["anonymous_id", claim.anonymousId],
    ]);
    const draft = this.#draft(contact);
    for (const [field, value] of Object.entries(claim.values)) {
      if (linked.refused.has(field) || ((field === "email" || field === "phone") && value === null && !trusted)) continue;
      const change = say(draft, part, field, value, claim.at, this.#input);
      if (change) this.changes.push(change);
    }
    seen(draft, part, claim.at, claim.seen);
    return { contact, part };
  }

  /** Makes two contacts one on a person's word. @returns who stays */
  join(a: Id, b: Id, evidence: { readonly kind: ClaimKind; readonly value: string; readonly at: Instant }): Id {
    this.#said = { at: evidence.at, message: null };
    return this.#fold(a, b, evidence.kind, evidence.value);
  }

  #find(kind: IdentityKind, value: string): Id | null {
    return this.roster.find(kind, value);
  }

  #draft(contact: Id): Draft {
    return this.roster.drafts.get(contact)!;
  }

  #attach(contact: Id, kind: IdentityKind, value: string): void {
    this.roster.attach(contact, kind, value, this.#said.at);
    const draft = this.#draft(contact);
    if (kind === "user_id" && draft.columns["external_id"] === undefined) {
      draft.columns["external_id"] = value;
      this.changes.push({ contact, field: "external_id", old: undefined, new: value, source: this.#input.source, at: draft.createdAt });
    }
    if (kind === "shop_id") draft.hasShopId = true;
  }

  #create(kind: IdentityKind, value: string, at: Instant): Id {
    const id = this.#input.newId(identityKey(kind, value));
    this.roster.drafts.set(id, newDraft(this.#input.workspace, id, at));
    return id;
  }

  #byUserId(naming: Naming, userId: string): Id {
    this.#by = { kind: "user_id", value: userId };
    const { anonymousId, at } = naming.claim;
    const device = anonymousId === null ? null : this.#find("anonymous_id", anonymousId);
    let contact = this.#find("user_id", userId);
    // A device that its contact had left names nobody beside a user id.
    const visitor = device !== null && device !== contact && naming.isFormer("anonymous_id", anonymousId!) ? null : device;
    if (contact === null) {
      contact = visitor !== null && naming.couldBe(visitor) ? visitor : (naming.holderWithoutUser() ?? this.#create("user_id", userId, at));
      this.#attach(contact, "user_id", userId);
    }
    if (anonymousId === null || visitor === contact) return contact;
    if (visitor === null) {
      this.#attach(contact, "anonymous_id", anonymousId);
      return contact;
    }
    const fold =
      !isKnown(this.#draft(visitor)) ||
      (this.#input.trusted && naming.agrees(visitor) && naming.compatible(visitor, contact, "anonymous_id"));
    if (fold && this.#mayFold(contact, visitor)) return this.#fold(contact, visitor, "anonymous_id", anonymousId);
    if (fold) this.#conflict(contact, "anonymous_id", anonymousId, visitor);
    return contact;
  }

  #byWeakId(naming: Naming): Id {
    this.#by = naming.first();
    const { kind, value } = this.#by;
    const found = naming.named(this.#by);
    if (found !== null) return kind === "anonymous_id" && naming.isAnother(found) ? this.#otherOnDevice(found, naming.claim, value) : found;
    const holder = naming.holder();
    const contact = holder?.contact ?? this.#create(kind, value, naming.claim.at);
    if (holder) this.#by = holder.by;
    this.#attach(contact, kind, value);
    return contact;
  }

  #otherOnDevice(first: Id, claim: Claim, anonymousId: string): Id {
    const email = claim.values["email"] as string;
    this.#by = { kind: "email", value: email };
    const other = this.#find("email", email) ?? this.#create("email", email, claim.at);
    if (this.#find("email", email) === null) this.#attach(other, "email", email);
    this.#conflict(other, "anonymous_id", anonymousId, first);
    return other;
  }

  #mayFold(a: Id, b: Id): boolean {
    return this.roster.mayFold(a, b, this.#input.rules.guard);
  }

  #previous(contact: Id, previousId: string): Id {
    let joined = contact;
    for (const kind of this.#input.trusted ? (["anonymous_id", "user_id"] as const) : (["anonymous_id"] as const)) {
      const other = this.#find(kind, previousId);
      if (other === null) this.#attach(joined, kind, previousId);
      else if (other !== joined && (!isKnown(this.#draft(other)) || this.#input.trusted) && this.#mayFold(joined, other))
        joined = this.#fold(joined, other, kind, previousId);
      else if (other !== joined) this.#conflict(joined, kind, previousId, other);
    }
    return joined;
  }

  /** Works in a claim's other identifiers, the most believed first. @returns whom it is about then, and the addresses that the contact does not get */
  #linkAll(first: Id, naming: Naming): { readonly contact: Id; readonly refused: ReadonlySet<string> } {
    const { shopId, values } = naming.claim;
    const given = new Map<IdentityKind, string>(naming.addresses.map(({ kind, value }) => [kind, value]));
    if (shopId) given.set("shop_id", shopId);
    const refused = new Set<string>();
    let contact = first;
    for (const kind of this.#input.rules.priority) {
      if ((kind === "email" || kind === "phone") && this.#mayNotChange(contact, kind, values[kind])) {
        this.#conflict(contact, kind, values[kind] as string);
        refused.add(kind);
      } else if (given.has(kind)) contact = this.#link(contact, { kind, value: given.get(kind)! }, naming);
    }
    for (const { kind, value } of naming.addresses) if (this.#find(kind, value) !== contact) refused.add(kind);
    return { contact, refused };
  }

  #link(contact: Id, one: Identifier, naming: Naming): Id {
    const { kind, value } = one;
    const holder = this.#find(kind, value);
    if (holder === contact) return contact;
    const former = holder !== null && naming.isFormer(kind, value);
    const visitor = holder !== null && [contact, holder].some((id) => !isKnown(this.#draft(id)));
    const { trusted, rules } = this.#input;
    if (
      holder !== null &&
      this.#mayFold(contact, holder) &&
      (former ? visitor && !naming.several : visitor || (trusted && naming.compatible(contact, holder, kind)))
    )
      return this.#fold(holder, contact, kind, value);
    if (holder === null || (former && trusted)) {
      this.#attach(contact, kind, value);
      return contact;
    }
    if (!trusted || !outweighs(rules, kind, this.#by.kind)) {
      this.#conflict(contact, kind, value, holder);
      return contact;
    }
    this.#conflict(holder, this.#by.kind, this.#by.value, contact);
    this.#by = one;
    return holder;
  }

  #mayNotChange(contact: Id, kind: "email" | "phone", value: Json | undefined): boolean {
    const held = this.#draft(contact).columns[kind];
    return !this.#input.trusted && typeof value === "string" && held !== undefined && held !== value && isKnown(this.#draft(contact));
  }

  #conflict(contact: Id, kind: IdentityKind, value: string, holder: Id | null = null): void {
    this.conflicts.push({ contact, kind, value, holder });
  }

  /** Makes one of two contacts: the known one stays, of two known the one with a user id, else the older. @returns who stays */
  #fold(a: Id, b: Id, kind: ClaimKind, value: string): Id {
    const rank = (id: Id) => {
      const draft = this.#draft(id);
      return `${draft.columns["external_id"] !== undefined ? 0 : isKnown(draft) ? 1 : 2}${draft.stored ? 0 : 1}${id}`;
    };
    const [winner, loser] = rank(a) <= rank(b) ? [a, b] : [b, a];
    const gone = this.#draft(loser);
    this.roster.fold(loser, winner);
    this.merges.push({ winner, loser: gone, evidence: { kind, value, source: this.#input.source, ...this.#said } });
    this.changes.push(...absorb(this.#draft(winner), gone, this.#input));
    return winner;
  }
}

import type { IdentityRules } from "@relance/contract/team";
import type { Id, Instant } from "@relance/model/base";
import { addressesOf, identityKey, isUnique, type Claim, type ClaimKind, type IdentityKind } from "./claim.ts";
import { isKnown, newDraft, type Draft, type FieldChange } from "./columns.ts";
import { absorb, ownAddress, say, seen } from "./parts.ts";
import { Roster } from "./roster.ts";

export interface Merge {
  readonly winner: Id;
  readonly loser: Draft;
  /** The identifier that joined them, and the message that gave it: its time and, where it has one, its id. */
  readonly evidence: { readonly kind: ClaimKind; readonly value: string; readonly source: string; readonly at: Instant; readonly message: string | null };
}

export interface Conflict {
  readonly contact: Id;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly holder: Id | null;
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

  constructor(input: ResolutionInput) {
    this.#input = input;
  }

  /** The contact a claim is about and the part of it that is meant, with all consequences worked into the drafts. Ask the roster who they are after the last claim. */
  apply(claim: Claim): { readonly contact: Id; readonly part: Id } {
    this.#said = { at: claim.at, message: claim.message ?? null };
    const addresses = addressesOf(claim, this.#input.rules);
    const names = new Set<string>(addresses.map(({ kind }) => kind));
    let contact = claim.userId === null ? this.#byWeakId(claim) : this.#byUserId(claim, claim.userId);
    if (claim.previousId) contact = this.#previous(contact, claim.previousId);
    if (claim.shopId) contact = this.#link(contact, "shop_id", claim.shopId);
    const refused = new Set<string>();
    for (const kind of ["email", "phone"] as const) {
      const value = claim.values[kind];
      if (typeof value !== "string") continue;
      if (this.#mayNotChange(contact, kind, value)) {
        this.#conflict(contact, kind, value);
        refused.add(kind);
        continue;
      }
      if (!names.has(kind)) continue;
      contact = this.#link(contact, kind, value);
      if (this.#find(kind, value) !== contact) refused.add(kind);
    }
    const part = this.roster.placeNew(contact, [["user_id", claim.userId], ...addresses.map(({ kind, value }) => [kind, value] as const), ["shop_id", claim.shopId], ["anonymous_id", claim.anonymousId]]);
    const draft = this.#draft(contact);
    for (const [field, value] of Object.entries(claim.values)) {
      if (refused.has(field) || ((field === "email" || field === "phone") && value === null && !this.#input.trusted)) continue;
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
    this.roster.attach(contact, kind, value);
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

  #byUserId(claim: Claim, userId: string): Id {
    const visitor = claim.anonymousId === null ? null : this.#find("anonymous_id", claim.anonymousId);
    let contact = this.#find("user_id", userId);
    if (contact === null) {
      contact = visitor !== null && this.#couldBe(visitor, claim) ? visitor : this.#holderWithoutUser(claim) ?? this.#create("user_id", userId, claim.at);
      this.#attach(contact, "user_id", userId);
    }
    if (claim.anonymousId === null || visitor === contact) return contact;
    if (visitor === null) {
      this.#attach(contact, "anonymous_id", claim.anonymousId);
      return contact;
    }
    const fold = !isKnown(this.#draft(visitor)) || (this.#input.trusted && this.#agrees(visitor, claim) && this.#compatible(visitor, contact, "anonymous_id"));
    if (fold && this.#mayFold(contact, visitor)) return this.#fold(contact, visitor, "anonymous_id", claim.anonymousId);
    if (fold) this.#conflict(contact, "anonymous_id", claim.anonymousId, visitor);
    return contact;
  }

  #byWeakId(claim: Claim): Id {
    const [kind, value]: [IdentityKind, string] = claim.anonymousId !== null ? ["anonymous_id", claim.anonymousId] : claim.shopId ? ["shop_id", claim.shopId] : this.#address(claim);
    const found = this.#find(kind, value);
    if (found !== null && kind === "anonymous_id" && this.#isAnother(found, claim)) return this.#otherOnDevice(found, claim, value);
    const contact = found ?? this.#holder(claim);
    if (contact !== null) {
      if (this.#find(kind, value) === null) this.#attach(contact, kind, value);
      return contact;
    }
    const made = this.#create(kind, value, claim.at);
    this.#attach(made, kind, value);
    return made;
  }

  // Whether a claim by a device alone gives another e-mail than its contact has; a public key's word makes no second person of it.
  #isAnother(contact: Id, claim: Claim): boolean {
    return this.#input.trusted && !this.#agrees(contact, claim) && this.#find("email", claim.values["email"] as string) !== contact;
  }

  #otherOnDevice(first: Id, claim: Claim, anonymousId: string): Id {
    const email = claim.values["email"] as string;
    const other = this.#find("email", email) ?? this.#create("email", email, claim.at);
    if (this.#find("email", email) === null) this.#attach(other, "email", email);
    this.#conflict(other, "anonymous_id", anonymousId, first);
    return other;
  }

  #address(claim: Claim): [IdentityKind, string] {
    const [first] = addressesOf(claim, this.#input.rules);
    if (!first) throw new Error("A claim names nobody");
    return [first.kind, first.value];
  }

  #holder(claim: Claim): Id | null {
    for (const { kind, value } of addressesOf(claim, this.#input.rules)) {
      const holder = this.#find(kind, value);
      if (holder !== null) return holder;
    }
    return null;
  }

  #own(contact: Id, kind: "email" | "phone"): string | undefined {
    return ownAddress(this.#draft(contact), kind, this.#input.rules);
  }

  #mayFold(a: Id, b: Id): boolean {
    return this.roster.mayFold(a, b, this.#input.rules.guard);
  }

  // A subscriber who makes an account: only a trusted source's word is enough without the same browser.
  #holderWithoutUser(claim: Claim): Id | null {
    if (!this.#input.trusted) return null;
    const holder = this.#holder(claim);
    return holder !== null && this.#draft(holder).columns["external_id"] === undefined && this.#couldBe(holder, claim) ? holder : null;
  }

  // Whether a contact without a user id may be the one now signing in: yes unless another address speaks against it.
  #couldBe(contact: Id, claim: Claim): boolean {
    return this.#draft(contact).columns["external_id"] === undefined && this.#agrees(contact, claim);
  }

  #agrees(contact: Id, claim: Claim): boolean {
    const held = this.#own(contact, "email");
    const email = claim.values["email"];
    return held === undefined || typeof email !== "string" || held === email || !isUnique(this.#input.rules, "email", email);
  }

  #previous(contact: Id, previousId: string): Id {
    let joined = contact;
    for (const kind of this.#input.trusted ? (["anonymous_id", "user_id"] as const) : (["anonymous_id"] as const)) {
      const other = this.#find(kind, previousId);
      if (other === null) this.#attach(joined, kind, previousId);
      else if (other !== joined && (!isKnown(this.#draft(other)) || this.#input.trusted) && this.#mayFold(joined, other)) joined = this.#fold(joined, other, kind, previousId);
      else if (other !== joined) this.#conflict(joined, kind, previousId, other);
    }
    return joined;
  }

  #link(contact: Id, kind: IdentityKind, value: string): Id {
    const holder = this.#find(kind, value);
    if (holder === contact) return contact;
    if (holder === null) {
      this.#attach(contact, kind, value);
      return contact;
    }
    const one = !isKnown(this.#draft(contact)) || !isKnown(this.#draft(holder)) || (this.#input.trusted && this.#compatible(contact, holder, kind));
    if (one && this.#mayFold(contact, holder)) return this.#fold(holder, contact, kind, value);
    this.#conflict(contact, kind, value, holder);
    return contact;
  }

  #mayNotChange(contact: Id, kind: "email" | "phone", value: string): boolean {
    const held = this.#draft(contact).columns[kind];
    return !this.#input.trusted && held !== undefined && held !== value && isKnown(this.#draft(contact));
  }

  #compatible(a: Id, b: Id, kind: IdentityKind): boolean {
    if ([a, b].every((id) => this.#draft(id).columns["external_id"] !== undefined)) return false;
    const [one, two] = [this.#own(a, "email"), this.#own(b, "email")];
    return kind === "email" || one === undefined || two === undefined || one === two;
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

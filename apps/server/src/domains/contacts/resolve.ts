import type { Id, Instant } from "@relance/model/base";
import type { ContactValues, Json } from "@relance/model/events";
import { isKnown, newDraft, setField, type Draft, type FieldChange } from "./columns.ts";

/**
 * Who is meant. A pure function over the identifiers and contacts a transaction has locked, one claim after the other, so that a batch
 * gives what its messages one by one would give.
 *
 * - A user id names its contact. An anonymous id beside it is folded in when it was an anonymous visitor's (a known contact always wins).
 * - Without a user id, the anonymous id names the contact; a new one belongs to whom the e-mail or phone says.
 * - An e-mail or phone nobody holds is taken. Held by another contact: an anonymous claimant is folded into the holder; two known
 *   contacts become one only on the word of a trusted source and when they do not contradict each other (two user ids, or two
 *   e-mails joined by a phone); everything else is kept as a conflict and changes nothing.
 * - A public write key may not change the e-mail or phone a known contact already has (SECURITY #11).
 */
export const IDENTITY_KINDS = ["user_id", "email", "phone", "anonymous_id", "shop_id"] as const;
export type IdentityKind = (typeof IDENTITY_KINDS)[number];

/** What one message, row or form says of a contact. */
export interface Claim {
  readonly userId: string | null;
  readonly anonymousId: string | null;
  /** Of an alias call: an identifier the contact had before. */
  readonly previousId?: string | null;
  /** A shop's own id, with the shop's name: `shopify:123`. */
  readonly shopId?: string | null;
  readonly values: ContactValues;
  readonly at: Instant;
  /** Whether the contact itself was there (false for imports and connectors). */
  readonly seen: boolean;
}

export interface Merge {
  readonly winner: Id;
  readonly loser: Draft;
  readonly evidence: { readonly kind: IdentityKind; readonly value: string };
}

export interface Conflict {
  readonly contact: Id;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly holder: Id | null;
}

export const identityKey = (kind: IdentityKind, value: string) => `${kind}\u0000${value}`;

/** Every identifier a claim may touch; all of them are locked before resolving. */
export function identifiersOf(claim: Claim, trusted: boolean): { kind: IdentityKind; value: string }[] {
  const found: { kind: IdentityKind; value: string }[] = [];
  const add = (kind: IdentityKind, value: Json | null | undefined) => {
    if (typeof value === "string" && value !== "") found.push({ kind, value });
  };
  add("user_id", claim.userId);
  add("anonymous_id", claim.anonymousId);
  add("shop_id", claim.shopId);
  add("anonymous_id", claim.previousId);
  if (trusted) add("user_id", claim.previousId);
  add("email", claim.values["email"]);
  add("phone", claim.values["phone"]);
  return found;
}

export class Resolution {
  /** Identifier → contact, for those that belong to one. */
  readonly owners = new Map<string, Id>();
  readonly drafts = new Map<Id, Draft>();
  readonly merges: Merge[] = [];
  readonly conflicts: Conflict[] = [];
  readonly changes: FieldChange[] = [];
  readonly #folded = new Map<Id, Id>();
  readonly #input: { workspace: Id; trusted: boolean; source: string; newId: (key: string) => Id };

  /** @param input.newId the id a contact made for this identifier gets */
  constructor(input: { workspace: Id; trusted: boolean; source: string; newId: (key: string) => Id }) {
    this.#input = input;
  }

  /** The contact a claim is about, with all its consequences worked into the drafts. Call `current` after the last claim. */
  apply(claim: Claim): Id {
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
      contact = this.#link(contact, kind, value);
      if (this.#find(kind, value) !== contact) refused.add(kind);
    }
    const draft = this.drafts.get(contact)!;
    for (const [field, value] of Object.entries(claim.values)) {
      if (refused.has(field) || ((field === "email" || field === "phone") && value === null && !this.#input.trusted)) continue;
      const change = setField(draft, field, value, claim.at, this.#input.source);
      if (change) this.changes.push(change);
    }
    draft.createdAt = Math.min(draft.createdAt, claim.at);
    if (claim.seen) draft.lastSeenAt = Math.max(draft.lastSeenAt ?? claim.at, claim.at);
    return contact;
  }

  /** Where a contact ended, after the folds of later claims. */
  current(contact: Id): Id {
    let id = contact;
    for (let next = this.#folded.get(id); next !== undefined; next = this.#folded.get(id)) id = next;
    return id;
  }

  #find(kind: IdentityKind, value: string): Id | null {
    const owner = this.owners.get(identityKey(kind, value));
    return owner === undefined ? null : this.current(owner);
  }

  #attach(contact: Id, kind: IdentityKind, value: string): void {
    this.owners.set(identityKey(kind, value), contact);
    const draft = this.drafts.get(contact)!;
    if (kind === "user_id" && draft.columns["external_id"] === undefined) {
      draft.columns["external_id"] = value;
      this.changes.push({ contact, field: "external_id", old: undefined, new: value, source: this.#input.source, at: draft.createdAt });
    }
    if (kind === "shop_id") draft.hasShopId = true;
  }

  #create(kind: IdentityKind, value: string, at: Instant): Id {
    const id = this.#input.newId(identityKey(kind, value));
    this.drafts.set(id, newDraft(this.#input.workspace, id, at));
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
    const fold = !isKnown(this.drafts.get(visitor)!) || (this.#input.trusted && this.#compatible(visitor, contact, "anonymous_id"));
    return fold ? this.#fold(contact, visitor, "anonymous_id", claim.anonymousId) : contact;
  }

  #byWeakId(claim: Claim): Id {
    const [kind, value]: [IdentityKind, string] = claim.anonymousId !== null ? ["anonymous_id", claim.anonymousId] : claim.shopId ? ["shop_id", claim.shopId] : this.#address(claim);
    const contact = this.#find(kind, value) ?? this.#holder(claim);
    if (contact !== null) {
      if (this.#find(kind, value) === null) this.#attach(contact, kind, value);
      return contact;
    }
    const made = this.#create(kind, value, claim.at);
    this.#attach(made, kind, value);
    return made;
  }

  #address(claim: Claim): [IdentityKind, string] {
    for (const kind of ["email", "phone"] as const) {
      const value = claim.values[kind];
      if (typeof value === "string") return [kind, value];
    }
    throw new Error("A claim names nobody");
  }

  #holder(claim: Claim): Id | null {
    for (const kind of ["email", "phone"] as const) {
      const value = claim.values[kind];
      const holder = typeof value === "string" ? this.#find(kind, value) : null;
      if (holder !== null) return holder;
    }
    return null;
  }

  // A subscriber who makes an account: only a trusted source's word is enough without the same browser.
  #holderWithoutUser(claim: Claim): Id | null {
    if (!this.#input.trusted) return null;
    const holder = this.#holder(claim);
    return holder !== null && this.drafts.get(holder)!.columns["external_id"] === undefined && this.#couldBe(holder, claim) ? holder : null;
  }

  // Whether a contact without a user id may be the one now signing in: yes unless another address speaks against it.
  #couldBe(contact: Id, claim: Claim): boolean {
    const { columns } = this.drafts.get(contact)!;
    const email = claim.values["email"];
    return columns["external_id"] === undefined && (columns["email"] === undefined || typeof email !== "string" || columns["email"] === email);
  }

  #previous(contact: Id, previousId: string): Id {
    let joined = contact;
    for (const kind of this.#input.trusted ? (["anonymous_id", "user_id"] as const) : (["anonymous_id"] as const)) {
      const other = this.#find(kind, previousId);
      if (other === null) this.#attach(joined, kind, previousId);
      else if (other !== joined && (!isKnown(this.drafts.get(other)!) || this.#input.trusted)) joined = this.#fold(joined, other, kind, previousId);
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
    if (!isKnown(this.drafts.get(contact)!)) return this.#fold(holder, contact, kind, value);
    if (!isKnown(this.drafts.get(holder)!) || (this.#input.trusted && this.#compatible(contact, holder, kind))) return this.#fold(contact, holder, kind, value);
    this.#conflict(contact, kind, value, holder);
    return contact;
  }

  #mayNotChange(contact: Id, kind: "email" | "phone", value: string): boolean {
    const held = this.drafts.get(contact)!.columns[kind];
    return !this.#input.trusted && held !== undefined && held !== value && isKnown(this.drafts.get(contact)!);
  }

  #compatible(a: Id, b: Id, kind: IdentityKind): boolean {
    const [one, two] = [this.drafts.get(a)!.columns, this.drafts.get(b)!.columns];
    if (one["external_id"] !== undefined && two["external_id"] !== undefined) return false;
    return kind === "email" || one["email"] === undefined || two["email"] === undefined || one["email"] === two["email"];
  }

  #conflict(contact: Id, kind: IdentityKind, value: string, holder: Id | null = null): void {
    this.conflicts.push({ contact, kind, value, holder });
  }

  /** Makes one of two contacts: the known one stays, of two known the one with a user id, else the older. @returns who stays */
  #fold(a: Id, b: Id, kind: IdentityKind, value: string): Id {
    const rank = (id: Id) => {
      const draft = this.drafts.get(id)!;
      return `${draft.columns["external_id"] !== undefined ? 0 : isKnown(draft) ? 1 : 2}${draft.stored ? 0 : 1}${id}`;
    };
    const [winner, loser] = rank(a) <= rank(b) ? [a, b] : [b, a];
    const kept = this.drafts.get(winner)!;
    const gone = this.drafts.get(loser)!;
    this.#folded.set(loser, winner);
    this.merges.push({ winner, loser: gone, evidence: { kind, value } });
    for (const field of [...Object.keys(gone.columns), ...Object.keys(gone.attributes).map((name) => `attributes.${name}`)]) {
      const held = field.startsWith("attributes.") ? gone.attributes[field.slice("attributes.".length)]! : gone.columns[field]!;
      if (field === "external_id") {
        if (kept.columns["external_id"] === undefined) kept.columns["external_id"] = held;
        continue;
      }
      const change = setField(kept, field, held, gone.fieldTimes[field] ?? gone.createdAt, this.#input.source);
      if (change) this.changes.push(change);
    }
    kept.hasShopId ||= gone.hasShopId;
    kept.createdAt = Math.min(kept.createdAt, gone.createdAt);
    if (gone.lastSeenAt !== null) kept.lastSeenAt = Math.max(kept.lastSeenAt ?? gone.lastSeenAt, gone.lastSeenAt);
    return winner;
  }
}

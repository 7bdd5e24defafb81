import type { IdentityRules } from "@relance/contract/team";
import type { Id } from "@relance/model/base";
import { addressesOf, isUnique, limitOf, outweighs, type Claim, type IdentityKind } from "./claim.ts";
import type { Draft } from "./columns.ts";
import { ownAddress } from "./parts.ts";
import type { Roster } from "./roster.ts";

export interface Identifier {
  readonly kind: IdentityKind;
  readonly value: string;
}

interface Said {
  readonly roster: Roster;
  readonly rules: IdentityRules;
  /** false: the claim is a public key's. */
  readonly trusted: boolean;
}

/** Whom the identifiers of one claim name, and what speaks against two contacts being one person. */
export class Naming {
  readonly claim: Claim;
  /** Its addresses that name someone. */
  readonly addresses: readonly { readonly kind: "email" | "phone"; readonly value: string }[];
  /** Whether it gives several identifiers beside its device. */
  readonly several: boolean;
  readonly #said: Said;

  constructor(claim: Claim, said: Said) {
    this.claim = claim;
    this.#said = said;
    this.addresses = addressesOf(claim, said.rules);
    this.several = this.addresses.length + Number(claim.userId !== null) + Number(Boolean(claim.shopId)) > 1;
  }

  /** Whether an identifier was history of its contact when the claim was made. */
  isFormer(kind: IdentityKind, value: string): boolean {
    const limit = limitOf(this.#said.rules, kind);
    return limit !== null && this.#said.roster.isFormer(kind, value, limit, this.claim.at);
  }

  /** Whom an identifier names: one that is history nobody beside others, on the word of a trusted source. A device does, unless a user id is given with it. */
  named({ kind, value }: Identifier): Id | null {
    return this.#said.trusted && this.several && kind !== "anonymous_id" && this.isFormer(kind, value)
      ? null
      : this.#said.roster.find(kind, value);
  }

  /** Whom the addresses name, and which of them does. */
  holder(): { readonly contact: Id; readonly by: Identifier } | null {
    for (const by of this.addresses) {
      const contact = this.named(by);
      if (contact !== null) return { contact, by };
    }
    return null;
  }

  /** The identifier that names the contact of a claim without a user id. */
  first(): Identifier {
    const { anonymousId, shopId } = this.claim;
    if (anonymousId !== null) return { kind: "anonymous_id", value: anonymousId };
    if (shopId) return { kind: "shop_id", value: shopId };
    const [first] = this.addresses;
    if (!first) throw new Error("A claim names nobody");
    return first;
  }

  /** A subscriber who makes an account: only a trusted source's word is enough without the same browser. */
  holderWithoutUser(): Id | null {
    const holder = this.#said.trusted ? this.holder() : null;
    return holder !== null && (outweighs(this.#said.rules, holder.by.kind, "user_id") || this.couldBe(holder.contact))
      ? holder.contact
      : null;
  }

  /** Whether a contact's own e-mail does not speak against the claim's. */
  agrees(contact: Id): boolean {
    const [held, email] = [this.#own(contact, "email"), this.claim.values["email"]];
    return held === undefined || typeof email !== "string" || held === email || !isUnique(this.#said.rules, "email", email);
  }

  /** Whether a contact without a user id may be the one now signing in: yes unless another address speaks against it. */
  couldBe(contact: Id): boolean {
    return this.#draft(contact).columns["external_id"] === undefined && this.agrees(contact);
  }

  /** Whether nothing speaks against two known contacts being one person: not two user ids, nor two e-mails joined by something else. */
  compatible(a: Id, b: Id, kind: IdentityKind): boolean {
    if ([a, b].every((id) => this.#draft(id).columns["external_id"] !== undefined)) return false;
    const [one, two] = [this.#own(a, "email"), this.#own(b, "email")];
    return kind === "email" || one === undefined || two === undefined || one === two;
  }

  /** Whether a claim by a device alone gives another e-mail than its contact has; a public key's word makes no second person of it. */
  isAnother(contact: Id): boolean {
    return this.#said.trusted && !this.agrees(contact) && this.#said.roster.find("email", this.claim.values["email"] as string) !== contact;
  }

  #own(contact: Id, kind: "email" | "phone"): string | undefined {
    return ownAddress(this.#draft(contact), kind, this.#said.rules);
  }

  #draft(contact: Id): Draft {
    return this.#said.roster.drafts.get(contact)!;
  }
}

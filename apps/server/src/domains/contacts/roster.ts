import type { Id } from "@relance/model/base";
import { identityKey, type IdentityKind } from "./claim.ts";
import type { Draft } from "./columns.ts";

/** Who holds which identifier while a transaction resolves claims: contacts as drafts, their identifiers, and who was folded into whom. */
export class Roster {
  readonly drafts = new Map<Id, Draft>();
  /** Identifier → contact, for those that belong to one. */
  readonly owners = new Map<string, Id>();
  /** Identifier → the part of its contact that it belongs to, where that is not the contact's own. */
  readonly parts = new Map<string, Id>();
  /** How many identifiers a contact has; those that were not counted have no more than this transaction gave them. */
  readonly sizes = new Map<Id, number>();
  /** Pairs that a person keeps apart. */
  readonly #apart = new Set<string>();
  readonly #folded = new Map<Id, Id>();
  #fresh: string[] = [];

  /** Where a contact ended, after the folds of later claims. */
  current(contact: Id): Id {
    let id = contact;
    for (let next = this.#folded.get(id); next !== undefined; next = this.#folded.get(id)) id = next;
    return id;
  }

  find(kind: IdentityKind, value: string): Id | null {
    const owner = this.owners.get(identityKey(kind, value));
    return owner === undefined ? null : this.current(owner);
  }

  attach(contact: Id, kind: IdentityKind, value: string): void {
    const key = identityKey(kind, value);
    this.owners.set(key, contact);
    this.sizes.set(contact, (this.sizes.get(contact) ?? 0) + 1);
    this.#fresh.push(key);
  }

  fold(loser: Id, winner: Id): void {
    this.#folded.set(loser, winner);
    this.sizes.set(winner, (this.sizes.get(winner) ?? 0) + (this.sizes.get(loser) ?? 0));
  }

  keepApart(a: Id, b: Id): void {
    this.#apart.add(a < b ? `${a} ${b}` : `${b} ${a}`);
  }

  /** Whether the rules may join two: not beyond so many identifiers, and not those a person keeps apart. */
  mayFold(a: Id, b: Id, guard: number): boolean {
    if ((this.sizes.get(a) ?? 0) + (this.sizes.get(b) ?? 0) > guard) return false;
    const all = (id: Id) => [id, ...(this.drafts.get(id)?.parts.keys() ?? [])];
    return this.#apart.size === 0 || !all(a).some((one) => all(b).some((other) => this.#apart.has(one < other ? `${one} ${other}` : `${other} ${one}`)));
  }

  /**
   * Which part of a contact identifiers name: that of the first which belonged to it before; new ones of this claim belong to it from now on.
   * @param identifiers the most telling first
   */
  placeNew(contact: Id, identifiers: readonly (readonly [IdentityKind, string | null | undefined])[]): Id {
    const fresh = this.#fresh;
    this.#fresh = [];
    if (this.drafts.get(contact)!.parts.size === 0) return contact;
    const known = identifiers.find(([kind, value]) => value && !fresh.includes(identityKey(kind, value)) && this.find(kind, value) === contact);
    const part = known ? this.partOf(identityKey(known[0], known[1]!)) : contact;
    for (const key of fresh) if (this.current(this.owners.get(key)!) === contact) this.parts.set(key, part);
    const alone = this.drafts.get(contact)!.parts.get(part);
    for (const key of alone ? fresh : []) {
      if (key.startsWith(identityKey("user_id", ""))) alone!.columns["external_id"] ??= key.slice(identityKey("user_id", "").length);
      if (key.startsWith(identityKey("shop_id", ""))) alone!.hasShopId = true;
      alone!.heard = true;
    }
    return part;
  }

  /** The part of its contact that an identifier belongs to. */
  partOf(key: string): Id {
    return this.placed(this.parts.get(key) ?? this.owners.get(key)!);
  }

  /** A part as it is known after all folds: one that was never stored is not told from whom it was folded into. */
  placed(part: Id): Id {
    let id = part;
    for (let next = this.#folded.get(id); next !== undefined && this.drafts.get(id)?.stored === false; next = this.#folded.get(id)) id = next;
    return id;
  }
}

import type { Id, Instant } from "@relance/model/base";
import { follows, identityKey, type IdentityKind } from "./claim.ts";
import type { Draft } from "./columns.ts";

/** Who holds which identifier while a transaction resolves claims: contacts as drafts, their identifiers, and who was folded into whom. */
export class Roster {
  readonly drafts = new Map<Id, Draft>();
  /** Identifier → contact, for those that belong to one. */
  readonly owners = new Map<string, Id>();
  /** Identifier → the part of its contact that it belongs to, where that is not the contact's own. */
  readonly parts = new Map<string, Id>();
  /** Identifier → when it was last said of its contact. */
  readonly said = new Map<string, Instant>();
  /** The identifiers of contacts; whole for kinds that have a limit. */
  readonly #held = new Map<Id, Set<string>>();
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

  /** Tells of an identifier that is there. */
  learn(contact: Id, kind: IdentityKind, value: string, said: Instant): void {
    const key = identityKey(kind, value);
    this.owners.set(key, contact);
    this.said.set(key, said);
    this.#heldBy(contact).add(key);
  }

  /** Gives an identifier to a contact; another that had it has it no more. */
  attach(contact: Id, kind: IdentityKind, value: string, at: Instant): void {
    const key = identityKey(kind, value);
    const before = this.find(kind, value);
    if (before !== null) {
      this.#heldBy(before).delete(key);
      this.sizes.set(before, (this.sizes.get(before) ?? 1) - 1);
      this.parts.delete(key);
    }
    this.learn(contact, kind, value, at);
    this.sizes.set(contact, (this.sizes.get(contact) ?? 0) + 1);
    this.#fresh.push(key);
  }

  /** An identifier is said of its contact once more. */
  hear(kind: IdentityKind, value: string, at: Instant): void {
    const key = identityKey(kind, value);
    this.said.set(key, Math.max(this.said.get(key) ?? at, at));
  }

  /** Whether so many others of its kind were said of its contact after an identifier, and until an instant: it was history then. */
  isFormer(kind: IdentityKind, value: string, limit: number, until: Instant): boolean {
    const [owner, key] = [this.find(kind, value), identityKey(kind, value)];
    if (owner === null) return false;
    let newer = 0;
    for (const other of this.#heldBy(owner))
      if (other.startsWith(identityKey(kind, "")) && this.said.get(other)! <= until && follows(this.#saying(other), this.#saying(key)))
        newer++;
    return newer >= limit;
  }

  #saying(key: string): { readonly value: string; readonly said_at: Instant } {
    return { value: key, said_at: this.said.get(key)! };
  }

  #heldBy(contact: Id): Set<string> {
    const held = this.#held.get(contact) ?? new Set();
    this.#held.set(contact, held);
    return held;
  }

  fold(loser: Id, winner: Id): void {
    this.#folded.set(loser, winner);
    for (const key of this.#heldBy(loser)) this.#heldBy(winner).add(key);
    this.sizes.set(winner, (this.sizes.get(winner) ?? 0) + (this.sizes.get(loser) ?? 0));
  }

  keepApart(a: Id, b: Id): void {
    this.#apart.add(a < b ? `${a} ${b}` : `${b} ${a}`);
  }

  /** Whether the rules may join two: not beyond so many identifiers, and not those a person keeps apart. */
  mayFold(a: Id, b: Id, guard: number): boolean {
    if ((this.sizes.get(a) ?? 0) + (this.sizes.get(b) ?? 0) > guard) return false;
    const all = (id: Id) => [id, ...(this.drafts.get(id)?.parts.keys() ?? [])];
    return (
      this.#apart.size === 0 ||
      !all(a).some((one) => all(b).some((other) => this.#apart.has(one < other ? `${one} ${other}` : `${other} ${one}`)))
    );
  }

  /**
   * Which part of a contact identifiers name: that of the first which belonged to it before; new ones of this claim belong to it from now on.
   * @param identifiers the most telling first
   */
  placeNew(contact: Id, identifiers: readonly (readonly [IdentityKind, string | null | undefined])[]): Id {
    const fresh = this.#fresh;
    this.#fresh = [];
    if (this.drafts.get(contact)!.parts.size === 0) return contact;
    const known = identifiers.find(
      ([kind, value]) => value && !fresh.includes(identityKey(kind, value)) && this.find(kind, value) === contact,
    );
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
    for (let next = this.#folded.get(id); next !== undefined && this.drafts.get(id)?.stored === false; next = this.#folded.get(id))
      id = next;
    return id;
  }
}

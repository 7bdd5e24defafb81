import type { IDENTIFIERS, IdentityRules } from "@relance/contract/team";
import type { Id, Instant } from "@relance/model/base";
import type { ContactValues } from "@relance/model/events";
import { isRole } from "@relance/model/readiness";

export type IdentityKind = (typeof IDENTIFIERS)[number];
/** What a claim of the queue is about: an identifier, or that two are alike. */
export type ClaimKind = IdentityKind | "likeness";

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
  /** The message's own id. */
  readonly message?: string | null;
}

/** An identifier of one contact that another holds, or would, by what was said since. */
export interface Conflict {
  readonly contact: Id;
  readonly kind: IdentityKind;
  readonly value: string;
  readonly holder: Id | null;
}

export const identityKey = (kind: IdentityKind, value: string) => `${kind}\u0000${value}`;

/** Whether an address names one contact by the workspace's rules; several people may have the others. */
export function isUnique(rules: IdentityRules, kind: "email" | "phone", value: string): boolean {
  if (rules[kind] === "shared") return false;
  return kind !== "email" || rules.roleAddresses === "unique" || !isRole(value.slice(0, Math.max(0, value.lastIndexOf("@"))));
}

/** How many identifiers of a kind name one contact; null: all. */
export const limitOf = (rules: IdentityRules, kind: IdentityKind): number | null => (kind === "user_id" ? null : rules.limits[kind]);

export const isLimited = (rules: IdentityRules): boolean => Object.values(rules.limits).some((limit) => limit !== null);

/** Those of a contact's identifiers that are history: said before so many others of their kind as the limit keeps. */
export function formerAmong<T extends Said>(identities: readonly T[], rules: IdentityRules): ReadonlySet<T> {
  return new Set(
    [...Map.groupBy(identities, (one) => one.kind)].flatMap(([kind, of]) =>
      [...of].sort((a, b) => (follows(a, b) ? -1 : 1)).slice(limitOf(rules, kind) ?? of.length),
    ),
  );
}

interface Said {
  readonly kind: IdentityKind;
  readonly value: string;
  readonly said_at: Instant;
}

/** Whether an identifier was said after another; of those said at one instant, the later by name. */
export const follows = (one: Pick<Said, "value" | "said_at">, other: Pick<Said, "value" | "said_at">): boolean =>
  one.said_at > other.said_at || (one.said_at === other.said_at && one.value > other.value);

/** Whether one kind of identifier is believed rather than another. */
export const outweighs = (rules: IdentityRules, kind: IdentityKind, other: IdentityKind): boolean =>
  rules.priority.indexOf(kind) < rules.priority.indexOf(other);

/** The addresses by which a claim names someone: the unique ones; of a claim with nothing else, its e-mail or phone though shared. */
export function addressesOf(claim: Claim, rules: IdentityRules): { kind: "email" | "phone"; value: string }[] {
  const given = (["email", "phone"] as const).flatMap((kind) => {
    const value = claim.values[kind];
    return typeof value === "string" && value !== "" ? [{ kind, value }] : [];
  });
  const unique = given.filter(({ kind, value }) => isUnique(rules, kind, value));
  return unique.length > 0 || claim.userId !== null || claim.anonymousId !== null || claim.shopId ? unique : given.slice(0, 1);
}

/** Every identifier a claim may touch; all of them are locked before resolving. */
export function identifiersOf(claim: Claim, trusted: boolean, rules: IdentityRules): { kind: IdentityKind; value: string }[] {
  const found: { kind: IdentityKind; value: string }[] = [];
  const add = (kind: IdentityKind, value: string | null | undefined) => {
    if (value) found.push({ kind, value });
  };
  add("user_id", claim.userId);
  add("anonymous_id", claim.anonymousId);
  add("shop_id", claim.shopId);
  add("anonymous_id", claim.previousId);
  if (trusted) add("user_id", claim.previousId);
  found.push(...addressesOf(claim, rules));
  return found;
}

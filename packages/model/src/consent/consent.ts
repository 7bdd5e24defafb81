import type { Instant, LocalDate } from "../base/index.ts";

export const CONSENT_STATES = ["granted", "withdrawn", "objected"] as const;
export type ConsentState = (typeof CONSENT_STATES)[number];

/** Why a contact may be written to (COMPLIANCE §2.1). */
export const CONSENT_BASES = [
  "express",
  "express_confirmed",
  "soft_optin",
  "implied_purchase",
  "implied_ongoing",
  "implied_contract",
  "implied_inquiry",
  "implied_donation",
  "implied_membership",
  "implied_published",
  "implied_disclosed",
  "referral",
  "b2b_role",
  "generic_address",
  "service",
  "solicited",
  "legal",
  "none",
] as const;
export type ConsentBasis = (typeof CONSENT_BASES)[number];

/** What consents are given for; `pixel` is the separate consent to having opens measured (COMPLIANCE §2.6). */
export const CONSENT_CHANNELS = ["email", "sms", "push", "web_push", "whatsapp", "onsite", "pixel"] as const;
export type ConsentChannel = (typeof CONSENT_CHANNELS)[number];

/** The last word of a contact about one channel and topic; topic '' speaks of all marketing on the channel. */
export interface Consent {
  readonly topic: string;
  readonly state: ConsentState;
  readonly basis: string;
  readonly changedAt: Instant;
  /** Last day on which sending is allowed; null: no end. */
  readonly expiresOn: LocalDate | null;
}

export type ConsentAnswer =
  | { readonly kind: "granted"; readonly by: Consent }
  | { readonly kind: "missing" }
  | { readonly kind: "withdrawn" | "objected" | "expired"; readonly by: Consent };

/**
 * What a contact's consents on one channel say about a topic on a day. The state machine:
 * - nothing said → missing
 * - granted → granted until `expiresOn`, inclusive, then expired; any later word replaces it
 * - withdrawn, objected → stay until a newer grant about the same thing
 * A general withdrawal covers every topic granted before it; a topic granted after it counts. A topic that was left stays left,
 * whatever is said in general later: a general "yes" is not a "yes" to what one has refused by name.
 */
export function consentFor(consents: readonly Consent[], topic: string, today: LocalDate): ConsentAnswer {
  const general = consents.find((one) => one.topic === "");
  const own = topic === "" ? undefined : consents.find((one) => one.topic === topic);
  if (own) {
    if (own.state !== "granted") return { kind: own.state, by: own };
    if (general && general.state !== "granted" && general.changedAt > own.changedAt) return { kind: general.state, by: general };
    if (!expired(own, today)) return { kind: "granted", by: own };
  }
  if (!general) return own ? { kind: "expired", by: own } : { kind: "missing" };
  if (general.state !== "granted") return { kind: general.state, by: general };
  return expired(general, today) ? { kind: "expired", by: general } : { kind: "granted", by: general };
}

function expired(consent: Consent, today: LocalDate): boolean {
  return consent.expiresOn !== null && today > consent.expiresOn;
}

/** Whether opens of a contact may be measured, by the workspace's setting and what the contact said about `pixel`. */
export function mayMeasureOpens(
  setting: "off" | "with_consent" | "unless_refused",
  consents: readonly Consent[],
  today: LocalDate,
): boolean {
  if (setting === "off") return false;
  const answer = consentFor(consents, "", today).kind;
  return answer === "granted" || (setting === "unless_refused" && answer === "missing");
}

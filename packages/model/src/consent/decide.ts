import { DAY, type Instant, toIso } from "../base/index.ts";
import { type Consent, consentFor } from "./consent.ts";
import { localDate, quietUntil, type QuietHours } from "./quiet.ts";

/** Why nothing may go to an address. */
export const SUPPRESSION_REASONS = ["hard_bounce", "complaint", "unsubscribed", "erased", "manual"] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

export interface GateSettings {
  readonly requireConsent: boolean;
  /** Most marketing messages per channel in so many days; null: no cap. */
  readonly cap: { readonly messages: number; readonly days: number } | null;
  readonly quietHours: QuietHours | null;
}

/** All the gate knows of one send at one instant; complete, so that a decision can be read again later. */
export interface GateFacts {
  readonly now: Instant;
  readonly class: "marketing" | "transactional";
  readonly topic: string;
  readonly suppression: { readonly reason: SuppressionReason; readonly at: Instant } | null;
  /** On the send's channel. */
  readonly consents: readonly Consent[];
  /** When marketing went to the contact on this channel, newest first, within the cap's days and at most `cap.messages` of them. */
  readonly recent: readonly Instant[];
  /** The contact's time zone, else the workspace's. */
  readonly zone: string;
  readonly settings: GateSettings;
}

export type Verdict =
  | { readonly kind: "send" }
  | { readonly kind: "hold"; readonly until: Instant; readonly reason: string }
  | { readonly kind: "skip"; readonly reason: string };

/** One check that was asked, its result and the facts it was decided by. */
export interface Check {
  readonly check: "suppression" | "consent" | "cap" | "quiet_hours";
  readonly result: "pass" | "hold" | "skip" | "not_asked";
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Decision {
  readonly verdict: Verdict;
  /** In the order asked; the first that is not a pass decides. */
  readonly checks: readonly Check[];
}

/**
 * Whether one message may leave now. Order: suppression → consent → frequency cap → quiet hours (DESIGN §6).
 * Suppression and consent skip for good, the others hold until they would pass. A message that answers the contact's own act
 * (transactional) asks neither consent, nor caps, nor hours, and stops only at addresses that cannot or must not get anything:
 * who unsubscribed from marketing still gets receipts.
 */
export function decide(facts: GateFacts): Decision {
  const checks: Check[] = [];
  for (const ask of [askSuppression, askConsent, askCap, askQuietHours]) {
    const { check, verdict } = ask(facts);
    checks.push(check);
    if (verdict) return { verdict, checks };
  }
  return { verdict: { kind: "send" }, checks };
}

type Answer = { readonly check: Check; readonly verdict: Verdict | null };

function askSuppression({ suppression, class: of }: GateFacts): Answer {
  const stops = suppression !== null && (of === "marketing" || suppression.reason !== "unsubscribed");
  const about = suppression ? { suppressed: suppression.reason, since: toIso(suppression.at) } : { suppressed: null };
  return stops ? skip("suppression", `suppressed.${suppression.reason}`, about) : pass("suppression", about);
}

function askConsent({ consents, topic, class: of, zone, now, settings }: GateFacts): Answer {
  if (of === "transactional") return notAsked("consent", { class: of });
  const today = localDate(zone, now);
  const answer = consentFor(consents, topic, today);
  const by = answer.kind === "missing" ? {} : { basis: answer.by.basis, about: answer.by.topic, since: toIso(answer.by.changedAt), expiresOn: answer.by.expiresOn };
  const about = { consent: answer.kind, topic, required: settings.requireConsent, day: today, ...by };
  if (answer.kind === "granted" || (answer.kind === "missing" && !settings.requireConsent)) return pass("consent", about);
  return skip("consent", `consent.${answer.kind}`, about);
}

function askCap({ settings: { cap }, recent, class: of, now }: GateFacts): Answer {
  if (of === "transactional" || !cap) return notAsked("cap", of === "transactional" ? { class: of } : { cap: null });
  const within = recent.filter((at) => at > now - cap.days * DAY);
  const about = { sent: within.length, most: cap.messages, days: cap.days };
  if (within.length < cap.messages) return pass("cap", about);
  // Free again when the oldest of the newest `messages` is as old as the window.
  const until = within[cap.messages - 1]! + cap.days * DAY;
  return hold("cap", "cap.reached", until, about);
}

function askQuietHours({ settings: { quietHours }, zone, class: of, now }: GateFacts): Answer {
  if (of === "transactional" || !quietHours) return notAsked("quiet_hours", of === "transactional" ? { class: of } : { quietHours: null });
  const until = quietUntil(quietHours, zone, now);
  const about = { ...quietHours, zone };
  return until === null ? pass("quiet_hours", about) : hold("quiet_hours", "quiet_hours", until, about);
}

type Name = Check["check"];
type Facts = Check["facts"];
const pass = (check: Name, facts: Facts): Answer => ({ check: { check, result: "pass", facts }, verdict: null });
const notAsked = (check: Name, facts: Facts): Answer => ({ check: { check, result: "not_asked", facts }, verdict: null });
const skip = (check: Name, reason: string, facts: Facts): Answer => ({ check: { check, result: "skip", facts }, verdict: { kind: "skip", reason } });
const hold = (check: Name, reason: string, until: Instant, facts: Facts): Answer => ({ check: { check, result: "hold", facts: { ...facts, until: toIso(until) } }, verdict: { kind: "hold", until, reason } });

import type { Id, Instant, TimeZone } from "../base/index.ts";
import type { Place } from "../calendar/index.ts";
import type { Consent, SuppressionReason } from "../consent/index.ts";
import type { ArbiterSettings } from "./settings.ts";

/** A marketing message that left for the contact, is on its way, or may have left. */
export interface LeftSend {
  readonly at: Instant;
  readonly channel: string;
  readonly topic: string;
  readonly tags: readonly string[];
}

/** A marketing message to the contact that is planned and has not left. */
export interface OpenSend {
  readonly id: Id;
  readonly channel: string;
  readonly journey: Id | null;
  readonly priority: number;
  readonly dueAt: Instant;
}

/** A run of the same contact in another journey of the same exclusion group that goes first. */
export interface Rival {
  readonly journey: Id;
  readonly name: string;
  readonly priority: number;
  readonly enteredAt: Instant;
}

/** What the journey of a send says when asked again. */
export interface JourneyWord {
  /** An exit rule ended the run, or its event came after the last step. */
  readonly left: { readonly event: string | null; readonly at: Instant } | null;
  /** Null: not to be asked again. */
  readonly filter: boolean | null;
  /** Null: not to be asked again, or it tells of no product. */
  readonly products: {
    readonly gone: readonly string[];
    readonly dearer: readonly { readonly product: string; readonly told: number; readonly now: number }[];
    readonly asked: number;
  } | null;
  /** The code it tells of, when that is no longer good. */
  readonly coupon?: { readonly code: string; readonly expiredAt: Instant } | null;
  /** Those that go first; empty: none. */
  readonly rivals: readonly Rival[];
}

/** Local hours (0 to 23) at which people clicked or ordered. */
export interface Habits {
  /** The contact's own acts, newest first. */
  readonly own: readonly number[];
  /** How many acts of everyone in the workspace fell into each hour; 24 numbers. */
  readonly everyone: readonly number[];
}

/** All the gate knows of one send at one instant; complete, so that a decision can be read, and made, again later. */
export interface GateFacts {
  readonly now: Instant;
  readonly send: Id;
  readonly contact: Id;
  readonly journey: Id | null;
  readonly channel: string;
  readonly class: "marketing" | "transactional";
  readonly topic: string;
  readonly tags: readonly string[];
  readonly priority: number;
  readonly group: string | null;
  readonly atOnce: boolean;
  readonly createdAt: Instant;
  readonly patienceUntil: Instant;
  readonly suppression: { readonly reason: SuppressionReason; readonly at: Instant } | null;
  /** On the send's channel. */
  readonly consents: readonly Consent[];
  /** Null: no journey to ask. */
  readonly word: JourneyWord | null;
  /** Within the longest cap, newest first, on every channel. */
  readonly left: readonly LeftSend[];
  readonly open: readonly OpenSend[];
  readonly zone: TimeZone;
  readonly place: Place;
  readonly store: string | null;
  /** Null: best hours are off, or not for this send. */
  readonly habits: Habits | null;
  readonly settings: ArbiterSettings;
}

export const CHECKS = [
  "suppression",
  "consent",
  "holdout",
  "journey",
  "products",
  "exclusion",
  "priority",
  "cap",
  "quiet_hours",
  "sms_hours",
  "day",
  "best_time",
] as const;

export type Verdict =
  | { readonly kind: "send" }
  | { readonly kind: "hold"; readonly until: Instant; readonly reason: string }
  | { readonly kind: "skip"; readonly reason: string };

/** One check that was asked, its result and the facts it was decided by. */
export interface Check {
  readonly check: (typeof CHECKS)[number];
  readonly result: "pass" | "hold" | "skip" | "not_asked";
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface Decision {
  readonly verdict: Verdict;
  /** In the order asked; the first that is not a pass decides. */
  readonly checks: readonly Check[];
}

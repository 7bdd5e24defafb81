import type { Id, Instant, LocalDate, TimeZone } from "../base/index.ts";
import type { MessageHappening } from "./rule.ts";
import type { PredictionField, RfmPart } from "./value.ts";

/** Everything a rule can ask about one contact. */
export interface ContactFacts {
  readonly id: Id;
  /** Typed columns by name (days and instants as ISO text), null when unset. */
  readonly columns: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** When each attribute last took another value. */
  readonly changed: Readonly<Record<string, Instant>>;
  /** Groups and segments they are in, with the moment they came in. */
  readonly groups: ReadonlyMap<Id, Instant>;
  readonly segments: ReadonlyMap<Id, Instant>;
  readonly consents: readonly FactConsent[];
  readonly events: readonly FactEvent[];
  /** What happened with messages, once per happening. */
  readonly messages: readonly FactMessage[];
  /** RFM parts and predictions by name (`nextOn` as ISO text of its midnight); absent or null for who has none. */
  readonly value?: Readonly<Partial<Record<RfmPart | PredictionField, unknown>>> | null;
  /** Objects they have now; absent where no rule asks. */
  readonly objects?: readonly FactObject[];
  /** Answers of queries that name them; absent where no rule asks. */
  readonly answers?: ReadonlySet<Id>;
  readonly place: Place;
}

/** What is the same for everyone of a workspace. */
export interface Place {
  readonly zone: TimeZone;
  /** Zones of contacts that can be counted in; another zone counts as none. */
  readonly zones: ReadonlySet<TimeZone>;
  /** Where stores are; those without coordinates are left out. */
  readonly stores: ReadonlyMap<Id, { readonly latitude: number; readonly longitude: number }>;
}

export interface FactConsent {
  readonly channel: string;
  readonly topic: string;
  readonly state: "granted" | "withdrawn" | "objected";
  readonly expiresOn: LocalDate | null;
  readonly changedAt: Instant;
}

export interface FactEvent {
  readonly id: Id;
  readonly name: string;
  readonly at: Instant;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface FactObject {
  /** Key of the type. */
  readonly type: string;
  readonly externalId: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface FactMessage {
  readonly send: Id;
  readonly what: MessageHappening;
  readonly at: Instant;
  readonly machine: boolean;
  readonly channel: string;
  readonly journey: Id | null;
  readonly template: Id;
  readonly url: string | null;
}

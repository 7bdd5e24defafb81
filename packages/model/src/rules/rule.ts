import type { Id, Instant, LocalDate } from "../base/index.ts";
import type { PredictionField, RfmPart } from "./value.ts";
import type { ExactSpan, Span } from "../time/index.ts";

/**
 * A question about (contact, instant) that is true or false. One language for segments, branches, filters and exit conditions.
 * Stored as `{ version: 1, root }`; refers to segments and groups by id.
 */
export type Rule =
  | { readonly kind: "all"; readonly of: readonly Rule[] }
  | { readonly kind: "any"; readonly of: readonly Rule[] }
  | { readonly kind: "none"; readonly of: readonly Rule[] }
  | AttributeRule
  | EventRule
  | SequenceRule
  | MessageRule
  | AffinityRule
  | DistanceRule
  | SampleRule
  | ObjectRule
  | RfmRule
  | PredictionRule
  | SqlRule
  /** `when`: when they were put into the group. */
  | { readonly kind: "group"; readonly group: Id; readonly member: boolean; readonly when?: Window | undefined }
  /** `when`: when they entered; "for at least n days" is the window `ago`. */
  | { readonly kind: "segment"; readonly segment: Id; readonly member: boolean; readonly when?: Window | undefined }
  | ConsentRule;

export type Channel = "email" | "sms" | "push";

/** `attribute` is a typed column (`country`, `birth_date`…) or `attributes.<name>` for the workspace's own. */
export type AttributeRule = {
  readonly kind: "attribute";
  readonly attribute: string;
  readonly is: Comparison;
  /** When the attribute last took another value: "has been so for at least n days" is the window `ago`. */
  readonly when?: Window | undefined;
};

/** What a contact agreed to, as the gate before every send reads it (`consentFor`). */
export type ConsentRule = {
  readonly kind: "consent";
  readonly channel: Channel;
  readonly topic: string;
  readonly granted: boolean;
  /** With `granted: false`: why not. */
  readonly reason?: ConsentReason | undefined;
  /** When the word that decides was said; a contact who never said one has none. */
  readonly when?: Window | undefined;
};
export const CONSENT_REASONS = ["missing", "withdrawn", "objected", "expired"] as const;
export type ConsentReason = (typeof CONSENT_REASONS)[number];

/** An event with what it must be like. */
export type EventPattern = { readonly event: string; readonly where: readonly PropertyFilter[] };
/** A step of a sequence, counted from the last step before it that happened. */
export type SequenceStep = EventPattern & { readonly within: ExactSpan; readonly happened: boolean };

/**
 * Did `first` in `window`, then each of `steps` in order, each later than the one before and not later than `within` after it. A step
 * that must not have happened counts from the same moment: at the end it is true once `within` has passed without it; before another step
 * it must not have happened before that one.
 */
export type SequenceRule = {
  readonly kind: "sequence";
  readonly first: EventPattern;
  readonly window: Window;
  readonly steps: readonly SequenceStep[];
};

export const MESSAGE_HAPPENINGS = ["sent", "delivered", "opened", "clicked", "bounced", "complained", "unsubscribed"] as const;
export type MessageHappening = (typeof MESSAGE_HAPPENINGS)[number];
/**
 * How many messages something happened with in `window`: a message opened five times counts once. `by` matters to opens and clicks: people
 * (the default everywhere), machines (scanners and privacy proxies), or both. `link`: the address contains this text; '' for any.
 */
export type MessageRule = {
  readonly kind: "message";
  readonly what: MessageHappening;
  readonly channel: Channel | null;
  readonly journey: Id | null;
  readonly template: Id | null;
  readonly link: string;
  readonly by: "human" | "machine" | "any";
  readonly window: Window;
  readonly is: Comparison;
};

/**
 * How much of what they did was about one value: of all values that `property` of those events leads to (through lists, so `products.brand`
 * counts each line), at least `share` percent are `value`; or `value` is among the `top` most frequent (of equals the latest, then the
 * alphabet). At least `least` values are needed to say anything.
 */
export type AffinityRule = EventPattern & {
  readonly kind: "affinity";
  readonly window: Window;
  readonly property: string;
  readonly value: string | number | boolean;
  readonly by: { readonly share: number } | { readonly top: number };
  readonly least: number;
};

/** Whether they live within (or beyond) so many kilometres, as the crow flies; who has no coordinates lives nowhere. `store: null` is their own store. */
export type DistanceRule = {
  readonly kind: "distance";
  readonly to: { readonly latitude: number; readonly longitude: number } | { readonly store: Id | null };
  readonly km: number;
  readonly within: boolean;
};

/**
 * Whom a query named when it was last run: the answer is kept under an id, and a refresh is a rule with another one. Stands alone, and in
 * segments only; any other rule mentions the segment.
 */
export type SqlRule = { readonly kind: "sql"; readonly query: string; readonly answer: Id };

/**
 * How many objects of a type they have now (subscriptions, cards…) that fulfil every filter. `property` is a field of the type, or `id`.
 * `object` is the type's key.
 */
export type ObjectRule = {
  readonly kind: "object";
  readonly object: string;
  readonly where: readonly PropertyFilter[];
  readonly is: Comparison;
};

/** `group` is the name of an RFM group (`champions`…); the others compare scores; `worth` is the mean of frequency and amount, halves up. */
export type RfmRule = { readonly kind: "rfm"; readonly part: RfmPart; readonly is: Comparison };
/** `nextOn` is a day, the others are numbers. Unset while there is too little data, and for who never ordered. */
export type PredictionRule = { readonly kind: "prediction"; readonly field: PredictionField; readonly is: Comparison };

/** The same `percent` of all contacts each time; another `seed` draws others. */
export type SampleRule = { readonly kind: "sample"; readonly percent: number; readonly seed: string };

/**
 * A measure over the contact's events named `event` that match all of `where` and fall in `window`.
 * `count` counts them; `sum`, `avg`, `min`, `max` read a number; `distinct` counts different values; `first` and `last` compare the moment
 * of the first or last one, or a property of it when `property` is given.
 */
export type EventRule = {
  readonly kind: "event";
  readonly event: string;
  readonly where: readonly PropertyFilter[];
  readonly window: Window;
  readonly measure:
    | { readonly of: "count" }
    | { readonly of: "sum" | "avg" | "min" | "max" | "distinct"; readonly property: string }
    | { readonly of: "first"; readonly property: string | null }
    | { readonly of: "last"; readonly property: string | null };
  readonly is: Comparison;
};

/**
 * `property` is `amount`, `currency`, or a path inside the event's properties such as `cart_id`, `address.city` or, through a list,
 * `products.category`: the filter then holds when it does for one of the values found (and "is not" when it does for none).
 */
export type PropertyFilter = { readonly property: string; readonly is: Comparison };

export type Comparison =
  | { readonly op: "set" | "unset" }
  | { readonly op: "eq" | "ne"; readonly value: string | number | boolean }
  | { readonly op: "in" | "not_in"; readonly values: readonly (string | number)[] }
  | { readonly op: "contains" | "not_contains" | "starts_with" | "ends_with"; readonly value: string }
  | { readonly op: "gt" | "gte" | "lt" | "lte"; readonly value: number }
  | { readonly op: "between"; readonly from: number; readonly to: number }
  /** Moments and dates. A span back from (or on from) the subject's instant, or fixed. */
  | { readonly op: "within_last" | "not_within_last" | "within_next"; readonly span: Span }
  | { readonly op: "before" | "after"; readonly at: LocalDate | string }
  /** At least `least` ago (ahead) and, unless `most` is null, less than `most` ago (not more than `most` ahead). */
  | { readonly op: "ago" | "ahead"; readonly least: Span; readonly most: Span | null }
  /** In the calendar period that lies `back` before the present one: 0 is today or this week, 1 the last, −1 the next. */
  | { readonly op: "calendar"; readonly unit: CalendarUnit; readonly back: number; readonly zone: ZoneChoice }
  /** An anniversary of the date falls from `from` to `to` days after today; negative is past. The day itself is none. */
  | { readonly op: "anniversary"; readonly from: number; readonly to: number; readonly zone: ZoneChoice }
  /** The date's month, of whatever year: 1 to 12, or the present one and its neighbours. */
  | { readonly op: "month"; readonly month: number | "last" | "this" | "next"; readonly zone: ZoneChoice }
  /** A pattern for the whole text: `*` stands for anything. */
  | { readonly op: "like"; readonly value: string }
  /** How many elements a list has. */
  | { readonly op: "size"; readonly from: number; readonly to: number };

export const CALENDAR_UNITS = ["day", "week", "month", "quarter", "year"] as const;
/** Weeks begin on Monday. */
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];
/** In whose time zone days begin: the contact's (the workspace's for who has none) or the workspace's. */
export type ZoneChoice = "workspace" | "contact";

export type { Span };

export type Window =
  | { readonly kind: "ever" }
  | { readonly kind: "last"; readonly span: Span }
  /** With a zone, dates are whole days there; without one they are midnights UTC (rules written before zones were asked for). */
  | { readonly kind: "since"; readonly at: string; readonly zone?: ZoneChoice | undefined }
  | { readonly kind: "between"; readonly from: string; readonly to: string; readonly zone?: ZoneChoice | undefined }
  /** At least `least` ago and, unless `most` is null, less than `most` ago. */
  | { readonly kind: "ago"; readonly least: Span; readonly most: Span | null }
  /** The period `back` before the present one, up to now: 0 is today, this week…; 1 yesterday, last week… */
  | { readonly kind: "calendar"; readonly unit: CalendarUnit; readonly back: number; readonly zone: ZoneChoice }
  /** Since the run of the journey in which the rule is asked began; not allowed in segments. */
  | { readonly kind: "since_entry" };

export type StoredRule = { readonly version: 1; readonly root: Rule };

/** One contact at one instant: what a rule is asked about. `entryAt` is the start of the run, inside journeys. */
export type Subject = { readonly contact: Id; readonly at: Instant; readonly entryAt?: Instant };

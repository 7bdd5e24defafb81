import type { Id, Instant, LocalDate } from "../base/index.ts";
import type { PredictionRule, RfmRule } from "./value.ts";
import type { Span } from "../time/index.ts";

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
  | RfmRule
  | PredictionRule
  | { readonly kind: "group"; readonly group: Id; readonly member: boolean }
  | { readonly kind: "segment"; readonly segment: Id; readonly member: boolean }
  | { readonly kind: "consent"; readonly channel: Channel; readonly topic: string; readonly granted: boolean };

export type Channel = "email" | "sms" | "push";

/** `attribute` is a typed column (`country`, `birth_date`…) or `attributes.<name>` for the workspace's own. */
export type AttributeRule = { readonly kind: "attribute"; readonly attribute: string; readonly is: Comparison };

/**
 * A measure over the contact's events named `event` that match all of `where` and fall in `window`.
 * `count` counts them; `sum`, `avg`, `min`, `max` read a number; `first` and `last` compare the moment of the first or last one,
 * or a property of it when `property` is given.
 */
export type EventRule = {
  readonly kind: "event";
  readonly event: string;
  readonly where: readonly PropertyFilter[];
  readonly window: Window;
  readonly measure:
    | { readonly of: "count" }
    | { readonly of: "sum" | "avg" | "min" | "max"; readonly property: string }
    | { readonly of: "first"; readonly property: string | null }
    | { readonly of: "last"; readonly property: string | null };
  readonly is: Comparison;
};

/** `property` is `amount`, `currency`, or a path inside the event's properties such as `cart_id` or `address.city`. */
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
  | { readonly op: "before" | "after"; readonly at: LocalDate | string };

export type { Span };

export type Window =
  | { readonly kind: "ever" }
  | { readonly kind: "last"; readonly span: Span }
  | { readonly kind: "since"; readonly at: string }
  | { readonly kind: "between"; readonly from: string; readonly to: string }
  /** Since the run of the journey in which the rule is asked began; not allowed in segments. */
  | { readonly kind: "since_entry" };

export type StoredRule = { readonly version: 1; readonly root: Rule };

/** One contact at one instant: what a rule is asked about. `entryAt` is the start of the run, inside journeys. */
export type Subject = { readonly contact: Id; readonly at: Instant; readonly entryAt?: Instant };

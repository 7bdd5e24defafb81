import type { Id, Instant } from "../base/index.ts";

/**
 * News about one contact, written to the inbox in the transaction that made it true and taken by the engine in order.
 * Lower domains write facts; higher domains listen (the table in `apps/server/src/worker.ts`). A fact carries ids and names,
 * never the whole thing: listeners load what they need for the batch with one statement.
 */
export type Fact = {
  readonly id: Id;
  readonly workspace: Id;
  readonly contact: Id;
  /** When it happened (an event's own time), which may be before it was recorded. */
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
} & FactNews;

export type FactNews =
  /** A behavioural event was stored. `live` is false for imported history: it counts in rules and starts nothing. */
  | { readonly kind: "event"; readonly data: { readonly event: Id; readonly name: string; readonly live: boolean } }
  /** Typed columns (`email`, `birth_date`…) or `attributes.<name>` that changed. */
  | { readonly kind: "contact.changed"; readonly data: { readonly attributes: readonly string[]; readonly created: boolean } }
  /** `loser` was folded into this contact; its rows already moved here. Told once more to the loser itself, who is no more. */
  | { readonly kind: "contact.merged"; readonly data: { readonly loser: Id } }
  /** A merge was taken back: `contact` left `from`, its rows with it. Told to both. `goesOn`: where runs that the merge had ended, and that were counted so, wait again. */
  | {
      readonly kind: "contact.separated";
      readonly data: {
        readonly contact: Id;
        readonly from: Id;
        readonly goesOn: readonly { readonly journey: Id; readonly version: number; readonly step: string }[];
      };
    }
  /** The person was erased: the contact and what it owned are no more; who counts it hears of it. `joined`: contacts once folded into it; `keys`: its identifiers as keyed hashes. */
  | {
      readonly kind: "contact.erased";
      readonly data: {
        readonly reason: string;
        readonly joined: readonly Id[];
        readonly keys: readonly { readonly kind: string; readonly hash: string }[];
      };
    }
  | { readonly kind: "group.joined" | "group.left"; readonly data: { readonly group: Id } }
  | {
      readonly kind: "segment.entered" | "segment.left";
      readonly data: { readonly segment: Id; readonly cause: "event" | "change" | "time" | "build" };
    }
  | {
      readonly kind: "consent.changed";
      readonly data: { readonly channel: string; readonly topic: string; readonly state: "granted" | "withdrawn" | "objected" };
    }
  /** Numbers kept of the contact that a refresh moved, by their names in rules (`alive`, `value365`, `rfm`…); only those some segment mentions. */
  | { readonly kind: "prediction.changed"; readonly data: { readonly fields: readonly string[] } }
  /** A person or a program asked that this contact start in a journey. */
  | { readonly kind: "journey.asked"; readonly data: { readonly journey: Id } }
  /** A run of a journey ended; told only where another journey starts by it. `goal`: it reached its goal. */
  | {
      readonly kind: "run.ended";
      readonly data: { readonly journey: Id; readonly run: Id; readonly how: "completed" | "left" | "failed"; readonly goal: boolean };
    }
  /** A send of the ledger reached a final or accepted state. */
  | { readonly kind: "send.changed"; readonly data: { readonly send: Id; readonly run: Id | null; readonly state: string } }
  /** The recipient did something with a message; `machine` marks scanners and privacy proxies. */
  | {
      readonly kind: "engaged";
      readonly data: {
        readonly send: Id;
        readonly run: Id | null;
        readonly what: "delivered" | "bounced" | "complained" | "opened" | "clicked" | "unsubscribed";
        readonly machine: boolean;
      };
    };

export type FactKind = FactNews["kind"];

export const FACT_KINDS = [
  "event",
  "contact.changed",
  "contact.merged",
  "contact.separated",
  "contact.erased",
  "group.joined",
  "group.left",
  "segment.entered",
  "segment.left",
  "consent.changed",
  "prediction.changed",
  "journey.asked",
  "run.ended",
  "send.changed",
  "engaged",
] as const satisfies readonly FactKind[];

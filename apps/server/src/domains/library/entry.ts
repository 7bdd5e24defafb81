import type { Id, Language, Words } from "@relance/model/base";
import type { Graph } from "@relance/model/journeys";
import type { Content } from "@relance/model/messages";
import type { Need as DataNeed } from "@relance/model/readiness";
import type { Rule } from "@relance/model/rules";

/** What a ready-made journey needs of a workspace's data, beside what its flow and texts show by themselves. */
export type Need = Extract<DataNeed, { readonly of: "event" | "attribute" | "website" | "catalogue" | "stores" | "coupons" }>;

export interface EntryMessage {
  /** Names the message in the graph. */
  readonly key: string;
  readonly channel: "email" | "sms";
  readonly names: Words;
  /** Every language; the workspace's own becomes the fallback. */
  readonly variants: Content["variants"];
}

interface EntrySegment {
  readonly key: string;
  readonly names: Words;
  readonly descriptions: Words;
  readonly rule: Rule;
}

/** Ids of what a draft was given, by the keys of the entry. */
export interface Given {
  readonly language: Language;
  readonly message: (key: string) => Id;
  readonly segment: (key: string) => Id;
  /** The workspace's pool of codes; null: it has none, and the draft says so. */
  readonly pool: Id | null;
}

/** A journey ready to be made one's own: what it is for, what it needs, what it says, how it goes. */
export interface Entry {
  readonly key: string;
  readonly theme: "welcome" | "cart" | "after" | "dates" | "loyalty" | "return" | "signals";
  readonly names: Words;
  /** What it is for, in a sentence or two. */
  readonly purposes: Words;
  /** When what leaves, in a line. */
  readonly timings: Words;
  readonly needs: readonly Need[];
  readonly effect: Effect;
  readonly segments: readonly EntrySegment[];
  readonly messages: readonly EntryMessage[];
  readonly graph: (given: Given) => Graph;
}

/** What others saw, with where it is written; never a promise. */
export interface Effect {
  readonly texts: Words;
  readonly source: { readonly name: string; readonly url: string; readonly year: number } | null;
}

import type { Id, Instant } from "../base/index.ts";

/**
 * What a journey needs of a workspace's data. `essential: false`: without it a message is only less personal, or a branch takes its last
 * way; with it missing nobody is reached at all.
 */
export type Need =
  /** Events of this name, or of one in `or`, arrive; `within`: days after which silence means that they no longer do. */
  | {
      readonly of: "event";
      readonly event: string;
      readonly or?: readonly string[];
      readonly within?: number;
      readonly essential?: boolean;
    }
  /** A column of contacts, or `attributes.<name>`. */
  | { readonly of: "attribute"; readonly attribute: string; readonly essential?: boolean }
  /** Contacts agreed to this channel. */
  | { readonly of: "consent"; readonly channel: string; readonly essential?: boolean }
  /** The address of the shop's site, where buttons lead. */
  | { readonly of: "website"; readonly essential?: boolean }
  | { readonly of: "catalogue" | "stores" | "coupons"; readonly essential?: boolean }
  /** A template that is chosen and published; null: none is chosen. */
  | { readonly of: "template"; readonly template: Id | null; readonly essential?: boolean };

export type NeedOf = Need["of"];

/** The name of what is needed, for ever the same: `attribute birth_date`. */
export function needKey(need: Need): string {
  switch (need.of) {
    case "event":
      return `event ${need.event}`;
    case "attribute":
      return `attribute ${need.attribute}`;
    case "consent":
      return `consent ${need.channel}`;
    case "template":
      return `template ${need.template ?? ""}`;
    default:
      return need.of;
  }
}

/** Each need once; essential where any says so. */
export function distinctNeeds(needs: readonly Need[]): Need[] {
  const found = new Map<string, Need>();
  for (const need of needs) {
    const key = needKey(need);
    const known = found.get(key);
    if (!known || (known.essential === false && need.essential !== false)) found.set(key, need);
  }
  return [...found.keys()].sort().map((key) => found.get(key)!);
}

/** People who are alike in what is known of them: `fields` are those filled and credible (`email`, `consent:email`, `attributes.plan`). */
export interface Alike {
  readonly store: string;
  readonly language: string;
  readonly fields: ReadonlySet<string>;
  readonly n: number;
}

/** What there is in a workspace, for judging needs. */
export interface Holdings {
  readonly people: readonly Alike[];
  /** When each event was last seen. */
  readonly events: ReadonlyMap<string, Instant>;
  /** When each field was last heard. */
  readonly heard: ReadonlyMap<string, Instant>;
  readonly website: boolean;
  readonly catalogue: boolean;
  readonly stores: boolean;
  readonly coupons: boolean;
  /** Published templates. */
  readonly templates: ReadonlySet<Id>;
}

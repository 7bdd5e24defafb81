import { z } from "zod";
import { DAY, type Instant } from "../base/index.ts";
import { plus, type Span } from "../time/index.ts";

/** How a journey's messages stand beside those of others when several ask for the same person's attention. */
export interface Attention {
  /** 0 to 100; of two messages to one person the higher goes first. */
  readonly priority: number;
  /** Journeys with the same group exclude each other: a person hears from one of them at a time. Null: excludes none. */
  readonly group: string | null;
  /** What frequency caps may count by. */
  readonly tags: readonly string[];
  /** How long a message may be held before it is skipped; a step may say otherwise. */
  readonly patience: Span;
  /** Does not wait for a person's best hour. */
  readonly atOnce: boolean;
  /** Asked again when the message is about to leave. */
  readonly recheck: {
    /** Whether the journey's filter is still true. */
    readonly filter: boolean;
    /** Whether the products it tells of are still to be had, at no higher a price. */
    readonly products: boolean;
  };
}

export const USUAL_ATTENTION: Attention = {
  priority: 50,
  group: null,
  tags: [],
  patience: { n: 3, unit: "day" },
  atOnce: false,
  recheck: { filter: false, products: false },
};

/** No message waits longer than this, whatever a journey says: the gate's look at the ledger need not go further back. */
export const LONGEST_PATIENCE = 30 * DAY;

const word = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, "must be lower-case letters, digits, - and _");
export const patience: z.ZodType<Span> = z
  .strictObject({ n: z.number().int().min(1).max(43_200), unit: z.enum(["minute", "hour", "day", "week"]) })
  .refine(({ n, unit }) => n <= { minute: 43_200, hour: 720, day: 30, week: 4 }[unit], "must be at most 30 days");
export const attention: z.ZodType<Attention> = z.strictObject({
  priority: z.number().int().min(0).max(100).default(50),
  group: word.nullable().default(null),
  tags: z.array(word).max(10).default([]),
  patience: patience.default({ n: 3, unit: "day" }),
  atOnce: z.boolean().default(false),
  recheck: z.strictObject({ filter: z.boolean().default(false), products: z.boolean().default(false) }).prefault({}),
}) as unknown as z.ZodType<Attention>;

/** Where a journey says it; absent: the usual. */
interface Settings {
  readonly attention?: Attention | undefined;
}

/** A journey's attention, complete: what was never said is the usual. */
export function attentionOf(settings: Settings): Attention {
  return settings.attention ?? USUAL_ATTENTION;
}

/** Until when a message planned now may be held. */
export function patienceEnd(now: Instant, settings: Settings, step: { readonly patience?: Span | undefined } | undefined): Instant {
  return Math.min(plus(now, step?.patience ?? attentionOf(settings).patience), now + LONGEST_PATIENCE);
}

import type { StepId } from "../journeys/index.ts";
import { map, say, text, type FlowNames, type Json, type Made } from "../flows/place.ts";

/** What an action is made in: its flow, and how its steps are called. */
export interface Setting {
  readonly names: FlowNames;
  /** The metric that triggers the flow, where one does. */
  readonly metric: string | null;
  /** The attribute of a date trigger. */
  readonly date: string | null;
  readonly flow: string;
  /** A new step id of this action. */
  id(): StepId;
}

export const ID_BASE = { name: "", exits: {} } as const;
export const linkOf = (action: Json): string | null => text(map(action["links"])["next"]) || null;
/** Left out: what led to it leads to where it led. */
export const leftOut = (action: Json, verdict: Made["verdict"], en: string, fr: string): Made => ({
  verdict,
  message: say(en, fr),
  steps: [],
  exits: { next: linkOf(action) },
});

import type { Instant, LocalDate, Words } from "../../base/index.ts";
import type { FactEvent } from "../../rules/index.ts";
import type { GraphCatalogue, GraphNames, StepProblem } from "../steps/kind.ts";

/** What an event means to a start. `key` tells concurrent runs of a contact apart; '' where there is one at a time. */
export type StartNews =
  | { readonly do: "enter"; readonly key: string }
  /** Enter when the time comes, unless disarmed; arming again under the same key moves the time. */
  | { readonly do: "arm"; readonly key: string; readonly due: Instant | { readonly date: LocalDate; readonly days: number; readonly at: string } }
  /** `key` null: all of the contact's. */
  | { readonly do: "disarm"; readonly key: string | null };

/** One kind of start, whole: what it hears, what that means, what is wrong, what to say. */
export interface StartKind<S> {
  /** Names of the events it must be told of. */
  events(start: S): readonly string[];
  hear(start: S, event: FactEvent, now: Instant): readonly StartNews[];
  /** The keys an event carries by which it can be told which of this start's runs it is about; none when it carries none. */
  keysIn(start: S, event: FactEvent): readonly string[];
  problems(start: S, catalogue: GraphCatalogue): readonly (Omit<StepProblem, "step" | "path"> & { readonly field: string })[];
  describe(start: S, names: GraphNames): Words;
}

export const deaf = { events: () => [], hear: () => [], keysIn: () => [] };

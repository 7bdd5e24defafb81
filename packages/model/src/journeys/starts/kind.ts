import type { Instant, Words } from "../../base/index.ts";
import type { FactEvent } from "../../rules/index.ts";
import type { DayAround } from "../local.ts";
import type { GraphCatalogue, GraphNames, StepProblem } from "../steps/kind.ts";

/** What an event means to a start. `key` tells concurrent runs of a contact apart; '' where there is one at a time. */
export type StartNews =
  | {
      readonly do: "enter";
      readonly key: string;
      /** What messages may show beside the event's own properties. */ readonly with?: Readonly<Record<string, unknown>>;
    }
  /** Enter when the time comes, unless disarmed; arming again under the same key moves the time. */
  | { readonly do: "arm"; readonly key: string; readonly due: Instant | DayAround }
  /** `key` null: all of the contact's. */
  | { readonly do: "disarm"; readonly key: string | null };

/** A store with its place; degrees, north and east positive. */
export interface Place {
  readonly code: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** One kind of start, whole: what it hears, what that means, what is wrong, what to say. */
export interface StartKind<S> {
  /** Names of the events it must be told of. */
  events(start: S): readonly string[];
  /** @param places stores with coordinates; asked for by starts near a store only */
  hear(start: S, event: FactEvent, now: Instant, places?: readonly Place[]): readonly StartNews[];
  /** The keys an event carries by which it can be told which of this start's runs it is about; none when it carries none. */
  keysIn(start: S, event: FactEvent): readonly string[];
  problems(start: S, catalogue: GraphCatalogue): readonly (Omit<StepProblem, "step" | "path"> & { readonly field: string })[];
  describe(start: S, names: GraphNames): Words;
}

export const deaf = { events: () => [], hear: () => [], keysIn: () => [] };

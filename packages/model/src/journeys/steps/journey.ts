import { z } from "zod";
import type { Id } from "../../base/index.ts";
import { id, stepBase, type StepBase } from "../parts.ts";
import type { Kind } from "./kind.ts";

/** Asks that the contact start in another journey, whose own filter and re-entry rule decide; this run goes on. */
export type JourneyStep = StepBase & { readonly kind: "journey"; readonly journey: Id | null };
export const journeyShape = z.strictObject({ ...stepBase, kind: z.literal("journey"), journey: id.nullable() });

export const journey: Kind<JourneyStep> = {
  exits: () => ["next"],
  problems: (step, catalogue) =>
    step.journey !== null && catalogue.journeys.has(step.journey)
      ? []
      : [{ code: "missing_journey", message: { fr: "Choisissez le scénario où continuer.", en: "Choose the journey to go on in." } }],
  advance: (step) => ({
    kind: "go",
    exit: "next",
    effect: { kind: "journey", journey: step.journey! },
    reason: { why: "to_journey", journey: step.journey },
  }),
  describe(step, names) {
    const name = step.journey === null ? "?" : (names.journeys.get(step.journey) ?? "?");
    return { fr: `Vers «\u00a0${name}\u00a0»`, en: `To “${name}”` };
  },
};

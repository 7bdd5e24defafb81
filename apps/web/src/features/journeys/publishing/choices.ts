import type { previewPublish } from "@relance/contract/journeys";
import type { Output } from "@relance/contract/client";

export type What = "stay" | "move" | "retime" | "leave";
/** What becomes of one step, and who waits there: of a draft, or of a document that is still to be applied. */
export type StepDiff = Pick<
  Output<typeof previewPublish.response>["steps"][number],
  "step" | "kind" | "name" | "change" | "here" | "choices"
>;
/** What publishing would do, as the server foretells it. */
export type Preview = Output<typeof previewPublish.response>;
/** The steps of what publishing or applying would do. */
interface Steps {
  readonly steps: readonly StepDiff[];
}

/** What was chosen for people inside: for all of them at once, and for single steps. */
export interface Chosen {
  readonly all: What;
  readonly steps: Readonly<Record<string, { readonly what: What; readonly to?: string }>>;
}
export const NO_CHOICE: Chosen = { all: "stay", steps: {} };
export const WHATS: readonly What[] = ["stay", "move", "retime", "leave"];

/** Steps where something is to be decided. */
export const inhabited = (preview: Steps): readonly StepDiff[] => preview.steps.filter((one) => one.here > 0 && one.choices.length > 0);

/** What holds for one step: its own choice, else the one for all where it is offered and needs no destination, else they stay. */
export function choiceOf(step: StepDiff, chosen: Chosen): { readonly what: What; readonly to?: string } {
  const own = chosen.steps[step.step];
  if (own && step.choices.includes(own.what)) return own;
  if (!step.choices.includes(chosen.all) || (step.change === "removed" && needsPlace(chosen.all))) return { what: "stay" };
  return { what: chosen.all };
}

export const needsPlace = (what: What): boolean => what === "move" || what === "retime";

/** The body to publish with; null while people of a removed step have nowhere to go. */
export function asChoices(preview: Steps, chosen: Chosen): Record<string, { what: What; to?: string }> | null {
  const all: Record<string, { what: What; to?: string }> = {};
  for (const step of inhabited(preview)) {
    const one = choiceOf(step, chosen);
    if (one.what === "stay") continue;
    if (step.change === "removed" && needsPlace(one.what) && one.to === undefined) return null;
    all[step.step] = { what: one.what, ...(one.to !== undefined && needsPlace(one.what) && { to: one.to }) };
  }
  return all;
}

/** How many stay, move, are re-timed and leave. */
export function sums(preview: Steps, chosen: Chosen): Record<What, number> {
  const counted: Record<What, number> = { stay: 0, move: 0, retime: 0, leave: 0 };
  for (const step of inhabited(preview)) counted[choiceOf(step, chosen).what] += step.here;
  return counted;
}

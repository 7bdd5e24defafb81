import { coded } from "../../platform/errors.ts";

export const alreadyRunning = coded(
  "rehearsal.already_running",
  409,
  () => "A rehearsal is under way in this workspace. Wait for its end, or cancel it.",
);
export const nothingToRehearse = coded("rehearsal.has_problems", 422, () => "The draft has problems; put them right before rehearsing it.");
export const noLiveVersion = coded(
  "rehearsal.no_live_version",
  422,
  () => "This journey has never been published; there is no live version to compare with.",
);
export const notRunning = coded(
  "rehearsal.not_running",
  409,
  (input: { state: string }) => `This rehearsal is ${input.state}; there is nothing to cancel.`,
);

import { coded } from "../../platform/errors.ts";

export const draftChanged = coded("journey.draft_changed", 409, (input: { revision: number }) => `Someone saved this draft meanwhile; it is at revision ${input.revision}.`);
export const hasProblems = coded("journey.has_problems", 422, () => "The draft has problems; it cannot be published.");
export const notInState = coded("journey.wrong_state", 409, (input: { state: string; wanted: string }) => `This journey is ${input.state}; it must be ${input.wanted}.`);
export const unknownStep = coded("journey.unknown_step", 422, (input: { step: string }) => `There is no step ${input.step} for this choice.`);
export const notAFlow = coded("journey.not_a_flow", 422, () => "This is no flow definition: it must hold `triggers` and `actions`, as Klaviyo's API gives them with additional-fields[flow]=definition.");
export const flowTooMuch = coded("access.not_allowed", 403, (input: { scope: string }) => `Importing this flow needs the scope ${input.scope} too.`);

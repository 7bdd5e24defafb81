import { coded } from "../../platform/errors.ts";

export const draftChanged = coded(
  "journey.draft_changed",
  409,
  (input: { revision: number }) => `Someone saved this draft meanwhile; it is at revision ${input.revision}.`,
);
export const hasProblems = coded("journey.has_problems", 422, () => "The draft has problems; it cannot be published.");
export const notInState = coded(
  "journey.wrong_state",
  409,
  (input: { state: string; wanted: string }) => `This journey is ${input.state}; it must be ${input.wanted}.`,
);
export const unknownStep = coded(
  "journey.unknown_step",
  422,
  (input: { step: string }) => `There is no step ${input.step} for this choice.`,
);
export const notAFlow = coded(
  "journey.not_a_flow",
  422,
  () =>
    "This is no flow definition: it must hold `triggers` and `actions`, as Klaviyo's API gives them with additional-fields[flow]=definition.",
);
export const flowTooMuch = coded(
  "access.not_allowed",
  403,
  (input: { scope: string }) => `Importing this flow needs the scope ${input.scope} too.`,
);
export const needsReview = coded(
  "journey.needs_review",
  409,
  () =>
    "This workspace needs four eyes: ask for a review of the draft as it is now; an approver who did not ask for it approves, then it can be published.",
);
export const notYourComment = coded("comment.not_yours", 403, () => "Only who wrote a comment takes it back, or an administrator.");
export const commentAnswered = coded("comment.answered", 409, () => "This comment was answered: resolve the thread instead.");
export const tooManyComments = coded(
  "comment.too_many",
  409,
  (input: { most: number }) => `This journey holds ${input.most} comments, which is as many as it can.`,
);
export const noReview = coded("journey.no_review", 409, () => "No review of this draft is open; ask for one first.");
export const ownReview = coded(
  "journey.own_review",
  409,
  () => "This workspace needs four eyes: another person than the one who asked approves.",
);
export const notOverriding = coded(
  "journey.not_overriding",
  403,
  () => "Only an administrator, signed in, publishes without the approval that this workspace needs.",
);

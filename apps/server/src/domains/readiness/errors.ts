import { coded } from "../../platform/errors.ts";

export const nothingToFix = coded(
  "readiness.nothing_to_fix",
  422,
  (input: { code: string }) => `Nothing is proposed for ${input.code} any more.`,
);
export const fixNotFound = coded("readiness.fix_not_found", 404, (input: { id: string }) => `No fix ${input.id} in this workspace.`);
export const fixNotNow = coded("readiness.fix_not_now", 409, () => "A fix can be stopped while it runs, and taken back once it has ended.");
export const findingNotFound = coded("readiness.finding_not_found", 404, () => "This contact has no such problem any more.");
export const nothingToDraw = coded(
  "readiness.nothing_to_draw",
  422,
  (input: { subject: string }) => `There are no ${input.subject} to draw from yet.`,
);
export const sampleNotFound = coded(
  "readiness.sample_not_found",
  404,
  (input: { id: string }) => `No sample ${input.id}, or no such record in it.`,
);
export const fieldNotAsked = coded(
  "readiness.field_not_asked",
  422,
  (input: { field: string }) => `This sample does not ask about ${input.field}.`,
);

import { coded } from "../../platform/errors.ts";

export const audienceNotFound = coded("audience.not_found", 404, (input: { id: string }) => `No audience ${input.id}.`);
export const sourceNotFound = coded(
  "audience.source_not_found",
  422,
  (input: { source: string }) => `There is no such ${input.source} in this workspace.`,
);
export const consentNeeded = coded(
  "audience.consent_needed",
  422,
  () => "An advertising network may only hold contacts who agreed: choose the channel and topic of their consent.",
);
export const addressInside = coded(
  "audience.address_inside",
  422,
  () => "The webhook's address must be https, or one inside the house that the operator allowed with RELANCE_ALLOW_PRIVATE_HOSTS.",
);
export const cannotEmpty = coded(
  "audience.cannot_empty",
  422,
  () => "Only lists at Google and Criteo can be emptied by one call; take the members out of the segment or group instead.",
);

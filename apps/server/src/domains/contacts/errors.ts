import { coded } from "../../platform/errors.ts";

export const contactNotFound = coded("contact.not_found", 404, (input: { id: string }) => `No contact ${input.id} in this workspace.`);
export const contactErased = coded(
  "contact.erased",
  409,
  () => "This person was erased, and can only come back by themselves: by a form, a visit or an order.",
);
export const groupNotFound = coded("group.not_found", 404, (input: { id: string }) => `No group ${input.id} in this workspace.`);
export const identifierTaken = coded(
  "contact.identifier_taken",
  409,
  (input: { kind: string }) => `Another contact has this ${input.kind}.`,
);
export const identifierNeeded = coded("contact.identifier_needed", 422, () => "A contact needs externalId, email or phone.");
export const valueUnfit = coded("contact.value_unfit", 422, (input: { field: string }) => `This is no valid ${input.field}.`);
export const conflictNotFound = coded(
  "identity.conflict_not_found",
  404,
  () => "No such conflict waits in this workspace: it was decided, or one of the contacts is gone.",
);
export const decisionUnfit = coded(
  "identity.decision_unfit",
  422,
  (input: { decision: string }) =>
    `This conflict cannot be decided by "${input.decision}": join needs another contact that has the identifier, take an e-mail or phone that nobody has.`,
);
export const mergeNotFound = coded(
  "contact.merge_not_found",
  404,
  () => "No such merge stands in this contact: it was taken apart, or the contact was joined to another meanwhile.",
);
export const notSeparable = coded(
  "contact.not_separable",
  409,
  () => "These two were joined before their parts were kept: they cannot be told apart any more.",
);

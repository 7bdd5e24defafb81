import { coded } from "../../platform/errors.ts";

export const typeNotFound = coded(
  "object_type.not_found",
  404,
  (input: { id: string }) => `No type of objects ${input.id} in this workspace.`,
);
export const typeUnknown = coded(
  "object_type.unknown",
  422,
  (input: { key: string }) => `No type of objects has the key ${input.key}; declare it first.`,
);
export const typeTaken = coded(
  "object_type.key_taken",
  409,
  (input: { key: string }) => `A type of objects has the key ${input.key} already; keys are never used again.`,
);
export const fieldTwice = coded("object_type.field_twice", 422, (input: { key: string }) => `The field ${input.key} is declared twice.`);
export const fieldKept = coded(
  "object_type.field_kind",
  422,
  (input: { key: string }) => `The field ${input.key} exists with another kind; add a field of another key.`,
);
export const choicesNeeded = coded(
  "object_type.choices",
  422,
  (input: { key: string }) => `The field ${input.key} is a choice and needs its choices; only a choice has any.`,
);
export const objectNotFound = coded("object.not_found", 404, (input: { id: string }) => `No object ${input.id} in this workspace.`);
export const fieldUnknown = coded(
  "object.field_unknown",
  422,
  (input: { field: string; type: string }) => `Objects of the type ${input.type} have no field ${input.field}.`,
);
export const fieldUnfit = coded(
  "object.field_unfit",
  422,
  (input: { field: string; kind: string }) => `${input.field} does not fit: it must be a ${input.kind}.`,
);
export const contactNeeded = coded(
  "object.contact_needed",
  422,
  (input: { id: string }) => `The object ${input.id} is new: say whose it is.`,
);
export const contactUnknown = coded("object.contact_unknown", 422, (input: { id: string }) => `No contact ${input.id} in this workspace.`);
export const momentUnknown = coded("object.moment_unknown", 404, () => "This object has no such event.");

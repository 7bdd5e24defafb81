import { coded } from "../../platform/errors.ts";

export const formNotFound = coded("form.not_found", 404, (input: { id: string }) => `No form ${input.id} in this workspace.`);
export const formKeyTaken = coded("form.key_taken", 409, (input: { key: string }) => `There is a form with the key ${input.key} already.`);
export const formArchived = coded("form.archived", 409, () => "This form is archived; restore it first.");
export const formChanged = coded("form.changed", 409, (input: { at: string }) => `Somebody saved this form at ${input.at}; load it again.`);
export const formHasErrors = coded(
  "form.has_errors",
  422,
  (input: { n: number }) => `The form has ${input.n} error(s) that stop publishing.`,
);
export const badCursor = coded("page.bad_cursor", 422, () => "`after` must be the `next` of a page of this list.");

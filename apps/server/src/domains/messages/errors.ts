import { coded } from "../../platform/errors.ts";

export const templateNotFound = coded("template.not_found", 404, (input: { id: string }) => `No template ${input.id} in this workspace.`);
export const templateArchived = coded("template.archived", 409, () => "This template is archived; restore it first.");
export const templateChanged = coded(
  "template.changed",
  409,
  (input: { at: string }) => `Somebody saved this template at ${input.at}; load it again.`,
);
export const templateHasErrors = coded(
  "template.has_errors",
  422,
  (input: { n: number }) => `The template has ${input.n} error(s) that stop publishing.`,
);
export const starterUnknown = coded(
  "template.starter_unknown",
  422,
  (input: { key: string }) => `There is no starter design ${input.key}.`,
);
export const topicUnknown = coded("topic.unknown", 422, (input: { key: string }) => `This workspace has no topic ${input.key}.`);
export const previewFailed = coded(
  "template.preview_failed",
  422,
  (input: { message: string }) => `The template cannot be rendered: ${input.message}`,
);
export const contactNotFound = coded("contact.not_found", 404, (input: { id: string }) => `No contact ${input.id} in this workspace.`);
export const badCursor = coded("page.bad_cursor", 422, () => "`after` must be the `next` of a page of this list.");
export const versionNotFound = coded(
  "template.version_not_found",
  404,
  (input: { version: number }) => `This template has no version ${input.version}.`,
);
export const wrongFormat = coded("template.wrong_format", 422, (input: { channel: string }) =>
  input.channel === "email"
    ? "An e-mail is MJML or HTML."
    : input.channel === "webhook"
      ? "The body of a webhook is JSON."
      : "A message of this channel is plain text.",
);

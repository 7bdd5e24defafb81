import { coded } from "../../platform/errors.ts";

export const contactNotFound = coded("contact.not_found", 404, (input: { id: string }) => `No contact ${input.id} in this workspace.`);
export const inFuture = coded("consent.in_future", 422, () => "`occurredAt` lies in the future.");
export const topicNotFound = coded("topic.not_found", 404, (input: { id: string }) => `No topic ${input.id} in this workspace.`);
export const topicKeyTaken = coded(
  "topic.key_taken",
  409,
  (input: { key: string }) => `There is a topic with the key ${input.key} already.`,
);
export const topicUnknown = coded("topic.unknown", 422, (input: { key: string }) => `This workspace has no topic ${input.key}.`);
export const suppressionNotFound = coded("suppression.not_found", 404, () => "This address is not suppressed.");
export const suppressionLasts = coded(
  "suppression.lasts",
  409,
  (input: { reason: string }) =>
    `An address suppressed for ${input.reason} cannot be allowed again by hand: only its owner can ask for it.`,
);
export const badCursor = coded("page.bad_cursor", 422, () => "`after` must be the `next` of a page of this list.");

import { coded } from "../../platform/errors.ts";

export const syncNotFound = coded("sync.not_found", 404, (input: { id: string }) => `No source that is read on a schedule has the id ${input.id}.`);
export const addressInside = coded("sync.address_not_allowed", 422, () => "The address must begin with https://, unless the operator allowed its host with RELANCE_ALLOW_PRIVATE_HOSTS.");
export const sourceFailed = coded("sync.source_failed", 502, (input: { reason: string }) => `The source could not be read: ${input.reason}.`);
export const readingStopped = coded("sync.stopped", 409, () => "The reading was stopped.");
export const notAFeed = coded("sync.not_a_feed", 422, (input: { kind: string }) => (input.kind === "products" ? "The file is no product feed: it has no id, title, link and image_link or availability." : "The file is no content feed: it has no title, link and date."));

import { coded } from "../../platform/errors.ts";

export const syncNotFound = coded(
  "sync.not_found",
  404,
  (input: { id: string }) => `No source that is read on a schedule has the id ${input.id}.`,
);
export const addressInside = coded(
  "sync.address_not_allowed",
  422,
  () => "The address must begin with https://, unless the operator allowed its host with RELANCE_ALLOW_PRIVATE_HOSTS.",
);
export const sourceFailed = coded(
  "sync.source_failed",
  502,
  (input: { reason: string }) => `The source could not be read: ${input.reason}.`,
);
export const sourceAnswered = coded(
  "sync.answered",
  502,
  (input: { status: number }) => `The source could not be read: it answered ${input.status}.`,
);
export const sourceUnauthorized = coded(
  "sync.unauthorized",
  502,
  (input: { status: number }) => `The source could not be read: it answered ${input.status}: the key is missing or wrong.`,
);
export const hostUnknown = coded("sync.host_unknown", 502, (input: { host: string }) => `No server is called ${input.host}.`);
export const noAnswer = coded("sync.no_answer", 502, (input: { host: string }) => `${input.host} does not answer.`);
export const brokenOff = coded("sync.broken_off", 502, (input: { host: string }) => `${input.host} broke off in the middle.`);
export const certificateWrong = coded(
  "sync.certificate",
  502,
  (input: { host: string; detail: string }) => `The certificate of ${input.host} cannot be trusted (${input.detail}).`,
);
export const signInRefused = coded(
  "sync.sign_in",
  502,
  (input: { detail: string }) => `The database refused the sign-in: ${input.detail}.`,
);
export const queryRefused = coded("sync.query", 502, (input: { detail: string }) => `The database refused the query: ${input.detail}.`);
export const surprised = coded("sync.surprised", 500, () => "Something unexpected happened; the log of the server tells it.");
export const otherKind = coded("sync.other_kind", 422, () => "A source stays of its kind; add another.");
export const keyNeeded = coded(
  "sync.key_needed",
  422,
  () => "The key kept here was given for another address: give it again for the new one.",
);
export const readingStopped = coded("sync.stopped", 409, () => "The reading was stopped.");
export const notAFeed = coded("sync.not_a_feed", 422, (input: { kind: string }) =>
  input.kind === "products"
    ? "The file is no product feed: it has no id, title, link and image_link or availability."
    : "The file is no content feed: it has no title, link and date.",
);

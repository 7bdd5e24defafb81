import { coded } from "../../platform/errors.ts";

export const connectionNotFound = coded("connection.not_found", 404, (input: { id: string }) => `No connection ${input.id}.`);
/** One answer for an unknown address, a missing or a wrong signature: nobody learns which. */
export const notSigned = coded("connection.not_signed", 401, () => "The delivery is not signed with this connection's secret.");
export const notJson = coded("connection.body_malformed", 400, () => "The delivery must be a JSON object.");
export const storeMissing = coded(
  "connection.store_unknown",
  422,
  (input: { code: string }) => `No store has the code ${input.code}; choose one that is there, or leave it out to have one made.`,
);
export const addressInside = coded(
  "connection.address_not_allowed",
  422,
  () => "The shop's address must begin with https://, unless the operator allowed its host with RELANCE_ALLOW_PRIVATE_HOSTS.",
);
export const accessOfAnother = coded(
  "connection.access_of_another_kind",
  422,
  (input: { shop: string; names: string }) => `The keys to a shop of ${input.shop} are ${input.names}.`,
);
export const accessMissing = coded(
  "connection.no_access",
  422,
  () => "The shop cannot be read without keys to its programming interface; add them first.",
);
export const refusalNotFound = coded(
  "connection.refusal_not_found",
  404,
  (input: { id: string }) => `Nothing that was refused has the id ${input.id}; it may have been tried again already.`,
);

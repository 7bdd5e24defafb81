import { coded } from "../../platform/errors.ts";

export const connectionNotFound = coded("connection.not_found", 404, (input: { id: string }) => `No connection ${input.id}.`);
/** One answer for an unknown address, a missing or a wrong signature: nobody learns which. */
export const notSigned = coded("connection.not_signed", 401, () => "The delivery is not signed with this connection's secret.");
export const notJson = coded("connection.body_malformed", 400, () => "The delivery must be a JSON object.");
export const storeMissing = coded("connection.store_unknown", 422, (input: { code: string }) => `No store has the code ${input.code}; choose one that is there, or leave it out to have one made.`);
export const addressInside = coded("connection.address_not_allowed", 422, () => "The shop's address must begin with https://, unless the operator allowed its host with RELANCE_ALLOW_PRIVATE_HOSTS.");

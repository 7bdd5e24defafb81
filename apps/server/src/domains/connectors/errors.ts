import { coded } from "../../platform/errors.ts";

export const connectionNotFound = coded("connection.not_found", 404, (input: { id: string }) => `No connection ${input.id}.`);
/** One answer for an unknown address, a missing or a wrong signature: nobody learns which. */
export const notSigned = coded("connection.not_signed", 401, () => "The delivery is not signed with this connection's secret.");
export const notJson = coded("connection.body_malformed", 400, () => "The delivery must be a JSON object.");

import { INGEST_LIMITS } from "@relance/contract/ingest";
import { coded } from "../../platform/errors.ts";

export const unknownWriteKey = coded(
  "ingest.unknown_write_key",
  401,
  () => "Unknown write key. Send it as the user name of Basic auth, or as writeKey in the body.",
);
export const bodyMalformed = coded("ingest.body_malformed", 400, () => "The body is not a JSON object.");
export const callTooLarge = coded(
  "ingest.call_too_large",
  400,
  () => `A call may hold ${INGEST_LIMITS.message} bytes; a batch ${INGEST_LIMITS.batch}.`,
);
export const batchMissing = coded("ingest.batch_missing", 400, () => "A batch call needs batch, a list of messages.");
export const batchTooLong = coded(
  "ingest.batch_too_long",
  400,
  (input: { n: number }) => `A batch may hold ${INGEST_LIMITS.messages} messages; this one holds ${input.n}. None was taken.`,
);
export const unknownSnippetKey = coded(
  "snippet.unknown_key",
  404,
  () => "No write key in use is named so. Copy the lines of the Sources page anew.",
);
export const snippetNotBuilt = coded("snippet.not_built", 503, () => "The snippet was not built. Start Relance by npm start.");
export const orderOfNobody = coded(
  "order.of_nobody",
  409,
  (input: { order: string }) =>
    `Nobody is known for order ${input.order}, and what is told of an order is an event of its contact. Send Order Updated with its customer first.`,
);
export const refundBeyond = coded(
  "order.refund_beyond",
  422,
  (input: { rest: number; currency: string }) => `There is ${input.rest} ${input.currency} of this order left to give back.`,
);

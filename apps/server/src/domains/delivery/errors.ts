import { coded } from "../../platform/errors.ts";

export const hookNotSigned = coded("hook.not_signed", 403, () => "This request is not signed with the provider's token.");
export const sendNotFound = coded("send.not_found", 404, (input: { id: string }) => `No send ${input.id} in this workspace.`);
export const sendNotUncertain = coded(
  "send.not_uncertain",
  409,
  (input: { state: string }) => `Only an uncertain send can be settled; this one is ${input.state}.`,
);
export const providerNotFound = coded("provider.not_found", 404, (input: { id: string }) => `No provider ${input.id} in this workspace.`);
export const providerActive = coded("provider.active", 409, () => "This provider is active; activate another one, or the outbox, first.");
export const providerNeedsPassword = coded("provider.needs_password", 422, () => "A user is given without a password, and none is stored.");
export const providerNeedsEncryption = coded(
  "provider.needs_encryption",
  422,
  () => "A password never travels in clear text: choose tls or starttls.",
);
export const outboxMessageNotFound = coded(
  "outbox.not_found",
  404,
  (input: { id: string }) => `The outbox holds no message of send ${input.id}.`,
);
export const badCursor = coded("page.bad_cursor", 422, () => "`after` must be the `next` of a page of this list.");
export const testNotMember = coded(
  "test.not_member",
  422,
  () => "A test goes to a member of this workspace; with an API key, `to` must be the address of one.",
);
export const testNeedsNumber = coded(
  "test.needs_number",
  422,
  () => "A text goes to a phone: give its number as `to`, such as +33 6 12 34 56 78.",
);
export const testNumberLeft = coded("test.number_left", 409, () => "This number asked for no more texts; a test is one, too.");
export const smsSenderMissing = coded(
  "sms_sender.missing",
  409,
  () => "Nobody is set to text to the country of this number: see Settings, Providers, Text messages.",
);
export const testsTooMany = coded("test.too_many", 429, () => "Ten tests in five minutes are enough; wait a little.");
export const sendingStopped = coded("sending.stopped", 409, () => "Sending is stopped in this workspace; resume it first.");
export const senderMissing = coded("sender.missing", 409, () => "The workspace has no sender address; set one before anything leaves.");
export const senderKeyExists = coded(
  "sender_key.exists",
  409,
  (input: { domain: string }) => `${input.domain} has a signing key already; remove it first to make another.`,
);
export const senderKeyNotFound = coded(
  "sender_key.not_found",
  404,
  (input: { id: string }) => `No signing key ${input.id} in this workspace.`,
);
export const senderKeyMissing = coded(
  "sender_key.missing",
  409,
  (input: { domain: string }) =>
    `The provider signs mail, and ${input.domain} has no signing key: make one in the settings, or stop signing.`,
);
export const webhookNotFound = coded("webhook.not_found", 404, (input: { id: string }) => `No webhook ${input.id} in this workspace.`);
export const webhookActive = coded("webhook.active", 409, () => "This webhook is in use; take it out of use first.");
export const webhookInside = coded(
  "webhook.address_inside",
  422,
  () => "The address must be https, or one inside the house that the operator allowed with RELANCE_ALLOW_PRIVATE_HOSTS.",
);

export * from "./content.ts";
export * from "./mime.ts";
export * from "./mime-address.ts";
export { MailBytes, type QuotedPiece } from "./mime-body.ts";
export { smsSize, type SmsSize } from "./sms.ts";

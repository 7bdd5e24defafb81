export * from "./content.ts";
export * from "./mime.ts";
export * from "./mime-address.ts";
export { MailBytes, type QuotedPiece } from "./mime-body.ts";
export { smsSize, type SmsSize } from "./sms.ts";
export { readKeyword, type Keyword } from "./keywords.ts";
export { canAnswer, senderTo, smsSender, stopLine, withStop, type SmsSender } from "./sms-sender.ts";

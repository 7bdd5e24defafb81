/** The send ledger and the one gate to the outside (DESIGN §7). Nothing else of this folder is imported elsewhere. */
export { openJournal } from "./journal/index.ts";
export type { Replayed } from "./journal/replay.ts";
export { planSends } from "./plan.ts";
export type { PlannedSend } from "./plan-queries.ts";
export { mailAdministrators } from "./member-mail.ts";
export { deliveryRoutes } from "./routes.ts";
export { openDeliveryWorker, type DeliveryWorker } from "./worker/worker.ts";
export type { DeliveryDoors, DueSend } from "./doors.ts";
export { linksOf, linkTokens, readLinkToken, type LinkPurpose } from "./links.ts";
export { listWebhooks } from "./providers/webhooks.ts";
export { productDoors } from "./product-doors.ts";
export { findShortLink } from "./providers/short-links.ts";
export { dropShortLinks, endSends, sendsOf } from "./forget.ts";
export { acceptedSince, findSend, type FoundSend } from "./find.ts";

/** The send ledger and the one gate to the outside (DESIGN §7). Nothing else of this folder is imported elsewhere. */
export { openJournal } from "./journal/index.ts";
export type { Replayed } from "./journal/replay.ts";
export { planSends, sendKey, type PlanningTurn } from "./plan.ts";
export type { PlannedSend, SendOrigin } from "./plan-queries.ts";
export { mailAdministrators } from "./member-mail.ts";
export { readLedger, recordDelivery, type DeliveryNews, type LedgerSubject } from "./sends.ts";
export { deliveryRoutes } from "./routes.ts";
export { openDeliveryWorker, type DeliveryWorker, type DeliveryWorkerOptions } from "./worker.ts";
export type { DeliveryDoors, DueSend, GateDecision, Recipient, Rendered } from "./doors.ts";
export { linksOf, linkTokens, readLinkToken, type LinkOwner, type LinkPurpose, type SignedLinks } from "./links.ts";
export { listWebhooks } from "./webhooks.ts";
export { productDoors } from "./product-doors.ts";
export { findShortLink } from "./short-links.ts";
export { dropShortLinks, endSends, sendsOf } from "./forget.ts";
export { acceptedSince, findSend, type FoundSend } from "./find.ts";

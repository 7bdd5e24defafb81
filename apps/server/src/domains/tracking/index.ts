/** What comes back from messages: signed links, pixels, ways out. And the doors delivery's worker is given. */
export { deliveryDoors } from "./doors.ts";
export { trackingRoutes } from "./routes.ts";
export { linkUrl, mailTokens, openToken, type MailTokens } from "./tokens.ts";

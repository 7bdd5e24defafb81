import type { HttpAnswer } from "../../../platform/net/index.ts";
import type { Outcome } from "../providers/provider.ts";

/** Twilio's own codes that speak of the recipient or the text: https://www.twilio.com/docs/api/errors */
const OF_MESSAGE: Readonly<Record<number, string>> = {
  21211: "address_unknown",
  21614: "address_unknown",
  21265: "address_unknown",
  21635: "address_unknown",
  21217: "address_unknown",
  21407: "recipient_refused",
  21612: "recipient_refused",
  21408: "country_not_enabled",
  21610: "unsubscribed",
  21602: "content",
  21605: "too_large",
  21617: "too_large",
  21623: "content",
  21624: "content",
  30004: "recipient_refused",
  30007: "policy",
};
/** Codes that speak of our account, our senders or our addresses: no recipient is to blame, and the next message fares alike. */
const OF_SET_UP = new Set([
  20003, 20004, 20006, 20404, 21201, 21212, 21603, 21606, 21609, 21618, 21620, 21659, 21660, 21664, 21701, 21703, 21704, 21910,
]);
const TOO_FAST = new Set([20429, 14107, 21611, 30001, 63038]);

/** What an answer to "create this message" means for it. A server that failed may have taken it: that is uncertain, never repeated blindly. */
export function outcomeOf({ status, body }: Pick<HttpAnswer, "status" | "body">): Outcome {
  const said = parsed(body);
  const code = typeof said["code"] === "number" ? said["code"] : null;
  const answer = `${status} ${code ?? ""} ${typeof said["message"] === "string" ? said["message"] : ""}`
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, 500);
  if (status >= 200 && status < 300)
    return { kind: "accepted", reference: typeof said["sid"] === "string" ? said["sid"].slice(0, 64) : null, answer };
  if (status === 429 || (code !== null && TOO_FAST.has(code)))
    return { kind: "refused", lasting: false, scope: "provider", reason: "throttled", answer };
  if (status >= 500 || status < 400) return { kind: "uncertain", reason: "no_clear_answer", answer };
  if (code !== null && OF_MESSAGE[code] !== undefined)
    return { kind: "refused", lasting: true, scope: "message", reason: OF_MESSAGE[code], answer };
  if ([401, 403, 404].includes(status) || (code !== null && OF_SET_UP.has(code)))
    return { kind: "refused", lasting: true, scope: "provider", reason: "provider_set_up", answer };
  return { kind: "refused", lasting: true, scope: "message", reason: "message_refused", answer };
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    const said: unknown = JSON.parse(body);
    return said !== null && typeof said === "object" ? (said as Record<string, unknown>) : {};
  } catch {
    return {}; // a proxy's page
  }
}

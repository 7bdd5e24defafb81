import type { Outcome } from "../providers/provider.ts";
import type { Reply } from "./reply.ts";

/** What the last words of a server mean for one message. */
export type Stage = "mail" | "rcpt" | "data" | "dot";

// A refusal for good whose words say otherwise: greylisting and overload by servers that know no 4xx.
const SAYS_LATER =
  /try (it )?(again )?later|temporar|grey.?list|come back|too many (connections|messages)|rate limit|throttl|at a rate that/i;
const SAYS_UNKNOWN =
  /user unknown|unknown user|no such (user|mailbox|recipient|address)|does not exist|mailbox (not found|unavailable)|recipient (not found|rejected: user)|invalid (mailbox|recipient)|not our customer|doesn.t have an? \S+ account|5\.1\.0 address rejected/i;
const SAYS_NO_DOMAIN = /(host|domain) (unknown|is not reachable)|host does not accept mail|invalid domain/i;
const SAYS_POLICY = /spam|blocked|blacklist|block ?list|reputation|policy|denied|not authori[sz]ed|relay/i;

/**
 * Classes a refusal (COMPLIANCE §7.7). Scope `message`: this recipient or content; others are unaffected. Scope `provider`: the
 * server refuses us, whatever the message: the breaker counts it and the message is tried again without penalty.
 */
export function classify(stage: Stage, reply: Reply): Outcome {
  const answer = `${reply.code} ${reply.text}`.slice(0, 500);
  const [, subject, detail] = (reply.enhanced ?? "").split(".");
  const kind = `${subject ?? ""}.${detail ?? ""}`;
  if (reply.code === 421) return { kind: "refused", lasting: false, scope: "provider", reason: "server_busy", answer };
  // 452 and 552 to RCPT: too many recipients or full, temporary by RFC 5321 §4.5.3.1.10
  const lasting = reply.code >= 500 && !(stage === "rcpt" && reply.code === 552) && !SAYS_LATER.test(reply.text);
  if (!lasting)
    return {
      kind: "refused",
      lasting,
      scope: stage === "mail" && kind !== "3.4" ? "provider" : "message",
      reason: temporaryReason(kind),
      answer,
    };
  if (kind === "3.4" || kind === "2.3" || reply.code === 552)
    return { kind: "refused", lasting, scope: "message", reason: "too_large", answer };
  // 5xx to MAIL, or about the sender, its sign-in or our protocol: our set-up is wrong, no contact is to blame
  if (
    stage === "mail" ||
    ["1.7", "1.8", "5.1", "5.2", "5.4"].includes(kind) ||
    ([500, 501, 502, 503, 530, 535].includes(reply.code) && stage !== "rcpt")
  ) {
    return { kind: "refused", lasting, scope: "provider", reason: "provider_set_up", answer };
  }
  return { kind: "refused", lasting, scope: "message", reason: lastingReason(kind, stage, reply), answer };
}

function temporaryReason(kind: string): string {
  if (kind === "2.2") return "mailbox_full";
  if (kind === "4.5" || kind.startsWith("7.")) return "throttled";
  return "temporary_refusal";
}

function lastingReason(kind: string, stage: Stage, reply: Reply): string {
  // Of a whole domain: a relay whose own look-ups fail says so too, and for that nobody is put on a list.
  if (["1.2", "1.10", "4.4"].includes(kind) || (stage === "rcpt" && kind !== "1.1" && SAYS_NO_DOMAIN.test(reply.text)))
    return "domain_unknown";
  if (["1.1", "1.3", "1.6", "2.1"].includes(kind) || (stage === "rcpt" && SAYS_UNKNOWN.test(reply.text))) return "address_unknown";
  if (kind === "2.2") return "mailbox_full";
  if (kind.startsWith("7.") || SAYS_POLICY.test(reply.text)) return "policy";
  if (kind.startsWith("6.")) return "content";
  return stage === "rcpt" ? "recipient_refused" : "message_refused";
}

import type { Clock, Net } from "../../../platform/ports.ts";
import { postSigned, waitAsked, type HttpAnswer } from "../../../platform/net/index.ts";
import type { OutgoingMessage, Outcome, OutsideProvider } from "./provider.ts";

/** Longest a webhook may take to answer. */
export const CALL_MS = 10_000;
/** Calls under way to one webhook at a time. */
const LANES = 16;
/** After so many calls in a row without an answer the rest of a batch is not tried: it comes back soon. */
const GIVES_UP_AT = 5;
/** The body was read and refused: the same body would be refused again. */
const FOR_GOOD = [400, 410, 413, 414, 415, 422];

/** Calls one webhook: each message's text is the body, the send's id its identity, so that trying again does no harm. */
export function webhookCaller(
  ports: { readonly net: Net; readonly clock: Clock },
  webhook: { readonly url: string; /** @throws where it does not open */ readonly secret: () => string },
  timeoutMs = CALL_MS,
): OutsideProvider {
  const call = async (message: OutgoingMessage): Promise<Outcome> => {
    try {
      return outcomeOf(
        await postSigned(ports.net, {
          url: webhook.url,
          secret: webhook.secret(),
          id: message.send,
          body: message.text,
          now: ports.clock.now(),
          timeoutMs,
        }),
      );
    } catch (error) {
      return noAnswer(error);
    }
  };
  return {
    reach: "outside",
    kind: "webhook",
    async send(batch, report) {
      const left = [...batch];
      let silent = 0;
      const lane = async (): Promise<void> => {
        for (let message = left.shift(); message !== undefined; message = left.shift()) {
          const outcome: Outcome = silent >= GIVES_UP_AT ? { kind: "lost", reason: "not_answering", answer: "" } : await call(message);
          silent = outcome.kind === "lost" || outcome.kind === "uncertain" ? silent + 1 : 0;
          report(message, outcome);
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
    },
    close: () => Promise.resolve(),
  };
}

// Of the answer only its status is kept: its body is a stranger's and may hold anything.
function outcomeOf(answer: HttpAnswer): Outcome {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: "accepted", reference: null, answer: String(status) };
  const lasting = (status >= 300 && status < 400) || FOR_GOOD.includes(status);
  return {
    kind: "refused",
    lasting,
    scope: "message",
    reason: status >= 300 && status < 400 ? "redirected" : `http_${String(status)}`,
    answer: String(status),
    waitMs: waitAsked(answer),
  };
}

const NEVER_STOOD = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"];

/** What to make of a call that nobody answered: refused by ourselves, never connected, or perhaps heard. */
export function noAnswer(error: unknown): Outcome {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const answer = message.slice(0, 300);
  if (code === "net.blocked_address") return { kind: "refused", lasting: true, scope: "message", reason: "address_inside", answer };
  if (NEVER_STOOD.includes(code) || /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code))
    return { kind: "lost", reason: "no_connection", answer };
  return { kind: "uncertain", reason: "no_answer", answer, repeatable: true };
}

import { SECOND } from "@relance/model/base";
import { callOut, type HttpCall } from "../../../platform/net/index.ts";
import type { Net } from "../../../platform/ports.ts";
import type { Outcome, OutgoingMessage, OutsideProvider } from "../providers/provider.ts";
import { noAnswer } from "../providers/webhook-caller.ts";
import { outcomeOf } from "./answer.ts";

export interface TwilioAccount {
  readonly baseUrl: string;
  readonly accountSid: string;
  readonly token: string;
  /** Where news of a message is told. */
  readonly callback: (message: OutgoingMessage) => string;
}

/** Calls under way at once: one connection each, since the far side queues by itself. */
const LANES = 20;
const TIMEOUT_MS = 20 * SECOND;

/** Twilio's HTTP API: one call a message, handed over at most once. */
export function twilio(net: Net, account: TwilioAccount): OutsideProvider {
  let sending: Promise<unknown> = Promise.resolve();
  const one = async (message: OutgoingMessage): Promise<Outcome> => {
    const fields = new URLSearchParams({
      To: message.address,
      From: message.from,
      Body: message.text,
      StatusCallback: account.callback(message),
    });
    try {
      return outcomeOf(await callOut(net, callOf(account, "POST", "/Messages.json", fields.toString())));
    } catch (error) {
      const outcome = noAnswer(error);
      // Their API has no key of ours to know a second call by: what may have been taken is never repeated.
      return outcome.kind === "uncertain"
        ? { kind: "uncertain", reason: outcome.reason, answer: outcome.answer }
        : outcome.kind === "refused"
          ? { ...outcome, scope: "provider", reason: "provider_set_up" }
          : outcome;
    }
  };
  return {
    reach: "outside",
    kind: "twilio",
    async send(batch, report) {
      const left = [...batch];
      const lane = async () => {
        for (let next = left.shift(); next; next = left.shift()) report(next, await one(next));
      };
      const work = Promise.all(Array.from({ length: Math.min(LANES, batch.length) }, lane));
      sending = Promise.all([sending, work]);
      await work;
    },
    close: async () => void (await sending),
  };
}

/** Asks who the account is, without sending anything. */
export async function tryTwilio(
  net: Net,
  account: Omit<TwilioAccount, "callback">,
): Promise<{ ok: boolean; phase: string | null; answer: string | null; offers: string[] }> {
  try {
    const { status, body } = await callOut(net, callOf(account, "GET", ".json", ""));
    return status === 200
      ? { ok: true, phase: null, answer: null, offers: [] }
      : {
          ok: false,
          phase: status === 401 || status === 404 ? "sign-in" : "answer",
          answer: `${status} ${body}`.slice(0, 500),
          offers: [],
        };
  } catch (error) {
    return {
      ok: false,
      phase: noAnswer(error).kind === "uncertain" ? "answer" : "connect",
      answer: String((error as Error).message).slice(0, 500),
      offers: [],
    };
  }
}

function callOf({ baseUrl, accountSid, token }: Omit<TwilioAccount, "callback">, method: string, path: string, body: string): HttpCall {
  const authorization = `Basic ${Buffer.from(`${accountSid}:${token}`).toString("base64")}`;
  return {
    method,
    url: `${baseUrl}/2010-04-01/Accounts/${accountSid}${path}`,
    headers: { authorization, accept: "application/json", ...(body !== "" && { "content-type": "application/x-www-form-urlencoded" }) },
    body,
    timeoutMs: TIMEOUT_MS,
  };
}

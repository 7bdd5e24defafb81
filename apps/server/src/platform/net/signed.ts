import { createHmac } from "node:crypto";
import type { Instant } from "@relance/model/base";
import type { Net } from "../ports.ts";
import { callOut, type HttpAnswer } from "./call.ts";

/** The signature of a webhook: HMAC-SHA-256 of `timestamp.body`, hexadecimal; the timestamp is in seconds. */
export const signatureOf = (secret: string, timestamp: string, body: string): string =>
  `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

/**
 * Posts JSON to an address of a workspace's own, signed with the moment it is sent. `id` is the same each time the same thing is told,
 * so that who has heard it already can leave it.
 */
export function postSigned(
  net: Net,
  call: {
    readonly url: string;
    readonly secret: string;
    readonly id: string;
    readonly body: string;
    readonly now: Instant;
    readonly timeoutMs: number;
  },
): Promise<HttpAnswer> {
  const timestamp = String(Math.floor(call.now / 1000));
  const headers = {
    "content-type": "application/json",
    "user-agent": "Relance",
    "relance-id": call.id,
    "relance-timestamp": timestamp,
    "relance-signature": signatureOf(call.secret, timestamp, call.body),
  };
  return callOut(net, { method: "POST", url: call.url, headers, body: call.body, timeoutMs: call.timeoutMs });
}

/** How long the far side asks to wait (Retry-After in seconds, or as a date against its own Date), at most a day; 0 where it does not. */
export function waitAsked({ headers }: HttpAnswer): number {
  const given = headers["retry-after"];
  if (typeof given !== "string") return 0;
  const ms = /^\d+$/.test(given) ? Number(given) * 1000 : Date.parse(given) - Date.parse(String(headers["date"]));
  return ms > 0 ? Math.min(ms, 86_400_000) : 0;
}

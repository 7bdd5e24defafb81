import { timingSafeEqual } from "node:crypto";
import { formatUuid, type Id } from "@relance/model/base";
import type { Secrets } from "../../platform/secrets/index.ts";

/**
 * Tokens of one mail's links: key id (1 byte), contact (16), send (16), half of one HMAC-SHA-256 over them (16), in base64url: 66
 * characters. One HMAC a mail makes both tokens: the first half signs what is measured, the second what acts for the contact, so
 * whoever sees a click address can neither unsubscribe its reader nor open its mail. The workspace is the send's own.
 */
export interface MailTokens {
  readonly measure: string;
  readonly personal: string;
}
export interface TokenHolder {
  readonly contact: Id;
  readonly send: Id;
}

/** Signing key; a new one is added here and the old ones stay readable as long as mails with them are about. */
const CURRENT_KEY = 1;
const READABLE_KEYS: readonly number[] = [1];
const HEAD = 33;
const HALF = 16;

export function mailTokens(secrets: Secrets, holder: TokenHolder): MailTokens {
  const head = Buffer.alloc(HEAD);
  head[0] = CURRENT_KEY;
  head.write(holder.contact.replaceAll("-", ""), 1, "hex");
  head.write(holder.send.replaceAll("-", ""), 17, "hex");
  const mac = Buffer.from(secrets.mac(purpose(CURRENT_KEY), head.toString("base64url")));
  return { measure: Buffer.concat([head, mac.subarray(0, HALF)]).toString("base64url"), personal: Buffer.concat([head, mac.subarray(HALF, 2 * HALF)]).toString("base64url") };
}

/** Whom a token names; null for anything we did not make, whatever is wrong with it. */
export function openToken(secrets: Secrets, kind: keyof MailTokens, token: string): TokenHolder | null {
  if (!/^[A-Za-z0-9_-]{66}$/.test(token)) return null;
  const bytes = Buffer.from(token, "base64url");
  // The last character holds spare bits: only the form we write is a token.
  if (bytes.length !== HEAD + HALF || bytes.toString("base64url") !== token) return null;
  const key = READABLE_KEYS.includes(bytes[0]!) ? bytes[0]! : CURRENT_KEY;
  const mac = Buffer.from(secrets.mac(purpose(key), bytes.subarray(0, HEAD).toString("base64url")));
  const ours = kind === "measure" ? mac.subarray(0, HALF) : mac.subarray(HALF, 2 * HALF);
  if (!timingSafeEqual(ours, bytes.subarray(HEAD)) || key !== bytes[0]) return null;
  return { contact: formatUuid(bytes.subarray(1, 17)), send: formatUuid(bytes.subarray(17, 33)) };
}

const purpose = (key: number) => `mail-links:${key}`;

/** Addresses of one mail's links. */
export function linkUrl(publicUrl: string, tokens: MailTokens) {
  return {
    click: `${publicUrl}/t/c/${tokens.measure}.`,
    open: `${publicUrl}/t/o/${tokens.measure}.gif`,
    unsubscribe: `${publicUrl}/u/${tokens.personal}`,
    view: `${publicUrl}/v/${tokens.personal}`,
  };
}

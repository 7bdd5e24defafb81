import { createHmac, timingSafeEqual } from "node:crypto";

/** Twilio's signature of a request: HMAC-SHA1 by the account's token of the whole address and the fields, sorted by name, name and value joined without a sign between. */
export function signatureOf(token: string, url: string, fields: Iterable<readonly [string, string]>): string {
  const sorted = [...fields].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return createHmac("sha1", token)
    .update(url + sorted.map(([name, value]) => name + value).join(""), "utf8")
    .digest("base64");
}

export function isSigned(token: string, url: string, fields: Iterable<readonly [string, string]>, given: string): boolean {
  const [ours, theirs] = [Buffer.from(signatureOf(token, url, fields)), Buffer.from(given)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
}

import { isId, type Id, type Instant } from "@relance/model/base";
import type { Secrets } from "../../platform/secrets/index.ts";

/** One showing of a form's page. Its id becomes the sending's, so that a page sent twice counts once. */
export interface Shown {
  readonly form: Id;
  readonly version: number;
  readonly language: string;
  readonly id: Id;
  readonly at: Instant;
  /** The page around it, when its site says so; '' otherwise. */
  readonly page: string;
}

/** What may ask for the confirmation of one sending once more. */
export interface Again {
  readonly form: Id;
  readonly id: Id;
}

/** Signed, not secret: what it says is known to who holds the page anyway. */
function sign(secrets: Secrets, purpose: string, value: unknown): string {
  const text = JSON.stringify(value);
  return `${Buffer.from(text).toString("base64url")}.${Buffer.from(secrets.mac(purpose, text)).toString("base64url")}`;
}

function read(secrets: Secrets, purpose: string, token: string): unknown {
  const [body = "", mac = ""] = token.length > 2_000 ? [] : token.split(".");
  const text = Buffer.from(body, "base64url").toString("utf8");
  return secrets.verifyMac(purpose, text, Buffer.from(mac, "base64url")) ? JSON.parse(text) : null;
}

export const shownToken = (secrets: Secrets, shown: Shown): string =>
  sign(secrets, "form-page", [shown.form, shown.version, shown.language, shown.id, shown.at, shown.page]);

/** Null when it is not one of ours. */
export function readShown(secrets: Secrets, token: string): Shown | null {
  const said = read(secrets, "form-page", token) as [Id, number, string, Id, Instant, string] | null;
  return said === null ? null : { form: said[0], version: said[1], language: said[2], id: said[3], at: said[4], page: said[5] };
}

export const againToken = (secrets: Secrets, again: Again): string => sign(secrets, "form-again", [again.form, again.id]);

/** Null when it is not one of ours. */
export function readAgain(secrets: Secrets, token: string): Again | null {
  const said = read(secrets, "form-again", token) as [Id, Id] | null;
  return said === null || !said.every(isId) ? null : { form: said[0], id: said[1] };
}

/** What an address of the internet is kept as: enough to see that two sendings came from one place, not which. */
export const ipHash = (secrets: Secrets, workspace: Id, ip: string): string =>
  `hmac:${Buffer.from(secrets.mac(`form-ip:${workspace}`, ip))
    .toString("hex")
    .slice(0, 32)}`;

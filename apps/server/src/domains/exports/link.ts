import { HOUR, type Id, type Instant } from "@relance/model/base";
import type { Secrets } from "../../platform/secrets/index.ts";

const PURPOSE = "export-link";
const GOOD_FOR = HOUR;

/** What a link's token names. */
export interface Linked {
  readonly workspace: Id;
  readonly id: Id;
}

/** A token for the file of an export, good for an hour. */
export function tokenOf(secrets: Secrets, linked: Linked, now: Instant): string {
  const said = `${linked.workspace}.${linked.id}.${now + GOOD_FOR}`;
  return `${said}.${Buffer.from(secrets.mac(PURPOSE, said)).toString("base64url")}`;
}

/** What a token names; null when it was not made by us or its time is over. */
export function readToken(secrets: Secrets, token: string, now: Instant): Linked | null {
  const [, said, workspace, id, until, mac] = /^(([0-9a-f-]{36})\.([0-9a-f-]{36})\.(\d{13}))\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
  if (said === undefined || workspace === undefined || id === undefined || mac === undefined) return null;
  return secrets.verifyMac(PURPOSE, said, Buffer.from(mac, "base64url")) && now < Number(until) ? { workspace, id } : null;
}

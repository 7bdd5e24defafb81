import type { Id, Instant } from "@relance/model/base";
import type { HttpAnswer } from "../../platform/net/index.ts";
import type { Net } from "../../platform/ports.ts";
import type { AudienceRow, Holding } from "./queries.ts";

/** Where the networks' programming interfaces are; tests put a server of their own there. */
export interface Hosts {
  readonly meta: string;
  readonly criteo: string;
  readonly google: string;
  readonly googleToken: string;
}
export const HOSTS: Hosts = {
  meta: "https://graph.facebook.com/v25.0",
  criteo: "https://api.criteo.com",
  google: "https://datamanager.googleapis.com",
  googleToken: "https://oauth2.googleapis.com",
};

/** Who is spoken to. */
export interface Calling {
  readonly net: Net;
  readonly audience: AudienceRow;
  /** The signing secret or the network's credential, in clear. */
  readonly secret: string;
  readonly hosts: Hosts;
  readonly now: Instant;
}

export interface Telling extends Calling {
  readonly batch: Id;
  readonly act: "add" | "remove";
  readonly rows: readonly Holding[];
}

export interface Refused {
  readonly kind: "later" | "failed";
  readonly status: number | null;
  readonly reason: string;
  readonly waitMs?: number;
}

/** What came of telling: `later` may work as it is, `failed` needs a person. */
export type Told =
  | {
      readonly kind: "done";
      /** How many identifiers the destination could not read. */
      readonly refused: number;
      /** Under which number the destination says later what came of it. */
      readonly request?: string;
    }
  | Refused;

/** What came of something that a destination took earlier. */
export type Settled =
  | { readonly kind: "waiting" }
  | { readonly kind: "done"; readonly refused: number; readonly reason: string | null }
  | { readonly kind: "lost"; readonly transient: boolean; readonly reason: string };

/** Every call ends within this long; a batch makes at most three. */
export const TIMEOUT = 20_000;
export const JSON_TYPE = { "content-type": "application/json", "user-agent": "Relance" };
export const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded", "user-agent": "Relance" };

export function parsed(answer: HttpAnswer): object {
  try {
    const read: unknown = JSON.parse(answer.body);
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

/** What is shown of a refusal: the status, and of a network its own code and words. Of a webhook never the body, which may hold anything. */
export function reasonOf(
  answer: HttpAnswer,
  said: { readonly code?: string | number | undefined; readonly words?: string | undefined } = {},
): string {
  const code = said.code === undefined ? "" : `, code ${String(said.code).slice(0, 100)}`;
  return `Answered ${answer.status}${code}${said.words === undefined ? "" : `: ${said.words.slice(0, 250)}`}`;
}

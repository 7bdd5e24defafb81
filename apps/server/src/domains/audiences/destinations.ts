import { createHash, createHmac } from "node:crypto";
import { toIso, type Id, type Instant } from "@relance/model/base";
import { hashedFor, type Hashed } from "@relance/model/audiences";
import { callOut, type HttpAnswer } from "../../platform/net/index.ts";
import type { Net } from "../../platform/ports.ts";
import type { AudienceRow, Holding } from "./queries.ts";

/** Where the networks' programming interfaces are; tests put a server of their own there. */
export interface Hosts { readonly meta: string; readonly criteo: string }
export const HOSTS: Hosts = { meta: "https://graph.facebook.com/v25.0", criteo: "https://api.criteo.com" };

/** What came of telling: `later` may work as it is, `failed` needs a person. */
export type Told =
  | { readonly kind: "done"; /** How many identifiers the destination could not read. */ readonly refused: number }
  | { readonly kind: "later" | "failed"; readonly status: number | null; readonly reason: string; readonly waitMs?: number };

export interface Telling {
  readonly net: Net;
  readonly audience: AudienceRow;
  /** The signing secret or the network's credential, in clear. */
  readonly secret: string;
  readonly hosts: Hosts;
  readonly now: Instant;
  readonly batch: Id;
  readonly act: "add" | "remove";
  readonly rows: readonly Holding[];
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Contacts told by one call: Meta takes 10,000 a request, Criteo 50,000; a webhook's receiver should not have to read megabytes. */
export const MOST_AT_ONCE = { webhook: 500, meta: 5_000, criteo: 5_000 } as const;

/** By which text a destination knows a contact; null when it cannot. Stored until it was removed there. */
export function identifiersFor(destination: AudienceRow["destination"], person: { contact_id: Id; email: string | null; phone: string | null; external_id: string | null }): string | null {
  if (destination === "webhook") return JSON.stringify({ contact: person.contact_id, externalId: person.external_id, email: person.email, phone: person.phone });
  const hashed = hashedFor(destination, person, sha256);
  return hashed && (destination === "meta" ? `${hashed.email},${hashed.phone}` : hashed.email);
}

/** Tells a destination to add or remove contacts. Telling the same again changes nothing there. */
export async function tell(telling: Telling): Promise<Told> {
  try {
    return await TELLERS[telling.audience.destination](telling);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return { kind: code === "net.blocked_address" ? "failed" : "later", status: null, reason: (message ?? "The connection failed").slice(0, 300) };
  }
}

const TIMEOUT = 20_000;
const JSON_TYPE = { "content-type": "application/json", "user-agent": "Relance" };

/** The signature of a webhook: HMAC-SHA-256 of `timestamp.body`, hexadecimal; the timestamp is in seconds. */
export const signatureOf = (secret: string, timestamp: string, body: string): string => `v1=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;

async function tellWebhook({ net, audience, secret, now, batch, act, rows }: Telling): Promise<Told> {
  const timestamp = String(Math.floor(now / 1000));
  const body = JSON.stringify({ id: batch, audience: audience.id, [audience.source]: audience.source_id, sentAt: toIso(now), changes: rows.map((row) => ({ change: act === "add" ? "entered" : "left", ...(JSON.parse(row.identifiers) as object) })) });
  const answer = await callOut(net, { method: "POST", url: audience.settings.url!, headers: { ...JSON_TYPE, "relance-timestamp": timestamp, "relance-signature": signatureOf(secret, timestamp, body) }, body, timeoutMs: TIMEOUT });
  if (answer.status >= 200 && answer.status < 300) return { kind: "done", refused: 0 };
  // 410: the receiver says that it will never want this again.
  return { kind: answer.status === 410 ? "failed" : "later", status: answer.status, reason: reasonOf(answer), ...waitOf(answer) };
}

/** Marketing API, "Customer File Custom Audiences": POST and DELETE of /{audience}/users with a schema and rows of hashes. */
async function tellMeta({ net, audience, secret, hosts, act, rows }: Telling): Promise<Told> {
  const data = rows.map((row) => row.identifiers.split(","));
  const answer = await callOut(net, { method: act === "add" ? "POST" : "DELETE", url: `${hosts.meta}/${audience.settings.audienceId}/users`, headers: { ...JSON_TYPE, authorization: `Bearer ${secret}` }, body: JSON.stringify({ payload: { schema: ["EMAIL", "PHONE"], data } }), timeoutMs: TIMEOUT });
  const read = parsed(answer) as { num_invalid_entries?: number; error?: { code?: number; message?: string; is_transient?: boolean } };
  if (answer.status === 200 && !read.error) return { kind: "done", refused: read.num_invalid_entries ?? 0 };
  // 190 and 102: the token; 10 and 200–299: permissions; 4, 17, 32, 613 and 80000–80014: too many calls.
  const { code = 0 } = read.error ?? {};
  const forPerson = code === 190 || code === 102 || code === 10 || (code >= 200 && code <= 299) || (code === 100 && read.error?.is_transient !== true);
  return { kind: forPerson ? "failed" : "later", status: answer.status, reason: reasonOf(answer, read.error?.message), ...waitOf(answer) };
}

/** Criteo's Marketing Solutions: a token by client credentials, then PATCH of the audience segment's contact list. */
async function tellCriteo({ net, audience, secret, hosts, act, rows }: Telling): Promise<Told> {
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: audience.settings.clientId!, client_secret: secret });
  const token = await callOut(net, { method: "POST", url: `${hosts.criteo}/oauth2/token`, headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "Relance" }, body: form.toString(), timeoutMs: TIMEOUT });
  const access = (parsed(token) as { access_token?: string }).access_token;
  if (token.status !== 200 || access === undefined) return refusedBy(token);
  const body = JSON.stringify({ data: { type: "ContactlistAmendment", attributes: { operation: act, identifierType: "email", identifiers: rows.map((row) => row.identifiers) } } });
  const answer = await callOut(net, { method: "PATCH", url: `${hosts.criteo}/2026-01/marketing-solutions/audience-segments/${audience.settings.audienceId}/contact-list`, headers: { ...JSON_TYPE, authorization: `Bearer ${access}` }, body, timeoutMs: TIMEOUT });
  if (answer.status !== 200) return refusedBy(answer);
  const read = parsed(answer) as { data?: { attributes?: { nbInvalidIdentifiers?: number }; nbInvalidIdentifiers?: number } };
  return { kind: "done", refused: read.data?.attributes?.nbInvalidIdentifiers ?? read.data?.nbInvalidIdentifiers ?? 0 };
}

const TELLERS = { webhook: tellWebhook, meta: tellMeta, criteo: tellCriteo } as const;

const refusedBy = (answer: HttpAnswer): Told => ({ kind: [400, 401, 403, 404].includes(answer.status) ? "failed" : "later", status: answer.status, reason: reasonOf(answer), ...waitOf(answer) });

function parsed(answer: HttpAnswer): object {
  try {
    const read: unknown = JSON.parse(answer.body);
    return typeof read === "object" && read !== null ? read : {};
  } catch {
    return {};
  }
}

/** What is shown of an answer. Of a network only its own words, of a webhook the status: its body may hold anything. */
const reasonOf = (answer: HttpAnswer, said?: string): string => (said === undefined ? `Answered ${answer.status}` : `Answered ${answer.status}: ${said.slice(0, 250)}`);

function waitOf(answer: HttpAnswer): { waitMs?: number } {
  const seconds = Number(answer.headers["retry-after"]);
  return Number.isFinite(seconds) && seconds > 0 ? { waitMs: Math.min(seconds, 86_400) * 1000 } : {};
}

/** The hashes of a contact for the file of a network. */
export const hashed = (network: "meta" | "google" | "criteo", person: { email: string | null; phone: string | null }): Hashed | null => hashedFor(network, person, sha256);

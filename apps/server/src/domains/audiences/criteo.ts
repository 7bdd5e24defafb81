import { callOut, waitAsked, type HttpAnswer } from "../../platform/net/index.ts";
import { FORM_TYPE, JSON_TYPE, parsed, reasonOf, TIMEOUT, type Calling, type Refused, type Telling, type Told } from "./calling.ts";

/** Criteo's Marketing Solutions: a token by client credentials, then PATCH of the audience segment's contact list. */
export async function tellCriteo(telling: Telling): Promise<Told> {
  const attributes = { operation: telling.act, identifierType: "email", identifiers: telling.rows.map((row) => row.identifiers) };
  const answer = await amend(telling, "PATCH", JSON.stringify({ data: { type: "ContactlistAmendment", attributes } }));
  if ("kind" in answer) return answer;
  const read = parsed(answer) as { data?: { attributes?: { nbInvalidIdentifiers?: number }; nbInvalidIdentifiers?: number } };
  return { kind: "done", refused: read.data?.attributes?.nbInvalidIdentifiers ?? read.data?.nbInvalidIdentifiers ?? 0 };
}

/** DELETE of the contact list: all its identifiers go. */
export async function emptyCriteo(calling: Calling): Promise<Told> {
  const answer = await amend(calling, "DELETE", "");
  return "kind" in answer ? answer : { kind: "done", refused: 0 };
}

async function amend({ net, audience, secret, hosts }: Calling, method: "PATCH" | "DELETE", body: string): Promise<HttpAnswer | Refused> {
  const form = new URLSearchParams({ grant_type: "client_credentials", client_id: audience.settings.clientId!, client_secret: secret });
  const token = await callOut(net, {
    method: "POST",
    url: `${hosts.criteo}/oauth2/token`,
    headers: FORM_TYPE,
    body: form.toString(),
    timeoutMs: TIMEOUT,
  });
  const access = (parsed(token) as { access_token?: string }).access_token;
  if (token.status !== 200 || access === undefined) return refusedBy(token);
  const answer = await callOut(net, {
    method,
    url: `${hosts.criteo}/2026-01/marketing-solutions/audience-segments/${audience.settings.audienceId}/contact-list`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${access}` },
    body,
    timeoutMs: TIMEOUT,
  });
  return answer.status === 200 ? answer : refusedBy(answer);
}

function refusedBy(answer: HttpAnswer): Refused {
  const read = parsed(answer) as {
    error?: unknown;
    error_description?: string;
    errors?: { code?: string; title?: string; detail?: string }[];
  };
  const [first] = read.errors ?? [];
  const said = first
    ? { code: first.code, words: first.detail ?? first.title }
    : { code: typeof read.error === "string" ? read.error : undefined, words: read.error_description };
  return {
    kind: [400, 401, 403, 404].includes(answer.status) ? "failed" : "later",
    status: answer.status,
    reason: reasonOf(answer, said),
    waitMs: waitAsked(answer),
  };
}

import { callOut, waitAsked, type HttpAnswer } from "../../platform/net/index.ts";
import {
  FORM_TYPE,
  JSON_TYPE,
  parsed,
  reasonOf,
  TIMEOUT,
  type Calling,
  type Refused,
  type Settled,
  type Telling,
  type Told,
} from "./calling.ts";

/** What is sealed of a Google audience. */
export interface GoogleSecret {
  readonly clientSecret: string;
  readonly refreshToken: string;
}

// A list with consent asked holds only people who gave it; Google wants that said of each upload in the European Economic Area.
const CONSENT = { adUserData: "CONSENT_GRANTED", adPersonalization: "CONSENT_GRANTED" };

/**
 * Google's Data Manager API, "Send audience members": a token by refresh token, then `audienceMembers:ingest` or `:remove` with hashes in
 * hexadecimal. Google checks a request at once and works it off later, under the number it answers with. (The Google Ads API takes no new
 * users of Customer Match since April 2026.)
 */
export async function tellGoogle(telling: Telling): Promise<Told> {
  const audienceMembers = telling.rows.map((row) => {
    const [emailAddress, phoneNumber] = row.identifiers.split(",");
    return { userData: { userIdentifiers: [...(emailAddress ? [{ emailAddress }] : []), ...(phoneNumber ? [{ phoneNumber }] : [])] } };
  });
  const body = { destinations: [destinationOf(telling)], audienceMembers, encoding: "HEX" };
  if (telling.act === "remove") return ask(telling, "audienceMembers:remove", body);
  return ask(telling, "audienceMembers:ingest", {
    ...body,
    consent: CONSENT,
    termsOfService: { customerMatchTermsOfServiceStatus: "ACCEPTED" },
  });
}

/** `audienceMembers:removeAll`: everybody added before now. */
export const emptyGoogle = (calling: Calling): Promise<Told> =>
  ask(calling, "audienceMembers:removeAll", { destinations: [destinationOf(calling)] });

/** `requestStatus:retrieve`: what came of a request. Google wants to be asked half an hour after it, or later. */
export async function settleGoogle(calling: Calling, request: string): Promise<Settled> {
  const answer = await call(calling, "GET", `requestStatus:retrieve?requestId=${encodeURIComponent(request)}`);
  // Asked again later; one that never gets an answer is given up by who asks.
  if ("kind" in answer) return { kind: "waiting" };
  const [one] =
    (
      parsed(answer) as {
        requestStatusPerDestination?: {
          requestStatus?: string;
          errorInfo?: { errorCounts?: { recordCount?: string; reason?: string }[] };
        }[];
      }
    ).requestStatusPerDestination ?? [];
  const counts = one?.errorInfo?.errorCounts ?? [];
  const reason =
    counts.length === 0
      ? null
      : counts
          .map((count) => `${count.recordCount ?? "?"} × ${(count.reason ?? "unknown").replace("PROCESSING_ERROR_REASON_", "")}`)
          .join(", ")
          .slice(0, 250);
  switch (one?.requestStatus) {
    case "SUCCESS":
      return { kind: "done", refused: 0, reason: null };
    case "PARTIAL_SUCCESS":
      return { kind: "done", refused: counts.reduce((sum, count) => sum + (Number(count.recordCount) || 0), 0), reason };
    case "FAILED":
      return {
        kind: "lost",
        transient: counts.every((count) => count.reason === "PROCESSING_ERROR_REASON_INTERNAL_ERROR"),
        reason: `FAILED: ${reason ?? "?"}`,
      };
    default:
      return { kind: "waiting" };
  }
}

function destinationOf({ audience: { settings } }: Calling): object {
  const account = (accountId: string) => ({ accountType: "GOOGLE_ADS", accountId });
  return {
    operatingAccount: account(settings.accountId!),
    ...(settings.loginAccountId && { loginAccount: account(settings.loginAccountId) }),
    productDestinationId: settings.audienceId,
  };
}

async function ask(calling: Calling, method: string, body: object): Promise<Told> {
  const answer = await call(calling, "POST", method, body);
  if ("kind" in answer) return answer;
  const { requestId } = parsed(answer) as { requestId?: string };
  return { kind: "done", refused: 0, ...(requestId !== undefined && { request: requestId }) };
}

async function call(
  { net, audience, secret, hosts }: Calling,
  method: "GET" | "POST",
  path: string,
  body: object = {},
): Promise<HttpAnswer | Refused> {
  const { clientSecret, refreshToken } = JSON.parse(secret) as GoogleSecret;
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    client_id: audience.settings.clientId!,
    client_secret: clientSecret,
    refresh_token: refreshToken,
  });
  const token = await callOut(net, {
    method: "POST",
    url: `${hosts.googleToken}/token`,
    headers: FORM_TYPE,
    body: form.toString(),
    timeoutMs: TIMEOUT,
  });
  const {
    access_token: access,
    error,
    error_description: words,
  } = parsed(token) as { access_token?: string; error?: string; error_description?: string };
  if (token.status !== 200 || access === undefined) return refused(token, { code: error, words });
  const answer = await callOut(net, {
    method,
    url: `${hosts.google}/v1/${path}`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${access}` },
    body: method === "GET" ? "" : JSON.stringify(body),
    timeoutMs: TIMEOUT,
  });
  return answer.status === 200 ? answer : refused(answer, saidOf(answer));
}

/** The canonical code with the reason and the fields that Google names in the details of its errors. */
function saidOf(answer: HttpAnswer): { code?: string | undefined; words?: string | undefined } {
  const { error } = parsed(answer) as {
    error?: {
      status?: string;
      message?: string;
      details?: { reason?: string; fieldViolations?: { field?: string; description?: string }[] }[];
    };
  };
  const details = error?.details ?? [];
  const code = [error?.status, details.find((one) => one.reason !== undefined)?.reason].filter((one) => one !== undefined).join(" ");
  const fields = details.flatMap((one) => one.fieldViolations ?? []).map((one) => `${one.field ?? ""}: ${one.description ?? ""}`);
  return { code: code || undefined, words: [error?.message, ...fields].filter((one) => one !== undefined).join(" · ") || undefined };
}

// Too many calls, and whatever is broken on their side, may work as it is.
const refused = (answer: HttpAnswer, said: { code?: string | undefined; words?: string | undefined }): Refused => ({
  kind: answer.status === 408 || answer.status === 429 || answer.status >= 500 ? "later" : "failed",
  status: answer.status,
  reason: reasonOf(answer, said),
  waitMs: waitAsked(answer),
});

import { callOut, waitAsked } from "../../platform/net/index.ts";
import { JSON_TYPE, parsed, reasonOf, TIMEOUT, type Telling, type Told } from "./calling.ts";

/** Marketing API, "Customer File Custom Audiences": POST and DELETE of /{audience}/users with a schema and rows of hashes. */
export async function tellMeta({ net, audience, secret, hosts, act, rows }: Telling): Promise<Told> {
  const data = rows.map((row) => row.identifiers.split(","));
  const answer = await callOut(net, {
    method: act === "add" ? "POST" : "DELETE",
    url: `${hosts.meta}/${audience.settings.audienceId}/users`,
    headers: { ...JSON_TYPE, authorization: `Bearer ${secret}` },
    body: JSON.stringify({ payload: { schema: ["EMAIL", "PHONE"], data } }),
    timeoutMs: TIMEOUT,
  });
  const { error, num_invalid_entries: refused = 0 } = parsed(answer) as {
    num_invalid_entries?: number;
    error?: { code?: number; message?: string; is_transient?: boolean };
  };
  if (answer.status === 200 && !error) return { kind: "done", refused };
  // 190 and 102: the token; 10 and 200–299: permissions; 4, 17, 32, 613 and 80000–80014: too many calls. Others may pass: tried again, then given up.
  const code = error?.code ?? 0;
  const forPerson =
    code === 190 || code === 102 || code === 10 || (code >= 200 && code <= 299) || (code === 100 && error?.is_transient !== true);
  return {
    kind: forPerson ? "failed" : "later",
    status: answer.status,
    reason: reasonOf(answer, { code: error?.code, words: error?.message }),
    waitMs: waitAsked(answer),
  };
}

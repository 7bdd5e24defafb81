import { createHash } from "node:crypto";
import { toIso, type Id } from "@relance/model/base";
import { hashedFor, type Hashed } from "@relance/model/audiences";
import { postSigned, waitAsked } from "../../platform/net/index.ts";
import { reasonOf, TIMEOUT, type Calling, type Settled, type Telling, type Told } from "./calling.ts";
import { emptyCriteo, tellCriteo } from "./criteo.ts";
import { emptyGoogle, settleGoogle, tellGoogle } from "./google.ts";
import { tellMeta } from "./meta.ts";
import type { AudienceRow } from "./queries.ts";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Contacts told by one call: Meta and Google take 10,000 a request, Criteo 50,000; a webhook's receiver should not have to read megabytes. */
export const MOST_AT_ONCE = { webhook: 500, meta: 5_000, criteo: 5_000, google: 5_000 } as const;

/** By which text a destination knows a contact; null when it cannot. Stored until it was removed there. */
export function identifiersFor(
  destination: AudienceRow["destination"],
  person: { contact_id: Id; email: string | null; phone: string | null; external_id: string | null },
): string | null {
  if (destination === "webhook")
    return JSON.stringify({ contact: person.contact_id, externalId: person.external_id, email: person.email, phone: person.phone });
  const hashed = hashedFor(destination, person, sha256);
  return hashed && (destination === "criteo" ? hashed.email : `${hashed.email},${hashed.phone}`);
}

const TELLERS = { webhook: tellWebhook, meta: tellMeta, criteo: tellCriteo, google: tellGoogle } as const;
const EMPTIERS = { criteo: emptyCriteo, google: emptyGoogle } as const;

/** Tells a destination to add or remove contacts. Telling the same again changes nothing there. */
export const tell = (telling: Telling): Promise<Told> => reached(() => TELLERS[telling.audience.destination](telling));

/** Whether a destination can be emptied by one call. */
export const canEmpty = (destination: AudienceRow["destination"]): destination is keyof typeof EMPTIERS => destination in EMPTIERS;

/** Takes everybody off a list at a network that has a call for it. */
export const empty = (calling: Calling, destination: keyof typeof EMPTIERS): Promise<Told> => reached(() => EMPTIERS[destination](calling));

/** What came of a request that the destination took. One that cannot be reached is asked again later. */
export async function settle(calling: Calling, request: string): Promise<Settled> {
  try {
    return await settleGoogle(calling, request);
  } catch {
    return { kind: "waiting" };
  }
}

async function reached(call: () => Promise<Told>): Promise<Told> {
  try {
    return await call();
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    return {
      kind: code === "net.blocked_address" ? "failed" : "later",
      status: null,
      reason: (message ?? "The connection failed").slice(0, 300),
    };
  }
}

async function tellWebhook({ net, audience, secret, now, batch, act, rows }: Telling): Promise<Told> {
  const body = JSON.stringify({
    id: batch,
    audience: audience.id,
    [audience.source]: audience.source_id,
    sentAt: toIso(now),
    changes: rows.map((row) => ({ change: act === "add" ? "entered" : "left", ...(JSON.parse(row.identifiers) as object) })),
  });
  const answer = await postSigned(net, { url: audience.settings.url!, secret, id: batch, body, now, timeoutMs: TIMEOUT });
  if (answer.status >= 200 && answer.status < 300) return { kind: "done", refused: 0 };
  // 410: the receiver says that it will never want this again.
  return { kind: answer.status === 410 ? "failed" : "later", status: answer.status, reason: reasonOf(answer), waitMs: waitAsked(answer) };
}

/** The hashes of a contact for the file of a network. */
export const hashed = (network: "meta" | "google" | "criteo", person: { email: string | null; phone: string | null }): Hashed | null =>
  hashedFor(network, person, sha256);

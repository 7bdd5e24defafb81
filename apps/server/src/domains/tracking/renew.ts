import { toIso } from "@relance/model/base";
import { consentFor } from "@relance/model/consent";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { readConsents, recordConsents } from "../compliance/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import { engage } from "./engage.ts";
import { recordOf, type Visitor } from "./leave.ts";

const SOURCE = "renewal_page";

/** What has become of the link of a message: it may be used, it was used, or its reader has left since. */
export type Renewal = "open" | "already" | "left";

export async function renewalOf(db: Db, deps: Deps, send: FoundSend): Promise<Renewal> {
  const { consents, proofs } = await readConsents(db, { workspace: send.workspace, contact: send.contact, channels: [send.channel] });
  const answer = consentFor(consents, send.topic, toIso(deps.ports.clock.now()).slice(0, 10)).kind;
  if (answer === "withdrawn" || answer === "objected") return "left";
  return answer === "granted" && proofs.some((one) => one.source === SOURCE && one.evidence["send"] === send.id) ? "already" : "open";
}

/**
 * The reader agrees anew to what the message was sent under: its topic, or marketing on its channel in general. The button stands behind a
 * link that only this address was sent, so the agreement is express and the address proved; it has no end. It counts as a click in the
 * message. Once for each message; whoever has left since does not come back by it.
 */
export async function renew(
  deps: Deps,
  send: FoundSend,
  input: { readonly wording: string; readonly visitor: Visitor },
): Promise<"renewed" | "already" | "left"> {
  const { sql, clock, chance } = deps.ports;
  const outcome = await sql.transaction(async (tx) => {
    const now = clock.now();
    const found = await renewalOf(tx, deps, send);
    if (found !== "open") return found;
    const evidence = {
      send: send.id,
      template: send.template,
      templateVersion: send.templateVersion,
      ...(send.journey !== null && { journey: send.journey, step: send.step }),
    };
    await recordConsents(tx, {
      now,
      chance,
      records: [
        {
          ...recordOf(send, now, input.visitor),
          topic: send.topic,
          state: "granted",
          basis: "express_confirmed",
          source: SOURCE,
          wording: input.wording,
          evidence,
        },
      ],
    });
    await engage(tx, deps, send, { kind: "clicked", machine: false });
    return "renewed" as const;
  });
  if (outcome === "renewed") deps.poke();
  return outcome;
}

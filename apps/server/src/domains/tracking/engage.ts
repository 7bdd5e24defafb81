import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { pageAddress } from "@relance/model/events";
import { writeFacts } from "../../platform/inbox.ts";
import { noteReads } from "../catalog/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import { BURST, HONEYPOT_MS } from "./machine.ts";
import { addEngagementTotals, insertEngagement, markMachine, selectEngagements, type EngagementRecord, type TotalsChange } from "./queries.ts";

type EngagementKind = "opened" | "clicked" | "unsubscribed";

/** Something that was done with a message. */
export interface Engagement {
  readonly kind: EngagementKind;
  /** By the agent alone; bursts and the hidden link are found here. */
  readonly machine: boolean;
  readonly link?: number;
  readonly url?: string;
  /** It was the link only machines see. */
  readonly hidden?: boolean;
}

/**
 * Stores one engagement with its counters and its fact, in the caller's transaction. People and machines are told apart by the
 * agent, by bursts (three different links within five seconds) and by the hidden link; what was counted as a person's a moment ago
 * is recounted as a machine's when that shows. The fact that was written then stays: the engine may have acted on it.
 */
export async function engage(tx: Tx, deps: Deps, send: FoundSend, what: Engagement): Promise<void> {
  const { clock, chance } = deps.ports;
  const now = clock.now();
  const place = { workspace: send.workspace, bucket: send.bucket, send: send.id };
  const before = await selectEngagements(tx, place);
  const clicks = before.filter((one) => one.kind === "clicked");
  const burst = what.kind === "clicked" && what.link !== undefined && new Set([what.link, ...clicks.filter((one) => one.at > now - BURST.ms && one.link !== null).map((one) => one.link)]).size >= BURST.links;
  const trapped = what.kind === "clicked" && (what.hidden === true || clicks.some((one) => one.detail.hidden === true && one.at > now - HONEYPOT_MS));
  const machine = what.machine || burst || trapped;
  const changes: TotalsChange[] = [];
  const unmasked = burst || trapped ? clicks.filter((one) => !one.machine && one.at > now - (trapped ? HONEYPOT_MS : BURST.ms)) : [];
  if (unmasked.length > 0) {
    await markMachine(tx, { ...place, ids: unmasked.map((one) => one.id) });
    const people = clicks.filter((one) => !one.machine).length;
    const wasMachine = clicks.some((one) => one.machine);
    changes.push({ subject: "", kind: "clicked", machine: false, n: -unmasked.length, sends: unmasked.length === people ? -1 : 0 }, { subject: "", kind: "clicked", machine: true, n: unmasked.length, sends: wasMachine ? 0 : 1 });
  }
  const known = (one: EngagementRecord) => one.kind === what.kind && (one.machine || unmasked.includes(one)) === machine;
  changes.push({ subject: "", kind: what.kind, machine, n: 1, sends: before.some(known) ? 0 : 1 });
  await insertEngagement(tx, { ...place, id: chance.id(now), contact: send.contact, kind: what.kind, machine, link: what.link ?? null, url: what.url ?? null, now, detail: what.hidden ? { hidden: true } : {} });
  const page = what.kind === "clicked" && !machine ? pageAddress(what.url) : null;
  if (page !== null) await noteReads(tx, { workspace: send.workspace, reads: [{ contact: send.contact, address: page, at: now }] });
  const subjects = ["all", `template:${send.template}`, ...(send.journey ? [`journey:${send.journey}:${send.step ?? ""}`] : [])];
  await addEngagementTotals(tx, { workspace: send.workspace, slot: 1 + Math.floor(chance.float() * 7), changes: subjects.flatMap((subject) => changes.map((one) => ({ ...one, subject }))) });
  await writeFacts(tx, { chance, now, facts: [{ workspace: send.workspace, contact: send.contact, occurredAt: now, kind: "engaged", data: { send: send.id, run: send.run, what: what.kind, machine } }] });
}

import { HOUR } from "@relance/model/base";
import { consentFor } from "@relance/model/consent";
import type { Deps } from "../../deps.ts";
import { readConsents, recordConsents, type ConsentRecord } from "../compliance/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import { engage } from "./engage.ts";

/** How long a way back is offered on the page. */
const UNDO_MS = 24 * HOUR;

export interface Visitor {
  readonly ip: string;
  readonly agent: string | null;
}

/** What every word said on these pages is recorded with. */
export const recordOf = (send: FoundSend, now: number, visitor: Visitor): Omit<ConsentRecord, "topic" | "state" | "basis" | "source"> => ({
  workspace: send.workspace,
  contact: send.contact,
  channel: send.channel,
  occurredAt: now,
  language: send.language,
  ip: visitor.ip,
  userAgent: visitor.agent?.slice(0, 300) ?? null,
  recordedBy: "recipient",
  evidence: { send: send.id },
});

/**
 * Withdraws the consent a message was sent under: its topic, or everything on the channel. Doing it again changes nothing.
 * @returns whether anything changed
 */
export async function leave(
  deps: Deps,
  send: FoundSend,
  input: { readonly everything: boolean; readonly source: "one_click" | "unsubscribe_page"; readonly visitor: Visitor },
): Promise<boolean> {
  const { sql, clock, chance } = deps.ports;
  const topic = input.everything ? "" : send.topic;
  const changed = await sql.transaction(async (tx) => {
    const now = clock.now();
    const { consents } = await readConsents(tx, { workspace: send.workspace, contact: send.contact, channels: [send.channel] });
    const own = consents.find((one) => one.topic === topic);
    const general = consents.find((one) => one.topic === "");
    const out = (one: typeof own) => one !== undefined && one.state !== "granted";
    // Already out of it: also by a general no that no later yes to the topic has lifted.
    if (out(own) || (topic !== "" && out(general) && (own === undefined || own.changedAt <= general!.changedAt))) return false;
    await recordConsents(tx, {
      now,
      chance,
      records: [{ ...recordOf(send, now, input.visitor), topic, state: "withdrawn", basis: "none", source: input.source }],
    });
    await engage(tx, deps, send, { kind: "unsubscribed", machine: false });
    return true;
  });
  if (changed) deps.poke();
  return changed;
}

/**
 * Takes back what this very message's page withdrew in the last day, to what was granted before. Nobody can join by it who had not.
 * @returns whether anything changed
 */
export async function undoLeave(deps: Deps, send: FoundSend, input: { readonly visitor: Visitor }): Promise<boolean> {
  const { sql, clock, chance } = deps.ports;
  const changed = await sql.transaction(async (tx) => {
    const now = clock.now();
    const { proofs } = await readConsents(tx, { workspace: send.workspace, contact: send.contact, channels: [send.channel] });
    const records = [...new Set(["", send.topic])].flatMap((topic): ConsentRecord[] => {
      const [last, previous] = proofs.filter((one) => one.channel === send.channel && one.topic === topic);
      const ours =
        last !== undefined && last.state === "withdrawn" && last.evidence["send"] === send.id && last.occurred_at > now - UNDO_MS;
      if (!ours || previous?.state !== "granted") return [];
      return [
        {
          ...recordOf(send, now, input.visitor),
          topic,
          state: "granted",
          basis: previous.basis,
          expiresOn: previous.expires_on,
          source: "unsubscribe_undo",
        },
      ];
    });
    await recordConsents(tx, { now, chance, records });
    return records.length > 0;
  });
  if (changed) deps.poke();
  return changed;
}

/** Whether marketing of this message's topic may still reach its reader. */
export async function stillIn(deps: Deps, send: FoundSend): Promise<{ topic: boolean; everything: boolean }> {
  const { consents } = await readConsents(deps.ports.sql, { workspace: send.workspace, contact: send.contact, channels: [send.channel] });
  const day = "0000-01-01";
  const left = (topic: string) => ["withdrawn", "objected"].includes(consentFor(consents, topic, day).kind);
  return { topic: !left(send.topic), everything: !left("") };
}

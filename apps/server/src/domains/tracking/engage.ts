import type { Instant } from "@relance/model/base";
import { pageAddress } from "@relance/model/events";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import type { NewFact } from "../../platform/engine.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { noteReads } from "../catalog/index.ts";
import type { FoundSend } from "../delivery/index.ts";
import { BURST, HONEYPOT_MS } from "./machine.ts";
import { addEngagementTotals, engagementsOf, insertEngagements, markMachine, type NewEngagement, type TotalsChange } from "./queries.ts";

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

/** @see engageAll */
export const engage = (tx: Tx, deps: Deps, send: FoundSend, what: Engagement): Promise<void> => engageAll(tx, deps, [{ send, what }]);

/** An engagement of this call or of before, as it is judged now. */
interface Known extends NewEngagement {
  machine: boolean;
  readonly isNew: boolean;
}

/**
 * Stores engagements with messages of one workspace, in their order, with their counters and facts, in the caller's transaction. People
 * and machines are told apart by the agent, by bursts (three different links within five seconds) and by the hidden link; what was
 * counted as a person's a moment ago is recounted as a machine's when that shows. The fact that was written then stays: the engine may
 * have acted on it.
 */
export async function engageAll(
  tx: Tx,
  deps: Deps,
  given: readonly { readonly send: FoundSend; readonly what: Engagement }[],
): Promise<void> {
  if (given.length === 0) return;
  const { clock, chance } = deps.ports;
  const now = clock.now();
  const { workspace } = given[0]!.send;
  const sends = [...new Map(given.map(({ send }) => [send.id, send])).values()];
  const before = await engagementsOf(tx, { workspace, sends: sends.map(({ bucket, id }) => ({ bucket, send: id })) });
  const known = new Map(
    sends.map((send) => [
      send.id,
      before.filter((one) => one.send === send.id).map((one): Known => ({ ...one, contact: send.contact, isNew: false })),
    ]),
  );
  const recounted: Known[] = [];
  const changes: TotalsChange[] = [];
  const facts: NewFact[] = [];
  for (const { send, what } of given) {
    const told = judge(known.get(send.id)!, what, now);
    for (const one of told.unmasked) one.machine = true;
    recounted.push(...told.unmasked.filter((one) => !one.isNew));
    known.get(send.id)!.push({
      id: chance.id(now),
      bucket: send.bucket,
      send: send.id,
      contact: send.contact,
      kind: what.kind,
      machine: told.machine,
      link: what.link ?? null,
      url: what.url ?? null,
      at: now,
      detail: what.hidden ? { hidden: true } : {},
      isNew: true,
    });
    const subjects = ["all", `template:${send.template}`, ...(send.journey ? [`journey:${send.journey}:${send.step ?? ""}`] : [])];
    changes.push(...subjects.flatMap((subject) => told.changes.map((one) => ({ ...one, subject }))));
    facts.push({
      workspace,
      contact: send.contact,
      occurredAt: now,
      kind: "engaged",
      data: { send: send.id, run: send.run, what: what.kind, machine: told.machine },
    });
  }
  const rows = [...known.values()].flat().filter((one) => one.isNew);
  if (recounted.length > 0) await markMachine(tx, { workspace, rows: recounted });
  await insertEngagements(tx, { workspace, rows });
  await noteReads(tx, {
    workspace,
    reads: rows.flatMap((one) => {
      const address = one.kind === "clicked" && !one.machine ? pageAddress(one.url) : null;
      return address === null ? [] : [{ contact: one.contact, address, at: now }];
    }),
  });
  await addEngagementTotals(tx, { workspace, slot: 1 + Math.floor(chance.float() * 7), changes });
  await writeFacts(tx, { chance, now, facts });
}

/** Whether an engagement is a machine's, which earlier ones it shows to have been a machine's too, and what that changes of the counts. */
function judge(
  before: readonly Known[],
  what: Engagement,
  now: Instant,
): { readonly machine: boolean; readonly unmasked: readonly Known[]; readonly changes: readonly Omit<TotalsChange, "subject">[] } {
  const clicks = before.filter((one) => one.kind === "clicked");
  const burst =
    what.kind === "clicked" &&
    what.link !== undefined &&
    new Set([what.link, ...clicks.filter((one) => one.at > now - BURST.ms && one.link !== null).map((one) => one.link)]).size >=
      BURST.links;
  const trapped =
    what.kind === "clicked" && (what.hidden === true || clicks.some((one) => one.detail.hidden === true && one.at > now - HONEYPOT_MS));
  const machine = what.machine || burst || trapped;
  const unmasked = burst || trapped ? clicks.filter((one) => !one.machine && one.at > now - (trapped ? HONEYPOT_MS : BURST.ms)) : [];
  const people = clicks.filter((one) => !one.machine).length;
  const isKnown = before.some((one) => one.kind === what.kind && (one.machine || unmasked.includes(one)) === machine);
  const wasMachine = clicks.some((one) => one.machine);
  return {
    machine,
    unmasked,
    changes: [
      ...(unmasked.length === 0
        ? []
        : [
            { kind: "clicked", machine: false, n: -unmasked.length, sends: unmasked.length === people ? -1 : 0 },
            { kind: "clicked", machine: true, n: unmasked.length, sends: wasMachine ? 0 : 1 },
          ]),
      { kind: what.kind, machine, n: 1, sends: isKnown ? 0 : 1 },
    ],
  };
}

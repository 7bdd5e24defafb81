import { bucketOf, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../platform/db/database.ts";
import type { Chance } from "../../platform/ports.ts";
import { insertSends, type PlannedSend } from "./plan-queries.ts";
import { addTotals } from "./totals.ts";

/** What planning needs of a turn; `platform/engine.ts` `Turn` has it all. */
export interface PlanningTurn {
  readonly now: Instant;
  readonly chance: Chance;
  /** Which slot of the spread counters this process writes. */
  readonly slot: number;
  /** Called when sends were planned; the turn passes it on once it has committed. */
  readonly wake?: (role: "delivery") => void;
}

/** What makes a send unique: the same step visit, campaign variant or request never makes two. */
function sendKey(send: Pick<PlannedSend, "origin" | "contact" | "channel" | "workspace">): string {
  const { origin } = send;
  switch (origin.kind) {
    case "journey":
      return `run:${origin.run}:${origin.visit}:${send.channel}`;
    case "campaign":
      return `campaign:${origin.campaign}:${send.contact}:${origin.variant}`;
    case "request":
      return `request:${send.workspace}:${origin.key}`;
  }
}

/**
 * Writes sends into the ledger as `waiting`, with their counters, in the caller's transaction and in sets.
 * A send whose key exists already is left as it is, so the same turn done twice plans nothing twice.
 * @returns the id of each send newly planned, by its key (`sendKey`)
 */
export async function planSends(tx: Tx, turn: PlanningTurn, sends: readonly PlannedSend[]): Promise<ReadonlyMap<string, Id>> {
  const byKey = new Map(sends.map((send) => [sendKey(send), send]));
  if (byKey.size === 0) return new Map();
  const rows = [...byKey].map(([key, send]) => ({ key, send, id: turn.chance.id(turn.now), bucket: bucketOf(send.contact) }));
  const inserted = await insertSends(tx, { rows, now: turn.now });
  const planned = inserted.map(({ key }) => byKey.get(key)!);
  if (planned.length > 0) turn.wake?.("delivery");
  await addTotals(
    tx,
    turn.slot,
    planned.map((send) => ({ of: subjectOf(send), state: "waiting", reason: "", n: 1 })),
  );
  return new Map(inserted.map(({ key, id }) => [key, id]));
}

function subjectOf({ workspace, template, origin }: PlannedSend) {
  return {
    workspace,
    template,
    journey: origin.kind === "journey" ? origin.journey : null,
    step: origin.kind === "journey" ? origin.step : null,
    campaign: origin.kind === "campaign" ? origin.campaign : null,
  };
}

import { DAY, MINUTE, type Id } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Tx } from "../../platform/db/database.ts";
import { type Calling, type Refused, type Settled, type Told } from "./calling.ts";
import { canEmpty, empty, settle } from "./destinations.ts";
import { KEEP_LOG, recordOutcome } from "./outcome.ts";
import * as queries from "./queries.ts";
import type { Asked, AudienceRow } from "./queries.ts";

// Google's "Diagnostics": the outcome is there half an hour after a request at the earliest, a day after at the latest.
const LOOK_AFTER = 30 * MINUTE;
const GIVE_UP_AFTER = 3 * DAY;

/** Keeps the number under which a destination says later what came of what it took. */
export async function noteRequest(
  tx: Tx,
  deps: Deps,
  input: { audience: AudienceRow; told: Extract<Told, { kind: "done" }> },
): Promise<void> {
  const {
    told: { request },
    audience,
  } = input;
  const now = deps.ports.clock.now();
  if (request !== undefined)
    await queries.insertRequest(tx, { id: deps.ports.chance.id(now), audience, request, now, lookAt: now + LOOK_AFTER });
}

interface Outcome {
  readonly one: Asked;
  readonly settled: Settled;
}

/**
 * Asks what came of requests that were taken earlier. One that was lost leaves it unknown who is on the list there: the list is emptied and
 * filled anew, at once where the fault was the network's, else when a person has put it right and starts it again.
 * @returns whether to go on at once
 */
export async function settleRequests(deps: Deps, input: { calling: Calling; asked: readonly Asked[]; claim: Id }): Promise<boolean> {
  const { calling, claim } = input;
  const outcomes = await Promise.all(
    input.asked.map(async (one): Promise<Outcome> => ({ one, settled: await settle(calling, one.request) })),
  );
  return deps.ports.sql.transaction((tx) => recordSettled(tx, deps, { audience: calling.audience, claim, outcomes }));
}

async function recordSettled(
  tx: Tx,
  deps: Deps,
  input: { audience: AudienceRow; claim: Id; outcomes: readonly Outcome[] },
): Promise<boolean> {
  const { audience, claim, outcomes } = input;
  const now = deps.ports.clock.now();
  const lost = outcomes.flatMap(({ settled }) => (settled.kind === "lost" ? [settled] : []));
  const waiting = outcomes
    .filter(({ one, settled }) => settled.kind === "waiting" && one.asked_at > now - GIVE_UP_AFTER)
    .map(({ one }) => one.id);
  const trouble =
    lost.length === 0
      ? null
      : ({ kind: lost.every((one) => one.transient) ? "later" : "failed", status: null, reason: lost[0]!.reason } satisfies Refused);
  if (trouble !== null && (await recordOutcome(tx, deps, { audience, claim, trouble })) === null) return false;
  if (trouble !== null) await queries.writeRefill(tx, { workspace: audience.workspace_id, id: audience.id });
  await queries.postponeRequests(tx, { ids: waiting, lookAt: now + LOOK_AFTER });
  await queries.dropRequests(
    tx,
    outcomes.map(({ one }) => one.id).filter((id) => !waiting.includes(id)),
  );
  const said = outcomes.flatMap(({ settled }) => (settled.kind === "done" && settled.reason !== null ? [settled] : []));
  if (trouble === null && said.length === 0) return true;
  const about = trouble ?? { kind: "done" as const, reason: said.map((one) => one.reason).join(", ") };
  await queries.insertDelivery(tx, {
    audience,
    forget: now - KEEP_LOG,
    delivery: {
      id: deps.ports.chance.id(now),
      tried_at: now,
      outcome: about.kind,
      added: 0,
      removed: 0,
      refused: said.reduce((sum, one) => sum + one.refused, 0),
      status: null,
      reason: about.reason,
    },
  });
  return trouble === null;
}

/** Empties the list there; then all members are told anew. @returns whether to go on at once */
export async function emptyOut(deps: Deps, input: { calling: Calling; claim: Id }): Promise<boolean> {
  const { calling, claim } = input;
  const { audience } = calling;
  const told: Told = canEmpty(audience.destination) ? await empty(calling, audience.destination) : { kind: "done", refused: 0 };
  return deps.ports.sql.transaction(async (tx) => {
    const failed = await recordOutcome(tx, deps, { audience, claim, trouble: told.kind === "done" ? null : told });
    if (failed === null) return false;
    const now = deps.ports.clock.now();
    const about =
      told.kind === "done"
        ? { outcome: "emptied" as const, status: null, reason: null }
        : { outcome: failed ? ("failed" as const) : ("later" as const), status: told.status, reason: told.reason };
    await queries.insertDelivery(tx, {
      audience,
      forget: now - KEEP_LOG,
      delivery: { id: deps.ports.chance.id(now), tried_at: now, added: 0, removed: 0, refused: 0, ...about },
    });
    if (told.kind !== "done") return false;
    await queries.writeEmptied(tx, { audience, now });
    await noteRequest(tx, deps, { audience, told });
    return true;
  });
}

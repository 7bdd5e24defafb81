import type { Id, Instant } from "@relance/model/base";
import type { Database } from "../../../platform/db/database.ts";
import { handedOver } from "../../../platform/metrics.ts";
import type { Chance } from "../../../platform/ports.ts";
import type { Secrets } from "../../../platform/secrets/index.ts";
import { recordConsents, suppress } from "../../compliance/index.ts";
import type { ClaimedSend } from "./claim.ts";
import { follow } from "./move.ts";
import type { Outcome } from "../providers/provider.ts";
import { afterOutcome } from "./transitions.ts";
import { readMovedAway, writeMoves, type Move } from "./worker-queries.ts";

export interface Told {
  readonly send: ClaimedSend;
  readonly outcome: Outcome;
}

/**
 * Writes how hand-overs ended. Unlike the claim and the hand-over, this is not fenced by the lease but by the claim on the row itself
 * (worker, attempt, state): what happened at the far side stays true whoever owns the bucket by now, and dropping it would turn
 * every message on the wire into an unknown whenever a second worker joins. A row declared uncertain meanwhile, because we were slow
 * or taken for dead, is settled by a late "accepted". Written twice, nothing changes the second time.
 */
export async function recordOutcomes(
  db: Database,
  input: {
    readonly told: readonly Told[];
    readonly worker: Id;
    readonly secrets: Secrets;
    readonly now: Instant;
    readonly chance: Chance;
    readonly slot: number;
  },
): Promise<void> {
  const { now } = input;
  const moves = input.told.map(({ send, outcome }): Move & { send: ClaimedSend } => {
    const next = afterOutcome(outcome, send, now, input.chance.float());
    return {
      send,
      from: { state: "handing", reason: null },
      to: { state: next.state, reason: next.reason },
      attempts: send.attempts,
      dueAt: next.dueAt,
      refusals: next.refusals,
      repeats: next.repeats,
      answer: outcome.answer,
      reference: outcome.kind === "accepted" ? outcome.reference : null,
      claimedUntil: null,
    };
  });
  await db.transaction(async (tx) => {
    const done: (Move & { send: ClaimedSend })[] = [];
    const missing = new Map(moves.map((move) => [move.send.id, move]));
    const write = async (tries: readonly (Move & { send: ClaimedSend })[]): Promise<void> => {
      const moved = await writeMoves(tx, { moves: tries, worker: input.worker, now });
      for (const move of tries) if (moved.has(move.send.id) && missing.delete(move.send.id)) done.push(move);
    };
    const late = (move: Move & { send: ClaimedSend }) => ({ ...move, from: { state: "uncertain", reason: "worker_died" } as const });
    await write(moves);
    await write([...missing.values()].filter((move) => move.to.state === "accepted").map(late));
    if (missing.size > 0) {
      for (const there of await readMovedAway(tx, { ids: [...missing.keys()], worker: input.worker })) {
        const move = missing.get(there.id)!;
        const moved = { ...move, send: { ...move.send, bucket: there.bucket, contact: there.contact } };
        await write([moved]);
        if (missing.has(there.id) && move.to.state === "accepted") await write([late(moved)]);
      }
    }
    // The provider keeps a list of its own of who said STOP to it: what it knows is kept here too.
    const left = done.filter((move) => move.to.state === "failed" && move.to.reason === "unsubscribed");
    await recordConsents(tx, {
      now,
      chance: input.chance,
      records: left.map(({ send }) => ({
        workspace: send.workspace,
        contact: send.contact,
        channel: send.channel,
        topic: "",
        state: "withdrawn",
        basis: "none",
        occurredAt: now,
        source: "provider_opt_out",
        recordedBy: "provider",
        evidence: { send: send.id },
      })),
    });
    // Nobody is there: nothing is sent to that address again (COMPLIANCE §7.7), until someone takes it off the list.
    const dead = done.filter((move) => move.to.state === "failed" && move.to.reason === "address_unknown");
    await suppress(tx, {
      now,
      secrets: input.secrets,
      rows: dead.map(({ send }) => ({
        workspace: send.workspace,
        channel: send.channel,
        address: send.address,
        reason: "hard_bounce",
        detail: { send: send.id },
      })),
    });
    await follow(tx, { moves: done, moved: new Set(done.map((move) => move.send.id)), slot: input.slot, chance: input.chance, now });
  });
  for (const { outcome } of input.told) handedOver.inc({ outcome: outcome.kind });
}

import { MINUTE, SECOND, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../../platform/db/database.ts";
import type { Chance } from "../../../platform/ports.ts";
import type { AddressedSend, DeliveryDoors, GateDecision, Recipient } from "../doors.ts";
import { follow } from "./move.ts";
import { pairKey, routeFor, type Route, type Routes } from "../providers/providers.ts";
import { afterUnknown } from "./transitions.ts";
import {
  readAbandoned,
  readDuePairs,
  readDueSends,
  writeClaims,
  writeMoves,
  type Claim,
  type Move,
  type TakenSend,
} from "./worker-queries.ts";

/** A claim is good for so long; rendering a batch takes far less. */
const CLAIM_MS = MINUTE;
/** `handing` rows are their worker's for so long without a word from it; it says so every 5 s. */
export const HANDING_MS = 20 * SECOND;
/** A send the gate could not decide (a door that forgot it) is asked again after this; it never leaves undecided. */
const UNDECIDED_MS = 5 * MINUTE;
/** Starts in a row that no worker lived to finish before a message is quarantined. */
const MOST_UNFINISHED = 4;
/** How many that a worker left unfinished so often are started together: a killer shows itself alone, and no neighbour is blamed with it. */
const TOGETHER = [Infinity, 10, 1, 1] as const;

/** One send allowed to leave: claimed, with where it goes and through whom. */
export interface ClaimedSend extends TakenSend, AddressedSend {
  readonly route: Route;
  readonly gateAt: Instant;
  /** Of the lease it was claimed under. */
  readonly epoch: number;
}

export interface ClaimInput {
  readonly worker: Id;
  readonly epochs: ReadonlyMap<number, number>;
  readonly now: Instant;
  /** Of the monotonic clock, for rates. */
  readonly monotonic: number;
  readonly limit: number;
  readonly chance: Chance;
  readonly slot: number;
  readonly routes: Routes;
  readonly doors: DeliveryDoors;
  /** Whether nobody would hear of how sends end. */
  readonly unheard?: boolean | undefined;
  /** Why the gate cannot decide the one send asked for: it is held without asking. */
  readonly undecidable?: string;
}

/**
 * Takes what is due, asks the gate about each inside this very transaction, and writes the answers: claimed, held or skipped, with
 * the checks and their facts. The caller has fenced the transaction.
 */
export async function claimDue(tx: Tx, input: ClaimInput): Promise<{ readonly claimed: readonly ClaimedSend[]; readonly taken: number }> {
  const buckets = [...input.epochs.keys()];
  const pairs = await readDuePairs(tx, { buckets, now: input.now });
  if (pairs.length === 0) return { claimed: [], taken: 0 };
  const routes = await input.routes.of(tx, pairs);
  // With many workspaces due each gives its share, at least ten: one with millions must not make the query read millions.
  const share = Math.max(10, Math.ceil(input.limit / pairs.length));
  const open = pairs
    .map((pair) => ({ ...pair, most: Math.min(share, routes.get(pairKey(pair))?.breaker.room(input.monotonic) ?? 0) }))
    .filter((pair) => pair.most > 0);
  if (open.length === 0) return { claimed: [], taken: 0 };
  const due = apart(await readDueSends(tx, { pairs: open, limit: input.limit, buckets, now: input.now }));
  if (due.length === 0) return { claimed: [], taken: 0 };
  const claims = await decideAll(tx, input, due, routes);
  const moved = await writeClaims(tx, { claims, worker: input.worker, epochs: input.epochs, now: input.now });
  await follow(tx, { moves: claims, moved, slot: input.slot, chance: input.chance, now: input.now, unheard: input.unheard });
  const claimed = claims
    .filter((claim) => moved.has(claim.send.id) && claim.to.state === "claimed")
    .map((claim): ClaimedSend => ({
      ...claim.send,
      state: "claimed",
      reason: null,
      attempts: claim.send.attempts + 1,
      unfinished: claim.send.unfinished + 1,
      address: claim.address!,
      language: claim.language,
      route: routeFor(routes, claim.send)!,
      ...wayOf(routeFor(routes, claim.send)!),
      found: claim.found,
      gateAt: input.now,
      epoch: input.epochs.get(claim.send.bucket)!,
    }));
  return { claimed, taken: due.length };
}

/** Of those due, the ones that were left unfinished most often, as many as are started together. */
function apart(due: readonly TakenSend[]): readonly TakenSend[] {
  const most = due.reduce((worst, send) => Math.max(worst, send.unfinished), 0);
  return most === 0 ? due : due.filter((send) => send.unfinished === most).slice(0, TOGETHER[most] ?? 1);
}

type Decided = Claim & { readonly send: TakenSend; readonly found: unknown };

const wayOf = (route: Route) => ({ outside: route.provider.reach === "outside", signed: route.signs });

async function decideAll(tx: Tx, input: ClaimInput, due: readonly TakenSend[], routes: ReadonlyMap<string, Route>): Promise<Decided[]> {
  if (input.undecidable !== undefined) return due.map((send) => undecided(send, input.undecidable!, input.now));
  const recipients = await input.doors.recipients(tx, { sends: due });
  const asked = due.flatMap((send) => {
    const recipient = recipients.get(send.id);
    return recipient?.address && send.patienceUntil > input.now
      ? [{ ...send, address: recipient.address, language: recipient.language, ...wayOf(routeFor(routes, send)!), found: recipient.found }]
      : [];
  });
  const decisions = asked.length > 0 ? await input.doors.decide(tx, { now: input.now, sends: asked }) : new Map<Id, GateDecision>();
  return due.map((send) => claimOf(send, recipients.get(send.id), decisions.get(send.id), input.now));
}

function claimOf(send: TakenSend, recipient: Recipient | undefined, decision: GateDecision | undefined, now: Instant): Decided {
  const base = {
    send,
    from: { state: send.state, reason: send.reason },
    attempts: send.attempts,
    decision: decision?.checks ?? null,
    address: recipient?.address ?? null,
    language: recipient?.language ?? null,
    found: recipient?.found,
  };
  const end = (reason: string) => ({ ...base, to: { state: "skipped", reason }, claimedUntil: null, dueAt: null }) as const;
  if (!recipient) return end("contact_gone");
  if (recipient.address === null) return end("no_address");
  if (send.patienceUntil <= now)
    return send.refusals > 0
      ? { ...end(send.reason ?? "too_late"), to: { state: "failed", reason: send.reason ?? "too_late" } }
      : end(send.reason ?? "too_late");
  const verdict = decision?.verdict ?? { kind: "hold", until: now + UNDECIDED_MS, reason: "undecided" };
  switch (verdict.kind) {
    case "send":
      return { ...base, to: { state: "claimed", reason: null }, claimedUntil: now + CLAIM_MS, dueAt: null };
    case "skip":
      return end(verdict.reason);
    case "hold":
      // Its next chance lies beyond its patience: waiting for it would only end in the same.
      if (verdict.until > send.patienceUntil) return end(verdict.reason);
      return { ...base, to: { state: "held", reason: verdict.reason }, claimedUntil: null, dueAt: Math.max(verdict.until, now + SECOND) };
  }
}

/** Unreadable consent means no send: it waits and is asked again, until its patience ends. */
function undecided(send: TakenSend, error: string, now: Instant): Decided {
  return claimOf(
    send,
    { address: "", language: null },
    { verdict: { kind: "hold", until: now + UNDECIDED_MS, reason: "undecided" }, checks: { error } },
    now,
  );
}

/**
 * Settles what dead workers left. `claimed`: nothing was on the wire, so it waits again; after four unfinished starts in a row, the last two alone, it is
 * quarantined as failed. `handing`: it may have gone out, so marketing becomes uncertain and transactional is repeated once.
 * @returns how many were settled
 */
export async function recoverAbandoned(
  tx: Tx,
  input: Pick<ClaimInput, "worker" | "epochs" | "now" | "chance" | "slot"> & { readonly inHand: readonly Id[]; readonly limit: number },
): Promise<number> {
  const abandoned = await readAbandoned(tx, input);
  if (abandoned.length === 0) return 0;
  const moves = abandoned.map((send): Move & { send: TakenSend } => {
    const base = { send, from: { state: send.state, reason: send.reason }, attempts: send.attempts, claimedUntil: null, abandoned: true };
    if (send.state === "claimed") {
      if (send.unfinished >= MOST_UNFINISHED) return { ...base, to: { state: "failed", reason: "quarantined" } };
      return { ...base, to: { state: "waiting", reason: "worker_died" }, dueAt: input.now };
    }
    const next = afterUnknown("worker_died", send, input.now);
    return { ...base, to: { state: next.state, reason: next.reason }, dueAt: next.dueAt, repeats: next.repeats };
  });
  const moved = await writeMoves(tx, { moves, worker: null, epochs: input.epochs, now: input.now });
  await follow(tx, { moves, moved, slot: input.slot, chance: input.chance, now: input.now });
  return moved.size;
}

import { SECOND, type Id, type Instant } from "@relance/model/base";
import type { Tx } from "../../../platform/db/database.ts";
import type { Chance } from "../../../platform/ports.ts";
import { HANDING_MS, type ClaimedSend } from "./claim.ts";
import type { Rendered } from "../doors.ts";
import { follow } from "./move.ts";
import type { OutgoingMessage } from "../providers/provider.ts";
import type { Route } from "../providers/providers.ts";
import { readStopped, writeMoves, type Move } from "./worker-queries.ts";

/** A decision older than this is asked again before anything leaves: consent may have gone meanwhile (G7). */
const FRESH_MS = 5 * SECOND;

/** Messages committed as `handing` (outside) or already accepted (inside), by where they go. */
export interface Handed {
  readonly route: Route;
  readonly messages: readonly { readonly send: ClaimedSend; readonly message: OutgoingMessage }[];
}

export interface HandInput {
  readonly claimed: readonly ClaimedSend[];
  readonly rendered: ReadonlyMap<Id, Rendered | { readonly failed: string }>;
  readonly worker: Id;
  readonly epochs: ReadonlyMap<number, number>;
  readonly now: Instant;
  readonly chance: Chance;
  readonly slot: number;
  /** Whether nobody would hear of how sends end. */
  readonly unheard?: boolean | undefined;
}

/**
 * The last commit before the wire. Rendered messages become `handing`; those of an inside provider are stored and accepted at once;
 * those of a workspace stopped meanwhile, or decided too long ago, wait again; those that could not be rendered fail.
 * @returns only what this transaction moved; nothing else may be handed over
 */
export async function handOver(tx: Tx, input: HandInput): Promise<Handed[]> {
  const { claimed, now } = input;
  const stopped = await readStopped(tx, { workspaces: [...new Set(claimed.map((send) => send.workspace))] });
  const moves = claimed.map((send) => moveOf(send, input.rendered.get(send.id), stopped.has(send.workspace), now));
  const moved = await writeMoves(tx, { moves, worker: input.worker, epochs: input.epochs, now });
  const byRoute = new Map<Route, { send: ClaimedSend; message: OutgoingMessage }[]>();
  for (const move of moves) {
    const rendered = input.rendered.get(move.send.id);
    if (!moved.has(move.send.id) || !rendered || "failed" in rendered || !["handing", "accepted"].includes(move.to.state)) continue;
    const group = byRoute.get(move.send.route);
    const one = { send: move.send, message: outgoing(move.send, rendered) };
    if (group) group.push(one);
    else byRoute.set(move.send.route, [one]);
  }
  for (const [route, messages] of byRoute)
    if (route.provider.reach === "inside")
      await route.provider.store(
        tx,
        messages.map((one) => one.message),
        now,
      );
  await follow(tx, { moves, moved, slot: input.slot, chance: input.chance, now, unheard: input.unheard });
  return [...byRoute].map(([route, messages]) => ({ route, messages }));
}

function moveOf(
  send: ClaimedSend,
  rendered: Rendered | { readonly failed: string } | undefined,
  stopped: boolean,
  now: Instant,
): Move & { send: ClaimedSend } {
  const base = { send, from: { state: "claimed", reason: null }, attempts: send.attempts, claimedUntil: null } as const;
  if (stopped) return { ...base, to: { state: "waiting", reason: "stopped" }, dueAt: now };
  if (now - send.gateAt > FRESH_MS) return { ...base, to: { state: "waiting", reason: "decided_too_long_ago" }, dueAt: now };
  if (!rendered || "failed" in rendered)
    return { ...base, to: { state: "failed", reason: "render_failed" }, answer: rendered?.failed.slice(0, 500) ?? null };
  const { route } = send;
  if (route.provider.reach === "inside")
    return { ...base, to: { state: "accepted", reason: null }, messageId: rendered.messageId, provider: route.id };
  return {
    ...base,
    to: { state: "handing", reason: null },
    claimedUntil: now + HANDING_MS,
    messageId: rendered.messageId,
    provider: route.id,
  };
}

function outgoing(send: ClaimedSend, rendered: Rendered): OutgoingMessage {
  return {
    send: send.id,
    bucket: send.bucket,
    workspace: send.workspace,
    contact: send.contact,
    channel: send.channel,
    class: send.class,
    address: send.address,
    from: rendered.from,
    messageId: rendered.messageId,
    subject: rendered.subject,
    html: rendered.html,
    text: rendered.text,
    headers: rendered.headers,
    mime: () => rendered.mime(),
    ...(rendered.wire && { wire: rendered.wire }),
  };
}

import { MINUTE, SECOND, type Instant } from "@relance/model/base";
import type { SendState } from "@relance/contract/delivery";
import type { Outcome } from "../providers/provider.ts";

/** What decides where a send goes after an outcome. */
export interface Tried {
  readonly class: "marketing" | "transactional";
  /** Temporary refusals before this one. */
  readonly refusals: number;
  /** Times it was repeated although it may have gone out. */
  readonly repeats: number;
  readonly patienceUntil: Instant;
}

export interface Next {
  readonly state: SendState;
  readonly reason: string | null;
  /** When it is taken again; null when it is not. */
  readonly dueAt: Instant | null;
  readonly refusals: number;
  readonly repeats: number;
}

/** COMPLIANCE §7.4: minutes before the next try after the 1st, 2nd… temporary refusal; the last repeats until patience ends. */
const BACK_OFF = [5, 15, 30, 60, 120, 180] as const;

/** @param draw in [0, 1): up to a tenth is added, so that a thousand refused together do not come back together */
function backOff(refusals: number, draw: number): number {
  const minutes = BACK_OFF[Math.min(refusals, BACK_OFF.length - 1)]!;
  return Math.round(minutes * MINUTE * (1 + draw / 10));
}

/**
 * Where a send goes when its hand-over ended. A line lost before the dot, or a provider that refuses us all, is no refusal of the
 * message: it comes back after seconds (5, 10, 20… to 5 minutes) and its place in the back-off stays. A message that may have gone
 * out is repeated only when it is transactional, and only once (G3, G4).
 */
export function afterOutcome(outcome: Outcome, tried: Tried, now: Instant, draw: number): Next {
  const same = { refusals: tried.refusals, repeats: tried.repeats };
  switch (outcome.kind) {
    case "accepted":
      return { state: "accepted", reason: null, dueAt: null, ...same };
    case "uncertain":
      return outcome.repeatable
        ? repeated(outcome.reason, now + backOff(tried.refusals, draw), tried, same)
        : afterUnknown(outcome.reason, tried, now);
    case "lost":
      return again(outcome.reason, now + pause(tried.refusals, draw), tried, { ...same, refusals: tried.refusals + 1 });
    case "refused":
      if (outcome.scope === "provider")
        return again(outcome.reason, now + pause(tried.refusals, draw), tried, { ...same, refusals: tried.refusals + 1 });
      if (outcome.lasting) return { state: "failed", reason: outcome.reason, dueAt: null, ...same };
      return again(outcome.reason, now + Math.max(backOff(tried.refusals, draw), outcome.waitMs ?? 0), tried, {
        ...same,
        refusals: tried.refusals + 1,
      });
  }
}

/** It may have gone out and the answer never came, or its worker died while it was on the wire. */
export function afterUnknown(reason: string, tried: Tried, now: Instant): Next {
  const same = { refusals: tried.refusals, repeats: tried.repeats };
  if (tried.class === "transactional" && tried.repeats === 0 && now < tried.patienceUntil)
    return { state: "waiting", reason: "repeated", dueAt: now, refusals: tried.refusals, repeats: 1 };
  return { state: "uncertain", reason, dueAt: null, ...same };
}

/** It may have gone out, and trying again does no harm: so until patience ends, and then nobody knows. */
function repeated(reason: string, dueAt: Instant, tried: Tried, same: { refusals: number; repeats: number }): Next {
  if (dueAt > tried.patienceUntil) return { state: "uncertain", reason, dueAt: null, ...same };
  return { state: "waiting", reason, dueAt, refusals: tried.refusals + 1, repeats: tried.repeats };
}

function again(reason: string, dueAt: Instant, tried: Tried, counts: { refusals: number; repeats: number }): Next {
  if (dueAt > tried.patienceUntil) return { state: "failed", reason, dueAt: null, ...counts };
  return { state: "waiting", reason, dueAt, ...counts };
}

function pause(refusals: number, draw: number): number {
  return Math.round(Math.min(5 * SECOND * 2 ** refusals, 5 * MINUTE) * (1 + draw / 10));
}

/** Whether an outcome speaks against the provider as a whole. */
export function againstProvider(outcome: Outcome): boolean {
  return outcome.kind === "lost" || (outcome.kind === "refused" && outcome.scope === "provider");
}

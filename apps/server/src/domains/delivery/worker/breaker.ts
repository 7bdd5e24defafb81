import { MINUTE, SECOND } from "@relance/model/base";
import type { Outcome } from "../providers/provider.ts";
import { againstProvider } from "./transitions.ts";

/**
 * Keeps messages from a provider that refuses them all, and lets it find its pace. States: closed (all may pass), open (none until
 * a moment that doubles from 15 s to 5 min), then one message at a time is tried; the first that passes closes it. Messages that
 * trip it come back to the ledger as `waiting`: nothing is dropped. `rate` is a bucket of tokens, one second deep.
 */
export interface Breaker {
  /** How many messages may be taken now. Times are of the monotonic clock. */
  room(at: number): number;
  /** So many were taken. */
  took(count: number, at: number): void;
  /** So many of those taken were not handed over after all. */
  gaveBack(count: number): void;
  heard(outcome: Outcome, at: number): void;
  readonly open: boolean;
}

const TRIPS_AT = 5;
const SHORTEST = 15 * SECOND;
const LONGEST = 5 * MINUTE;

/** @param perSecond most messages a second; null without limit */
export function breaker(perSecond: number | null): Breaker {
  let against = 0;
  let openUntil: number | null = null;
  let span = SHORTEST;
  let probing = 0;
  const depth = perSecond === null ? Infinity : Math.max(1, perSecond);
  let tokens = depth;
  let filledAt = 0;
  const fill = (at: number) => {
    if (perSecond === null) return;
    tokens = Math.min(depth, tokens + (Math.max(0, at - filledAt) / SECOND) * perSecond);
    filledAt = at;
  };
  return {
    get open() {
      return openUntil !== null;
    },
    room(at) {
      fill(at);
      const allowed = openUntil === null ? Infinity : at < openUntil ? 0 : Math.max(0, 1 - probing);
      return Math.min(allowed, Math.floor(tokens));
    },
    took(count, at) {
      fill(at);
      tokens -= count;
      if (openUntil !== null) probing += count;
    },
    gaveBack(count) {
      if (openUntil !== null) probing = Math.max(0, probing - count);
    },
    heard(outcome, at) {
      if (openUntil !== null) probing = Math.max(0, probing - 1);
      if (!againstProvider(outcome)) {
        // An unknown end says nothing; a message refused for its own sake shows that the server works.
        if (outcome.kind === "uncertain") return;
        against = 0;
        openUntil = null;
        span = SHORTEST;
        return;
      }
      against++;
      const noConnection = outcome.kind === "lost" && outcome.reason.startsWith("no_connection");
      if (openUntil !== null && at < openUntil) return;
      if (openUntil !== null) span = Math.min(span * 2, LONGEST);
      if (openUntil !== null || noConnection || against >= TRIPS_AT) openUntil = at + span;
    },
  };
}

/**
 * A rehearsal in several sessions, each with a share of the buckets: people are independent of one another, so each share keeps its own
 * clock. What is common to people keeps everyone in one session: a pool of codes that may run out, and the best hour of those whose habits
 * are not known, which is everyone's.
 */
import type { Id, Instant } from "@relance/model/base";
import type { Graph } from "@relance/model/journeys";
import type { Deps } from "../../deps.ts";
import type { Db } from "../../platform/db/database.ts";
import { findWorkspace } from "../team/index.ts";
import { ALL_BUCKETS, openWorld, type World, type WorldInput } from "./world.ts";
import { hasManyContacts } from "./world-queries.ts";

export interface Plan {
  /** Played before the rest, for an estimate while one waits; null: everyone at once. */
  readonly look: readonly number[] | null;
  /** The buckets of each session; all of them together. */
  readonly shares: readonly (readonly number[])[];
}

const AT_ONCE: Plan = { look: null, shares: [ALL_BUCKETS] };
/** Every sixteenth bucket: enough for figures within a few per cent, in a small part of the time. */
const LOOK = ALL_BUCKETS.filter((bucket) => bucket % 16 === 0);
/** Two keep two cores busy: while one waits for the database the other decides. One is smaller, and ends first: a better estimate. */
const SHARES = [ALL_BUCKETS.filter((bucket) => bucket % 16 < 7), ALL_BUCKETS.filter((bucket) => bucket % 16 >= 7)];

export async function planOf(db: Db, input: { readonly workspace: Id; readonly graph: Graph }): Promise<Plan> {
  if (input.graph.steps.some((step) => step.kind === "coupon") || !(await hasManyContacts(db, input))) return AT_ONCE;
  const { settings } = await findWorkspace(db, { id: input.workspace });
  return settings.bestTime.on ? AT_ONCE : { look: LOOK, shares: SHARES };
}

export function inShares(count: number): (readonly number[])[] {
  return Array.from({ length: count }, (_none, share) => ALL_BUCKETS.filter((bucket) => bucket % count === share));
}

/** The past laid out once for each share. What was opened is closed when one fails. */
export async function openWorlds(deps: Deps, input: WorldInput, shares: readonly (readonly number[])[]): Promise<World[]> {
  const opened = await Promise.allSettled(shares.map((buckets) => openWorld(deps, { ...input, buckets })));
  const failed = opened.find((one) => one.status === "rejected");
  if (!failed) return opened.map((one) => (one as PromiseFulfilledResult<World>).value);
  await Promise.all(opened.filter((one) => one.status === "fulfilled").map((one) => one.value.stage.close()));
  throw failed.reason;
}

/** Does something in every share at once; when it fails in one the others are told to stop, and awaited, before it throws. */
export async function together<T>(
  worlds: readonly World[],
  work: (world: World, share: number, stopped: () => boolean) => Promise<T>,
): Promise<T[]> {
  let failed: { readonly error: unknown } | null = null;
  const done = await Promise.all(
    worlds.map((world, share) =>
      work(world, share, () => failed !== null).catch((error: unknown) => {
        failed ??= { error };
        return null;
      }),
    ),
  );
  if (failed) throw (failed as { error: unknown }).error;
  return done as T[];
}

/** How far all shares are: told to one who hears a share of the whole and the earliest of their moments. */
export function progressOf(
  count: number,
  period: { readonly from: Instant; readonly until: Instant },
  onProgress: (done: number, at: Instant) => Promise<void>,
): (share: number, at: Instant) => Promise<void> {
  const stand: Instant[] = Array.from({ length: count }, () => period.from);
  return async (share, at) => {
    stand[share] = at;
    const mean = stand.reduce((sum, one) => sum + one - period.from, 0) / count;
    await onProgress(mean / (period.until - period.from), Math.min(...stand));
  };
}

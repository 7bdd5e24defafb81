import { BUCKETS, MINUTE, type Id, type Instant } from "@relance/model/base";
import type { RehearsalResult } from "@relance/contract/rehearsals";
import type { Deps } from "../../deps.ts";
import type { Clock } from "../../platform/ports.ts";
import { findWorkspace } from "../team/index.ts";
import { countContacts, estimate, sumBuckets } from "./estimate.ts";
import { expect } from "./expected.ts";
import * as sums from "./sums.ts";
import { mergeFound } from "./merge.ts";
import { openWorlds, progressOf, together } from "./shares.ts";
import type { World, WorldInput } from "./world.ts";

/** Halts of time at most: what happens between two is done at the second, so more are truer and slower (bench/rehearsal.ts). */
export const MOST_HALTS = 1_500;
/** With no more news than this, time halts at every single moment. */
const FEW = 300;
/** Milliseconds between two words about how far it is; each also asks whether to go on. */
const TELL_EVERY = 500;
/** Paths read at once. */
const PAGE = 500;

export interface RehearseInput extends Omit<WorldInput, "only" | "buckets"> {
  /** The buckets of each session; where they are not all, the result is an estimate. */
  readonly shares: readonly (readonly number[])[];
  /** Halts of time at most. */
  readonly halts: number;
  /** Milliseconds between two halts at least; null: as the period and its news ask. */
  readonly stride: number | null;
  /** Told between halts; throws to stop. @param done a share between 0 and 1 */
  readonly onProgress: (done: number, at: Instant) => Promise<void>;
  /** Of how many runs the path is told at most; where more began, of some spread over the period. */
  readonly stories: number;
  /** Told what it comes to when a session has ended and others have not. */
  readonly onEstimate?: (result: RehearsalResult) => Promise<void>;
  /** Given them, in pages: one at least, which may hold nobody. */
  readonly onPeople: (people: readonly sums.PersonRow[]) => Promise<void>;
}

export interface Rehearsed {
  readonly result: RehearsalResult;
  /** Everyone who entered. */
  readonly contacts: ReadonlySet<Id>;
}

/** Plays a graph over the recorded past. Nothing is written but on the rehearsal's own stages, which are gone afterwards. */
export async function rehearse(deps: Deps, input: RehearseInput): Promise<Rehearsed> {
  const { from, until, played } = input;
  const began = deps.ports.clock.monotonic();
  await input.onProgress(0, from);
  const worlds = await openWorlds(deps, { ...input, only: null }, input.shares);
  try {
    const stride = input.stride ?? strideOf(until - from, totalOf(worlds, "news"), input.halts);
    const progress = progressOf(worlds.length, input, input.onProgress);
    const came = (ended: readonly World[], halts: number) => comeTo(deps, input, ended, { strideMs: stride, halts, began });
    const ended: World[] = [];
    const halts = await together(worlds, async (world, share, stopped) => {
      const count = await play(deps.ports.clock, world, { ...input, stride, stopped, onProgress: (at) => progress(share, at) });
      if (ended.push(world) < worlds.length && !stopped()) await input.onEstimate?.(await came([...ended], count));
      return count;
    });
    const result = await came(worlds, Math.max(...halts));
    const paths = await tellPeople(worlds, input);
    const entered = await together(worlds, ({ stage }) => sums.whoEntered(stage.db, played.journey));
    return {
      result: { ...result, paths, tookMs: Math.round(deps.ports.clock.monotonic() - began) },
      contacts: new Set(entered.flatMap((some) => [...some])),
    };
  } finally {
    await Promise.all(worlds.map(({ stage }) => stage.close()));
  }
}

const totalOf = (worlds: readonly World[], count: keyof World["counts"]): number =>
  worlds.reduce((sum, world) => sum + world.counts[count], 0);

/** What some sessions came to; where others are missing, an estimate for all. */
async function comeTo(
  deps: Deps,
  input: RehearseInput,
  worlds: readonly World[],
  how: { readonly strideMs: number; readonly halts: number; readonly began: number },
): Promise<RehearsalResult> {
  const {
    workspace,
    from,
    until,
    played: { journey },
  } = input;
  const { sql: db, clock } = deps.ports;
  const {
    settings: { cap },
    time_zone: zone,
    currency,
  } = await findWorkspace(db, { id: workspace });
  const limit = { days: cap?.days ?? 7, limit: cap?.messages ?? 4 };
  const counted = mergeFound(
    await together(worlds, ({ stage, buckets, entrantsOnly }) =>
      sums.findOut(stage.db, { workspace, journey, from, until, zone, buckets, ...limit, entrantsOnly }),
    ),
  );
  const buckets = worlds.flatMap((world) => world.buckets);
  const rows = await together(worlds, ({ stage }) => sumBuckets(stage.db, journey));
  const about =
    buckets.length === BUCKETS
      ? null
      : estimate({ found: counted, rows: rows.flat(), played: buckets.length, ...(await countContacts(db, { workspace, buckets })) });
  const found = about?.found ?? counted;
  const sent = found.ledger.filter((row) => row.state === "accepted").reduce((sum, row) => sum + row.n, 0);
  return {
    ...(about && { estimate: about.estimate }),
    ...found,
    sent,
    pressure: { ...limit, isCap: cap !== null, ...found.pressure },
    expected: await expect(db, { workspace, journey, currency, until, sent, between: about?.estimate.sent }),
    notes: notesOf(worlds[0]!, totalOf(worlds, "imported")),
    strideMs: how.strideMs,
    halts: how.halts,
    news: totalOf(worlds, "news"),
    contacts: totalOf(worlds, "contacts"),
    tookMs: Math.round(clock.monotonic() - how.began),
  };
}

/** Those who entered, or some spread over the period, with their paths. @returns how many */
async function tellPeople(
  worlds: readonly World[],
  { played: { journey }, stories, onPeople }: Pick<RehearseInput, "played" | "stories" | "onPeople">,
): Promise<number> {
  const ofBucket = stories / worlds.reduce((sum, { buckets }) => sum + buckets.length, 0);
  const found =
    stories === 0
      ? []
      : await together(worlds, async ({ stage, buckets }, share) =>
          (await sums.someRuns(stage.db, { journey, limit: Math.ceil(ofBucket * buckets.length) })).map((key) => ({ ...key, share })),
        );
  const keys = found.flat().sort(sums.byEntry);
  for (let at = 0; at === 0 || at < keys.length; at += PAGE) {
    const page = keys.slice(at, at + PAGE);
    const people = await together(worlds, ({ stage }, share) =>
      sums.readPeople(
        stage.db,
        page.filter((key) => key.share === share),
      ),
    );
    await onPeople(people.flat().sort((a, b) => sums.byEntry({ ...a, id: a.run }, { ...b, id: b.run })));
  }
  return keys.length;
}

interface Playing extends Pick<RehearseInput, "from" | "until" | "played"> {
  readonly stride: number;
  readonly stopped: () => boolean;
  readonly onProgress: (at: Instant) => Promise<void>;
}

/** @returns halts it took */
async function play(clock: Clock, world: World, { from, until, played, stride, stopped, onProgress }: Playing): Promise<number> {
  let halts = 0;
  let last = from;
  let told = clock.monotonic();
  while (!stopped()) {
    const next = await world.next();
    if (next === null || next > until) break;
    const at = Math.min(until, Math.max(next, halts === 0 ? from : last + stride));
    if (await world.moveTo(at)) await sums.noteHeld(world.stage.db, played.journey);
    last = at;
    halts += 1;
    if (clock.monotonic() - told < TELL_EVERY) continue;
    await onProgress(at);
    told = clock.monotonic();
  }
  if (stopped()) return halts;
  await world.moveTo(until);
  await onProgress(until);
  await world.stage.steady(false);
  return halts;
}

/** No finer than a minute when there is much: nobody plans by the second. */
function strideOf(length: number, news: number, halts: number): number {
  return news <= FEW ? 0 : Math.ceil(Math.max(MINUTE, length / halts));
}

/** What cannot be known of the past, or was taken otherwise than it was: said beside the numbers. */
function notesOf({ asked, catalogue }: World, imported: number): RehearsalResult["notes"] {
  const notes: { code: string; n: number }[] = [
    { code: "nobody_reacts", n: 0 },
    { code: "others_as_they_were", n: 0 },
    { code: "groups_left", n: 0 },
    { code: "merged_as_now", n: 0 },
  ];
  if (imported > 0) notes.push({ code: "imported_as_always_known", n: imported });
  if (asked.segments.length > 0) notes.push({ code: "segments_as_defined_now", n: asked.segments.length });
  if (catalogue !== null) notes.push({ code: "catalogue_as_told", n: 0 });
  return notes;
}

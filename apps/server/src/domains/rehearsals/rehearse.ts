import { MINUTE, type Id, type Instant } from "@relance/model/base";
import type { RehearsalResult } from "@relance/contract/rehearsals";
import type { Deps } from "../../deps.ts";
import type { Clock } from "../../platform/ports.ts";
import { findWorkspace } from "../team/index.ts";
import { expect } from "./expected.ts";
import * as sums from "./sums.ts";
import { mergeFound } from "./merge.ts";
import { openWorlds, progressOf, sharesOf, together } from "./shares.ts";
import type { World, WorldInput } from "./world.ts";

/** Halts of time at most: what happens between two is done at the second, so more are truer and slower (bench/rehearsal.ts). */
const MOST_HALTS = 1_500;
/** With no more news than this, time halts at every single moment. */
const FEW = 300;
/** Milliseconds between two words about how far it is; each also asks whether to go on. */
const TELL_EVERY = 500;
/** Paths read at once. */
const PAGE = 500;

export interface RehearseInput extends Omit<WorldInput, "only" | "buckets"> {
  /** The buckets of each session; absent: as its people ask. */
  readonly shares?: readonly (readonly number[])[];
  /** Milliseconds between two halts at least; null: as the period and its news ask. */
  readonly stride: number | null;
  /** Told between halts; throws to stop. @param done a share between 0 and 1 */
  readonly onProgress: (done: number, at: Instant) => Promise<void>;
  /** Of how many runs the path is told: the first that began. */
  readonly stories: number;
  /** Given them, in pages. */
  readonly onPeople: (people: readonly sums.PersonRow[]) => Promise<void>;
}

export interface Rehearsed {
  readonly result: RehearsalResult;
  /** Everyone who entered. */
  readonly contacts: ReadonlySet<Id>;
}

/** Plays a graph over the recorded past. Nothing is written but on the rehearsal's own stages, which are gone afterwards. */
export async function rehearse(deps: Deps, input: RehearseInput): Promise<Rehearsed> {
  const { workspace, from, until, played } = input;
  const began = deps.ports.clock.monotonic();
  await input.onProgress(0, from);
  const record = await findWorkspace(deps.ports.sql, { id: workspace });
  const shares = input.shares ?? (await sharesOf(deps.ports.sql, { workspace, graph: played.graph }));
  const worlds = await openWorlds(deps, { ...input, only: null }, shares);
  try {
    const total = (count: keyof World["counts"]) => worlds.reduce((sum, world) => sum + world.counts[count], 0);
    const stride = input.stride ?? strideOf(until - from, total("news"));
    const progress = progressOf(worlds.length, input, input.onProgress);
    const halts = await together(worlds, (world, share, stopped) => play(deps.ports.clock, world, { ...input, stride, stopped, onProgress: (at) => progress(share, at) }));
    const { cap } = record.settings;
    const limit = { days: cap?.days ?? 7, limit: cap?.messages ?? 4 };
    const found = mergeFound(await together(worlds, (world, share) => sums.findOut(world.stage.db, { workspace, journey: played.journey, from, until, zone: record.time_zone, buckets: shares[share]!, ...limit, entrantsOnly: world.entrantsOnly })));
    const sent = found.ledger.filter((row) => row.state === "accepted").reduce((sum, row) => sum + row.n, 0);
    const result: RehearsalResult = {
      ...found, sent, pressure: { ...limit, isCap: cap !== null, ...found.pressure }, expected: await expect(deps.ports.sql, { workspace, journey: played.journey, currency: record.currency, until, sent }),
      notes: notesOf(worlds[0]!, total("imported")), strideMs: stride, halts: Math.max(...halts), news: total("news"), contacts: total("contacts"), tookMs: 0,
    };
    await tellPeople(worlds, input);
    const entered = await together(worlds, ({ stage }) => sums.whoEntered(stage.db, played.journey));
    return { result: { ...result, tookMs: Math.round(deps.ports.clock.monotonic() - began) }, contacts: new Set(entered.flatMap((some) => [...some])) };
  } finally {
    await Promise.all(worlds.map(({ stage }) => stage.close()));
  }
}

/** The first who entered, whatever their share, with their paths. */
async function tellPeople(worlds: readonly World[], input: Pick<RehearseInput, "played" | "stories" | "onPeople">): Promise<void> {
  const keys = await together(worlds, async ({ stage }, share) => (await sums.firstRuns(stage.db, { journey: input.played.journey, limit: input.stories })).map((key) => ({ ...key, share })));
  const first = keys.flat().sort(sums.byEntry).slice(0, input.stories);
  for (let at = 0; at < first.length; at += PAGE) {
    const page = first.slice(at, at + PAGE);
    const people = await together(worlds, ({ stage }, share) => sums.readPeople(stage.db, page.filter((key) => key.share === share)));
    await input.onPeople(people.flat().sort((a, b) => sums.byEntry({ ...a, id: a.run }, { ...b, id: b.run })));
  }
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
function strideOf(length: number, news: number): number {
  return news <= FEW ? 0 : Math.ceil(Math.max(MINUTE, length / MOST_HALTS));
}

/** What cannot be known of the past, or was taken otherwise than it was: said beside the numbers. */
function notesOf({ asked, catalogue }: World, imported: number): RehearsalResult["notes"] {
  const notes: { code: string; n: number }[] = [{ code: "nobody_reacts", n: 0 }, { code: "others_as_they_were", n: 0 }, { code: "groups_left", n: 0 }, { code: "merged_as_now", n: 0 }];
  if (imported > 0) notes.push({ code: "imported_as_always_known", n: imported });
  if (asked.segments.length > 0) notes.push({ code: "segments_as_defined_now", n: asked.segments.length });
  if (catalogue !== null) notes.push({ code: "catalogue_as_told", n: 0 });
  return notes;
}


import { MINUTE, type Id, type Instant } from "@relance/model/base";
import type { RehearsalResult } from "@relance/contract/rehearsals";
import type { Deps } from "../../deps.ts";
import type { Clock } from "../../platform/ports.ts";
import { findWorkspace } from "../team/index.ts";
import { expect } from "./expected.ts";
import * as sums from "./sums.ts";
import { openWorld, type World, type WorldInput } from "./world.ts";

/** Halts of time at most: what happens between two is done at the second, so more are truer and slower (bench/rehearsal.ts). */
const MOST_HALTS = 1_500;
/** With no more news than this, time halts at every single moment. */
const FEW = 300;
/** Milliseconds between two words about how far it is; each also asks whether to go on. */
const TELL_EVERY = 500;
/** Paths read at once. */
const PAGE = 500;

export interface RehearseInput extends Omit<WorldInput, "only"> {
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

/** Plays a graph over the recorded past. Nothing is written but on the rehearsal's own stage, which is gone afterwards. */
export async function rehearse(deps: Deps, input: RehearseInput): Promise<Rehearsed> {
  const { workspace, from, until, played } = input;
  const began = deps.ports.clock.monotonic();
  await input.onProgress(0, from);
  const world = await openWorld(deps, { ...input, only: null });
  try {
    const stride = input.stride ?? strideOf(until - from, world.counts.news);
    const halts = await play(deps.ports.clock, world, input, stride);
    await world.stage.steady(false);
    const { db } = world.stage;
    const record = await findWorkspace(db, { id: workspace });
    const of: sums.Of = { workspace, journey: played.journey, from, until, zone: record.time_zone };
    const runs = await sums.sumRuns(db, of);
    const sends = await sums.sumSends(db, of);
    const { cap } = record.settings;
    const limit = { days: cap?.days ?? 7, limit: cap?.messages ?? 4 };
    const sent = sends.ledger.filter((row) => row.state === "accepted").reduce((sum, row) => sum + row.n, 0);
    const result: RehearsalResult = {
      entries: runs.entries, people: runs.people, sent, planned: sends.planned, recipients: sends.recipients, channels: sends.channels, ends: runs.ends, ledger: sends.ledger, held: sends.held, steps: sends.steps,
      days: await sums.sumDays(db, of), pressure: { ...limit, isCap: cap !== null, ...(await sums.sumPressure(db, { ...of, ...limit, entrantsOnly: world.entrantsOnly })) },
      expected: await expect(db, { workspace, journey: played.journey, currency: record.currency, until, sent }),
      notes: notesOf(world), strideMs: stride, halts, news: world.counts.news, contacts: world.counts.contacts, tookMs: 0,
    };
    const keys = await sums.firstRuns(db, { journey: played.journey, limit: input.stories });
    for (let at = 0; at < keys.length; at += PAGE) await input.onPeople(await sums.readPeople(db, keys.slice(at, at + PAGE)));
    const contacts = await sums.whoEntered(db, played.journey);
    return { result: { ...result, tookMs: Math.round(deps.ports.clock.monotonic() - began) }, contacts };
  } finally {
    await world.stage.close();
  }
}

async function play(clock: Clock, world: World, input: Pick<RehearseInput, "from" | "until" | "played" | "onProgress">, stride: number): Promise<number> {
  const { from, until } = input;
  let halts = 0;
  let last = from;
  let told = clock.monotonic();
  for (;;) {
    const next = await world.next();
    if (next === null || next > until) break;
    const at = Math.min(until, Math.max(next, halts === 0 ? from : last + stride));
    if (await world.moveTo(at)) await sums.noteHeld(world.stage.db, input.played.journey);
    last = at;
    halts += 1;
    if (clock.monotonic() - told < TELL_EVERY) continue;
    await input.onProgress((at - from) / (until - from), at);
    told = clock.monotonic();
  }
  await world.moveTo(until);
  await input.onProgress(1, until);
  return halts;
}

/** No finer than a minute when there is much: nobody plans by the second. */
function strideOf(length: number, news: number): number {
  return news <= FEW ? 0 : Math.ceil(Math.max(MINUTE, length / MOST_HALTS));
}

/** What cannot be known of the past, or was taken otherwise than it was: said beside the numbers. */
function notesOf(world: World): RehearsalResult["notes"] {
  const { counts, asked } = world;
  const notes: { code: string; n: number }[] = [{ code: "nobody_reacts", n: 0 }, { code: "others_as_they_were", n: 0 }, { code: "groups_left", n: 0 }, { code: "merged_as_now", n: 0 }];
  if (counts.imported > 0) notes.push({ code: "imported_as_always_known", n: counts.imported });
  if (asked.segments.length > 0) notes.push({ code: "segments_as_defined_now", n: asked.segments.length });
  return notes;
}


/**
 * A rehearsal is a job: waiting → running → done | failed | cancelled. A process that dies leaves it `running`; when its lease is over the
 * job is added again and begins at the beginning. At most one at a time in a workspace; each on one connection of its own.
 */
import type { RehearsalResult } from "@relance/contract/rehearsals";
import { DAY, MINUTE, type Id, type Instant } from "@relance/model/base";
import type { Deps } from "../../deps.ts";
import type { Listener } from "../../platform/engine.ts";
import { absent } from "../../platform/errors.ts";
import type { Actor } from "../../platform/http/actor.ts";
import { findJourney, journeyProblems } from "../journeys/index.ts";
import { writeAudit } from "../team/index.ts";
import { alreadyRunning, noLiveVersion, notRunning, nothingToRehearse } from "./errors.ts";
import { MOST_HALTS, rehearse, type Rehearsed, type RehearseInput } from "./rehearse.ts";
import { planOf, type Plan } from "./shares.ts";
import type { PersonRow } from "./sums.ts";
import * as store from "./store.ts";
import type { Played } from "./world.ts";

export const REHEARSE_JOB = "rehearsals.run";
const LEASE = 2 * MINUTE;
const KEEP = 30 * DAY;
/** People whose path is kept, spread over the period; the numbers count everyone. */
export const MOST_PEOPLE = 5_000;

/** The rehearsal was cancelled, or another process took it over. */
class Stopped extends Error {
  override readonly name = "Stopped";
}

/** @throws rehearsal.already_running, rehearsal.has_problems, rehearsal.no_live_version */
export async function startRehearsal(
  deps: Deps,
  input: { actor: Actor; journey: Id; days: number; against: "live" | Id | null },
): Promise<Id> {
  const { sql: db, clock, chance } = deps.ports;
  const { workspace } = input.actor;
  const row = await findJourney(db, { workspace, id: input.journey });
  const found = await journeyProblems(db, { workspace, graph: row.draft });
  if (found.length > 0)
    throw nothingToRehearse(
      {},
      { field: found[0]!.path, problems: found.map((one) => ({ field: one.path, code: one.code, message: one.message.en })) },
    );
  const other = await otherOf(deps, { workspace, journey: input.journey, against: input.against });
  const now = clock.now();
  const id = chance.id(now);
  await db.transaction(async (tx) => {
    if (
      !(await store.insertRehearsal(tx, {
        workspace,
        id,
        journey: row.id,
        name: row.name,
        graph: row.draft,
        other,
        from: now - input.days * DAY,
        until: now,
        by: `${input.actor.kind}:${input.actor.id}`,
        now,
      }))
    )
      throw alreadyRunning({});
    await deps.jobs.add(tx, REHEARSE_JOB, { workspace, id }, { key: `rehearsal:${id}` });
    await writeAudit(tx, {
      chance,
      now,
      actor: input.actor,
      action: "journey.rehearsed",
      object: { kind: "journey", id: row.id },
      detail: { rehearsal: id, days: input.days },
    });
  });
  return id;
}

async function otherOf(deps: Deps, input: { workspace: Id; journey: Id; against: "live" | Id | null }): Promise<store.Other | null> {
  if (input.against === null) return null;
  const row = await findJourney(deps.ports.sql, {
    workspace: input.workspace,
    id: input.against === "live" ? input.journey : input.against,
  });
  if (input.against === "live") {
    if (!row.live_graph) throw noLiveVersion({}, { field: "against" });
    return { kind: "live", journey: row.id, name: row.name, version: row.live_version, graph: row.live_graph };
  }
  const found = await journeyProblems(deps.ports.sql, { workspace: input.workspace, graph: row.draft });
  if (found.length > 0) throw nothingToRehearse({}, { field: "against" });
  return { kind: "journey", journey: row.id, name: row.name, version: null, graph: row.draft };
}

export async function findRehearsal(deps: Deps, input: { workspace: Id; id: Id }): Promise<store.RehearsalRow> {
  const [row] = await store.selectRehearsals(deps.ports.sql, input);
  if (!row) throw absent({ what: "rehearsal" });
  return row;
}

/** @throws rehearsal.not_running */
export async function cancelRehearsal(deps: Deps, input: { workspace: Id; id: Id }): Promise<void> {
  const row = await findRehearsal(deps, input);
  if (!(await store.endRehearsal(deps.ports.sql, { ...input, state: "cancelled", now: deps.ports.clock.now() })))
    throw notRunning({ state: row.state });
}

/** Of the work, what a first look is taken for. */
const LOOK_WORK = 0.1;
/** Halts of a first look at most: its days are right, its hours less so. */
export const LOOK_HALTS = 300;
/** People of a first look whose path is told meanwhile. */
export const LOOK_PEOPLE = 500;

/** Runs a rehearsal to its end: a look at a few people first, where there are many. @param input.signal stops between two halts, to be run again */
export async function runRehearsal(
  deps: Deps,
  input: {
    workspace: Id;
    id: Id;
    listeners: readonly Listener[];
    signal?: AbortSignal;
    lastAttempt?: boolean;
    stride?: number | null;
    plan?: Plan;
  },
): Promise<void> {
  const { sql: db, clock, chance } = deps.ports;
  const { workspace, id } = input;
  const [row] = await store.selectRehearsals(db, { workspace, id });
  if (!row || (row.state !== "waiting" && row.state !== "running")) return;
  const owner = chance.id(clock.now());
  const graphs: Played[] = [{ journey: row.journey_id, name: row.name, graph: row.graph }, ...(row.other ? [row.other] : [])];
  /** Of a part of the work. */
  const progress =
    (begins: number, share: number) =>
    async (done: number, at: Instant): Promise<void> => {
      input.signal?.throwIfAborted();
      const now = clock.now();
      if (!(await store.leaseRehearsal(db, { workspace, id, owner, now, until: now + LEASE, done: begins + done * share, at })))
        throw new Stopped();
    };
  const keep = (): RehearseInput["onPeople"] => {
    let place = 0;
    return async (people) => {
      if (place === 0) await store.clearPeople(db, { workspace, id });
      await store.insertPeople(db, { workspace, id, people: people.map((one, index) => toWrite(one, place + index + 1)) });
      place += people.length;
    };
  };
  const results: RehearsalResult[] = [];
  const tell = async (n: number, result: RehearsalResult): Promise<void> => {
    results[n] = result;
    await store.tellEstimate(db, { workspace, id, owner, result: results[0]!, otherResult: results[1] ?? null });
  };
  const play = (n: number, more: Pick<RehearseInput, "shares" | "halts" | "stories" | "onProgress">) =>
    rehearse(deps, {
      workspace,
      from: row.from_at,
      until: row.until_at,
      listeners: input.listeners,
      stride: input.stride ?? null,
      played: graphs[n]!,
      ...more,
      ...(n > 0 && { stories: 0 }),
      onEstimate: (result) => tell(n, result),
      onPeople: n === 0 ? keep() : async () => undefined,
    });
  try {
    await progress(0, 1)(0, row.from_at);
    await store.clearPeople(db, { workspace, id });
    const plans = await Promise.all(graphs.map(async ({ graph }) => input.plan ?? (await planOf(db, { workspace, graph }))));
    const looks = plans.flatMap(({ look }) => (look === null ? [] : [look]));
    // A look at one and not at the other compares nothing.
    const looked = looks.length === graphs.length ? LOOK_WORK : 0;
    if (looked > 0)
      for (const [n, look] of looks.entries())
        await tell(
          n,
          (
            await play(n, {
              shares: [look],
              halts: LOOK_HALTS,
              stories: LOOK_PEOPLE,
              onProgress: progress((looked * n) / graphs.length, looked / graphs.length),
            })
          ).result,
        );
    const whole: Rehearsed[] = [];
    const share = (1 - looked) / graphs.length;
    for (const [n, { shares }] of plans.entries())
      whole.push(await play(n, { shares, halts: MOST_HALTS, stories: MOST_PEOPLE, onProgress: progress(looked + share * n, share) }));
    const [mine, other] = whole;
    await store.endRehearsal(db, {
      workspace,
      id,
      state: "done",
      now: clock.now(),
      result: mine!.result,
      otherResult: other?.result ?? null,
      shared: other ? sharedOf(mine!, other) : null,
    });
  } catch (error) {
    if (error instanceof Stopped) return;
    if (input.lastAttempt)
      await store.endRehearsal(db, {
        workspace,
        id,
        state: "failed",
        now: clock.now(),
        error: String((error as Error).message).slice(0, 500),
      });
    else await store.releaseRehearsal(db, { workspace, id, owner });
    throw error;
  }
}

function sharedOf(mine: Rehearsed, other: Rehearsed): store.Shared {
  const both = [...mine.contacts].filter((one) => other.contacts.has(one)).length;
  return { both, onlyThis: mine.contacts.size - both, onlyOther: other.contacts.size - both };
}

function toWrite(one: PersonRow, place: number): store.PersonToWrite {
  const became = [...new Set(one.sends.map((send) => (send.state === "accepted" ? "accepted" : (send.reason ?? send.state))))].sort();
  const { event, start } = one.memory;
  return {
    bucket: one.bucket,
    run: one.run,
    contact: one.contact,
    place,
    enteredAt: one.entered_at,
    endedAt: one.ended_at,
    state: one.state,
    outcome: one.outcome,
    became,
    story: { key: one.key, start: { start, event: event ?? null }, visits: one.visits, sends: one.sends },
  };
}

/** Takes up rehearsals whose process died, and forgets those of a month ago. */
export async function tendRehearsals(deps: Deps): Promise<void> {
  const now = deps.ports.clock.now();
  const abandoned = await store.listAbandoned(deps.ports.sql, { before: now - MINUTE });
  if (abandoned.length > 0)
    await deps.ports.sql.transaction(async (tx) => {
      for (const one of abandoned)
        await deps.jobs.add(tx, REHEARSE_JOB, { workspace: one.workspace_id, id: one.id }, { key: `rehearsal:${one.id}` });
    });
  await store.forgetRehearsals(deps.ports.sql, { before: now - KEEP });
}

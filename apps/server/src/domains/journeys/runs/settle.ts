import { toIso, type Id, type Instant, type TimeZone } from "@relance/model/base";
import {
  awaitedEvents,
  kindOf,
  MESSAGE_NEWS,
  stepOf,
  UNASKED,
  type Effect,
  type Graph,
  type Question,
  type RunView,
} from "@relance/model/journeys";
import type { Tx } from "../../../platform/db/database.ts";
import { answer } from "./questions.ts";
import type { Chance } from "../../../platform/ports.ts";
import type { RunState, Wish } from "./state.ts";

/** A run that passes more steps than this in one turn is turning in a circle; it is stopped, not looped for ever. */
const MOST_TRANSITIONS = 100;

interface Context {
  readonly now: Instant;
  readonly chance: Chance;
  /** Which of the spread counters this process writes. */
  readonly slot: number;
  readonly zoneOf: (contact: Id) => TimeZone;
  readonly wishes: Wish[];
}

/**
 * Moves runs on until each waits or has ended. Runs advance together: the rules that branches ask in a round are asked once per
 * distinct rule for all of them.
 */
export async function settle(tx: Tx, states: readonly RunState[], context: Context): Promise<void> {
  let moving = states.filter((state) => state.state === "waiting");
  while (moving.length > 0) {
    const asking: { state: RunState; question: Question }[] = [];
    for (const state of moving) {
      const question = advanceUntilAsked(state, context);
      if (question) asking.push({ state, question });
    }
    await answer(tx, asking, context);
    moving = asking.map((one) => one.state);
  }
}

/** Advances one run until it waits, ends, or asks. @returns what it asks */
function advanceUntilAsked(state: RunState, context: Context): Question | null {
  for (;;) {
    const step = stepOf(state.graph, state.step);
    if (!step) {
      end(state, "failed", "step_missing", { why: "step_missing" }, context.now);
      return null;
    }
    const decision = kindOf(step).advance(step, viewOf(state, context), { now: context.now, ...state.input });
    if (decision.kind === "ask") return decision.question;
    state.input = UNASKED;
    if (decision.kind === "wait") {
      state.wakeAt = decision.wakeAt;
      state.listens = decision.listens.length === 0 ? null : decision.listens;
      openVisit(state).reason = { ...decision.reason };
      return null;
    }
    if (decision.kind === "end") {
      end(state, "completed", decision.outcome, decision.reason, context.now);
      return null;
    }
    if (decision.effect) take(state, decision.effect, context);
    const to = step.exits[decision.exit] ?? null;
    leaveStep(state, decision.exit, decision.reason, context.now);
    state.transitions += 1;
    if (to === null) {
      end(state, "completed", "completed", null, context.now);
      return null;
    }
    if (state.transitions > MOST_TRANSITIONS) {
      end(state, "failed", "loop", null, context.now);
      return null;
    }
    arrive(state, to, context.now);
  }
}

function viewOf(state: RunState, context: Context): RunView {
  const { run, memory } = state;
  return {
    journey: run.journey,
    contact: run.contact,
    run: run.id,
    visit: state.visit,
    enteredAt: run.enteredAt,
    arrivedAt: state.arrivedAt,
    key: run.key,
    zone: context.zoneOf(run.contact),
    dueAt: state.wakeAt,
    started: memory.event?.properties ?? null,
    rounds: memory.rounds ?? {},
    pauses: memory.pauses ?? [],
  };
}

/** What a step asked for: remembered by the run, or wished for and done with all others' at the end of the turn. */
function take(state: RunState, effect: Effect, context: Context): void {
  const { memory, step } = state;
  switch (effect.kind) {
    case "goal":
      state.goals.push(step);
      break;
    case "round":
      state.memory = { ...memory, rounds: { ...memory.rounds, [step]: (memory.rounds?.[step] ?? 0) + 1 } };
      break;
    case "coupon":
      state.memory = { ...memory, coupon: { code: effect.code, expires_at: effect.expiresAt === null ? null : toIso(effect.expiresAt) } };
      break;
    case "assign":
      context.wishes.push({ state, visit: state.visit, step, effect });
      state.memory = { ...memory, arms: { ...memory.arms, [step]: effect.exit } };
      break;
    case "arm":
      state.memory = { ...memory, arms: { ...memory.arms, [step]: effect.exit } };
      break;
    default:
      context.wishes.push({ state, visit: state.visit, step, effect });
  }
}

/** Puts a run on a step: a new visit begins. */
export function arrive(state: RunState, step: string, now: Instant): void {
  state.step = step;
  state.visit += 1;
  state.arrivedAt = now;
  state.wakeAt = null;
  state.listens = null;
  state.visits.set(state.visit, {
    visit: state.visit,
    version: state.run.version,
    step,
    arrivedAt: now,
    leftAt: null,
    exit: null,
    reason: { why: "arrived" },
  });
}

/** Ends a run; the visit it is on, if still open, ends with it. */
export function end(
  state: RunState,
  how: "completed" | "left" | "failed",
  outcome: string,
  reason: Readonly<Record<string, unknown>> | null,
  now: Instant,
): void {
  const visit = openVisit(state);
  if (visit.leftAt === null) {
    visit.leftAt = now;
    if (reason) visit.reason = { ...reason };
  }
  state.state = how;
  state.outcome = outcome;
  state.wakeAt = null;
  state.listens = null;
}

/**
 * Takes a waiting run to a step of another version. Its visit ends there and another begins; between waits, the time it arrived goes
 * with it.
 * @returns whether the run is now to be settled: always, unless it goes from wait to wait with the timer it has
 */
export function change(
  state: RunState,
  to: { readonly version: number; readonly graph: Graph; readonly step: string; readonly keepTimer: boolean },
  now: Instant,
): boolean {
  const { wakeAt, arrivedAt, run } = state;
  const visit = openVisit(state);
  visit.leftAt = now;
  visit.reason = { why: "new_version", version: to.version, step: to.step };
  state.run = { ...run, version: to.version };
  state.graph = to.graph;
  const step = stepOf(to.graph, to.step);
  arrive(state, to.step, step?.kind === "wait" ? arrivedAt : now);
  if (step?.kind !== "wait" || !to.keepTimer || wakeAt === null) return true;
  state.wakeAt = wakeAt;
  const awaited = step.until.of === "message" ? [MESSAGE_NEWS] : [...new Set(awaitedEvents(step).map((one) => one.event))].sort();
  state.listens = awaited.length === 0 ? null : awaited;
  openVisit(state).reason = { why: "waiting", until: toIso(wakeAt), from: run.version };
  return false;
}

function leaveStep(state: RunState, exit: string, reason: Readonly<Record<string, unknown>>, now: Instant): void {
  const visit = openVisit(state);
  visit.leftAt = now;
  visit.exit = exit;
  if (state.memory.pauses) {
    const { pauses: _over, ...memory } = state.memory;
    state.memory = memory;
  }
  visit.reason = { ...reason };
}

/** The visit the run is on, as a change to write. */
function openVisit(state: RunState) {
  const known = state.visits.get(state.visit);
  if (known) return known;
  const visit = {
    visit: state.visit,
    version: state.run.version,
    step: state.step,
    arrivedAt: state.arrivedAt,
    leftAt: null,
    exit: null,
    reason: {},
  };
  state.visits.set(state.visit, visit);
  return visit as NonNullable<ReturnType<RunState["visits"]["get"]>>;
}

import { toIso, type Id, type Instant, type TimeZone } from "@relance/model/base";
import { kindOf, stepOf, type Graph } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import { askSome } from "../segments/index.ts";
import type { RunState, Wish } from "./state.ts";

/** A run that passes more steps than this in one turn is turning in a circle; it is stopped, not looped for ever. */
const MOST_TRANSITIONS = 100;

interface Context {
  readonly now: Instant;
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
    const asking: { state: RunState; rules: readonly Rule[] }[] = [];
    for (const state of moving) {
      const rules = advanceUntilAsked(state, context);
      if (rules) asking.push({ state, rules });
    }
    await answer(tx, asking, context.now);
    moving = asking.map((one) => one.state);
  }
}

/** Advances one run until it waits, ends, or asks. @returns what it asks */
function advanceUntilAsked(state: RunState, context: Context): readonly Rule[] | null {
  for (;;) {
    const step = stepOf(state.graph, state.step);
    if (!step) {
      end(state, "failed", "step_missing", { why: "step_missing" }, context.now);
      return null;
    }
    const view = { enteredAt: state.run.enteredAt, arrivedAt: state.arrivedAt, key: state.run.key, zone: context.zoneOf(state.run.contact), dueAt: state.wakeAt };
    const decision = kindOf(step).advance(step, view, { now: context.now, ...state.input });
    if (decision.kind === "ask") return decision.rules;
    state.input = { timerDue: false, event: null, answers: null };
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
    if (decision.effect?.kind === "goal") state.goals.push(state.step);
    else if (decision.effect) context.wishes.push({ state, visit: state.visit, step: state.step, effect: decision.effect });
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

/** Puts a run on a step: a new visit begins. */
export function arrive(state: RunState, step: string, now: Instant): void {
  state.step = step;
  state.visit += 1;
  state.arrivedAt = now;
  state.wakeAt = null;
  state.listens = null;
  state.visits.set(state.visit, { visit: state.visit, version: state.run.version, step, arrivedAt: now, leftAt: null, exit: null, reason: { why: "arrived" } });
}

/** Ends a run; the visit it is on, if still open, ends with it. */
export function end(state: RunState, how: "completed" | "left" | "failed", outcome: string, reason: Readonly<Record<string, unknown>> | null, now: Instant): void {
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
export function change(state: RunState, to: { readonly version: number; readonly graph: Graph; readonly step: string; readonly keepTimer: boolean }, now: Instant): boolean {
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
  state.listens = step.until.of === "event" ? [...new Set(step.until.events.map((one) => one.event))].sort() : null;
  openVisit(state).reason = { why: "waiting", until: toIso(wakeAt), from: run.version };
  return false;
}

function leaveStep(state: RunState, exit: string, reason: Readonly<Record<string, unknown>>, now: Instant): void {
  const visit = openVisit(state);
  visit.leftAt = now;
  visit.exit = exit;
  visit.reason = { ...reason };
}

/** The visit the run is on, as a change to write. */
function openVisit(state: RunState) {
  const known = state.visits.get(state.visit);
  if (known) return known;
  const visit = { visit: state.visit, version: state.run.version, step: state.step, arrivedAt: state.arrivedAt, leftAt: null, exit: null, reason: {} };
  state.visits.set(state.visit, visit);
  return visit as NonNullable<ReturnType<RunState["visits"]["get"]>>;
}

async function answer(tx: Tx, asking: readonly { state: RunState; rules: readonly Rule[] }[], now: Instant): Promise<void> {
  const questions = new Map<string, { workspace: Id; rule: Rule; states: RunState[] }>();
  for (const { state, rules } of asking) {
    for (const rule of rules) {
      const key = `${state.run.workspace} ${JSON.stringify(rule)}`;
      const question = questions.get(key) ?? { workspace: state.run.workspace, rule, states: [] };
      question.states.push(state);
      questions.set(key, question);
    }
  }
  const truths = new Map<string, Map<Id, boolean>>(); // question → run → answer
  for (const [key, { workspace, rule, states }] of questions) {
    const perRun = new Map<Id, boolean>();
    // Two runs of one contact look back to different starts, and a statement answers a contact once: they are asked in turn.
    for (let left = states; left.length > 0; ) {
      const round = [...new Map(left.map((state) => [state.run.contact, state])).values()];
      const answers = await askSome(tx, { workspace, rule, at: now, subjects: round.map((state) => ({ contact: state.run.contact, entryAt: state.run.enteredAt })) });
      for (const state of round) perRun.set(state.run.id, answers.get(state.run.contact)?.truth ?? false);
      left = left.filter((state) => !round.includes(state));
    }
    truths.set(key, perRun);
  }
  for (const { state, rules } of asking) {
    state.input = { ...state.input, answers: rules.map((rule) => truths.get(`${state.run.workspace} ${JSON.stringify(rule)}`)!.get(state.run.id)!) };
  }
}

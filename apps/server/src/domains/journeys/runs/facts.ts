/**
 * News inside a turn. Facts of one contact are taken in their order, those of different contacts side by side: the first fact of everyone,
 * then the second… An exit event ends a run at once, wherever it waits, even while the journey is paused; anything else that happens during
 * a pause is remembered and acted on when it ends.
 */
import { toIso, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { awaitedEvents, fieldOfDate, matches, MOVED, sameKey, stepOf, UNASKED } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import { placesOf, selectStores } from "../../catalog/index.ts";
import { writeDates } from "../starts/dates.ts";
import { eventNames } from "../graphs.ts";
import * as held from "./held.ts";
import * as queries from "../queries.ts";
import { end } from "./settle.ts";
import { candidatesOf, type Candidate } from "../starts/starts.ts";
import type { RunState } from "./state.ts";
import * as timers from "./timers.ts";
import { countEnded } from "./totals.ts";
import type { Work } from "./work.ts";

/** Acts on facts, in waves: one of each contact at a time. */
export async function takeFacts(work: Work, facts: readonly Fact[]): Promise<void> {
  const merged = facts.filter((fact) => fact.kind === "contact.merged").map((fact) => fact.contact);
  await countEnded(work.tx, work.turn.slot, await queries.closeMergedVisits(work.tx, { contacts: [...new Set(merged)].sort() }));
  // Told to both; counted once.
  await countEnded(
    work.tx,
    work.turn.slot,
    facts.flatMap((fact) =>
      fact.kind === "contact.separated" && fact.contact === fact.data.contact
        ? fact.data.goesOn.map((one) => ({ ...one, workspace: fact.workspace }))
        : [],
    ),
    -1,
  );
  const concerned = facts.filter((fact) => concerns(work, fact));
  if (concerned.length === 0) return;
  await work.load(await queries.selectActiveRuns(work.tx, { contacts: [...new Set(concerned.map((fact) => fact.contact))].sort() }));
  const events = await queries.selectEvents(work.tx, { events: eventsToRead(work, concerned) });
  const templates = await queries.selectSendTemplates(work.tx, {
    sends: concerned.flatMap((fact) =>
      fact.kind === "engaged" && !fact.data.machine ? [{ contact: fact.contact, send: fact.data.send }] : [],
    ),
  });
  await learnPlaces(work, concerned);
  // Those refused in this turn have just been asked of all this turn brought.
  const kept = await keptStarts(work, concerned);
  const perContact = [...Map.groupBy(concerned, (fact) => fact.contact).values()];
  for (let nth = 0; perContact.some((list) => list.length > nth); nth++) {
    await takeWave(
      work,
      perContact.flatMap((list) => list[nth] ?? []),
      events,
      templates,
    );
  }
  await askAgain(work, kept);
  await datesOf(work, concerned);
}

async function takeWave(
  work: Work,
  facts: readonly Fact[],
  events: ReadonlyMap<Id, FactEvent>,
  templates: ReadonlyMap<Id, Id>,
): Promise<void> {
  const moved: RunState[] = [];
  const candidates: Candidate[] = [];
  for (const fact of facts) {
    const event = fact.kind === "event" ? (events.get(fact.data.event) ?? null) : null;
    if (event) for (const state of work.active.get(fact.contact) ?? []) if (hear(work, state, event)) moved.push(state);
    if ((fact.kind === "engaged" || fact.kind === "send.changed") && fact.data.run)
      for (const state of work.active.get(fact.contact) ?? [])
        if (state.run.id === fact.data.run && hearOfMessage(work, state)) moved.push(state);
    const journeys = work.journeys.get(fact.workspace) ?? [];
    candidates.push(...candidatesOf(fact, event, journeys, work.turn.now, templates, work.places.get(fact.workspace) ?? []));
    if (event && fact.kind === "event")
      work.timed.push(
        ...timers.timedNews({
          workspace: fact.workspace,
          contact: fact.contact,
          event,
          live: fact.data.live,
          journeys,
          now: work.turn.now,
        }),
      );
  }
  await work.settle(moved);
  work.refused.push(...(await work.enter(candidates)));
}

/** Tells a run of an event. @returns whether it must move on */
function hear(work: Work, state: RunState, event: FactEvent): boolean {
  if (state.state !== "waiting" || event.at < heardFrom(state)) return false;
  const { now } = work.turn;
  const exit = state.graph.settings.exits.find(
    (one) => matches(event, one.event, one.where, now) && (!one.sameKey || sameKey(state.graph, state.run.key, event)),
  );
  if (exit) {
    work.touched.add(state);
    if (exit.goal) state.goals.push(state.step);
    end(
      state,
      "left",
      exit.goal ? "goal" : "exit_event",
      { why: exit.goal ? "goal" : "exit_event", event: event.name, at: toIso(event.at) },
      now,
    );
    return false;
  }
  const step = stepOf(state.graph, state.step);
  if (!step || event.at < state.arrivedAt) return false;
  const awaited = awaitedEvents(step).some(
    (one) => matches(event, one.event, one.where, now) && (!one.sameKey || sameKey(state.graph, state.run.key, event)),
  );
  if (!awaited) return false;
  work.touched.add(state);
  if (work.isPaused(state)) {
    // Due at once, but only when the pause ends.
    state.memory = { ...state.memory, missed: event };
    state.wakeAt = now;
    return false;
  }
  // News taken late: when the time-out came before the event did, it has won, although both are only learnt now.
  const late = state.wakeAt !== null && event.at > state.wakeAt;
  state.input = { ...UNASKED, timerDue: late, event: late ? null : event };
  return true;
}

/** News of a message it waits for. @returns whether the run must be asked again */
function hearOfMessage(work: Work, state: RunState): boolean {
  const step = stepOf(state.graph, state.step);
  if (state.state !== "waiting" || step?.kind !== "wait" || step.until.of !== "message") return false;
  work.touched.add(state);
  if (!work.isPaused(state)) return true;
  // Asked when the pause ends.
  state.wakeAt = work.turn.now;
  return false;
}

/** Whether a fact can matter here: news of messages only where some journey waits for it, or starts by it. */
function concerns(work: Work, fact: Fact): boolean {
  const journeys = work.journeys.get(fact.workspace) ?? [];
  if (fact.kind === "send.changed") return fact.data.run !== null && journeys.some(({ journey }) => journey.listens);
  if (fact.kind === "engaged")
    return (
      !fact.data.machine &&
      journeys.some(
        ({ journey, graph }) => (fact.data.run !== null && journey.listens) || graph.starts.some((start) => start.kind === "message"),
      )
    );
  return journeys.length > 0;
}

/** Starts of these contacts that wait for their filter. Nothing is read where no journey has one. */
async function keptStarts(work: Work, facts: readonly Fact[]): Promise<held.HeldStart[]> {
  const filtering = new Set(
    [...work.journeys].filter(([, list]) => list.some(({ graph }) => graph.settings.filter !== null)).map(([workspace]) => workspace),
  );
  const contacts = [...new Set(facts.filter((fact) => filtering.has(fact.workspace)).map((fact) => fact.contact))].sort();
  return contacts.length === 0 ? [] : held.selectStarts(work.tx, { contacts, now: work.turn.now });
}

/** A late fact may have made the filter of a kept start match; one that still does not stays for its time. */
async function askAgain(work: Work, kept: readonly held.HeldStart[]): Promise<void> {
  const asked = kept.flatMap((row) => {
    const found = work.find(row.workspace_id, row.journey_id);
    return found &&
      !found.journey.paused &&
      !work.refused.some((one) => one.contact === row.contact_id && one.journey.id === row.journey_id && one.key === row.key)
      ? [{ row, candidate: { ...found, contact: row.contact_id, key: row.key, memory: row.memory } }]
      : [];
  });
  if (asked.length === 0) return;
  const refused = new Set(await work.enter(asked.map((one) => one.candidate)));
  await held.forgetStarts(work.tx, { starts: asked.filter((one) => !refused.has(one.candidate)).map((one) => one.row) });
}

async function learnPlaces(work: Work, facts: readonly Fact[]): Promise<void> {
  for (const workspace of new Set(
    facts.filter((fact) => fact.kind === "event" && fact.data.name === MOVED).map((fact) => fact.workspace),
  )) {
    if (!(work.journeys.get(workspace) ?? []).some(({ graph }) => graph.starts.some((start) => start.kind === "near_store"))) continue;
    work.places.set(workspace, placesOf(await selectStores(work.tx, { workspace })));
  }
}

/** Only events that some start, wait or exit names are read. */
function eventsToRead(work: Work, facts: readonly Fact[]): { contact: Id; id: Id; at: Instant }[] {
  const named = new Map<Id, Set<string>>();
  const graphsOf = (workspace: Id) => [
    ...(work.journeys.get(workspace) ?? []).map((one) => one.graph),
    ...[...work.active.values()]
      .flat()
      .filter((state) => state.run.workspace === workspace)
      .map((state) => state.graph),
  ];
  for (const workspace of new Set(facts.map((fact) => fact.workspace)))
    named.set(workspace, new Set(graphsOf(workspace).flatMap(eventNames)));
  return facts.flatMap((fact) =>
    fact.kind === "event" && named.get(fact.workspace)!.has(fact.data.name)
      ? [{ contact: fact.contact, id: fact.data.event, at: fact.occurredAt }]
      : [],
  );
}

async function datesOf(work: Work, facts: readonly Fact[]): Promise<void> {
  for (const { journey, graph } of [...work.journeys.values()].flat()) {
    const attributes = graph.starts.flatMap((start) => (start.kind === "date" ? [fieldOfDate(start)] : []));
    if (attributes.length === 0) continue;
    const contacts = facts
      .filter(
        (fact) =>
          fact.workspace === journey.workspace_id &&
          (fact.kind === "contact.merged" ||
            fact.kind === "contact.separated" ||
            (fact.kind === "contact.changed" &&
              (fact.data.created ||
                [...attributes, "time_zone", "country", "region", "postal_code", "store_id"].some((name) =>
                  fact.data.attributes.includes(name),
                )))),
      )
      .map((fact) => fact.contact);
    if (contacts.length > 0) await writeDates(work, journey.workspace_id, journey.id, { contacts: [...new Set(contacts)].sort() });
  }
}

/** From when on what happens concerns a run: its entry, or, where it began after a time of waiting, the event that began the wait. */
const heardFrom = ({ run, memory }: RunState): Instant =>
  memory.timed && memory.event ? Math.min(run.enteredAt, Date.parse(memory.event.at)) : run.enteredAt;

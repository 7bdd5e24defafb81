/**
 * Journeys inside the engine turn. Facts and due timers of the owned buckets come in; runs begin, move on or end; what their steps ask
 * for (sends, group changes) is written for all of them at once, in the turn's transaction. A crash before the commit changes nothing.
 *
 * Facts of one contact are taken in their order, those of different contacts side by side: the first fact of everyone, then the second…
 * An exit event ends a run at once, wherever it waits, even while the journey is paused; anything else that happens during a pause is
 * remembered and acted on when it ends.
 */
import { bucketOf, toIso, type Id, type Instant } from "@relance/model/base";
import type { Fact } from "@relance/model/events";
import { awaitedEvents, isOfferStart, looksBack, matches, MOVED, nextDate, sameKey, startKindOf, stepOf, UNASKED, type Graph, type Place } from "@relance/model/journeys";
import type { FactEvent } from "@relance/model/rules";
import type { Tx } from "../../platform/db/database.ts";
import type { Listener, NewFact, Turn } from "../../platform/engine.ts";
import { writeFacts } from "../../platform/inbox.ts";
import { placesOf, selectStores, takeNews, type CatalogNews } from "../catalog/index.ts";
import { findWorkspace } from "../team/index.ts";
import * as changes from "./changes.ts";
import { cartsAt } from "./cart.ts";
import { applyWishes } from "./effects.ts";
import * as held from "./held.ts";
import { nextLookbacks, takePast, type Lookback } from "./lookback.ts";
import { armOffers, stillOffered } from "./offers.ts";
import * as queries from "./queries.ts";
import { rhythmsOf } from "./rhythm.ts";
import { dueSchedules, settleSchedules, type DueSchedule } from "./schedules.ts";
import { arrive, change, end, settle } from "./settle.ts";
import { admit, candidatesOf, HELD_FOR, type Candidate } from "./starts.ts";
import type { RunState, Wish } from "./state.ts";
import * as timers from "./timers.ts";
import { countMerged, countTotals } from "./totals.ts";
import { zonesOf } from "./zones.ts";

const BUCKETS_PER_DATE_BUILD = 32;
const BUCKETS_PER_CHANGE = 32;
const BUCKETS_PER_NEWS = 64;
const BUCKETS_PER_LOOKBACK = 32;

export const journeyListener: Listener = {
  name: "journeys",
  kinds: ["event", "contact.changed", "contact.merged", "group.joined", "segment.entered", "segment.left", "journey.asked", "send.changed", "engaged", "run.ended"],
  async onFacts(tx, turn, facts) {
    const work = await Work.open(tx, turn, facts.map((fact) => fact.workspace));
    await work.takeFacts(facts);
    await work.finish();
    return [];
  },
  async onTime(tx, turn, limit) {
    const due = await queries.selectDueRuns(tx, { buckets: turn.buckets, now: turn.now, limit });
    const dates = await queries.selectDueDates(tx, { buckets: turn.buckets, now: turn.now, limit });
    const timed = await timers.takeDueTimers(tx, { buckets: turn.buckets, now: turn.now, limit });
    const builds = await queries.nextDateBuilds(tx, { buckets: turn.buckets, limit: BUCKETS_PER_DATE_BUILD });
    const units = await changes.nextChanges(tx, { buckets: turn.buckets, limit: BUCKETS_PER_CHANGE });
    const news = await takeNews(tx, { buckets: turn.buckets, limit: BUCKETS_PER_NEWS });
    const past = await nextLookbacks(tx, { buckets: turn.buckets, limit: BUCKETS_PER_LOOKBACK });
    const days = await dueSchedules(tx, { buckets: turn.buckets, now: turn.now, limit: BUCKETS_PER_NEWS });
    if (due.length + dates.length + timed.length + builds.length + units.length + news.length + days.length + past.length === 0) return { facts: [], more: false };
    const work = await Work.open(tx, turn, [...due, ...dates, ...timed, ...builds, ...units, ...news, ...days, ...past].map((row) => row.workspace_id));
    await work.wake(await queries.lockDueRuns(tx, { runs: due, now: turn.now }));
    await work.startByDate(dates);
    await work.startByTimer(timed);
    await work.buildDates(builds);
    await work.applyChanges(units, limit);
    await work.hearCatalogue(news);
    await work.settleSchedule(days);
    await work.lookBack(past);
    await work.finish();
    return { facts: [], more: due.length === limit || dates.length === limit || timed.length === limit || builds.length + units.length + news.length + days.length + past.length > 0 };
  },
  async nextDue(db, buckets) {
    const { due, building } = await queries.firstDue(db, { buckets });
    return building ? -Infinity : due;
  },
};

// Published versions never change, so their graphs may be kept; a few hundred cover any installation.
const graphs = new Map<string, Graph>();
const MOST_GRAPHS = 500;

async function loadGraphs(tx: Tx, keys: readonly { journey: Id; version: number }[]): Promise<void> {
  const missing = keys.filter((key) => !graphs.has(`${key.journey}:${key.version}`));
  if (missing.length === 0) return;
  if (graphs.size > MOST_GRAPHS) graphs.clear();
  for (const [key, graph] of await queries.selectGraphs(tx, { keys: missing })) graphs.set(key, graph);
}

const graphOf = (journey: Id, version: number): Graph => {
  const graph = graphs.get(`${journey}:${version}`);
  if (!graph) throw new Error(`No version ${version} of journey ${journey}`);
  return graph;
};

/** One turn's work on runs. */
class Work {
  readonly #tx: Tx;
  readonly #turn: Turn;
  readonly #journeys: Map<Id, { journey: queries.LiveJourney; graph: Graph }[]>;
  readonly #zones = new Map<Id, string>();
  readonly #workspaceZones: Map<Id, string>;
  /** Active runs of the contacts at hand, this turn's included. */
  readonly #active = new Map<Id, RunState[]>();
  readonly #touched = new Set<RunState>();
  readonly #wishes: Wish[] = [];
  /** Stores with coordinates, of workspaces where a start asks for them. */
  readonly #places = new Map<Id, readonly Place[]>();
  /** What events armed and disarmed. */
  readonly #timed: ReturnType<typeof timers.timedNews> = [];
  /** Starts that only the filter refused, kept to be asked again. */
  readonly #refused: Candidate[] = [];

  private constructor(tx: Tx, turn: Turn, journeys: Map<Id, { journey: queries.LiveJourney; graph: Graph }[]>, workspaceZones: Map<Id, string>) {
    this.#tx = tx;
    this.#turn = turn;
    this.#journeys = journeys;
    this.#workspaceZones = workspaceZones;
  }

  static async open(tx: Tx, turn: Turn, of: readonly Id[]): Promise<Work> {
    const workspaces = [...new Set(of)].sort();
    const live = await queries.selectLiveJourneys(tx, { workspaces });
    await loadGraphs(tx, live.map((journey) => ({ journey: journey.id, version: journey.version })));
    const zones = new Map<Id, string>();
    for (const workspace of workspaces) if (live.some((journey) => journey.workspace_id === workspace)) zones.set(workspace, (await findWorkspace(tx, { id: workspace })).time_zone);
    return new Work(tx, turn, Map.groupBy(live.map((journey) => ({ journey, graph: graphOf(journey.id, journey.version) })), (one) => one.journey.workspace_id), zones);
  }

  async takeFacts(facts: readonly Fact[]): Promise<void> {
    const merged = facts.filter((fact) => fact.kind === "contact.merged").map((fact) => fact.contact);
    await countMerged(this.#tx, this.#turn.slot, await queries.closeMergedVisits(this.#tx, { contacts: [...new Set(merged)].sort() }));
    const concerned = facts.filter((fact) => this.#concerns(fact));
    if (concerned.length === 0) return;
    await this.#load(await queries.selectActiveRuns(this.#tx, { contacts: [...new Set(concerned.map((fact) => fact.contact))].sort() }));
    const events = await queries.selectEvents(this.#tx, { events: this.#eventsToRead(concerned) });
    const templates = await queries.selectSendTemplates(this.#tx, { sends: concerned.flatMap((fact) => (fact.kind === "engaged" && !fact.data.machine ? [{ contact: fact.contact, send: fact.data.send }] : [])) });
    await this.#learnPlaces(concerned);
    // Those refused in this turn have just been asked of all this turn brought.
    const kept = await this.#keptStarts(concerned);
    const perContact = [...Map.groupBy(concerned, (fact) => fact.contact).values()];
    for (let wave = 0; perContact.some((list) => list.length > wave); wave++) {
      await this.#wave(perContact.flatMap((list) => list[wave] ?? []), events, templates);
    }
    await this.#askAgain(kept);
    await this.#datesOf(concerned);
  }

  async wake(rows: readonly queries.RunRow[]): Promise<void> {
    const states = await this.#load(rows);
    for (const state of states) {
      const { missed, ...memory } = state.memory;
      state.input = { ...UNASKED, timerDue: missed === undefined, event: missed ?? null };
      if (missed !== undefined) state.memory = memory;
      this.#touched.add(state);
    }
    await this.#settle(states);
  }

  async startByDate(rows: readonly { journey_id: Id; contact_id: Id; workspace_id: Id; due_at: Instant }[]): Promise<void> {
    if (rows.length === 0) return;
    await this.#load(await queries.selectActiveRuns(this.#tx, { contacts: [...new Set(rows.map((row) => row.contact_id))].sort() }));
    const candidates = rows.flatMap((row): Candidate[] => {
      const found = this.#find(row.workspace_id, row.journey_id);
      return found && !found.journey.paused ? [{ ...found, contact: row.contact_id, key: "", memory: { start: "date", event: null } }] : [];
    });
    this.#refused.push(...(await this.#enter(candidates)));
    for (const [journey, group] of Map.groupBy(rows, (row) => row.journey_id)) {
      await this.#writeDates(group[0]!.workspace_id, journey, { contacts: group.map((row) => row.contact_id) });
    }
  }

  /** Timers that have come due: those that still stand by all that happened since start their journey. */
  async startByTimer(rows: readonly timers.TimerRow[]): Promise<void> {
    const known = rows.flatMap((row) => {
      const found = this.#find(row.workspace_id, row.journey_id);
      const start = found?.graph.starts.find((one) => timers.startHash(one) === row.start);
      return found && start ? [{ row, found, start }] : [];
    });
    if (known.length === 0) return;
    await this.#load(await queries.selectActiveRuns(this.#tx, { contacts: [...new Set(known.map(({ row }) => row.contact_id))].sort() }));
    await this.#learnZones(known.map(({ row }) => ({ workspace: row.workspace_id, contact: row.contact_id })));
    const heard = await timers.selectHeardSince(this.#tx, { rows: known.map(({ row }) => row), names: [...new Set(known.flatMap(({ start }) => startKindOf(start).events(start)))].sort() });
    const rhythmOf = await rhythmsOf(this.#tx, known.flatMap(({ row, start }) => (heard.get(row.contact_id) ?? []).map((event) => ({ workspace: row.workspace_id, contact: row.contact_id, key: row.key, at: event.at, start }))));
    const turn = { now: this.#turn.now, zoneOf: (contact: Id) => this.#zones.get(contact)!, rhythmOf };
    const moved: timers.TimerRow[] = [];
    const fired = known.flatMap((one) => {
      const stands = timers.standing(one.row, one.start, heard.get(one.row.contact_id) ?? [], turn);
      if (stands === null || stands.due < turn.now - timers.LATEST) return [];
      const row = stands.event === null ? { ...one.row, due_at: stands.due } : { ...one.row, due_at: stands.due, armed_at: stands.event.at, memory: timers.memoryOf(one.start, stands.event) };
      if (stands.due <= turn.now) return [{ ...one, row }];
      moved.push(row);
      return [];
    });
    await timers.upsertTimers(this.#tx, moved);
    const offered = await stillOffered(this.#tx, fired);
    const carts = await cartsAt(this.#tx, fired.flatMap(({ row, start }) => (start.kind === "cart" ? [row] : [])));
    const candidates = fired.flatMap(({ row, found, start }): Candidate[] => {
      if (isOfferStart(start) && !offered.has(row)) return [];
      const candidate = { ...found, contact: row.contact_id, key: row.key, memory: row.memory };
      if (start.kind !== "cart") return [candidate];
      const cart = carts.get(`${row.contact_id} ${row.key}`);
      // Ordered or emptied in a way no event told, or worth less than asked.
      if (cart && (!cart.open || (start.least !== null && cart.total < start.least))) return [];
      if (!cart) return start.least === null ? [candidate] : [];
      return [{ ...candidate, memory: { ...row.memory, cart: { items: cart.items, total: cart.total, currency: cart.currency, url: cart.url } } }];
    });
    this.#refused.push(...(await this.#enter(candidates)));
  }

  async buildDates(units: readonly { bucket: number; journey_id: Id; workspace_id: Id }[]): Promise<void> {
    const [first] = units;
    if (!first) return;
    const buckets = units.map((unit) => unit.bucket);
    await this.#writeDates(first.workspace_id, first.journey_id, { buckets });
    await queries.finishDateBuilds(this.#tx, { journey: first.journey_id, buckets });
  }

  /** Hears what happened before the journey was published, of the next contacts of some buckets. */
  async lookBack(units: readonly Lookback[]): Promise<void> {
    const [first] = units;
    if (!first) return;
    const found = this.#find(first.workspace_id, first.journey_id);
    const past = await takePast(this.#tx, { units, graph: found?.graph ?? null, now: this.#turn.now });
    if (!found) return;
    const journeys = [{ ...found, graph: { ...found.graph, starts: found.graph.starts.filter((start) => looksBack(start, this.#turn.now) !== null) } }];
    this.#timed.push(...past.flatMap(({ contact, event }) => timers.timedNews({ workspace: first.workspace_id, contact, event, live: false, journeys, now: this.#turn.now })));
  }

  /** Arms the starts by news of the catalogue, for the contacts of some buckets. */
  async hearCatalogue(news: readonly CatalogNews[]): Promise<void> {
    if (news.length > 0) await armOffers(this.#tx, { news, journeys: this.#journeys.get(news[0]!.workspace_id) ?? [], now: this.#turn.now });
  }

  /** Settles who is meant by a day of a schedule. */
  async settleSchedule(units: readonly DueSchedule[]): Promise<void> {
    const [first] = units;
    if (!first) return;
    const start = this.#find(first.workspace_id, first.journey_id)?.graph.starts.find((one) => timers.startHash(one) === first.start);
    await settleSchedules(this.#tx, { units, start: start?.kind === "schedule" ? start : null, zone: this.#workspaceZones.get(first.workspace_id) ?? "UTC", now: this.#turn.now });
  }

  /**
   * Applies what a publish chose to people inside earlier versions, at most so many in a turn. Their timers wait until it is done
   * (`selectDueRuns` leaves them out), so a run is never both woken and moved in one turn.
   */
  async applyChanges(units: readonly changes.ChangeUnit[], limit: number): Promise<void> {
    const [first] = units;
    if (!first) return;
    const { workspace_id: workspace, journey_id: journey, version } = first;
    const buckets = units.map((unit) => unit.bucket);
    const choices = await changes.selectChoices(this.#tx, { workspace, journey, version });
    const rows = await changes.lockRunsToChange(this.#tx, { workspace, journey, version, buckets, steps: Object.keys(choices).sort(), limit });
    await loadGraphs(this.#tx, [{ journey, version }]);
    // One that came to its step in this very turn, by a date start, is of the new version and not among them.
    const states = await this.#load(rows);
    const moving: RunState[] = [];
    for (const state of states) {
      this.#touched.add(state);
      const choice = choices[state.step]!;
      if (choice.what === "leave") end(state, "left", "new_version", { why: "new_version", version }, this.#turn.now);
      else if (change(state, { version, graph: graphOf(journey, version), step: choice.to!, keepTimer: choice.what === "move" }, this.#turn.now)) moving.push(state);
    }
    await this.#settle(moving);
    if (rows.length < limit) await changes.finishChanges(this.#tx, { journey, version, buckets });
  }

  /** Writes everything this turn did to runs, and what their steps asked for. */
  async finish(): Promise<void> {
    const states = [...this.#touched];
    await this.#learnZones(this.#timed);
    await timers.writeTimers(this.#tx, this.#timed, { now: this.#turn.now, zoneOf: (contact) => this.#zones.get(contact)! });
    await held.keepStarts(this.#tx, { starts: this.#refused, until: this.#turn.now + HELD_FOR });
    if (states.length === 0) return;
    await queries.writeRuns(this.#tx, { states, epochs: this.#turn.epochs, now: this.#turn.now });
    await queries.writeVisits(this.#tx, { states });
    await countTotals(this.#tx, this.#turn.slot, states);
    await applyWishes(this.#tx, this.#turn, this.#wishes);
    await writeFacts(this.#tx, { chance: this.#turn.chance, now: this.#turn.now, facts: states.flatMap((state) => this.#ended(state)) });
  }

  /** News of an end, where another journey starts by it. */
  #ended({ run, state, outcome, goals }: RunState): NewFact[] {
    if (state === "waiting" || !(this.#journeys.get(run.workspace) ?? []).some(({ graph }) => graph.starts.some((start) => start.kind === "journey" && start.journey === run.journey))) return [];
    return [{ workspace: run.workspace, contact: run.contact, occurredAt: this.#turn.now, kind: "run.ended", data: { journey: run.journey, run: run.id, how: state, goal: outcome === "goal" || goals.length > 0 } }];
  }

  async #wave(facts: readonly Fact[], events: ReadonlyMap<Id, FactEvent>, templates: ReadonlyMap<Id, Id>): Promise<void> {
    const moved: RunState[] = [];
    const candidates: Candidate[] = [];
    for (const fact of facts) {
      const event = fact.kind === "event" ? (events.get(fact.data.event) ?? null) : null;
      if (event) for (const state of this.#active.get(fact.contact) ?? []) if (this.#hear(state, event)) moved.push(state);
      if ((fact.kind === "engaged" || fact.kind === "send.changed") && fact.data.run) for (const state of this.#active.get(fact.contact) ?? []) if (state.run.id === fact.data.run && this.#hearOfMessage(state)) moved.push(state);
      const journeys = this.#journeys.get(fact.workspace) ?? [];
      candidates.push(...candidatesOf(fact, event, journeys, this.#turn.now, templates, this.#places.get(fact.workspace) ?? []));
      if (event && fact.kind === "event") this.#timed.push(...timers.timedNews({ workspace: fact.workspace, contact: fact.contact, event, live: fact.data.live, journeys, now: this.#turn.now }));
    }
    await this.#settle(moved);
    this.#refused.push(...(await this.#enter(candidates)));
  }

  /** Tells a run of an event. @returns whether it must move on */
  #hear(state: RunState, event: FactEvent): boolean {
    if (state.state !== "waiting" || event.at < heardFrom(state)) return false;
    const { now } = this.#turn;
    const exit = state.graph.settings.exits.find((one) => matches(event, one.event, one.where, now) && (!one.sameKey || sameKey(state.graph, state.run.key, event)));
    if (exit) {
      this.#touched.add(state);
      if (exit.goal) state.goals.push(state.step);
      end(state, "left", exit.goal ? "goal" : "exit_event", { why: exit.goal ? "goal" : "exit_event", event: event.name, at: toIso(event.at) }, now);
      return false;
    }
    const step = stepOf(state.graph, state.step);
    if (!step || event.at < state.arrivedAt) return false;
    const awaited = awaitedEvents(step).some((one) => matches(event, one.event, one.where, now) && (!one.sameKey || sameKey(state.graph, state.run.key, event)));
    if (!awaited) return false;
    this.#touched.add(state);
    if (this.#isPaused(state)) {
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
  #hearOfMessage(state: RunState): boolean {
    const step = stepOf(state.graph, state.step);
    if (state.state !== "waiting" || step?.kind !== "wait" || step.until.of !== "message") return false;
    this.#touched.add(state);
    if (!this.#isPaused(state)) return true;
    // Asked when the pause ends.
    state.wakeAt = this.#turn.now;
    return false;
  }

  /** Whether a fact can matter here: news of messages only where some journey waits for it, or starts by it. */
  #concerns(fact: Fact): boolean {
    const journeys = this.#journeys.get(fact.workspace) ?? [];
    if (fact.kind === "send.changed") return fact.data.run !== null && journeys.some(({ journey }) => journey.listens);
    if (fact.kind === "engaged") return !fact.data.machine && journeys.some(({ journey, graph }) => (fact.data.run !== null && journey.listens) || graph.starts.some((start) => start.kind === "message"));
    return journeys.length > 0;
  }

  /** Starts of these contacts that wait for their filter. Nothing is read where no journey has one. */
  async #keptStarts(facts: readonly Fact[]): Promise<held.HeldStart[]> {
    const filtering = new Set([...this.#journeys].filter(([, list]) => list.some(({ graph }) => graph.settings.filter !== null)).map(([workspace]) => workspace));
    const contacts = [...new Set(facts.filter((fact) => filtering.has(fact.workspace)).map((fact) => fact.contact))].sort();
    return contacts.length === 0 ? [] : held.selectStarts(this.#tx, { contacts, now: this.#turn.now });
  }

  /** A late fact may have made the filter of a kept start match; one that still does not stays for its time. */
  async #askAgain(kept: readonly held.HeldStart[]): Promise<void> {
    const asked = kept.flatMap((row) => {
      const found = this.#find(row.workspace_id, row.journey_id);
      return found && !found.journey.paused && !this.#refused.some((one) => one.contact === row.contact_id && one.journey.id === row.journey_id && one.key === row.key) ? [{ row, candidate: { ...found, contact: row.contact_id, key: row.key, memory: row.memory } }] : [];
    });
    if (asked.length === 0) return;
    const refused = new Set(await this.#enter(asked.map((one) => one.candidate)));
    await held.forgetStarts(this.#tx, { starts: asked.filter((one) => !refused.has(one.candidate)).map((one) => one.row) });
  }

  /** @returns those whom only the filter refused */
  async #enter(candidates: readonly Candidate[]): Promise<Candidate[]> {
    const { now, chance } = this.#turn;
    const inHand = (contact: Id, journey: Id, key: string) => (this.#active.get(contact) ?? []).filter((state) => state.run.journey === journey && state.run.key === key);
    const { admitted, refused } = await admit(this.#tx, candidates, now, {
      isActive: (...of) => inHand(...of).some((state) => state.state === "waiting"),
      // A run that began and ended in this turn is in no table yet, and counts for the re-entry rule.
      lastEntry: (...of) => inHand(...of).reduce<Instant | undefined>((last, { run }) => Math.max(last ?? run.enteredAt, run.enteredAt), undefined),
    });
    const states = admitted.map(({ journey, graph, contact, key, memory }): RunState => {
      const run = { bucket: bucketOf(contact), id: chance.id(now), workspace: journey.workspace_id, contact, journey: journey.id, version: journey.version, key, enteredAt: now };
      const state: RunState = { run, graph, isNew: true, state: "waiting", step: "", visit: 0, arrivedAt: now, wakeAt: null, listens: null, memory, memoryRead: null, outcome: null, goals: [], visits: new Map(), input: UNASKED, transitions: 0 };
      arrive(state, graph.first!, now);
      return state;
    });
    for (const state of states) {
      this.#active.set(state.run.contact, [...(this.#active.get(state.run.contact) ?? []), state]);
      this.#touched.add(state);
    }
    await this.#settle(states);
    return refused;
  }

  async #settle(states: readonly RunState[]): Promise<void> {
    if (states.length === 0) return;
    await this.#learnZones(states.map((state) => state.run));
    await settle(this.#tx, states, { now: this.#turn.now, chance: this.#turn.chance, slot: this.#turn.slot, zoneOf: (contact) => this.#zones.get(contact)!, wishes: this.#wishes });
  }

  async #learnPlaces(facts: readonly Fact[]): Promise<void> {
    for (const workspace of new Set(facts.filter((fact) => fact.kind === "event" && fact.data.name === MOVED).map((fact) => fact.workspace))) {
      if (!(this.#journeys.get(workspace) ?? []).some(({ graph }) => graph.starts.some((start) => start.kind === "near_store"))) continue;
      this.#places.set(workspace, placesOf(await selectStores(this.#tx, { workspace })));
    }
  }

  /** Where these contacts are, by the person, its country or postcode, its store, the workspace. */
  async #learnZones(people: readonly { readonly workspace: Id; readonly contact: Id }[]): Promise<void> {
    const unknown = [...new Set(people.map((one) => one.contact))].filter((contact) => !this.#zones.has(contact)).sort();
    if (unknown.length === 0) return;
    const zones = await zonesOf(this.#tx, { contacts: unknown });
    for (const { contact, workspace } of people) if (!this.#zones.has(contact)) this.#zones.set(contact, zones.get(contact) ?? this.#workspaceZones.get(workspace) ?? "UTC");
  }

  async #load(rows: readonly queries.RunRow[]): Promise<RunState[]> {
    await loadGraphs(this.#tx, rows.map((row) => ({ journey: row.journey_id, version: row.version })));
    return rows.map((row) => {
      const known = (this.#active.get(row.contact_id) ?? []).find((state) => state.run.id === row.id);
      if (known) return known;
      const state: RunState = {
        run: { bucket: row.bucket, id: row.id, workspace: row.workspace_id, contact: row.contact_id, journey: row.journey_id, version: row.version, key: row.key, enteredAt: row.entered_at },
        graph: graphOf(row.journey_id, row.version), isNew: false, state: "waiting", step: row.step_id, visit: row.visit, arrivedAt: row.arrived_at, wakeAt: row.wake_at, listens: row.listens, memory: row.memory, memoryRead: row.memory,
        outcome: null, goals: [], visits: new Map(), input: UNASKED, transitions: 0,
      };
      this.#active.set(row.contact_id, [...(this.#active.get(row.contact_id) ?? []), state]);
      return state;
    });
  }

  /** Only events that some start, wait or exit names are read. */
  #eventsToRead(facts: readonly Fact[]): { contact: Id; id: Id; at: Instant }[] {
    const named = new Map<Id, Set<string>>();
    const graphsOf = (workspace: Id) => [...(this.#journeys.get(workspace) ?? []).map((one) => one.graph), ...[...this.#active.values()].flat().filter((state) => state.run.workspace === workspace).map((state) => state.graph)];
    for (const workspace of new Set(facts.map((fact) => fact.workspace))) named.set(workspace, new Set(graphsOf(workspace).flatMap(eventNames)));
    return facts.flatMap((fact) => (fact.kind === "event" && named.get(fact.workspace)!.has(fact.data.name) ? [{ contact: fact.contact, id: fact.data.event, at: fact.occurredAt }] : []));
  }

  async #datesOf(facts: readonly Fact[]): Promise<void> {
    for (const { journey, graph } of [...this.#journeys.values()].flat()) {
      const attributes = graph.starts.flatMap((start) => (start.kind === "date" ? [start.attribute] : []));
      if (attributes.length === 0) continue;
      const contacts = facts.filter((fact) => fact.workspace === journey.workspace_id && (fact.kind === "contact.merged" || (fact.kind === "contact.changed" && (fact.data.created || [...attributes, "time_zone", "country", "region", "postal_code", "store_id"].some((name) => fact.data.attributes.includes(name)))))).map((fact) => fact.contact);
      if (contacts.length > 0) await this.#writeDates(journey.workspace_id, journey.id, { contacts: [...new Set(contacts)].sort() });
    }
  }

  /** Computes when contacts next start in a journey by date: all those of some buckets, or just some. */
  async #writeDates(workspace: Id, journey: Id, who: { buckets?: readonly number[]; contacts?: readonly Id[] }): Promise<void> {
    const found = this.#find(workspace, journey);
    const starts = (found?.graph.starts ?? []).filter((start) => start.kind === "date");
    const next = new Map<Id, Instant | null>((who.contacts ?? []).map((contact) => [contact, null]));
    for (const start of starts) {
      const rows = await queries.selectContactDates(this.#tx, { workspace, attribute: start.attribute, ...who });
      const zones = await zonesOf(this.#tx, { contacts: rows.map((row) => row.id) });
      for (const row of rows) {
        const at = nextDate(start, row.value, zones.get(row.id) ?? this.#workspaceZones.get(workspace) ?? "UTC", this.#turn.now);
        const soonest = [at, next.get(row.id) ?? null].filter((one) => one !== null);
        next.set(row.id, soonest.length === 0 ? null : Math.min(...soonest));
      }
    }
    await queries.writeDates(this.#tx, { rows: [...next].map(([contact, due]) => ({ workspace, journey, contact, due })) });
  }

  #find(workspace: Id, journey: Id) {
    return (this.#journeys.get(workspace) ?? []).find((one) => one.journey.id === journey);
  }

  #isPaused(state: RunState): boolean {
    return this.#find(state.run.workspace, state.run.journey)?.journey.paused ?? true;
  }
}

/** From when on what happens concerns a run: its entry, or, where it began after a time of waiting, the event that began the wait. */
const heardFrom = ({ run, memory }: RunState): Instant => (memory.timed && memory.event ? Math.min(run.enteredAt, Date.parse(memory.event.at)) : run.enteredAt);

/** Events that can start a run of a graph, move it or end it. */
export function eventNames(graph: Graph): string[] {
  return [
    ...graph.starts.flatMap((start) => startKindOf(start).events(start)),
    ...graph.settings.exits.map((exit) => exit.event),
    ...graph.steps.flatMap((step) => awaitedEvents(step).map((one) => one.event)),
  ];
}

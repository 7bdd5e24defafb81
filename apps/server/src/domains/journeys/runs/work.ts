import { bucketOf, type Id, type Instant } from "@relance/model/base";
import { UNASKED, type Graph, type Place } from "@relance/model/journeys";
import type { Tx } from "../../../platform/db/database.ts";
import type { NewFact, Turn } from "../../../platform/engine.ts";
import { writeFacts } from "../../../platform/inbox.ts";
import { findWorkspace } from "../../team/index.ts";
import { applyWishes } from "./effects.ts";
import { graphOf, loadGraphs } from "../graphs.ts";
import * as held from "./held.ts";
import * as queries from "../queries.ts";
import { arrive, settle } from "./settle.ts";
import { admit, HELD_FOR, type Candidate } from "../starts/starts.ts";
import type { RunState, Wish } from "./state.ts";
import * as timers from "./timers.ts";
import { countTotals } from "./totals.ts";
import { zonesOf } from "./zones.ts";

/** One turn's work on runs: what is known of the contacts at hand, what was done to their runs, and what is to be written. */
export class Work {
  readonly tx: Tx;
  readonly turn: Turn;
  readonly journeys: Map<Id, { journey: queries.LiveJourney; graph: Graph }[]>;
  readonly zones = new Map<Id, string>();
  readonly workspaceZones: Map<Id, string>;
  /** Active runs of the contacts at hand, this turn's included. */
  readonly active = new Map<Id, RunState[]>();
  readonly touched = new Set<RunState>();
  readonly wishes: Wish[] = [];
  /** Stores with coordinates, of workspaces where a start asks for them. */
  readonly places = new Map<Id, readonly Place[]>();
  /** What events armed and disarmed. */
  readonly timed: ReturnType<typeof timers.timedNews> = [];
  /** Starts that only the filter refused, kept to be asked again. */
  readonly refused: Candidate[] = [];

  private constructor(
    tx: Tx,
    turn: Turn,
    journeys: Map<Id, { journey: queries.LiveJourney; graph: Graph }[]>,
    workspaceZones: Map<Id, string>,
  ) {
    this.tx = tx;
    this.turn = turn;
    this.journeys = journeys;
    this.workspaceZones = workspaceZones;
  }

  /** The live journeys of some workspaces, ready to be worked on. */
  static async open(tx: Tx, turn: Turn, of: readonly Id[]): Promise<Work> {
    const workspaces = [...new Set(of)].sort();
    const live = await queries.selectLiveJourneys(tx, { workspaces });
    await loadGraphs(
      tx,
      live.map((journey) => ({ journey: journey.id, version: journey.version })),
    );
    const zones = new Map<Id, string>();
    for (const workspace of workspaces)
      if (live.some((journey) => journey.workspace_id === workspace))
        zones.set(workspace, (await findWorkspace(tx, { id: workspace })).time_zone);
    return new Work(
      tx,
      turn,
      Map.groupBy(
        live.map((journey) => ({ journey, graph: graphOf(journey.id, journey.version) })),
        (one) => one.journey.workspace_id,
      ),
      zones,
    );
  }

  /** Writes everything this turn did to runs, and what their steps asked for. */
  async finish(): Promise<void> {
    const states = [...this.touched];
    await this.learnZones(this.timed);
    await timers.writeTimers(this.tx, this.timed, { now: this.turn.now, zoneOf: (contact) => this.zones.get(contact)! });
    await held.keepStarts(this.tx, { starts: this.refused, until: this.turn.now + HELD_FOR });
    if (states.length === 0) return;
    await queries.writeRuns(this.tx, { states, epochs: this.turn.epochs, now: this.turn.now });
    await queries.writeVisits(this.tx, { states });
    await countTotals(this.tx, this.turn.slot, states);
    await applyWishes(this.tx, this.turn, this.wishes);
    await writeFacts(this.tx, { chance: this.turn.chance, now: this.turn.now, facts: states.flatMap((state) => this.#ended(state)) });
  }

  /** News of an end, where another journey starts by it. */
  #ended({ run, state, outcome, goals }: RunState): NewFact[] {
    if (
      state === "waiting" ||
      !(this.journeys.get(run.workspace) ?? []).some(({ graph }) =>
        graph.starts.some((start) => start.kind === "journey" && start.journey === run.journey),
      )
    )
      return [];
    return [
      {
        workspace: run.workspace,
        contact: run.contact,
        occurredAt: this.turn.now,
        kind: "run.ended",
        data: { journey: run.journey, run: run.id, how: state, goal: outcome === "goal" || goals.length > 0 },
      },
    ];
  }

  /** @returns those whom only the filter refused */
  async enter(candidates: readonly Candidate[]): Promise<Candidate[]> {
    const { now, chance } = this.turn;
    const inHand = (contact: Id, journey: Id, key: string) =>
      (this.active.get(contact) ?? []).filter((state) => state.run.journey === journey && state.run.key === key);
    const { admitted, refused } = await admit(this.tx, candidates, now, {
      isActive: (...of) => inHand(...of).some((state) => state.state === "waiting"),
      // A run that began and ended in this turn is in no table yet, and counts for the re-entry rule.
      lastEntry: (...of) =>
        inHand(...of).reduce<Instant | undefined>((last, { run }) => Math.max(last ?? run.enteredAt, run.enteredAt), undefined),
    });
    const states = admitted.map(({ journey, graph, contact, key, memory }): RunState => {
      const run = {
        bucket: bucketOf(contact),
        id: chance.id(now),
        workspace: journey.workspace_id,
        contact,
        journey: journey.id,
        version: journey.version,
        key,
        enteredAt: now,
      };
      const state: RunState = {
        run,
        graph,
        isNew: true,
        state: "waiting",
        step: "",
        visit: 0,
        arrivedAt: now,
        wakeAt: null,
        listens: null,
        memory,
        memoryRead: null,
        outcome: null,
        goals: [],
        visits: new Map(),
        input: UNASKED,
        transitions: 0,
      };
      arrive(state, graph.first!, now);
      return state;
    });
    for (const state of states) {
      this.active.set(state.run.contact, [...(this.active.get(state.run.contact) ?? []), state]);
      this.touched.add(state);
    }
    await this.settle(states);
    return refused;
  }

  async settle(states: readonly RunState[]): Promise<void> {
    if (states.length === 0) return;
    await this.learnZones(states.map((state) => state.run));
    await settle(this.tx, states, {
      now: this.turn.now,
      chance: this.turn.chance,
      slot: this.turn.slot,
      zoneOf: (contact) => this.zones.get(contact)!,
      wishes: this.wishes,
    });
  }

  /** Where these contacts are, by the person, its country or postcode, its store, the workspace. */
  async learnZones(people: readonly { readonly workspace: Id; readonly contact: Id }[]): Promise<void> {
    const unknown = [...new Set(people.map((one) => one.contact))].filter((contact) => !this.zones.has(contact)).sort();
    if (unknown.length === 0) return;
    const zones = await zonesOf(this.tx, { contacts: unknown });
    for (const { contact, workspace } of people)
      if (!this.zones.has(contact)) this.zones.set(contact, zones.get(contact) ?? this.workspaceZones.get(workspace) ?? "UTC");
  }

  async load(rows: readonly queries.RunRow[]): Promise<RunState[]> {
    await loadGraphs(
      this.tx,
      rows.map((row) => ({ journey: row.journey_id, version: row.version })),
    );
    return rows.map((row) => {
      const known = (this.active.get(row.contact_id) ?? []).find((state) => state.run.id === row.id);
      if (known) return known;
      const state: RunState = {
        run: {
          bucket: row.bucket,
          id: row.id,
          workspace: row.workspace_id,
          contact: row.contact_id,
          journey: row.journey_id,
          version: row.version,
          key: row.key,
          enteredAt: row.entered_at,
        },
        graph: graphOf(row.journey_id, row.version),
        isNew: false,
        state: "waiting",
        step: row.step_id,
        visit: row.visit,
        arrivedAt: row.arrived_at,
        wakeAt: row.wake_at,
        listens: row.listens,
        memory: row.memory,
        memoryRead: row.memory,
        outcome: null,
        goals: [],
        visits: new Map(),
        input: UNASKED,
        transitions: 0,
      };
      this.active.set(row.contact_id, [...(this.active.get(row.contact_id) ?? []), state]);
      return state;
    });
  }

  find(workspace: Id, journey: Id) {
    return (this.journeys.get(workspace) ?? []).find((one) => one.journey.id === journey);
  }

  isPaused(state: RunState): boolean {
    return this.find(state.run.workspace, state.run.journey)?.journey.paused ?? true;
  }
}

import { HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { stepOf, type Graph } from "@relance/model/journeys";

/**
 * The slow twin of the journeys' engine: one contact at a time, one thing at a time, plain loops over what happened in its order. It shares
 * only the graph's shape with the engine: how waits end, what branches answer and when runs end are written here again.
 */
export interface TwinEvent { readonly name: string; readonly key: string | null; readonly at: Instant }
export interface TwinVisit { readonly step: string; readonly arrivedAt: Instant; leftAt: Instant | null; exit: string | null }
export interface TwinRun {
  readonly contact: Id; readonly key: string; readonly enteredAt: Instant;
  step: string; arrivedAt: Instant; wakeAt: Instant | null; missed: boolean; state: "waiting" | "completed" | "left"; outcome: string | null;
  readonly visits: TwinVisit[]; readonly sends: string[];
}
const UNIT: Record<string, number> = { minute: MINUTE, hour: HOUR };

export class Twin {
  readonly runs: TwinRun[] = [];
  readonly graph: Graph;
  readonly #history = new Map<Id, TwinEvent[]>();
  #pausedAt: Instant | null = null;
  /** Starts refused by the filter alone, with the end of their half hour. */
  #held: { contact: Id; key: string; until: Instant }[] = [];

  constructor(graph: Graph) {
    this.graph = graph;
  }

  /** Events are stored before any of them is acted on: what came together is known together. */
  learns(contact: Id, event: TwinEvent): void {
    this.#history.set(contact, [...(this.#history.get(contact) ?? []), event]);
  }

  happens(contact: Id, event: TwinEvent, now: Instant): void {
    for (const run of this.runs.filter((one) => one.contact === contact && one.state === "waiting")) this.#hear(run, event, now);
    const { starts } = this.graph;
    const start = starts[0]!;
    if (this.#pausedAt !== null || start.kind !== "event" || event.name !== start.event || event.at < now - 24 * HOUR) return;
    const key = start.key === null ? "" : event.key;
    if (key !== null) this.#starts(contact, key, now);
  }

  keptBefore(): readonly object[] {
    return [...this.#held];
  }

  /** News of a contact came in: its kept starts are asked once more. */
  heard(contact: Id, kept: readonly object[], now: Instant): void {
    if (this.#pausedAt !== null) return;
    const mine = this.#held.filter((one) => kept.includes(one) && one.contact === contact && one.until > now);
    for (const one of mine) {
      this.#held = this.#held.filter((other) => other !== one);
      const until = one.until;
      this.#starts(contact, one.key, now);
      for (const again of this.#held) if (again.contact === contact && again.key === one.key) again.until = until;
    }
  }

  #passes(contact: Id): boolean {
    const { filter } = this.graph.settings;
    return filter === null || (filter.kind === "event" && (this.#history.get(contact) ?? []).some((event) => event.name === filter.event));
  }

  #starts(contact: Id, key: string, now: Instant): void {
    const { settings: { reentry } } = this.graph;
    const before = this.runs.filter((run) => run.contact === contact && run.key === key);
    if (before.some((run) => run.state === "waiting")) return;
    const last = Math.max(-Infinity, ...before.map((run) => run.enteredAt));
    if (before.length > 0 && (reentry.kind === "never" || (reentry.kind === "after" && now < last + reentry.span.n * UNIT[reentry.span.unit]!))) return;
    if (!this.#passes(contact)) {
      this.#held = [...this.#held.filter((one) => one.contact !== contact || one.key !== key), { contact, key, until: now + 30 * MINUTE }];
      return;
    }
    const run: TwinRun = { contact, key, enteredAt: now, step: "", arrivedAt: now, wakeAt: null, missed: false, state: "waiting", outcome: null, visits: [], sends: [] };
    this.runs.push(run);
    this.#arrive(run, this.graph.first, now);
  }

  tick(now: Instant): void {
    if (this.#pausedAt !== null) return;
    for (const run of this.runs) {
      while (run.state === "waiting" && run.wakeAt !== null && run.wakeAt <= now) {
        const missed = run.missed;
        run.missed = false;
        this.#leave(run, this.#waitsForEvent(run) ? (missed ? "event" : "timeout") : "next", now);
      }
    }
  }

  pause(now: Instant): void {
    this.#pausedAt = now;
  }

  resume(how: "catch_up" | "retime" | "leave", now: Instant): void {
    const length = now - this.#pausedAt!;
    this.#pausedAt = null;
    for (const run of this.runs.filter((one) => one.state === "waiting")) {
      if (how === "retime") run.wakeAt = run.wakeAt! + length;
      if (how === "leave" && run.wakeAt! <= now) this.#end(run, "left", "overdue", now);
    }
  }

  #hear(run: TwinRun, event: TwinEvent, now: Instant): void {
    if (event.at < run.enteredAt) return;
    const about = (same: boolean) => !same || run.key === "" || event.key === null || event.key === run.key;
    for (const exit of this.graph.settings.exits) {
      if (exit.event === event.name && about(exit.sameKey)) return this.#end(run, "left", exit.goal ? "goal" : "exit_event", now);
    }
    const step = stepOf(this.graph, run.step);
    if (step?.kind !== "wait" || step.until.of !== "event" || event.at < run.arrivedAt) return;
    if (!step.until.events.some((one) => one.event === event.name && about(one.sameKey))) return;
    if (this.#pausedAt !== null) {
      run.missed = true;
      run.wakeAt = now;
    } else this.#leave(run, event.at > run.wakeAt! ? "timeout" : "event", now);
  }

  #waitsForEvent(run: TwinRun): boolean {
    const step = stepOf(this.graph, run.step);
    return step?.kind === "wait" && step.until.of === "event";
  }

  #leave(run: TwinRun, exit: string, now: Instant): void {
    Object.assign(run.visits.at(-1)!, { leftAt: now, exit });
    this.#arrive(run, stepOf(this.graph, run.step)!.exits[exit] ?? null, now);
  }

  #arrive(run: TwinRun, to: string | null, now: Instant): void {
    if (to === null) return void Object.assign(run, { state: "completed", outcome: "completed", wakeAt: null });
    const step = stepOf(this.graph, to)!;
    Object.assign(run, { step: to, arrivedAt: now, wakeAt: null });
    run.visits.push({ step: to, arrivedAt: now, leftAt: null, exit: null });
    if (step.kind === "wait") {
      if (step.until.of !== "duration" && step.until.of !== "event") throw new Error("The twin knows no local times");
      const span = step.until.of === "duration" ? step.until.span : step.until.timeout;
      run.wakeAt = now + span.n * UNIT[span.unit]!;
    } else if (step.kind === "branch") {
      const path = step.paths.find(({ rule }) => rule.kind === "event" && (this.#history.get(run.contact) ?? []).some((event) => event.name === rule.event && event.at <= now && (rule.window.kind === "ever" || event.at >= run.enteredAt)));
      this.#leave(run, path?.exit ?? "else", now);
    } else if (step.kind === "exit") this.#end(run, "completed", "exit", now);
    else {
      if (step.kind === "email") run.sends.push(to);
      this.#leave(run, "next", now);
    }
  }

  #end(run: TwinRun, state: "left" | "completed", outcome: string, now: Instant): void {
    Object.assign(run.visits.at(-1)!, { leftAt: now });
    Object.assign(run, { state, outcome, wakeAt: null });
  }
}

import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { draw, stepOf, type Graph, type Step, type Until } from "@relance/model/journeys";

/**
 * The slow twin of the journeys' engine: one contact at a time, one thing at a time, plain loops over what happened in its order. It shares
 * only the graph's shape and the numbers drawn for people with the engine: how waits end, what branches answer and when runs end are
 * written here again. Everyone lives in Paris in winter: an hour ahead.
 */
export interface TwinEvent {
  readonly name: string;
  readonly key: string | null;
  readonly at: Instant;
}
interface TwinVisit {
  readonly step: string;
  readonly arrivedAt: Instant;
  leftAt: Instant | null;
  exit: string | null;
}
/** What is known of the last message a step sent. */
export interface TwinMessage {
  left: Instant | null;
  refused: boolean;
  delivered: Instant | null;
  opened: Instant | null;
  clicked: Instant | null;
}
export interface TwinRun {
  readonly journey: Id;
  readonly contact: Id;
  readonly key: string;
  readonly enteredAt: Instant;
  step: string;
  arrivedAt: Instant;
  wakeAt: Instant | null;
  missed: boolean;
  state: "waiting" | "completed" | "left";
  outcome: string | null;
  readonly visits: TwinVisit[];
  readonly sends: string[];
  readonly tasks: string[];
  readonly messages: Map<string, TwinMessage>;
  readonly rounds: Map<string, number>;
  /** Pauses whose length was added to its timers, since it came to its step. */
  pauses: { from: Instant; to: Instant }[];
}
const UNIT: Record<string, number> = { minute: MINUTE, hour: HOUR, day: DAY };

export class Twin {
  readonly runs: TwinRun[] = [];
  readonly graph: Graph;
  readonly journey: Id;
  /** Of contacts: groups they are in, attributes set, codes held. */
  readonly groups = new Map<Id, Set<string>>();
  readonly attributes = new Map<Id, Map<string, unknown>>();
  readonly #empty: Id;
  readonly #history = new Map<Id, TwinEvent[]>();
  #pausedAt: Instant | null = null;
  /** Starts refused by the filter alone, with the end of their half hour. */
  #held: { contact: Id; key: string; until: Instant }[] = [];

  constructor(graph: Graph, ids: { readonly journey: Id; readonly empty: Id }) {
    this.graph = graph;
    this.journey = ids.journey;
    this.#empty = ids.empty;
  }

  /** Events are stored before any of them is acted on: what came together is known together. */
  learns(contact: Id, event: TwinEvent): void {
    this.#history.set(contact, [...(this.#history.get(contact) ?? []), event]);
  }

  happens(contact: Id, event: TwinEvent, now: Instant): void {
    for (const run of this.runs.filter((one) => one.contact === contact && one.state === "waiting")) this.#hear(run, event, now);
    const { starts } = this.graph;
    const start = starts[0]!;
    if (this.#pausedAt !== null || event.at < now - 24 * HOUR) return;
    if (start.kind === "form" && event.name === "Form Submitted") this.#starts(contact, "", now);
    if (start.kind === "order" && event.name === "Order Completed") this.#starts(contact, event.key ?? "", now);
    if (start.kind !== "event" || event.name !== start.event) return;
    const key = start.key === null ? "" : event.key;
    if (key !== null) this.#starts(contact, key, now);
  }

  /** Someone asked that a contact start, or put it into a group. */
  asked(contact: Id, group: Id | null, now: Instant): void {
    const [start] = this.graph.starts;
    if (this.#pausedAt === null && (group === null || (start?.kind === "group" && start.group === group))) this.#starts(contact, "", now);
  }

  /** News of a message of a run. */
  tells(run: TwinRun, step: string, news: Partial<TwinMessage>, now: Instant): void {
    const message = run.messages.get(step)!;
    // The first click counts, as the first of anything.
    for (const [what, at] of Object.entries(news)) if (!message[what as keyof TwinMessage]) Object.assign(message, { [what]: at });
    const on = stepOf(this.graph, run.step);
    if (run.state !== "waiting" || on?.kind !== "wait" || on.until.of !== "message") return;
    if (this.#pausedAt === null) this.#awaitMessage(run, on.until, now);
    else run.wakeAt = now;
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
    const {
      settings: { reentry },
    } = this.graph;
    const before = this.runs.filter((run) => run.contact === contact && run.key === key);
    if (before.some((run) => run.state === "waiting")) return;
    const last = Math.max(-Infinity, ...before.map((run) => run.enteredAt));
    if (
      before.length > 0 &&
      (reentry.kind === "never" || (reentry.kind === "after" && now < last + reentry.span.n * UNIT[reentry.span.unit]!))
    )
      return;
    if (!this.#passes(contact)) {
      this.#held = [...this.#held.filter((one) => one.contact !== contact || one.key !== key), { contact, key, until: now + 30 * MINUTE }];
      return;
    }
    const run: TwinRun = {
      journey: this.journey,
      contact,
      key,
      enteredAt: now,
      step: "",
      arrivedAt: now,
      wakeAt: null,
      missed: false,
      state: "waiting",
      outcome: null,
      visits: [],
      sends: [],
      tasks: [],
      messages: new Map(),
      rounds: new Map(),
      pauses: [],
    };
    this.runs.push(run);
    this.#arrive(run, this.graph.first, now);
  }

  tick(now: Instant): void {
    if (this.#pausedAt !== null) return;
    for (const run of this.runs) {
      while (run.state === "waiting" && run.wakeAt !== null && run.wakeAt <= now) {
        const missed = run.missed;
        run.missed = false;
        const step = stepOf(this.graph, run.step);
        if (step?.kind === "wait" && step.until.of === "message") {
          this.#awaitMessage(run, step.until, now);
          continue;
        }
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
      if (how === "retime") {
        run.wakeAt = run.wakeAt! + length;
        run.pauses.push({ from: now - length, to: now });
      }
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
    Object.assign(run, { step: to, arrivedAt: now, wakeAt: null, pauses: [] });
    run.visits.push({ step: to, arrivedAt: now, leftAt: null, exit: null });
    if (step.kind === "wait") this.#wait(run, step.until, now);
    else if (step.kind === "exit") this.#end(run, "completed", "exit", now);
    else this.#leave(run, this.#does(run, step, now), now);
  }

  /** Does what a step does. @returns its way out */
  #does(run: TwinRun, step: Step, now: Instant): string {
    switch (step.kind) {
      case "branch":
        return (
          step.paths.find(
            ({ rule }) =>
              rule.kind === "event" &&
              (this.#history.get(run.contact) ?? []).some(
                (event) => event.name === rule.event && event.at <= now && (rule.window.kind === "ever" || event.at >= run.enteredAt),
              ),
          )?.exit ?? "else"
        );
      case "split": {
        let left = draw(run.journey, step.id, run.contact) * step.arms.reduce((sum, arm) => sum + arm.weight, 0);
        for (const arm of step.arms) {
          if (left < arm.weight) return arm.exit;
          left -= arm.weight;
        }
        throw new Error("Drawn beyond the last way");
      }
      case "holdout":
        return draw(run.journey, step.id, run.contact) < step.percent / 100 ? "held" : "next";
      case "loop": {
        const rounds = (run.rounds.get(step.id) ?? 0) + 1;
        if (rounds <= step.times) run.rounds.set(step.id, rounds);
        return rounds <= step.times ? "again" : "next";
      }
      case "attribute": {
        const mine = this.attributes.get(run.contact) ?? new Map<string, unknown>();
        const before = mine.get(step.attribute);
        mine.set(
          step.attribute,
          step.to.of === "add" ? (typeof before === "number" ? before : 0) + step.to.by : step.to.of === "value" ? step.to.value : null,
        );
        this.attributes.set(run.contact, mine);
        return "next";
      }
      case "group":
      case "audience": {
        const mine = this.groups.get(run.contact) ?? new Set<string>();
        if (step.kind === "group" && step.action === "move") mine.delete(step.from!);
        if (step.action === "leave") mine.delete(step.group!);
        else mine.add(step.group!);
        this.groups.set(run.contact, mine);
        return "next";
      }
      case "coupon":
        return step.pool === this.#empty ? "none" : "next";
      case "task":
        run.tasks.push(step.id);
        return "next";
      case "journey":
      case "goal":
      case "consent":
        return "next";
      case "email":
      case "sms":
      case "web_push":
      case "push":
      case "whatsapp":
      case "onsite":
      case "webhook":
        run.sends.push(step.id);
        run.messages.set(step.id, { left: null, refused: false, delivered: null, opened: null, clicked: null });
        return "next";
      default:
        throw new Error(`The twin does not pass a ${step.kind} at once`);
    }
  }

  #wait(run: TwinRun, until: Until, now: Instant): void {
    const local = (day: number, at: string) => (Math.floor((now + HOUR) / DAY) + day) * DAY - HOUR + clockTime(at);
    const soonest = (...moments: Instant[]) => moments.find((one) => one >= now)!;
    switch (until.of) {
      case "message":
        return this.#awaitMessage(run, until, now);
      case "event":
        run.wakeAt = now + spanMs(until.timeout);
        return;
      case "duration":
        run.wakeAt = now + spanMs(until.span);
        return;
      case "local":
        run.wakeAt = soonest(local(until.days, until.at), local(until.days + 1, until.at));
        break;
      case "window":
        run.wakeAt = now >= local(0, until.from) && now < local(0, until.to) ? now : soonest(local(0, until.from), local(1, until.from));
        break;
      case "date": {
        run.wakeAt = Date.parse(`${until.field}T00:00:00+01:00`) + until.days * DAY + clockTime(until.at);
        if (run.wakeAt < now && until.past === "end") return this.#end(run, "completed", "exit", now);
        if (run.wakeAt < now) return this.#leave(run, until.past === "way" ? "past" : "next", now);
      }
    }
    if (run.wakeAt === now) this.#leave(run, "next", now);
  }

  /** Where a wait for a message stands: its end, or when to look again. Time of a pause that was added to timers does not count. */
  #awaitMessage(run: TwinRun, until: Extract<Until, { of: "message" }>, now: Instant): void {
    const message = run.messages.get(until.step);
    if (!message || message.refused) return this.#leave(run, "unsent", now);
    const after = (from: Instant, ms: number) =>
      from + ms + run.pauses.reduce((sum, pause) => sum + Math.max(0, pause.to - Math.max(pause.from, from)), 0);
    // A click shows an opening, either an arrival.
    const known = {
      clicked: [message.clicked],
      opened: [message.opened, message.clicked],
      delivered: [message.delivered, message.opened, message.clicked],
    }[until.did].filter((at) => at !== null);
    const way = known.length > 0 ? "event" : message.left === null ? "unsent" : "timeout";
    run.wakeAt =
      known.length > 0
        ? after(Math.min(...known), until.after === null ? 0 : spanMs(until.after))
        : message.left === null
          ? after(run.arrivedAt, 31 * DAY)
          : after(message.left, spanMs(until.timeout));
    if (run.wakeAt <= now) this.#leave(run, way, now);
  }

  #end(run: TwinRun, state: "left" | "completed", outcome: string, now: Instant): void {
    Object.assign(run.visits.at(-1)!, { leftAt: now });
    Object.assign(run, { state, outcome, wakeAt: null });
  }
}

const clockTime = (at: string): number => Number(at.slice(0, 2)) * HOUR + Number(at.slice(3)) * MINUTE;
const spanMs = ({ n, unit }: { readonly n: number; readonly unit: string }): number => n * UNIT[unit]!;

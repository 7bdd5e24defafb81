import type { Id } from "@relance/model/base";
import { EMPTY_GRAPH, type Graph, type MessageChannel, type Start, type Step, type StepKind } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { seededGenerator } from "../../src/platform/chance/index.ts";

/** Draws of a seed, the same each time. */
export class Draw {
  readonly #generator: ReturnType<typeof seededGenerator>;
  constructor(seed: string) {
    this.#generator = seededGenerator(seed);
  }
  below(n: number): number {
    return this.#generator.word() % n;
  }
  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

export const NAMES = ["Start", "Buy", "Look", "Stop"];
/** What a drawn graph may name. `empty`: a pool without codes. */
export interface Furniture {
  readonly templates: Readonly<Record<MessageChannel, Id>>;
  readonly group: Id;
  readonly other: Id;
  readonly pool: Id;
  readonly empty: Id;
  readonly journey: Id;
  readonly webhook: Id;
  readonly body: Id;
}

/** The event that a drawn start hears, if any. */
export const startEvent = (start: Start): string =>
  start.kind === "event" ? start.event : start.kind === "order" ? "Order Completed" : start.kind === "form" ? "Form Submitted" : "Start";

/** A valid graph of every kind of step: ways back only out of waits and counted loops, so that no circle turns for ever without time. */
export function drawGraph(draw: Draw, at: Furniture): Graph {
  const count = 2 + draw.below(6);
  const id = (n: number) => `stp_s${n}`;
  const span = () => ({ n: 1 + draw.below(4), unit: draw.of(["minute", "hour"] as const) });
  const rule = (): Rule => ({
    kind: "event",
    event: draw.of(NAMES),
    where: [],
    window: draw.of([{ kind: "ever" }, { kind: "since_entry" }] as const),
    measure: { of: "count" },
    is: { op: "gte", value: 1 },
  });
  const steps: Step[] = [];
  for (let n = 0; n < count; n++) steps.push(drawStep(draw, n, { id, count, span, rule, at, before: steps }));
  return {
    ...EMPTY_GRAPH,
    steps,
    first: id(draw.below(count)),
    starts: [
      draw.of<Start>([
        { kind: "event", event: "Start", where: [], key: null },
        { kind: "event", event: "Start", where: [], key: "cart" },
        { kind: "event", event: "Start", where: [], key: "cart" },
        { kind: "order", on: "completed", where: [] },
        { kind: "form", on: "submitted", form: null },
        { kind: "group", group: at.group },
        { kind: "api" },
      ]),
    ],
    settings: {
      filter:
        draw.below(3) === 0
          ? {
              kind: "event",
              event: draw.of(["Buy", "Look"]),
              where: [],
              window: { kind: "ever" },
              measure: { of: "count" },
              is: { op: "gte", value: 1 },
            }
          : null,
      reentry: draw.of([{ kind: "never" }, { kind: "always" }, { kind: "after", span: { n: 1, unit: "hour" } }] as const),
      exits:
        draw.below(2) === 0
          ? []
          : [{ event: draw.of(["Buy", "Stop"]), where: [], sameKey: draw.below(2) === 0, goal: draw.below(2) === 0 }],
    },
  };
}

interface Drawing {
  readonly id: (n: number) => string;
  readonly count: number;
  readonly span: () => { n: number; unit: "minute" | "hour" };
  readonly rule: () => Rule;
  readonly at: Furniture;
  readonly before: readonly Step[];
}

function drawStep(draw: Draw, n: number, { id, count, span, rule, at, before }: Drawing): Step {
  const ahead = () => (n + 1 < count && draw.below(4) > 0 ? id(n + 1 + draw.below(count - n - 1)) : null);
  const anywhere = () => (draw.below(4) === 0 ? id(draw.below(count)) : ahead());
  const base = { id: id(n), name: "" };
  const next = () => ({ exits: { next: ahead() } });
  const hour = () => `0${draw.below(10)}:30`;
  const send = <K extends MessageChannel>(kind: K) => ({ ...base, kind, template: at.templates[kind], ...next() });
  const wait = (): Step => {
    const sent = before.filter((one) => one.kind in CHANNELS);
    switch (draw.of(["duration", "local", "window", "date", "event", "event", "message", "message"] as const)) {
      case "local":
        return {
          ...base,
          kind: "wait",
          until: { of: "local", days: draw.below(2), at: hour(), weekdays: [] },
          exits: { next: anywhere() },
        };
      case "window":
        return {
          ...base,
          kind: "wait",
          until: { of: "window", from: hour(), to: `1${draw.below(10)}:00`, weekdays: [] },
          exits: { next: ahead() },
        };
      case "date": {
        const past = draw.of(["go", "way", "end"] as const);
        return {
          ...base,
          kind: "wait",
          until: { of: "date", field: "2026-03-02", days: draw.below(4) - 1, at: hour(), past },
          exits: { next: ahead(), ...(past === "way" && { past: ahead() }) },
        };
      }
      case "event":
        return {
          ...base,
          kind: "wait",
          until: { of: "event", events: [{ event: draw.of(NAMES), where: [], sameKey: draw.below(2) === 0 }], timeout: span() },
          exits: { event: anywhere(), timeout: anywhere() },
        };
      case "message":
        return sent.length === 0
          ? wait()
          : {
              ...base,
              kind: "wait",
              until: {
                of: "message",
                step: draw.of(sent).id,
                did: draw.of(["delivered", "opened", "clicked"] as const),
                after: draw.of([null, span()]),
                timeout: span(),
              },
              exits: { event: ahead(), timeout: ahead(), unsent: ahead() },
            };
      case "duration":
        return {
          ...base,
          kind: "wait",
          until: draw.of([
            { of: "duration", span: span() },
            { of: "duration", span: { n: 1, unit: "day" }, calendar: true },
          ] as const),
          exits: { next: anywhere() },
        };
    }
  };
  // A forgotten kind does not compile.
  const kinds: { readonly [K in StepKind]: () => Step } = {
    email: () => send("email"),
    sms: () => send("sms"),
    web_push: () => send("web_push"),
    push: () => send("push"),
    whatsapp: () => send("whatsapp"),
    onsite: () => send("onsite"),
    webhook: () => ({ ...base, kind: "webhook", webhook: at.webhook, template: at.body, ...next() }),
    wait,
    branch: () => ({
      ...base,
      kind: "branch",
      paths: [
        { exit: "p1", name: "", rule: rule() },
        { exit: "p2", name: "", rule: rule() },
      ],
      exits: { p1: ahead(), p2: ahead(), else: ahead() },
    }),
    split: () => ({
      ...base,
      kind: "split",
      by: "contact",
      arms: [
        { exit: "p1", name: "a", weight: 1 + draw.below(3) },
        { exit: "p2", name: "b", weight: draw.below(3) },
      ],
      ...(draw.below(2) === 0 && { choose: { how: "winner", on: "goal", days: 1 } }),
      exits: { p1: ahead(), p2: ahead() },
    }),
    holdout: () => ({ ...base, kind: "holdout", percent: 10 + draw.below(80), exits: { next: ahead(), held: ahead() } }),
    loop: () => ({ ...base, kind: "loop", times: 1 + draw.below(3), exits: { next: ahead(), again: id(draw.below(n + 1)) } }),
    attribute: () => ({
      ...base,
      kind: "attribute",
      attribute: `attributes.${draw.of(["seen", "tier"])}`,
      to: draw.of([{ of: "add", by: 1 }, { of: "value", value: n }, { of: "empty" }] as const),
      ...next(),
    }),
    group: () => ({
      ...base,
      kind: "group",
      action: draw.of(["join", "leave", "move"] as const),
      group: at.group,
      from: at.other,
      ...next(),
    }),
    audience: () => ({ ...base, kind: "audience", action: draw.of(["join", "leave"] as const), group: at.other, ...next() }),
    consent: () => ({ ...base, kind: "consent", channel: "push", topic: "", ...next() }),
    coupon: () => ({ ...base, kind: "coupon", pool: draw.of([at.pool, at.empty]), exits: { next: ahead(), none: ahead() } }),
    task: () => ({ ...base, kind: "task", title: "Call", note: "", ...next() }),
    journey: () => ({ ...base, kind: "journey", journey: at.journey, ...next() }),
    goal: () => ({ ...base, kind: "goal", ...next() }),
    exit: () => ({ ...base, kind: "exit", exits: {} }),
  };
  const usual = ["wait", "wait", "wait", "wait", "branch", "email"] as const satisfies readonly StepKind[];
  return n === 0 && draw.below(2) === 0 ? wait() : kinds[draw.of<StepKind>([...usual, ...(Object.keys(kinds) as StepKind[])])]();
}

export const CHANNELS = { email: true, sms: true, web_push: true, push: true, whatsapp: true, onsite: true };

/** The graph without the steps that no path leads to, which could not be published. */
export function reachable(graph: Graph): Graph {
  const found = new Set<string>();
  const queue = graph.first === null ? [] : [graph.first];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    queue.push(...Object.values(graph.steps.find((step) => step.id === id)!.exits).filter((to) => to !== null));
  }
  return { ...graph, steps: graph.steps.filter((step) => found.has(step.id)) };
}

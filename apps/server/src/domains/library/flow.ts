import {
  EMPTY_GRAPH,
  USUAL_ATTENTION,
  type Attention,
  type Graph,
  type Settings,
  type Start,
  type Step,
  type StepId,
  type Until,
} from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import type { Span } from "@relance/model/time";
import type { Given } from "./entry.ts";

/** A step that is told where its plain way out leads. */
export interface Part {
  readonly id: StepId;
  readonly make: (next: StepId | null) => Step;
}

const part = (id: string, make: (next: StepId | null) => Record<string, unknown>): Part => ({
  id: `stp_${id}`,
  make: (next) => ({ id: `stp_${id}`, name: "", ...make(next) }) as unknown as Step,
});
const at = (id: string | null): StepId | null => (id === null ? null : `stp_${id}`);

/** Sends a message of the entry; the step is called after it. */
export const send = (given: Given, key: string, channel: "email" | "sms" = "email"): Part =>
  part(key, (next) => ({ kind: channel, template: given.message(key), exits: { next } }));
const until = (id: string, of: Until): Part => part(id, (next) => ({ kind: "wait", until: of, exits: { next } }));
export const span = (n: number, unit: Span["unit"]): Span => ({ n, unit });
export const wait = (id: string, n: number, unit: Span["unit"]): Part => until(id, { of: "duration", span: { n, unit } });
/** So many calendar days later, at that hour where the contact lives. */
export const days = (id: string, n: number, hour: string): Part => until(id, { of: "local", days: n, at: hour, weekdays: [] });
/** By day only: for text messages. Sundays and holidays are the gate's to keep. */
export const byDay = (id: string): Part => until(id, { of: "window", from: "10:00", to: "19:30", weekdays: [] });
/** Until one of these happens; both ways go on in the same place unless said: `onEvent` names a step, or null ends the run. */
export const waitFor = (
  id: string,
  events: readonly string[],
  timeout: Span,
  more: { readonly sameKey?: boolean; readonly onEvent?: string | null } = {},
): Part =>
  part(id, (next) => ({
    kind: "wait",
    until: { of: "event", events: events.map((event) => ({ event, where: [], sameKey: more.sameKey ?? false })), timeout },
    exits: { event: more.onEvent === undefined ? next : at(more.onEvent), timeout: next },
  }));
/** Until a message was clicked; whoever did goes to `onClick`. */
export const clicked = (id: string, message: string, timeout: Span, onClick: string | null): Part =>
  part(id, (next) => ({
    kind: "wait",
    until: { of: "message", step: at(message)!, did: "clicked", after: null, timeout },
    exits: { event: at(onClick), timeout: next, unsent: next },
  }));
/** Whoever the rule is true of goes to `yes`; others go on. */
export const fork = (id: string, name: string, rule: Rule, yes: string | null): Part =>
  part(id, (next) => ({ kind: "branch", paths: [{ exit: "p1", name, rule }], exits: { p1: at(yes), else: next } }));
export const coupon = (given: Given): Part => part("code", (next) => ({ kind: "coupon", pool: given.pool, exits: { next, none: next } }));
/** The agreement to e-mails in general holds no more. */
export const endConsent: Part = part("ended", (next) => ({ kind: "consent", channel: "email", topic: "", exits: { next } }));
export const task = (title: string, note: string): Part => part("task", (next) => ({ kind: "task", title, note, exits: { next } }));
export const mark = (attribute: string): Part =>
  part("mark", (next) => ({ kind: "attribute", attribute, to: { of: "value", value: true }, exits: { next } }));
/** Ends the run. */
export const END: Part = part("end", () => ({ kind: "exit", exits: {} }));
export const goal: Part = part("goal", (next) => ({ kind: "goal", exits: { next } }));
/** Ends the way it stands on: what follows is reached from elsewhere. */
export const stop = (made: Part): Part => ({ id: made.id, make: () => made.make(null) });

/** Leads to a step that does not follow it. */
export const lead = (made: Part, to: string): Part => ({ id: made.id, make: () => made.make(at(to)) });

/** Parts in their order, each leading to the one after it. */
export const chain = (...parts: readonly Part[]): Pick<Graph, "first" | "steps"> => ({
  first: parts[0]?.id ?? null,
  steps: parts.map((one, index) => one.make(parts[index + 1]?.id ?? null)),
});

export interface FlowSettings {
  readonly filter?: Rule;
  readonly reentry?: Settings["reentry"];
  readonly exits?: Settings["exits"];
  readonly attention?: Partial<Attention>;
}
export function flow(starts: readonly Start[], steps: Pick<Graph, "first" | "steps">, settings: FlowSettings = {}): Graph {
  const { filter = null, reentry = { kind: "never" }, exits = [], attention } = settings;
  return {
    ...EMPTY_GRAPH,
    starts,
    ...steps,
    settings: { filter, reentry, exits, ...(attention && { attention: { ...USUAL_ATTENTION, ...attention } }) },
  };
}

export const after = (n: number, unit: Span["unit"]): Settings["reentry"] => ({ kind: "after", span: { n, unit } });
/** An order ends the run and reaches its goal. */
export const ORDER_ENDS: Settings["exits"] = [{ event: "Order Completed", where: [], sameKey: false, goal: true }];
/** The order of this very cart. */
export const THIS_CART_ENDS: Settings["exits"] = [{ event: "Order Completed", where: [], sameKey: true, goal: true }];

type OfEvents = Extract<Rule, { kind: "event" }>;
/** How often they ordered, at least or at most. */
export const orders = (op: "gte" | "eq" | "lte", value: number, window: OfEvents["window"] = { kind: "ever" }): Rule => ({
  kind: "event",
  event: "Order Completed",
  where: [],
  window,
  measure: { of: "count" },
  is: { op, value },
});
export const spent = (op: "gte" | "lt", value: number): Rule => ({
  kind: "event",
  event: "Order Completed",
  where: [],
  window: { kind: "last", span: { n: 1, unit: "year" } },
  measure: { of: "sum", property: "amount" },
  is: { op, value },
});
export const lastOrder = (op: "within_last" | "not_within_last", n: number, unit: Span["unit"]): Rule => ({
  kind: "event",
  event: "Order Completed",
  where: [],
  window: { kind: "ever" },
  measure: { of: "last", property: null },
  is: { op, span: { n, unit } },
});
/** Agreed to e-mails anew while the journey ran. */
export const renewed = (n: number, unit: Span["unit"]): Rule => ({
  kind: "consent",
  channel: "email",
  topic: "",
  granted: true,
  when: { kind: "last", span: { n, unit } },
});
/** Opened one of these messages of the entry, or followed a link in it. */
export const reacted = (given: Given, ...messages: readonly string[]): Rule => ({
  kind: "any",
  of: messages.flatMap((key) =>
    (["opened", "clicked"] as const).map((what): Rule => ({
      kind: "message",
      what,
      channel: "email",
      journey: null,
      template: given.message(key),
      link: "",
      by: "human",
      window: { kind: "since_entry" },
      is: { op: "gte", value: 1 },
    })),
  ),
});
export const all = (...of: readonly Rule[]): Rule => ({ kind: "all", of });

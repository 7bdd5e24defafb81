import { DAY, toIso, unreachable, type Instant, type LocalDate, type TimeZone } from "../base/index.ts";
import { consentFor } from "../consent/consent.ts";
import { compare, edges, momentInstant, soonest, type Zones } from "./compare.ts";
import { judgeEvents } from "./events.ts";
import type { ContactFacts } from "./facts.ts";
import { customName, isColumn } from "./fields.ts";
import { judgeAffinity } from "./affinity.ts";
import { judgeDistance } from "./distance.ts";
import { judgeObjects } from "./objects.ts";
import { judgeMessages } from "./messages.ts";
import type { LeafVerdict } from "./leaf.ts";
import { isDrawn } from "./sample.ts";
import { judgeSequence } from "./sequence.ts";
import type { ConsentRule, Rule, Window } from "./rule.ts";
import { insideWindow, zoneOfWindow } from "./window.ts";

/** The verdict on one node with the fact it rests on. */
export interface NodeVerdict {
  /** Place in the tree: `root`, `root.of[1]`… */
  readonly path: string;
  readonly truth: boolean;
  /** What was compared: a count, a sum, an attribute's value, a moment. */
  readonly fact: unknown;
}
export interface Verdict {
  readonly truth: boolean;
  /** The earliest moment at which time alone may change the answer; null when only news can. Never later than the true one. */
  readonly nextAt: Instant | null;
  readonly nodes: readonly NodeVerdict[];
}

/** The meaning of a rule: slow and obviously right. @param at the instant asked about @param entryAt start of the run, inside journeys */
export function evaluate(rule: Rule, facts: ContactFacts, at: Instant, entryAt: Instant | null = null): Verdict {
  const nodes: NodeVerdict[] = [];
  const zones = zonesOf(facts);
  const ask = (node: Rule, path: string): Answered => {
    const place = nodes.push({ path, truth: false, fact: null }) - 1;
    const answered = judge(node, path);
    nodes[place] = { path, truth: answered.truth, fact: answered.fact };
    return answered;
  };
  const judge = (node: Rule, path: string): Answered & { readonly fact: unknown } => {
    if (isGroup(node)) {
      const of = node.of.map((child, index) => ask(child, `${path}.of[${index}]`));
      return { ...combine(node.kind, of), fact: of.filter(({ truth }) => truth).length };
    }
    const { truth, fact, clocks } = judgeLeaf(node, facts, zones, at, entryAt);
    return { truth, fact, nextAt: soonest(clocks, at) };
  };
  const { truth, nextAt } = ask(rule, "root");
  return { truth, nextAt, nodes };
}

type Group = Extract<Rule, { readonly kind: "all" | "any" | "none" }>;
export const isGroup = (rule: Rule): rule is Group => rule.kind === "all" || rule.kind === "any" || rule.kind === "none";

/** An answer, and the earliest instant at which time alone may change it. */
export interface Answered {
  readonly truth: boolean;
  readonly nextAt: Instant | null;
}

/** What a group says by what its parts say. Those that settle it (the false ones of "all") settle it until the last of them may turn; otherwise the first that may turn may turn it. */
export function combine(kind: Group["kind"], of: readonly Answered[]): Answered {
  const settling = of.filter(({ truth }) => truth !== (kind === "all"));
  const settled = settling.length > 0;
  const truth = kind === "any" ? settled : !settled;
  const instants = (settled ? settling : of).map(({ nextAt }) => nextAt ?? Infinity);
  const nextAt = settled ? Math.max(...instants) : Math.min(...instants, Infinity);
  return { truth, nextAt: nextAt === Infinity ? null : nextAt };
}

export type Leaf = Exclude<Rule, { readonly kind: "all" | "any" | "none" }>;

function judgeLeaf(node: Leaf, facts: ContactFacts, zones: Zones, at: Instant, entryAt: Instant | null): LeafVerdict {
  const zoneFor = (window: Window): TimeZone => zones[zoneOfWindow(window) ?? "workspace"];
  const valued = (value: unknown, is: Parameters<typeof compare>[1]): LeafVerdict => ({
    truth: compare(value, is, at, zones),
    fact: value ?? null,
    clocks: edges(value, is, at, zones),
  });
  /** A state that has held since a moment, asked together with when that was. */
  const since = (verdict: LeafVerdict, moment: Instant | null | undefined, when: Window | undefined): LeafVerdict => {
    if (when === undefined) return verdict;
    const inside = moment == null ? { inside: false, clocks: [] } : insideWindow(moment, when, at, zoneFor(when));
    return { truth: verdict.truth && inside.inside, fact: verdict.fact, clocks: [...verdict.clocks, ...inside.clocks] };
  };
  switch (node.kind) {
    case "attribute":
      return since(valued(attributeValue(facts, node.attribute), node.is), facts.changed[node.attribute], node.when);
    case "rfm":
    case "prediction":
      return valued(facts.value?.[node.kind === "rfm" ? node.part : node.field], node.is);
    case "group":
    case "segment": {
      const entered = node.kind === "group" ? facts.groups.get(node.group) : facts.segments.get(node.segment);
      return since({ truth: (entered !== undefined) === node.member, fact: entered !== undefined, clocks: [] }, entered, node.when);
    }
    case "consent": {
      const { truth, fact, clocks, said } = judgeConsent(node, facts, at);
      return since({ truth, fact, clocks }, said, node.when);
    }
    case "event":
      return judgeEvents(node, facts.events, at, entryAt, zoneFor(node.window), zones);
    case "sequence":
      return judgeSequence(node, facts.events, at, entryAt, zoneFor(node.window), zones);
    case "message":
      return judgeMessages(node, facts.messages, at, entryAt, zoneFor(node.window));
    case "affinity":
      return judgeAffinity(node, facts.events, at, entryAt, zoneFor(node.window), zones);
    case "distance":
      return { ...judgeDistance(node, facts), clocks: [] };
    case "sql":
      return { truth: facts.answers?.has(node.answer) === true, fact: null, clocks: [] };
    case "object":
      return judgeObjects(node, facts.objects ?? [], at, zones);
    case "sample":
      return { truth: isDrawn(facts.id, node), fact: null, clocks: [] };
    default:
      return unreachable(node);
  }
}

/** Where the contact's days and the workspace's begin. */
export function zonesOf({ columns, place }: Pick<ContactFacts, "columns" | "place">): Zones {
  const own = columns["time_zone"];
  return { workspace: place.zone, contact: typeof own === "string" && place.zones.has(own) ? own : place.zone };
}

function judgeConsent(node: ConsentRule, { consents }: ContactFacts, at: Instant): LeafVerdict & { readonly said: Instant | null } {
  const rows = consents
    .filter((one) => one.channel === node.channel && (one.topic === node.topic || one.topic === ""))
    .map((one) => ({ ...one, basis: "" }));
  const answer = consentFor(rows, node.topic, toIso(at).slice(0, 10));
  const truth = node.granted
    ? answer.kind === "granted"
    : answer.kind !== "granted" && (node.reason === undefined || answer.kind === node.reason);
  const clocks = rows.map((row) => (row.state === "granted" && row.expiresOn !== null ? consentEnd(row.expiresOn) : null));
  return { truth, fact: answer.kind, clocks, said: "by" in answer ? answer.by.changedAt : null };
}

/** The first instant after the last day a consent holds. */
export function consentEnd(expiresOn: LocalDate): Instant {
  return momentInstant(`${expiresOn}T00:00:00.000Z`) + DAY;
}

function attributeValue(facts: ContactFacts, attribute: string): unknown {
  if (isColumn(attribute)) return facts.columns[attribute];
  const name = customName(attribute);
  return name !== null && Object.hasOwn(facts.attributes, name) ? facts.attributes[name] : undefined;
}

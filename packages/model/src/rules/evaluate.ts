import { DAY, toIso, unreachable, type Id, type Instant, type LocalDate } from "../base/index.ts";
import { minus, plus } from "../time/index.ts";
import { compare, edges, momentInstant, momentOf, momentText, soonest, tenThousandths } from "./compare.ts";
import { customName, isColumn } from "./fields.ts";
import type { Comparison, EventRule, Rule } from "./rule.ts";
import type { PredictionField, RfmPart } from "./value.ts";

/** Everything a rule can ask about one contact. */
export interface ContactFacts {
  /** Typed columns by name (instants as ISO text), null when unset. */
  readonly columns: Readonly<Record<string, unknown>>;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly groups: ReadonlySet<Id>;
  readonly segments: ReadonlySet<Id>;
  readonly consents: readonly { readonly channel: string; readonly topic: string; readonly state: string; readonly expiresOn: LocalDate | null }[];
  readonly events: readonly FactEvent[];
  /** RFM parts and predictions by name (`nextOn` as ISO text of its midnight); absent or null for who has none. */
  readonly value?: Readonly<Partial<Record<RfmPart | PredictionField, unknown>>> | null;
}
export interface FactEvent {
  readonly id: Id;
  readonly name: string;
  readonly at: Instant;
  readonly amount: number | null;
  readonly currency: string | null;
  readonly properties: Readonly<Record<string, unknown>>;
}

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
  const times: (Instant | null)[] = [];
  const ask = (node: Rule, path: string): boolean => {
    const place = nodes.push({ path, truth: false, fact: null }) - 1;
    const [truth, fact] = judge(node, path);
    nodes[place] = { path, truth, fact };
    return truth;
  };
  const judge = (node: Rule, path: string): [boolean, unknown] => {
    switch (node.kind) {
      case "all": case "any": case "none": {
        const verdicts = node.of.map((child, index) => ask(child, `${path}.of[${index}]`));
        return [node.kind === "all" ? verdicts.every(Boolean) : node.kind === "any" ? verdicts.some(Boolean) : !verdicts.some(Boolean), verdicts.filter(Boolean).length];
      }
      case "attribute": {
        const value = attributeValue(facts, node.attribute);
        times.push(...momentEdges(value, node.is));
        return [compare(value, node.is, at), value ?? null];
      }
      case "rfm": case "prediction": {
        const value = facts.value?.[node.kind === "rfm" ? node.part : node.field];
        times.push(...momentEdges(value, node.is));
        return [compare(value, node.is, at), value ?? null];
      }
      case "group": return [facts.groups.has(node.group) === node.member, facts.groups.has(node.group)];
      case "segment": return [facts.segments.has(node.segment) === node.member, facts.segments.has(node.segment)];
      case "consent": {
        const row = facts.consents.find((one) => one.channel === node.channel && one.topic === node.topic) ?? facts.consents.find((one) => one.channel === node.channel && one.topic === "");
        const granted = row?.state === "granted" && (row.expiresOn === null || row.expiresOn >= toIso(at).slice(0, 10));
        if (row?.expiresOn) times.push(consentEnd(row.expiresOn));
        return [granted === node.granted, row?.state ?? null];
      }
      case "event": {
        const { truth, fact, clocks } = judgeEvents(node, facts.events, at, entryAt);
        times.push(...clocks);
        return [truth, fact];
      }
      default: return unreachable(node);
    }
  };
  const truth = ask(rule, "root");
  return { truth, nextAt: soonest(times, at), nodes };
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

function judgeEvents(rule: EventRule, events: readonly FactEvent[], at: Instant, entryAt: Instant | null): { truth: boolean; fact: unknown; clocks: (Instant | null)[] } {
  const [from, to] = windowBounds(rule, at, entryAt);
  const matching = events
    .filter((event) => event.name === rule.event && rule.where.every((filter) => compare(propertyValue(event, filter.property), filter.is, at)))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  const inside = matching.filter((event) => event.at > from && event.at <= Math.min(at, to));
  const clocks: (Instant | null)[] = [matching.find((event) => event.at > at && event.at > from && event.at <= to)?.at ?? null];
  const newest = inside.map((event) => event.at).reverse();
  const { measure, is } = rule;
  if (measure.of === "count") {
    clocks.push(...countExpiries(rule, newest));
    return { truth: compare(inside.length, is, at), fact: inside.length, clocks };
  }
  if (newest.length > 0) clocks.push(...expiry(rule, newest.at(-1)!));
  if (measure.of === "first" || measure.of === "last") {
    const event = measure.of === "first" ? inside[0] : inside.at(-1);
    const value = event === undefined ? undefined : measure.property === null ? toIso(event.at) : propertyValue(event, measure.property);
    clocks.push(...momentEdges(value, is));
    return { truth: compare(value, is, at), fact: value ?? null, clocks };
  }
  const numbers = inside.map((event) => propertyValue(event, measure.property)).filter((value): value is number => typeof value === "number");
  return { ...judgeNumbers(measure.of, numbers, is, at), clocks };
}

function judgeNumbers(of: "sum" | "avg" | "min" | "max", numbers: readonly number[], is: Comparison, at: Instant): { truth: boolean; fact: unknown } {
  if (of === "min" || of === "max") {
    const value = numbers.length === 0 ? undefined : numbers.reduce((a, b) => (of === "min" ? Math.min(a, b) : Math.max(a, b)));
    return { truth: compare(value, is, at), fact: value ?? null };
  }
  // Sums are exact in ten-thousandths; an average is compared as sum against threshold × count, so that nothing is divided.
  const sum = numbers.reduce((total, value) => total + tenThousandths(value), 0n);
  const count = BigInt(numbers.length);
  const fact = of === "sum" ? Number(sum) / 1e4 : count === 0n ? null : Number(sum) / 1e4 / numbers.length;
  if (of === "avg" && count === 0n) return { truth: compare(undefined, is, at), fact };
  return { truth: exactComparison(is)(sum, of === "sum" ? 1n : count), fact };
}

/** A comparison of an exact sum in ten-thousandths with threshold × `times`, its thresholds read once. */
export function exactComparison(is: Comparison): (sum: bigint, times: bigint) => boolean {
  const among = (values: readonly unknown[]) => values.filter((value) => typeof value === "number").map(tenThousandths);
  switch (is.op) {
    case "gt": case "gte": case "lt": case "lte": {
      const limit = tenThousandths(is.value);
      return is.op === "gt" ? (sum, times) => sum > limit * times : is.op === "gte" ? (sum, times) => sum >= limit * times : is.op === "lt" ? (sum, times) => sum < limit * times : (sum, times) => sum <= limit * times;
    }
    case "between": {
      const [from, to] = [tenThousandths(is.from), tenThousandths(is.to)];
      return (sum, times) => sum >= from * times && sum <= to * times;
    }
    case "eq": case "ne": case "in": case "not_in": {
      const values = among("values" in is ? is.values : [is.value]);
      const wanted = is.op === "eq" || is.op === "in";
      return (sum, times) => values.some((value) => sum === value * times) === wanted;
    }
    case "set": case "not_contains": case "not_within_last": return () => true;
    default: return () => false;
  }
}

/** The window as (from, to]: events later than `from` and not later than `to`. */
export function windowBounds(rule: Pick<EventRule, "window">, at: Instant, entryAt: Instant | null): [Instant, Instant] {
  const { window } = rule;
  switch (window.kind) {
    case "ever": return [-Infinity, Infinity];
    case "last": return [minus(at, window.span), Infinity];
    // "Since" a moment takes that moment in: one millisecond is the grain of time here.
    case "since": return [momentInstant(momentOf(window.at)) - 1, Infinity];
    case "between": return [momentInstant(momentOf(window.from)) - 1, momentInstant(momentOf(window.to))];
    case "since_entry": return [(entryAt ?? at) - 1, Infinity];
    default: return unreachable(window);
  }
}

/** When an event falls out of the rule's rolling window; nothing for windows that do not roll. */
export function expiry(rule: Pick<EventRule, "window">, at: Instant): Instant[] {
  return rule.window.kind === "last" ? [plus(at, rule.window.span)] : [];
}

/**
 * When a count next changes its answer by events leaving the window: not at every departure, only at the one that takes the count
 * below (or onto) a number at which the comparison turns.
 * @param newest times of the counted events, newest first; at least `countDepth(is)` of them, or all
 */
export function countExpiries(rule: EventRule, newest: readonly Instant[]): Instant[] {
  if (rule.window.kind !== "last" || newest.length === 0) return [];
  const depth = countDepth(rule.is);
  if (depth === null) return expiry(rule, newest.at(-1)!);
  const now = compare(newest.length, rule.is, 0);
  for (let left = Math.min(newest.length - 1, depth - 1); left >= 0; left--) {
    // While more than `depth` remain the answer cannot turn; below, the first count that turns it decides.
    if (compare(left, rule.is, 0) !== now) return expiry(rule, newest[left]!);
  }
  return [];
}

/** How many of the newest events decide when a count turns; null when it must be asked at each departure. */
export function countDepth(is: Comparison): number | null {
  const largest = is.op === "gt" || is.op === "gte" || is.op === "lt" || is.op === "lte" ? is.value : is.op === "between" ? is.to : (is.op === "eq" || is.op === "ne") && typeof is.value === "number" ? is.value : null;
  if (largest === null || largest > 100) return null;
  return Math.max(1, Math.ceil(largest) + 2);
}

export function isTimed(is: Comparison): boolean {
  return is.op === "within_last" || is.op === "not_within_last" || is.op === "within_next";
}

function momentEdges(value: unknown, is: Comparison): Instant[] {
  const moment = isTimed(is) ? momentText(value) : null;
  return moment === null ? [] : edges(momentInstant(moment), is);
}

/** A property of an event: `amount`, `currency`, or a path of names inside its properties. */
export function propertyValue(event: FactEvent, property: string): unknown {
  if (property === "amount") return event.amount;
  if (property === "currency") return event.currency;
  let value: unknown = event.properties;
  for (const name of property.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

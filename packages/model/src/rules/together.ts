/**
 * Many rules asked of the same contacts at one instant: each distinct condition is judged once per contact, events with the same name and
 * filter are looked through once, and what a conjunction does not need is not asked. `evaluate` is the meaning; a property test holds
 * this to it. Kinds of conditions not listed in `canShare` are left to SQL.
 */
import { toIso, unreachable, type Id, type Instant } from "../base/index.ts";
import { minus, plus } from "../time/index.ts";
import { compare, isTimed, momentEdges, tenThousandths, zoneOfComparison } from "./compare.ts";
import { evaluate } from "./evaluate.ts";
import { countExpiries, exactComparison, matchesPattern, settledFalling } from "./events.ts";
import type { ContactFacts, FactEvent } from "./facts.ts";
import { propertyValue, readProperty } from "./property.ts";
import { leaving as rollsOut, windowAt } from "./window.ts";
import { customName, isColumn, type Column } from "./fields.ts";
import type { Comparison, EventRule, Rule } from "./rule.ts";

/** Whether rules of this shape can be asked together; any other kind or form inside sends the whole rule to SQL. */
export function canShare(rule: Rule): boolean {
  switch (rule.kind) {
    case "all":
    case "any":
    case "none":
      return rule.of.every(canShare);
    case "event":
      return (
        SHARED_WINDOWS.has(rule.window.kind) &&
        !("zone" in rule.window) &&
        rule.measure.of !== "distinct" &&
        zoneOfComparison(rule.is) === null
      );
    case "attribute":
      return rule.when === undefined && zoneOfComparison(rule.is) === null;
    case "rfm":
    case "prediction":
      return zoneOfComparison(rule.is) === null;
    case "group":
    case "segment":
    case "consent":
      return rule.when === undefined;
    default:
      return false;
  }
}
const SHARED_WINDOWS: ReadonlySet<string> = new Set(["ever", "last", "since", "between"]);

/** Whether time alone may change the answer of some contact. */
export function dependsOnTime(rule: Rule): boolean {
  switch (rule.kind) {
    case "all":
    case "any":
    case "none":
      return rule.of.some(dependsOnTime);
    case "attribute":
      return rule.when !== undefined || isTimed(rule.is);
    case "rfm":
    case "prediction":
      return isTimed(rule.is);
    case "group":
    case "segment":
      return rule.when !== undefined;
    case "object":
      return rule.where.some((filter) => isTimed(filter.is));
    case "distance":
    case "sample":
    case "sql":
      return false;
    default:
      return true;
  }
}

/** What must be known of a contact before some rules are asked. */
export interface Needs {
  readonly columns: ReadonlySet<Column>;
  /** Names inside `attributes`. */
  readonly custom: ReadonlySet<string>;
  /** Event name → the earliest moment looked back to, and whether anything but moment and amount is read. */
  readonly events: ReadonlyMap<string, { readonly since: Instant; readonly whole: boolean }>;
  readonly groups: ReadonlySet<Id>;
  readonly consents: boolean;
  readonly value: boolean;
}

/** Facts of which rules are asked together: events by name, each list by moment and then id, and segments as they stand while rules are asked in turn. */
export type SharedFacts = Pick<ContactFacts, "columns" | "attributes" | "consents" | "value"> & {
  readonly groups: ReadonlySet<Id>;
  readonly segments: ReadonlySet<Id>;
  readonly events: ReadonlyMap<string, readonly FactEvent[]>;
};

/** What rules asked together never look at. */
const UNASKED: Pick<ContactFacts, "id" | "changed" | "groups" | "segments" | "events" | "messages" | "place"> = {
  id: "",
  changed: {},
  groups: new Map(),
  segments: new Map(),
  events: [],
  messages: [],
  place: { zone: "UTC", zones: new Set(), stores: new Map() },
};

/** One contact at hand. */
export interface Asked {
  /** The answer to the rule at a place. A rule that mentions a segment must be asked after `facts.segments` knows of it. */
  ask(place: number): boolean;
  /** The earliest instant at which time alone may change an answer given so far; null when only news can. Never later than the true one. */
  nextAt(): Instant | null;
}

type Judge = (about: About) => boolean;

/** What is remembered of one contact. */
interface About {
  readonly facts: SharedFacts;
  readonly plain: ContactFacts;
  readonly truths: Int8Array;
  readonly matching: (readonly FactEvent[] | undefined)[];
  readonly measured: (Measured | undefined)[];
  next: number;
}

interface Measured {
  readonly inside: readonly FactEvent[];
  /** First event of the window that is still to come. */
  readonly future: Instant;
  readonly value: unknown;
  readonly sum: bigint;
  /** Of numbers summed. */
  readonly counted: bigint;
  /** Some of the numbers summed are below zero. */
  readonly negative: boolean;
  /** Its own turns by time are in `next`. */
  told: boolean;
}

export class Together {
  readonly #at: Instant;
  readonly #rules: readonly Rule[];
  readonly #judges: readonly Judge[];
  readonly #leaves = new Map<string, { judge: Judge; place: number }>();
  readonly #matching = new Map<string, { find: (about: About) => readonly FactEvent[]; place: number }>();
  readonly #measures = new Map<string, { measure: (about: About) => Measured; place: number }>();

  /** @param rules all of a kind that `canShare` @param at the instant asked about */
  constructor(rules: readonly Rule[], at: Instant) {
    this.#at = at;
    this.#rules = rules;
    this.#judges = rules.map((rule) => this.#node(rule));
  }

  /** What the rules at these places look at. */
  needs(places: readonly number[]): Needs {
    const needs = {
      columns: new Set<Column>(),
      custom: new Set<string>(),
      events: new Map<string, { since: Instant; whole: boolean }>(),
      groups: new Set<Id>(),
      consents: false,
      value: false,
    };
    const walk = (node: Rule): void => {
      switch (node.kind) {
        case "all":
        case "any":
        case "none":
          return node.of.forEach(walk);
        case "attribute": {
          if (isColumn(node.attribute)) needs.columns.add(node.attribute);
          else needs.custom.add(customName(node.attribute) ?? node.attribute);
          return;
        }
        case "event": {
          const before = needs.events.get(node.event);
          const since = windowAt(node.window, this.#at, null, "UTC").from;
          needs.events.set(node.event, {
            since: Math.min(since, before?.since ?? Infinity),
            whole: (before?.whole ?? false) || readsWhole(node),
          });
          return;
        }
        case "group":
          return void needs.groups.add(node.group);
        case "consent":
          needs.consents = true;
          return;
        case "rfm":
        case "prediction":
          needs.value = true;
          return;
        default:
          return;
      }
    };
    for (const place of places) walk(this.#rules[place]!);
    return needs;
  }

  about(facts: SharedFacts): Asked {
    const about: About = {
      facts,
      plain: { columns: facts.columns, attributes: facts.attributes, consents: facts.consents, value: facts.value ?? null, ...UNASKED },
      truths: new Int8Array(this.#leaves.size),
      matching: [],
      measured: [],
      next: Infinity,
    };
    return { ask: (place) => this.#judges[place]!(about), nextAt: () => (about.next === Infinity ? null : about.next) };
  }

  #node(rule: Rule): Judge {
    switch (rule.kind) {
      case "all": {
        const of = rule.of.map((child) => this.#node(child));
        return (about) => of.every((judge) => judge(about));
      }
      case "any": {
        const of = rule.of.map((child) => this.#node(child));
        return (about) => of.some((judge) => judge(about));
      }
      case "none": {
        const of = rule.of.map((child) => this.#node(child));
        return (about) => !of.some((judge) => judge(about));
      }
      // Not remembered: it may have changed since another rule asked.
      case "segment":
        return (about) => about.facts.segments.has(rule.segment) === rule.member;
      case "group":
        return (about) => about.facts.groups.has(rule.group) === rule.member;
      case "event":
        return this.#once(rule, () => this.#event(rule));
      default:
        return this.#once(rule, () => (about) => {
          const { truth, nextAt } = evaluate(rule, about.plain, this.#at);
          this.#turn(about, nextAt);
          return truth;
        });
    }
  }

  /** The same condition in another rule is the same question. */
  #once(rule: Rule, make: () => Judge): Judge {
    const key = JSON.stringify(rule);
    const known = this.#leaves.get(key);
    if (known) return known.judge;
    const place = this.#leaves.size;
    const ask = make();
    const judge: Judge = (about) => {
      const before = about.truths[place]!;
      if (before !== 0) return before === 1;
      const truth = ask(about);
      about.truths[place] = truth ? 1 : 2;
      return truth;
    };
    this.#leaves.set(key, { judge, place });
    return judge;
  }

  #turn(about: About, at: Instant | null): void {
    if (at !== null && at > this.#at && at < about.next) about.next = at;
  }

  #event(rule: EventRule): Judge {
    const { measure, is } = rule;
    const measured = this.#measured(rule);
    const turns = (about: About, instants: readonly Instant[]) => {
      for (const instant of instants) this.#turn(about, instant);
    };
    if (measure.of === "count") {
      return (about) => {
        const { inside, future } = measured(about);
        this.#turn(about, future);
        if (rule.window.kind === "last") turns(about, countExpiries(rule, inside.map((event) => event.at).reverse()));
        return compare(inside.length, is, this.#at);
      };
    }
    const leaving = (about: About, found: Measured) => {
      this.#turn(about, found.future);
      if (found.told) return;
      found.told = true;
      if (found.inside.length > 0) turns(about, rollsOut(rule.window, found.inside[0]!.at));
    };
    if (measure.of === "sum" || measure.of === "avg") {
      const holds = exactComparison(is);
      const settled = settledFalling(is);
      return (about) => {
        const found = measured(about);
        if (measure.of === "sum") {
          const truth = holds(found.sum, 1n);
          if (truth === settled && !found.negative) this.#turn(about, found.future);
          else leaving(about, found);
          return truth;
        }
        leaving(about, found);
        return found.counted === 0n ? compare(undefined, is, this.#at) : holds(found.sum, found.counted);
      };
    }
    const moment = (measure.of === "first" || measure.of === "last") && measure.property === null ? momentJudge(is, this.#at) : null;
    return (about) => {
      const found = measured(about);
      leaving(about, found);
      if (moment) {
        const at = found.value as Instant | undefined;
        if (at !== undefined) turns(about, momentEdges(at, is));
        return moment(at);
      }
      if (!isTimed(is)) return compare(found.value, is, this.#at);
      const verdict = evaluate(
        { kind: "attribute", attribute: "attributes.value", is },
        { ...about.plain, attributes: { value: found.value } },
        this.#at,
      );
      this.#turn(about, verdict.nextAt);
      return verdict.truth;
    };
  }

  /** The window and measure of a condition, shared by all that differ only in what they compare it with. */
  #measured(rule: EventRule): (about: About) => Measured {
    const key = JSON.stringify([rule.event, rule.where, rule.window, rule.measure]);
    const known = this.#measures.get(key);
    if (known) return known.measure;
    const place = this.#measures.size;
    const matching = this.#matchingOf(rule);
    const { from, to: upTo, reach } = windowAt(rule.window, this.#at, null, "UTC");
    const measure = (about: About) => {
      const before = about.measured[place];
      if (before) return before;
      const events = matching(about);
      const inside = events.filter((event) => event.at > from && event.at <= upTo);
      const future = events.find((event) => event.at > this.#at && event.at > from && event.at <= reach)?.at ?? Infinity;
      return (about.measured[place] = { inside, future, told: false, ...measureOf(rule.measure, inside) });
    };
    this.#measures.set(key, { measure, place });
    return measure;
  }

  #matchingOf(rule: EventRule): (about: About) => readonly FactEvent[] {
    const key = JSON.stringify([rule.event, rule.where]);
    const known = this.#matching.get(key);
    if (known) return known.find;
    const place = this.#matching.size;
    const find = (about: About) =>
      (about.matching[place] ??= (about.facts.events.get(rule.event) ?? []).filter((event) => matchesPattern(event, rule, this.#at)));
    this.#matching.set(key, { find, place });
    return find;
  }
}

const readsWhole = ({ where, measure }: EventRule): boolean =>
  where.some((filter) => filter.property !== "amount") ||
  ("property" in measure && measure.property !== null && measure.property !== "amount");

const NO_SUM = { sum: 0n, counted: 0n, negative: false };

function measureOf(
  measure: EventRule["measure"],
  inside: readonly FactEvent[],
): { value: unknown; sum: bigint; counted: bigint; negative: boolean } {
  switch (measure.of) {
    case "count":
      return { value: inside.length, ...NO_SUM };
    case "first":
    case "last": {
      const event = measure.of === "first" ? inside[0] : inside.at(-1);
      return {
        value: event === undefined ? undefined : measure.property === null ? event.at : propertyValue(event, measure.property),
        ...NO_SUM,
      };
    }
    case "min":
    case "max":
    case "sum":
    case "avg": {
      const numbers = inside
        .flatMap((event) => readProperty(event, measure.property).values)
        .filter((value): value is number => typeof value === "number");
      if (measure.of === "min" || measure.of === "max")
        return {
          value: numbers.length === 0 ? undefined : numbers.reduce((a, b) => (measure.of === "min" ? Math.min(a, b) : Math.max(a, b))),
          ...NO_SUM,
        };
      return { value: undefined, sum: exactSum(numbers), counted: BigInt(numbers.length), negative: numbers.some((value) => value < 0) };
    }
    case "distinct":
      throw new Error("Different values are counted by SQL");
    default:
      return unreachable(measure);
  }
}

/** The sum in ten-thousandths. Numbers that are whole ones of them, as amounts are, add up as plain numbers. */
function exactSum(numbers: readonly number[]): bigint {
  let plain = 0;
  let rest = 0n;
  for (const value of numbers) {
    const scaled = Math.round(value * 1e4);
    const sum = plain + scaled;
    if (scaled / 1e4 === value && Number.isSafeInteger(scaled) && Number.isSafeInteger(sum)) plain = sum;
    else rest += tenThousandths(value);
  }
  return BigInt(plain) + rest;
}

/** A comparison of an instant; spans are laid from the instant asked about once instead of for each contact. */
function momentJudge(is: Comparison, at: Instant): (moment: Instant | undefined) => boolean {
  if (!isTimed(is) || !("span" in is)) return (moment) => compare(moment === undefined ? undefined : toIso(moment), is, at);
  const [from, to] = is.op === "within_next" ? [at, plus(at, is.span)] : [minus(at, is.span), at];
  const wanted = is.op !== "not_within_last";
  return (moment) => (moment !== undefined && moment > from && moment <= to) === wanted;
}

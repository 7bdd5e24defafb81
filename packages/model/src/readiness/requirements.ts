import type { Id } from "../base/index.ts";
import { fieldOfDate, isOfferStart, objectField, startKindOf, type Graph, type Start, type Step } from "../journeys/index.ts";
import { objectEvent } from "../objects/index.ts";
import { isColumn, references, type Rule } from "../rules/index.ts";
import { distinctNeeds, type Need } from "./need.ts";

/** What must be looked up to know what a graph needs: its templates and the rules of segments, those inside others included. */
export interface GraphParts {
  readonly templates: ReadonlyMap<
    Id,
    { readonly channel: string; readonly marketing: boolean; /** All the text of it, every language. */ readonly source: string }
  >;
  readonly segments: ReadonlyMap<Id, Rule>;
}

/** Days of silence after which events that segments count no longer arrive: nobody buys every month. */
const SEGMENT_SILENCE = 90;
/** What a channel needs to know of a person. */
const ADDRESS: Readonly<Record<string, string>> = { email: "email", sms: "phone", whatsapp: "phone" };
const CHANNELS: ReadonlySet<string> = new Set(["email", "sms", "whatsapp", "push", "web_push", "onsite"]);

/**
 * What a journey needs of the data, read off its graph: starts, who may enter, messages (address, consent, what their texts name),
 * branches, waits for a date, codes. Without its starts, its entry filter and the channel of its first message nobody is reached: those
 * are essential. A name in a text or a condition of a branch has a fallback: those are not.
 */
export function needsOf(graph: Graph, parts: GraphParts): Need[] {
  return distinctNeeds([
    ...startNeeds(graph.starts, parts),
    ...(graph.settings.filter ? ruleNeeds(graph.settings.filter, parts, true) : []),
    ...messageNeeds(graph, parts),
    ...graph.steps.flatMap((step) => stepNeeds(step, parts)),
  ]);
}

function startNeeds(starts: readonly Start[], parts: GraphParts): Need[] {
  const needs = starts.map((start) => needsOfStart(start, parts));
  if (needs.length < 2) return needs.flat();
  // One of several ways in is enough: events stand in for each other, the rest is only said.
  const events = needs.flat().flatMap((need) => (need.of === "event" ? [need.event, ...(need.or ?? [])] : []));
  const only = needs.every((of) => of.some((need) => need.of === "event"));
  return [
    ...(only ? [{ of: "event", event: events[0]!, or: [...new Set(events.slice(1))] } as const] : []),
    ...needs
      .flat()
      .filter((need) => !only || need.of !== "event")
      .map((need) => ({ ...need, essential: false })),
  ];
}

/** What one start needs of the data to ever happen. */
export function needsOfStart(start: Start, parts: GraphParts): Need[] {
  const anyOf = ([event, ...or]: readonly string[]): Need[] =>
    event === undefined ? [] : [{ of: "event", event, ...(or.length > 0 && { or }) }];
  switch (start.kind) {
    case "date":
      return [{ of: "attribute", attribute: fieldOfDate(start) }];
    case "object_date":
      return [objectNeed(start.object, true)];
    case "segment":
      return parts.segments.has(start.segment) ? ruleNeeds(parts.segments.get(start.segment)!, parts, true) : [];
    case "near_store":
      return [...anyOf(startKindOf(start).events(start)), { of: "stores" }];
    // Orders end these; what begins them is the rest.
    case "cart":
    case "browse":
      return anyOf(
        startKindOf(start)
          .events(start)
          .filter((name) => name !== "Order Completed"),
      );
    case "replenishment":
    case "registration":
      return anyOf(["Order Completed"]);
    default:
      return isOfferStart(start)
        ? [{ of: "catalogue" }, ...anyOf(start.interest.map((one) => INTEREST_EVENTS[one]))]
        : anyOf(startKindOf(start).events(start));
  }
}

/** The events by which an interest in a product is told. */
const INTEREST_EVENTS = { viewed: "Product Viewed", carted: "Product Added", wished: "Product Added to Wishlist" } as const;

/** What a rule asks of the data; beneath "any of" and "none of" nothing is essential. */
function ruleNeeds(rule: Rule, parts: GraphParts, essential: boolean, seen: ReadonlySet<Id> = new Set()): Need[] {
  const own = (of: Rule): Need[] => {
    if (of.kind === "all") return of.of.flatMap(own);
    if (of.kind === "segment")
      return parts.segments.has(of.segment) && !seen.has(of.segment)
        ? ruleNeeds(parts.segments.get(of.segment)!, parts, essential, new Set([...seen, of.segment]))
        : [];
    const firm = essential && of.kind !== "any" && of.kind !== "none";
    return references(of).flatMap((one): Need[] => {
      // A count of what never arrives is right for nobody, whichever way it is asked.
      if (one.kind === "event") return [{ of: "event", event: one.name, within: SEGMENT_SILENCE, essential }];
      if (one.kind === "attribute" && isFieldOfPeople(one.name))
        return [{ of: "attribute", attribute: one.name, essential: firm && !(of.kind === "attribute" && of.is.op === "unset") }];
      return one.kind === "store" ? [{ of: "stores", essential }] : [];
    });
  };
  return own(rule);
}

const isFieldOfPeople = (name: string): boolean =>
  !["created_at", "last_seen_at", "known"].includes(name) && (isColumn(name) || name.startsWith("attributes."));

function messageNeeds(graph: Graph, parts: GraphParts): Need[] {
  const messages = graph.steps.filter(
    (step): step is Extract<Step, { template: Id | null }> => CHANNELS.has(step.kind) && "template" in step,
  );
  const first = messages[0]?.kind;
  return messages.flatMap((step): Need[] => {
    const template = step.template === null ? undefined : parts.templates.get(step.template);
    const essential = step.kind === first;
    const address = ADDRESS[step.kind];
    return [
      { of: "template", template: step.template },
      ...(address === undefined ? [] : [{ of: "attribute", attribute: address, essential } as const]),
      ...(template?.marketing === false || address === undefined ? [] : [{ of: "consent", channel: step.kind, essential } as const]),
      ...namesIn(template?.source ?? ""),
    ];
  });
}

/** What a text says about the contact, or takes from what was given on the way. */
function namesIn(source: string): Need[] {
  const named = [...source.matchAll(/\bcontact\.([A-Za-z_][A-Za-z0-9_]*)/g)].map((match) => match[1]!).filter((name) => name !== "id");
  return [...new Set(named)].map((name) => ({
    of: "attribute",
    attribute: isColumn(name) ? name : `attributes.${name}`,
    essential: false,
  }));
}

function stepNeeds(step: Step, parts: GraphParts): Need[] {
  switch (step.kind) {
    case "branch":
      return step.paths.flatMap((path) => ruleNeeds(path.rule, parts, false));
    case "coupon":
      return [{ of: "coupons" }];
    case "wait":
      if (step.until.of === "event") return step.until.events.map((one) => ({ of: "event", event: one.event, essential: false }));
      if (step.until.of !== "date") return [];
      return waitedDate(step.until.field, step.until.past === "end");
    default:
      return [];
  }
}

function waitedDate(field: string, essential: boolean): Need[] {
  const of = objectField(field);
  if (of !== null) return [objectNeed(of.object, essential)];
  return /^(event\.|\d)/.test(field) ? [] : [{ of: "attribute", attribute: field, essential }];
}

// A subscription is told of when it changes, which may be once a year.
const objectNeed = (object: string, essential: boolean): Need => ({ of: "event", event: objectEvent(object), within: 400, essential });

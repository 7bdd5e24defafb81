import { z } from "zod";
import { toIso, type Instant, type Language, type Words } from "../../base/index.ts";
import { eventTitle, propertyValue, type PropertyFilter } from "../../rules/index.ts";
import { plus, type Span } from "../../time/index.ts";
import { dayOf, localDayOf, localMoment, nextLocal, plusCalendar, withinHours } from "../local.ts";
import {
  eventName,
  filters,
  localTime,
  offsetDays,
  property,
  span,
  stepBase,
  stepId,
  weekdays,
  type StepBase,
  type StepId,
} from "../parts.ts";
import type { Decision, GraphCatalogue, GraphNames, Kind, Known, MessageView, RunView } from "./kind.ts";

export type WaitStep = StepBase & { readonly kind: "wait"; readonly until: Until };
export type Until =
  /** `calendar`: days, weeks, months and years are counted on the contact's calendar, at the same time of day; else a day is 24 hours. */
  | { readonly of: "duration"; readonly span: Span; readonly calendar?: boolean | undefined }
  /** The first moment at this local time, at least `days` calendar days later, on one of these weekdays (1 Monday … 7 Sunday; empty: any). */
  | { readonly of: "local"; readonly days: number; readonly at: string; readonly weekdays: readonly number[] }
  /** Until it is between two local times (over midnight when `to` comes before `from`) on one of these weekdays; at once when it is. */
  | { readonly of: "window"; readonly from: string; readonly to: string; readonly weekdays: readonly number[] }
  /**
   * So many days before or after a date, at a local time. `field`: a date of the contact (`birth_date`, `attributes.renews_on`), of an
   * object of theirs (`objects.subscription.ends_on`: of the one that started the run, else the next to come), of the starting event
   * (`event.return_date`) or a day (`2026-12-24`). `past`: what happens when the moment is over, or there is no date:
   * go on, take a way of its own, or end.
   */
  | { readonly of: "date"; readonly field: string; readonly days: number; readonly at: string; readonly past: "go" | "way" | "end" }
  /** Any of these events, or the time-out. */
  | { readonly of: "event"; readonly events: readonly AwaitedEvent[]; readonly timeout: Span }
  /**
   * Until a message of an earlier step was delivered, opened or clicked by a person, and then `after` more; the time-out counts from when
   * the message left. A message that never left has a way of its own.
   */
  | {
      readonly of: "message";
      readonly step: StepId;
      readonly did: "delivered" | "opened" | "clicked";
      readonly after: Span | null;
      readonly timeout: Span;
    };
export interface AwaitedEvent {
  readonly event: string;
  readonly where: readonly PropertyFilter[];
  readonly sameKey: boolean;
}

export const waitShape = z.strictObject({
  ...stepBase,
  kind: z.literal("wait"),
  until: z.discriminatedUnion("of", [
    z.strictObject({ of: z.literal("duration"), span, calendar: z.boolean().optional() }),
    z.strictObject({ of: z.literal("local"), days: z.number().int().min(0).max(366), at: localTime, weekdays }),
    z.strictObject({ of: z.literal("window"), from: localTime, to: localTime, weekdays }),
    z.strictObject({ of: z.literal("date"), field: property, days: offsetDays, at: localTime, past: z.enum(["go", "way", "end"]) }),
    z.strictObject({
      of: z.literal("event"),
      events: z
        .array(z.strictObject({ event: eventName, where: filters, sameKey: z.boolean() }))
        .min(1)
        .max(10),
      timeout: span,
    }),
    z.strictObject({
      of: z.literal("message"),
      step: stepId,
      did: z.enum(["delivered", "opened", "clicked"]),
      after: span.nullable(),
      timeout: span,
    }),
  ]),
});

/** What a wait for a message listens to, in `listens`. */
export const MESSAGE_NEWS = "message";

export const wait: Kind<WaitStep> = {
  exits: ({ until }) =>
    until.of === "event"
      ? ["event", "timeout"]
      : until.of === "message"
        ? ["event", "timeout", "unsent"]
        : until.of === "date" && until.past === "way"
          ? ["next", "past"]
          : ["next"],
  problems({ until }, catalogue) {
    if (until.of === "window" && until.from === until.to)
      return [
        {
          code: "empty_window",
          message: { fr: "Le début et la fin de la plage sont les mêmes.", en: "The window begins and ends at the same time." },
        },
      ];
    if (until.of === "date" && !isDateField(until.field, catalogue))
      return [
        {
          code: "not_a_date",
          message: {
            fr: "Choisissez une date\u00a0: un attribut, une date d’un objet, une propriété du départ ou un jour.",
            en: "Choose a date: an attribute, a date of an object, a property of the start, or a day.",
          },
        },
      ];
    if (until.of === "message" && !MESSAGE_STEPS.has(catalogue.steps.get(until.step) ?? ""))
      return [
        {
          code: "unknown_message",
          message: { fr: "Choisissez une étape qui envoie un message.", en: "Choose a step that sends a message." },
        },
      ];
    return [];
  },
  advance(step, run, known) {
    switch (step.until.of) {
      case "date":
        return advanceDate(step.until, run, known);
      case "message":
        return advanceMessage(step.until, run, known);
      case "event":
        return advanceEvent(step.until, run, known);
      case "duration":
        return timed(
          step.until.calendar ? plusCalendar(run.arrivedAt, step.until.span, run.zone) : plus(run.arrivedAt, step.until.span),
          run,
          known,
        );
      case "local":
        return timed(nextLocal(run.arrivedAt, step.until, run.zone), run, known);
      case "window":
        return timed(withinHours(run.arrivedAt, step.until, run.zone), run, known);
    }
  },
  describe,
};

const MESSAGE_STEPS: ReadonlySet<string> = new Set(["email", "sms", "web_push", "push", "whatsapp", "onsite"]);

function isDateField(field: string, { objectTypes }: GraphCatalogue): boolean {
  const of = objectField(field);
  if (of !== null)
    return (
      objectTypes.get(of.object)?.fields.some((one) => one.key === of.field && (one.kind === "date" || one.kind === "moment")) ?? false
    );
  return field === "birth_date" || /^(attributes|event)\..+$/.test(field) || dayOf(field) !== null;
}

/** The type and field that a date of an object names (`objects.subscription.ends_on`); null when it names none. */
export function objectField(field: string): { readonly object: string; readonly field: string } | null {
  const [, object, name] = /^objects\.([a-z][a-z0-9_]*)\.([a-z][a-z0-9_]*)$/.exec(field) ?? [];
  return object === undefined || name === undefined ? null : { object, field: name };
}

function timed(wakeAt: Instant, run: RunView, known: Known): Decision {
  if (known.timerDue || known.now >= wakeAt)
    return {
      kind: "go",
      exit: "next",
      effect: null,
      reason: { why: "waited", until: toIso(known.timerDue ? (run.dueAt ?? wakeAt) : wakeAt) },
    };
  return { kind: "wait", wakeAt, listens: [], reason: { why: "waiting", until: toIso(wakeAt) } };
}

function advanceEvent(until: Extract<Until, { of: "event" }>, run: RunView, known: Known): Decision {
  const wakeAt = plus(run.arrivedAt, until.timeout);
  if (known.event)
    return { kind: "go", exit: "event", effect: null, reason: { why: "event", event: known.event.name, at: toIso(known.event.at) } };
  if (known.timerDue || known.now >= wakeAt)
    return {
      kind: "go",
      exit: "timeout",
      effect: null,
      reason: { why: "timeout", until: toIso(known.timerDue ? (run.dueAt ?? wakeAt) : wakeAt) },
    };
  return {
    kind: "wait",
    wakeAt,
    listens: [...new Set(until.events.map((one) => one.event))].sort(),
    reason: { why: "waiting", until: toIso(wakeAt) },
  };
}

function advanceDate(until: Extract<Until, { of: "date" }>, run: RunView, known: Known): Decision {
  if (known.timerDue) return { kind: "go", exit: "next", effect: null, reason: { why: "waited", until: toIso(run.dueAt ?? known.now) } };
  const ofContact = until.field === "birth_date" || until.field.startsWith("attributes.") || objectField(until.field) !== null;
  if (ofContact && known.fields === null) return { kind: "ask", question: { fields: [until.field] } };
  const value = ofContact
    ? known.fields![until.field]
    : until.field.startsWith("event.")
      ? propertyValue(
          { id: "", name: "", at: 0, amount: null, currency: null, properties: { ...run.started } },
          until.field.slice("event.".length),
        )
      : until.field;
  // A moment of an object is the day it falls on where the contact is; what an event or attribute holds is read as it is written.
  const day = objectField(until.field) === null ? dayOf(value) : localDayOf(value, run.zone);
  const at = day === null ? null : localMoment(day.add({ days: until.days }), until.at, run.zone);
  if (at !== null && at > known.now)
    return { kind: "wait", wakeAt: at, listens: [], reason: { why: "waiting", until: toIso(at), date: day!.toString() } };
  const facts = { date: day?.toString() ?? null, moment: at === null ? null : toIso(at) };
  // Exactly now is not past.
  if (at === known.now) return { kind: "go", exit: "next", effect: null, reason: { why: "waited", until: toIso(at) } };
  if (until.past === "end") return { kind: "end", outcome: "exit", reason: { why: day === null ? "no_date" : "date_past", ...facts } };
  return {
    kind: "go",
    exit: until.past === "way" ? "past" : "next",
    effect: null,
    reason: { why: day === null ? "no_date" : "date_past", ...facts },
  };
}

// The gate keeps a message 30 days at most; a day more, and no news of it comes any more.
const LEAVES_WITHIN: Span = { n: 31, unit: "day" };
const NEVER_LEFT: ReadonlySet<string> = new Set(["skipped", "failed"]);

function advanceMessage(until: Extract<Until, { of: "message" }>, run: RunView, known: Known): Decision {
  const { message } = known;
  if (message === null) return { kind: "ask", question: { message: until.step } };
  const unsent = (state: string): Decision => ({ kind: "go", exit: "unsent", effect: null, reason: { why: "message_not_sent", state } });
  if (message === "none" || NEVER_LEFT.has(message.state)) return unsent(message === "none" ? "none" : message.state);
  const listens = [MESSAGE_NEWS];
  const deed = deedOf(message, until.did);
  const after = (from: Instant, length: Span) => plus(from, length) + pausedSince(run, from);
  if (deed !== null) {
    const at = until.after === null ? deed : after(deed, until.after);
    const facts = { did: until.did, at: toIso(deed) };
    return known.now >= at
      ? { kind: "go", exit: "event", effect: null, reason: { why: "message", ...facts } }
      : { kind: "wait", wakeAt: at, listens, reason: { why: "waiting", until: toIso(at), ...facts } };
  }
  const left = message.acceptedAt;
  const wakeAt = left === null ? after(run.arrivedAt, LEAVES_WITHIN) : after(left, until.timeout);
  if (known.now < wakeAt)
    return { kind: "wait", wakeAt, listens, reason: { why: "waiting", until: toIso(wakeAt), left: left === null ? null : toIso(left) } };
  return left === null
    ? unsent(message.state)
    : { kind: "go", exit: "timeout", effect: null, reason: { why: "timeout", until: toIso(wakeAt), left: toIso(left) } };
}

/** How much of the pauses that do not count lies after a moment; a pause under way at that moment counts from it. */
const pausedSince = ({ pauses }: RunView, from: Instant): number =>
  (pauses ?? []).reduce((sum, pause) => sum + Math.max(0, pause.to - Math.max(pause.from, from)), 0);

// A click without a measured open shows that it was opened; either shows that it arrived.
function deedOf(message: MessageView, did: "delivered" | "opened" | "clicked"): Instant | null {
  const { clickedAt, openedAt, deliveredAt } = message;
  const first = (...times: (Instant | null)[]) =>
    times.reduce<Instant | null>((least, at) => (at === null ? least : least === null ? at : Math.min(least, at)), null);
  return did === "clicked" ? clickedAt : did === "opened" ? first(openedAt, clickedAt) : first(deliveredAt, openedAt, clickedAt);
}

function describe({ until }: WaitStep, names: GraphNames): Words {
  switch (until.of) {
    case "duration":
      return { fr: spanFr(until.span), en: spanEn(until.span) };
    case "local": {
      const days = onDays(until.weekdays);
      if (until.days === 0) return { fr: `Jusqu’à ${until.at}${days.fr}`, en: `Until ${until.at}${days.en}` };
      return {
        fr: `${until.days}\u00a0jour${until.days > 1 ? "s" : ""} plus tard, à ${until.at}${days.fr}`,
        en: `${until.days} day${until.days > 1 ? "s" : ""} later at ${until.at}${days.en}`,
      };
    }
    case "window": {
      const days = onDays(until.weekdays);
      return { fr: `Entre ${until.from} et ${until.to}${days.fr}`, en: `Between ${until.from} and ${until.to}${days.en}` };
    }
    case "date": {
      const name = dateName(until.field, names);
      const n = Math.abs(until.days);
      if (n === 0)
        return {
          fr: `Jusqu’${name.fr.startsWith("le ") ? `au ${name.fr.slice(3)}` : `à ${name.fr}`}, ${until.at}`,
          en: `Until ${name.en}, ${until.at}`,
        };
      return {
        fr: `${n}\u00a0jour${n > 1 ? "s" : ""} ${until.days < 0 ? "avant" : "après"} ${name.fr}, ${until.at}`,
        en: `${n} day${n > 1 ? "s" : ""} ${until.days < 0 ? "before" : "after"} ${name.en}, ${until.at}`,
      };
    }
    case "event": {
      const names = (language: Language) => until.events.map((one) => eventTitle(one.event, language));
      return {
        fr: `${names("fr").join(" ou ")}, ou ${spanFr(until.timeout)}`,
        en: `${names("en").join(" or ")}, or ${spanEn(until.timeout)}`,
      };
    }
    case "message": {
      const did = {
        delivered: { fr: "Remis", en: "Delivered" },
        opened: { fr: "Ouvert", en: "Opened" },
        clicked: { fr: "Cliqué", en: "Clicked" },
      }[until.did];
      const after = until.after === null ? { fr: "", en: "" } : { fr: ` + ${spanFr(until.after)}`, en: ` + ${spanEn(until.after)}` };
      return { fr: `${did.fr}${after.fr}, ou ${spanFr(until.timeout)}`, en: `${did.en}${after.en}, or ${spanEn(until.timeout)}` };
    }
  }
}

function dateName(field: string, { objectTypes }: GraphNames): Words {
  const of = objectField(field);
  const type = of && objectTypes.get(of.object);
  const named = type?.fields.find((one) => one.key === of?.field)?.names;
  if (type && named) return { fr: `${named.fr} (${type.names.one.fr})`, en: `${named.en} (${type.names.one.en})` };
  if (field === "birth_date") return { fr: "la date de naissance", en: "the birth date" };
  const day = dayOf(field);
  if (day !== null) return { fr: `le ${day.toLocaleString("fr", LONG_DAY)}`, en: day.toLocaleString("en-GB", LONG_DAY) };
  const plain = field.replace(/^(attributes|event|objects)\./, "").replaceAll("_", " ");
  return { fr: plain, en: plain };
}

const LONG_DAY = { day: "numeric", month: "long", year: "numeric" } as const;

function onDays(days: readonly number[]): Words {
  return days.length === 0
    ? { fr: "", en: "" }
    : { fr: `, ${days.map((day) => DAYS_FR[day - 1]).join(" ou ")}`, en: `, on ${days.map((day) => DAYS_EN[day - 1]).join(" or ")}` };
}

/** The names of events a wait hears, with their filters. */
export const awaitedEvents = (step: { readonly kind: string; readonly until?: Until }): readonly AwaitedEvent[] =>
  step.kind === "wait" && step.until?.of === "event" ? step.until.events : [];

const DAYS_FR = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const DAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const UNITS_FR = {
  minute: ["minute", "minutes"],
  hour: ["heure", "heures"],
  day: ["jour", "jours"],
  week: ["semaine", "semaines"],
  month: ["mois", "mois"],
  year: ["an", "ans"],
} as const;

export function spanFr({ n, unit }: Span): string {
  return `${n}\u00a0${UNITS_FR[unit][n === 1 ? 0 : 1]}`;
}
export function spanEn({ n, unit }: Span): string {
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
}

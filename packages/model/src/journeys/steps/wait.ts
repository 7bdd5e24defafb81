import { toIso, type Instant, type TimeZone, type Words } from "../../base/index.ts";
import { plus, type Span } from "../../time/index.ts";
import type { WaitStep } from "../graph.ts";
import type { Kind } from "./kind.ts";

export const wait: Kind<WaitStep> = {
  exits: (step) => (step.until.of === "event" ? ["event", "timeout"] : ["next"]),
  problems: () => [],
  advance(step, run, known) {
    const { until } = step;
    const wakeAt = until.of === "local" ? nextLocal(run.arrivedAt, until, run.zone) : plus(run.arrivedAt, until.of === "duration" ? until.span : until.timeout);
    if (until.of === "event" && known.event) return { kind: "go", exit: "event", effect: null, reason: { why: "event", event: known.event.name, at: toIso(known.event.at) } };
    if (known.timerDue || known.now >= wakeAt) return { kind: "go", exit: until.of === "event" ? "timeout" : "next", effect: null, reason: { why: until.of === "event" ? "timeout" : "waited", until: toIso(known.timerDue ? (run.dueAt ?? wakeAt) : wakeAt) } };
    return { kind: "wait", wakeAt, listens: until.of === "event" ? [...new Set(until.events.map((one) => one.event))].sort() : [], reason: { why: "waiting", until: toIso(wakeAt) } };
  },
  describe({ until }): Words {
    if (until.of === "duration") return { fr: spanFr(until.span), en: spanEn(until.span) };
    if (until.of === "local") {
      const days = until.weekdays.length === 0 ? { fr: "", en: "" } : { fr: `, ${until.weekdays.map((day) => DAYS_FR[day - 1]).join(" ou ")}`, en: `, on ${until.weekdays.map((day) => DAYS_EN[day - 1]).join(" or ")}` };
      if (until.days === 0) return { fr: `Jusqu’à ${until.at}${days.fr}`, en: `Until ${until.at}${days.en}` };
      return { fr: `${until.days}\u00a0jour${until.days > 1 ? "s" : ""} plus tard, à ${until.at}${days.fr}`, en: `${until.days} day${until.days > 1 ? "s" : ""} later at ${until.at}${days.en}` };
    }
    const names = until.events.map((one) => one.event);
    return { fr: `${names.join(" ou ")}, ou ${spanFr(until.timeout)}`, en: `${names.join(" or ")}, or ${spanEn(until.timeout)}` };
  },
};

/**
 * The first moment at a local time, at least so many calendar days after `from`, on an allowed weekday, and not before `from`.
 * A time that the spring change skips is the moment after the gap; one that the autumn change repeats is its first occurrence.
 */
export function nextLocal(from: Instant, until: { readonly days: number; readonly at: string; readonly weekdays: readonly number[] }, zone: TimeZone): Instant {
  let date = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate().add({ days: until.days });
  // Eight days hold every weekday once and the case that today's time has passed.
  for (let tries = 0; tries < 9; tries++, date = date.add({ days: 1 })) {
    if (until.weekdays.length > 0 && !until.weekdays.includes(date.dayOfWeek)) continue;
    const at = date.toPlainDateTime(Temporal.PlainTime.from(until.at)).toZonedDateTime(zone, { disambiguation: "compatible" }).epochMilliseconds;
    if (at >= from) return at;
  }
  throw new Error(`No moment at ${until.at} within nine days`);
}

const DAYS_FR = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"];
const DAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const UNITS_FR = { minute: ["minute", "minutes"], hour: ["heure", "heures"], day: ["jour", "jours"], week: ["semaine", "semaines"], month: ["mois", "mois"], year: ["an", "ans"] } as const;

export function spanFr({ n, unit }: Span): string {
  return `${n}\u00a0${UNITS_FR[unit][n === 1 ? 0 : 1]}`;
}
export function spanEn({ n, unit }: Span): string {
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
}

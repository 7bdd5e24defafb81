import type { Step } from "../journeys/index.ts";
import { ID_BASE, linkOf, type Setting } from "./setting.ts";
import { map, number, say, text, timeOf, verdictOf, weekdaysOf, zoneRemark, type Json, type Made } from "../flows/place.ts";

type Wait = Extract<Step, { kind: "wait" }>;
const wait = (setting: Setting, until: Wait["until"]): Step => ({ ...ID_BASE, id: setting.id(), kind: "wait", until });
const onDays = (setting: Setting, weekdays: number[]): Step => wait(setting, { of: "window", from: "00:00", to: "23:59", weekdays });

/** X days are X times 24 hours; with a time they are calendar days, as here. */
export function timeDelay(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  const unit = (["hours", "minutes"] as const).find((one) => one === text(data["unit"])) ?? "days";
  const [value, more] = [Math.max(0, Math.round(number(data["value"]))), Math.max(0, Math.round(number(data["secondary_value"])))];
  const [at, weekdays] = [timeOf(data["delay_until_time"]), weekdaysOf(data["delay_until_weekdays"])];
  const span =
    unit === "minutes"
      ? { n: value, unit: "minute" as const }
      : more === 0
        ? { n: value, unit: unit === "days" ? ("day" as const) : ("hour" as const) }
        : unit === "days"
          ? { n: value * 24 + more, unit: "hour" as const }
          : { n: value * 60 + more, unit: "minute" as const };
  const wholeDays = at !== null && unit === "days" && more === 0 && value <= 366;
  const first = span.n > 0 && !wholeDays ? [wait(setting, { of: "duration", span })] : [];
  const then =
    at !== null
      ? [wait(setting, { of: "local", days: wholeDays ? value : 0, at, weekdays })]
      : weekdays.length > 0
        ? [onDays(setting, weekdays)]
        : [];
  const steps = [...first, ...then];
  return { ...verdictOf(at === null && weekdays.length === 0 ? [] : zoneRemark(data["timezone"])), steps, exits: { next: linkOf(action) } };
}

export function targetDate(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  const [at, weekdays] = [timeOf(data["target_time"]), weekdaysOf(data["target_days"])];
  const steps =
    at !== null ? [wait(setting, { of: "local", days: 0, at, weekdays })] : weekdays.length > 0 ? [onDays(setting, weekdays)] : [];
  return { ...verdictOf(zoneRemark(data["timezone"])), steps, exits: { next: linkOf(action) } };
}

const UNIT_DAYS: Readonly<Record<string, number>> = { days: 1, weeks: 7, months: 30 };

/** So long before the date that triggers the flow. */
export function countdown(action: Json, setting: Setting): Made {
  const data = map(action["data"]);
  if (setting.date === null)
    return {
      verdict: "impossible",
      message: say(
        "It counts to the date of the trigger, which has none here; it was left out.",
        "Elle décompte jusqu’à la date du déclencheur, qui n’en a pas ici\u00a0; elle a été laissée de côté.",
      ),
      steps: [],
      exits: { next: linkOf(action) },
    };
  const unit = text(data["unit"]) || "days";
  const days = Math.min(366, Math.round(number(data["value"]) * (UNIT_DAYS[unit] ?? 1)));
  const weekdays = weekdaysOf(data["delay_until_weekdays"]);
  const steps = [
    wait(setting, {
      of: "date",
      field: setting.date,
      days: days === 0 ? 0 : -days,
      at: timeOf(data["delay_until_time"]) ?? "00:00",
      past: "go",
    }),
    ...(weekdays.length > 0 ? [onDays(setting, weekdays)] : []),
  ];
  const remarks = [...zoneRemark(data["timezone"]), ...(unit === "months" ? [say("A month is 30 days.", "Un mois compte 30 jours.")] : [])];
  return { ...verdictOf(remarks), steps, exits: { next: linkOf(action) } };
}

/** Parks people until the product is there again. */
export function backInStock(action: Json, setting: Setting): Made {
  const step = wait(setting, {
    of: "event",
    events: [{ event: "Back In Stock", where: [], sameKey: false }],
    timeout: { n: 1, unit: "year" },
  });
  return {
    verdict: "different",
    message: say(
      "Waits up to a year for the event “Back In Stock” of the contact: your shop must send it. Without it the run ends.",
      "Attend jusqu’à un an l’événement «\u00a0Back In Stock\u00a0» du contact\u00a0: votre boutique doit l’envoyer. Sans lui, le parcours se termine.",
    ),
    steps: [step],
    exits: { event: linkOf(action), timeout: null },
  };
}

import type { Words } from "../base/index.ts";
import type { Start } from "../journeys/index.ts";
import { attributeOf, eventFiltersOf } from "./conditions.ts";
import { eventOf } from "./events.ts";
import { map, number, SAME, say, text, timeOf, verdictOf, weekdaysOf, zoneRemark, type FlowNames, type Json, type Verdict } from "./place.ts";

/** What a trigger became. */
export interface Started { readonly start: Start | null; readonly verdict: Verdict; readonly message: Words; /** The date that countdowns count to. */ readonly date?: string | undefined }

const impossible = (en: string, fr: string): Started => ({ start: null, verdict: "impossible", message: say(en, fr) });

/** A trigger as a start: all seven kinds. */
export function startOf(trigger: Json, names: FlowNames): Started {
  switch (text(trigger["type"])) {
    case "list": {
      const group = names.groups.get(text(trigger["id"]));
      return group === undefined ? impossible("Say which group stands for this list.", "Dites quel groupe correspond à cette liste.")
        : { start: { kind: "group", group }, verdict: "different", message: say("Starts when a contact is put into the group of that name; its people must be put there.", "Démarre quand un contact est ajouté au groupe de ce nom\u00a0; il faut y mettre les contacts de la liste.") };
    }
    case "segment": {
      const segment = names.segments.get(text(trigger["id"]));
      return segment === undefined ? impossible("Make the segment here under the same name, and choose it as the start.", "Créez ici le segment du même nom, puis choisissez-le comme départ.") : { start: { kind: "segment", segment, on: "enter" }, verdict: "mapped", message: SAME };
    }
    case "metric": return metricStart(trigger, names);
    case "date": return text(trigger["date_field_type"]) === "custom-object" ? impossible("Dates of custom objects are not known here; send them as an event that carries the date, and start from that.", "Les dates d’objets personnalisés ne sont pas connues ici\u00a0; envoyez-les dans un événement qui porte la date, et partez de celui-ci.") : dateStart(trigger);
    case "price-drop": return impossible("A drop in price starts nothing here yet; send an event when it happens, and start from that.", "Une baisse de prix ne démarre encore rien ici\u00a0; envoyez un événement quand elle a lieu, et partez de celui-ci.");
    case "low-inventory": return impossible("Low stock starts nothing here yet; send an event when it happens, and start from that.", "Un stock bas ne démarre encore rien ici\u00a0; envoyez un événement quand il a lieu, et partez de celui-ci.");
    default: return impossible(`A trigger of the kind “${text(trigger["type"])}” is not in the public definition.`, `Un déclencheur du genre «\u00a0${text(trigger["type"])}\u00a0» n’est pas dans la définition publique.`);
  }
}

const ORDERS: Readonly<Record<string, "completed" | "cancelled" | "refunded">> = { "Order Completed": "completed", "Order Cancelled": "cancelled", "Order Refunded": "refunded" };

function metricStart(trigger: Json, names: FlowNames): Started {
  const { event, known } = eventOf(text(trigger["id"]), names);
  const { where, lost } = eventFiltersOf(trigger["trigger_filter"]);
  const on = ORDERS[event];
  const start: Start = on ? { kind: "order", on, where } : { kind: "event", event, where, key: null };
  return { start, ...verdictOf([...(known ? [] : [say(`The definition says only the metric's id; put the event's name in place of “${event}”.`, `La définition ne donne que l’identifiant de la statistique\u00a0; mettez le nom de l’événement à la place de «\u00a0${event}\u00a0».`)]), ...lost]) };
}

const UNIT_DAYS: Readonly<Record<string, number>> = { days: 1, weeks: 7, months: 30 };

function dateStart(trigger: Json): Started {
  const attribute = attributeOf(text(trigger["date_profile_property"]));
  const unit = text(trigger["timedelta_unit_before_date"]) || "weeks";
  const days = Math.round(number(trigger["timedelta_value_before_date"]) * (UNIT_DAYS[unit] ?? 7));
  const repeats = text(trigger["recurrence_frequency"]) || "monthly";
  const remarks = [
    ...zoneRemark(trigger["timezone"]),
    ...(unit === "months" && days > 0 ? [say("A month before is 30 days before.", "Un mois avant devient 30 jours avant.")] : []),
    ...(repeats === "monthly" || repeats === "weekly" ? [say("It comes once, at the date: dates do not repeat every week or month here.", "Il a lieu une fois, à la date\u00a0: une date ne revient pas chaque semaine ou chaque mois ici.")] : []),
    ...(weekdaysOf(trigger["trigger_days"]).length > 0 ? [say("The days of the week were left out.", "Les jours de la semaine ont été laissés de côté.")] : []),
    ...(days > 366 ? [say("A date starts at most a year before.", "Une date démarre au plus un an avant.")] : []),
  ];
  const start: Start = { kind: "date", attribute, days: days === 0 ? 0 : -Math.min(366, days), at: timeOf(trigger["trigger_time"]) ?? "09:00", yearly: repeats === "annually" };
  return { start, date: attribute, ...verdictOf(remarks) };
}

/** A flow's rule of coming again. Absent: always. */
export function reentryOf(value: unknown): { kind: "never" } | { kind: "always" } | { kind: "after"; span: { n: number; unit: "hour" | "day" | "week" } } {
  const criteria = map(value);
  const unit = (["hour", "day", "week"] as const).find((one) => one === text(criteria["unit"]));
  if (text(criteria["unit"]) === "alltime") return { kind: "never" };
  const n = Math.round(number(criteria["duration"]));
  return unit === undefined || n < 1 ? { kind: "always" } : { kind: "after", span: { n: Math.min(n, { hour: 87_600, day: 3_650, week: 520 }[unit]), unit } };
}

import type { Words } from "../base/index.ts";
import type { OfferStart, PriceDropStart, Start } from "../journeys/index.ts";
import { attributeOf, eventFiltersOf } from "./conditions.ts";
import { eventOf } from "./events.ts";
import {
  list,
  map,
  number,
  SAME,
  say,
  text,
  timeOf,
  verdictOf,
  weekdaysOf,
  zoneRemark,
  type FlowNames,
  type Json,
  type Verdict,
} from "../flows/place.ts";

/** What a trigger became. */
export interface Started {
  readonly start: Start | null;
  readonly verdict: Verdict;
  readonly message: Words;
  /** The date that countdowns count to. */ readonly date?: string | undefined;
}

const impossible = (en: string, fr: string): Started => ({ start: null, verdict: "impossible", message: say(en, fr) });

/** A trigger as a start: all seven kinds. */
export function startOf(trigger: Json, names: FlowNames): Started {
  switch (text(trigger["type"])) {
    case "list": {
      const group = names.groups.get(text(trigger["id"]));
      return group === undefined
        ? impossible("Say which group stands for this list.", "Dites quel groupe correspond à cette liste.")
        : {
            start: { kind: "group", group },
            verdict: "different",
            message: say(
              "Starts when a contact is put into the group of that name; its people must be put there.",
              "Démarre quand un contact est ajouté au groupe de ce nom\u00a0; il faut y mettre les contacts de la liste.",
            ),
          };
    }
    case "segment": {
      const segment = names.segments.get(text(trigger["id"]));
      return segment === undefined
        ? impossible(
            "Make the segment here under the same name, and choose it as the start.",
            "Créez ici le segment du même nom, puis choisissez-le comme départ.",
          )
        : { start: { kind: "segment", segment, on: "enter" }, verdict: "mapped", message: SAME };
    }
    case "metric":
      return metricStart(trigger, names);
    case "date":
      return text(trigger["date_field_type"]) === "custom-object"
        ? impossible(
            "Which object it is cannot be told from the definition: choose the start “a date of an object” and its date.",
            "La définition ne dit pas de quel objet il s’agit\u00a0: choisissez le départ «\u00a0date d’un objet\u00a0» et sa date.",
          )
        : dateStart(trigger);
    case "price-drop":
      return priceStart(trigger);
    case "low-inventory":
      return stockStart(trigger);
    default:
      return impossible(
        `A trigger of the kind “${text(trigger["type"])}” is not in the public definition.`,
        `Un déclencheur du genre «\u00a0${text(trigger["type"])}\u00a0» n’est pas dans la définition publique.`,
      );
  }
}

const ORDERS: Readonly<Record<string, "completed" | "cancelled" | "refunded">> = {
  "Order Completed": "completed",
  "Order Cancelled": "cancelled",
  "Order Refunded": "refunded",
};

function metricStart(trigger: Json, names: FlowNames): Started {
  const { event, known } = eventOf(text(trigger["id"]), names);
  const { where, lost } = eventFiltersOf(trigger["trigger_filter"]);
  const on = ORDERS[event];
  const start: Start = on ? { kind: "order", on, where } : { kind: "event", event, where, key: null };
  return {
    start,
    ...verdictOf([
      ...(known
        ? []
        : [
            say(
              `The definition says only the metric's id; put the event's name in place of “${event}”.`,
              `La définition ne donne que l’identifiant de la statistique\u00a0; mettez le nom de l’événement à la place de «\u00a0${event}\u00a0».`,
            ),
          ]),
      ...lost,
    ]),
  };
}

const INTERESTED: Readonly<Record<string, OfferStart["interest"][number]>> = { viewed: "viewed", "checkout-started": "carted" };

/** Whom news of the catalogue is for, and what of it is said another way here. */
function watchingOf(trigger: Json): { watching: Pick<OfferStart, "interest" | "within" | "stores">; remarks: Words[] } {
  const audience = list(trigger["audience"]).map(text);
  const interest = [...new Set(audience.flatMap((one) => INTERESTED[one] ?? []))];
  return {
    watching: {
      interest: interest.length > 0 ? interest : ["viewed"],
      within: { n: Math.min(3_650, Math.max(1, Math.round(number(trigger["timeframe_days"])) || 30)), unit: "day" },
      stores: [],
    },
    remarks: [
      ...(audience.includes("checkout-started")
        ? [
            say(
              "A checkout that was begun counts as a product put into a cart.",
              "Une commande commencée compte comme un produit mis au panier.",
            ),
          ]
        : []),
      ...(list(map(trigger["trigger_filter"])["condition_groups"]).length > 0
        ? [
            say(
              "The filter on products was left out; filter by the start’s properties in a branch.",
              "Le filtre sur les produits a été laissé de côté\u00a0; filtrez dans un embranchement, sur les propriétés du départ.",
            ),
          ]
        : []),
    ],
  };
}

function priceStart(trigger: Json): Started {
  const { watching, remarks } = watchingOf(trigger);
  const least = number(trigger["price_drop_amount_value"]);
  const percent = text(trigger["price_drop_amount_unit"]) === "percent";
  const drop: PriceDropStart["drop"] = percent
    ? { by: "percent", least: Math.min(100, Math.max(0.01, least)) }
    : { by: "amount", least: Math.max(0.01, least), currency: (text(trigger["currency_type"]) || "usd").toUpperCase().slice(0, 3) };
  return { start: { kind: "price_drop", ...watching, drop }, ...verdictOf(remarks) };
}

function stockStart(trigger: Json): Started {
  const { watching, remarks } = watchingOf(trigger);
  const whole =
    text(trigger["product_level"]) === "product"
      ? [say("Pieces are counted per product and store here.", "Les pièces se comptent ici par produit et par boutique.")]
      : [];
  return {
    start: { kind: "low_stock", ...watching, atMost: Math.min(1_000_000, Math.max(1, Math.round(number(trigger["inventory_count"])))) },
    ...verdictOf([...whole, ...remarks]),
  };
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
    ...(repeats === "monthly" || repeats === "weekly"
      ? [
          say(
            "It comes once, at the date: dates do not repeat every week or month here.",
            "Il a lieu une fois, à la date\u00a0: une date ne revient pas chaque semaine ou chaque mois ici.",
          ),
        ]
      : []),
    ...(weekdaysOf(trigger["trigger_days"]).length > 0
      ? [say("The days of the week were left out.", "Les jours de la semaine ont été laissés de côté.")]
      : []),
    ...(days > 366 ? [say("A date starts at most a year before.", "Une date démarre au plus un an avant.")] : []),
  ];
  const start: Start = {
    kind: "date",
    attribute,
    days: days === 0 ? 0 : -Math.min(366, days),
    at: timeOf(trigger["trigger_time"]) ?? "09:00",
    yearly: repeats === "annually",
  };
  return { start, date: attribute, ...verdictOf(remarks) };
}

/** A flow's rule of coming again. Absent: always. */
export function reentryOf(
  value: unknown,
): { kind: "never" } | { kind: "always" } | { kind: "after"; span: { n: number; unit: "hour" | "day" | "week" } } {
  const criteria = map(value);
  const unit = (["hour", "day", "week"] as const).find((one) => one === text(criteria["unit"]));
  if (text(criteria["unit"]) === "alltime") return { kind: "never" };
  const n = Math.round(number(criteria["duration"]));
  return unit === undefined || n < 1
    ? { kind: "always" }
    : { kind: "after", span: { n: Math.min(n, { hour: 87_600, day: 3_650, week: 520 }[unit]), unit } };
}

import type { Comparison, PropertyFilter, Rule, Window } from "../rules/index.ts";
import { eventOf } from "./events.ts";
import { list, map, number, say, text, type FlowNames, type Json } from "../flows/place.ts";
import type { Words } from "../base/index.ts";

/** A filter of a flow as a rule, with what could not be said the same way. Conditions that have no counterpart are left out and named. */
export interface Filtered {
  readonly rule: Rule | null;
  readonly lost: readonly Words[];
}

const EU = [
  "AT",
  "BE",
  "BG",
  "HR",
  "CY",
  "CZ",
  "DK",
  "EE",
  "FI",
  "FR",
  "DE",
  "GR",
  "HU",
  "IE",
  "IT",
  "LV",
  "LT",
  "LU",
  "MT",
  "NL",
  "PL",
  "PT",
  "RO",
  "SK",
  "SI",
  "ES",
  "SE",
];
const COLUMNS: Readonly<Record<string, string>> = {
  email: "email",
  phone_number: "phone",
  first_name: "first_name",
  last_name: "last_name",
  external_id: "external_id",
  city: "city",
  country: "country",
  region: "region",
  zip: "postal_code",
  timezone: "time_zone",
  locale: "locale",
  birthday: "birth_date",
  birth_date: "birth_date",
  birthdate: "birth_date",
  date_of_birth: "birth_date",
};

/** The attribute a property of profiles is here: `$email`, `location.country` and `properties['Tier']` are all written. */
export function attributeOf(property: string): string {
  const plain = (/^properties\[['"](.+)['"]\]$/.exec(property)?.[1] ?? property).replace(/^\$/, "").replace(/^location\./, "");
  const column = COLUMNS[plain.toLowerCase()];
  return column ?? `attributes.${plain.replace(/[.\s]+/g, "_").slice(0, 100) || "value"}`;
}

/** Groups of conditions: all groups must hold, of each at least one condition. */
export function filterOf(value: unknown, names: FlowNames, seed: string): Filtered {
  const lost: Words[] = [];
  const groups = list(map(value)["condition_groups"])
    .map((group) => {
      const rules = list(map(group)["conditions"])
        .map((one) => conditionOf(map(one), names, seed))
        .map((found) => {
          if (found === null || "en" in found)
            lost.push(found ?? say("A condition of an unknown kind.", "Une condition d’un genre inconnu."));
          return found === null || "en" in found ? null : found;
        });
      // Of alternatives one is lost: the rest would let fewer through, which is for a person to judge.
      const kept = rules.filter((rule) => rule !== null);
      return kept.length === 0 ? null : kept.length === 1 ? kept[0]! : { kind: "any" as const, of: kept };
    })
    .filter((rule) => rule !== null);
  return { rule: groups.length === 0 ? null : groups.length === 1 ? groups[0]! : { kind: "all", of: groups }, lost };
}

/** @returns a sentence on what has no counterpart when it has none */
function conditionOf(condition: Json, names: FlowNames, seed: string): Rule | Words | null {
  const type = text(condition["type"]);
  switch (type) {
    case "profile-property": {
      const is = comparisonOf(map(condition["filter"]));
      return is === null
        ? noSuch(`${text(condition["property"])}: ${text(map(condition["filter"])["operator"])}`)
        : { kind: "attribute", attribute: attributeOf(text(condition["property"])), is };
    }
    case "profile-group-membership":
      return membershipOf(condition, names);
    case "profile-metric":
      return metricOf(condition, names);
    case "profile-region":
      return text(condition["region"]) === "united_states"
        ? { kind: "attribute", attribute: "country", is: { op: condition["in_region"] === false ? "ne" : "eq", value: "US" } }
        : { kind: "attribute", attribute: "country", is: { op: condition["in_region"] === false ? "not_in" : "in", values: EU } };
    case "profile-sample":
      return { kind: "sample", percent: Math.min(100, Math.max(0, number(condition["percentage"]))), seed: seed.slice(0, 100) };
    case "profile-not-sent-email":
    case "profile-not-sent-sms":
    case "profile-not-sent-push": {
      const window = windowOf(map(condition["timeframe_filter"]));
      return window === null
        ? noSuch(type)
        : {
            kind: "message",
            what: "sent",
            channel: type.slice("profile-not-sent-".length) as "email" | "sms" | "push",
            journey: null,
            template: null,
            link: "",
            by: "human",
            window,
            is: { op: "eq", value: 0 },
          };
    }
    case "profile-marketing-consent": {
      const consent = map(condition["consent"]);
      const channel = text(consent["channel"]);
      return channel === "email" || channel === "sms" || channel === "push"
        ? { kind: "consent", channel, topic: "", granted: consent["can_receive_marketing"] === true }
        : noSuch(type);
    }
    case "profile-predictive-analytics": {
      const is = comparisonOf(map(condition["filter"]));
      return text(condition["dimension"]) === "churn_probability" && is !== null
        ? { kind: "prediction", field: "churn", is }
        : noSuch(`${type}: ${text(condition["dimension"])}`);
    }
    default:
      return noSuch(type);
  }
}

const noSuch = (what: string): Words =>
  say(
    `The condition “${what}” has no counterpart and was left out.`,
    `La condition «\u00a0${what}\u00a0» n’a pas d’équivalent et a été laissée de côté.`,
  );

function membershipOf(condition: Json, names: FlowNames): Rule | Words {
  const member = condition["is_member"] !== false;
  const ids = list(condition["group_ids"]).map(text);
  const rules = ids.flatMap((id): Rule[] => {
    const [group, segment] = [names.groups.get(id), names.segments.get(id)];
    return group ? [{ kind: "group", group, member }] : segment ? [{ kind: "segment", segment, member }] : [];
  });
  if (rules.length < ids.length || rules.length === 0)
    return say(
      `Which group or segment ${ids.join(", ")} is was not said; the condition was left out.`,
      `À quel groupe ou segment correspond ${ids.join(", ")} n’a pas été dit\u00a0; la condition a été laissée de côté.`,
    );
  return rules.length === 1 ? rules[0]! : { kind: member ? "any" : "all", of: rules };
}

function metricOf(condition: Json, names: FlowNames): Rule | Words {
  const window = windowOf(map(condition["timeframe_filter"]));
  const is = comparisonOf(map(condition["measurement_filter"]));
  const where = list(condition["metric_filters"]).map((one) => propertyFilterOf(text(map(one)["property"]), map(map(one)["filter"])));
  if (window === null || is === null || where.some((one) => one === null)) return noSuch(`profile-metric ${text(condition["metric_id"])}`);
  const sum = text(condition["measurement"]) === "sum";
  return {
    kind: "event",
    event: eventOf(text(condition["metric_id"]), names).event,
    where: where.filter((one) => one !== null),
    window,
    measure: sum ? { of: "sum", property: "amount" } : { of: "count" },
    is,
  };
}

/** A filter on the properties of an event; null without counterpart. */
function propertyFilterOf(property: string, filter: Json): PropertyFilter | null {
  const is = comparisonOf(filter);
  if (is === null || property === "" || TIMED.has(is.op)) return null;
  return {
    property:
      property === "$value" || property === "value"
        ? "amount"
        : property
            .replace(/^properties\[['"](.+)['"]\]$/, "$1")
            .replace(/^\$/, "")
            .slice(0, 200),
    is,
  };
}
const TIMED: ReadonlySet<string> = new Set([
  "within_last",
  "not_within_last",
  "within_next",
  "ago",
  "ahead",
  "calendar",
  "anniversary",
  "month",
]);

/** Conditions on the starting event. Alternatives inside a group cannot be said by filters, which must all hold. */
export function eventFiltersOf(value: unknown): { where: PropertyFilter[]; lost: Words[] } {
  const lost: Words[] = [];
  const where = list(map(value)["condition_groups"]).flatMap((group) => {
    const conditions = list(map(group)["conditions"]).map(map);
    const [only] = conditions;
    const filter = conditions.length === 1 && only ? propertyFilterOf(text(only["field"]), map(only["filter"])) : null;
    if (filter === null)
      lost.push(
        conditions.length > 1
          ? say(
              "Alternatives in the trigger filter were left out.",
              "Les alternatives du filtre de déclenchement ont été laissées de côté.",
            )
          : noSuch(text(only?.["field"])),
      );
    return filter === null ? [] : [filter];
  });
  return { where, lost };
}

function comparisonOf(filter: Json): Comparison | null {
  const operator = text(filter["operator"]);
  const value = filter["value"];
  switch (`${text(filter["type"])} ${operator}`) {
    case "existence is-set":
      return { op: "set" };
    case "existence not-set":
      return { op: "unset" };
    case "boolean equals":
      return typeof value === "boolean" ? { op: "eq", value } : null;
    case "numeric between":
      return { op: "between", from: number(filter["start"]), to: number(filter["end"]) };
    case "date before":
    case "date after": {
      const at = text(filter["date"]);
      return /^\d{4}-\d{2}-\d{2}/.test(at) ? { op: operator as "before" | "after", at: at.slice(0, 10) } : null;
    }
    case "date in-the-last":
    case "date in-the-next":
      return { op: operator === "in-the-last" ? "within_last" : "within_next", span: spanOf(filter) };
    case "date at-least":
      return { op: "ago", least: spanOf(filter), most: null };
    case "date calendar-month":
      return { op: "month", month: Math.min(12, Math.max(1, number(value))), zone: "contact" };
    case "list contains":
    case "list not-contains":
    case "string contains":
    case "string not-contains":
      return value === "" || value === undefined
        ? null
        : { op: operator === "contains" ? "contains" : "not_contains", value: text(value).slice(0, 500) };
    case "string starts-with":
    case "string ends-with":
      return text(value) === "" ? null : { op: operator === "starts-with" ? "starts_with" : "ends_with", value: text(value).slice(0, 500) };
    case "string in":
    case "string not-in":
      return list(value).length === 0
        ? null
        : {
            op: operator === "in" ? "in" : "not_in",
            values: list(value)
              .map((one) => text(one).slice(0, 500))
              .slice(0, 1_000),
          };
    case "string equals":
    case "string not-equals":
      return { op: operator === "equals" ? "eq" : "ne", value: text(value).slice(0, 500) };
    default:
      return text(filter["type"]) === "numeric" && typeof value === "number" && NUMBERS[operator] !== undefined
        ? { op: NUMBERS[operator], value }
        : null;
  }
}
const NUMBERS: Readonly<Record<string, "eq" | "ne" | "gt" | "gte" | "lt" | "lte">> = {
  equals: "eq",
  "not-equals": "ne",
  "greater-than": "gt",
  "greater-than-or-equal": "gte",
  "less-than": "lt",
  "less-than-or-equal": "lte",
};

const spanOf = (filter: Json) => ({
  n: Math.min(5_000, Math.max(1, Math.round(number(filter["quantity"])))),
  unit: (["hour", "day", "week"] as const).find((unit) => unit === text(filter["unit"])) ?? "day",
});

function windowOf(filter: Json): Window | null {
  switch (text(filter["operator"])) {
    case "alltime":
      return { kind: "ever" };
    case "flow-start":
      return { kind: "since_entry" };
    case "in-the-last":
      return { kind: "last", span: spanOf(filter) };
    case "at-least":
      return { kind: "ago", least: spanOf(filter), most: null };
    case "after":
      return /^\d{4}-\d{2}-\d{2}/.test(text(filter["date"]))
        ? { kind: "since", at: text(filter["date"]).slice(0, 10), zone: "workspace" }
        : null;
    default:
      return null;
  }
}

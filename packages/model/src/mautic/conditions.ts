import type { Words } from "../base/index.ts";
import type { Comparison, Rule } from "../rules/index.ts";
import { list, map, number, say, text, type FlowNames, type Json } from "../flows/place.ts";
import { tagKey, tagsOf, type Happening } from "./campaign.ts";

/** A condition that could not be said: a branch that asks nothing, which keeps the draft from being published until somebody says it. */
export const UNSAID: Rule = { kind: "all", of: [] };
/** A question as a rule of ours; null: none says the same. */
export interface Asked {
  readonly rule: Rule | null;
  readonly remarks: readonly Words[];
}

const COLUMNS: Readonly<Record<string, string>> = {
  email: "email",
  phone: "phone",
  mobile: "phone",
  firstname: "first_name",
  lastname: "last_name",
  city: "city",
  country: "country",
  state: "region",
  zipcode: "postal_code",
  timezone: "time_zone",
  preferred_locale: "locale",
  birthday: "birth_date",
  birthdate: "birth_date",
  birth_date: "birth_date",
  date_of_birth: "birth_date",
};
/** The attribute a field of contacts is here, by its alias there. */
export const attributeOf = (alias: string): string =>
  COLUMNS[alias.toLowerCase()] ?? `attributes.${alias.replace(/[.\s]+/g, "_").slice(0, 100) || "value"}`;

export function conditionOf({ type, properties }: Happening, names: FlowNames, forms: (id: string) => string): Asked {
  switch (type) {
    case "lead.field_value":
      return fieldValue(properties);
    case "lead.tags":
      return anyOf(tagsOf(properties["tags"]).map((tag) => groupRule(names, tagKey(tag))));
    case "lead.segments":
      return anyOf(
        list(properties["segments"])
          .map(text)
          .map((id) => segmentRule(names, id)),
      );
    case "lead.points": {
      const op = NUMBERS[text(properties["operator"])];
      const value = Number(text(properties["score"]));
      return op === undefined || !Number.isFinite(value)
        ? NONE
        : { rule: { kind: "attribute", attribute: "attributes.points", is: { op, value } }, remarks: [POINTS] };
    }
    case "lead.dnc": {
      const channels = list(properties["channels"])
        .map(text)
        .filter((one): one is "email" | "sms" => one === "email" || one === "sms");
      return anyOf(channels.map((channel): Rule => ({ kind: "none", of: [{ kind: "consent", channel, topic: "", granted: true }] })));
    }
    case "lead.pageHit":
      return visited(properties, { kind: "ever" });
    case "form.field_value": {
      const is = comparisonOf(text(properties["operator"]), text(properties["value"]));
      const field = text(properties["field"]);
      return is === null || field === ""
        ? NONE
        : {
            rule: {
              kind: "event",
              event: "Form Submitted",
              where: [...named(forms(text(properties["form"]))), { property: field.slice(0, 200), is }],
              window: { kind: "ever" },
              measure: { of: "count" },
              is: { op: "gte", value: 1 },
            },
            remarks: [],
          };
    }
    default:
      return NONE;
  }
}

const NONE: Asked = { rule: null, remarks: [] };
export const POINTS = say(
  "Points are the attribute “points” here; bring them along with your contacts.",
  "Les points sont ici l’attribut «\u00a0points\u00a0»\u00a0; importez-le avec vos contacts.",
);
const NUMBERS: Readonly<Record<string, "eq" | "ne" | "gt" | "gte" | "lt" | "lte">> = {
  eq: "eq",
  "=": "eq",
  neq: "ne",
  "!=": "ne",
  gt: "gt",
  gte: "gte",
  lt: "lt",
  lte: "lte",
};

const groupRule = (names: FlowNames, key: string): Rule | null =>
  names.groups.has(key) ? { kind: "group", group: names.groups.get(key)!, member: true } : null;
const segmentRule = (names: FlowNames, id: string): Rule | null =>
  names.segments.has(id) ? { kind: "segment", segment: names.segments.get(id)!, member: true } : groupRule(names, id);

function anyOf(rules: readonly (Rule | null)[]): Asked {
  const found = rules.filter((rule) => rule !== null);
  // Of alternatives one is lost: the rest would let fewer through, which is for a person to judge.
  if (found.length === 0 || found.length < rules.length) return NONE;
  return { rule: found.length === 1 ? found[0]! : { kind: "any", of: found }, remarks: [] };
}

export const named = (form: string) => (form === "" ? [] : [{ property: "form_name", is: { op: "eq" as const, value: form } }]);

/** A page by its address: `*` stands for anything, as there. */
export function pageFilters(properties: Json) {
  const url = text(properties["url"]).replace(/\*+$/, "").replace(/^\*+/, "");
  return url === "" ? [] : [{ property: "url", is: { op: "contains" as const, value: url.slice(0, 500) } }];
}

function visited(properties: Json, window: { readonly kind: "ever" }): Asked {
  const where = pageFilters(properties);
  return where.length === 0
    ? NONE
    : { rule: { kind: "event", event: "Page Viewed", where, window, measure: { of: "count" }, is: { op: "gte", value: 1 } }, remarks: [] };
}

function fieldValue(properties: Json): Asked {
  const alias = text(properties["field"]);
  const given = properties["value"];
  const value = Array.isArray(given) ? given.map(text).join("|") : text(given) || text(map(given)["value"]);
  const is = comparisonOf(text(properties["operator"]), value);
  if (alias === "" || is === null) return NONE;
  const attribute = attributeOf(alias);
  return {
    rule: { kind: "attribute", attribute, is },
    remarks:
      attribute === "country"
        ? [say("Countries are two letters here: FR, CA.", "Les pays s’écrivent ici en deux lettres\u00a0: FR, CA.")]
        : [],
  };
}

function comparisonOf(operator: string, value: string): Comparison | null {
  const said = value.slice(0, 500);
  const numeric = /^-?\d+(\.\d+)?$/.test(value.trim());
  switch (operator) {
    case "empty":
      return { op: "unset" };
    case "!empty":
      return { op: "set" };
    case "=":
    case "eq":
      return { op: "eq", value: said };
    case "!=":
    case "neq":
      return { op: "ne", value: said };
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return numeric ? { op: operator, value: number(Number(value)) } : null;
    case "contains":
    case "startsWith":
    case "endsWith":
      return said === ""
        ? null
        : { op: ({ contains: "contains", startsWith: "starts_with", endsWith: "ends_with" } as const)[operator], value: said };
    case "like":
    case "!like": {
      const bare = said.replaceAll(/^%|%$/g, "");
      return bare === "" || bare.includes("%") ? null : { op: operator === "like" ? "contains" : "not_contains", value: bare };
    }
    case "in":
    case "!in": {
      const values = value
        .split("|")
        .filter((one) => one !== "")
        .map((one) => one.slice(0, 500))
        .slice(0, 1_000);
      return values.length === 0 ? null : { op: operator === "in" ? "in" : "not_in", values };
    }
    default:
      return null;
  }
}

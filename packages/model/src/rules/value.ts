import { RFM_GROUPS } from "../predictions/rfm.ts";
import type { Comparison } from "./rule.ts";

/** What rules may ask of a customer's value, and what it holds. Scores are 1 to 5; alive and churn 0 to 1; amounts in the workspace's currency. */
export const RFM_PARTS = ["group", "recency", "frequency", "monetary", "worth"] as const;
export type RfmPart = (typeof RFM_PARTS)[number];
export const PREDICTION_FIELDS = ["alive", "churn", "orders90", "nextOn", "value365", "total"] as const;
export type PredictionField = (typeof PREDICTION_FIELDS)[number];

/** `group` is the name of an RFM group (`champions`…); the others compare scores; `worth` is the mean of frequency and amount, halves up. */
export type RfmRule = { readonly kind: "rfm"; readonly part: RfmPart; readonly is: Comparison };
/** `nextOn` is a day, the others are numbers. Unset while there is too little data, and for who never ordered. */
export type PredictionRule = { readonly kind: "prediction"; readonly field: PredictionField; readonly is: Comparison };

const numbers = (is: Comparison): boolean =>
  ["set", "unset", "gt", "gte", "lt", "lte", "between"].includes(is.op) || ((is.op === "eq" || is.op === "ne") && typeof is.value === "number") || ((is.op === "in" || is.op === "not_in") && is.values.every((value) => typeof value === "number"));
const isGroup = (value: unknown): boolean => (RFM_GROUPS as readonly unknown[]).includes(value);

/** Whether such a value is compared so: groups with groups, days with days, numbers with numbers. */
export function valueFits(rule: RfmRule | PredictionRule): boolean {
  const { is } = rule;
  if (rule.kind === "rfm" && rule.part === "group") return is.op === "set" || is.op === "unset" || ((is.op === "eq" || is.op === "ne") && isGroup(is.value)) || ((is.op === "in" || is.op === "not_in") && is.values.every(isGroup));
  if (rule.kind === "prediction" && rule.field === "nextOn") return ["set", "unset", "within_last", "not_within_last", "within_next", "before", "after"].includes(is.op);
  return numbers(is);
}

/** The names in which each is called, French first. */
export const RFM_PART_NAMES: Readonly<Record<RfmPart, readonly [fr: string, en: string]>> = {
  group: ["le groupe RFM", "RFM group"], recency: ["la note de récence", "recency score"], frequency: ["la note de fréquence", "frequency score"], monetary: ["la note de montant", "amount score"], worth: ["la note de fréquence et montant", "frequency and amount score"],
};
export const PREDICTION_NAMES: Readonly<Record<PredictionField, readonly [fr: string, en: string]>> = {
  alive: ["la probabilité d’être encore client", "probability of still being a customer"], churn: ["le risque de ne rien commander en un an", "risk of no order in a year"], orders90: ["le nombre de commandes attendues en 90 jours", "number of orders expected in 90 days"],
  nextOn: ["la date de la prochaine commande attendue", "expected next order"], value365: ["la valeur attendue sur un an", "value expected in a year"], total: ["la valeur totale", "total value"],
};

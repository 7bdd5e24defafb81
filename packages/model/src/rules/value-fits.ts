import { RFM_GROUPS } from "../predictions/rfm.ts";
import type { Comparison, PredictionRule, RfmRule } from "./rule.ts";

const numbers = (is: Comparison): boolean =>
  ["set", "unset", "gt", "gte", "lt", "lte", "between"].includes(is.op) ||
  ((is.op === "eq" || is.op === "ne") && typeof is.value === "number") ||
  ((is.op === "in" || is.op === "not_in") && is.values.every((value) => typeof value === "number"));
const isGroup = (value: unknown): boolean => (RFM_GROUPS as readonly unknown[]).includes(value);

/** Whether such a value is compared so: groups with groups, days with days, numbers with numbers. */
export function valueFits(rule: RfmRule | PredictionRule): boolean {
  const { is } = rule;
  if (rule.kind === "rfm" && rule.part === "group")
    return (
      is.op === "set" ||
      is.op === "unset" ||
      ((is.op === "eq" || is.op === "ne") && isGroup(is.value)) ||
      ((is.op === "in" || is.op === "not_in") && is.values.every(isGroup))
    );
  if (rule.kind === "prediction" && rule.field === "nextOn")
    return ["set", "unset", "within_last", "not_within_last", "within_next", "before", "after"].includes(is.op);
  return numbers(is);
}

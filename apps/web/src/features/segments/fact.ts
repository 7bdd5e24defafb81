import type { Rule } from "@relance/model/rules";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { insightWords } from "./insight-words.ts";

/** The fact a condition's verdict on someone rests on, as text; null where the verdict says it all. */
export function useFactText(): (rule: Rule, fact: unknown) => string | null {
  const say = useWords(insightWords);
  const { number, moment } = useFormats();
  const now = useNow();
  const value = (fact: unknown): string => {
    if (fact === null || fact === undefined || fact === "") return say.noFact;
    if (typeof fact === "number") return number(Math.round(fact * 1e4) / 1e4);
    if (typeof fact === "boolean") return fact ? say.yes : say.no;
    return typeof fact === "string" ? fact : JSON.stringify(fact);
  };
  const when = (fact: unknown): string => (typeof fact === "string" || typeof fact === "number" ? moment(fact, now) : say.noFact);
  return (rule, fact) => {
    switch (rule.kind) {
      case "event":
        return (rule.measure.of === "first" || rule.measure.of === "last") && rule.measure.property === null ? when(fact) : value(fact);
      case "sequence":
        return when(fact);
      case "attribute":
        return rule.attribute === "created_at" || rule.attribute === "last_seen_at" ? when(fact) : value(fact);
      case "affinity":
        return typeof fact === "number" ? ("share" in rule.by ? `${number(Math.round(fact))} %` : say.rank(number(fact))) : say.noFact;
      case "distance":
        return typeof fact === "number" ? `${number(fact)} km` : say.noFact;
      case "prediction":
      case "rfm":
      case "message":
      case "object":
        return value(fact);
      default:
        return null;
    }
  };
}

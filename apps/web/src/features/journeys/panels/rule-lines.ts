import { describe, type Rule } from "@relance/model/rules";
import { useSession } from "../../../app/session.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import type { Names } from "../names.ts";

/** The conditions of a rule that are false for someone, each as a sentence; groups are looked into. */
export function useRuleLines(names: Names): (rule: Rule, truths: ReadonlyMap<string, boolean>) => readonly string[] {
  const { language } = useLanguage();
  const { workspace } = useSession();
  const sentence = (rule: Rule): string =>
    describe(rule, language, { ...names, currency: workspace?.currency ?? "EUR" })
      .map((phrase) => phrase.text)
      .join("");
  const look = (rule: Rule, path: string, truths: ReadonlyMap<string, boolean>): readonly string[] => {
    if (truths.get(path) !== false) return [];
    if (rule.kind !== "all") return [sentence(rule)];
    return rule.of.flatMap((child, at) => look(child, `${path}.of[${at}]`, truths));
  };
  return (rule, truths) => look(rule, "root", truths);
}

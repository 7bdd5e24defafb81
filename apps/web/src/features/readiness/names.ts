import type { JudgedJourney, MeasuredNeed } from "@relance/contract/readiness";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { sortOf, useSyncOf } from "../sources/sync-source.ts";
import { fieldWords, readinessWords } from "./words.ts";

const known = <T extends object>(words: T, name: string): name is Extract<keyof T, string> => Object.hasOwn(words, name);

/** What needs, fields and verdicts are called. */
export function useReadinessNames() {
  const say = useWords(readinessWords);
  const fields = useWords(fieldWords);
  const { number } = useFormats();
  const syncOf = useSyncOf();
  const { language } = useLanguage();
  const percent = (share: number): string => `${number(Math.round(share * 100))}${language === "en" ? "%" : "\u00a0%"}`;
  const field = (name: string): string => (known(fields, name) ? fields[name] : name.replace(/^attributes\./, "").replaceAll("_", " "));
  const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
  const need = (one: MeasuredNeed): string => {
    const name = one.name ?? "";
    const said =
      one.of === "event"
        ? say.needs.event(name)
        : one.of === "attribute"
          ? say.needs.attribute(field(name))
          : one.of === "consent"
            ? say.needs.consent(known(say.channels, name) ? say.channels[name] : name)
            : one.of === "template"
              ? say.needs.template(one.label ?? "")
              : say.needs[one.of];
    return one.why === "silent" ? say.silent(said) : said;
  };
  const list = (needs: readonly MeasuredNeed[]): string =>
    needs.map((one) => need(one) + (one.met === "partly" && one.share !== null ? ` ${percent(one.share)}` : "")).join(", ");
  /** What keeps a journey from starting, else what it reaches only in part. */
  const because = (journey: Pick<JudgedJourney, "needs">): string | null => {
    const essential = journey.needs.filter((one) => one.essential);
    const missing = essential.filter((one) => one.met === "no");
    if (missing.length > 0) return say.lacks(list(missing));
    const partly = essential.filter((one) => one.met === "partly");
    return partly.length > 0 ? say.partly(list(partly)) : null;
  };
  const source = (name: string): string =>
    syncOf(name)?.name ?? (known(say.sources, sortOf(name)) ? say.sources[sortOf(name) as keyof typeof say.sources] : name);
  return {
    field: (name: string) => (name.startsWith("attributes.") && !known(fields, name) ? field(name) : capital(field(name))),
    plain: field,
    need,
    list,
    because,
    percent,
    source,
    capital,
  };
}

import type { LibraryNeed } from "@relance/contract/library";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { libraryWords } from "./words.ts";

/** What a need is called, and what there is of it. */
export function useNeedWords() {
  const say = useWords(libraryWords);
  const { day, number } = useFormats();
  const { language } = useLanguage();
  const percent = (share: number): string => `${number(Math.round(share * 100))}${language === "en" ? "%" : "\u00a0%"}`;
  const name = (need: LibraryNeed): string => {
    if (need.of === "event") return say.needs.event(need.name ?? "");
    if (need.of !== "attribute") return say.needs[need.of];
    const field = (need.name ?? "").replace(/^attributes\./, "");
    return say.needs.attribute(field in say.fields ? say.fields[field as keyof typeof say.fields] : field.replaceAll("_", " "));
  };
  const measure = (need: LibraryNeed): string =>
    need.lastSeen !== null
      ? say.seen(day(need.lastSeen))
      : need.share !== null && need.share > 0
        ? say.share(percent(need.share))
        : say.met[need.met];
  /** The line of a card: what is missing, else what is known of part of the contacts only. */
  const line = (needs: readonly LibraryNeed[]): string | null => {
    const missing = needs.filter((need) => need.met === "no");
    if (missing.length > 0) return say.lacks(missing.map(name).join(", "));
    const partly = needs.find((need) => need.met === "partly");
    return partly ? say.partly(name(partly), percent(partly.share ?? 0)) : null;
  };
  return { name, measure, line };
}

import type { Language } from "../base/index.ts";
import { describeEvents, type RuleNames } from "../rules/index.ts";
import type { Computation } from "./computed.ts";

/** A computed attribute in words: "Total of amount: order, in the last 2 years." */
export function describeComputation(of: Computation, language: Language, names: RuleNames): string {
  const fr = language === "fr";
  const { measure } = of;
  const property =
    !("property" in measure) || measure.property === null
      ? ""
      : measure.property === "amount"
        ? fr
          ? "montant"
          : "amount"
        : measure.property;
  const dated = (measure.of === "first" || measure.of === "last") && measure.property === null;
  const [french, english] = dated ? DATED[measure.of as "first" | "last"] : NAMES[measure.of];
  return `${fr ? french : english}${property && ` ${property}`}${fr ? "\u00a0: " : ": "}${describeEvents(of, language, names)}.`;
}

const NAMES: Readonly<Record<Computation["measure"]["of"], readonly [fr: string, en: string]>> = {
  count: ["Nombre", "Number"],
  sum: ["Total de", "Total of"],
  avg: ["Moyenne de", "Average of"],
  min: ["Plus petit", "Smallest"],
  max: ["Plus grand", "Largest"],
  first: ["Première valeur de", "First"],
  last: ["Dernière valeur de", "Last"],
  favourite: ["Valeur la plus fréquente de", "Most frequent"],
  distinct: ["Nombre de valeurs différentes de", "Number of different"],
  days_between: ["Jours d’une fois à la suivante", "Days from one to the next"],
};
const DATED = { first: ["Date de la première fois", "Date of the first"], last: ["Date de la dernière fois", "Date of the last"] } as const;

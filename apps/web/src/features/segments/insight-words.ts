import { defineWords } from "../../i18n/words.ts";

export const insightWords = defineWords({
  en: {
    about: (n: string) => `about ${n}`, exactly: "Count exactly", exactDone: (percent: number) => `Exact count: ${percent}%`, stopExact: "The estimate will do", ifSaved: "If you save", joining: (n: number, shown: string) => (n === 1 ? "1 contact joins" : `${shown} contacts join`), leaving: (n: number, shown: string) => (n === 1 ? "1 contact leaves" : `${shown} contacts leave`),
    noChange: "The same contacts stay.", staying: (n: number, shown: string) => (n === 1 ? "1 stays." : `${shown} stay.`), andMore: (n: string) => `and ${n} more`, visitor: "A visitor",
    overlap: "Compare with", choose: "Choose a segment", both: "in both", onlyHere: "only here", onlyThere: (name: string) => `only in “${name}”`,
    growth: "Growth", growthHelp: "Who this rule would have named: past events, today’s fields. An estimate.", before: (days: string, n: string) => `${days} days ago: about ${n}`,
    fact: (text: string) => `This person: ${text}`, noFact: "nothing", yes: "yes", no: "no", rank: (n: string) => `rank ${n}`,
  },
  fr: {
    about: (n) => `environ ${n}`, exactly: "Compter exactement", exactDone: (percent) => `Comptage exact : ${percent} %`, stopExact: "L’estimation suffit", ifSaved: "Si vous enregistrez", joining: (n, shown) => (n < 2 ? `${shown} contact entre` : `${shown} contacts entrent`), leaving: (n, shown) => (n < 2 ? `${shown} contact sort` : `${shown} contacts sortent`),
    noChange: "Les mêmes contacts restent.", staying: (n, shown) => (n < 2 ? `${shown} reste.` : `${shown} restent.`), andMore: (n) => `et ${n} autres`, visitor: "Un visiteur",
    overlap: "Comparer avec", choose: "Choisir un segment", both: "dans les deux", onlyHere: "ici seulement", onlyThere: (name) => `dans « ${name} » seulement`,
    growth: "Évolution", growthHelp: "Qui cette règle aurait désigné : événements passés, champs d’aujourd’hui. Une estimation.", before: (days, n) => `Il y a ${days} jours : environ ${n}`,
    fact: (text) => `Cette personne : ${text}`, noFact: "rien", yes: "oui", no: "non", rank: (n) => `rang ${n}`,
  },
});

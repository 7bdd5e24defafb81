import { defineWords } from "../../i18n/words.ts";

export const historyWords = defineWords({
  en: {
    first: "The first list is being made",
    changing: "The new rule is being computed",
    stays: "The former list stays in force until the new one is complete, then switches at once.",
    takeBack: "Take the change back",
    progress: (percent: number) => `${percent}% done`,
    lately: (entered: number, left: number, text: (n: number) => string) => `${text(entered)} entered and ${text(left)} left over 30 days.`,
    line: (from: string, to: string) => `Size of the segment over 30 days: from ${from} to ${to}`,
  },
  fr: {
    first: "La première liste se prépare",
    changing: "La nouvelle règle est en cours de calcul",
    stays: "L’ancienne liste reste en vigueur jusqu’à ce que la nouvelle soit complète, puis tout bascule d’un coup.",
    takeBack: "Revenir à l’ancienne règle",
    progress: (percent) => `Fait à ${percent} %`,
    lately: (entered, left, text) =>
      `${text(entered)} ${entered < 2 ? "entrée" : "entrées"} et ${text(left)} ${left < 2 ? "sortie" : "sorties"} en 30 jours.`,
    line: (from, to) => `Taille du segment sur 30 jours : de ${from} à ${to}`,
  },
});

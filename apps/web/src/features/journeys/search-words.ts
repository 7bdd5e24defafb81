import { defineWords } from "../../i18n/words.ts";

export const searchWords = defineWords({
  en: {
    open: "Search in the journey (Ctrl F)",
    label: "Search in the journey",
    hint: "A step, a word of a message…",
    none: "no step",
    which: (n: number, of: number) => `${n} of ${of}`,
    before: "The one before",
    next: "The next one",
    close: "Close the search",
  },
  fr: {
    open: "Chercher dans le scénario (Ctrl F)",
    label: "Chercher dans le scénario",
    hint: "Une étape, un mot d’un message…",
    none: "aucune étape",
    which: (n, of) => `${n} sur ${of}`,
    before: "La précédente",
    next: "La suivante",
    close: "Fermer la recherche",
  },
});

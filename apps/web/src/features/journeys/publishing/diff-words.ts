import { defineWords } from "../../../i18n/words.ts";

export const diffWords = defineWords({
  en: {
    drawing: "What changes, on the drawing",
    pick: "Choose a step to read what it said before.",
    notYet: "This step did not exist.",
    gone: "This step is gone.",
    live: (n: number) => `Live, version ${n}`,
    draft: (n: number) => `Version ${n}, to be published`,
    version: (n: number) => `Version ${n}`,
    nothing: "Before the first version",
    look: "Look",
    back: "All versions",
    compare: (from: string, to: string) => `${from} → ${to}`,
  },
  fr: {
    drawing: "Ce qui change, sur le tracé",
    pick: "Choisissez une étape pour lire ce qu’elle disait avant.",
    notYet: "Cette étape n’existait pas.",
    gone: "Cette étape n’existe plus.",
    live: (n) => `En ligne, version ${n}`,
    draft: (n) => `Version ${n}, à publier`,
    version: (n) => `Version ${n}`,
    nothing: "Avant la première version",
    look: "Voir",
    back: "Toutes les versions",
    compare: (from, to) => `${from} → ${to}`,
  },
});

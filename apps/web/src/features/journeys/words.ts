import { defineWords } from "../../i18n/words.ts";

export const journeyWords = defineWords({
  en: {
    title: "Journeys", name: "Journey", state: "State", here: "Inside now", entered: "Entered", goal: "Reached the goal", changed: "draft changed since",
    states: { draft: "Draft", live: "Live", paused: "Paused", archived: "Archived" },
    none: "A journey answers what people do.", noneText: "Write the message first, then say when it leaves: an event such as an abandoned cart, or the entry into a segment. Nothing is sent before you publish.", toTemplates: "Write a first message",
  },
  fr: {
    title: "Scénarios", name: "Scénario", state: "État", here: "En cours", entered: "Entrés", goal: "But atteint", changed: "brouillon modifié depuis",
    states: { draft: "Brouillon", live: "Actif", paused: "En pause", archived: "Archivé" },
    none: "Un scénario répond à ce que font les gens.", noneText: "Écrivez d’abord le message, puis dites quand il part : un événement comme un panier laissé, ou l’entrée dans un segment. Rien n’est envoyé avant la publication.", toTemplates: "Écrire un premier message",
  },
});

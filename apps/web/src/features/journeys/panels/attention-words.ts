import { defineWords } from "../../../i18n/words.ts";

export const attentionWords = defineWords({
  en: {
    title: "Beside other journeys", note: "Asked at the gate, when a message is about to leave.", priority: "Priority", priorityHelp: "0 to 100; of two messages to one person the higher goes first. 50 is usual.",
    group: "Exclusion group", groupHelp: "Journeys of the same group exclude each other: a person hears from one at a time. Empty: none.", tags: "Tags", tagsHelp: "Separated by commas; caps may count by them.", word: "Lower-case letters, digits, - and _ only.",
    patience: "A message waits at most", patienceHelp: "Held longer than this, it is not sent. At most 30 days.", ownPatience: "Waits for a time of its own", atOnce: "Do not wait for a person’s best hour", recheckFilter: "Ask the condition of entry again at each message", recheckProducts: "Skip messages whose products are sold out or have become dearer",
  },
  fr: {
    title: "Face aux autres scénarios", note: "Demandé au contrôle, quand un message va partir.", priority: "Priorité", priorityHelp: "De 0 à 100 ; de deux messages à une personne, le plus haut passe d’abord. 50 d’habitude.",
    group: "Groupe d’exclusion", groupHelp: "Les scénarios d’un même groupe s’excluent : une personne n’en entend qu’un à la fois. Vide : aucun.", tags: "Étiquettes", tagsHelp: "Séparées par des virgules ; les plafonds peuvent les compter.", word: "Minuscules sans accent, chiffres, - et _ seulement.",
    patience: "Un message attend au plus", patienceHelp: "Retenu plus longtemps, il ne part pas. 30 jours au plus.", ownPatience: "A sa propre patience", atOnce: "Ne pas attendre la meilleure heure de la personne", recheckFilter: "Redemander la condition d’entrée à chaque message", recheckProducts: "Écarter les messages dont les produits sont épuisés ou ont augmenté",
  },
});

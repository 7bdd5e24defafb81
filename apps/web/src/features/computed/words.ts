import { defineWords } from "../../i18n/words.ts";

export const computedWords = defineWords({
  en: {
    help: "A computed field holds a number, a date or a favourite told from what each contact did. It is kept true at every moment, and serves in segments, journeys and messages like any other field.",
    none: "No computed field yet.", add: "Add a computed field", name: "Name", nameHelp: "Such as “Total spent”", key: "Key", keyHelp: (key: string) => `In messages: {{ contact.${key} }}`, event: "Event", measure: "What to keep", property: "Property", create: "Add the field",
    measures: { count: "how many times", sum: "total of", avg: "average of", min: "smallest", max: "largest", first: "first", last: "last", favourite: "most frequent", distinct: "number of different", days_between: "days from one to the next" }, wholeDate: "its date",
    states: { building: "Computing", live: "Live", removing: "Removing" }, remove: "Remove", sure: "Remove it from every contact", keep: "Keep", sample: "For example", nothing: "nothing",
  },
  fr: {
    help: "Un champ calculé garde un nombre, une date ou une préférence tirés de ce que chaque contact a fait. Il est tenu à jour à tout instant et sert dans les segments, les scénarios et les messages comme tout autre champ.",
    none: "Aucun champ calculé pour l’instant.", add: "Ajouter un champ calculé", name: "Nom", nameHelp: "Par exemple « Total dépensé »", key: "Clé", keyHelp: (key) => `Dans les messages : {{ contact.${key} }}`, event: "Événement", measure: "Que garder", property: "Propriété", create: "Ajouter le champ",
    measures: { count: "nombre de fois", sum: "total de", avg: "moyenne de", min: "plus petit", max: "plus grand", first: "premier", last: "dernier", favourite: "le plus fréquent", distinct: "nombre de différents", days_between: "jours d’une fois à la suivante" }, wholeDate: "sa date",
    states: { building: "En calcul", live: "Actif", removing: "En retrait" }, remove: "Retirer", sure: "Le retirer de tous les contacts", keep: "Garder", sample: "Par exemple", nothing: "rien",
  },
});

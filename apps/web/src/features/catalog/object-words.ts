import { defineWords } from "../../i18n/words.ts";

export const objectWords = defineWords({
  en: {
    none: "Tell what else your contacts have.", noneText: "A subscription, a loyalty card, an appointment: declare its fields once. Your shop, a file or the API then fill it; segments ask about it, journeys begin by its dates, messages show it.", add: "Declare a type", edit: "Fields", name: "Type", fields: "Fields", count: "How many", event: "Its event",
    one: "Name of one", many: "Name of several", french: "in French", english: "in English", key: "Key", keyHelp: "Small letters, digits and _; it never changes.", kind: "Kind", kinds: { text: "Text", number: "Number", boolean: "Yes or no", date: "Day", moment: "Moment", choice: "Choice" }, choices: "Choices", choicesHelp: "Separated by commas", addField: "Add a field", removeField: "Leave this field out", archive: "Archive the type",
    find: "Id", no: (many: string) => `No ${many} yet.`, noText: "Add one here, or send them by the API or as events: the guide shows how.", addOne: "Add", id: "Id", contact: "Contact", email: "E-mail of the contact", changed: "Changed", unnamed: "Unnamed", yes: "Yes", noWord: "No", save: "Save", cancel: "Cancel", remove: "Remove", back: "All types", more: "Show more", nothing: "Nothing answers.",
    history: "History", moments: { created: "Added", changed: "Changed", removed: "Removed" }, undo: "Undo", removed: "Removed", source: "Source", events: "Events", byApi: "API or this page", ofContact: "Objects", empty: "—",
  },
  fr: {
    none: "Dites ce que vos contacts ont d’autre.", noneText: "Un abonnement, une carte de fidélité, un rendez-vous : déclarez ses champs une fois. Votre boutique, un fichier ou l’API les remplissent ; les segments les interrogent, les scénarios partent de leurs dates, les messages les montrent.", add: "Déclarer un type", edit: "Champs", name: "Type", fields: "Champs", count: "Combien", event: "Son événement",
    one: "Nom au singulier", many: "Nom au pluriel", french: "en français", english: "en anglais", key: "Clé", keyHelp: "Minuscules, chiffres et _ ; elle ne change jamais.", kind: "Nature", kinds: { text: "Texte", number: "Nombre", boolean: "Oui ou non", date: "Jour", moment: "Moment", choice: "Choix" }, choices: "Choix", choicesHelp: "Séparés par des virgules", addField: "Ajouter un champ", removeField: "Retirer ce champ", archive: "Archiver le type",
    find: "Identifiant", no: (many: string) => `Pas encore de ${many}.`, noText: "Ajoutez-en ici, ou envoyez-les par l’API ou en événements : le guide montre comment.", addOne: "Ajouter", id: "Identifiant", contact: "Contact", email: "E-mail du contact", changed: "Modifié", unnamed: "Sans nom", yes: "Oui", noWord: "Non", save: "Enregistrer", cancel: "Annuler", remove: "Retirer", back: "Tous les types", more: "Afficher la suite", nothing: "Rien ne répond.",
    history: "Historique", moments: { created: "Ajout", changed: "Modification", removed: "Retrait" }, undo: "Défaire", removed: "Retiré", source: "Source", events: "Événements", byApi: "API ou cette page", ofContact: "Objets", empty: "—",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const importWords = defineWords({
  en: {
    title: "Imports", file: "File", state: "State", rows: "Rows", at: "Started",
    states: { uploaded: "To map", checking: "Checking", checked: "Checked", running: "Running", done: "Done", failed: "Failed", cancelled: "Stopped" },
    none: "Bring the customers you already have.", noneText: "A CSV file of contacts, orders or products is read and checked first: you see how many rows are good and why others are not, before anything changes.", upload: "Choose a CSV file",
  },
  fr: {
    title: "Imports", file: "Fichier", state: "État", rows: "Lignes", at: "Commencé",
    states: { uploaded: "À relier", checking: "Vérification", checked: "Vérifié", running: "En cours", done: "Terminé", failed: "Échoué", cancelled: "Arrêté" },
    none: "Faites venir les clients que vous avez déjà.", noneText: "Un fichier CSV de contacts, de commandes ou de produits est d’abord lu et vérifié : vous voyez combien de lignes sont bonnes et pourquoi les autres ne le sont pas, avant que rien ne change.", upload: "Choisir un fichier CSV",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const exportWords = defineWords({
  en: {
    title: "Download the list",
    help: "A CSV file of the members as they are now. Each download is noted in the audit log.",
    columns: "Columns",
    entered: "entered the segment on",
    save: "Download",
  },
  fr: {
    title: "Télécharger la liste",
    help: "Un fichier CSV des membres du moment. Chaque téléchargement est noté au journal.",
    columns: "Colonnes",
    entered: "entrée dans le segment",
    save: "Télécharger",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const pointWords = defineWords({
  en: {
    none: "No sign-up point yet.",
    noneText:
      "A form on your site, a shop or a file brings contacts; this page then says what each of them collects and what it could ask besides.",
    toImports: "Import a file",
    point: "Sign-up point",
    people: "Contacts",
    collects: "Collects",
    misses: "Could ask for",
    kinds: { form: "form", source: "source" },
  },
  fr: {
    none: "Aucun point de collecte pour l’instant.",
    noneText:
      "Un formulaire, une boutique ou un fichier apporte des contacts ; cette page dira ce que chacun recueille et ce qu’il pourrait demander de plus.",
    toImports: "Importer un fichier",
    point: "Point de collecte",
    people: "Contacts",
    collects: "Recueille",
    misses: "Pourrait demander",
    kinds: { form: "formulaire", source: "source" },
  },
});

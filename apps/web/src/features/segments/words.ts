import { defineWords } from "../../i18n/words.ts";

export const segmentWords = defineWords({
  en: {
    title: "Segments", name: "Segment", members: "Contacts", state: "State", live: "Live", building: "Computing", archived: "Archived",
    none: "A segment is a question asked all the time.", noneText: "As soon as contacts and events arrive, a rule such as “ordered in the last 30 days” keeps its own list, always exact, ready to start a journey.", toImports: "Import contacts first",
  },
  fr: {
    title: "Segments", name: "Segment", members: "Contacts", state: "État", live: "Actif", building: "En calcul", archived: "Archivé",
    none: "Un segment est une question posée en continu.", noneText: "Dès que des contacts et des événements arrivent, une règle comme « a commandé dans les 30 derniers jours » tient sa liste à jour, toujours exacte, prête à lancer un scénario.", toImports: "Importer d’abord des contacts",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const templateWords = defineWords({
  en: {
    title: "Content", name: "Template", state: "State", languages: "Languages", changed: "Changed", draft: "Draft", live: (version: string) => `Version ${version}`, since: "changed since",
    marketing: "Marketing", transactional: "Transactional",
    none: "A template is what people will read.", noneText: "Start from a ready design, in French and English, with your colours and your address. You read it as a contact before anything can leave.", start: "Start from a design", untitled: "Untitled",
  },
  fr: {
    title: "Contenus", name: "Modèle", state: "État", languages: "Langues", changed: "Modifié", draft: "Brouillon", live: (version: string) => `Version ${version}`, since: "modifié depuis",
    marketing: "Marketing", transactional: "Transactionnel",
    none: "Un modèle est ce que les gens liront.", noneText: "Partez d’une maquette prête, en français et en anglais, à vos couleurs et avec votre adresse. Vous la lirez comme un contact avant que rien ne parte.", start: "Partir d’une maquette", untitled: "Sans titre",
  },
});

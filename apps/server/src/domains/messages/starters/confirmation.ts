import { button, layout, paragraph, title } from "./layout.ts";
import type { Starter } from "./starter.ts";

// No offer and no other link: it answers what its reader has just asked for, and nothing else.
const mail = (language: "fr" | "en", subject: string, preheader: string, body: readonly string[]) => ({
  subject,
  preheader,
  format: "mjml" as const,
  text: null,
  source: layout({ language, title: subject, body: body.join("\n      "), answers: true }),
});

export const confirmation: Starter = {
  key: "confirmation",
  names: { fr: "Confirmation d’inscription", en: "Sign-up confirmation" },
  descriptions: { fr: "Demande de confirmer l’adresse donnée à un formulaire.", en: "Asks to confirm the address given to a form." },
  class: "transactional",
  content: {
    version: 1,
    fallback: "fr",
    variants: {
      fr: mail("fr", "Confirmez votre inscription", "Un dernier clic, et c’est fait.", [
        title("Plus qu’un clic"),
        paragraph(
          "Vous venez de donner cette adresse à {{ store.name }}. Confirmez que c’est bien la vôtre\u00a0: rien ne vous sera envoyé avant.",
        ),
        button("{{ confirm_url }}", "Confirmer mon inscription"),
        paragraph("Ce n’était pas vous\u00a0? Ne faites rien\u00a0: sans confirmation, votre demande est oubliée."),
      ]),
      en: mail("en", "Confirm your sign-up", "One last click and it’s done.", [
        title("One click to go"),
        paragraph(
          "You have just given this address to {{ store.name }}. Please confirm that it is yours: you will get nothing before that.",
        ),
        button("{{ confirm_url }}", "Confirm my sign-up"),
        paragraph("It wasn’t you? Do nothing: without confirmation, your request is forgotten."),
      ]),
    },
  },
};

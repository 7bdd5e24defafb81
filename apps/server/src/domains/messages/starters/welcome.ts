import { button, layout, paragraph, title } from "./layout.ts";
import type { Starter } from "./starter.ts";

export const welcome: Starter = {
  key: "welcome",
  names: { fr: "Bienvenue", en: "Welcome" },
  descriptions: { fr: "Le premier message, juste après l’inscription.", en: "The first message, right after sign-up." },
  class: "marketing",
  content: {
    version: 1,
    fallback: "fr",
    variants: {
      fr: {
        subject: "Bienvenue chez {{ store.name }}\u202f!",
        preheader: "Ce que vous recevrez, à quel rythme, et par où commencer.",
        format: "mjml",
        text: null,
        source: layout({
          language: "fr",
          title: "Bienvenue",
          body: [
            title("Heureux de vous compter parmi nous"),
            paragraph("Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph(
              "Merci de votre confiance. Voici ce que vous pouvez attendre de nous : des nouveautés choisies, quelques conseils utiles et, de temps en temps, une offre qui en vaut la peine. Rien de plus, et jamais tous les jours.",
            ),
            paragraph(
              "Pour commencer, le plus simple est de faire un tour en boutique. Si une question vous vient, répondez à ce message : une vraie personne vous lira.",
            ),
            button("{{ store.url }}", "Découvrir la boutique"),
            paragraph("À très vite,<br />L’équipe de {{ store.name }}"),
          ].join("\n      "),
        }),
      },
      en: {
        subject: "Welcome to {{ store.name }}",
        preheader: "What you will get, how often, and where to start.",
        format: "mjml",
        text: null,
        source: layout({
          language: "en",
          title: "Welcome",
          body: [
            title("Good to have you with us"),
            paragraph("Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph(
              "Thank you for joining. Here is what to expect: new arrivals worth a look, a few useful tips and, now and then, an offer that earns its place. Nothing more, and never every day.",
            ),
            paragraph(
              "The easiest way to begin is to look around the shop. If a question comes up, reply to this message: a real person will read it.",
            ),
            button("{{ store.url }}", "Visit the shop"),
            paragraph("See you soon,<br />The {{ store.name }} team"),
          ].join("\n      "),
        }),
      },
    },
  },
};

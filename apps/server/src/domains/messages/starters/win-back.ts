import { button, layout, paragraph, rule, title } from "./layout.ts";
import type { Starter } from "./starter.ts";

export const winBack: Starter = {
  key: "win_back",
  names: { fr: "Reconquête", en: "Win-back" },
  descriptions: { fr: "Pour qui n’a rien acheté depuis longtemps.", en: "For those who have not bought for a long time." },
  class: "marketing",
  content: {
    version: 1,
    fallback: "fr",
    variants: {
      fr: {
        subject: "Cela fait un moment…",
        preheader: "Ce qui a changé depuis votre dernière visite.",
        format: "mjml",
        text: null,
        source: layout({
          language: "fr",
          title: "Cela fait un moment",
          body: [
            title("Cela fait un moment que nous ne vous avons pas vu"),
            paragraph("Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph(
              "Depuis votre dernière commande, la boutique a bien changé : de nouvelles pièces sont arrivées, et quelques classiques sont de retour.",
            ),
            paragraph(
              "{% if coupon.code %}Pour vous donner envie de revenir, voici un code valable sur votre prochaine commande : <strong>{{ coupon.code }}</strong>.{% else %}Prenez le temps d’y jeter un œil.{% endif %}",
            ),
            button("{{ store.url }}", "Voir ce qui a changé"),
            rule,
            paragraph(
              'Vous préférez ne plus recevoir nos messages ? Aucun problème : <a href="{{ unsubscribe_url }}">désinscrivez-vous en un clic</a>.',
            ),
          ].join("\n      "),
        }),
      },
      en: {
        subject: "It has been a while…",
        preheader: "What has changed since your last visit.",
        format: "mjml",
        text: null,
        source: layout({
          language: "en",
          title: "It has been a while",
          body: [
            title("We have not seen you for a while"),
            paragraph("Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph("A lot has changed since your last order: new pieces have arrived, and a few classics are back."),
            paragraph(
              "{% if coupon.code %}To welcome you back, here is a code for your next order: <strong>{{ coupon.code }}</strong>.{% else %}Take a moment to look around.{% endif %}",
            ),
            button("{{ store.url }}", "See what is new"),
            rule,
            paragraph('Rather not hear from us? No problem: <a href="{{ unsubscribe_url }}">unsubscribe in one click</a>.'),
          ].join("\n      "),
        }),
      },
    },
  },
};

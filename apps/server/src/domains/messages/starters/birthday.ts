import { button, layout, paragraph, title } from "./layout.ts";
import type { Starter } from "./starter.ts";

export const birthday: Starter = {
  key: "birthday",
  names: { fr: "Anniversaire", en: "Birthday" },
  descriptions: {
    fr: "Un mot et, si vous le souhaitez, un code le jour de l’anniversaire.",
    en: "A word and, if you like, a code on the day.",
  },
  class: "marketing",
  content: {
    version: 1,
    fallback: "fr",
    variants: {
      fr: {
        subject: "Joyeux anniversaire{% if contact.first_name %} {{ contact.first_name }}{% endif %}\u202f!",
        preheader: "Une petite attention pour votre journée.",
        format: "mjml",
        text: null,
        source: layout({
          language: "fr",
          title: "Joyeux anniversaire",
          body: [
            title("Joyeux anniversaire !"),
            paragraph("Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph(
              "Toute l’équipe vous souhaite une très belle journée. Pour la marquer, nous avons glissé une petite attention dans ce message.",
            ),
            paragraph(
              '{% if coupon.code %}Votre code : <strong style="font-size:20px;letter-spacing:2px;color:#0d3f4a">{{ coupon.code }}</strong>{% else %}Passez nous voir : une surprise vous attend.{% endif %}',
            ),
            button("{{ store.url }}", "Me faire plaisir"),
            paragraph("Belle journée à vous,<br />L’équipe de {{ store.name }}"),
          ].join("\n      "),
        }),
      },
      en: {
        subject: "Happy birthday{% if contact.first_name %}, {{ contact.first_name }}{% endif %}!",
        preheader: "A little something for your day.",
        format: "mjml",
        text: null,
        source: layout({
          language: "en",
          title: "Happy birthday",
          body: [
            title("Happy birthday!"),
            paragraph("Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph("The whole team wishes you a lovely day. To mark it, we have put a little something in this message."),
            paragraph(
              '{% if coupon.code %}Your code: <strong style="font-size:20px;letter-spacing:2px;color:#0d3f4a">{{ coupon.code }}</strong>{% else %}Come and see us: a surprise is waiting.{% endif %}',
            ),
            button("{{ store.url }}", "Treat myself"),
            paragraph("Enjoy your day,<br />The {{ store.name }} team"),
          ].join("\n      "),
        }),
      },
    },
  },
};

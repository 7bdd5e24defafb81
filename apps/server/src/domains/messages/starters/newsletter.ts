import { button, layout, paragraph, rule, title } from "./layout.ts";
import type { Starter } from "./starter.ts";

export const newsletter: Starter = {
  key: "newsletter",
  names: { fr: "Lettre d’information", en: "Newsletter" },
  descriptions: { fr: "Un mot d’introduction et trois articles.", en: "An introduction and three articles." },
  class: "marketing",
  content: {
    version: 1,
    fallback: "fr",
    variants: {
      fr: {
        subject: "Les nouvelles de {{ store.name }}",
        preheader: "Trois lectures pour la semaine.",
        format: "mjml",
        text: null,
        source: layout({
          language: "fr",
          title: "Les nouvelles",
          body: [
            title("Les nouvelles de la semaine"),
            paragraph("Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph(
              "Écrivez ici deux ou trois phrases qui donnent envie de lire la suite, comme si vous vous adressiez à une seule personne.",
            ),
            rule,
            paragraph(
              "<strong>Premier article</strong><br />Dites l’essentiel en deux lignes : ce que l’on y apprend, et pourquoi maintenant.",
            ),
            paragraph("<strong>Deuxième article</strong><br />Un conseil, une histoire, les coulisses d’un produit."),
            paragraph("<strong>Troisième article</strong><br />Ce que vos clients en disent."),
            button("{{ store.url }}", "Tout lire sur le site"),
            paragraph("Bonne lecture,<br />L’équipe de {{ store.name }}"),
          ].join("\n      "),
        }),
      },
      en: {
        subject: "News from {{ store.name }}",
        preheader: "Three things to read this week.",
        format: "mjml",
        text: null,
        source: layout({
          language: "en",
          title: "News",
          body: [
            title("This week’s news"),
            paragraph("Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},"),
            paragraph("Write two or three sentences here that make people want to read on, as if you were writing to one person."),
            rule,
            paragraph("<strong>First article</strong><br />Say the essential in two lines: what readers will learn, and why now."),
            paragraph("<strong>Second article</strong><br />A tip, a story, how a product is made."),
            paragraph("<strong>Third article</strong><br />What your customers say about it."),
            button("{{ store.url }}", "Read it all on the site"),
            paragraph("Enjoy,<br />The {{ store.name }} team"),
          ].join("\n      "),
        }),
      },
    },
  },
};

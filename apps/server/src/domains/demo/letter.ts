import { DAY, HOUR, MINUTE, type Id, type Instant } from "@relance/model/base";
import { localDate } from "@relance/model/consent";
import { EMPTY_GRAPH } from "@relance/model/journeys";
import type { Content } from "@relance/model/messages";
import type { Actor } from "../../platform/http/actor.ts";
import { createJourney, publishJourney } from "../journeys/index.ts";
import { button, createTemplate, layout, paragraph, publishTemplate, title } from "../messages/index.ts";
import { createSegment } from "../segments/index.ts";
import { email } from "./journeys.ts";
import type { Past } from "./replay.ts";

const ZONE = "Europe/Paris";
const EVERY = 3; // weeks
/** Days before the present of the first letter; the next is due in two days. */
const FIRST = 82;
/** When the letter is got ready: it goes out for the first time a day later. */
export const writingSince = (now: Instant): Instant => now - (FIRST + 1) * DAY;

/** Those of the magazine the reader has not read. */
const articles = (more: string): string =>
  `<mj-text>{% for article in articles %}<div style="padding:12px 0;border-bottom:1px solid #dbe2df"><a href="{{ article.url }}" style="color:#0d3f4a;font-weight:bold;text-decoration:none">{{ article.title }}</a><br /><span style="color:#5a6d70">{{ article.summary }}</span><br /><a href="{{ article.url }}" style="color:#0d3f4a">${more}</a></div>{% endfor %}</mj-text>`;
const HELLO = {
  fr: "Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},",
  en: "Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},",
};

/** What the shop writes to its circle, and at the end of some journeys. */
const LETTER: Content = {
  version: 1,
  fallback: "fr",
  variants: {
    fr: {
      subject: "{% if articles.first %}À lire\u00a0: {{ articles.first.title }}{% else %}Des nouvelles de la maison{% endif %}",
      preheader: "Quelques minutes de lecture, du côté de la cuisine.",
      format: "mjml",
      text: null,
      source: layout({
        language: "fr",
        title: "La lettre de Fauvel",
        body: [
          title("La lettre de Fauvel"),
          paragraph(HELLO.fr),
          paragraph(
            "{% if articles.first %}Voici ce que nous avons écrit pour vous ces derniers temps.{% else %}Pas de nouvel article cette fois\u00a0: le marché et la saison suffisent.{% endif %}",
          ),
          articles("Lire l’article"),
          button("{{ store.url }}", "Passer à la boutique"),
          paragraph("Bonne lecture,<br />Camille, pour {{ store.name }}"),
        ].join("\n      "),
      }),
    },
    en: {
      subject: "{% if articles.first %}Worth reading: {{ articles.first.title }}{% else %}News from our kitchen{% endif %}",
      preheader: "A few minutes’ reading, from the kitchen.",
      format: "mjml",
      text: null,
      source: layout({
        language: "en",
        title: "The Fauvel letter",
        body: [
          title("The Fauvel letter"),
          paragraph(HELLO.en),
          paragraph(
            "{% if articles.first %}Here is what we’ve been writing for you lately.{% else %}No new article this time: the market and the season are enough.{% endif %}",
          ),
          articles("Read the article"),
          button("{{ store.url }}", "Visit the shop"),
          paragraph("Enjoy,<br />Camille, for {{ store.name }}"),
        ].join("\n      "),
      }),
    },
  },
};

/** The letter to the shop's circle, every three weeks at ten. @returns its template */
export async function startLetter(past: Past, actor: Actor, now: Instant): Promise<Id> {
  const { deps } = past;
  const template = await createTemplate(deps, actor, {
    name: "La lettre de Fauvel",
    channel: "email",
    class: "marketing",
    topic: "",
    content: LETTER,
  });
  await publishTemplate(deps, actor, template);
  const segment = await createSegment(deps, {
    actor,
    name: "Le Cercle Fauvel",
    description: "Ont demandé la lettre du Cercle à leur inscription.",
    rule: { kind: "attribute", attribute: "attributes.cercle", is: { op: "eq", value: true } },
  });
  await past.settle();
  const id = await createJourney(deps, {
    actor,
    name: "La lettre du Cercle",
    description: "Toutes les trois semaines, à dix heures : trois lectures du magazine.",
    draft: {
      ...EMPTY_GRAPH,
      starts: [
        {
          kind: "schedule",
          segment,
          date: localDate(ZONE, now - FIRST * DAY),
          at: "10:00",
          zone: "workspace",
          repeat: { every: EVERY, unit: "week", until: null },
        },
      ],
      first: "stp_letter",
      steps: [email("letter", "La lettre", template, null)],
      settings: { filter: null, reentry: { kind: "always" }, exits: [] },
    },
  });
  await publishJourney(deps, { actor, id, revision: 1, inside: "stay" });
  await past.settle();
  return template;
}

/** Moments of the past at which the letter leaves, and at which its readers have had time for it. */
export function letterMoments(now: Instant): Instant[] {
  const first = Temporal.PlainDate.from(localDate(ZONE, now - FIRST * DAY)).toZonedDateTime({ timeZone: ZONE, plainTime: "10:00" });
  return Array.from({ length: Math.floor(FIRST / (7 * EVERY)) + 1 }, (_, n) => first.add({ weeks: EVERY * n }).epochMilliseconds).flatMap(
    (at) => [at + 10 * MINUTE, at + 30 * HOUR],
  );
}

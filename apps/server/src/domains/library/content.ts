import type { Language, Words } from "@relance/model/base";
import { button, layout, paragraph, title } from "../messages/index.ts";
import type { EntryMessage } from "./entry.ts";

/** One language of a mail: what the inbox shows, the headline, and the blocks below it. */
export type Said = readonly [subject: string, preheader: string, headline: string, ...blocks: string[]];

const HELLO: Words = {
  fr: "Bonjour{% if contact.first_name %} {{ contact.first_name }}{% endif %},",
  en: "Hello{% if contact.first_name %} {{ contact.first_name }}{% endif %},",
};
const SIGNED: Words = { fr: "À bientôt,<br />L’équipe {{ store.name }}", en: "See you soon,<br />The {{ store.name }} team" };

/** Marks of French that need a space that does not break; Liquid's own `%}` is left. */
const typeset = (language: Language, text: string): string =>
  language === "en"
    ? text
    : text
        .replaceAll(/ ([?!;])/g, "\u202f$1")
        .replaceAll(/ (:|»|%(?!\}))/g, "\u00a0$1")
        .replaceAll("« ", "«\u00a0")
        .replaceAll(/(\d) (€|\$|jours?|mois|minutes?)/g, "$1\u00a0$2");

function written(language: Language, [subject, preheader, headline, ...blocks]: Said): EntryMessage["variants"][string] {
  const set = (text: string): string => typeset(language, text);
  const body = [title(headline), paragraph(HELLO[language]), ...blocks, paragraph(SIGNED[language])].map(set).join("\n      ");
  return {
    subject: set(subject),
    preheader: set(preheader),
    format: "mjml",
    source: layout({ language, title: set(headline), body }),
    text: null,
  };
}

export function mail(key: string, names: Words, said: Readonly<Record<Language, Said>>): EntryMessage {
  return { key, channel: "email", names, variants: { fr: written("fr", said.fr), en: written("en", said.en) } };
}

/** A text message; the mention of STOP is part of what it says. Written in the alphabet of GSM, in which it costs least: no curly apostrophe, no ç or ê. */
export function text(key: string, names: Words, said: Words): EntryMessage {
  const variant = (language: Language) => ({ subject: "", preheader: "", format: "text" as const, source: said[language], text: null });
  return { key, channel: "sms", names, variants: { fr: variant("fr"), en: variant("en") } };
}

export const p = paragraph;
export const shop = (words: string): string => button("{{ store.url }}", words);
/** The page on which a reader agrees anew. */
export const renewal = (words: string): string => button("{{ renew_url }}", words);
/** A short list: what is meant in bold, then what there is to say. */
export const points = (...given: readonly (readonly [what: string, words: string])[]): string =>
  given
    .map(([what, words]) => `<mj-text padding="6px 32px"><strong style="color:#0d3f4a">${what}</strong><br />${words}</mj-text>`)
    .join("\n      ");

const CARD = "padding:12px 0;border-bottom:1px solid #dbe2df";
const goods = (list: string, price: string, quantity: string): string =>
  `<mj-text>{% for item in ${list} %}<div style="${CARD}">` +
  `{% if item.image_url %}<img src="{{ item.image_url }}" alt="" width="72" style="float:left;margin-right:16px;border-radius:6px" />{% endif %}` +
  `<strong>{{ item.title | default: item.name }}</strong><br /><span style="color:#5a6d70">${quantity}{% if item.price %} · {{ item.price | money: ${price} }}{% endif %}</span><div style="clear:both;line-height:0"> </div></div>{% endfor %}</mj-text>`;
const QUANTITY: Words = { fr: "Quantité : {{ item.quantity | default: 1 }}", en: "Quantity: {{ item.quantity | default: 1 }}" };

/** What is in the cart, with its total, and the way back to it. */
export const cart = (language: Language, words: string): string =>
  [
    goods("cart.items", "cart.currency", QUANTITY[language]),
    `<mj-text>{% if cart.total %}<strong style="font-size:18px">${{ fr: "Total : ", en: "Total: " }[language]}{{ cart.total | money: cart.currency }}</strong>{% endif %}</mj-text>`,
    button("{{ cart.url | default: store.url }}", words),
  ].join("\n      ");
/** What was ordered. */
export const ordered = (language: Language): string => goods("event.products", "event.currency", QUANTITY[language]);
/** The product the starting event is about, and the way to it. */
export const product = (words: string): string =>
  [
    `<mj-text><div style="${CARD}">{% if event.image_url %}<img src="{{ event.image_url }}" alt="" width="160" style="border-radius:8px" /><br />{% endif %}<strong style="font-size:18px">{{ event.product_name | default: event.name }}</strong>{% if event.price %}<br /><span style="color:#5a6d70">{{ event.price | money: event.currency }}</span>{% endif %}</div></mj-text>`,
    button("{{ event.url | default: store.url }}", words),
  ].join("\n      ");
/** The three most-read articles this contact has neither read nor been shown; what is written here instead when there are fewer. */
export const articles = (words: string, instead: readonly (readonly [what: string, words: string])[]): string => {
  const link = (text: string, bold = "") => `<a href="{{ article.url }}" style="color:#0d3f4a${bold}">${text}</a>`;
  const card =
    `<div style="${CARD}">{% if article.image_url %}<img src="{{ article.image_url }}" alt="" width="96" style="float:left;margin-right:16px;border-radius:6px" />{% endif %}` +
    `${link("{{ article.title }}", ";font-weight:bold;text-decoration:none")}{% if article.summary %}<br /><span style="color:#5a6d70">{{ article.summary | truncate: 140 }}</span>{% endif %}<br />${link(words)}<div style="clear:both;line-height:0"> </div></div>`;
  return `<mj-text>{% if articles.size == 3 %}{% for article in articles %}${card}{% endfor %}{% else %}${instead.map(([what, said]) => `<div style="padding:6px 0"><strong style="color:#0d3f4a">${what}</strong><br />${said}</div>`).join("")}{% endif %}</mj-text>`;
};
/** One thing said with the most-read articles, another without. */
export const withArticles = (told: string, instead: string): string => `{% if articles.size == 3 %}${told}{% else %}${instead}{% endif %}`;
/** The code this contact was given, large; nothing when there is none. */
export const code = (before: string, after: string): string =>
  `<mj-text>{% if coupon.code %}${before}<br /><strong style="font-size:26px;line-height:44px;letter-spacing:3px;color:#0d3f4a">{{ coupon.code }}</strong><br /><span style="color:#5a6d70">${after}</span>{% endif %}</mj-text>`;

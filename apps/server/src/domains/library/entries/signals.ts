import { mail, p, product, shop, text } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry } from "../entry.ts";
import { after, byDay, chain, flow, ORDER_ENDS, send, span, waitFor } from "../flow.ts";

const backInStock: Entry = {
  key: "back_in_stock",
  theme: "signals",
  names: { fr: "Retour en stock", en: "Back in stock" },
  purposes: {
    fr: "Prévient ceux qui avaient consulté un article épuisé, ou l’avaient mis au panier ou en liste d’envies, dès qu’il revient. Le stock est revérifié à l’envoi : s’il n’y en a plus, rien ne part.",
    en: "Tells people who looked at an item that had sold out, put it into their cart or wished for it, as soon as it is back. Stock is checked again on sending: if it is gone, nothing is sent.",
  },
  timings: { fr: "1 e-mail et 1 SMS, tout de suite", en: "1 e-mail and 1 text, at once" },
  needs: [{ of: "website" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "back",
      { fr: "Retour en stock", en: "Back in stock" },
      {
        fr: [
          "De nouveau en stock : {{ event.product_name }}",
          "Vous l’aviez repéré, il n’y en avait plus.",
          "L’article que vous aviez repéré est revenu",
          p(
            "Il n’y en avait plus, en voici de nouveau{% if event.stock and event.stock < 10 %} : {{ event.stock }} pour commencer{% endif %}. Nous écrivons d’abord à ceux qui l’avaient repéré.",
          ),
          product("Le commander"),
        ],
        en: [
          "Back in stock: {{ event.product_name }}",
          "You had your eye on it, and it had sold out.",
          "The item you had your eye on is back",
          p(
            "There were none left; now there are{% if event.stock and event.stock < 10 %}, {{ event.stock }} of them to begin with{% endif %}. We write to those who had their eye on it first.",
          ),
          product("Order it"),
        ],
      },
    ),
    text(
      "sms",
      { fr: "Retour en stock · SMS", en: "Back in stock · SMS" },
      {
        fr: "{{ store.name }} : l'article que vous aviez vu est de retour. {{ event.url | default: store.url }} STOP pour vous désinscrire",
        en: "{{ store.name }}: the item you had your eye on is back. {{ event.url | default: store.url }} Reply STOP to opt out",
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "back_in_stock", interest: ["viewed", "carted", "wished"], within: span(90, "day"), stores: [] }],
      chain(send(given, "back"), byDay("day"), send(given, "sms", "sms"), waitFor("w", ["Order Completed"], span(3, "day"))),
      {
        reentry: after(30, "day"),
        exits: ORDER_ENDS,
        attention: { priority: 90, atOnce: true, patience: span(12, "hour"), recheck: { filter: false, products: true } },
      },
    ),
};

const priceDrop: Entry = {
  key: "price_drop",
  theme: "signals",
  names: { fr: "Baisse de prix", en: "Price drop" },
  purposes: {
    fr: "Signale qu’un article consulté ou mis de côté a baissé d’au moins 10 % depuis. Le prix est revérifié à l’envoi : s’il est remonté, rien ne part.",
    en: "Tells people that an item they looked at or saved has gone down by 10% or more since. The price is checked again on sending: if it is up again, nothing is sent.",
  },
  timings: { fr: "1 e-mail, tout de suite", en: "1 e-mail, at once" },
  needs: [{ of: "website" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "drop",
      { fr: "Baisse de prix", en: "Price drop" },
      {
        fr: [
          "Le prix a baissé : {{ event.product_name }}",
          "L’article que vous aviez repéré coûte moins cher.",
          "Bonne nouvelle : son prix a baissé",
          p(
            "Quand vous l’avez regardé, il coûtait {{ event.was | money: event.currency }} ; le voici à {{ event.price | money: event.currency }}.",
          ),
          product("Voir l’article"),
          p("Le prix affiché dans la boutique au moment de votre commande fait foi."),
        ],
        en: [
          "Price drop: {{ event.product_name }}",
          "The item you had your eye on costs less.",
          "Good news: it costs less now",
          p("When you looked at it, it was {{ event.was | money: event.currency }}; it is now {{ event.price | money: event.currency }}."),
          product("See the item"),
          p("The price shown in the shop when you order is the one that counts."),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [
        {
          kind: "price_drop",
          interest: ["viewed", "carted", "wished"],
          within: span(60, "day"),
          stores: [],
          drop: { by: "percent", least: 10 },
        },
      ],
      chain(send(given, "drop"), waitFor("w", ["Order Completed"], span(3, "day"))),
      {
        reentry: after(30, "day"),
        exits: ORDER_ENDS,
        attention: { priority: 75, patience: span(1, "day"), recheck: { filter: false, products: true } },
      },
    ),
};

const nearStore: Entry = {
  key: "near_store",
  theme: "signals",
  names: { fr: "Près d’une boutique", en: "Near a store" },
  purposes: {
    fr: "Invite les personnes qui passent à moins de 2 km de l’une de vos boutiques, une fois par mois au plus et de jour seulement.",
    en: "Invites people who come within 2 km of one of your stores, once a month at most and by day only.",
  },
  timings: { fr: "1 SMS de jour et 1 e-mail, tous les 30 jours au plus", en: "1 text by day and 1 e-mail, every 30 days at most" },
  needs: [{ of: "stores" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    text(
      "sms",
      { fr: "Près d’une boutique · SMS", en: "Near a store · SMS" },
      {
        fr: "{{ store.name }} : vous voici tout près. Passez nous voir, nous vous offrons le café. {{ store.url }} STOP pour vous désinscrire",
        en: "{{ store.name }}: you're just around the corner. Drop in, the coffee is on us. {{ store.url }} Reply STOP to opt out",
      },
    ),
    mail(
      "near",
      { fr: "Près d’une boutique", en: "Near a store" },
      {
        fr: [
          "Vous êtes tout près de chez nous",
          "Et si vous passiez nous voir ?",
          "Vous êtes tout près de chez nous",
          p(
            "Notre boutique est à deux pas. Vous pourrez y faire ce qu’un écran ne permet pas : toucher, essayer, comparer, demander conseil.",
          ),
          p("Présentez ce message en arrivant : nous vous accueillons avec un café, et nous prendrons le temps qu’il faut."),
          shop("Adresse et horaires"),
        ],
        en: [
          "You’re close to us",
          "Why not drop in?",
          "You’re just around the corner",
          p("Our store is a short walk away. There you can do what a screen doesn’t allow: touch, try, compare, ask for advice."),
          p("Show this message when you arrive: we’ll greet you with a coffee, and take all the time you need."),
          shop("Address and opening hours"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "near_store", km: 2, stores: [] }],
      chain(byDay("day"), send(given, "sms", "sms"), send(given, "near"), waitFor("w", ["Order Completed"], span(7, "day"))),
      { reentry: after(30, "day"), exits: ORDER_ENDS, attention: { priority: 55, patience: span(4, "hour"), atOnce: true } },
    ),
};

export const SIGNALS: readonly Entry[] = [backInStock, priceDrop, nearStore];

import { mail, p, product, text } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry } from "../entry.ts";
import { after, byDay, chain, flow, ORDER_ENDS, send, span, waitFor } from "../flow.ts";

const backInStock: Entry = {
  key: "back_in_stock", theme: "signals",
  names: { fr: "Retour en stock", en: "Back in stock" },
  purposes: { fr: "Prévient qui attendait un article, dès qu’il revient. Demandé une deuxième fois au départ : si le stock est reparti, rien ne part.", en: "Tells people who were waiting for an item as soon as it is back. Asked again on leaving: if the stock is gone, nothing is sent." },
  timings: { fr: "1 e-mail et 1 SMS, tout de suite", en: "1 e-mail and 1 text, at once" },
  needs: [{ of: "event", event: "Product Back In Stock" }, { of: "catalogue" }, { of: "website" }], effect: EFFECTS.any, segments: [],
  messages: [
    mail("back", { fr: "Retour en stock", en: "Back in stock" }, {
      fr: ["Il est revenu : {{ event.product_name | default: event.name }}", "En petite quantité, comme souvent.", "L’article que vous attendiez est revenu", p("Vous nous aviez demandé de vous prévenir. C’est fait : il est de nouveau disponible, et nous écrivons à ceux qui l’attendaient avant tout le monde."), product("Le commander")],
      en: ["It’s back: {{ event.product_name | default: event.name }}", "Not many of them, as so often.", "The item you were waiting for is back", p("You asked us to let you know. Here it is: available again, and we write to those who were waiting before anyone else."), product("Order it")],
    }),
    text("sms", { fr: "Retour en stock · SMS", en: "Back in stock · SMS" }, { fr: "{{ store.name }} : l'article que vous attendiez est revenu. {{ event.url | default: store.url }} STOP pour ne plus recevoir", en: "{{ store.name }}: the item you were waiting for is back. {{ event.url | default: store.url }} Reply STOP to opt out" }),
  ],
  graph: (given) => flow([{ kind: "event", event: "Product Back In Stock", where: [], key: "product_id" }], chain(send(given, "back"), byDay("day"), send(given, "sms", "sms"), waitFor("w", ["Order Completed"], span(3, "day"))), { reentry: after(30, "day"), exits: ORDER_ENDS, attention: { priority: 90, atOnce: true, patience: span(12, "hour"), recheck: { filter: false, products: true } } }),
};

const priceDrop: Entry = {
  key: "price_drop", theme: "signals",
  names: { fr: "Baisse de prix", en: "Price drop" },
  purposes: { fr: "Signale qu’un article regardé ou mis de côté vient de baisser. Vérifié au départ : si le prix est remonté, rien ne part.", en: "Tells people that an item they looked at or saved has gone down. Checked on leaving: if the price is up again, nothing is sent." },
  timings: { fr: "1 e-mail, tout de suite", en: "1 e-mail, at once" },
  needs: [{ of: "event", event: "Product Price Dropped" }, { of: "catalogue" }, { of: "website" }], effect: EFFECTS.any, segments: [],
  messages: [mail("drop", { fr: "Baisse de prix", en: "Price drop" }, {
    fr: ["Son prix vient de baisser", "L’article que vous aviez repéré coûte moins cher.", "Bonne nouvelle : son prix a baissé", p("{% if event.old_price %}Il coûtait {{ event.old_price | money: event.currency }} ; le voici à {{ event.price | money: event.currency }}.{% else %}L’article que vous aviez repéré vient de baisser.{% endif %}"), product("Voir l’article"), p("Nous ne savons pas combien de temps ce prix durera.")],
    en: ["Its price has just gone down", "The item you had your eye on costs less.", "Good news: it costs less now", p("{% if event.old_price %}It was {{ event.old_price | money: event.currency }}; it is now {{ event.price | money: event.currency }}.{% else %}The item you had your eye on has just gone down.{% endif %}"), product("See the item"), p("We can’t tell how long this price will last.")],
  })],
  graph: (given) => flow([{ kind: "event", event: "Product Price Dropped", where: [], key: "product_id" }], chain(send(given, "drop"), waitFor("w", ["Order Completed"], span(3, "day"))), { reentry: after(30, "day"), exits: ORDER_ENDS, attention: { priority: 75, patience: span(1, "day"), recheck: { filter: false, products: true } } }),
};

const nearStore: Entry = {
  key: "near_store", theme: "signals",
  names: { fr: "Près d’une boutique", en: "Near a store" },
  purposes: { fr: "Invite qui passe à moins de 2 km d’une de vos boutiques, une fois par mois au plus et de jour seulement.", en: "Invites people who come within 2 km of one of your stores, once a month at most and by day only." },
  timings: { fr: "1 SMS de jour et 1 e-mail, 30 jours d’écart", en: "1 text by day and 1 e-mail, 30 days apart" },
  needs: [{ of: "event", event: "Location Updated" }, { of: "attribute", attribute: "latitude" }, { of: "stores" }], effect: EFFECTS.any, segments: [],
  messages: [
    text("sms", { fr: "Près d’une boutique · SMS", en: "Near a store · SMS" }, { fr: "{{ store.name }} : vous voici tout près. Passez nous voir, nous vous offrons le café. {{ store.url }} STOP pour ne plus recevoir", en: "{{ store.name }}: you're just around the corner. Drop in, the coffee is on us. {{ store.url }} Reply STOP to opt out" }),
    mail("near", { fr: "Près d’une boutique", en: "Near a store" }, {
      fr: ["Vous êtes tout près de chez nous", "Et si vous passiez nous voir ?", "Vous êtes tout près de chez nous", p("Notre boutique est à deux pas de vous. L’équipe y prépare ce que l’écran ne montre pas : toucher, essayer, comparer, demander."), p("Présentez ce message en arrivant : nous vous accueillons avec un café et tout notre temps.")],
      en: ["You’re close to us", "Why not drop in?", "You’re just around the corner", p("Our store is a short walk away. The team has what a screen can’t show: touch, try, compare, ask."), p("Show this message when you arrive: we’ll greet you with a coffee and all our time.")],
    }),
  ],
  graph: (given) => flow([{ kind: "event", event: "Location Updated", where: [], key: null }], chain(byDay("day"), send(given, "sms", "sms"), send(given, "near"), waitFor("w", ["Order Completed"], span(7, "day"))), { filter: { kind: "distance", to: { store: null }, km: 2, within: true }, reentry: after(30, "day"), exits: ORDER_ENDS, attention: { priority: 55, patience: span(4, "hour"), atOnce: true } }),
};

export const SIGNALS: readonly Entry[] = [backInStock, priceDrop, nearStore];

import { cart, code, mail, p, product, shop, text } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry, EntryMessage, Given } from "../entry.ts";
import { after, byDay, chain, coupon, flow, ORDER_ENDS, send, span, THIS_CART_ENDS, wait } from "../flow.ts";

const reminder: EntryMessage = mail(
  "reminder",
  { fr: "Panier 1 · Rappel", en: "Cart 1 · Reminder" },
  {
    fr: [
      "Votre panier vous attend",
      "Vos articles sont toujours là.",
      "Vous avez oublié quelque chose ?",
      p("Nous avons gardé votre panier de côté. Un clic et vous reprenez où vous en étiez."),
      cart("fr", "Reprendre mon panier"),
      p("Un doute sur une taille, un délai, un retour ? Répondez à ce message, quelqu’un vous lit."),
    ],
    en: [
      "Your cart is waiting",
      "Your items are still here.",
      "Did you forget something?",
      p("We’ve kept your cart for you. One click takes you back to where you were."),
      cart("en", "Back to my cart"),
      p("Not sure about a size, a delivery date, a return? Reply to this message: someone reads it."),
    ],
  },
);
const help: EntryMessage = mail(
  "help",
  { fr: "Panier 2 · Une question ?", en: "Cart 2 · Any questions?" },
  {
    fr: [
      "Une question avant de commander ?",
      "Livraison, retours, paiement : l’essentiel en trois lignes.",
      "Une question avant de commander ?",
      p("Votre panier est encore là. Si quelque chose vous retient, voici ce que l’on nous demande le plus souvent :"),
      p(
        "<strong>La livraison</strong> est calculée avant le paiement, sans surprise.<br /><strong>Le retour</strong> est possible si l’article ne convient pas.<br /><strong>Une hésitation</strong> entre deux modèles ? Écrivez-nous, nous vous aidons à choisir.",
      ),
      cart("fr", "Voir mon panier"),
    ],
    en: [
      "Any questions before you order?",
      "Delivery, returns, payment: the essentials in three lines.",
      "Any questions before you order?",
      p("Your cart is still here. If something holds you back, this is what people ask us most:"),
      p(
        "<strong>Delivery</strong> is worked out before you pay, with no surprise.<br /><strong>Returns</strong> are possible if the item isn’t right.<br /><strong>Torn</strong> between two models? Write to us and we’ll help you choose.",
      ),
      cart("en", "See my cart"),
    ],
  },
);
const lastCall: EntryMessage = mail(
  "last",
  { fr: "Panier 3 · Dernier rappel", en: "Cart 3 · Last reminder" },
  {
    fr: [
      "Nous allons vider votre panier",
      "Dernier rappel avant de remettre vos articles en rayon.",
      "Dernier rappel pour votre panier",
      p(
        "Nous ne pouvons pas garder ces articles plus longtemps : ils retournent en rayon, où le stock peut changer. Si vous les vouliez, c’est le moment.",
      ),
      cart("fr", "Terminer ma commande"),
    ],
    en: [
      "We’re about to empty your cart",
      "A last reminder before your items go back on the shelf.",
      "A last reminder about your cart",
      p(
        "We can’t hold these items any longer: they’re going back on the shelf, where stock may change. If you wanted them, now is the time.",
      ),
      cart("en", "Finish my order"),
    ],
  },
);
const sms: EntryMessage = text(
  "sms",
  { fr: "Panier · SMS", en: "Cart · SMS" },
  {
    fr: "{{ store.name }} : votre panier vous attend encore. Reprenez-le ici : {{ cart.url | default: store.url }} STOP pour vous désinscrire",
    en: "{{ store.name }}: your cart is still waiting. Pick it up here: {{ cart.url | default: store.url }} Reply STOP to opt out",
  },
);
const offered: EntryMessage = mail(
  "offer",
  { fr: "Panier · Un code pour finir", en: "Cart · A code to finish" },
  {
    fr: [
      "Un code pour terminer votre commande",
      "Il est à votre nom, et vaut sur ce panier.",
      "Un coup de pouce pour votre panier",
      p("Vous hésitez encore ? Voici de quoi vous décider."),
      code("Votre code :", "À saisir avant le paiement."),
      cart("fr", "Utiliser mon code"),
    ],
    en: [
      "A code to finish your order",
      "It’s in your name, and good for this cart.",
      "A nudge for your cart",
      p("Still undecided? This may help."),
      code("Your code:", "Enter it before paying."),
      cart("en", "Use my code"),
    ],
  },
);

const CART_NEEDS: Entry["needs"] = [{ of: "event", event: "Product Added" }, { of: "event", event: "Order Completed" }, { of: "website" }];
const starts = [{ kind: "cart", idle: span(1, "hour"), least: null }] as const;
const careful = { priority: 80, recheck: { filter: false, products: true } };
const cartFlow = (steps: (given: Given) => ReturnType<typeof chain>) => (given: Given) =>
  flow(starts, steps(given), { reentry: after(3, "day"), exits: THIS_CART_ENDS, attention: careful });

const plain: Entry = {
  key: "abandoned_cart",
  theme: "cart",
  names: { fr: "Panier abandonné", en: "Abandoned cart" },
  purposes: {
    fr: "Rappelle un panier laissé, répond aux questions, prévient une dernière fois. Sans remise : vous ne payez pas des commandes qui seraient venues.",
    en: "Reminds people of a cart they left, answers their questions, warns once more. No discount: you don’t pay for orders that would have come.",
  },
  timings: {
    fr: "3 e-mails : 1 h, 24 h et 72 h ; un SMS à ceux qui l’acceptent",
    en: "3 e-mails: 1 h, 24 h and 72 h; a text to those who accept them",
  },
  needs: CART_NEEDS,
  effect: EFFECTS.cart,
  segments: [],
  messages: [reminder, help, sms, lastCall],
  graph: cartFlow((given) =>
    chain(
      send(given, "reminder"),
      wait("w1", 23, "hour"),
      send(given, "help"),
      wait("w2", 24, "hour"),
      byDay("day"),
      send(given, "sms", "sms"),
      wait("w3", 24, "hour"),
      send(given, "last"),
    ),
  ),
};
const discounted: Entry = {
  key: "abandoned_cart_discount",
  theme: "cart",
  names: { fr: "Panier abandonné avec un code", en: "Abandoned cart with a code" },
  purposes: {
    fr: "Un rappel d’abord, et un code personnel seulement à ceux qui n’ont pas commandé le lendemain. Le même code revient dans le dernier rappel.",
    en: "A reminder first, and a personal code only for those who haven’t ordered by the next day. The last reminder shows the same code.",
  },
  timings: { fr: "3 e-mails : 1 h, puis un code à 24 h et 72 h", en: "3 e-mails: 1 h, then a code at 24 h and 72 h" },
  needs: [...CART_NEEDS, { of: "coupons" }],
  effect: EFFECTS.cart,
  segments: [],
  messages: [reminder, offered, lastOffer()],
  graph: cartFlow((given) =>
    chain(
      send(given, "reminder"),
      wait("w1", 23, "hour"),
      coupon(given),
      send(given, "offer"),
      wait("w2", 48, "hour"),
      send(given, "last"),
    ),
  ),
};
function lastOffer(): EntryMessage {
  return mail(
    "last",
    { fr: "Panier · Le code expire", en: "Cart · The code is ending" },
    {
      fr: [
        "Votre code attend encore",
        "Dernier rappel, avec le même code.",
        "Votre code attend encore",
        p("Votre panier et votre code sont toujours là. C’est notre dernier rappel."),
        code("Votre code :", "Le même que la dernière fois, à saisir avant le paiement."),
        cart("fr", "Terminer ma commande"),
      ],
      en: [
        "Your code is still waiting",
        "A last reminder, with the same code.",
        "Your code is still waiting",
        p("Your cart and your code are still here. This is our last reminder."),
        code("Your code:", "The same as last time; enter it before paying."),
        cart("en", "Finish my order"),
      ],
    },
  );
}

const browse: Entry = {
  key: "abandoned_browse",
  theme: "cart",
  names: { fr: "Navigation abandonnée", en: "Abandoned browse" },
  purposes: {
    fr: "Montre à nouveau l’article consulté à ceux qui sont partis sans rien mettre au panier, sans insister.",
    en: "Shows again the item someone looked at before leaving with an empty cart, without pressing.",
  },
  timings: { fr: "2 e-mails : 2 h, puis le lendemain", en: "2 e-mails: 2 h, then the next day" },
  needs: [{ of: "event", event: "Product Viewed" }, { of: "website" }],
  effect: EFFECTS.browse,
  segments: [],
  messages: [
    mail(
      "seen",
      { fr: "Navigation 1 · L’article vu", en: "Browse 1 · What you saw" },
      {
        fr: [
          "Toujours intéressé par cet article ?",
          "Nous l’avons gardé sous la main.",
          "Vous le regardiez tout à l’heure",
          p("Si vous avez été interrompu, voici l’article que vous regardiez."),
          product("Revoir l’article"),
          p("Une question avant de vous décider ? Répondez à ce message."),
        ],
        en: [
          "Still interested in this?",
          "We’ve kept it close at hand.",
          "You were looking at this",
          p("In case you were interrupted, here is the item you were looking at."),
          product("See it again"),
          p("A question before you decide? Reply to this message."),
        ],
      },
    ),
    mail(
      "more",
      { fr: "Navigation 2 · D’autres idées", en: "Browse 2 · More ideas" },
      {
        fr: [
          "D’autres idées dans le même esprit",
          "Si ce n’était pas tout à fait ça.",
          "Ce n’était pas tout à fait ça ?",
          p("Parfois il manque un détail : la taille, la couleur, le prix. La boutique contient sûrement son voisin."),
          shop("Voir d’autres idées"),
          p("Vous pouvez aussi nous écrire ce que vous cherchez : nous répondons."),
        ],
        en: [
          "More ideas along the same lines",
          "In case it wasn’t quite right.",
          "Not quite right?",
          p("Sometimes one detail is missing: the size, the colour, the price. Its neighbour is surely in the shop."),
          shop("See more ideas"),
          p("You can also write and tell us what you’re looking for: we answer."),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow([{ kind: "browse", idle: span(2, "hour") }], chain(send(given, "seen"), wait("w1", 1, "day"), send(given, "more")), {
      reentry: after(14, "day"),
      exits: [...ORDER_ENDS, { event: "Product Added", where: [], sameKey: false, goal: false }],
      attention: { priority: 50, recheck: { filter: false, products: true } },
    }),
};

export const CART: readonly Entry[] = [plain, discounted, browse];

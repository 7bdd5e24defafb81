import { mail, p, points, shop, text } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry } from "../entry.ts";
import { after, all, byDay, chain, END, flow, fork, goal, lastOrder, orders, send, span, spent, task, waitFor } from "../flow.ts";

const best: Entry = {
  key: "best_customer",
  theme: "loyalty",
  names: { fr: "Meilleur client", en: "Best customer" },
  purposes: {
    fr: "Remercie ceux qui viennent d’entrer parmi vos meilleurs clients, et demande à un membre de l’équipe de les appeler.",
    en: "Thanks people who have just become one of your best customers, and asks someone of the team to call them.",
  },
  timings: { fr: "1 e-mail et 1 appel, à l’entrée dans le groupe", en: "1 e-mail and 1 call, on entering the group" },
  needs: [{ of: "event", event: "Order Completed" }, { of: "website" }],
  effect: EFFECTS.any,
  segments: [
    {
      key: "best",
      names: { fr: "Meilleurs clients : 800 en un an", en: "Best customers: 800 in a year" },
      descriptions: {
        fr: "Au moins quatre commandes, 800 dépensés en un an et une commande ces trois derniers mois.",
        en: "At least four orders, 800 spent in a year and an order in the last three months.",
      },
      rule: all(spent("gte", 800), orders("gte", 4), lastOrder("within_last", 3, "month")),
    },
  ],
  messages: [
    mail(
      "thanks",
      { fr: "Meilleur client · Merci", en: "Best customer · Thank you" },
      {
        fr: [
          "Merci, vraiment",
          "Vous comptez parmi nos meilleurs clients : ce que cela change.",
          "Vous comptez beaucoup pour nous",
          p("Vous faites partie des quelques personnes grâce à qui cette maison existe. Nous tenions à vous le dire simplement."),
          points(
            ["Un interlocuteur", "Répondez à ce message : c’est la même personne qui vous lira chaque fois."],
            ["Les nouveautés d’abord", "Vous les verrez avant leur mise en vente."],
            ["Votre avis compte", "Nous vous demanderons parfois de choisir avec nous."],
          ),
          shop("Voir les avant-premières"),
        ],
        en: [
          "Thank you, truly",
          "You’re one of our best customers: what that changes.",
          "You matter to us",
          p("You’re among the few people thanks to whom this shop exists. We wanted to say so, simply."),
          points(
            ["One person to talk to", "Reply to this message: the same person will read you each time."],
            ["New arrivals first", "You’ll see them before they go on sale."],
            ["Your opinion counts", "Now and then we’ll ask you to choose with us."],
          ),
          shop("See previews"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "segment", segment: given.segment("best"), on: "enter" }],
      chain(
        send(given, "thanks"),
        task(
          { fr: "Appeler ce client pour le remercier", en: "Call this customer to say thank you" }[given.language],
          {
            fr: "Il vient d’entrer parmi les meilleurs clients. Demandez ce qui lui plaît et ce qui lui manque.",
            en: "They’ve just become one of the best customers. Ask what they like and what they miss.",
          }[given.language],
        ),
        waitFor("back", ["Order Completed"], span(60, "day")),
      ),
      { reentry: after(1, "year"), attention: { priority: 70 } },
    ),
};

const threshold: Entry = {
  key: "loyalty_threshold",
  theme: "loyalty",
  names: { fr: "Seuil de fidélité", en: "Loyalty threshold" },
  purposes: {
    fr: "Prévient ceux qui approchent du seuil de fidélité (300 en un an), puis félicite ceux qui le passent. Changez le montant dans le segment et dans l’étape « Voies ».",
    en: "Tells people who come near the loyalty threshold (300 in a year), then congratulates those who cross it. Change the amount in the segment and in the step “Paths”.",
  },
  timings: { fr: "1 e-mail et 1 SMS à l’approche, 1 e-mail au passage", en: "1 e-mail and 1 text on the way, 1 e-mail on crossing" },
  needs: [{ of: "event", event: "Order Completed" }, { of: "website" }],
  effect: EFFECTS.any,
  segments: [
    {
      key: "near",
      names: { fr: "Proches du seuil de fidélité", en: "Near the loyalty threshold" },
      descriptions: { fr: "Entre 240 et 300 dépensés en un an.", en: "Between 240 and 300 spent in a year." },
      rule: all(spent("gte", 240), spent("lt", 300)),
    },
  ],
  messages: [
    mail(
      "near",
      { fr: "Fidélité 1 · Plus très loin", en: "Loyalty 1 · Nearly there" },
      {
        fr: [
          "Vous y êtes presque",
          "Encore une commande et votre fidélité est récompensée.",
          "Vous y êtes presque",
          p("Encore une commande, et vous passez notre seuil de fidélité. Ensuite, les petites attentions sont pour nous."),
          shop("Voir la boutique"),
        ],
        en: [
          "You’re nearly there",
          "One more order and your loyalty pays off.",
          "You’re nearly there",
          p("One more order and you cross our loyalty threshold. After that, the extras are on us."),
          shop("Visit the shop"),
        ],
      },
    ),
    text(
      "sms",
      { fr: "Fidélité · SMS", en: "Loyalty · SMS" },
      {
        fr: "{{ store.name }} : encore une commande et vous passez le seuil de fidélité. {{ store.url }} STOP pour vous désinscrire",
        en: "{{ store.name }}: one more order and you reach our loyalty threshold. {{ store.url }} Reply STOP to opt out",
      },
    ),
    mail(
      "reached",
      { fr: "Fidélité 2 · Seuil passé", en: "Loyalty 2 · Threshold crossed" },
      {
        fr: [
          "C’est fait : merci de votre fidélité",
          "Ce que vous gagnez à partir d’aujourd’hui.",
          "Seuil passé, bravo et merci",
          p("Vous voilà client fidèle, et pas seulement sur le papier."),
          points(
            ["Dès maintenant", "Vos prochaines commandes partent en premier."],
            ["Toute l’année", "Une attention dans vos colis, et les nouveautés en avance."],
          ),
          shop("En profiter"),
        ],
        en: [
          "Done: thank you for your loyalty",
          "What you gain from today.",
          "You’ve crossed it. Thank you",
          p("You’re now a loyal customer, and not only on paper."),
          points(
            ["From now on", "Your next orders leave first."],
            ["All year", "A little something in your parcels, and new arrivals early."],
          ),
          shop("Enjoy it"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "segment", segment: given.segment("near"), on: "enter" }],
      chain(
        send(given, "near"),
        waitFor("w1", ["Order Completed"], span(10, "day"), { onEvent: "check" }),
        byDay("day"),
        send(given, "sms", "sms"),
        waitFor("w2", ["Order Completed"], span(30, "day"), { onEvent: "check" }),
        fork("check", { fr: "Seuil passé", en: "Threshold crossed" }[given.language], spent("gte", 300), "reached"),
        END,
        send(given, "reached"),
        goal,
      ),
      { reentry: after(1, "year"), attention: { priority: 50 } },
    ),
};

export const LOYALTY: readonly Entry[] = [best, threshold];

import { mail, ordered, p, points, shop, text } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry } from "../entry.ts";
import { after, byDay, chain, days, flow, fork, goal, lead, orders, ORDER_ENDS, send, span, stop, wait, waitFor } from "../flow.ts";

const ORDERS: Entry["needs"] = [{ of: "event", event: "Order Completed" }, { of: "website" }];
const completed = [{ kind: "order", on: "completed", where: [] }] as const;
/** Until the parcel is there, as the shop says; after six days it is taken to have arrived. */
const arrived = waitFor("arrived", ["Order Delivered", "Order Fulfilled"], span(6, "day"), { sameKey: true });
const CANCELLED = ["Order Cancelled", "Order Refunded"].map((event) => ({ event, where: [], sameKey: true, goal: false }));

const first: Entry = {
  key: "first_purchase",
  theme: "after",
  names: { fr: "Après le premier achat", en: "After the first purchase" },
  purposes: {
    fr: "Remercie d’une première commande, s’assure que tout va bien à l’arrivée, puis donne une raison de revenir.",
    en: "Says thank you for a first order, makes sure all is well on arrival, then gives a reason to come back.",
  },
  timings: {
    fr: "3 e-mails : tout de suite, 7 jours après la livraison, puis 14 jours",
    en: "3 e-mails: at once, 7 days after delivery, then 14 days",
  },
  needs: ORDERS,
  effect: EFFECTS.after,
  segments: [],
  messages: [
    mail(
      "thanks",
      { fr: "Premier achat 1 · Merci", en: "First purchase 1 · Thank you" },
      {
        fr: [
          "Merci pour votre première commande",
          "Ce qui se passe maintenant.",
          "Merci pour votre confiance",
          p("C’est votre première commande chez nous, et nous allons la soigner. Voici ce que vous avez choisi :"),
          ordered("fr"),
          p("Dès qu’elle part, vous recevez le suivi. Une erreur, un changement d’avis ? Répondez à ce message au plus vite."),
          shop("Revenir à la boutique"),
        ],
        en: [
          "Thank you for your first order",
          "What happens now.",
          "Thank you for your trust",
          p("This is your first order with us, and we’ll take good care of it. Here is what you chose:"),
          ordered("en"),
          p("You’ll get tracking as soon as it leaves. A mistake, second thoughts? Reply to this message as soon as you can."),
          shop("Back to the shop"),
        ],
      },
    ),
    mail(
      "satisfied",
      { fr: "Premier achat 2 · Tout va bien ?", en: "First purchase 2 · All well?" },
      {
        fr: [
          "Tout s’est bien passé ?",
          "Une réponse suffit, en un mot ou en dix lignes.",
          "Tout s’est bien passé ?",
          p("Votre commande devrait être chez vous depuis une semaine. Ce que vous avez reçu vous plaît-il ?"),
          p(
            "Si oui, tant mieux. Sinon, répondez à ce message : une personne de l’équipe s’en occupe, sans formulaire et sans numéro de dossier.",
          ),
          shop("Retourner à la boutique"),
        ],
        en: [
          "Did everything go well?",
          "One reply is enough, a word or ten lines.",
          "Did everything go well?",
          p("Your order should have been with you for a week. Are you happy with it?"),
          p("If so, wonderful. If not, reply to this message: someone from the team will deal with it, with no form and no case number."),
          shop("Visit the shop"),
        ],
      },
    ),
    mail(
      "again",
      { fr: "Premier achat 3 · Et ensuite", en: "First purchase 3 · What next" },
      {
        fr: [
          "Ce qui va bien avec votre commande",
          "Des idées qui complètent ce que vous avez choisi.",
          "Et pour aller avec ?",
          p(
            "Ceux qui ont commencé comme vous reviennent souvent pour ce qui complète leur premier choix. Nous avons rangé ces articles ensemble dans la boutique.",
          ),
          shop("Voir ce qui va avec"),
        ],
        en: [
          "What goes well with your order",
          "Ideas that complete what you chose.",
          "And to go with it?",
          p("People who began like you often come back for what completes their first choice. We’ve put those items together in the shop."),
          shop("See what goes with it"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      completed,
      chain(
        send(given, "thanks"),
        arrived,
        days("w1", 7, "10:00"),
        send(given, "satisfied"),
        days("w2", 14, "10:00"),
        send(given, "again"),
        waitFor("back", ["Order Completed"], span(30, "day")),
      ),
      { filter: orders("lte", 1), exits: CANCELLED, attention: { priority: 65 } },
    ),
};

const review: Entry = {
  key: "review_request",
  theme: "after",
  names: { fr: "Demande d’avis", en: "Review request" },
  purposes: {
    fr: "Demande un avis quand le client a eu le temps de se servir de l’article, et seulement s’il ne l’a pas rendu.",
    en: "Asks for a review once people have had time to use the item, and only if they haven’t sent it back.",
  },
  timings: {
    fr: "2 e-mails : 7 jours après la livraison, puis 7 jours sans réponse",
    en: "2 e-mails: 7 days after delivery, then 7 days without an answer",
  },
  needs: ORDERS,
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "ask",
      { fr: "Avis 1 · La demande", en: "Review 1 · The question" },
      {
        fr: [
          "Votre avis, en deux lignes ?",
          "Il aide les suivants à choisir, et nous à progresser.",
          "Qu’en pensez-vous, à l’usage ?",
          p("Vous avez maintenant eu le temps d’essayer :"),
          ordered("fr"),
          p("Deux lignes suffisent. Bonnes ou mauvaises, nous les publions telles quelles."),
          shop("Donner mon avis"),
        ],
        en: [
          "Your opinion in two lines?",
          "It helps the next person choose, and us improve.",
          "How is it, now you’ve used it?",
          p("You’ve now had time to try:"),
          ordered("en"),
          p("Two lines are enough. Good or bad, we publish them as they are."),
          shop("Write a review"),
        ],
      },
    ),
    mail(
      "again",
      { fr: "Avis 2 · Un rappel", en: "Review 2 · A reminder" },
      {
        fr: [
          "Deux minutes pour un avis ?",
          "Notre seul rappel à ce sujet.",
          "Il ne manque que votre avis",
          p("Nous ne vous le demanderons plus après ce message. Si vous avez deux minutes, votre avis compte plus que nos descriptions."),
          shop("Donner mon avis"),
        ],
        en: [
          "Two minutes for a review?",
          "Our only reminder about it.",
          "All that’s missing is your opinion",
          p("We won’t ask again after this message. If you have two minutes, your opinion counts for more than our descriptions."),
          shop("Write a review"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      completed,
      chain(
        arrived,
        days("w1", 7, "18:00"),
        send(given, "ask"),
        waitFor("w2", ["Product Reviewed"], span(7, "day"), { onEvent: null }),
        send(given, "again"),
      ),
      {
        reentry: after(60, "day"),
        exits: [...CANCELLED, { event: "Product Reviewed", where: [], sameKey: false, goal: true }],
        attention: { priority: 35 },
      },
    ),
};

const byType: Entry = {
  key: "product_type_follow_up",
  theme: "after",
  names: { fr: "Suite par type de produit", en: "Follow-up by product type" },
  purposes: {
    fr: "Envoie après l’achat les conseils du rayon : un message pour ce qui se consomme, un autre pour ce qui se garde. Ajoutez vos rayons comme autant de voies.",
    en: "Sends advice for the department of a purchase: one e-mail for what gets used up, another for what you keep. Add your departments as further paths.",
  },
  timings: { fr: "1 e-mail par rayon, 3 jours après la livraison", en: "1 e-mail per department, 3 days after delivery" },
  needs: [...ORDERS, { of: "catalogue" }],
  effect: EFFECTS.after,
  segments: [],
  messages: [
    mail(
      "used",
      { fr: "Suite · Ce qui se consomme", en: "Follow-up · Consumables" },
      {
        fr: [
          "Bien conserver ce que vous avez reçu",
          "Trois gestes pour en profiter jusqu’au bout.",
          "Bien conserver, bien doser",
          points(
            ["À l’abri", "Fermé, au sec et loin de la lumière : le goût et l’effet tiennent plus longtemps."],
            ["La juste dose", "On en met souvent trop. Commencez par moins et ajustez."],
            ["Avant la fin", "Quand il en reste un quart, c’est le moment d’y penser : la livraison prend quelques jours."],
          ),
          shop("Reprendre le même"),
        ],
        en: [
          "How to keep what you received",
          "Three habits to enjoy it to the end.",
          "Keep it well, use it well",
          points(
            ["Out of harm’s way", "Closed, dry and away from light: taste and effect last longer."],
            ["The right amount", "People often use too much. Start with less and adjust."],
            ["Before it runs out", "When a quarter is left, think of it: delivery takes a few days."],
          ),
          shop("Get the same again"),
        ],
      },
    ),
    mail(
      "kept",
      { fr: "Suite · Ce qui se garde", en: "Follow-up · Things that last" },
      {
        fr: [
          "Bien commencer avec votre achat",
          "Le premier usage compte plus qu’on ne croit.",
          "Bien commencer",
          ordered("fr"),
          points(
            ["Avant le premier usage", "Lavez, réglez ou préparez selon la notice : cinq minutes, des années gagnées."],
            ["Ensuite", "Un entretien court et régulier vaut mieux qu’un grand nettoyage."],
            ["En cas de doute", "Répondez à ce message avec une photo : nous vous disons quoi faire."],
          ),
          shop("Voir les accessoires"),
        ],
        en: [
          "A good start with your purchase",
          "First use matters more than people think.",
          "A good start",
          ordered("en"),
          points(
            ["Before first use", "Wash, adjust or prepare as the leaflet says: five minutes, years gained."],
            ["After that", "Short, regular care beats one big clean."],
            ["If in doubt", "Reply with a photo: we’ll tell you what to do."],
          ),
          shop("See accessories"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      completed,
      chain(
        arrived,
        days("w", 3, "10:00"),
        fork("kind", { fr: "Se consomme", en: "Gets used up" }[given.language], CONSUMABLE, "used"),
        stop(send(given, "kept")),
        send(given, "used"),
      ),
      { reentry: after(30, "day"), exits: CANCELLED, attention: { priority: 40 } },
    ),
};
const CONSUMABLE = {
  kind: "event",
  event: "Order Completed",
  where: [
    {
      property: "products.category",
      is: {
        op: "in",
        values: [
          "Épicerie fine",
          "Fine foods",
          "Petit déjeuner",
          "Breakfast",
          "Beauté",
          "Beauty",
          "Soin",
          "Care",
          "Consommables",
          "Consumables",
        ],
      },
    },
  ],
  window: { kind: "last", span: { n: 30, unit: "day" } },
  measure: { of: "count" },
  is: { op: "gte", value: 1 },
} as const;

const registration: Entry = {
  key: "product_registration",
  theme: "after",
  names: { fr: "Enregistrement du produit", en: "Product registration" },
  purposes: {
    fr: "Invite à enregistrer l’article acheté, pour la garantie et les conseils, jusqu’à ce que ce soit fait. Prévient avant la fin d’une garantie de deux ans ; réglez la dernière attente sur la vôtre.",
    en: "Invites people to register what they bought, for its warranty and advice, until they do. Warns before a two-year warranty ends; set the last wait to yours.",
  },
  timings: {
    fr: "3 e-mails : le jour même, 7 et 30 jours ; un dernier un mois avant la fin de la garantie",
    en: "3 e-mails: the same day, 7 and 30 days; a last one a month before the warranty ends",
  },
  needs: [{ of: "event", event: "Product Registered" }, ...ORDERS],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "invite",
      { fr: "Enregistrement 1 · L’invitation", en: "Registration 1 · The invitation" },
      {
        fr: [
          "Enregistrez votre achat en une minute",
          "Votre garantie sans chercher la facture.",
          "Une minute pour être tranquille",
          ordered("fr"),
          p(
            "Enregistrez votre article : la garantie est à votre nom, la facture retrouvée sans fouiller, et vous êtes prévenu en cas de rappel.",
          ),
          shop("Enregistrer mon article"),
        ],
        en: [
          "Register your purchase in a minute",
          "Your warranty without hunting for the receipt.",
          "One minute for peace of mind",
          ordered("en"),
          p("Register your item: the warranty is in your name, the receipt is always at hand, and you’ll be told of any recall."),
          shop("Register my item"),
        ],
      },
    ),
    mail(
      "why",
      { fr: "Enregistrement 2 · À quoi ça sert", en: "Registration 2 · Why bother" },
      {
        fr: [
          "Pourquoi enregistrer votre article ?",
          "Trois raisons, une minute.",
          "Trois raisons de l’enregistrer",
          points(
            ["La garantie", "Elle court dès aujourd’hui, sans papier à garder."],
            ["Les pièces", "Nous savons quel modèle vous avez, et lesquelles conviennent."],
            ["Les rappels", "En cas de défaut, vous êtes le premier informé."],
          ),
          shop("Enregistrer mon article"),
        ],
        en: [
          "Why register your item?",
          "Three reasons, one minute.",
          "Three reasons to register it",
          points(
            ["The warranty", "It runs from today, with no paper to keep."],
            ["Spare parts", "We know which model you have, and what fits it."],
            ["Recalls", "If there’s a fault, you’re the first to know."],
          ),
          shop("Register my item"),
        ],
      },
    ),
    mail(
      "last",
      { fr: "Enregistrement 3 · Dernier rappel", en: "Registration 3 · Last reminder" },
      {
        fr: [
          "Votre article n’est pas encore enregistré",
          "Notre dernier rappel.",
          "Il est encore temps",
          p("Un mois déjà. Vous pouvez encore enregistrer votre article ; après ce message, nous ne vous en parlerons plus."),
          shop("Enregistrer mon article"),
        ],
        en: [
          "Your item isn’t registered yet",
          "Our last reminder.",
          "There is still time",
          p("A month already. You can still register your item; after this message we won’t mention it again."),
          shop("Register my item"),
        ],
      },
    ),
    mail(
      "warranty",
      { fr: "Enregistrement 4 · Fin de garantie", en: "Registration 4 · Warranty ending" },
      {
        fr: [
          "Votre garantie touche à sa fin",
          "Un doute sur votre article ? C’est le moment d’en parler.",
          "Votre garantie touche à sa fin",
          p("Voilà près de deux ans que vous avez choisi :"),
          ordered("fr"),
          p(
            "Une couture qui lâche, un bouton capricieux, un bruit inhabituel ? Dites-le-nous dès maintenant, en répondant à ce message : une fois la date passée, nous ne pourrons plus prendre la réparation en charge.",
          ),
          shop("Vérifier ma garantie"),
        ],
        en: [
          "Your warranty is nearly over",
          "Any doubt about your item? Now is the time to say so.",
          "Your warranty is nearly over",
          p("Almost two years ago you chose:"),
          ordered("en"),
          p(
            "A seam giving way, a stubborn button, an odd noise? Tell us now by replying to this message: once the date has passed, we can’t cover the repair any more.",
          ),
          shop("Check my warranty"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "registration", products: [], after: span(1, "hour") }],
      chain(
        send(given, "invite"),
        registered("w1", 7),
        send(given, "why"),
        registered("w2", 23),
        send(given, "last"),
        // Two years are the law's in Europe; 22 months after the last reminder leaves one.
        wait("w3", 22, "month"),
        stop(send(given, "warranty")),
        lead(goal, "w3"),
      ),
      { exits: CANCELLED, reentry: { kind: "always" }, attention: { priority: 45 } },
    ),
};
const registered = (id: string, n: number) => waitFor(id, ["Product Registered"], span(n, "day"), { sameKey: true, onEvent: "goal" });

const replenishment: Entry = {
  key: "replenishment",
  theme: "after",
  names: { fr: "Réassort", en: "Replenishment" },
  purposes: {
    fr: "Rappelle un article qui se consomme cinq jours avant qu’il ne manque, sauf s’il a été racheté. Réglez la durée sur celle de vos articles.",
    en: "Reminds people of something they use up five days before it runs out, unless they bought it again. Set the time to that of your items.",
  },
  timings: { fr: "1 e-mail 55 jours après l’achat, 1 SMS 4 jours après", en: "1 e-mail 55 days after buying, 1 text 4 days later" },
  needs: ORDERS,
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "soon",
      { fr: "Réassort · Bientôt vide ?", en: "Replenishment · Running low?" },
      {
        fr: [
          "Bientôt à court ?",
          "Le bon moment pour recommander, c’est maintenant.",
          "Bientôt à court ?",
          p("D’après votre dernière commande, il ne doit plus vous en rester beaucoup :"),
          ordered("fr"),
          p("En recommandant aujourd’hui, vous n’en manquerez pas."),
          shop("Recommander"),
        ],
        en: [
          "Running low?",
          "The right moment to reorder is now.",
          "Running low?",
          p("Going by your last order, there can’t be much left:"),
          ordered("en"),
          p("Order today and you won’t run out."),
          shop("Order again"),
        ],
      },
    ),
    text(
      "sms",
      { fr: "Réassort · SMS", en: "Replenishment · SMS" },
      {
        fr: "{{ store.name }} : presque à court ? Recommandez en un clic : {{ store.url }} STOP pour vous désinscrire",
        en: "{{ store.name }}: running low? Reorder in one click: {{ store.url }} Reply STOP to opt out",
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "replenishment", products: [], after: span(55, "day") }],
      chain(send(given, "soon"), wait("w", 4, "day"), byDay("day"), send(given, "sms", "sms")),
      { reentry: after(30, "day"), exits: ORDER_ENDS, attention: { priority: 55 } },
    ),
};

const upsell: Entry = {
  key: "upsell",
  theme: "after",
  names: { fr: "Montée en gamme", en: "Upsell" },
  purposes: {
    fr: "Cinq jours après un achat, montre le modèle au-dessus et dit ce qu’il change, à ceux qui ont déjà commandé deux fois.",
    en: "Five days after a purchase, shows the model above and says what it changes, to people who have ordered twice.",
  },
  timings: { fr: "1 e-mail, 5 jours après l’achat", en: "1 e-mail, 5 days after the purchase" },
  needs: [...ORDERS, { of: "catalogue" }],
  effect: EFFECTS.after,
  segments: [],
  messages: [
    mail(
      "better",
      { fr: "Montée en gamme", en: "Upsell" },
      {
        fr: [
          "Un cran au-dessus : ce que cela change",
          "Pour quand vous voudrez aller plus loin.",
          "Un cran au-dessus",
          p("Vous savez déjà ce que vous aimez. Voici ce que vous gagnez à passer au modèle supérieur :"),
          points(
            ["Il dure plus longtemps", "De meilleures matières, et des pièces que l’on remplace."],
            ["Il va plus loin", "Ce que le modèle de base ne sait pas faire."],
            ["Il se revend", "Un bon article garde sa valeur."],
          ),
          shop("Voir le haut de gamme"),
        ],
        en: [
          "One step up: what it changes",
          "For when you want to go further.",
          "One step up",
          p("You already know what you like. Here is what you gain from the model above:"),
          points(
            ["It lasts longer", "Better materials, and parts that can be replaced."],
            ["It goes further", "What the basic model can’t do."],
            ["It keeps its value", "A good item sells on."],
          ),
          shop("See the top of the range"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(completed, chain(days("w", 5, "18:00"), send(given, "better"), waitFor("back", ["Order Completed"], span(14, "day"))), {
      filter: orders("gte", 2),
      reentry: after(90, "day"),
      exits: CANCELLED,
      attention: { priority: 35, recheck: { filter: true, products: false } },
    }),
};

const crossSell: Entry = {
  key: "cross_sell",
  theme: "after",
  names: { fr: "Vente croisée", en: "Cross-sell" },
  purposes: {
    fr: "Propose ce qui complète l’achat, puis le rappelle par un autre canal à ceux qui n’ont rien pris.",
    en: "Suggests what completes the purchase, then reminds people who took nothing on another channel.",
  },
  timings: { fr: "1 e-mail à 10 jours, 1 SMS 5 jours après", en: "1 e-mail after 10 days, 1 text 5 days later" },
  needs: ORDERS,
  effect: EFFECTS.after,
  segments: [],
  messages: [
    mail(
      "with",
      { fr: "Vente croisée · Ce qui va avec", en: "Cross-sell · What goes with it" },
      {
        fr: [
          "Ce qui manque peut-être à votre achat",
          "Les compléments que l’on regrette d’oublier.",
          "Et pour aller avec ?",
          p("Vous avez choisi :"),
          ordered("fr"),
          p("Voici ce que nos clients ajoutent le plus souvent, et qu’ils regrettent d’avoir oublié."),
          shop("Voir les compléments"),
        ],
        en: [
          "What your purchase may be missing",
          "The extras people wish they hadn’t forgotten.",
          "And to go with it?",
          p("You chose:"),
          ordered("en"),
          p("Here is what our customers most often add, and wish they hadn’t forgotten."),
          shop("See what goes with it"),
        ],
      },
    ),
    text(
      "sms",
      { fr: "Vente croisée · SMS", en: "Cross-sell · SMS" },
      {
        fr: "{{ store.name }} : le complément de votre achat est ici : {{ store.url }} STOP pour vous désinscrire",
        en: "{{ store.name }}: what completes your purchase is here: {{ store.url }} Reply STOP to opt out",
      },
    ),
  ],
  graph: (given) =>
    flow(
      completed,
      chain(
        days("w", 10, "18:00"),
        send(given, "with"),
        waitFor("bought", ["Order Completed"], span(5, "day"), { onEvent: null }),
        byDay("day"),
        send(given, "sms", "sms"),
      ),
      { reentry: after(45, "day"), exits: CANCELLED, attention: { priority: 40 } },
    ),
};

export const AFTER: readonly Entry[] = [first, review, byType, registration, replenishment, upsell, crossSell];

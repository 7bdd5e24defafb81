import { articles, mail, p, points, renewal, shop, withArticles } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry } from "../entry.ts";
import {
  after,
  all,
  chain,
  clicked,
  days,
  endConsent,
  flow,
  fork,
  goal,
  lastOrder,
  mark,
  ORDER_ENDS,
  orders,
  reacted,
  send,
  span,
  stop,
  wait,
} from "../flow.ts";

const welcome: Entry = {
  key: "welcome",
  theme: "welcome",
  names: { fr: "Bienvenue, double inscription", en: "Welcome, double opt-in" },
  purposes: {
    fr: "Accueille les personnes qui viennent de confirmer leur adresse, présente la maison, puis mène à la première commande. S’arrête dès qu’elle arrive.",
    en: "Greets people who have just confirmed their address, introduces the shop, then leads to a first order. Stops as soon as it comes.",
  },
  timings: { fr: "4 e-mails : tout de suite, puis 1, 4 et 7 jours", en: "4 e-mails: at once, then after 1, 4 and 7 days" },
  needs: [{ of: "event", event: "Subscription Confirmed" }, { of: "website" }],
  effect: EFFECTS.welcome,
  segments: [],
  messages: [
    mail(
      "hello",
      { fr: "Bienvenue 1 · Accueil", en: "Welcome 1 · Hello" },
      {
        fr: [
          "Bienvenue chez {{ store.name }}",
          "C’est confirmé. Voici ce qui vous attend.",
          "Ravis de vous compter parmi nous",
          p(
            "Votre inscription est confirmée, merci. Vous recevrez de notre part des nouveautés choisies, des conseils qui servent vraiment et, de temps en temps, une offre réservée.",
          ),
          p("Nous écrivons peu, et vous pouvez partir d’un clic, en bas de chaque message."),
          shop("Découvrir la boutique"),
        ],
        en: [
          "Welcome to {{ store.name }}",
          "You’re in. Here is what to expect.",
          "Good to have you with us",
          p(
            "Your sign-up is confirmed, thank you. From us you’ll get hand-picked new arrivals, advice you can use and, now and then, an offer just for subscribers.",
          ),
          p("We write rarely, and one click at the foot of any message lets you leave."),
          shop("Look around the shop"),
        ],
      },
    ),
    mail(
      "promises",
      { fr: "Bienvenue 2 · Nos engagements", en: "Welcome 2 · Our promises" },
      {
        fr: [
          "Trois choses que nous vous devons",
          "Conseil, choix, retours : comment nous travaillons.",
          "Comment nous travaillons",
          points(
            ["Choisi, pas entassé", "Chaque article est essayé par l’équipe avant d’entrer en boutique."],
            ["Conseillé par quelqu’un", "Répondez à ce message : une personne vous lit et vous répond."],
            ["Repris sans discuter", "Un article ne vous convient pas ? Vous pouvez nous le retourner."],
          ),
          shop("Voir nos essentiels"),
        ],
        en: [
          "Three things we owe you",
          "Advice, choice, returns: how we work.",
          "How we work",
          points(
            ["Chosen, not piled up", "The team tries every item before it goes on sale."],
            ["Advice from a person", "Reply to this message: someone reads it and answers."],
            ["Returns without a fuss", "Not what you hoped for? You can send it back."],
          ),
          shop("See our essentials"),
        ],
      },
    ),
    mail(
      "favourites",
      { fr: "Bienvenue 3 · Par où commencer", en: "Welcome 3 · Where to start" },
      {
        fr: [
          "Par où commencer ?",
          "Ce que nos clients choisissent d’abord.",
          "Ce que l’on choisit d’abord",
          p(
            "Quand on découvre une boutique, le plus difficile est le premier choix. Nous avons rassemblé ce que nos clients commandent le plus souvent la première fois, et qu’ils recommandent ensuite.",
          ),
          p("Une question sur une taille, une matière, un usage ? Répondez simplement à ce message."),
          shop("Voir la sélection"),
        ],
        en: [
          "Where to start?",
          "What our customers choose first.",
          "What people choose first",
          p(
            "In a new shop, the first choice is the hardest. We’ve put together what our customers most often order first, and then order again.",
          ),
          p("A question about a size, a material or a use? Just reply to this message."),
          shop("See the selection"),
        ],
      },
    ),
    mail(
      "last",
      { fr: "Bienvenue 4 · Une dernière chose", en: "Welcome 4 · One last thing" },
      {
        fr: [
          "Que cherchez-vous{% if contact.first_name %}, {{ contact.first_name }}{% endif %} ?",
          "Dites-le-nous, nous cherchons avec vous.",
          "Dites-nous ce que vous cherchez",
          p(
            "Voilà une semaine que vous nous avez rejoints. Si vous n’avez pas encore trouvé votre bonheur, c’est peut-être que nous ne vous l’avons pas montré.",
          ),
          p(
            "Répondez en une ligne : pour qui, pour quelle occasion, avec quel budget. Nous vous proposerons deux ou trois idées, pas plus.",
          ),
          shop("Reprendre ma visite"),
        ],
        en: [
          "What are you looking for{% if contact.first_name %}, {{ contact.first_name }}{% endif %}?",
          "Tell us and we’ll look with you.",
          "Tell us what you’re after",
          p("You joined us a week ago. If you haven’t found the right thing yet, perhaps we haven’t shown it to you."),
          p("Reply in one line: for whom, for what occasion, at what price. We’ll suggest two or three ideas, no more."),
          shop("Pick up where I left off"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "form", on: "confirmed", form: null }],
      chain(
        send(given, "hello"),
        wait("w1", 1, "day"),
        send(given, "promises"),
        days("w2", 3, "10:00"),
        send(given, "favourites"),
        days("w3", 3, "10:00"),
        send(given, "last"),
      ),
      { exits: ORDER_ENDS, attention: { priority: 70 } },
    ),
};

const drip: Entry = {
  key: "drip_newsletter",
  theme: "welcome",
  names: { fr: "Lettre au fil de l’eau", en: "Drip newsletter" },
  purposes: {
    fr: "Envoie aux nouveaux inscrits vos articles les plus lus qu’ils n’ont pas encore lus, à leur rythme et non à celui du calendrier. Relance une seule fois ceux qui n’ont rien ouvert ni cliqué.",
    en: "Sends new subscribers your most-read articles that they haven’t read, at their own pace instead of the calendar’s. Nudges once those who neither opened nor clicked.",
  },
  timings: { fr: "2 e-mails aux jours 2 et 7, puis une relance au jour 10", en: "2 e-mails on days 2 and 7, then a nudge on day 10" },
  needs: [{ of: "event", event: "Signed Up" }, { of: "website" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "first",
      { fr: "Lettre 1 · À lire", en: "Letter 1 · Worth reading" },
      {
        fr: [
          withArticles("À lire : {{ articles.first.title }}", "Bien choisir : trois conseils de l’équipe"),
          "Quelques minutes de lecture, choisies pour vous.",
          withArticles("Ce que l’on lit le plus en ce moment", "Trois conseils pour bien choisir"),
          articles("Lire l’article", [
            [
              "Partez de l’usage",
              "Avant la couleur ou la marque, demandez-vous combien de fois par semaine vous vous en servirez. C’est ce qui décide du bon niveau de qualité.",
            ],
            [
              "Regardez ce qui s’use",
              "Coutures, joints, poignées : un article se juge à sa partie la plus fragile. C’est là que nous regardons en premier.",
            ],
            [
              "Gardez de la place pour l’entretien",
              "Le meilleur achat est celui qu’on entretient. Chaque fiche de la boutique dit comment.",
            ],
          ]),
          shop("Voir la boutique"),
        ],
        en: [
          withArticles("Worth reading: {{ articles.first.title }}", "Choosing well: three tips from the team"),
          "A few minutes’ reading, chosen for you.",
          withArticles("What people are reading just now", "Three tips for choosing well"),
          articles("Read the article", [
            ["Start with the use", "Before colour or brand, ask how many times a week you’ll use it. That decides what quality you need."],
            ["Look at what wears out", "Seams, seals, handles: judge an item by its weakest part. That’s where we look first."],
            ["Leave room for care", "The best purchase is one you look after. Every page in the shop says how."],
          ]),
          shop("Visit the shop"),
        ],
      },
    ),
    mail(
      "second",
      { fr: "Lettre 2 · Encore trois", en: "Letter 2 · Three more" },
      {
        fr: [
          withArticles("Trois autres lectures : {{ articles.first.title }}", "Faire durer ce que vous aimez"),
          "De quoi lire ce matin, en trois fois cinq minutes.",
          withArticles("Trois autres à ne pas manquer", "Trois gestes qui font durer"),
          articles("Lire l’article", [
            [
              "Le premier jour compte",
              "Lavez, graissez ou réglez avant le premier usage : la notice tient en trois lignes et change tout.",
            ],
            ["Peu, mais souvent", "Un entretien court chaque mois vaut mieux qu’un grand nettoyage par an."],
            ["Réparez tôt", "Une couture qui lâche se reprend en cinq minutes, rarement une semaine plus tard."],
          ]),
          p("Une question, un sujet que vous aimeriez nous voir traiter ? Répondez à ce message : nous lisons tout."),
          shop("Voir la boutique"),
        ],
        en: [
          withArticles("Three more to read: {{ articles.first.title }}", "Making what you love last"),
          "Something to read this morning, five minutes each.",
          withArticles("Three more worth your time", "Three habits that make things last"),
          articles("Read the article", [
            ["Day one matters", "Wash, oil or adjust before first use: the leaflet is three lines long and changes everything."],
            ["Little and often", "A short care session each month beats one big clean a year."],
            ["Mend early", "A loose seam takes five minutes today, and rarely as little a week later."],
          ]),
          p("A question, or a subject you’d like us to write about? Reply to this message: we read everything."),
          shop("Visit the shop"),
        ],
      },
    ),
    mail(
      "nudge",
      { fr: "Lettre 3 · Toujours d’accord ?", en: "Letter 3 · Still all right?" },
      {
        fr: [
          "On continue ?",
          "Nos lettres vous sont-elles utiles ? Dites-le-nous d’un clic.",
          "On continue, ou on s’arrête là ?",
          p("Nous vous avons écrit deux fois et vous n’avez peut-être pas eu le temps de lire. Rien de grave."),
          p(
            "Si nos lettres vous intéressent, un clic suffit : nous saurons que nous vous sommes utiles. Sinon, le lien de désinscription est juste en dessous, et nous ne vous en voudrons pas.",
          ),
          shop("Oui, continuez"),
        ],
        en: [
          "Shall we go on?",
          "Are our letters any use to you? One click tells us.",
          "Shall we go on, or stop here?",
          p("We’ve written twice and you may not have had time to read. No harm done."),
          p(
            "If our letters interest you, one click is enough: we’ll know we’re useful. If not, the unsubscribe link is just below, and there are no hard feelings.",
          ),
          shop("Yes, keep writing"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "event", event: "Signed Up", where: [], key: null }],
      chain(
        days("w1", 2, "08:30"),
        send(given, "first"),
        days("w2", 5, "08:30"),
        send(given, "second"),
        clicked("w3", "second", span(3, "day"), null),
        fork("read", { fr: "A ouvert ou cliqué", en: "Opened or clicked" }[given.language], reacted(given, "first", "second"), null),
        send(given, "nudge"),
      ),
      { attention: { priority: 30, tags: ["newsletter"] } },
    ),
};

const winBack: Entry = {
  key: "win_back",
  theme: "return",
  names: { fr: "Réactivation 60, 75, 90 jours", en: "Win-back 60, 75, 90 days" },
  purposes: {
    fr: "Reprend le fil avec les clients qui n’ont plus commandé depuis 60 jours, sans remise d’abord. S’arrête à la première commande.",
    en: "Picks up the thread with customers who haven’t ordered for 60 days, without a discount at first. Stops at the first order.",
  },
  timings: { fr: "3 e-mails : 60, 75 et 90 jours après la dernière commande", en: "3 e-mails: 60, 75 and 90 days after the last order" },
  needs: [{ of: "event", event: "Order Completed" }, { of: "website" }],
  effect: EFFECTS.any,
  segments: [
    {
      key: "asleep",
      names: { fr: "Sans commande depuis 60 jours", en: "No order for 60 days" },
      descriptions: { fr: "Ont déjà commandé, mais pas depuis 60 jours.", en: "Have ordered, but not for 60 days." },
      rule: all(orders("gte", 1), lastOrder("not_within_last", 60, "day")),
    },
  ],
  messages: [
    mail(
      "news",
      { fr: "Réactivation 1 · Des nouvelles", en: "Win-back 1 · News" },
      {
        fr: [
          "Ce qui a changé depuis votre dernière visite",
          "Deux mois déjà : voici le plus intéressant.",
          "Quelques nouvelles de la boutique",
          p(
            "Votre dernière commande remonte à deux mois. Depuis, de nouveaux articles sont arrivés et certains, souvent demandés, sont revenus.",
          ),
          p("Nous avons gardé le meilleur en première page, pour que le tour soit court."),
          shop("Voir les nouveautés"),
        ],
        en: [
          "What has changed since your last visit",
          "Two months already: here’s the best of it.",
          "A little news from the shop",
          p("Your last order was two months ago. New things have arrived since, and some that people kept asking for are back."),
          p("We’ve put the best on the front page, to keep the tour short."),
          shop("See what’s new"),
        ],
      },
    ),
    mail(
      "question",
      { fr: "Réactivation 2 · Une question", en: "Win-back 2 · A question" },
      {
        fr: [
          "Avons-nous manqué quelque chose ?",
          "Votre avis nous aiderait, en une ligne.",
          "Avons-nous manqué quelque chose ?",
          p("Un article décevant, un délai trop long, un service à revoir ? Si quelque chose n’allait pas, nous préférons le savoir."),
          p("Répondez à ce message, même en une ligne. Une personne vous lira et, si nous pouvons réparer, nous le ferons."),
          shop("Revenir à la boutique"),
        ],
        en: [
          "Did we miss something?",
          "One line from you would help us.",
          "Did we miss something?",
          p("A disappointing item, a slow delivery, service that fell short? If something went wrong, we’d rather know."),
          p("Reply to this message, even with a single line. A person will read it and, if we can put it right, we will."),
          shop("Back to the shop"),
        ],
      },
    ),
    mail(
      "last",
      { fr: "Réactivation 3 · Un geste", en: "Win-back 3 · A gesture" },
      {
        fr: [
          "Un petit geste pour vous revoir",
          "Notre dernier message avant de vous laisser tranquille.",
          "Nous serions heureux de vous revoir",
          p("C’est notre dernier message à ce sujet, promis."),
          p(
            '{% if coupon.code %}Pour votre retour, voici un code à votre nom : <strong style="color:#0d3f4a">{{ coupon.code }}</strong>{% else %}Si vous revenez cette semaine, répondez à ce message avec votre commande : nous y joindrons une attention.{% endif %}',
          ),
          shop("Revenir à la boutique"),
        ],
        en: [
          "A small gesture to see you again",
          "Our last message before we leave you in peace.",
          "We’d be glad to see you again",
          p("This is our last message about it, promise."),
          p(
            '{% if coupon.code %}For your return, here is a code in your name: <strong style="color:#0d3f4a">{{ coupon.code }}</strong>{% else %}If you come back this week, reply to this message with your order and we’ll add a little something.{% endif %}',
          ),
          shop("Back to the shop"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "segment", segment: given.segment("asleep"), on: "enter" }],
      chain(send(given, "news"), days("w1", 15, "10:00"), send(given, "question"), days("w2", 15, "10:00"), send(given, "last")),
      { reentry: after(6, "month"), exits: ORDER_ENDS, attention: { priority: 40, group: "retour" } },
    ),
};

const sunset: Entry = {
  key: "sunset",
  theme: "return",
  names: { fr: "Mise en sommeil", en: "Sunset" },
  purposes: {
    fr: "Demande une dernière fois leur accord à ceux qui n’ont plus cliqué depuis 120 jours. Sans réponse, leur accord prend fin : ils ne reçoivent plus aucun message commercial.",
    en: "Asks people who haven’t clicked for 120 days once more. Without an answer their agreement ends, and no marketing is sent to them.",
  },
  timings: { fr: "1 e-mail, 7 jours d’attente, puis silence", en: "1 e-mail, 7 days’ wait, then silence" },
  needs: [{ of: "website" }],
  effect: EFFECTS.protects,
  segments: [
    {
      key: "mute",
      names: { fr: "Muets depuis 120 jours", en: "Silent for 120 days" },
      descriptions: {
        fr: "Ont donné leur accord il y a 120 jours ou plus et ont reçu depuis au moins quatre e-mails, sans un clic ni une commande.",
        en: "Agreed 120 days ago or more, and got at least four e-mails since without a click or an order.",
      },
      rule: {
        kind: "all",
        of: [
          // Who joined last week and got a series of welcome has not been silent for four months.
          { kind: "consent", channel: "email", topic: "", granted: true, when: { kind: "ago", least: span(120, "day"), most: null } },
          {
            kind: "message",
            what: "sent",
            channel: "email",
            journey: null,
            template: null,
            link: "",
            by: "human",
            window: { kind: "last", span: { n: 120, unit: "day" } },
            is: { op: "gte", value: 4 },
          },
          {
            kind: "message",
            what: "clicked",
            channel: "email",
            journey: null,
            template: null,
            link: "",
            by: "human",
            window: { kind: "last", span: { n: 120, unit: "day" } },
            is: { op: "eq", value: 0 },
          },
          {
            kind: "event",
            event: "Order Completed",
            where: [],
            window: { kind: "last", span: { n: 120, unit: "day" } },
            measure: { of: "count" },
            is: { op: "eq", value: 0 },
          },
        ],
      },
    },
  ],
  messages: [
    mail(
      "ask",
      { fr: "Mise en sommeil · On garde le contact ?", en: "Sunset · Keep in touch?" },
      {
        fr: [
          "On garde le contact ?",
          "Sans réponse de votre part, nous cesserons de vous écrire.",
          "On garde le contact ?",
          p(
            "Cela fait quatre mois que nos messages ne semblent plus vous intéresser. Plutôt que d’encombrer votre boîte, nous préférons vous poser la question.",
          ),
          p(
            "Un clic ci-dessous et nous continuons. Sans nouvelles de vous d’ici une semaine, nous arrêterons de nous-mêmes ; vos commandes et votre compte ne changent pas.",
          ),
          renewal("Oui, gardons le contact"),
        ],
        en: [
          "Keep in touch?",
          "If we don’t hear from you, we’ll stop writing.",
          "Shall we keep in touch?",
          p("For four months our messages don’t seem to have interested you. Rather than fill your inbox, we’d like to ask."),
          p(
            "One click below and we’ll go on. If we hear nothing within a week, we’ll stop by ourselves; your orders and your account stay as they are.",
          ),
          renewal("Yes, keep in touch"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "segment", segment: given.segment("mute"), on: "enter" }],
      chain(
        send(given, "ask"),
        clicked("w", "ask", { n: 7, unit: "day" }, "goal"),
        mark("attributes.dormant"),
        stop(endConsent),
        stop(goal),
      ),
      { reentry: after(1, "year"), exits: ORDER_ENDS, attention: { priority: 20 } },
    ),
};

export const WELCOME: readonly Entry[] = [welcome, drip];
export const RETURN: readonly Entry[] = [winBack, sunset];

import { NAME_DAY } from "@relance/model/journeys";
import type { Rule } from "@relance/model/rules";
import { code, mail, p, points, renewal, shop } from "../content.ts";
import { EFFECTS } from "../effects.ts";
import type { Entry } from "../entry.ts";
import { after, all, chain, clicked, coupon, days, endConsent, flow, fork, goal, ORDER_ENDS, renewed, send, span, stop } from "../flow.ts";

const birthday: Entry = {
  key: "birthday",
  theme: "dates",
  names: { fr: "Anniversaire", en: "Birthday" },
  purposes: {
    fr: "Prépare, fête, puis rappelle : une attention une semaine avant, un mot le jour même, un rappel une semaine après si le code n’a pas servi.",
    en: "Prepares, celebrates, then reminds: a treat a week before, a word on the day, a reminder a week later if the code wasn’t used.",
  },
  timings: { fr: "3 e-mails : 7 jours avant, le jour même, 7 jours après", en: "3 e-mails: 7 days before, the day itself, 7 days after" },
  needs: [{ of: "attribute", attribute: "birth_date" }, { of: "website" }, { of: "coupons" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "before",
      { fr: "Anniversaire 1 · Une semaine avant", en: "Birthday 1 · A week before" },
      {
        fr: [
          "Votre anniversaire approche",
          "Nous avons préparé quelque chose.",
          "Une petite attention avant le grand jour",
          p("Votre anniversaire est dans une semaine. Pour que vous ayez le temps de choisir, voici votre attention un peu en avance."),
          code("Votre code :", "Valable avant et après le jour même."),
          shop("Choisir mon cadeau"),
        ],
        en: [
          "Your birthday is coming up",
          "We’ve put something aside.",
          "A little something before the day",
          p("Your birthday is a week away. To leave you time to choose, here is your treat a bit early."),
          code("Your code:", "Good before and after the day itself."),
          shop("Choose my present"),
        ],
      },
    ),
    mail(
      "day",
      { fr: "Anniversaire 2 · Le jour même", en: "Birthday 2 · The day itself" },
      {
        fr: [
          "Joyeux anniversaire{% if contact.first_name %} {{ contact.first_name }}{% endif %} !",
          "Toute l’équipe pense à vous aujourd’hui.",
          "Joyeux anniversaire !",
          p("Toute l’équipe vous souhaite une très belle journée. Rien à acheter dans ce message, juste un mot."),
          p("{% if coupon.code %}Votre code {{ coupon.code }} reste valable, quand vous voudrez.{% endif %}"),
          shop("Passer nous voir"),
        ],
        en: [
          "Happy birthday{% if contact.first_name %}, {{ contact.first_name }}{% endif %}!",
          "The whole team is thinking of you today.",
          "Happy birthday!",
          p("The whole team wishes you a lovely day. Nothing to buy in this message, just a word."),
          p("{% if coupon.code %}Your code {{ coupon.code }} is good whenever you like.{% endif %}"),
          shop("Come and see us"),
        ],
      },
    ),
    mail(
      "after",
      { fr: "Anniversaire 3 · Une semaine après", en: "Birthday 3 · A week after" },
      {
        fr: [
          "Votre cadeau vous attend encore",
          "Il serait dommage de l’oublier.",
          "Votre cadeau vous attend encore",
          p("La fête est passée, votre attention est toujours là."),
          code("Votre code :", "Le même qu’avant votre anniversaire."),
          shop("En profiter"),
        ],
        en: [
          "Your present is still waiting",
          "It would be a pity to forget it.",
          "Your present is still waiting",
          p("The party is over, and your treat is still here."),
          code("Your code:", "The same as before your birthday."),
          shop("Use it"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "date", attribute: "birth_date", days: -7, at: "09:00", yearly: true }],
      chain(coupon(given), send(given, "before"), days("w1", 7, "08:00"), send(given, "day"), days("w2", 7, "09:00"), send(given, "after")),
      { reentry: after(11, "month"), exits: ORDER_ENDS, attention: { priority: 60 } },
    ),
};

const nameDay: Entry = {
  key: "name_day",
  theme: "dates",
  names: { fr: "Fête du prénom", en: "Name day" },
  purposes: {
    fr: "Souhaite la fête de chacun selon son prénom, d’après le calendrier français. Aucune date à demander : le prénom suffit.",
    en: "Wishes people a happy name day by the French calendar. No date to ask for: the first name is enough.",
  },
  timings: { fr: "1 e-mail par an, à 9 h", en: "1 e-mail a year, at 9 am" },
  needs: [{ of: "attribute", attribute: "first_name" }, { of: "website" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "wish",
      { fr: "Fête du prénom · Bonne fête", en: "Name day · Happy name day" },
      {
        fr: [
          "Bonne fête, {{ contact.first_name }} !",
          "Un mot pour votre journée, rien de plus.",
          "Bonne fête !",
          p("Le calendrier porte votre prénom aujourd’hui, et toute l’équipe pense à vous. Nous vous souhaitons une très belle journée."),
          shop("Passer nous voir"),
        ],
        en: [
          "Happy name day, {{ contact.first_name }}!",
          "A word for your day, nothing more.",
          "Happy name day!",
          p("The calendar bears your name today, and the whole team is thinking of you. We wish you a lovely day."),
          shop("Come and see us"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow([{ kind: "date", attribute: NAME_DAY, days: 0, at: "09:00", yearly: true }], chain(send(given, "wish")), {
      reentry: after(11, "month"),
      attention: { priority: 35 },
    }),
};

/** The date comes round for the first time on the day itself, when there is no year to thank for. */
const NOT_NEW: Rule = {
  kind: "none",
  of: [{ kind: "attribute", attribute: "attributes.member_since", is: { op: "within_last", span: span(6, "month") } }],
};

const anniversary: Entry = {
  key: "anniversary",
  theme: "dates",
  names: { fr: "Ancienneté", en: "Anniversary of joining" },
  purposes: {
    fr: "Remercie chaque année à la date anniversaire de l’inscription.",
    en: "Says thank you each year on the anniversary of joining.",
  },
  timings: { fr: "1 e-mail par an, à 9 h", en: "1 e-mail a year, at 9 am" },
  needs: [{ of: "attribute", attribute: "attributes.member_since" }, { of: "website" }],
  effect: EFFECTS.any,
  segments: [],
  messages: [
    mail(
      "thanks",
      { fr: "Ancienneté · Merci", en: "Anniversary · Thank you" },
      {
        fr: [
          "Un an de plus ensemble",
          "Merci d’être toujours là.",
          "Merci d’être toujours là",
          p(
            "C’est à cette date que vous nous avez rejoints. Une année de plus, des messages lus, peut-être quelques commandes : merci de votre confiance.",
          ),
          p("Répondez à ce message pour nous dire ce qui vous plaît, ou ce qui vous manque. Nous lisons tout."),
          shop("Voir ce qui est nouveau"),
        ],
        en: [
          "Another year together",
          "Thank you for staying with us.",
          "Thank you for staying with us",
          p("It was on this day that you joined us. Another year, messages read, perhaps a few orders: thank you for your trust."),
          p("Reply to tell us what you like, or what you miss. We read everything."),
          shop("See what’s new"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow([{ kind: "date", attribute: "attributes.member_since", days: 0, at: "09:00", yearly: true }], chain(send(given, "thanks")), {
      filter: NOT_NEW,
      reentry: after(11, "month"),
      attention: { priority: 35 },
    }),
};

const consent: Entry = {
  key: "consent_expiring",
  theme: "dates",
  names: { fr: "Consentement bientôt échu", en: "Consent about to expire" },
  purposes: {
    fr: "Au Canada, un consentement tacite s’éteint après deux ans. Demande à temps un accord exprès, deux fois. Sans réponse, plus aucun message commercial ne part.",
    en: "In Canada an implied consent ends after two years. Asks in time for an express one, twice. Those who don’t give it get no more marketing.",
  },
  timings: {
    fr: "2 e-mails : à 22 mois, puis 15 jours après ; fin de l’accord 15 jours plus tard",
    en: "2 e-mails: at 22 months, then 15 days later; the agreement ends 15 days after that",
  },
  needs: [{ of: "attribute", attribute: "country" }, { of: "website" }],
  effect: EFFECTS.duty,
  segments: [
    {
      key: "expiring",
      names: { fr: "Consentement e-mail de plus de 22 mois, Canada", en: "E-mail consent older than 22 months, Canada" },
      descriptions: {
        fr: "Au Canada, dont le dernier accord pour l’e-mail date de 22 mois ou plus.",
        en: "In Canada, whose last word for e-mail is 22 months old or more.",
      },
      rule: all(
        { kind: "attribute", attribute: "country", is: { op: "eq", value: "CA" } },
        { kind: "consent", channel: "email", topic: "", granted: true, when: { kind: "ago", least: span(22, "month"), most: null } },
      ),
    },
  ],
  messages: [
    mail(
      "ask",
      { fr: "Consentement 1 · Votre accord", en: "Consent 1 · Your agreement" },
      {
        fr: [
          "Souhaitez-vous toujours nos nouvelles ?",
          "Votre accord arrive à échéance : un clic le prolonge.",
          "Votre accord arrive à échéance",
          p(
            "Il y a bientôt deux ans que nous vous écrivons. La loi veut que nous vous redemandions votre accord, et nous trouvons cela normal.",
          ),
          points(
            ["Ce que vous recevez", "Des nouveautés, des conseils et quelques offres, quelques fois par mois."],
            ["Ce que vous pouvez faire", "Prolonger d’un clic, ou ne rien faire : nous cesserons alors de vous écrire."],
          ),
          renewal("Oui, je souhaite continuer"),
        ],
        en: [
          "Do you still want to hear from us?",
          "Your agreement is ending: one click renews it.",
          "Your agreement is coming to an end",
          p("We’ve been writing to you for almost two years. The law says we must ask again, and we think that’s right."),
          points(
            ["What you get", "New arrivals, advice and a few offers, a few times a month."],
            ["What you can do", "Renew with one click, or do nothing: we’ll then stop writing."],
          ),
          renewal("Yes, keep me on the list"),
        ],
      },
    ),
    mail(
      "last",
      { fr: "Consentement 2 · Dernier rappel", en: "Consent 2 · Last reminder" },
      {
        fr: [
          "Dernier message, sauf si vous dites oui",
          "Sans votre accord, nous nous arrêtons là.",
          "Sans votre accord, nous nous arrêtons là",
          p(
            "C’est notre dernier rappel. Un clic suffit pour que nous continuions à vous écrire ; sans lui, dans quinze jours, vous ne recevrez plus que les messages liés à vos commandes.",
          ),
          renewal("Oui, je souhaite continuer"),
        ],
        en: [
          "Our last message, unless you say yes",
          "Without your agreement, we stop here.",
          "Without your agreement, we stop here",
          p(
            "This is our last reminder. One click and we’ll go on writing; without it, in two weeks’ time, you’ll only hear from us about your orders.",
          ),
          renewal("Yes, keep me on the list"),
        ],
      },
    ),
  ],
  graph: (given) =>
    flow(
      [{ kind: "segment", segment: given.segment("expiring"), on: "enter" }],
      chain(
        send(given, "ask"),
        clicked("w1", "ask", span(15, "day"), "r1"),
        fork("r1", { fr: "A renouvelé", en: "Renewed" }[given.language], renewed(2, "month"), "goal"),
        send(given, "last"),
        clicked("w2", "last", span(15, "day"), "r2"),
        fork("r2", { fr: "A renouvelé", en: "Renewed" }[given.language], renewed(2, "month"), "goal"),
        stop(endConsent),
        stop(goal),
      ),
      { reentry: after(1, "year"), attention: { priority: 65 } },
    ),
};

export const DATES: readonly Entry[] = [birthday, nameDay, anniversary, consent];

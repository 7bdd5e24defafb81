import { defineWords } from "../../../i18n/words.ts";

/** Sentences with choices in them; `{…}` is where a choice stands. */
export const sentenceWords = defineWords({
  en: {
    more: "More about it", less: "Less", unit: { minute: "minute", hour: "hour", day: "day", week: "week", month: "month", year: "year" },
    around: { on: "the day of", before: "days before", after: "days after" }, worth: { any: "of any value", least: "of at least" }, amount: "Least amount", idle: "Idle for", every: { yes: "every year", no: "once" },
    starts: {
      cart: "When someone leaves a cart {worth} for {idle}, and did not order", browse: "When someone looks at products and for {idle} neither fills a cart nor orders", order: "When someone’s order {on}",
      event: "When someone does {event}", form: "When someone {on} {form}", message: "When someone {did} {template}", segment: "When someone {on} the segment {segment}", group: "When someone is put into the group {group}",
      date: "When it is {days} their {date}, at {at}, {yearly}", object_date: "When it is {days} {date}, at {at}", event_date: "When it is {days} the date {property} of the event {event}, at {at}", schedule: "On {date} at {at}, for everyone in the segment {segment}",
      replenishment: "When a product that someone bought is used up, {after} after the order", registration: "When a product that someone bought is not registered {after} after the order",
      price_drop: "When the price of a product that interested someone in the last {within} falls by at least {least} {by}", back_in_stock: "When a product that interested someone in the last {within} is back in stock", low_stock: "When {atMost} or fewer are left of a product that interested someone in the last {within}",
      near_store: "When someone comes within {km} km of a store", journey: "When someone’s run in {journey} {on}", api: "When a program asks for it",
    },
    orderOn: { completed: "is placed", cancelled: "is cancelled", refunded: "is refunded" }, formOn: { submitted: "sends", confirmed: "confirms the address given in" }, did: { clicked: "clicks in", opened: "opens", unsubscribed: "unsubscribes from" }, enters: { enter: "enters", leave: "leaves" }, ended: { completed: "is gone through", goal: "reaches its goal", left: "is left on the way" },
    within: "In the last", down: "Down by at least", counted: "Counted in", km: "Kilometres", pieces: "Pieces left", order: "Order", bought: "After the order",
    reentry: "Someone who has been through it {again}", agains: { never: "does not come again", always: "may come again at once", after: "may come again after" }, againAfter: "Again after",
    exit: "Whoever does {event} leaves at once, {goal}", goals: { yes: "and that is the goal", no: "which is not the goal" }, noExit: "Nobody leaves before the end.", exitOf: (event: string) => `leaving by ${event}`,
    attention: "Its messages have priority {priority} of 100 and wait at most {patience} for their moment", priority: "Priority", patience: "Longest wait", attentionOf: "attention",
    wait: { duration: "Wait {span}", local: "Go on {days} days later, at {at}", now: "Wait until {at}", event: "Wait until they do {event}, at most {timeout}", message: "Wait until they {did} the message “{step}”, at most {timeout}" }, days: "Days later", timeout: "At most", reacts: { delivered: "are handed", opened: "open", clicked: "click in" },
    send: { email: "Send the e-mail {template}", sms: "Send the text {template}", web_push: "Send the web push {template}", push: "Send the push {template}", whatsapp: "Send the WhatsApp message {template}", onsite: "Show the message {template} on the site" }, choose: "to be chosen",
  },
  fr: {
    more: "En dire plus", less: "En dire moins", unit: { minute: "minute", hour: "heure", day: "jour", week: "semaine", month: "mois", year: "an" },
    around: { on: "le jour de", before: "jours avant", after: "jours après" }, worth: { any: "de n’importe quelle valeur", least: "d’au moins" }, amount: "Montant minimal", idle: "Sans geste pendant", every: { yes: "chaque année", no: "une seule fois" },
    starts: {
      cart: "Quand quelqu’un laisse un panier {worth} pendant {idle}, sans commander", browse: "Quand quelqu’un regarde des produits puis, pendant {idle}, ne remplit pas de panier et ne commande pas", order: "Quand une commande {on}",
      event: "Quand quelqu’un fait {event}", form: "Quand quelqu’un {on} {form}", message: "Quand quelqu’un {did} {template}", segment: "Quand quelqu’un {on} le segment {segment}", group: "Quand quelqu’un est mis dans le groupe {group}",
      date: "Quand on est {days} cette date : {date}, à {at}, {yearly}", object_date: "Quand on est {days} cette date : {date}, à {at}", event_date: "Quand on est {days} la date {property} de l’événement {event}, à {at}", schedule: "Le {date} à {at}, pour tous les membres du segment {segment}",
      replenishment: "Quand un produit acheté arrive à sa fin, {after} après la commande", registration: "Quand un produit acheté n’est pas enregistré, {after} après la commande",
      price_drop: "Quand baisse d’au moins {least} {by} le prix d’un produit auquel quelqu’un s’est intéressé, il y a {within} au plus", back_in_stock: "Quand revient en stock un produit auquel quelqu’un s’est intéressé, il y a {within} au plus", low_stock: "Quand il reste {atMost} pièces ou moins d’un produit auquel quelqu’un s’est intéressé, il y a {within} au plus",
      near_store: "Quand quelqu’un passe à moins de {km} km d’une boutique", journey: "Quand le parcours de quelqu’un dans {journey} {on}", api: "Quand un programme le demande",
    },
    orderOn: { completed: "est passée", cancelled: "est annulée", refunded: "est remboursée" }, formOn: { submitted: "envoie", confirmed: "confirme l’adresse donnée dans" }, did: { clicked: "clique dans", opened: "ouvre", unsubscribed: "se désinscrit depuis" }, enters: { enter: "entre dans", leave: "quitte" }, ended: { completed: "va jusqu’au bout", goal: "atteint l’objectif", left: "s’arrête en chemin" },
    within: "Depuis au plus", down: "En baisse d’au moins", counted: "Compté en", km: "Kilomètres", pieces: "Pièces restantes", order: "Commande", bought: "Après la commande",
    reentry: "Qui l’a déjà parcouru {again}", agains: { never: "n’y revient pas", always: "peut y revenir aussitôt", after: "peut y revenir après" }, againAfter: "De nouveau après",
    exit: "Qui fait {event} sort aussitôt, {goal}", goals: { yes: "et c’est l’objectif", no: "sans que ce soit l’objectif" }, noExit: "Personne ne sort avant la fin.", exitOf: (event) => `sortie par ${event}`,
    attention: "Ses messages ont la priorité {priority} sur 100 et attendent leur moment {patience} au plus", priority: "Priorité", patience: "Attente la plus longue", attentionOf: "attention",
    wait: { duration: "Attendre {span}", local: "Continuer {days} jours plus tard, à {at}", now: "Attendre jusqu’à {at}", event: "Attendre que le contact fasse {event}, {timeout} au plus", message: "Attendre {did} du message « {step} », {timeout} au plus" }, days: "Jours plus tard", timeout: "Au plus", reacts: { delivered: "la remise", opened: "l’ouverture", clicked: "un clic" },
    send: { email: "Envoyer l’e-mail {template}", sms: "Envoyer le SMS {template}", web_push: "Envoyer le push web {template}", push: "Envoyer le push mobile {template}", whatsapp: "Envoyer le message WhatsApp {template}", onsite: "Montrer sur le site le message {template}" }, choose: "à choisir",
  },
});

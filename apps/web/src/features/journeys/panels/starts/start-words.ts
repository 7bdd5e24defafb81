import { defineWords } from "../../../../i18n/words.ts";

/** Words of the starts by the catalogue, by place and by a schedule. */
export const startWords = defineWords({
  en: {
    downBy: "Down by at least", dropBy: "Counted in", percent: "percent", amount: "an amount", currency: "Currency", currencyHelp: "Three letters, such as EUR; prices in others do not count.", atMost: "Pieces left, at most",
    interest: "Products they", interests: { viewed: "looked at", carted: "put into a cart", wished: "wished for" }, within: "In the last", stores: "Stores", anyStore: "All stores",
    dropNote: "Compared with the price when they last showed interest, in the same store and currency. One run per product; who has ordered it since is left out.", stockNote: "Counted per store, over all variants. One run per product; who has ordered it since is left out.",
    km: "Kilometres at most", nearNote: "Told by the event Location Updated with latitude and longitude. One run per store, the nearest; the rule “who may enter again” keeps it from starting at every step they take.",
    day: "Day", firstDay: "First day", zone: "Whose time", zones: { workspace: "the workspace’s", person: "each person’s own" }, repeat: "Again and again", every: "Every", unit: "Unit", units: { day: "days", week: "weeks", month: "months" }, lastDay: "Last day", lastDayHelp: "Empty: for ever.",
    scheduleNote: "Who is in the segment at that instant enters; one run per day of the schedule.", personNote: "Who is meant is settled when that hour comes in the first place on Earth, up to 26 hours ahead; each then enters at their own hour.",
    rhythm: "Their own rhythm", rhythms: { fixed: "no: the same time for all", product: "of this product", category: "of its category" }, fallback: "Until it is known, after", rhythmNote: "The median of the times between their own orders, from three orders on.",
    anyForm: "any form", otherForm: "a form of your site…", formName: "What its events call it", formNameHelp: "Their property form_id, form or form_name.",
    noObject: "No object with a date yet", objectNote: "One run per object. A later date moves the start; an object that is removed, or no longer as asked, takes it away.",
    ofContact: "Of the contact", ofObject: "Of their objects", otherDate: "Another", ofEvent: "a property of the event that started the run", fixedDay: "a day", eventProperty: "Property that holds the date", whichObject: "Of the object that started the run; if something else did, the next to come.",
  },
  fr: {
    downBy: "En baisse d’au moins", dropBy: "Compté en", percent: "pour cent", amount: "montant", currency: "Devise", currencyHelp: "Trois lettres, comme EUR ; les prix en d’autres devises ne comptent pas.", atMost: "Pièces restantes, au plus",
    interest: "Produits que le contact a", interests: { viewed: "regardés", carted: "mis au panier", wished: "mis en liste d’envies" }, within: "Au cours des derniers", stores: "Boutiques", anyStore: "Toutes les boutiques",
    dropNote: "Comparé au prix du moment où il s’y est intéressé, dans la même boutique et la même devise. Un parcours par produit ; qui l’a commandé depuis n’est pas concerné.", stockNote: "Compté par boutique, toutes variantes ensemble. Un parcours par produit ; qui l’a commandé depuis n’est pas concerné.",
    km: "Kilomètres au plus", nearNote: "Dit par l’événement Location Updated, avec latitude et longitude. Un parcours par boutique, la plus proche ; la règle « qui peut revenir » évite qu’il reparte à chaque pas.",
    day: "Jour", firstDay: "Premier jour", zone: "À l’heure", zones: { workspace: "de l’espace", person: "de chacun" }, repeat: "Recommencer", every: "Intervalle", unit: "Unité", units: { day: "jours", week: "semaines", month: "mois" }, lastDay: "Dernier jour", lastDayHelp: "Vide : sans fin.",
    scheduleNote: "Entrent les membres du segment à cet instant ; un parcours par jour du calendrier.", personNote: "La liste est arrêtée quand cette heure arrive au premier endroit du globe, jusqu’à 26 heures plus tôt ; chacun entre ensuite à son heure.",
    rhythm: "Rythme propre à chacun", rhythms: { fixed: "non : le même délai pour tous", product: "pour ce produit", category: "pour sa catégorie" }, fallback: "Tant qu’il n’est pas connu, après", rhythmNote: "La médiane des temps entre ses propres commandes, à partir de trois.",
    anyForm: "n’importe quel formulaire", otherForm: "un formulaire de votre site…", formName: "Le nom que lui donnent ses événements", formNameHelp: "Leur propriété form_id, form ou form_name.",
    noObject: "Aucun objet daté encore", objectNote: "Un parcours par objet. Une nouvelle date déplace le départ ; un objet retiré, ou qui ne correspond plus, l’annule.",
    ofContact: "Du contact", ofObject: "De ses objets", otherDate: "Autre", ofEvent: "une propriété de l’événement de départ", fixedDay: "un jour", eventProperty: "Propriété qui contient la date", whichObject: "Celle de l’objet qui a fait partir le parcours ; à défaut, la prochaine à venir.",
  },
});

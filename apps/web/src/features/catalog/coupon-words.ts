import { defineWords } from "../../i18n/words.ts";

/** Words of the page of discount codes. */
export const couponWords = defineWords({
  en: {
    help: "Codes that journeys give, one per person, by the step “Discount code”. A pool makes its codes itself, or gives from a list of your shop’s.", none: "No pool yet", noneText: "Make one here, or in the step of a journey that gives a code.", newPool: "New pool", pool: "Pool", left: "Left", given: "Given", endless: "as many as wanted", days: (n: number, shown: string) => (n === 1 ? "good for 1 day" : `good for ${shown} days`), forever: "without end",
    add: "Add codes", addHelp: "One per line; those it has, or has given, are left out.", added: (n: number, shown: string) => (n === 1 ? "1 code was new." : `${shown} codes were new.`), save: "Add", cancel: "Cancel", archive: "Give no more", archiveNote: "Codes given stay good.",
    code: "Code", holder: "Given to", used: "Used", notUsed: "not used", expired: "ended, not used", erased: "no longer here", until: (day: string) => `until ${day}`, find: "Find a code", noGiven: "None given yet.", notFound: "No such code was given here.", low: "Running out",
  },
  fr: {
    help: "Les codes que donnent les scénarios, un par personne, à l’étape « Code promo ». Une réserve fabrique ses codes, ou les puise dans une liste de votre boutique.", none: "Pas encore de réserve", noneText: "Créez-en une ici, ou dans l’étape d’un scénario qui donne un code.", newPool: "Nouvelle réserve", pool: "Réserve", left: "Restants", given: "Donnés", endless: "autant qu’il en faut", days: (n: number, shown: string) => (n === 1 ? "valable 1 jour" : `valable ${shown} jours`), forever: "sans fin de validité",
    add: "Ajouter des codes", addHelp: "Un par ligne ; ceux qu’elle a, ou qu’elle a donnés, sont laissés de côté.", added: (n: number, shown: string) => (n <= 1 ? `${shown} code était nouveau.` : `${shown} codes étaient nouveaux.`), save: "Ajouter", cancel: "Annuler", archive: "Ne plus en donner", archiveNote: "Les codes donnés restent valables.",
    code: "Code", holder: "Donné à", used: "Utilisé", notUsed: "pas utilisé", expired: "échu, pas utilisé", erased: "n’est plus ici", until: (day: string) => `jusqu’au ${day}`, find: "Chercher un code", noGiven: "Aucun donné pour l’instant.", notFound: "Ce code n’a pas été donné ici.", low: "Bientôt épuisée",
  },
});

import { defineWords } from "../../../i18n/words.ts";

export const panelWords = defineWords({
  en: {
    name: "Name", nameHelp: "What it says on the canvas", remove: "Remove this step", leads: "Where it leads", toEnd: "ends here", choose: "Choose…",
    template: "Template", mailNote: "Whether and when it leaves is decided at the last moment by the gate: consent, caps, hours, and what else competes for the person.", openTemplate: "Open the template", writeTemplate: "Write a template", draft: "draft",
    action: "What to do", join: "Put into the group", leave: "Take out of the group", group: "Group", newGroup: "New group…", groupName: "Name of the group", create: "Create",
    goalNote: "Reaching this step counts as success. The run goes on if something follows.", exitNote: "The run ends here.",
    waitFor: "Wait", n: "Number", unit: "Unit", units: { minute: "minutes", hour: "hours", day: "days", week: "weeks", month: "months", year: "years" },
    days: "Days later, at least", at: "At", zone: "In the contact’s time zone; the workspace’s when it is not known.", weekdays: "On these days", anyDay: "None chosen: any day.",
    event: "Event", orEvent: "or", addEvent: "Another event", removeEvent: "Remove this event", atMost: "At most", where: "Only when", addWhere: "Add a detail", removeWhere: "Remove this detail", property: "Property", sameKey: "About the same thing as the start", sameKeyNote: (key: string) => `Same ${key}; an event without it concerns every run.`,
    pathsNote: "From the top, the first path whose conditions hold is taken; all others go on by “others”.", path: "Name of the path", addPath: "Add a path", removePath: "Remove this path", up: "Move up", down: "Move down", pathNew: (n: number) => `path ${n}`,
    noStart: "Say what makes a contact enter.", addStart: "Add a start", removeStart: "Remove this start",
    on: "When", enters: "they enter", leaves: "they leave", segment: "Segment", key: "Property that tells runs apart", keyHelp: "Optional: with cart_id, one run per cart.", date: "Date", offset: "When", offsets: { on: "the day itself", before: "days before", after: "days after" }, yearly: "Every year", noSegment: "No segment yet", noGroup: "No group yet",
    filter: "Only contacts who…", addFilter: "Add a condition", removeFilter: "Let everyone in", reentry: "Entering again", reentries: { never: "once only", always: "each time", after: "after a while" }, again: "After",
    exits: "They leave at once when…", exitsNote: "Wherever they wait, at the moment it happens.", addExit: "Add an exit", removeExit: "Remove this exit", isGoal: "Counts as the goal", birthDate: "birth date",
  },
  fr: {
    name: "Nom", nameHelp: "Ce qui se lit sur le tracé", remove: "Retirer cette étape", leads: "Où cela mène", toEnd: "se termine ici", choose: "Choisir…",
    template: "Modèle", mailNote: "S’il part, et quand, se décide au dernier moment, au contrôle : consentement, plafonds, heures, et ce qui dispute l’attention de la personne.", openTemplate: "Ouvrir le modèle", writeTemplate: "Écrire un modèle", draft: "brouillon",
    action: "Que faire", join: "Mettre dans le groupe", leave: "Retirer du groupe", group: "Groupe", newGroup: "Nouveau groupe…", groupName: "Nom du groupe", create: "Créer",
    goalNote: "Atteindre cette étape compte comme un succès. Le parcours continue si quelque chose suit.", exitNote: "Le parcours se termine ici.",
    waitFor: "Attendre", n: "Nombre", unit: "Unité", units: { minute: "minutes", hour: "heures", day: "jours", week: "semaines", month: "mois", year: "ans" },
    days: "Jours plus tard, au moins", at: "À", zone: "Dans le fuseau du contact ; celui de l’espace quand il est inconnu.", weekdays: "Ces jours-là", anyDay: "Aucun choisi : n’importe quel jour.",
    event: "Événement", orEvent: "ou", addEvent: "Un autre événement", removeEvent: "Retirer cet événement", atMost: "Au plus", where: "Seulement quand", addWhere: "Ajouter une précision", removeWhere: "Retirer cette précision", property: "Propriété", sameKey: "À propos de la même chose que le départ", sameKeyNote: (key) => `Même ${key} ; un événement qui ne l’a pas concerne tous les parcours.`,
    pathsNote: "De haut en bas, la première voie dont les conditions sont remplies est prise ; tous les autres passent par « autres ».", path: "Nom de la voie", addPath: "Ajouter une voie", removePath: "Retirer cette voie", up: "Monter", down: "Descendre", pathNew: (n) => `voie ${n}`,
    noStart: "Dites ce qui fait entrer un contact.", addStart: "Ajouter un départ", removeStart: "Retirer ce départ",
    on: "Quand", enters: "il y entre", leaves: "il en sort", segment: "Segment", key: "Propriété qui distingue les parcours", keyHelp: "Facultatif : avec cart_id, un parcours par panier.", date: "Date", offset: "Quand", offsets: { on: "le jour même", before: "jours avant", after: "jours après" }, yearly: "Chaque année", noSegment: "Aucun segment encore", noGroup: "Aucun groupe encore",
    filter: "Seulement les contacts qui…", addFilter: "Ajouter une condition", removeFilter: "Laisser entrer tout le monde", reentry: "Entrer à nouveau", reentries: { never: "une seule fois", always: "à chaque fois", after: "après un délai" }, again: "Après",
    exits: "Sortent aussitôt quand…", exitsNote: "Où qu’ils attendent, au moment où cela arrive.", addExit: "Ajouter une sortie", removeExit: "Retirer cette sortie", isGoal: "Compte comme objectif", birthDate: "date de naissance",
  },
});

import { defineWords } from "../../i18n/words.ts";

export const peopleWords = defineWords({
  en: {
    nobody: "Nobody waits here now.", visitor: "A visitor", more: "Show more", since: (ago: string) => `here ${ago}`, until: (when: string) => `until ${when}`, late: "due, moves at the next turn", frozen: "due, waits for the journey to resume",
    listens: (events: string) => `or until ${events}`, onVersion: (version: number) => `on version ${version}`, moved: (from: number) => `moved from version ${from}`, key: (key: string) => `for ${key}`, stop: "Take out", stopSure: "Take out for good?", stopYes: "Take out", keep: "Keep",
    noEntry: "Nobody has entered yet.", state: "State", every: "All", states: { waiting: "Waiting", completed: "Went to the end", left: "Left on the way", failed: "Failed" }, entered: (ago: string) => `entered ${ago}`, at: (step: string) => `at “${step}”`,
    outcomes: { completed: "went to the end", exit: "reached the exit", stopped: "taken out by hand", archived: "the journey was archived", overdue: "was overdue after a pause", new_version: "left at a new version", step_missing: "its step is gone", merged: "merged into another contact" },
    why: "Why is someone in it, or not?", find: "Contact", findHelp: "E-mail, name, phone, order", none: "No contact found.", other: "Someone else", asked: "Asked now, of what is known now.", when: "At a past moment", whenHelp: "Asked of what was known then. Empty: now.", byHand: "Let them enter now", byHandDone: "Asked: they enter within seconds if the filter and the re-entry rule allow it.", profile: "Open the profile",
    wasInside: (name: string) => `[[${name} was in]] this journey.`, mightEnter: (name: string) => `${name} was not in, but [[would have entered]] at the next start.`, wasOut: (name: string, reason: string) => `At that moment ${name} was not in: [[${reason}]].`,
    inside: (name: string) => `[[${name} is in]] this journey.`, mayEnter: (name: string) => `${name} is not in, but [[would enter]] at the next start.`, out: (name: string, reason: string) => `${name} is not in: [[${reason}]].`,
    reasons: {
      not_published: "nothing is published yet", paused: "the journey is paused", archived: "the journey is archived", no_event: "the event never happened", other_values: "the event never had these values", no_key: "the event lacked its key", before_publication: "it happened before publication", too_old: "the event came a day too late", start_waits: "its time has not come yet", nothing_waits: "nothing set it off, or something ended it",
      no_date: "no date is known", date_to_come: "the date is still to come", not_member: "not in the segment or group", not_left: "never left the segment", still_member: "still in the segment", reentry: "entered already", filter: "the condition is not met",
    },
    about: { journey: "Journey", inside: "Passages", start: "Start", reentry: "Re-entry", filter: "Condition", mail: "Address" },
    facts: { at: (when: string) => `on ${when}`, seen: (n: number) => (n === 1 ? "seen once" : `seen ${n} times`), enteredAt: (when: string) => `entered ${when}`, endedAt: (when: string) => `ended ${when}`, from: (when: string) => `possible from ${when}`, published: (when: string) => `published ${when}`, since: (when: string) => `since ${when}`, again: (when: string) => `asked again until ${when}` },
  },
  fr: {
    nobody: "Personne n’attend ici pour l’instant.", visitor: "Un visiteur", more: "Afficher la suite", since: (ago) => `ici ${ago}`, until: (when) => `jusqu’au ${when}`, late: "à échéance, avance au prochain passage", frozen: "à échéance, attend la reprise du scénario",
    listens: (events) => `ou jusqu’à ${events}`, onVersion: (version) => `sur la version ${version}`, moved: (from) => `venu de la version ${from}`, key: (key) => `pour ${key}`, stop: "Faire sortir", stopSure: "Sortir pour de bon ?", stopYes: "Faire sortir", keep: "Garder",
    noEntry: "Personne n’est encore entré.", state: "État", every: "Tous", states: { waiting: "En cours", completed: "Allés au bout", left: "Sortis en chemin", failed: "En échec" }, entered: (ago) => `entré ${ago}`, at: (step) => `à « ${step} »`,
    outcomes: { completed: "allé au bout", exit: "arrivé à la sortie", stopped: "sorti à la main", archived: "scénario archivé", overdue: "en retard après une pause", new_version: "sorti à une nouvelle version", step_missing: "son étape n’existe plus", merged: "fusionné avec un autre contact" },
    why: "Pourquoi un contact y est-il, ou pas ?", find: "Contact", findHelp: "E-mail, nom, téléphone, commande", none: "Aucun contact trouvé.", other: "Quelqu’un d’autre", asked: "Demandé maintenant, sur ce qui est connu maintenant.", when: "À un moment passé", whenHelp: "Sur ce qui était connu alors. Vide : maintenant.", byHand: "Faire entrer maintenant", byHandDone: "C’est demandé : l’entrée se fait en quelques secondes, si la condition et la règle de retour le permettent.", profile: "Ouvrir la fiche",
    wasInside: (name) => `[[${name} était dans]] ce scénario.`, mightEnter: (name) => `${name} n’y était pas, mais [[serait entré]] au prochain départ.`, wasOut: (name, reason) => `À ce moment-là, ${name} n’y était pas : [[${reason}]].`,
    inside: (name) => `[[${name} est dans]] ce scénario.`, mayEnter: (name) => `${name} n’y est pas, mais [[entrerait]] au prochain départ.`, out: (name, reason) => `${name} n’y est pas : [[${reason}]].`,
    reasons: {
      not_published: "rien n’est encore publié", paused: "le scénario est en pause", archived: "le scénario est archivé", no_event: "l’événement n’est jamais arrivé", other_values: "l’événement n’a jamais eu ces valeurs", no_key: "l’événement n’avait pas sa clé", before_publication: "c’était avant la publication", too_old: "l’événement est arrivé un jour trop tard", start_waits: "son heure n’est pas encore venue", nothing_waits: "rien ne l’a déclenché, ou quelque chose y a mis fin",
      no_date: "aucune date connue", date_to_come: "la date est encore à venir", not_member: "hors du segment ou du groupe", not_left: "n’a jamais quitté le segment", still_member: "toujours dans le segment", reentry: "déjà entré", filter: "la condition n’est pas remplie",
    },
    about: { journey: "Scénario", inside: "Passages", start: "Départ", reentry: "Retour", filter: "Condition", mail: "Adresse" },
    facts: { at: (when) => `le ${when}`, seen: (n) => `vu ${n} fois`, enteredAt: (when) => `entré le ${when}`, endedAt: (when) => `terminé le ${when}`, from: (when) => `possible à partir du ${when}`, published: (when) => `publié le ${when}`, since: (when) => `depuis le ${when}`, again: (when) => `redemandé jusqu’au ${when}` },
  },
});

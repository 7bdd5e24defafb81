import { defineWords } from "../../i18n/words.ts";

export const journeyWords = defineWords({
  en: {
    title: "Journeys", name: "Journey", state: "State", here: "Inside now", entered: "Entered", goal: "Reached the goal", changed: "draft changed since",
    states: { draft: "Draft", live: "Live", paused: "Paused", archived: "Archived" },
    none: "A journey answers what people do.", noneText: "Write the message first, then say when it leaves: an event such as an abandoned cart, or the entry into a segment. Nothing is sent before you publish.", toTemplates: "Write a first message",
    create: "New journey", unnamed: "New journey", nameField: "Name of the journey", version: (n: string) => `version ${n}`, unpublished: "unpublished changes", incomplete: "a value is missing: not saved", saving: "saving…",
    publish: "Publish…", duplicate: "Duplicate", backToLive: "Back to the live version", problems: (n: number) => (n === 1 ? "1 problem" : `${n} problems`), pause: "Pause", resume: "Resume", archive: "Archive", undo: "Undo", redo: "Redo", more: "More",
    kinds: { email: "E-mail", wait: "Wait", branch: "Paths", group: "Group", goal: "Goal", exit: "Exit" }, hereNow: (n: string) => `${n} here`, passed: (n: string) => `${n} passed`, addHere: "Add a step", end: "End", start: "Start", noStart: "Say who enters, and when", steps: "Steps of the journey",
    exits: { next: "then", event: "if it happens", timeout: "otherwise", else: "others" }, close: "Close",
    readOnly: "This journey is archived; it can be read.",
    safe: "Nothing is sent by drawing: only publishing lets contacts in.", phone: "To build, a larger screen is more comfortable; here you can read, pause and resume.",
    birthDate: "birth date", startEvent: (event: string) => `When “${event}” happens`, startEventWhere: (event: string, n: number) => `When “${event}” happens, with ${n === 1 ? "1 detail" : `${n} details`}`, startEnter: (name: string) => `On entering “${name}”`, startLeave: (name: string) => `On leaving “${name}”`, startGroup: (name: string) => `When put into “${name}”`,
    dayItself: (field: string) => `on the ${field}`, daysBefore: (n: number, field: string) => `${n} day${n === 1 ? "" : "s"} before the ${field}`, daysAfter: (n: number, field: string) => `${n} day${n === 1 ? "" : "s"} after the ${field}`,
    completed: "Went to the end", leftEarly: "Left on the way", failed: "Failed", description: "What it is for", descriptionHelp: "A line for your colleagues", pausedSince: (ago: string, by: string) => (by === "" ? `Paused ${ago}.` : `Paused ${ago} by ${by}.`), setup: "Settings", peopleTab: (n: string) => `Here (${n})`, entriesTab: "Entries", wayNumber: (n: string) => `path ${n}`, modified: "modified", added: "new", overview: "The journey", faulty: "has a problem", enteredCount: (n: string) => `${n} entered`, join: "Lead to a step", addFirst: "Add a step at the start", addAfter: (name: string) => `Add a step after “${name}”`, byWay: "By the way out",
    palette: "Steps to add", paletteHelp: "Drag it onto the journey, or click to add it after the chosen step", view: "View", zoomIn: "Zoom in", zoomOut: "Zoom out", fit: "Show all", keys: "Arrows: other steps. A: add after. Delete: take out. Enter: settings. Ctrl Z: undo.", keysRead: "Arrows: other steps. Enter: details.", insideCount: (n: string) => `${n} inside`, journeyWord: "Journey",
  },
  fr: {
    title: "Scénarios", name: "Scénario", state: "État", here: "En cours", entered: "Entrés", goal: "But atteint", changed: "brouillon modifié depuis",
    states: { draft: "Brouillon", live: "Actif", paused: "En pause", archived: "Archivé" },
    none: "Un scénario répond à ce que font les gens.", noneText: "Écrivez d’abord le message, puis dites quand il part : un événement comme un panier laissé, ou l’entrée dans un segment. Rien n’est envoyé avant la publication.", toTemplates: "Écrire un premier message",
    create: "Nouveau scénario", unnamed: "Nouveau scénario", nameField: "Nom du scénario", version: (n) => `version ${n}`, unpublished: "changements non publiés", incomplete: "il manque une valeur : pas enregistré", saving: "enregistrement…",
    publish: "Publier…", duplicate: "Dupliquer", backToLive: "Revenir à la version en ligne", problems: (n) => (n < 2 ? `${n} problème` : `${n} problèmes`), pause: "Mettre en pause", resume: "Reprendre", archive: "Archiver", undo: "Annuler", redo: "Rétablir", more: "Plus",
    kinds: { email: "E-mail", wait: "Attente", branch: "Voies", group: "Groupe", goal: "Objectif", exit: "Sortie" }, hereNow: (n) => `${n} ici`, passed: (n) => `${n} passés`, addHere: "Ajouter une étape", end: "Fin", start: "Départ", noStart: "Dites qui entre, et quand", steps: "Étapes du scénario",
    exits: { next: "puis", event: "si cela arrive", timeout: "sinon", else: "autres" }, close: "Fermer",
    readOnly: "Ce scénario est archivé ; il se lit encore.",
    safe: "Dessiner n’envoie rien : seule la publication fait entrer des contacts.", phone: "Pour construire, un écran plus large est plus confortable ; ici vous pouvez lire, mettre en pause et reprendre.",
    birthDate: "date de naissance", startEvent: (event) => `Quand « ${event} » arrive`, startEventWhere: (event, n) => `Quand « ${event} » arrive, avec ${n < 2 ? "1 précision" : `${n} précisions`}`, startEnter: (name) => `À l’entrée dans « ${name} »`, startLeave: (name) => `À la sortie de « ${name} »`, startGroup: (name) => `À l’ajout dans « ${name} »`,
    dayItself: (field) => `le jour de : ${field}`, daysBefore: (n, field) => `${n} jour${n < 2 ? "" : "s"} avant : ${field}`, daysAfter: (n, field) => `${n} jour${n < 2 ? "" : "s"} après : ${field}`,
    completed: "Allés au bout", leftEarly: "Sortis en chemin", failed: "En échec", description: "À quoi il sert", descriptionHelp: "Une ligne pour vos collègues", pausedSince: (ago, by) => (by === "" ? `En pause ${ago}.` : `Mis en pause ${ago} par ${by}.`), setup: "Réglages", peopleTab: (n) => `Ici (${n})`, entriesTab: "Entrées", wayNumber: (n) => `voie ${n}`, modified: "modifiée", added: "nouvelle", overview: "Le scénario", faulty: "a un problème", enteredCount: (n) => `${n} entrés`, join: "Mener à une étape", addFirst: "Ajouter une étape au départ", addAfter: (name) => `Ajouter une étape après « ${name} »`, byWay: "Par la sortie",
    palette: "Étapes à ajouter", paletteHelp: "Glissez-la sur le tracé, ou cliquez pour l’ajouter après l’étape choisie", view: "Vue", zoomIn: "Agrandir", zoomOut: "Réduire", fit: "Tout voir", keys: "Flèches : autres étapes. A : ajouter après. Suppr : retirer. Entrée : réglages. Ctrl Z : annuler.", keysRead: "Flèches : autres étapes. Entrée : détails.", insideCount: (n) => `${n} en cours`, journeyWord: "Scénario",
  },
});

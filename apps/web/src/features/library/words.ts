import { defineWords } from "../../i18n/words.ts";

export const libraryWords = defineWords({
  en: {
    title: "Library", journeys: "Journeys", blank: "Blank page", search: "Goal, start, channel", searchNothing: "No journey has these words.", clear: "Clear the search",
    sentence: (all: string, ready: string, some: string, notYet: string) => `${all} journeys ready to use, texts included. Your data is enough for [[${ready} of them]]${some === "0" ? "" : `, for ${some} with part of your contacts`}${notYet === "0" ? "." : `, and not yet for ${notYet}.`}`,
    sentenceNone: (all: string) => `${all} journeys ready to use, texts included. [[Connect your shop]] and this page says which ones your data is enough for.`,
    groups: { all: "Ready for everyone", some: "Ready for some", not_yet: "Not yet" },
    sketch: (n: number) => `Flow of ${n} steps`, legend: { email: "e-mail", sms: "text", wait: "wait" },
    lacks: (list: string) => `Missing: ${list}.`, partly: (name: string, share: string) => `${name} known for ${share}.`,
    needs: { event: (name: string) => `the event “${name}”`, attribute: (name: string) => name, website: "the address of your website", catalogue: "a catalogue", stores: "your stores", coupons: "a pool of codes" },
    fields: { birth_date: "birthday", latitude: "location", country: "country", member_since: "date of joining" },
    met: { yes: "there", partly: "in part", no: "missing" }, seen: (day: string) => `last one on ${day}`, share: (share: string) => `known for ${share} of contacts`,
    what: "What it needs", effect: "What others saw", source: (name: string, year: number) => `${name}, data of ${year}`, noSource: "Our own judgement.", when: "When it writes",
    cure: { event: "How to send events", website: "Enter it in the settings", catalogue: "How to send a catalogue", stores: "How to add stores", coupons: "Made in a journey’s coupon step", attribute: "Import it" },
    flow: "How it goes", messages: "What it says", segments: "Who it is for", create: "Create the draft", guided: "Set up in four steps", created: "Nothing is sent: the draft opens, you read it over, you publish it when you like.",
    language: "Language of the texts", french: "French", english: "English", characters: (n: number, parts: number) => `${n} characters, ${parts} ${parts === 1 ? "segment" : "segments"}`, frame: "Preview of the message", unnamed: "Journey", noPreview: "This message could not be shown.",
  },
  fr: {
    title: "Bibliothèque", journeys: "Scénarios", blank: "Page blanche", search: "But, départ, canal", searchNothing: "Aucun scénario ne contient ces mots.", clear: "Effacer la recherche",
    sentence: (all, ready, some, notYet) => `${all} scénarios prêts à l’emploi, textes compris. Vos données suffisent [[pour ${ready}]]${some === "0" ? "" : `, pour ${some} avec une partie de vos contacts`}${notYet === "0" ? "." : `, et pas encore pour ${notYet}.`}`,
    sentenceNone: (all) => `${all} scénarios prêts à l’emploi, textes compris. [[Reliez votre boutique]] et cette page dira lesquels sont à votre portée.`,
    groups: { all: "Prêts pour tous", some: "Prêts pour une partie", not_yet: "Pas encore" },
    sketch: (n) => `Déroulé en ${n} étapes`, legend: { email: "e-mail", sms: "SMS", wait: "attente" },
    lacks: (list) => `Il manque : ${list}.`, partly: (name, share) => `${name} : connu pour ${share}.`,
    needs: { event: (name) => `l’événement « ${name} »`, attribute: (name) => name, website: "l’adresse de votre site", catalogue: "un catalogue", stores: "vos boutiques", coupons: "une réserve de codes" },
    fields: { birth_date: "anniversaire", latitude: "position", country: "pays", member_since: "date d’arrivée" },
    met: { yes: "présent", partly: "en partie", no: "manquant" }, seen: (day) => `le dernier le ${day}`, share: (share) => `connu pour ${share} des contacts`,
    what: "Ce qu’il lui faut", effect: "Ce que d’autres ont constaté", source: (name, year) => `${name}, données de ${year}`, noSource: "Notre propre jugement.", when: "Quand il écrit",
    cure: { event: "Comment envoyer des événements", website: "La saisir dans les réglages", catalogue: "Comment envoyer un catalogue", stores: "Comment ajouter des boutiques", coupons: "Se crée dans l’étape « code » d’un scénario", attribute: "L’importer" },
    flow: "Comment il se déroule", messages: "Ce qu’il dit", segments: "À qui il s’adresse", create: "Créer le brouillon", guided: "Préparer en quatre étapes", created: "Rien n’est envoyé : le brouillon s’ouvre, vous le relisez, vous le publiez quand vous voulez.",
    language: "Langue des textes", french: "Français", english: "Anglais", characters: (n, parts) => `${n} caractères, ${parts} ${parts < 2 ? "segment" : "segments"}`, frame: "Aperçu du message", unnamed: "Scénario", noPreview: "Ce message n’a pas pu être affiché.",
  },
});

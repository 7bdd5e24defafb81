import { defineWords } from "../../i18n/words.ts";

export const homeWords = defineWords({
  en: {
    hello: (name: string) => `Hello ${name}.`,
    sayNone: (name: string) => `Hello ${name}. Relance waits for [[your first contacts]].`,
    sayReady: (name: string, n: number, contacts: string) => `Hello ${name}. [[${contacts}]] ${n === 1 ? "waits" : "wait"} for a first message.`,
    sayLive: (name: string, n: number, inside: string, journeys: string) => `Hello ${name}. [[${inside}]] ${n === 1 ? "is" : "are"} on ${n === 1 ? "the" : "their"} way in ${journeys}.`,
    sayQuiet: (name: string, journeys: string) => `Hello ${name}. ${journeys}, and [[nobody inside]] at the moment.`,
    contacts: (n: number, shown: string) => (n === 1 ? "1 contact" : `${shown} contacts`),
    liveJourneys: (n: number, shown: string) => (n === 1 ? "1 live journey" : `${shown} live journeys`),
    journeys: "Journeys", allJourneys: "All journeys", noJourneys: "No journey yet. Write a message first, then say when it leaves.",
    ledger: "Messages so far", planned: "Planned", broken: "These lines do not sum to the total: tell us, this must not happen.",
    states: { waiting: "Waiting for their time", held: "Held (hours, cap)", claimed: "Being decided", handing: "On the wire", accepted: "Sent", skipped: "Not sent, with a reason", failed: "Refused by the provider", uncertain: "Uncertain, to settle" },
    today: "Latest messages", noToday: "Messages will appear here as they are decided.", toOutbox: "Open the outbox", decide: "To decide", conflicts: (n: number, shown: string) => (n === 1 ? "1 contact may be someone else" : `${shown} contacts may be someone else`), conflictsText: "Two contacts claim one identifier, or have the same name and postal code.", toConflicts: "Decide who is who", uncertain: (n: number, shown: string) => (n === 1 ? "1 uncertain message to settle" : `${shown} uncertain messages to settle`), uncertainText: "The provider did not confirm. Nothing is sent again without you.",
    stopped: "Sending is stopped", stoppedText: "Every message waits. Resume when you are ready.", resume: "Resume sending",
    engagement: "What people did", opened: "Opened", clicked: "Clicked", unsubscribed: "Unsubscribed",
  },
  fr: {
    hello: (name: string) => `Bonjour ${name}.`,
    sayNone: (name: string) => `Bonjour ${name}. Relance attend [[vos premiers contacts]].`,
    sayReady: (name: string, n: number, contacts: string) => `Bonjour ${name}. [[${contacts}]] ${n === 1 ? "attend" : "attendent"} un premier message.`,
    sayLive: (name: string, n: number, inside: string, journeys: string) => `Bonjour ${name}. [[${inside}]] ${n <= 1 ? "est" : "sont"} en chemin dans ${journeys}.`,
    sayQuiet: (name: string, journeys: string) => `Bonjour ${name}. ${journeys}, et [[personne en chemin]] pour l’instant.`,
    contacts: (n: number, shown: string) => (n === 1 ? "1 contact" : `${shown} contacts`),
    liveJourneys: (n: number, shown: string) => (n === 1 ? "1 scénario actif" : `${shown} scénarios actifs`),
    journeys: "Scénarios", allJourneys: "Tous les scénarios", noJourneys: "Pas encore de scénario. Écrivez d’abord un message, puis dites quand il part.",
    ledger: "Messages depuis le début", planned: "Prévus", broken: "Ces lignes ne font pas le total : dites-le-nous, cela ne doit pas arriver.",
    states: { waiting: "Attendent leur heure", held: "Retenus (heures, plafond)", claimed: "En cours de décision", handing: "En train de partir", accepted: "Partis", skipped: "Non partis, avec la raison", failed: "Refusés par le prestataire", uncertain: "Incertains, à trancher" },
    today: "Derniers messages", noToday: "Les messages paraîtront ici à mesure qu’ils sont décidés.", toOutbox: "Ouvrir la boîte d’essai", decide: "À décider", conflicts: (n: number, shown: string) => (n <= 1 ? "1 contact est peut-être quelqu’un d’autre" : `${shown} contacts sont peut-être quelqu’un d’autre`), conflictsText: "Deux contacts donnent le même identifiant, ou portent le même nom au même code postal.", toConflicts: "Décider qui est qui", uncertain: (n: number, shown: string) => (n === 1 ? "1 envoi incertain à trancher" : `${shown} envois incertains à trancher`), uncertainText: "Le prestataire n’a pas confirmé. Rien ne sera renvoyé sans votre accord.",
    stopped: "Les envois sont arrêtés", stoppedText: "Tous les messages attendent. Relancez quand vous êtes prêt.", resume: "Relancer les envois",
    engagement: "Ce que les gens ont fait", opened: "Ouverts", clicked: "Cliqués", unsubscribed: "Désabonnements",
  },
});

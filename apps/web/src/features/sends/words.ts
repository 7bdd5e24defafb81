import { defineWords } from "../../i18n/words.ts";

export const sendsWords = defineWords({
  en: {
    title: "Sends", note: "Each message has one row here before anything is handed over, and one state at every moment.", all: "All", state: "State", filter: "Show", to: "To", of: "From", when: "When", more: "Show more", back: "All sends", toOutbox: "Outbox",
    plannedWord: (_n: number) => "planned", parts: { accepted: (_n: number) => "sent", pending: (_n: number) => "pending", skipped: (_n: number) => "not sent", failed: (_n: number) => "refused", uncertain: (_n: number) => "uncertain" }, broken: "These do not add up: tell us, something is wrong.",
    none: "Every message will have a row here.", noneText: "A published journey plans its messages; each is listed with where it stands and why.", noneOf: "No message is in this state.", toJourneys: "Journeys",
    contact: "Contact", template: "Template", version: (name: string, n: string) => `${name}, version ${n}`, journey: "Journey", class: "Kind", marketing: "Marketing", transactional: "Transactional", planned: "Planned", due: "Due", decided: "Decided", handed: "Handed over", accepted: "Accepted", ended: "Ended", waitsUntil: "Waits at most until", attempts: "Attempts", provider: "Handed to", outbox: "The outbox", smtp: "A provider", answer: "Last answer", delivery: "Came back", messageId: "Message-ID", gone: "No longer there", reason: "Reason",
    decision: "Decision", course: "Course", engagement: "What was done with it", nobody: "Nothing yet.", kinds: { opened: "Opened", clicked: "Clicked", unsubscribed: "Unsubscribed" }, machine: "a machine, not a person",
    uncertainCount: (n: number, shown: string) => (n === 1 ? "Of one message nobody knows whether it left." : `Of ${shown} messages nobody knows whether they left.`), seeThem: "Look at them",
    uncertain: "Nobody knows whether this message left.", uncertainText: "It was given to the provider and the line broke before the answer. A second try could reach the person twice, so it is never repeated by itself. Look in the provider’s own log for the Message-ID below, then say what you found.",
    sent: "It was sent", retry: "Try again", given_up: "Give it up", settling: { sent: "It will be counted as sent.", retry: "It will be tried again.", given_up: "It will be counted as failed." }, undo: "Undo",
  },
  fr: {
    title: "Envois", note: "Chaque message a ici une ligne avant d’être confié à quiconque, et un seul état à tout moment.", all: "Tous", state: "État", filter: "Afficher", to: "À", of: "De", when: "Quand", more: "Afficher la suite", back: "Tous les envois", toOutbox: "Boîte d’essai",
    plannedWord: (n) => (n < 2 ? "prévu" : "prévus"), parts: { accepted: (n) => (n < 2 ? "parti" : "partis"), pending: () => "en attente", skipped: (n) => (n < 2 ? "écarté" : "écartés"), failed: (n) => (n < 2 ? "refusé" : "refusés"), uncertain: (n) => (n < 2 ? "incertain" : "incertains") }, broken: "Le compte n’est pas bon : signalez-le, quelque chose ne va pas.",
    none: "Chaque message aura ici sa ligne.", noneText: "Un scénario publié prévoit ses messages ; chacun figure avec l’endroit où il en est, et pourquoi.", noneOf: "Aucun message n’est dans cet état.", toJourneys: "Scénarios",
    contact: "Contact", template: "Modèle", version: (name: string, n: string) => `${name}, version ${n}`, journey: "Scénario", class: "Nature", marketing: "Marketing", transactional: "Transactionnel", planned: "Prévu", due: "Échéance", decided: "Décidé", handed: "Confié", accepted: "Accepté", ended: "Terminé", waitsUntil: "Attend au plus jusqu’au", attempts: "Essais", provider: "Confié à", outbox: "La boîte d’essai", smtp: "Un prestataire", answer: "Dernière réponse", delivery: "Revenu", messageId: "Message-ID", gone: "N’existe plus", reason: "Raison",
    decision: "Décision", course: "Déroulé", engagement: "Ce qu’on en a fait", nobody: "Rien pour l’instant.", kinds: { opened: "Ouvert", clicked: "Cliqué", unsubscribed: "Désabonné" }, machine: "une machine, pas une personne",
    uncertainCount: (n: number, shown: string) => (n === 1 ? "D’un message, personne ne sait s’il est parti." : `De ${shown} messages, personne ne sait s’ils sont partis.`), seeThem: "Les voir",
    uncertain: "Personne ne sait si ce message est parti.", uncertainText: "Il a été confié au prestataire et la ligne s’est coupée avant la réponse. Un second essai pourrait toucher la personne deux fois : il n’est donc jamais répété tout seul. Cherchez le Message-ID ci-dessous dans le journal du prestataire, puis dites ce que vous avez trouvé.",
    sent: "Il est parti", retry: "Réessayer", given_up: "Y renoncer", settling: { sent: "Il sera compté comme parti.", retry: "Il sera réessayé.", given_up: "Il sera compté comme échoué." }, undo: "Annuler",
  },
});

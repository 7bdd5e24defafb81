import { defineWords } from "../i18n/words.ts";

export const sendWords = defineWords({
  en: {
    states: { waiting: "Waits for its time", held: "Held", claimed: "Being decided", handing: "Leaving", accepted: "Sent", skipped: "Not sent", failed: "Refused", uncertain: "Uncertain" },
    delivery: { delivered: "delivered", bounced: "bounced", complained: "complaint" },
    to: (address: string) => `to ${address}`, why: "Why?", until: (when: string) => `until ${when}`,
    reasons: {
      "consent.missing": "no consent recorded", "consent.withdrawn": "consent withdrawn", "consent.objected": "objected to messages", "consent.expired": "consent expired", "cap.reached": "already got enough messages", quiet_hours: "quiet hours",
      "suppressed.hard_bounce": "address bounced", "suppressed.complaint": "complained", "suppressed.unsubscribed": "unsubscribed", "suppressed.erased": "erased", "suppressed.manual": "on the exclusion list",
      no_answer: "the provider never answered", worker_died: "the server stopped while handing it over", settled_by_hand: "someone asked to try again", given_up: "given up by someone", sender_missing: "no sender is set",
    },
  },
  fr: {
    states: { waiting: "Attend son heure", held: "Retenu", claimed: "En décision", handing: "Part à l’instant", accepted: "Parti", skipped: "Pas parti", failed: "Refusé", uncertain: "Incertain" },
    delivery: { delivered: "remis", bounced: "revenu", complained: "plainte" },
    to: (address: string) => `à ${address}`, why: "Pourquoi ?", until: (when: string) => `jusqu’au ${when}`,
    reasons: {
      "consent.missing": "aucun consentement noté", "consent.withdrawn": "consentement retiré", "consent.objected": "opposition", "consent.expired": "consentement expiré", "cap.reached": "a déjà reçu assez de messages", quiet_hours: "heures calmes",
      "suppressed.hard_bounce": "adresse en erreur", "suppressed.complaint": "plainte", "suppressed.unsubscribed": "désabonné", "suppressed.erased": "effacé", "suppressed.manual": "sur la liste d’exclusion",
      no_answer: "le prestataire n’a jamais répondu", worker_died: "le serveur s’est arrêté en le confiant", settled_by_hand: "quelqu’un a demandé de réessayer", given_up: "quelqu’un y a renoncé", sender_missing: "aucun expéditeur",
    },
  },
});

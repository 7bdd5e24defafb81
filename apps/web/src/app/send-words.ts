import { defineWords } from "../i18n/words.ts";

export const sendWords = defineWords({
  en: {
    states: { waiting: "Waits for its time", held: "Held", claimed: "Being decided", handing: "Leaving", accepted: "Sent", skipped: "Not sent", failed: "Refused", uncertain: "Uncertain" },
    delivery: { delivered: "delivered", bounced: "bounced", complained: "complaint" },
    to: (address: string) => `to ${address}`, why: "Why?", until: (when: string) => `until ${when}`,
    reasons: {
      "consent.missing": "no consent recorded", "consent.withdrawn": "consent withdrawn", "consent.objected": "objected to messages", "consent.expired": "consent expired", "cap.reached": "already got enough messages", quiet_hours: "quiet hours", sms_hours: "outside the hours of texts", day: "a day without messages", best_time: "waits for the best hour", priority: "a more important message is planned", exclusion: "another journey goes first",
      holdout: "in the holdout group", "journey.left": "left the journey", "journey.filter": "no longer meets the journey’s condition", "products.gone": "products sold out", "products.dearer": "a price went up", "products.coupon": "its code ran out",
      "suppressed.hard_bounce": "address bounced", "suppressed.complaint": "complained", "suppressed.unsubscribed": "unsubscribed", "suppressed.erased": "erased", erased: "person erased", "suppressed.manual": "on the exclusion list",
      no_answer: "no answer came", no_connection: "no connection", not_answering: "its other calls got no answer", redirected: "it answered with a redirect", address_inside: "an address inside the network", no_address: "nothing to reach it by", render_failed: "it could not be written", worker_died: "the server stopped while handing it over", settled_by_hand: "someone asked to try again", given_up: "given up by someone", sent_before_restore: "it had left before the backup was restored", sender_missing: "no sender is set", sender_key_missing: "the sender’s domain has no signing key",
    },
  },
  fr: {
    states: { waiting: "Attend son heure", held: "Retenu", claimed: "En décision", handing: "Part à l’instant", accepted: "Parti", skipped: "Pas parti", failed: "Refusé", uncertain: "Incertain" },
    delivery: { delivered: "remis", bounced: "revenu", complained: "plainte" },
    to: (address: string) => `à ${address}`, why: "Pourquoi ?", until: (when: string) => `jusqu’au ${when}`,
    reasons: {
      "consent.missing": "aucun consentement noté", "consent.withdrawn": "consentement retiré", "consent.objected": "opposition", "consent.expired": "consentement expiré", "cap.reached": "a déjà reçu assez de messages", quiet_hours: "heures calmes", sms_hours: "hors des heures de SMS", day: "jour sans message", best_time: "attend la meilleure heure", priority: "un message plus important est prévu", exclusion: "un autre scénario passe d’abord",
      holdout: "dans le groupe témoin", "journey.left": "sorti du scénario", "journey.filter": "ne remplit plus la condition du scénario", "products.gone": "produits épuisés", "products.dearer": "un prix a augmenté", "products.coupon": "son code a expiré",
      "suppressed.hard_bounce": "adresse en erreur", "suppressed.complaint": "plainte", "suppressed.unsubscribed": "désabonné", "suppressed.erased": "effacé", erased: "personne effacée", "suppressed.manual": "sur la liste d’exclusion",
      no_answer: "aucune réponse n’est venue", no_connection: "pas de connexion", not_answering: "ses autres appels restaient sans réponse", redirected: "l’adresse renvoie ailleurs", address_inside: "une adresse interne au réseau", no_address: "rien pour le joindre", render_failed: "il n’a pas pu être écrit", worker_died: "le serveur s’est arrêté en le confiant", settled_by_hand: "quelqu’un a demandé de réessayer", given_up: "quelqu’un y a renoncé", sent_before_restore: "il était parti avant la restauration de la sauvegarde", sender_missing: "aucun expéditeur", sender_key_missing: "le domaine de l’expéditeur n’a pas de clé de signature",
    },
  },
});

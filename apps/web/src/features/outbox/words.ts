import { defineWords } from "../../i18n/words.ts";

export const outboxWords = defineWords({
  en: {
    title: "Outbox", sends: "All sends", note: "Messages as they would have arrived; none of these left.", none: "Every message will be readable here first.", noneText: "While no provider is active, messages stay in this outbox. Publish a journey and do what it waits for: the message appears here as the contact would get it.", toJourneys: "Journeys", toProviders: "Connect a provider",
    choose: "Choose a message to read it.", back: "All messages", more: "Show more", channels: { sms: "SMS", push: "Mobile push", web_push: "Web push", whatsapp: "WhatsApp", onsite: "In-site message", webhook: "Webhook call" }, noSubject: "(no subject)", to: "To", from: "From", at: "At", html: "As designed", plain: "Plain text", headers: "Headers", whose: "Open the contact", frame: "The message", stop: "Stop all sending", stopped: "Sending is stopped", resume: "Resume sending",
  },
  fr: {
    title: "Boîte d’essai", sends: "Tous les envois", note: "Les messages tels qu’ils seraient arrivés ; aucun n’est sorti.", none: "Chaque message se lira d’abord ici.", noneText: "Tant qu’aucun prestataire n’est actif, les messages restent dans cette boîte. Publiez un scénario et faites ce qu’il attend : le message paraît ici, tel que le contact le recevrait.", toJourneys: "Scénarios", toProviders: "Relier un prestataire",
    choose: "Choisissez un message pour le lire.", back: "Tous les messages", more: "Afficher la suite", channels: { sms: "SMS", push: "Push mobile", web_push: "Push web", whatsapp: "WhatsApp", onsite: "Message sur site", webhook: "Appel de webhook" }, noSubject: "(sans objet)", to: "À", from: "De", at: "Le", html: "Mis en page", plain: "Texte seul", headers: "En-têtes", whose: "Ouvrir le contact", frame: "Le message", stop: "Arrêter tous les envois", stopped: "Les envois sont arrêtés", resume: "Relancer les envois",
  },
});

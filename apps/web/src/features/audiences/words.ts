import { defineWords } from "../../i18n/words.ts";

export const audienceWords = defineWords({
  en: {
    title: "Keep in step with…", intro: "Have an address of yours told who enters and who leaves, or keep a list at Google, Meta or Criteo exactly equal to this segment. Changes leave within ten seconds.",
    add: "Add a destination", cancel: "Cancel", name: "Name", destination: "Destination", destinations: { webhook: "Webhook", meta: "Meta custom audience", google: "Google Customer Match list", criteo: "Criteo contact list", file: "Hashed file, to upload yourself" },
    url: "Address", urlHelp: "Receives signed JSON by POST", audienceId: "Number of the list", audienceHelp: "Create the list at the network first, then copy its number.", accessToken: "Access token", clientId: "Client id", clientSecret: "Client secret", refreshToken: "Refresh token",
    accountId: "Google Ads account", loginAccountId: "Manager account", loginHelp: "Only when access goes through one.", googleHelp: "By keeping this list you declare to Google that these people consented to their data being used for advertising and its personalisation, and that your account accepted the Customer Match terms. Choose a topic whose wording says so.",
    channel: "Consent on", channels: { email: "E-mail", sms: "SMS", push: "Push" }, topic: "About", allTopics: "All marketing", consentHelp: "Only people with this consent are handed over; whoever withdraws it is taken off the list.", anyone: "Everyone in the segment", network: "For",
    networks: { meta: "Meta", google: "Google Customer Match", criteo: "Criteo" }, create: "Keep in step", download: "Download the file", downloaded: (n: string) => `${n} people in the file.`,
    secretOnce: "Signing secret of the webhook. It is shown this once: keep it where your receiver checks signatures.", done: "I have copied it",
    states: { active: "In step", paused: "Paused", failed: "Stopped" }, telling: "Telling", retrying: "Trying again",
    holds: (n: number, text: string) => `${text} ${n === 1 ? "person" : "people"} there`, waits: (n: number, text: string) => `${text} ${n === 1 ? "change" : "changes"} waiting`, last: (when: string) => `Last told ${when}`, never: "Not told yet",
    problem: (reason: string, n: number) => `${reason} (${n === 1 ? "first attempt" : `${n} attempts`})`, nextTry: (when: string) => `Next attempt ${when}.`, givenUp: "No further attempt until you start it again.",
    pause: "Pause", goOn: "Go on", retry: "Try now", remove: "Remove", removeSure: "Remove: what is there stays there", keep: "Keep", refill: "Empty and refill",
    log: "Latest attempts", when: "When", added: "Added", removed: "Removed", refused: "Not recognisable", outcome: "Outcome", outcomes: { done: "Told", later: "Will try again", failed: "Stopped", emptied: "Emptied, filled anew" }, noLog: "Nothing was told yet.",
  },
  fr: {
    title: "Tenir à jour…", intro: "Prévenez une adresse à vous de chaque entrée et de chaque sortie, ou gardez une liste chez Google, Meta ou Criteo identique à ce segment. Les changements partent en dix secondes.",
    add: "Ajouter une destination", cancel: "Annuler", name: "Nom", destination: "Destination", destinations: { webhook: "Webhook", meta: "Audience personnalisée Meta", google: "Liste de clients Google Ads", criteo: "Liste de contacts Criteo", file: "Fichier haché, à déposer vous-même" },
    url: "Adresse", urlHelp: "Reçoit du JSON signé, en POST", audienceId: "Numéro de la liste", audienceHelp: "Créez d’abord la liste chez la régie, puis copiez son numéro.", accessToken: "Jeton d’accès", clientId: "Identifiant client", clientSecret: "Secret client", refreshToken: "Jeton d’actualisation",
    accountId: "Compte Google Ads", loginAccountId: "Compte administrateur", loginHelp: "Seulement si vous passez par l’un d’eux.", googleHelp: "En tenant cette liste à jour, vous déclarez à Google que ces personnes ont accepté que leurs données servent à la publicité et à sa personnalisation, et que votre compte a accepté les conditions du ciblage par liste de clients. Choisissez un thème dont le texte le dit.",
    channel: "Consentement par", channels: { email: "E-mail", sms: "SMS", push: "Push" }, topic: "Au sujet de", allTopics: "Tout le marketing", consentHelp: "Seules les personnes qui ont donné ce consentement sont transmises ; qui le retire quitte la liste.", anyone: "Tout le segment", network: "Pour",
    networks: { meta: "Meta", google: "Google Customer Match", criteo: "Criteo" }, create: "Tenir à jour", download: "Télécharger le fichier", downloaded: (n) => `${n} personnes dans le fichier.`,
    secretOnce: "Secret de signature du webhook. Il ne s’affiche qu’une fois : gardez-le là où votre serveur vérifie les signatures.", done: "Je l’ai copié",
    states: { active: "À jour", paused: "En pause", failed: "Arrêté" }, telling: "Envoi en cours", retrying: "Nouvel essai prévu",
    holds: (n, text) => `${text} ${n < 2 ? "personne" : "personnes"} là-bas`, waits: (n, text) => `${text} ${n < 2 ? "changement" : "changements"} en attente`, last: (when) => `Dernier envoi ${when}`, never: "Aucun envoi pour l’instant",
    problem: (reason, n) => `${reason} (${n < 2 ? "premier essai" : `${n} essais`})`, nextTry: (when) => `Prochain essai ${when}.`, givenUp: "Plus aucun essai tant que vous ne relancez pas.",
    pause: "Mettre en pause", goOn: "Reprendre", retry: "Réessayer", remove: "Retirer", removeSure: "Retirer : ce qui est là-bas y reste", keep: "Garder", refill: "Vider et remplir à nouveau",
    log: "Derniers essais", when: "Quand", added: "Ajouts", removed: "Retraits", refused: "Non reconnus", outcome: "Résultat", outcomes: { done: "Transmis", later: "Nouvel essai prévu", failed: "Arrêté", emptied: "Vidée, remplie à nouveau" }, noLog: "Rien n’a encore été transmis.",
  },
});

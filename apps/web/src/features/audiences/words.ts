import { defineWords } from "../../i18n/words.ts";

export const audienceWords = defineWords({
  en: {
    title: "Keep in step with…", intro: "Have an address of yours told who enters and who leaves, or keep a list at Meta or Criteo exactly equal to this segment. Changes are told within half a minute.",
    add: "Add a destination", cancel: "Cancel", name: "Name", destination: "Destination", destinations: { webhook: "Webhook", meta: "Meta custom audience", criteo: "Criteo contact list", file: "Hashed file, to upload yourself" },
    url: "Address", urlHelp: "Receives signed JSON by POST", audienceId: "Number of the list", audienceHelp: "Create the list at the network first, then copy its number.", accessToken: "Access token", clientId: "Client id", clientSecret: "Client secret",
    channel: "Consent on", channels: { email: "E-mail", sms: "SMS", push: "Push" }, topic: "About", allTopics: "All marketing", consentHelp: "Only people with this consent are handed over; whoever withdraws it is taken off the list.", anyone: "Everyone in the segment", network: "For",
    networks: { meta: "Meta", google: "Google Customer Match", criteo: "Criteo" }, create: "Keep in step", download: "Download the file", downloaded: (n: string) => `${n} people in the file.`,
    secretOnce: "Signing secret of the webhook. It is shown this once: keep it where your receiver checks signatures.", done: "I have copied it",
    states: { active: "In step", paused: "Paused", failed: "Stopped" }, telling: "Telling", retrying: "Trying again",
    holds: (n: number, text: string) => `${text} ${n === 1 ? "person" : "people"} there`, waits: (n: number, text: string) => `${text} ${n === 1 ? "change" : "changes"} waiting`, last: (when: string) => `Last told ${when}`, never: "Not told yet",
    problem: (reason: string, n: number) => `${reason} (${n === 1 ? "first attempt" : `${n} attempts`})`, nextTry: (when: string) => `Next attempt ${when}.`, givenUp: "No further attempt until you start it again.",
    pause: "Pause", goOn: "Go on", retry: "Try now", remove: "Remove", removeSure: "Remove: what is there stays there", keep: "Keep",
    log: "Latest attempts", when: "When", added: "Added", removed: "Removed", refused: "Not recognisable", outcome: "Outcome", outcomes: { done: "Told", later: "Will try again", failed: "Stopped" }, noLog: "Nothing was told yet.",
  },
  fr: {
    title: "Tenir à jour…", intro: "Prévenez une adresse à vous de chaque entrée et de chaque sortie, ou gardez une liste chez Meta ou Criteo identique à ce segment. Les changements partent en moins de trente secondes.",
    add: "Ajouter une destination", cancel: "Annuler", name: "Nom", destination: "Destination", destinations: { webhook: "Webhook", meta: "Audience personnalisée Meta", criteo: "Liste de contacts Criteo", file: "Fichier haché, à déposer vous-même" },
    url: "Adresse", urlHelp: "Reçoit du JSON signé, en POST", audienceId: "Numéro de la liste", audienceHelp: "Créez d’abord la liste chez la régie, puis copiez son numéro.", accessToken: "Jeton d’accès", clientId: "Identifiant client", clientSecret: "Secret client",
    channel: "Consentement par", channels: { email: "E-mail", sms: "SMS", push: "Push" }, topic: "Au sujet de", allTopics: "Tout le marketing", consentHelp: "Seules les personnes qui ont donné ce consentement sont transmises ; qui le retire quitte la liste.", anyone: "Tout le segment", network: "Pour",
    networks: { meta: "Meta", google: "Google Customer Match", criteo: "Criteo" }, create: "Tenir à jour", download: "Télécharger le fichier", downloaded: (n) => `${n} personnes dans le fichier.`,
    secretOnce: "Secret de signature du webhook. Il ne s’affiche qu’une fois : gardez-le là où votre serveur vérifie les signatures.", done: "Je l’ai copié",
    states: { active: "À jour", paused: "En pause", failed: "Arrêté" }, telling: "Envoi en cours", retrying: "Nouvel essai prévu",
    holds: (n, text) => `${text} ${n < 2 ? "personne" : "personnes"} là-bas`, waits: (n, text) => `${text} ${n < 2 ? "changement" : "changements"} en attente`, last: (when) => `Dernier envoi ${when}`, never: "Aucun envoi pour l’instant",
    problem: (reason, n) => `${reason} (${n < 2 ? "premier essai" : `${n} essais`})`, nextTry: (when) => `Prochain essai ${when}.`, givenUp: "Plus aucun essai tant que vous ne relancez pas.",
    pause: "Mettre en pause", goOn: "Reprendre", retry: "Réessayer", remove: "Retirer", removeSure: "Retirer : ce qui est là-bas y reste", keep: "Garder",
    log: "Derniers essais", when: "Quand", added: "Ajouts", removed: "Retraits", refused: "Non reconnus", outcome: "Résultat", outcomes: { done: "Transmis", later: "Nouvel essai prévu", failed: "Arrêté" }, noLog: "Rien n’a encore été transmis.",
  },
});

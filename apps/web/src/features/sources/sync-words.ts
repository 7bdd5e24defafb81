import { defineWords } from "../../i18n/words.ts";

/** Of sources that are read on a schedule. */
export const syncWords = defineWords({
  en: {
    part: "Read on a schedule", add: "Add a file or a database", none: "A file that your shop publishes, or a query of its database, can be read each night: what is new comes in by itself.", back: "All sources", cancel: "Cancel", close: "Close",
    name: "Name", nameHelp: "As you call it among your sources.", state: "State", last: "Last success", rows: "Rows", refused: "Left out", never: "never",
    states: { new: "Not read yet", reading: "Being read", mapping: "Columns to check", ok: "Up to date", failing: "Fails, tried again", stopped: "Stopped" },
    kinds: { https: "File by HTTPS", postgres: "PostgreSQL query" }, kindTexts: { https: "CSV, TSV, NDJSON, XLSX or Parquet at an address, also in gzip or zip", postgres: "Rows of your own database, only what is new since the last time" }, which: "Where is it read?",
    url: "Address of the file", authorization: "Value of the Authorization header", authorizationHelp: "Only if the file is protected, such as “Bearer …” or “Basic …”.",
    host: "Host", port: "Port", database: "Database", user: "User", password: "Password", tls: "Encrypt the connection (TLS)", userHelp: "A user that may only read is enough: nothing is ever written.",
    query: "Query", queryHelp: "One select; its columns become those of a file.", cursor: "Column that tells what is new", cursorHelp: "A date of change or a growing number. Left empty, everything is read each time.",
    every: "How often", each: { 15: "Every 15 minutes", 60: "Every hour", 360: "Every 6 hours", day: "Every day" }, at: "At", zone: (zone: string) => `In the zone of the workspace, ${zone}.`, create: "Add and read now", sealed: "Keys are stored encrypted and never shown again.",
    mappingText: "The first file has come. Check what each column is and run the import: from then on everything comes by itself, read in the same way.", toMapping: "Check the columns", toImport: "Follow the import",
    failing: (times: number, shown: string) => (times === 1 ? "The last reading failed." : `The last ${shown} readings failed.`), nextAt: (ago: string) => `Read next ${ago}.`, retryAt: (ago: string) => `Tried again ${ago}.`, newText: "The first reading begins in a moment.",
    counts: (rows: string, created: string, updated: string, unchanged: string, refused: string) => `${rows} rows read: ${created} new, ${updated} changed, ${unchanged} as they were, ${refused} left out.`, success: (ago: string) => `Last read ${ago}.`,
    now: "Read now", whole: "Read everything again", stop: "Stop", goOn: "Go on", remove: "Remove this source", removeTitle: (name: string) => `Remove ${name}?`, removeText: "Its keys are forgotten and nothing more comes. What came stays.", keep: "Keep it",
    source: "Source", everyMinutes: (n: number, shown: string) => (n === 60 ? "every hour" : n % 60 === 0 ? `every ${n / 60} hours` : `every ${shown} minutes`), everyDay: (at: string) => `every day at ${at}`, incremental: (column: string) => `What is new by ${column}`, all: "Everything, each time",
    gone: "This source is not there.", goneText: "It was removed, or belongs to another workspace.", asAdmin: "An administrator of the workspace can change this.",
    homeFails: (n: number, shown: string) => (n === 1 ? "A source cannot be read" : `${shown} sources cannot be read`), homeFailsText: "What is new there does not arrive until this is mended.",
  },
  fr: {
    part: "Lues à intervalles réguliers", add: "Ajouter un fichier ou une base", none: "Un fichier que publie votre boutique, ou une requête sur sa base de données, peut être lu chaque nuit : les nouveautés arrivent d’elles-mêmes.", back: "Toutes les sources", cancel: "Annuler", close: "Fermer",
    name: "Nom", nameHelp: "Comme vous l’appelez parmi vos sources.", state: "État", last: "Dernier succès", rows: "Lignes", refused: "Écartées", never: "jamais",
    states: { new: "Pas encore lue", reading: "En lecture", mapping: "Colonnes à vérifier", ok: "À jour", failing: "En échec, nouvel essai prévu", stopped: "Arrêtée" },
    kinds: { https: "Fichier par HTTPS", postgres: "Requête PostgreSQL" }, kindTexts: { https: "CSV, TSV, NDJSON, XLSX ou Parquet à une adresse, y compris en gzip ou zip", postgres: "Les lignes de votre propre base, seulement ce qui est nouveau depuis la dernière fois" }, which: "Où la lire ?",
    url: "Adresse du fichier", authorization: "Valeur de l’en-tête Authorization", authorizationHelp: "Seulement si le fichier est protégé : « Bearer … » ou « Basic … », par exemple.",
    host: "Hôte", port: "Port", database: "Base de données", user: "Utilisateur", password: "Mot de passe", tls: "Chiffrer la connexion (TLS)", userHelp: "Un utilisateur qui ne peut que lire suffit : rien n’est jamais écrit.",
    query: "Requête", queryHelp: "Un seul select ; ses colonnes deviennent celles d’un fichier.", cursor: "Colonne qui dit ce qui est nouveau", cursorHelp: "Une date de modification ou un numéro croissant. Laissée vide, tout est relu à chaque fois.",
    every: "Fréquence", each: { 15: "Toutes les 15 minutes", 60: "Toutes les heures", 360: "Toutes les 6 heures", day: "Tous les jours" }, at: "À", zone: (zone: string) => `Dans le fuseau de l’espace, ${zone}.`, create: "Ajouter et lire maintenant", sealed: "Les clés sont conservées chiffrées et ne sont plus jamais affichées.",
    mappingText: "Le premier fichier est arrivé. Vérifiez ce qu’est chaque colonne, puis lancez l’import : ensuite, tout arrive de soi-même et se lit de la même façon.", toMapping: "Vérifier les colonnes", toImport: "Suivre l’import",
    failing: (times: number, shown: string) => (times === 1 ? "La dernière lecture a échoué." : `Les ${shown} dernières lectures ont échoué.`), nextAt: (ago: string) => `Prochaine lecture ${ago}.`, retryAt: (ago: string) => `Nouvel essai ${ago}.`, newText: "La première lecture commence dans un instant.",
    counts: (rows: string, created: string, updated: string, unchanged: string, refused: string) => `Lignes lues : ${rows}, dont ${created} nouvelles, ${updated} modifiées, ${unchanged} inchangées, ${refused} écartées.`, success: (ago: string) => `Lue ${ago}.`,
    now: "Lire maintenant", whole: "Tout relire", stop: "Arrêter", goOn: "Reprendre", remove: "Retirer cette source", removeTitle: (name: string) => `Retirer ${name} ?`, removeText: "Ses clés sont oubliées et plus rien n’en vient. Ce qui est arrivé reste.", keep: "La garder",
    source: "Source", everyMinutes: (n: number, shown: string) => (n === 60 ? "toutes les heures" : n % 60 === 0 ? `toutes les ${n / 60} heures` : `toutes les ${shown} minutes`), everyDay: (at: string) => `tous les jours à ${at}`, incremental: (column: string) => `Les nouveautés, d’après ${column}`, all: "Tout, à chaque fois",
    gone: "Cette source n’existe pas.", goneText: "Elle a été retirée, ou appartient à un autre espace.", asAdmin: "Un administrateur de l’espace peut changer cela.",
    homeFails: (n: number, shown: string) => (n === 1 ? "Une source ne peut pas être lue" : `${shown} sources ne peuvent pas être lues`), homeFailsText: "Ce qui y est nouveau n’arrive pas tant que ce n’est pas réparé.",
  },
});

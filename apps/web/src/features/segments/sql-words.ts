import { defineWords } from "../../i18n/words.ts";

export const sqlWords = defineWords({
  en: {
    create: "With SQL", title: "Segment in SQL", query: "The query", run: "Run", running: "Running…", intro: "One SELECT that returns ids of contacts. It reads the views below, of this workspace only.",
    limits: (seconds: number, contacts: string) => `At most ${seconds} seconds and ${contacts} contacts.`, before: "Run the query to see how many contacts it names.", stale: "The query has changed since.",
    cost: (cost: string, rows: string) => `Expected by the database: cost ${cost}, ${rows} rows`, took: (ms: string) => `Took ${ms} ms`, views: "What it can read",
    schedule: "Refresh", never: "on demand only", every: { 15: "every 15 minutes", 60: "every hour", 360: "every 6 hours", 1440: "every day", 10_080: "every week" } as Record<number, string>, other: (minutes: string) => `every ${minutes} minutes`,
    refresh: "Refresh now", lastRun: (when: string) => `Last run on ${when}`, failed: "The last refresh failed; the segment keeps its members.", at: (line: number, column: number) => `Line ${line}, column ${column}`,
    unsafe: (version: string, needed: string) => `Queries are switched off: in PostgreSQL ${version} a query can take over the database’s machine (CVE-2026-6473). Ask whoever runs the database to update it to ${needed} or newer. Segments in SQL keep their members until then.`,
    missing: "This installation cannot run queries yet. Ask whoever runs the database to execute, as an administrator of it:", slow: (seconds: number) => `The query took longer than ${seconds} seconds. Ask about a shorter period or fewer rows.`, busy: "Another query of this workspace is running. Try again in a few seconds.", changed: "Someone changed this segment meanwhile. Reload the page.",
  },
  fr: {
    create: "En SQL", title: "Segment en SQL", query: "La requête", run: "Exécuter", running: "Exécution en cours…", intro: "Un seul SELECT, qui renvoie des identifiants de contacts. Il lit les vues ci-dessous, pour cet espace uniquement.",
    limits: (seconds, contacts) => `${seconds} secondes et ${contacts} contacts au maximum.`, before: "Exécutez la requête pour savoir combien de contacts elle désigne.", stale: "La requête a changé depuis.",
    cost: (cost, rows) => `Prévu par la base : coût ${cost}, ${rows} lignes`, took: (ms) => `Durée : ${ms} ms`, views: "Ce qu’elle peut lire",
    schedule: "Actualisation", never: "à la demande seulement", every: { 15: "toutes les 15 minutes", 60: "toutes les heures", 360: "toutes les 6 heures", 1440: "tous les jours", 10_080: "toutes les semaines" } as Record<number, string>, other: (minutes) => `toutes les ${minutes} minutes`,
    refresh: "Actualiser maintenant", lastRun: (when) => `Dernière exécution le ${when}`, failed: "La dernière actualisation a échoué ; le segment garde ses membres.", at: (line, column) => `Ligne ${line}, colonne ${column}`,
    unsafe: (version, needed) => `Les requêtes sont désactivées : avec PostgreSQL ${version}, une requête peut prendre le contrôle de la machine de la base (CVE-2026-6473). Demandez à la personne qui gère la base de passer à la version ${needed} ou à une plus récente. D’ici là, les segments en SQL gardent leurs membres.`,
    missing: "Cette installation ne peut pas encore exécuter de requêtes. Demandez à la personne qui gère la base d’exécuter, en tant qu’administrateur de celle-ci :", slow: (seconds) => `La requête a pris plus de ${seconds} secondes. Interrogez une période plus courte ou moins de lignes.`, busy: "Une autre requête de cet espace est en cours. Réessayez dans quelques secondes.", changed: "Quelqu’un a modifié ce segment entre-temps. Rechargez la page.",
  },
});

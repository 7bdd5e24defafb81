import { defineWords } from "../../../i18n/words.ts";

const s = (n: number): string => (n < 2 ? "" : "s");

export const publishWords = defineWords({
  en: {
    title: (version: number) => `Publish version ${version}`, confirm: (version: number) => `Publish version ${version}`, keep: "Not now", close: "Close", saving: "Your last changes are being saved…",
    blocked: (n: number) => (n === 1 ? "One point keeps this journey from being published." : `${n} points keep this journey from being published.`), whole: "Journey", notYours: "Your role cannot publish. Ask an approver of the workspace.",
    first: "From now on, each new entry starts the journey. [[Nobody enters for the past.]]",
    enter: "Enters", only: "Only", anyone: "no other condition", again: "Again", reentries: { never: "each contact enters once", always: "each contact may enter each time", after: (span: string) => `again after ${span}` },
    messages: "Messages", noMessages: "none: this journey sends nothing", door: "Leave by", outbox: "the outbox: nothing leaves, messages are kept to be read", real: (name: string) => `${name}: messages really leave`, stopped: "nowhere for now: sending is stopped in this workspace", gate: "Before each message: exclusion list, consent, cap, quiet hours.",
    leaves: "Leaves", leavesAt: (event: string, goal: boolean) => `at “${event}”${goal ? ", which counts as the goal" : ""}`,
    nothing: "Nothing differs from the live version.", emptySummary: (n: number) => `[[${n} change${s(n)}]], and nobody waits inside.`, summary: (n: number, inside: string, parts: string) => `[[${n} change${s(n)}]]. Of ${inside} inside, ${parts}.`,
    what: "What changes", list: "Step by step", same: (n: number) => (n === 1 ? "1 step is as before" : `${n} steps are as before`), change: { added: "added", removed: "removed", changed: "changed", same: "as before" }, of: { settings: "what it does", exits: "where it leads", name: "its name" }, starts: "Who enters, and when", settings: "Conditions of entry, re-entry and exits",
    people: "People inside, step by step", counted: "counted now, again when you publish", step: "Step", here: "Here", they: "They…", effect: "Then", all: "All", total: "Total",
    choices: { stay: "stay", move: "move", retime: "re-timed", leave: "leave" }, counts: { stay: (n: number, text: string) => `${text} ${n === 1 ? "stays" : "stay"}`, move: (n: number, text: string) => `${text} ${n === 1 ? "moves" : "move"}`, retime: (_n: number, text: string) => `${text} re-timed`, leave: (n: number, text: string) => `${text} ${n === 1 ? "leaves" : "leave"}` },
    effects: { stay: (_v: number) => "Finish on the version they are on", move: (v: number) => `Go to version ${v}, same due time`, retime: (_v: number) => "Wait computed again from their arrival; those past it go on at once", leave: (_v: number) => "Their run ends, nothing more is sent" },
    to: "Step they go to", conflict: "Someone else changed this draft meanwhile. Reload the page to see it before you publish.", applying: "The choices of the publication before are still being applied; yours follow.", paused: "The journey is paused: this applies when it resumes.", done: (v: number) => `Version ${v} is live.`, doneWith: (v: number) => `Version ${v} is live. What you chose for people inside applies within seconds.`, donePaused: (v: number) => `Version ${v} is ready; it applies when the journey resumes.`,
  },
  fr: {
    title: (version) => `Publier la version ${version}`, confirm: (version) => `Publier la version ${version}`, keep: "Pas maintenant", close: "Fermer", saving: "Vos derniers changements s’enregistrent…",
    blocked: (n) => (n < 2 ? "Un point empêche de publier ce scénario." : `${n} points empêchent de publier ce scénario.`), whole: "Scénario", notYours: "Votre rôle ne permet pas de publier. Demandez à un approbateur de l’espace.",
    first: "Dès maintenant, chaque nouvelle entrée lance le scénario. [[Personne n’entre pour le passé.]]",
    enter: "Entre", only: "Seulement", anyone: "aucune autre condition", again: "À nouveau", reentries: { never: "chaque contact entre une seule fois", always: "chaque contact peut entrer à chaque fois", after: (span) => `de nouveau après ${span}` },
    messages: "Messages", noMessages: "aucun : ce scénario n’envoie rien", door: "Partent par", outbox: "la boîte d’essai : rien ne sort, les messages sont gardés pour être lus", real: (name) => `${name} : les messages partent vraiment`, stopped: "nulle part pour l’instant : les envois de l’espace sont arrêtés", gate: "Avant chaque message : liste d’exclusion, consentement, plafond, heures calmes.",
    leaves: "Sort", leavesAt: (event, goal) => `à « ${event} »${goal ? ", qui compte comme objectif" : ""}`,
    nothing: "Rien ne diffère de la version en ligne.", emptySummary: (n) => `[[${n} changement${s(n)}]], et personne n’attend dedans.`, summary: (n, inside, parts) => `[[${n} changement${s(n)}]]. Sur ${inside} en cours, ${parts}.`,
    what: "Ce qui change", list: "Étape par étape", same: (n) => `${n} étape${s(n)} inchangée${s(n)}`, change: { added: "ajoutée", removed: "supprimée", changed: "modifiée", same: "inchangée" }, of: { settings: "ce qu’elle fait", exits: "où elle mène", name: "son nom" }, starts: "Qui entre, et quand", settings: "Conditions d’entrée, de retour et de sortie",
    people: "Les personnes, étape par étape", counted: "comptées maintenant, recomptées à la publication", step: "Étape", here: "Ici", they: "Elles…", effect: "Ensuite", all: "Toutes", total: "Total",
    choices: { stay: "restent", move: "passent", retime: "recalées", leave: "sortent" }, counts: { stay: (n, text) => `${text} ${n < 2 ? "reste" : "restent"}`, move: (n, text) => `${text} ${n < 2 ? "passe" : "passent"}`, retime: (n, text) => `${text} ${n < 2 ? "recalée" : "recalées"}`, leave: (n, text) => `${text} ${n < 2 ? "sort" : "sortent"}` },
    effects: { stay: () => "Finissent sur la version où elles sont", move: (v) => `Passent en version ${v}, même échéance`, retime: () => "Attente recalculée depuis leur arrivée ; celles qui l’ont dépassée avancent aussitôt", leave: () => "Leur parcours s’arrête, plus rien n’est envoyé" },
    to: "Étape où elles vont", conflict: "Quelqu’un d’autre a modifié ce brouillon entre-temps. Rechargez la page pour le voir avant de publier.", applying: "Les choix de la publication précédente s’appliquent encore ; les vôtres suivront.", paused: "Le scénario est en pause : cela s’appliquera à la reprise.", done: (v) => `La version ${v} est en ligne.`, doneWith: (v) => `La version ${v} est en ligne. Vos choix pour les personnes en cours s’appliquent en quelques secondes.`, donePaused: (v) => `La version ${v} est prête ; elle s’appliquera à la reprise.`,
  },
});

import { defineWords } from "../../i18n/words.ts";

export const commentWords = defineWords({
  en: {
    tab: (n: number) => (n === 0 ? "Comments" : `Comments (${n})`), none: "Nobody has said anything about this step. A comment is for colleagues: no contact ever reads it, and publishing ignores it.", begin: "A comment for your colleagues", hint: "@ names someone", send: "Comment", answer: "Answer", yourAnswer: "Your answer", names: "Name a colleague", remove: "take back", resolve: "Resolve", reopen: "Open again",
    settled: (n: number) => (n === 1 ? "1 resolved thread" : `${n} resolved threads`), resolvedBy: (who: string, ago: string) => `Resolved by ${who} ${ago}.`, open: (n: number) => (n === 1 ? "1 open comment" : `${n} open comments`), gone: "a step that is gone", title: "Comments",
    mentions: "You are named",
  },
  fr: {
    tab: (n) => (n === 0 ? "Commentaires" : `Commentaires (${n})`), none: "Personne n’a encore rien dit de cette étape. Un commentaire s’adresse à vos collègues : aucun contact ne le lit, et la publication l’ignore.", begin: "Un commentaire pour vos collègues", hint: "@ nomme quelqu’un", send: "Commenter", answer: "Répondre", yourAnswer: "Votre réponse", names: "Nommer un collègue", remove: "retirer", resolve: "Résoudre", reopen: "Rouvrir",
    settled: (n) => (n < 2 ? `${n} fil résolu` : `${n} fils résolus`), resolvedBy: (who, ago) => `Résolu par ${who} ${ago}.`, open: (n) => (n < 2 ? `${n} commentaire ouvert` : `${n} commentaires ouverts`), gone: "une étape retirée", title: "Commentaires",
    mentions: "On vous a nommé",
  },
});

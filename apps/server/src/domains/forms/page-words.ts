import type { AnswerFault } from "@relance/model/forms";

/** What the pages say beside the form's own words; other languages read the English ones. */
const WORDS = {
  fr: {
    languages: "Langue",
    choose: "Choisir…",
    optional: "facultatif",
    legal: "Obligatoire",
    privacy: "Ce que deviennent vos réponses",
    trap: "Laissez cette case vide",
    age: (years: number) => `J’ai ${years} ans ou plus.`,
    faults: {
      required: "Cette réponse est obligatoire.",
      email: "Cette adresse n’est pas complète\u00a0: vérifiez ce qui suit le @.",
      phone: "Ce numéro n’est pas valable. Exemple\u00a0: 06 12 34 56 78.",
      date: "Cette date n’existe pas.",
      choice: "Choisissez l’une des réponses.",
      too_long: "Cette réponse est trop longue.",
      too_young: "Demandez à l’un de vos parents de s’inscrire pour vous.",
      age: "Cochez cette case, ou demandez à l’un de vos parents de s’inscrire pour vous.",
      consent: "Cochez ce que vous souhaitez recevoir\u00a0: sans votre accord, nous ne vous écrirons pas.",
    } satisfies Record<AnswerFault, string>,
    faulty: (n: number) => (n === 1 ? "Il reste une réponse à corriger." : `Il reste ${n} réponses à corriger.`),
    early: "Prenez le temps de relire, puis envoyez.",
    stale: "Cette page était ouverte depuis longtemps. Relisez et envoyez de nouveau.",
    tooMany: "Trop d’envois depuis votre réseau. Réessayez dans quelques minutes.",
    sentTitle: "Plus qu’un clic",
    sent: (address: string) =>
      `Nous venons d’écrire à ${address}. Ouvrez ce message et confirmez\u00a0: c’est seulement alors que votre inscription compte.`,
    sentHelp: "Rien reçu\u00a0? Regardez dans les indésirables, ou demandez un nouvel envoi dans cinq minutes.",
    again: "Renvoyer le message",
    againTitle: "C’est noté",
    againDone: (address: string) =>
      `Si un nouvel envoi était possible, le message est en route vers ${address}. Nous n’écrivons pas plus de trois fois par semaine à une adresse non confirmée.`,
    confirmTitle: "Confirmez votre inscription",
    confirm: (address: string) => `Pour l’adresse ${address}, vous avez accepté\u00a0:`,
    confirmButton: "Oui, je confirme",
    confirmNot: "Ce n’était pas vous\u00a0? Fermez cette page\u00a0: rien ne change.",
    expiredTitle: "Ce lien a expiré",
    expired: "Votre demande n’a pas été confirmée à temps\u00a0: nous l’avons oubliée. Vous pouvez remplir le formulaire de nouveau.",
    toForm: "Revenir au formulaire",
    absentTitle: "Cette page n’existe pas",
    absent: "Le lien est incomplet, trop ancien ou a été modifié.",
    refusedTitle: "Cette demande n’a pas été comprise",
    refused: "Revenez à la page et recommencez.",
  },
  en: {
    languages: "Language",
    choose: "Choose…",
    optional: "optional",
    legal: "Required",
    privacy: "What becomes of your answers",
    trap: "Leave this box empty",
    age: (years: number) => `I am ${years} or older.`,
    faults: {
      required: "This answer is required.",
      email: "This address is not complete: check what follows the @.",
      phone: "This number is not valid. Example: +44 7400 123456.",
      date: "There is no such date.",
      choice: "Choose one of the answers.",
      too_long: "This answer is too long.",
      too_young: "Please ask one of your parents to sign up for you.",
      age: "Tick this box, or ask one of your parents to sign up for you.",
      consent: "Tick what you would like to receive: without your consent we will not write to you.",
    } satisfies Record<AnswerFault, string>,
    faulty: (n: number) => (n === 1 ? "One answer is still to be corrected." : `${n} answers are still to be corrected.`),
    early: "Take a moment to read it over, then send it.",
    stale: "This page was open for a long time. Read it over and send it again.",
    tooMany: "Too many sendings from your network. Try again in a few minutes.",
    sentTitle: "One click to go",
    sent: (address: string) => `We have just written to ${address}. Open that message and confirm: only then does your sign-up count.`,
    sentHelp: "Nothing there? Look among the junk, or ask for another one in five minutes.",
    again: "Send the message again",
    againTitle: "Noted",
    againDone: (address: string) =>
      `If another message was possible, it is on its way to ${address}. We write no more than three times a week to an address that was not confirmed.`,
    confirmTitle: "Confirm your sign-up",
    confirm: (address: string) => `For the address ${address}, you agreed to:`,
    confirmButton: "Yes, I confirm",
    confirmNot: "It wasn’t you? Close this page: nothing changes.",
    expiredTitle: "This link has expired",
    expired: "Your request was not confirmed in time: we have forgotten it. You can fill in the form again.",
    toForm: "Back to the form",
    absentTitle: "This page does not exist",
    absent: "The link is incomplete, too old, or was changed.",
    refusedTitle: "This request was not understood",
    refused: "Go back to the page and try again.",
  },
};
export type PageWords = (typeof WORDS)["fr"];
export const pageWords = (language: string): PageWords => (language.toLowerCase().startsWith("fr") ? WORDS.fr : WORDS.en);

/** Languages as their readers call them. */
export const languageName = (language: string): string => {
  const name = new Intl.DisplayNames([language], { type: "language" }).of(language) ?? language;
  return name.slice(0, 1).toLocaleUpperCase(language) + name.slice(1);
};

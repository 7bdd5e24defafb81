import { escapeAttribute as escape } from "../messages/index.ts";

export type PageLanguage = "fr" | "en";
export const pageLanguage = (language: string | null | undefined): PageLanguage =>
  (language ?? "fr").toLowerCase().startsWith("fr") ? "fr" : "en";

const WORDS = {
  fr: {
    absentTitle: "Cette page n’existe pas",
    absent: "Le lien est incomplet, trop ancien ou a été modifié.",
    leaveTitle: "Ne plus recevoir nos messages",
    about: (address: string) => `Ces choix concernent l’adresse ${address}.`,
    topic: (name: string) => `Ne plus recevoir «\u00a0${name}\u00a0»`,
    topicPlain: "Ne plus recevoir ces messages",
    all: "Ne plus recevoir aucun message commercial",
    leftTitle: "C’est noté",
    left: "Vous ne recevrez plus ces messages.",
    leftAll: "Vous ne recevrez plus aucun message commercial de notre part.",
    receipts: "Les messages liés à vos commandes, eux, continuent de vous parvenir.",
    undo: "Annuler : je veux continuer à les recevoir",
    undoneTitle: "Bon retour parmi nous",
    undone: "Votre choix précédent est rétabli.",
    notUndoneTitle: "Rien à annuler",
    notUndone: "Ce choix ne peut plus être annulé depuis cette page.",
    nothingTitle: "Vous ne recevrez plus rien",
    nothing: "Cette adresse ne figure plus dans nos envois.",
    refusedTitle: "Cette demande n’a pas été comprise",
    refused: "Revenez à la page et choisissez l’un des boutons.",
    unavailable: "Ce message ne peut plus être affiché.",
    renewTitle: "Souhaitez-vous continuer\u202f?",
    renewButton: "Oui, je souhaite continuer",
    renewNot: "Ce n’est pas votre souhait\u202f? Fermez cette page\u00a0: rien ne change.",
    wording: (sender: string, what: string | null, by: string) =>
      `Je souhaite continuer à recevoir ${what === null ? "les nouvelles et les offres" : `«\u00a0${what}\u00a0»`} de ${sender} ${by}. Je peux me désinscrire à tout moment, en bas de chaque message.`,
    by: { email: "par e-mail", sms: "par SMS", other: "par messages" },
    renewedTitle: "Merci, c’est noté",
    renewed: "Votre accord est renouvelé. Vous pourrez vous désinscrire à tout moment, en bas de chaque message.",
    renewedAlready: "Votre accord est déjà renouvelé par ce message\u00a0: il n’y a rien d’autre à faire.",
    renewedNot: "Vous avez choisi de ne plus recevoir ces messages\u00a0: ce lien ne revient pas sur ce choix.",
  },
  en: {
    absentTitle: "This page does not exist",
    absent: "The link is incomplete, too old, or was changed.",
    leaveTitle: "Stop receiving our messages",
    about: (address: string) => `These choices are for the address ${address}.`,
    topic: (name: string) => `Stop receiving “${name}”`,
    topicPlain: "Stop receiving these messages",
    all: "Stop receiving any marketing message",
    leftTitle: "Done",
    left: "You will not receive these messages any more.",
    leftAll: "You will not receive any marketing message from us any more.",
    receipts: "Messages about your orders still reach you.",
    undo: "Undo: I want to keep receiving them",
    undoneTitle: "Good to have you back",
    undone: "Your previous choice is restored.",
    notUndoneTitle: "Nothing to undo",
    notUndone: "This choice can no longer be undone from this page.",
    nothingTitle: "You will get nothing more",
    nothing: "This address is no longer in our mailings.",
    refusedTitle: "This request was not understood",
    refused: "Go back to the page and choose one of the buttons.",
    unavailable: "This message can no longer be shown.",
    renewTitle: "Would you like us to go on?",
    renewButton: "Yes, keep writing to me",
    renewNot: "Not what you want? Close this page: nothing changes.",
    wording: (sender: string, what: string | null, by: string) =>
      `I want to keep receiving ${what === null ? "news and offers" : `“${what}”`} from ${sender} ${by}. I can unsubscribe at any time, at the foot of each message.`,
    by: { email: "by e-mail", sms: "by text message", other: "by message" },
    renewedTitle: "Thank you, it is noted",
    renewed: "Your agreement is renewed. You can unsubscribe at any time, at the foot of each message.",
    renewedAlready: "Your agreement is already renewed by this message: there is nothing else to do.",
    renewedNot: "You chose to stop receiving these messages: this link does not go back on that choice.",
  },
} as const;

export interface PageLook {
  readonly language: PageLanguage;
  /** Name of the sender; '' on pages of nobody. */
  readonly sender: string;
  /** `#rrggbb`. */
  readonly colour: string;
  /** Of the one style element; the page's policy names it. */
  readonly nonce: string;
}
export const NOBODY = { sender: "", colour: "#0d3f4a" } as const;

/** What such a page may do: show its own style, post its own form. No script, no image, no frame. */
export const pagePolicy = (nonce: string) =>
  `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function absentPage(look: PageLook): string {
  const words = WORDS[look.language];
  return page(look, words.absentTitle, `<p>${words.absent}</p>`);
}

export function nothingMorePage(look: PageLook): string {
  const words = WORDS[look.language];
  return page(look, words.nothingTitle, `<p>${words.nothing}</p>`);
}

export function refusedPage(look: PageLook): string {
  const words = WORDS[look.language];
  return page(look, words.refusedTitle, `<p>${words.refused}</p>`);
}

export function unavailablePage(look: PageLook): string {
  const words = WORDS[look.language];
  return page(look, words.absentTitle, `<p>${words.unavailable}</p>`);
}

/** @param masked an address that was masked; the page may be seen by whom a mail was forwarded to */
export function leavePage(
  look: PageLook,
  input: {
    readonly masked: string;
    readonly topicName: string | null;
    readonly hasTopic: boolean;
    readonly topicIn: boolean;
    readonly everythingIn: boolean;
  },
): string {
  const words = WORDS[look.language];
  if (!input.everythingIn)
    return page(look, words.leftTitle, `<p>${words.leftAll} ${words.receipts}</p>${form("undo", words.undo, "quiet")}`);
  const topic = input.hasTopic
    ? input.topicIn
      ? form("topic", input.topicName === null ? words.topicPlain : words.topic(input.topicName), "main")
      : `<p>${words.left}</p>`
    : "";
  const all = form("all", words.all, input.hasTopic && input.topicIn ? "quiet" : "main");
  return page(look, words.leaveTitle, `<p>${escape(words.about(input.masked))}</p>${topic}${all}`);
}

export function leftPage(look: PageLook, input: { readonly everything: boolean }): string {
  const words = WORDS[look.language];
  return page(
    look,
    words.leftTitle,
    `<p role="status">${input.everything ? `${words.leftAll} ${words.receipts}` : words.left}</p>${form("undo", words.undo, "quiet")}`,
  );
}

export function undonePage(look: PageLook, input: { readonly undone: boolean }): string {
  const words = WORDS[look.language];
  return page(
    look,
    input.undone ? words.undoneTitle : words.notUndoneTitle,
    `<p role="status">${input.undone ? words.undone : words.notUndone}</p>`,
  );
}

/** What a reader agrees to by the button of `renewPage`; stored with the proof. */
export function renewalWording(
  { language, sender }: Pick<PageLook, "language" | "sender">,
  { topicName, channel }: { readonly topicName: string | null; readonly channel: string },
): string {
  const words = WORDS[language];
  return words.wording(sender, topicName, words.by[channel === "email" || channel === "sms" ? channel : "other"]);
}

/** Programs that open links renew nothing, only the button does. @param input.from who asks, with the address the law wants beside it */
export function renewPage(look: PageLook, input: { readonly masked: string; readonly wording: string; readonly from: string }): string {
  const words = WORDS[look.language];
  return page(
    look,
    words.renewTitle,
    `<p>${escape(words.about(input.masked))}</p><p>${escape(input.wording)}</p>${form("renew", words.renewButton, "main")}<p>${words.renewNot}</p><p class="sender">${escape(input.from)}</p>`,
  );
}

export function renewedPage(look: PageLook, outcome: "renewed" | "already" | "left"): string {
  const words = WORDS[look.language];
  if (outcome === "left") return page(look, words.leftTitle, `<p role="status">${words.renewedNot}</p>`);
  return page(look, words.renewedTitle, `<p role="status">${outcome === "renewed" ? words.renewed : words.renewedAlready}</p>`);
}

function form(action: string, label: string, look: "main" | "quiet"): string {
  return `<form method="post"><button class="${look}" name="action" value="${action}">${escape(label)}</button></form>`;
}

function page({ language, sender, colour, nonce }: PageLook, title: string, body: string): string {
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escape(title)}</title>
<style nonce="${nonce}">
:root{color-scheme:light dark}
body{margin:0;font:17px/1.6 system-ui,-apple-system,"Segoe UI",sans-serif;background:#f2f5f4;color:#12262b}
main{max-width:34rem;margin:12vh auto;padding:2rem;background:#fff;border-top:4px solid ${colour};border-radius:10px}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 .75rem}
.sender{color:#41565a;font-size:.9rem;margin:0 0 1.5rem}
form{margin:.75rem 0 0}
button{font:inherit;width:100%;padding:.75rem 1rem;border-radius:8px;border:1px solid ${colour};cursor:pointer;text-align:left}
.main{background:${colour};color:#fff;font-weight:600}
.quiet{background:transparent;color:inherit}
button:focus-visible{outline:3px solid #3f97a6;outline-offset:2px}
@media(prefers-color-scheme:dark){body{background:#0f191c;color:#e9f0ef}main{background:#131f22}.sender{color:#b7c6c6}}
</style></head><body><main>${sender === "" ? "" : `<p class="sender">${escape(sender)}</p>`}<h1>${escape(title)}</h1>${body}</main></body></html>`;
}

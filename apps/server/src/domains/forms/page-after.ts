import { wordIn, type FormContent } from "@relance/model/forms";
import { escapeAttribute as escape } from "../messages/index.ts";
import { plainPage, type Look } from "./page.ts";
import { pageWords } from "./page-words.ts";

/** After sending: a message is on its way. The same for every address, whatever we know of it. @param again null in a preview */
export function sentPage(look: Look, input: { address: string; action: string; again: string }): string {
  const say = pageWords(look.language);
  return plainPage(
    look,
    say.sentTitle,
    `<p role="status">${escape(say.sent(input.address))}</p><p class="soft">${escape(say.sentHelp)}</p><form method="post" action="${escape(input.action)}"><input type="hidden" name="again" value="${escape(input.again)}"><button class="quiet">${escape(say.again)}</button></form>`,
  );
}

export function againPage(look: Look, input: { address: string }): string {
  const say = pageWords(look.language);
  return plainPage(look, say.againTitle, `<p role="status">${escape(say.againDone(input.address))}</p>`);
}

/** Behind the link of the mail: programs that open links confirm nothing, only the button does. */
export function confirmPage(look: Look, input: { address: string; wordings: readonly string[] }): string {
  const say = pageWords(look.language);
  return plainPage(
    look,
    say.confirmTitle,
    `<p>${escape(say.confirm(input.address))}</p><ul class="agreed">${input.wordings.map((one) => `<li>${escape(one)}</li>`).join("")}</ul><form method="post"><button class="main" name="action" value="confirm">${escape(say.confirmButton)}</button></form><p class="help">${escape(say.confirmNot)}</p>`,
  );
}

export function thanksPage(look: Look, content: FormContent): string {
  const words = content.words[look.language] ?? content.words[content.fallback];
  return plainPage(look, words?.thanksTitle ?? "", words?.thanks ? `<p role="status">${escape(words.thanks)}</p>` : "");
}

export function expiredPage(look: Look, input: { form: string | null }): string {
  const say = pageWords(look.language);
  return plainPage(
    look,
    say.expiredTitle,
    `<p>${escape(say.expired)}</p>${input.form === null ? "" : `<a class="go" href="${escape(input.form)}">${escape(say.toForm)}</a>`}`,
  );
}

export const absentFormPage = (look: Look) =>
  plainPage(look, pageWords(look.language).absentTitle, `<p>${escape(pageWords(look.language).absent)}</p>`);
export const refusedFormPage = (look: Look) =>
  plainPage(look, pageWords(look.language).refusedTitle, `<p>${escape(pageWords(look.language).refused)}</p>`);

/** The boxes somebody ticked, in the words they saw. */
export const wordingsOf = (content: FormContent, consents: readonly number[], language: string): string[] =>
  consents.flatMap((index) => (content.consents[index] ? [wordIn(content.consents[index].wording, language, content.fallback)] : []));

import { AGE_INPUT, consentInput, inputName, wordIn, type AnswerFault, type FormContent, type FormField } from "@relance/model/forms";
import { escapeAttribute as escape } from "../messages/index.ts";
import { page, type Look } from "./page.ts";
import { languageName, pageWords, type PageWords } from "./page-words.ts";

/** The name of the input that people do not see: who fills it in is a machine. */
export const TRAP_INPUT = "comment";

export interface FormPage {
  readonly content: FormContent;
  /** Says which page this was and when it was shown; sent back with the answers. '' in a preview. */
  readonly token: string;
  /** Where the answers go. */
  readonly action: string;
  /** What was answered before, by input, when the page is shown again. */
  readonly given: (name: string) => string | null;
  readonly faults: ReadonlyMap<string, AnswerFault>;
  /** Why it is shown again, when no answer is at fault. */
  readonly note: string | null;
}

/** The page of a form: it works without a script, boxes are never ticked beforehand. */
export function formPage(look: Look, input: FormPage): string {
  const { content, faults } = input;
  const { language } = look;
  const words = content.words[language] ?? content.words[content.fallback] ?? Object.values(content.words)[0];
  const say = pageWords(language);
  if (!words) return page(look, "", "");
  const told = faults.size > 0 ? say.faulty(faults.size) : input.note;
  const note = told === null ? "" : `<p class="note" role="alert">${escape(told)}</p>`;
  const fields = content.fields.map((field) => fieldHtml(field, input, language, say)).join("");
  const boxes = content.consents
    .map((consent, index) => box(consentInput(index), wordIn(consent.wording, language, content.fallback), input, say))
    .join("");
  const age =
    content.minimumAge === null || content.fields.some((one) => one.kind === "birth_date" && one.required)
      ? ""
      : box(AGE_INPUT, say.age(content.minimumAge), input, say);
  // Without `novalidate` browsers would speak first, in the language of the browser; ours say what to do.
  const form = `<form method="post" action="${escape(input.action)}" novalidate><input type="hidden" name="page" value="${escape(input.token)}">${fields}${boxes}${age}
<div class="trap" aria-hidden="true"><label for="trap">${escape(say.trap)}</label><input id="trap" name="${TRAP_INPUT}" tabindex="-1" autocomplete="off"></div>
<button class="main">${escape(words.button)}</button></form>`;
  const intro = words.intro === "" ? "" : `<p class="soft">${escape(words.intro)}</p>`;
  return page(
    look,
    words.title,
    `<div class="card">${note}<h1>${escape(words.title)}</h1>${intro}${form}</div>`,
    languagesOf(content, language, say),
  );
}

function languagesOf({ words }: FormContent, language: string, say: PageWords): string {
  const all = Object.keys(words).toSorted();
  if (all.length < 2) return "";
  return `<nav aria-label="${escape(say.languages)}">${all.map((one) => (one === language ? `<b lang="${escape(one)}" aria-current="true">${escape(languageName(one))}</b>` : `<a href="?lang=${escape(one)}" hreflang="${escape(one)}" lang="${escape(one)}">${escape(languageName(one))}</a>`)).join("")}</nav>`;
}

const TYPES: Partial<Record<FormField["kind"], string>> = {
  email: 'type="email" autocomplete="email" inputmode="email" spellcheck="false" autocapitalize="none"',
  phone: 'type="tel" autocomplete="tel" inputmode="tel"',
  first_name: 'autocomplete="given-name"',
  last_name: 'autocomplete="family-name"',
  birth_date: 'type="date" autocomplete="bday" min="1900-01-01"',
  postal_code: 'autocomplete="postal-code"',
  city: 'autocomplete="address-level2"',
  country: 'autocomplete="country"',
  language: 'autocomplete="language"',
};
/** So many answers stand side by side; more are a list to open. */
const MOST_CHIPS = 4;

function fieldHtml(field: FormField, { content, given, faults }: FormPage, language: string, say: PageWords): string {
  const name = inputName(field);
  const fault = faults.get(name);
  const help = wordIn(field.help, language, content.fallback);
  const label = `${escape(wordIn(field.label, language, content.fallback))}${field.required ? "" : ` <span class="optional">(${say.optional})</span>`}`;
  const notes = [...(help === "" ? [] : [`${name}-help`]), ...(fault === undefined ? [] : [`${name}-fault`])].join(" ");
  const about = `${field.required ? ' aria-required="true"' : ""}${notes === "" ? "" : ` aria-describedby="${notes}"`}${fault === undefined ? "" : ` aria-invalid="true"${[...faults.keys()][0] === name ? " autofocus" : ""}`}`;
  const below = `${help === "" ? "" : `<p class="help" id="${name}-help">${escape(help)}</p>`}${faultHtml(name, fault, say)}`;
  const value = given(name) ?? "";
  const options = field.options.map((one) => ({ value: one.value, label: wordIn(one.label, language, content.fallback) || one.value }));
  if (options.length > MOST_CHIPS) {
    const chosen = options
      .map((one) => `<option value="${escape(one.value)}"${one.value === value ? " selected" : ""}>${escape(one.label)}</option>`)
      .join("");
    return `<div class="q"><label for="${name}">${label}</label><select id="${name}" name="${name}"${about}><option value="">${escape(say.choose)}</option>${chosen}</select>${below}</div>`;
  }
  if (options.length > 0) {
    const chips = options
      .map(
        (one) =>
          `<label><input type="radio" name="${name}" value="${escape(one.value)}"${one.value === value ? " checked" : ""}>${escape(one.label)}</label>`,
      )
      .join("");
    return `<fieldset${about.replace(" autofocus", "").replace(' aria-required="true"', "").replace(' aria-invalid="true"', "")}><legend>${label}</legend><div class="choices">${chips}</div>${below}</fieldset>`;
  }
  return `<div class="q"><label for="${name}">${label}</label><input id="${name}" name="${name}" ${TYPES[field.kind] ?? ""} maxlength="500" value="${escape(value)}"${about}>${below}</div>`;
}

function box(name: string, wording: string, { given, faults }: FormPage, say: PageWords): string {
  const fault = faults.get(name);
  const about = fault === undefined ? "" : ` aria-invalid="true" aria-describedby="${name}-fault"`;
  return `<div class="box"><input type="checkbox" id="${name}" name="${name}" value="1"${given(name) === null ? "" : " checked"}${about}><div><label for="${name}">${escape(wording)}</label>${faultHtml(name, fault, say)}</div></div>`;
}

const faultHtml = (name: string, fault: AnswerFault | undefined, say: PageWords) =>
  fault === undefined ? "" : `<p class="fault" id="${name}-fault">${escape(say.faults[fault])}</p>`;

import type { Content } from "../messages/index.ts";
import { contactField, type ByLanguage, type FormContent } from "./form.ts";

/** Something about a form that stops publishing (`error`) or should be looked at (`warning`). */
export interface FormProblem {
  readonly level: "error" | "warning";
  readonly code: string;
  /** Path in the content, e.g. `consents[0].wording.fr`. */
  readonly field: string;
  readonly message: { readonly fr: string; readonly en: string };
}

/** What the workspace has that a form may name. */
export interface FormCatalogue {
  /** Keys of topics that can be agreed to. */
  readonly topics: ReadonlySet<string>;
  /** Published or not, the transactional e-mails by id, and whether each holds the link that confirms. */
  readonly templates: ReadonlyMap<string, { readonly confirms: boolean }>;
  readonly postalAddress: string;
}

/** Whether a template can be a form's confirmation, and if so whether each of its languages holds the link; undefined when it cannot. */
export function confirmationOf(template: {
  readonly channel: string;
  readonly class: string;
  readonly content: Content;
}): { readonly confirms: boolean } | undefined {
  if (template.channel !== "email" || template.class !== "transactional") return undefined;
  return { confirms: Object.values(template.content.variants).every((one) => one.source.includes("confirm_url")) };
}

/** What keeps a form from being a lawful and readable request for consent (COMPLIANCE §3.2), and what would trouble its readers. */
export function formProblems(content: FormContent, catalogue: FormCatalogue): FormProblem[] {
  const found: FormProblem[] = [];
  const add = (level: FormProblem["level"], code: string, field: string, fr: string, en: string) =>
    found.push({ level, code: `form.${code}`, field, message: { fr, en } });
  const languages = Object.keys(content.words);
  if (!content.words[content.fallback])
    add("error", "no_fallback", "fallback", "La langue de repli n’a pas de textes.", "The fallback language has no texts.");
  const told = (texts: ByLanguage, field: string) => {
    for (const language of languages)
      if (!texts[language])
        add(
          texts[content.fallback] || language === content.fallback ? "error" : "warning",
          "text_missing",
          `${field}.${language}`,
          `Le texte manque en «\u00a0${language}\u00a0».`,
          `The text is missing in “${language}”.`,
        );
  };
  for (const [language, words] of Object.entries(content.words)) {
    for (const part of ["title", "button", "thanksTitle"] as const)
      if (words[part] === "")
        add(
          "error",
          "text_missing",
          `words.${language}.${part}`,
          `Le texte manque en «\u00a0${language}\u00a0».`,
          `The text is missing in “${language}”.`,
        );
  }
  checkFields(content, add, told);
  checkConsents(content, catalogue, add, told);
  checkConfirmation(content, catalogue, add);
  if (content.privacyUrl === "")
    add(
      "warning",
      "no_privacy_page",
      "privacyUrl",
      "Le lien vers votre politique de confidentialité manque\u00a0: le RGPD demande de dire ce que deviennent les réponses.",
      "There is no link to your privacy policy: GDPR asks to say what becomes of the answers.",
    );
  if (catalogue.postalAddress.trim() === "")
    add(
      "warning",
      "no_postal_address",
      "",
      "L’espace n’a pas d’adresse postale\u00a0: le Canada demande qu’elle soit montrée avec la demande d’accord.",
      "The workspace has no postal address: Canada asks that it is shown with the request for consent.",
    );
  return found;
}

type Add = (level: FormProblem["level"], code: string, field: string, fr: string, en: string) => void;
type Told = (texts: ByLanguage, field: string) => void;

function checkFields({ fields }: FormContent, add: Add, told: Told): void {
  const email = fields.find((one) => one.kind === "email");
  if (!email)
    add(
      "error",
      "no_email",
      "fields",
      "Il faut demander l’adresse e-mail\u00a0: c’est elle que la personne confirme.",
      "The e-mail address must be asked: it is what the person confirms.",
    );
  fields.forEach((field, index) => {
    const at = `fields[${index}]`;
    told(field.label, `${at}.label`);
    if (field.kind === "attribute" && field.attribute === "")
      add(
        "error",
        "no_attribute",
        `${at}.attribute`,
        "Dites dans quel attribut la réponse est gardée.",
        "Say which attribute keeps the answer.",
      );
    if (fields.findIndex((other) => contactField(other) === contactField(field)) < index)
      add("error", "field_twice", at, "Cette question est posée deux fois.", "This question is asked twice.");
    if (field.kind === "email" && !field.required)
      add("error", "email_optional", `${at}.required`, "L’adresse e-mail doit être obligatoire.", "The e-mail address must be required.");
    if (field.options.length === 1)
      add("error", "one_option", `${at}.options`, "Un choix demande au moins deux réponses.", "A choice needs at least two answers.");
    field.options.forEach((option, place) => told(option.label, `${at}.options[${place}].label`));
  });
}

function checkConsents({ consents, fields }: FormContent, { topics }: FormCatalogue, add: Add, told: Told): void {
  if (consents.length === 0)
    add(
      "error",
      "no_consent",
      "consents",
      "Le formulaire ne demande aucun accord\u00a0: ajoutez au moins une case.",
      "The form asks for no consent: add at least one box.",
    );
  consents.forEach(({ channel, topic, wording }, index) => {
    const at = `consents[${index}]`;
    told(wording, `${at}.wording`);
    if (topic !== "" && !topics.has(topic))
      add("error", "topic_unknown", `${at}.topic`, `Le thème «\u00a0${topic}\u00a0» n’existe pas.`, `There is no topic “${topic}”.`);
    if (consents.findIndex((other) => other.channel === channel && other.topic === topic) < index)
      add("error", "consent_twice", at, "Cet accord est demandé deux fois.", "This consent is asked twice.");
    if (channel === "sms" && !fields.some((field) => field.kind === "phone"))
      add(
        "error",
        "sms_without_phone",
        `${at}.channel`,
        "Pour demander l’accord SMS, demandez aussi le numéro.",
        "To ask for consent to texts, ask for the number too.",
      );
  });
}

function checkConfirmation({ confirmation }: FormContent, { templates }: FormCatalogue, add: Add): void {
  const at = "confirmation.template";
  const template = confirmation.template === null ? undefined : templates.get(confirmation.template);
  if (confirmation.template === null)
    add(
      "error",
      "no_confirmation",
      at,
      "Choisissez l’e-mail qui demande la confirmation.",
      "Choose the e-mail that asks for the confirmation.",
    );
  else if (!template)
    add(
      "error",
      "confirmation_unknown",
      at,
      "L’e-mail de confirmation doit être un modèle transactionnel de cet espace.",
      "The confirmation must be a transactional e-mail template of this workspace.",
    );
  else if (!template.confirms)
    add(
      "error",
      "confirmation_without_link",
      at,
      "L’e-mail de confirmation n’a pas de lien «\u00a0{{ confirm_url }}\u00a0».",
      "The confirmation e-mail holds no link “{{ confirm_url }}”.",
    );
  if (!confirmation.required)
    add(
      "warning",
      "confirmation_off",
      "confirmation.required",
      "Sans confirmation, n’importe qui peut inscrire l’adresse d’un autre. Elle reste demandée aux adresses déjà connues et en Allemagne.",
      "Without confirmation anyone can sign up somebody else’s address. Addresses already known, and Germany, are still asked.",
    );
}

import type { FormContent, FormField, FormFieldKind } from "./form.ts";

const LABELS: Readonly<Record<Exclude<FormFieldKind, "attribute">, { readonly fr: string; readonly en: string }>> = {
  email: { fr: "Votre e-mail", en: "Your e-mail" },
  phone: { fr: "Votre mobile", en: "Your mobile" },
  first_name: { fr: "Votre prénom", en: "Your first name" },
  last_name: { fr: "Votre nom", en: "Your last name" },
  birth_date: { fr: "Votre date de naissance", en: "Your date of birth" },
  language: { fr: "Votre langue", en: "Your language" },
  country: { fr: "Votre pays", en: "Your country" },
  postal_code: { fr: "Votre code postal", en: "Your postcode" },
  city: { fr: "Votre ville", en: "Your city" },
  customer_type: { fr: "Vous achetez", en: "You buy" },
};
const OPTIONS: Partial<Record<FormFieldKind, FormField["options"]>> = {
  language: [
    { value: "fr", label: { fr: "Français", en: "French" } },
    { value: "en", label: { fr: "Anglais", en: "English" } },
  ],
  country: [
    { value: "FR", label: { fr: "France", en: "France" } },
    { value: "BE", label: { fr: "Belgique", en: "Belgium" } },
    { value: "CH", label: { fr: "Suisse", en: "Switzerland" } },
    { value: "CA", label: { fr: "Canada", en: "Canada" } },
  ],
  customer_type: [
    { value: "B2C", label: { fr: "pour vous", en: "for yourself" } },
    { value: "B2B", label: { fr: "pour une entreprise", en: "for a company" } },
  ],
};

/** A question of a kind with sensible words; of an attribute, its name is still to be given. */
export function newField(kind: FormFieldKind): FormField {
  return {
    kind,
    attribute: "",
    required: kind === "email",
    label: kind === "attribute" ? { fr: "", en: "" } : { ...LABELS[kind] },
    help: {},
    options: structuredClone(OPTIONS[kind] ?? []),
  };
}

/** The usual words of a box; `{name}` stands for who asks. */
const WORDINGS = {
  email: {
    fr: "J’accepte de recevoir les nouvelles et les offres de {name} par e-mail. Je peux me désinscrire à tout moment.",
    en: "I agree to receive news and offers from {name} by e-mail. I can unsubscribe at any time.",
  },
  sms: {
    fr: "J’accepte de recevoir les offres de {name} par SMS. J’arrête quand je veux en répondant STOP.",
    en: "I agree to receive offers from {name} by text message. I can stop at any time by replying STOP.",
  },
} as const;

export function newConsent(channel: "email" | "sms", sender: string): FormContent["consents"][number] {
  const { fr, en } = WORDINGS[channel];
  return { channel, topic: "", wording: { fr: fr.replace("{name}", sender), en: en.replace("{name}", sender) } };
}

/** A form to begin with: an address, a first name, one box. @param sender who asks, as readers know them */
export function newForm(sender: string, template: string | null): FormContent {
  return {
    version: 1,
    fallback: "fr",
    words: {
      fr: {
        title: "Recevez nos nouvelles",
        intro: "Une lettre de temps en temps : des nouveautés choisies, des conseils utiles, rien de plus.",
        button: "Je m’inscris",
        thanksTitle: "C’est confirmé, merci",
        thanks: "Votre première lettre arrive bientôt.",
      },
      en: {
        title: "Hear from us",
        intro: "A letter now and then: new arrivals worth a look, useful tips, nothing more.",
        button: "Sign me up",
        thanksTitle: "Confirmed, thank you",
        thanks: "Your first letter is on its way.",
      },
    },
    fields: [newField("email"), newField("first_name")],
    consents: [newConsent("email", sender)],
    confirmation: { kind: "email", template, required: true, days: 7 },
    minimumAge: null,
    privacyUrl: "",
  };
}

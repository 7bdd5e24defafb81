import { z } from "zod";
import { variantLanguage } from "../messages/index.ts";

/** What a question is about: a field of the contact, or an attribute of the workspace's own. */
export const FORM_FIELD_KINDS = [
  "email",
  "phone",
  "first_name",
  "last_name",
  "birth_date",
  "language",
  "country",
  "postal_code",
  "city",
  "customer_type",
  "attribute",
] as const;
export type FormFieldKind = (typeof FORM_FIELD_KINDS)[number];

/** A text by language; a language without one gets that of the fallback. */
const byLanguage = (most: number) => z.record(variantLanguage, z.string().trim().max(most));
export type ByLanguage = Readonly<Record<string, string>>;

export const formField = z.strictObject({
  kind: z.enum(FORM_FIELD_KINDS),
  /** The attribute it is kept in, of kind `attribute`; '' of the others. */
  attribute: z
    .string()
    .regex(/^([a-z][a-z0-9_]{0,62})?$/, "must be lower-case letters, digits and _, beginning with a letter")
    .default(""),
  required: z.boolean().default(false),
  label: byLanguage(200),
  help: byLanguage(300).default({}),
  /** One of these is chosen; empty: any text. */
  options: z
    .array(z.strictObject({ value: z.string().trim().min(1).max(100), label: byLanguage(100) }))
    .max(50)
    .default([]),
});
export type FormField = z.output<typeof formField>;

/** A box, never ticked beforehand: what agreeing to it means, in the words that are shown and kept as the proof. */
export const formConsent = z.strictObject({
  channel: z.enum(["email", "sms"]),
  /** Key of a topic; '' for all marketing on the channel. */
  topic: z.string().max(64).default(""),
  wording: byLanguage(1_000),
});
export type FormConsent = z.output<typeof formConsent>;

export const formWords = z.strictObject({
  title: z.string().trim().max(200),
  intro: z.string().trim().max(1_000).default(""),
  button: z.string().trim().max(60),
  /** Shown once the address is confirmed. */
  thanksTitle: z.string().trim().max(200),
  thanks: z.string().trim().max(1_000).default(""),
});
export type FormWords = z.output<typeof formWords>;

/** What is edited and, frozen, published. */
export const formContent = z.strictObject({
  version: z.literal(1),
  fallback: variantLanguage,
  words: z.record(variantLanguage, formWords),
  fields: z.array(formField).max(20),
  consents: z.array(formConsent).max(10),
  /** The mail whose link confirms the address (`template`: a transactional e-mail that holds `confirm_url`), and for how many days the link is good. `required` false: an address nobody knew yet counts at once. */
  confirmation: z.strictObject({
    kind: z.literal("email"),
    template: z.string().max(64).nullable().default(null),
    required: z.boolean().default(true),
    days: z.number().int().min(1).max(30).default(7),
  }),
  /** Younger people are asked to leave it to a parent (GDPR art. 8; 15 in France); null: not asked. */
  minimumAge: z.number().int().min(13).max(18).nullable().default(null),
  /** The page that says what becomes of the answers. */
  privacyUrl: z
    .union([
      z.literal(""),
      z
        .string()
        .max(500)
        .regex(/^https?:\/\/[^\s"<>]+$/, "must be an http or https address"),
    ])
    .default(""),
});
export type FormContent = z.output<typeof formContent>;

/** The text in a language, else in the fallback, else in any. */
export function wordIn(texts: ByLanguage, language: string, fallback: string): string {
  return (
    [texts[language], texts[language.slice(0, 2)], texts[fallback]].find((text) => text !== undefined && text !== "") ??
    Object.values(texts)[0] ??
    ""
  );
}

/** The field of a contact that a question fills (`email`, `attributes.size`). */
export function contactField({ kind, attribute }: Pick<FormField, "kind" | "attribute">): string {
  return kind === "attribute" ? `attributes.${attribute}` : kind === "language" ? "locale" : kind;
}

/** The name of a question's input on the page. */
export const inputName = ({ kind, attribute }: Pick<FormField, "kind" | "attribute">): string =>
  kind === "attribute" ? `a_${attribute}` : kind;

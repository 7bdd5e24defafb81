import { z } from "zod";

/** A language of a message variant: `fr`, `en`, `fr-CA`. */
export const variantLanguage = z.string().regex(/^[a-z]{2}(-[A-Z]{2})?$/, "must be a language such as fr or fr-CA");

/** What one language's readers get. */
export const variant = z.strictObject({
  /** Liquid. Of notifications and in-site messages the title; unused in SMS and WhatsApp. */
  subject: z.string().max(500),
  /** Liquid; the grey line after the subject in a list of mails. */
  preheader: z.string().max(500).default(""),
  /** E-mails are MJML or HTML, the bodies of webhooks JSON, everything else plain text. */
  format: z.enum(["mjml", "html", "text", "json"]),
  /** MJML, HTML, plain text or JSON, with Liquid. */
  source: z.string().max(500_000),
  /** Liquid; null: made from the HTML at publishing. */
  text: z.string().max(200_000).nullable().default(null),
});
export type Variant = z.output<typeof variant>;

/** The formats in which a message of a channel may be written. */
export const formatsOf = (channel: string): readonly Variant["format"][] =>
  channel === "email" ? ["mjml", "html"] : channel === "webhook" ? ["json"] : ["text"];

/** What is edited and, frozen, published: one variant per language, and the language of those whose own is missing. */
export const content = z.strictObject({
  version: z.literal(1),
  fallback: variantLanguage,
  variants: z.record(variantLanguage, variant),
});
export type Content = z.output<typeof content>;

/** marketing: needs consent and a way out. transactional: an answer to what the contact did. */
export const MESSAGE_CLASSES = ["marketing", "transactional"] as const;
export type MessageClass = (typeof MESSAGE_CLASSES)[number];

/**
 * The variant a reader gets, in this order: the exact language, the same language without or with another region, the fallback.
 * @returns null when there is no variant at all
 */
export function chooseLanguage(available: readonly string[], fallback: string, wanted: string | null): string | null {
  const asked = (wanted ?? "").replace("_", "-");
  const base = asked.slice(0, 2).toLowerCase();
  const exact = available.find((one) => one.toLowerCase() === asked.toLowerCase());
  const near = available.find((one) => one === base) ?? available.toSorted().find((one) => one.slice(0, 2) === base);
  return exact ?? near ?? available.find((one) => one === fallback) ?? available.toSorted()[0] ?? null;
}

/** Something about a message that stops publishing (`error`) or should be looked at (`warning`). The web app words the code. */
export interface MessageProblem {
  readonly level: "error" | "warning";
  readonly code: string;
  /** Path in the content, e.g. `variants.fr.source`. */
  readonly field: string;
  /** English, for developers. */
  readonly message: string;
  /** What the sentence is about: a filter, a variable, an address. */
  readonly detail?: string | undefined;
  /** Line of the source or text, counted from 1, where it is known. */
  readonly line?: number | undefined;
}

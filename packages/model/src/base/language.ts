/** The languages every sentence of the product exists in. */
export const LANGUAGES = ["fr", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One text in each language of the product. */
export type Words = Readonly<Record<Language, string>>;

/** The languages people read the app in. */
export type Language = "fr" | "en";

const NBSP = "\u00a0";
const NARROW = "\u202f";
const JOINER = "\u2060";

/**
 * Spaces and joints a typesetter would put: in French U+00A0 before : » % € and after «, U+202F before ; ! ?;
 * in both languages "e-mail" never breaks at its hyphen and a middle dot keeps wide spaces (our fonts set it too tight).
 */
export function typeset(language: Language, text: string): string {
  const joined = text.replace(/\b([Ee])-mail/g, `$1${JOINER}-${JOINER}mail`).replaceAll(" · ", "\u2004·\u2004");
  if (language === "en") return joined;
  return joined
    .replace(/ ([:»%€])/g, `${NBSP}$1`)
    .replace(/« /g, `«${NBSP}`)
    .replace(/ ([;!?])/g, `${NARROW}$1`);
}

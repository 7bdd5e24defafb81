export type Language = "fr" | "en";

/** The language a terminal asks for, by the usual variables in the usual order; English when it asks for neither. */
export function languageOf(environment: Readonly<Record<string, string | undefined>>): Language {
  const asked = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return /^fr\b|^fr_/i.test(asked) ? "fr" : "en";
}

export type Language = "fr" | "en";
/** By what the sentence speaks of; `n` writes one of these as a number of the language. */
export type Say = (params: Readonly<Record<string, string>>, n: (name: string) => string) => string;
export type Sentence = Readonly<Record<Language, Say>>;

export const pair = (en: Say, fr: Say): Sentence => ({ en, fr });

export function say(sentence: Sentence, given: Readonly<Record<string, unknown>>, language: Language): string {
  const params = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  return sentence[language](params, (name) => Number(params[name]).toLocaleString(language));
}

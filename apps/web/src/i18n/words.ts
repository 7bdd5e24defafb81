import { useLanguage } from "./language.tsx";
import { typeset, type Language } from "./typography.ts";

type Sentence = (...given: never[]) => string;
interface List {
  readonly [key: string]: string | Sentence | List;
}
/** The shape of a list with its literals forgotten: what the other language must have, key for key. */
type Same<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : T[K] extends (...given: infer A) => string ? (...given: A) => string : Same<T[K]>;
};
export interface Words<T> {
  readonly en: Same<T>;
  readonly fr: Same<T>;
}

/** The words of one feature in both languages; a missing key does not compile. Typography is set here, once. */
export function defineWords<const T extends List>(lists: { readonly en: T; readonly fr: Same<NoInfer<T>> }): Words<T> {
  return { en: set("en", lists.en) as Same<T>, fr: set("fr", lists.fr as List) as Same<T> };
}

function set(language: Language, value: unknown): unknown {
  if (typeof value === "string") return typeset(language, value);
  if (typeof value === "function") return (...given: unknown[]) => typeset(language, (value as (...given: unknown[]) => string)(...given));
  return Object.fromEntries(Object.entries(value as List).map(([key, one]) => [key, set(language, one)]));
}

/** The words of a feature in the reader's language. */
export function useWords<T>(words: Words<T>): Same<T> {
  return words[useLanguage().language];
}

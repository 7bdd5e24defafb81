import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { formatsFor, type Formats } from "./format.ts";
import type { Language } from "./typography.ts";

interface Reading {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  /** Zone in which times are shown: the workspace's; the browser's before one is known. */
  readonly setZone: (zone: string) => void;
  readonly formats: Formats;
}

const KEPT = "relance.language";
const Context = createContext<Reading | null>(null);

function firstLanguage(): Language {
  const kept = localStorage.getItem(KEPT);
  if (kept === "fr" || kept === "en") return kept;
  return navigator.language.startsWith("fr") ? "fr" : "en";
}

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, change] = useState(firstLanguage);
  const [zone, setZone] = useState(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem(KEPT, language);
  }, [language]);
  const reading = useMemo(() => ({ language, setLanguage: change, setZone, formats: formatsFor(language, zone) }), [language, zone]);
  return <Context value={reading}>{children}</Context>;
}

export function useLanguage(): Reading {
  const reading = useContext(Context);
  if (!reading) throw new Error("no LanguageProvider above");
  return reading;
}

/** Numbers, money and moments as the reader writes them. */
export const useFormats = (): Formats => useLanguage().formats;

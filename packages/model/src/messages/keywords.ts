/** What a text that came in asks for; `language`: of the word that said it. */
export interface Keyword {
  readonly action: "stop" | "start" | "help";
  readonly language: "fr" | "en";
}

// COMPLIANCE §5. One word may stand in both languages: STOP is everybody's, and counts as English.
const WORDS: Readonly<Record<Keyword["action"], Readonly<Record<Keyword["language"], readonly string[]>>>> = {
  stop: {
    en: ["STOP", "QUIT", "END", "REVOKE", "OPT OUT", "OPTOUT", "CANCEL", "UNSUBSCRIBE", "UNSUB", "STOPALL", "STOP ALL"],
    fr: ["ARRET", "DESABONNER", "DESABONNEMENT", "DESINSCRIRE", "DESINSCRIPTION", "STOP SMS", "STOP PUB", "ANNULER", "FIN"],
  },
  start: { en: ["START", "UNSTOP"], fr: ["REPRENDRE"] },
  help: { en: ["HELP", "INFO"], fr: ["AIDE"] },
};
/** A longer text that begins with a word to stop means it, but not a story that happens to. */
const MOST_WORDS = 4;

/** NFKD, marks and punctuation gone, upper case: `Arrêt !` is ARRET. */
const plain = (text: string): string =>
  text
    .slice(0, 200)
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** The wish in a text message: a whole text that is a keyword, or a short one that begins with a word to stop. Null: read by a person. */
export function readKeyword(text: string): Keyword | null {
  const said = plain(text);
  const words = said.split(" ");
  for (const action of ["stop", "start", "help"] as const)
    for (const language of ["fr", "en"] as const) if (WORDS[action][language].includes(said)) return { action, language };
  if (words.length > MOST_WORDS) return null;
  for (const language of ["fr", "en"] as const) if (WORDS.stop[language].includes(words[0]!)) return { action: "stop", language };
  return null;
}

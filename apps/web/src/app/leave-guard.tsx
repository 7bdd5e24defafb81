import { useBlocker } from "@tanstack/react-router";
import { useState } from "react";
import { defineWords, useWords } from "../i18n/words.ts";

const guardWords = defineWords({
  en: { stayed: "Your last changes could not be saved, so this page stayed open. Leaving again drops them." },
  fr: {
    stayed: "Vos derniers changements n’ont pas pu être enregistrés : cette page est restée ouverte. La quitter encore les abandonne.",
  },
});

/**
 * Leaving a page for another of the app saves first; where that fails, the page stays once and says so. Closing the browser asks.
 * @param unsaved whether something is not saved yet
 * @param save saves; true when the server then has everything
 * @returns the note to show, or null
 */
export function useLeaveGuard(unsaved: boolean, save: () => Promise<boolean>): React.ReactNode {
  const say = useWords(guardWords);
  const [stayed, setStayed] = useState(false);
  if (stayed && !unsaved) setStayed(false);
  useBlocker({
    disabled: !unsaved,
    shouldBlockFn: async ({ current, next }) => {
      if (stayed || current.pathname === next.pathname) return false;
      const whole = await save().catch(() => false);
      setStayed(!whole);
      return !whole;
    },
  });
  return stayed ? (
    <div className="call" role="alert">
      {say.stayed}
    </div>
  ) : null;
}

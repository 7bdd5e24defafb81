import { IconPlus } from "@tabler/icons-react";
import { useWords } from "../../../i18n/words.ts";
import { useGestures } from "../held.ts";
import type { Way } from "./layout.ts";
import { journeyWords } from "../words.ts";

/** The plus of a way. With a word it stands at a free end. */
export function Plus({ after, word }: { readonly after: Way["from"]; readonly word: string | null }) {
  const { offer } = useGestures();
  const say = useWords(journeyWords);
  return (
    <button
      type="button"
      tabIndex={-1}
      className="way-add nodrag nopan"
      data-worded={word !== null || undefined}
      aria-haspopup="menu"
      aria-label={say.addHere}
      title={say.addHere}
      onClick={(event) => offer(event.currentTarget, after, word !== null)}
    >
      <IconPlus size={13} stroke={1.8} aria-hidden />
      {word}
    </button>
  );
}

import { useWords } from "../../i18n/words.ts";
import { libraryWords } from "./words.ts";

/** Steps drawn at most; longer flows end earlier in the drawing, not in their words. */
const MOST = 7;
const DRAWN: ReadonlySet<string> = new Set(["email", "sms", "wait", "branch", "split", "goal"]);

/** A journey as a small drawing: its kinds of steps from top to bottom. */
export function Sketch({ shape }: { readonly shape: readonly string[] }) {
  const say = useWords(libraryWords);
  const kinds = ["start", ...shape.filter((kind) => DRAWN.has(kind))].slice(0, MOST);
  return (
    <span className="sketch" role="img" aria-label={say.sketch(shape.length)}>
      {kinds.map((kind, at) => (
        <i key={at} data-kind={kind} />
      ))}
    </span>
  );
}

import type { ReactNode } from "react";

/** The marker: only behind the words that answer the question. */
function Mark({ children }: { readonly children: ReactNode }) {
  return <span className="mark">{children}</span>;
}

/** Text whose `[[…]]` parts are marked; so a sentence stays one string in the word lists. */
export function Marked({ text }: { readonly text: string }) {
  return text.split(/(\[\[.*?\]\])/).map((piece, at) => (piece.startsWith("[[") ? <Mark key={at}>{piece.slice(2, -2)}</Mark> : piece));
}

/** The deciding sentence of a screen: true, short, with the number that answers marked by `[[…]]`. */
export function Say({ text, small = false }: { readonly text: string; readonly small?: boolean }) {
  return (
    <p className={small ? "say say-small" : "say"}>
      <Marked text={text} />
    </p>
  );
}

import { Link } from "@tanstack/react-router";
import { useWords } from "../i18n/words.ts";
import { shellWords } from "./words.ts";

/** The two kinds of content: what we write to people, and what they write to us. */
export function ContentTabs() {
  const say = useWords(shellWords);
  return (
    <nav className="tabs" aria-label={say.content}>
      <Link to="/templates">{say.messages}</Link>
      <Link to="/forms">{say.forms}</Link>
    </nav>
  );
}

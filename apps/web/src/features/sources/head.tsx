import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "../../i18n/words.ts";
import { Head } from "../../ui/page.tsx";
import { sourceWords } from "./words.ts";

/** The bar of the section, with its two views. */
export function SourcesHead({ shown, actions }: { readonly shown: "all" | "live"; readonly actions?: ReactNode }) {
  const say = useWords(sourceWords);
  return (
    <>
      <Head title={say.title} actions={actions} />
      <nav className="tabs" aria-label={say.title}>
        <Link to="/sources" aria-current={shown === "all" ? "page" : undefined}>{say.all}</Link>
        <Link to="/sources/live" aria-current={shown === "live" ? "page" : undefined}>{say.live}</Link>
      </nav>
    </>
  );
}

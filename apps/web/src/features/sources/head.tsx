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
        {/* Only the address itself is current by the router's rule: the live view lies under the address of all. */}
        <Link to="/sources" activeOptions={{ exact: true }} {...(shown === "all" && { "aria-current": "page" as const })}>
          {say.all}
        </Link>
        <Link to="/sources/live">{say.live}</Link>
      </nav>
    </>
  );
}

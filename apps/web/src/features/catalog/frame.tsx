import "./catalog.css";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useWords } from "../../i18n/words.ts";
import { Head } from "../../ui/page.tsx";
import { catalogWords } from "./words.ts";

const PARTS = ["products", "categories", "stores", "articles", "orders", "carts", "coupons", "objects"] as const;
export type Part = (typeof PARTS)[number];

/** The head and the parts of the catalogue around one of them. */
export function Frame({
  part,
  note,
  actions,
  children,
}: {
  readonly part: Part;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  const say = useWords(catalogWords);
  return (
    <>
      <Head title={say.title} note={note} actions={actions} />
      <nav className="tabs" aria-label={say.title}>
        {PARTS.map((one) => (
          <Link key={one} to="/catalog/$part" params={{ part: one }} aria-current={one === part ? "page" : undefined}>
            {say.parts[one]}
          </Link>
        ))}
      </nav>
      <div className="work">{children}</div>
    </>
  );
}

import { Button } from "@mantine/core";
import type { LibraryEntry } from "@relance/contract/library";
import { IconAlertTriangle, IconCircleCheck, IconMinus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import "./library.css";
import { useNeedWords } from "./need.ts";
import { Sketch } from "./sketch.tsx";
import { libraryWords } from "./words.ts";

const READY = ["all", "some", "not_yet"] as const;
const SIGNS = { all: IconCircleCheck, some: IconAlertTriangle, not_yet: IconMinus };
const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Ready-made journeys that have the words of a search, by how far the workspace's data carries them. `gesture`: what a card offers beside being read. */
export function LibraryGroups({
  entries,
  search,
  clear,
  gesture,
}: {
  readonly entries: readonly LibraryEntry[];
  readonly search: string;
  readonly clear: () => void;
  readonly gesture?: (entry: LibraryEntry) => ReactNode;
}) {
  const say = useWords(libraryWords);
  const { language } = useLanguage();
  const found = entries.filter((entry) =>
    plain(`${entry.names[language]} ${entry.purposes[language]} ${entry.timings[language]}`).includes(plain(search.trim())),
  );
  if (found.length === 0)
    return (
      <p>
        {say.searchNothing}{" "}
        <Button variant="subtle" size="xs" onClick={clear}>
          {say.clear}
        </Button>
      </p>
    );
  return READY.map((ready) => {
    const of = found.filter((entry) => entry.ready === ready);
    const Sign = SIGNS[ready];
    if (of.length === 0) return null;
    return (
      <section key={ready}>
        <div className="library-group" data-ready={ready}>
          <Sign size={18} stroke={1.5} aria-hidden />
          <h2>{say.groups[ready]}</h2>
          <span className="small faint">{of.length}</span>
        </div>
        <ul className="library-cards">
          {of.map((entry) => (
            <li key={entry.key}>
              <Card entry={entry} gesture={gesture?.(entry)} />
            </li>
          ))}
        </ul>
      </section>
    );
  });
}

function Card({ entry, gesture }: { readonly entry: LibraryEntry; readonly gesture: ReactNode | undefined }) {
  const { language } = useLanguage();
  const { line } = useNeedWords();
  const lack = line(entry.needs);
  const name = entry.names[language];
  return (
    <div className="library-card">
      <Sketch shape={entry.shape} />
      <span>
        <h3>
          <Link to="/journeys/library/$entry" params={{ entry: entry.key }}>
            {name}
          </Link>
        </h3>
        <p className="small soft">{entry.timings[language]}</p>
        {lack && <p className="small">{lack}</p>}
        {gesture}
      </span>
    </div>
  );
}

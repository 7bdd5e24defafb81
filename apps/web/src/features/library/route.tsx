import { Button, TextInput } from "@mantine/core";
import { createJourney } from "@relance/contract/journeys";
import { listLibrary, type LibraryEntry } from "@relance/contract/library";
import { IconAlertTriangle, IconCircleCheck, IconMinus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import "./library.css";
import { useNeedWords } from "./need.ts";
import { Sketch } from "./sketch.tsx";
import { libraryWords } from "./words.ts";

const READY = ["all", "some", "not_yet"] as const;
const SIGNS = { all: IconCircleCheck, some: IconAlertTriangle, not_yet: IconMinus };
const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

/** Ready-made journeys, by how far the workspace's data carries them. */
export function LibraryPage() {
  const say = useWords(libraryWords);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const { data, error } = useQuery(ask(listLibrary, {}));
  const blank = useChange(createJourney);
  const items = data?.items ?? [];
  const of = (ready: LibraryEntry["ready"]) => items.filter((entry) => entry.ready === ready);
  const found = items.filter((entry) => plain(`${entry.names[language]} ${entry.purposes[language]} ${entry.timings[language]}`).includes(plain(search.trim())));
  const sentence = of("not_yet").length === items.length ? say.sentenceNone(String(items.length)) : say.sentence(String(items.length), String(of("all").length), String(of("some").length), String(of("not_yet").length));
  return (
    <>
      <Head
        title={<><Link to="/journeys" className="soft wide library-up">{say.journeys}</Link> <span className="faint wide">›</span> {say.title}</>}
        actions={<>
          <TextInput className="wide" aria-label={say.search} placeholder={say.search} leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
          <Button variant="default" loading={blank.isPending} onClick={() => blank.mutate({ body: { name: say.unnamed } }, { onSuccess: ({ id }) => void navigate({ to: "/journeys/$journey", params: { journey: id } }) })}>{say.blank}</Button>
        </>}
      />
      <Sheet>
        <RefusalNote error={error ?? blank.error} />
        {!data && !error && <Waiting lines={8} />}
        {data && <div className="library-head"><Say text={sentence} /><Legend /></div>}
        {data && found.length === 0 && <p>{say.searchNothing} <Button variant="subtle" size="xs" onClick={() => setSearch("")}>{say.clear}</Button></p>}
        {READY.map((ready) => <Group key={ready} ready={ready} entries={found.filter((entry) => entry.ready === ready)} />)}
      </Sheet>
    </>
  );
}

function Legend() {
  const say = useWords(libraryWords);
  return <div className="library-legend wide" aria-hidden>{(["email", "sms", "wait"] as const).map((kind) => <span key={kind}><i data-kind={kind} />{say.legend[kind]}</span>)}</div>;
}

function Group({ ready, entries }: { readonly ready: LibraryEntry["ready"]; readonly entries: readonly LibraryEntry[] }) {
  const say = useWords(libraryWords);
  const { language } = useLanguage();
  const { line } = useNeedWords();
  if (entries.length === 0) return null;
  const Sign = SIGNS[ready];
  return (
    <section>
      <div className="library-group" data-ready={ready}><Sign size={18} stroke={1.5} aria-hidden /><h2>{say.groups[ready]}</h2><span className="small faint">{entries.length}</span></div>
      <ul className="library-cards">
        {entries.map((entry) => {
          const lack = line(entry.needs);
          return (
            <li key={entry.key}>
              <Link to="/journeys/library/$entry" params={{ entry: entry.key }} className="library-card">
                <Sketch shape={entry.shape} />
                <span>
                  <h3>{entry.names[language]}</h3>
                  <p className="small soft">{entry.timings[language]}</p>
                  {lack && <p className="small">{lack}</p>}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

import { Button, TextInput } from "@mantine/core";
import { createJourney } from "@relance/contract/journeys";
import { listLibrary, type LibraryEntry } from "@relance/contract/library";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import { LibraryGroups } from "./groups.tsx";
import "./library.css";
import { libraryWords } from "./words.ts";

/** Ready-made journeys, by how far the workspace's data carries them. */
export function LibraryPage() {
  const say = useWords(libraryWords);
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const { data, error } = useQuery(ask(listLibrary, {}));
  const blank = useChange(createJourney);
  const items = data?.items ?? [];
  const of = (ready: LibraryEntry["ready"]) => items.filter((entry) => entry.ready === ready);
  const sentence =
    of("not_yet").length === items.length
      ? say.sentenceNone(String(items.length))
      : say.sentence(String(items.length), String(of("all").length), String(of("some").length), String(of("not_yet").length));
  return (
    <>
      <Head
        title={
          <>
            <Link to="/journeys" className="soft wide head-up">
              {say.journeys}
            </Link>{" "}
            <span className="faint wide">›</span> {say.title}
          </>
        }
        actions={
          <>
            <TextInput
              className="wide"
              aria-label={say.search}
              placeholder={say.search}
              leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
            />
            <Button
              variant="default"
              loading={blank.isPending}
              onClick={() =>
                blank.mutate(
                  { body: { name: say.unnamed } },
                  { onSuccess: ({ id }) => void navigate({ to: "/journeys/$journey", params: { journey: id } }) },
                )
              }
            >
              {say.blank}
            </Button>
          </>
        }
      />
      <Sheet>
        <RefusalNote error={error ?? blank.error} />
        {!data && !error && <Waiting lines={8} />}
        {data && (
          <div className="library-head">
            <Say text={sentence} />
            <Legend />
          </div>
        )}
        {data && <LibraryGroups entries={items} search={search} clear={() => setSearch("")} />}
      </Sheet>
    </>
  );
}

function Legend() {
  const say = useWords(libraryWords);
  return (
    <div className="library-legend wide" aria-hidden>
      {(["email", "sms", "wait"] as const).map((kind) => (
        <span key={kind}>
          <i data-kind={kind} />
          {say.legend[kind]}
        </span>
      ))}
    </div>
  );
}

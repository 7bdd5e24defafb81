import { Button, Menu, TextInput } from "@mantine/core";
import { createJourney, duplicateJourney, listJourneys } from "@relance/contract/journeys";
import { listLibrary, useLibrary, type LibraryEntry } from "@relance/contract/library";
import { IconCopy, IconFileImport, IconRoute, IconSearch, IconSitemap, type Icon } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { ask, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../../ui/page.tsx";
import { Say } from "../../../ui/sentence.tsx";
import { LibraryGroups } from "../../library/groups.tsx";
import "../journeys.css";
import { journeyWords } from "../words.ts";
import "./guided.css";
import { guidedWords } from "./words.ts";

/** What a new journey begins with: one of the library, nothing, or a copy. Each but the canvas leads into the guided steps. */
export function NewJourneyPage() {
  const say = useWords(guidedWords);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const [search, setSearch] = useState("");
  const library = useQuery(ask(listLibrary, {}));
  const make = useChange(useLibrary);
  const guided = (journey: string): void => void navigate({ to: "/journeys/$journey/guided", params: { journey } });
  const begin = (entry: LibraryEntry): ReactNode => (
    <Button
      size="xs"
      variant="default"
      disabled={make.isPending}
      loading={make.isPending && make.variables.body.key === entry.key}
      aria-label={`${say.choose}: ${entry.names[language]}`}
      onClick={() => make.mutate({ body: { key: entry.key, language } }, { onSuccess: ({ journey }) => guided(journey) })}
    >
      {say.choose}
    </Button>
  );
  return (
    <>
      <Head
        title={
          <>
            <Link to="/journeys" className="soft wide head-up">
              {say.journeys}
            </Link>{" "}
            <span className="faint wide">›</span> {say.begin}
          </>
        }
        actions={
          <TextInput
            className="wide"
            aria-label={say.search}
            placeholder={say.search}
            leftSection={<IconSearch size={16} stroke={1.5} aria-hidden />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        }
      />
      <Sheet>
        <Say small text={say.say} />
        <p className="soft">{say.sayText}</p>
        <RefusalNote error={library.error ?? make.error} />
        <FromNothing guided={guided} />
        {!library.data && !library.error && <Waiting lines={8} />}
        {library.data && <LibraryGroups entries={library.data.items} search={search} clear={() => setSearch("")} gesture={begin} />}
      </Sheet>
    </>
  );
}

/** Beginnings that are not of the library. */
function FromNothing({ guided }: { readonly guided: (journey: string) => void }) {
  const say = useWords(guidedWords);
  const { unnamed } = useWords(journeyWords);
  const navigate = useNavigate();
  const create = useChange(createJourney);
  const duplicate = useChange(duplicateJourney);
  const own = useQuery(ask(listJourneys, { query: {} })).data?.items ?? [];
  const busy = create.isPending || duplicate.isPending;
  const blank = (open: (journey: string) => void) => () => create.mutate({ body: { name: unnamed } }, { onSuccess: ({ id }) => open(id) });
  const copy = (id: string, name: string): void =>
    duplicate.mutate({ params: { id }, body: { name: say.copyOf(name).slice(0, 200) } }, { onSuccess: (made) => guided(made.id) });
  return (
    <>
      <RefusalNote error={create.error ?? duplicate.error} />
      <ul className="begin-list">
        <Beginning sign={IconRoute} name={say.blank} text={say.blankText}>
          <Button size="xs" variant="default" disabled={busy} aria-label={`${say.begins}: ${say.blank}`} onClick={blank(guided)}>
            {say.begins}
          </Button>
        </Beginning>
        <Beginning sign={IconSitemap} name={say.canvas} text={say.canvasText}>
          <Button
            size="xs"
            variant="default"
            disabled={busy}
            onClick={blank((journey) => void navigate({ to: "/journeys/$journey", params: { journey } }))}
          >
            {say.draw}
          </Button>
        </Beginning>
        <Beginning sign={IconFileImport} name={say.elsewhere} text={say.elsewhereText}>
          <Button size="xs" variant="default" renderRoot={(props) => <Link to="/journeys/import" {...props} />}>
            {say.bring}
          </Button>
        </Beginning>
        {own.length > 0 && (
          <Beginning sign={IconCopy} name={say.copies} text={say.copiesText}>
            <Menu position="bottom-start">
              <Menu.Target>
                <Button size="xs" variant="default" disabled={busy}>
                  {say.copy}
                </Button>
              </Menu.Target>
              <Menu.Dropdown mah={320} style={{ overflowY: "auto" }}>
                {own.map((one) => (
                  <Menu.Item key={one.id} onClick={() => copy(one.id, one.name)}>
                    {one.name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          </Beginning>
        )}
      </ul>
    </>
  );
}

function Beginning({
  sign: Sign,
  name,
  text,
  children,
}: {
  readonly sign: Icon;
  readonly name: string;
  readonly text: string;
  readonly children: ReactNode;
}) {
  return (
    <li>
      <span className="step-tile">
        <Sign size={16} stroke={1.5} aria-hidden />
      </span>
      <span>
        <h3>{name}</h3>
        <p className="small soft">{text}</p>
        {children}
      </span>
    </li>
  );
}

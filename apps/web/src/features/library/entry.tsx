import { Button, SegmentedControl } from "@mantine/core";
import { showLibrary, useLibrary, type LibraryDetail, type LibraryNeed } from "@relance/contract/library";
import type { GraphNames } from "@relance/model/journeys";
import { IconAlertTriangle, IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import "../journeys/journeys.css";
import "../templates/templates.css";
import "./library.css";
import { useStartWords } from "../journeys/names.ts";
import { ReadingList } from "../journeys/reading-list.tsx";
import { useVerdicts, Verdict } from "../readiness/verdict.tsx";
import { LibraryMessage } from "./message.tsx";
import { useNeedWords } from "./need.ts";
import { libraryWords } from "./words.ts";

/** One ready-made journey: what for, what it needs, how it goes and what it says; one click makes it a draft. */
export function LibraryEntryPage() {
  const { entry: key } = useParams({ from: "/inside/journeys/library/$entry" });
  const say = useWords(libraryWords);
  const { language } = useLanguage();
  const navigate = useNavigate();
  const { data, error } = useQuery(ask(showLibrary, { query: { key } }));
  const make = useChange(useLibrary);
  const entry = data?.key === key ? data : undefined;
  const create = (to: "/journeys/$journey" | "/journeys/$journey/guided") => (): void =>
    make.mutate({ body: { key, language } }, { onSuccess: ({ journey }) => void navigate({ to, params: { journey } }) });
  return (
    <>
      <Head
        title={
          <>
            <Link to="/journeys/library" className="soft wide head-up">
              {say.title}
            </Link>{" "}
            <span className="faint wide">›</span> {entry?.names[language] ?? ""}
          </>
        }
        actions={
          <>
            <Button variant="default" className="wide" disabled={!entry || make.isPending} onClick={create("/journeys/$journey/guided")}>
              {say.guided}
            </Button>
            <Button loading={make.isPending} disabled={!entry} onClick={create("/journeys/$journey")}>
              {say.create}
            </Button>
          </>
        }
      />
      <Sheet margin={entry && <Aside entry={entry} />}>
        <RefusalNote error={error ?? make.error} />
        {!entry && !error && <Waiting lines={8} />}
        {entry && (
          <>
            <Say small text={entry.purposes[language]} />
            <p className="small soft">{say.created}</p>
            <Reading entry={entry} />
          </>
        )}
      </Sheet>
    </>
  );
}

/** The flow beside the message that is looked at; touching a step that writes shows what it says. */
function Reading({ entry }: { readonly entry: LibraryDetail }) {
  const say = useWords(libraryWords);
  const { language } = useLanguage();
  const [written, setWritten] = useState<"fr" | "en">(language);
  const [chosen, setChosen] = useState(entry.messages[0]?.id);
  const names: GraphNames = {
    templateNames: new Map(entry.messages.map((one) => [one.id, one.names[language]])),
    segments: new Map(entry.segments.map((one) => [one.id, one.names[language]])),
    groups: new Map(),
    journeys: new Map(),
    coupons: new Map(),
    webhooks: new Map(),
    forms: new Map(),
    objectTypes: new Map(),
  };
  const startWords = useStartWords(names);
  const message = entry.messages.find((one) => one.id === chosen);
  const choose = (id: string): void => {
    const step = entry.graph.steps.find((one) => one.id === id);
    if (step && (step.kind === "email" || step.kind === "sms") && step.template !== null) setChosen(step.template);
  };
  return (
    <div className="library-flow">
      <Part title={say.flow}>
        <ReadingList
          graph={entry.graph}
          names={names}
          numbers={new Map()}
          entered={0}
          startLine={entry.graph.starts.map(startWords).join(", ")}
          choose={choose}
        />
      </Part>
      <Part
        title={say.messages}
        aside={
          <SegmentedControl
            size="xs"
            aria-label={say.language}
            value={written}
            onChange={(value) => setWritten(value as "fr" | "en")}
            data={[
              { value: "fr", label: say.french },
              { value: "en", label: say.english },
            ]}
          />
        }
      >
        <div className="stack">
          <div className="library-tabs" role="group" aria-label={say.messages}>
            {entry.messages.map((one) => (
              <Button
                key={one.id}
                size="xs"
                variant={one.id === chosen ? "light" : "subtle"}
                aria-pressed={one.id === chosen}
                onClick={() => setChosen(one.id)}
              >
                {one.names[language]}
              </Button>
            ))}
          </div>
          {message && <LibraryMessage message={message} language={written} />}
        </div>
      </Part>
    </div>
  );
}

function Aside({ entry }: { readonly entry: LibraryDetail }) {
  const say = useWords(libraryWords);
  const { language } = useLanguage();
  const { source, texts } = entry.effect;
  // What readiness counted of everyone; the needs below are told from a sample.
  const verdict = useVerdicts()("library", entry.key);
  return (
    <>
      <section>
        <h3>{say.when}</h3>
        <p className="small">{entry.timings[language]}</p>
      </section>
      <section>
        <h3>{say.what}</h3>
        {verdict && <Verdict journey={verdict} />}
        <ul className="library-needs">
          {entry.needs.map((need) => (
            <NeedLine key={`${need.of} ${need.name}`} need={need} />
          ))}
        </ul>
      </section>
      {entry.segments.length > 0 && (
        <section>
          <h3>{say.segments}</h3>
          {entry.segments.map((one) => (
            <p key={one.id} className="small">
              <b>{one.names[language]}</b>
              <br />
              {one.sentence[language]}
            </p>
          ))}
        </section>
      )}
      <section>
        <h3>{say.effect}</h3>
        <p className="small">{texts[language]}</p>
        <p className="tiny faint">
          {source ? (
            <a href={source.url} target="_blank" rel="noreferrer">
              {say.source(source.name, source.year)}
            </a>
          ) : (
            say.noSource
          )}
        </p>
      </section>
    </>
  );
}

const SIGNS = { yes: IconCheck, partly: IconAlertTriangle, no: IconX };
/** Where a need that is not met is cured. */
function Cure({ of }: { readonly of: LibraryNeed["of"] }) {
  const say = useWords(libraryWords);
  const words = say.cure[of];
  if (of === "attribute") return <Link to="/imports">{words}</Link>;
  if (of === "website")
    return (
      <Link to="/settings/$part" params={{ part: "workspace" }}>
        {words}
      </Link>
    );
  if (of === "coupons") return <span className="soft">{words}</span>;
  return (
    <a href="/api/docs" target="_blank" rel="noreferrer">
      {words}
    </a>
  );
}

function NeedLine({ need }: { readonly need: LibraryNeed }) {
  const { name, measure } = useNeedWords();
  const Sign = SIGNS[need.met];
  const called = name(need);
  return (
    <li data-met={need.met}>
      <Sign size={16} stroke={1.8} aria-hidden />
      <span>
        {called.slice(0, 1).toUpperCase() + called.slice(1)}
        <br />
        <span className="tiny faint">{measure(need)}</span>
        {need.met === "no" && (
          <span className="tiny">
            {" "}
            · <Cure of={need.of} />
          </span>
        )}
      </span>
    </li>
  );
}

import { Button } from "@mantine/core";
import { listJourneys, type JourneySummary } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Say } from "../../ui/sentence.tsx";
import "./journeys.css";
import { Mentions } from "./comments.tsx";
import { JourneyTable } from "./list.tsx";
import { Tasks } from "./tasks.tsx";
import { journeyWords } from "./words.ts";

export function JourneysPage() {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const sentence = (all: readonly JourneySummary[]): string => {
    const running = all.filter((one) => one.state === "live").length;
    const inside = all.reduce((sum, one) => sum + one.totals.here, 0);
    return running === 0 ? say.noneLive : say.liveNow(running, inside, number(inside));
  };
  const { data, error } = useQuery(ask(listJourneys, {}, true));
  return (
    <>
      <Head
        title={say.title}
        actions={
          <>
            <Button variant="default" component={Link} to="/journeys/library">
              {say.library}
            </Button>
            <Button component={Link} to="/journeys/new">
              {say.create}
            </Button>
          </>
        }
      />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting />}
        {data?.items.length === 0 && (
          <Empty title={say.none} text={say.noneText}>
            <Button component={Link} to="/journeys/library">
              {say.toLibrary}
            </Button>
            <Link to="/journeys/new">{say.toGuided}</Link>
            <Link to="/templates">{say.toTemplates}</Link>
          </Empty>
        )}
        {data && data.items.length > 0 && (
          <>
            <div className="journeys-say">
              <Say small text={sentence(data.items)} />
            </div>
            <JourneyTable journeys={data.items} described />
          </>
        )}
        <Mentions />
        <Tasks />
        <Archived />
      </Sheet>
    </>
  );
}

/** What was put away, folded: readable still, and a draft again by duplicating it. */
function Archived() {
  const say = useWords(journeyWords);
  const { data } = useQuery(ask(listJourneys, { query: { archived: "true" } }));
  if (!data || data.items.length === 0) return null;
  return (
    <details className="part">
      <summary>{say.archivedOnes(data.items.length)}</summary>
      <p className="small soft">{say.archivedHelp}</p>
      <JourneyTable journeys={data.items} described />
    </details>
  );
}

import { listJourneys } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { JourneyTable } from "./list.tsx";
import { journeyWords } from "./words.ts";

export function JourneysPage() {
  const say = useWords(journeyWords);
  const { data, error } = useQuery(ask(listJourneys, {}, true));
  return (
    <>
      <Head title={say.title} />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting />}
        {data?.items.length === 0 && <Empty title={say.none} text={say.noneText}><Link to="/templates">{say.toTemplates}</Link></Empty>}
        {data && data.items.length > 0 && <JourneyTable journeys={data.items} />}
      </Sheet>
    </>
  );
}

import { Button } from "@mantine/core";
import { listSources, type Source } from "@relance/contract/sources";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Sheet, Waiting } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { Install } from "./install.tsx";
import { sourceWords } from "./words.ts";

const WATCH_MS = 2_000;

/** One website or server: what to paste, and whether anything comes. */
export function SourcePage() {
  const say = useWords(sourceWords);
  const { source } = useParams({ strict: false });
  const { data, error } = useQuery({ ...ask(listSources, {}), refetchInterval: WATCH_MS });
  const found = data?.items.find((one) => one.id === source);
  return (
    <>
      <SourcesHead shown="all" />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={8} />}
        {data && !found && (
          <Empty title={say.gone} text={say.goneText}>
            <Link to="/sources">{say.toAll}</Link>
          </Empty>
        )}
        {found && <One source={found} />}
      </Sheet>
    </>
  );
}

function One({ source }: { readonly source: Source }) {
  const say = useWords(sourceWords);
  return (
    <div className="source">
      <h1>{source.name}</h1>
      <FirstEvent source={source} />
      {source.kind === "api" && <p className="small soft">{say.apiSource}</p>}
      {source.kind === "write" && source.script === null && (
        <p className="call" data-kind="review">
          {say.hiddenKey}
        </p>
      )}
      {source.script !== null && <Install script={source.script} />}
    </div>
  );
}

/** Waits for the first message of a source, and turns green when it comes. */
function FirstEvent({ source }: { readonly source: Source }) {
  const say = useWords(sourceWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const last = source.lastReceivedAt === null ? null : Date.parse(source.lastReceivedAt);
  const { stored, duplicate, refused } = source.day;
  return (
    <div className="first-event" data-come={last !== null} role="status">
      <span className="pulse" aria-hidden />
      <div className="grow">
        <b>{last === null ? say.waiting : say.come(ago(last, Math.max(now, last)))}</b>
        <div className="small soft">
          {last === null ? say.waitingText : say.comeText(number(stored), number(duplicate), number(refused))}
        </div>
      </div>
      {last !== null && (
        <Button component={Link} to="/sources/live" variant="default">
          {say.seeLive}
        </Button>
      )}
    </div>
  );
}

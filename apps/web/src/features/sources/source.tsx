import { Button, CopyButton } from "@mantine/core";
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
        {data && !found && <Empty title={say.gone} text={say.goneText}><Link to="/sources">{say.toAll}</Link></Empty>}
        {found && <One source={found} />}
      </Sheet>
    </>
  );
}

function One({ source }: { readonly source: Source }) {
  const say = useWords(sourceWords);
  return (
    <>
      <h1 style={{ marginBottom: 12 }}>{source.name}</h1>
      <FirstEvent source={source} />
      {source.kind === "write" && (source.script === null ? <p className="call" data-kind="review" style={{ marginTop: 20 }}>{say.hiddenKey}</p> : <Install script={source.script} />)}
    </>
  );
}

/** Waits for the first message of a source, and turns green when it comes. */
function FirstEvent({ source }: { readonly source: Source }) {
  const say = useWords(sourceWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const come = source.lastReceivedAt !== null;
  const { stored, duplicate, refused } = source.day;
  return (
    <div className="first-event" data-come={come} role="status">
      <span className="pulse" aria-hidden />
      <div className="grow">
        <b>{come ? say.come(ago(source.lastReceivedAt!, Math.max(now, Date.parse(source.lastReceivedAt!)))) : say.waiting}</b>
        <div className="small soft">{come ? say.comeText(number(stored), number(duplicate), number(refused)) : say.waitingText}</div>
      </div>
      {come && <Button component={Link} to="/sources/live" variant="default">{say.seeLive}</Button>}
    </div>
  );
}

const STUB = "<script>window.relance=window.relance||function(){(relance.q=relance.q||[]).push(arguments)}</script>";

function Install({ script }: { readonly script: string }) {
  const say = useWords(sourceWords);
  return (
    <ol className="steps" style={{ marginTop: 28 }}>
      <li><h2>{say.paste}</h2><p className="soft" style={{ marginBottom: 10 }}>{say.pasteText}</p><Code text={`${STUB}\n<script async src="${script}"></script>`} /></li>
      <li><h2>{say.open}</h2><p className="soft">{say.openText}</p></li>
    </ol>
  );
}

/** Code to copy. */
export function Code({ text }: { readonly text: string }) {
  const say = useWords(sourceWords);
  return <div className="code"><pre tabIndex={0}>{text}</pre><CopyButton value={text}>{({ copied, copy }) => <Button size="compact-xs" variant="default" onClick={copy}>{copied ? say.copied : say.copy}</Button>}</CopyButton></div>;
}

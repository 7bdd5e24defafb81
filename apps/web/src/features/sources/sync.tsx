import "./sources.css";
import "../settings/settings.css";
import { Button } from "@mantine/core";
import { listSyncs, removeSync, runSync, stopSync, type Sync } from "@relance/contract/syncs";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useNow } from "../../ui/now.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { syncWords } from "./sync-words.ts";
import { SyncState } from "./syncs.tsx";

const WATCH_MS = 2_000;

/** One source that is read on a schedule: how it goes, what it is, what a person can do. */
export function SyncPage() {
  const say = useWords(syncWords);
  const { sync } = useParams({ strict: false });
  const { data, error } = useQuery({ ...ask(listSyncs, {}), refetchInterval: WATCH_MS });
  const found = data?.items.find((one) => one.id === sync);
  return (
    <>
      <SourcesHead shown="all" />
      <Sheet>
        <RefusalNote error={error} />
        {!data && !error && <Waiting lines={8} />}
        {data && !found && <Empty title={say.gone} text={say.goneText}><Link to="/sources">{say.back}</Link></Empty>}
        {found && <One sync={found} />}
      </Sheet>
    </>
  );
}

function One({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  const { workspace } = useSession();
  const { number } = useFormats();
  const may = workspace?.role === "admin";
  const { every } = sync;
  return (
    <>
      <div className="row wrap" style={{ marginBottom: 4 }}><h1>{sync.name}</h1><SyncState sync={sync} /></div>
      <p className="soft">{say.kinds[sync.kind]}, {"at" in every ? say.everyDay(every.at) : say.everyMinutes(every.minutes, number(every.minutes))}</p>
      {!may && <div className="call" data-kind="info" style={{ marginTop: 12 }}>{say.asAdmin}</div>}
      <Standing sync={sync} />
      {may && <Doing sync={sync} />}
      <What settings={sync.settings} />
      {may && <Removing sync={sync} />}
    </>
  );
}

function Standing({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const { counts, state } = sync;
  return (
    <div className="stack" style={{ margin: "16px 0" }}>
      {state === "mapping" && <div className="call row between wrap" data-kind="review" role="status"><div>{say.mappingText}</div><Button component={Link} to={`/imports/${sync.importId!}`}>{say.toMapping}</Button></div>}
      {state === "reading" && sync.importId !== null && <p><Link to="/imports/$import" params={{ import: sync.importId }}>{say.toImport}</Link></p>}
      {sync.failures > 0 && <div className="call" role="status"><b>{say.failing(sync.failures, number(sync.failures))}</b><div>{sync.problem?.reason}</div>{state === "failing" && sync.nextAt !== null && <div className="small">{say.retryAt(ago(sync.nextAt, now))}</div>}</div>}
      {state === "new" && <p className="soft">{say.newText}</p>}
      {counts && sync.succeededAt !== null && <p>{say.success(ago(sync.succeededAt, now))} {say.counts(number(counts.rows), number(counts.created), number(counts.updated), number(counts.unchanged), number(counts.refused))}</p>}
      {state === "ok" && sync.nextAt !== null && <p className="small soft">{say.nextAt(ago(sync.nextAt, now))}</p>}
    </div>
  );
}

function Doing({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  const run = useChange(runSync);
  const stop = useChange(stopSync);
  const params = { id: sync.id };
  const stopped = sync.state === "stopped";
  return (
    <>
      <div className="row wrap">
        {sync.state !== "reading" && sync.state !== "mapping" && <Button variant="default" loading={run.isPending} onClick={() => run.mutate({ params, body: {} })}>{stopped ? say.goOn : say.now}</Button>}
        {sync.state === "ok" && <Button variant="subtle" loading={run.isPending} onClick={() => run.mutate({ params, body: { whole: true } })}>{say.whole}</Button>}
        {!stopped && <Button variant="subtle" loading={stop.isPending} onClick={() => stop.mutate({ params })}>{say.stop}</Button>}
      </div>
      <RefusalNote error={run.error ?? stop.error} />
    </>
  );
}

function What({ settings }: { readonly settings: Sync["settings"] }) {
  const say = useWords(syncWords);
  const { language: locale } = useLanguage();
  if ("address" in settings) {
    const { address, language, store = null } = settings;
    return <Part title={say.source}><p style={{ overflowWrap: "anywhere" }}>{address}</p>{language !== undefined && <p className="small soft">{say.inLanguage(new Intl.DisplayNames(locale, { type: "language" }).of(language) ?? language, store)}</p>}</Part>;
  }
  return (
    <Part title={say.source}>
      <p style={{ overflowWrap: "anywhere" }}>{settings.user}@{settings.host}:{settings.port}/{settings.database}</p>
      <p className="small soft">{settings.cursor === null ? say.all : say.incremental(settings.cursor)}</p>
      <div className="code" style={{ marginTop: 10 }}><pre>{settings.query}</pre></div>
    </Part>
  );
}

function Removing({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  const [asking, setAsking] = useState(false);
  const navigate = useNavigate();
  const remove = useChange(removeSync);
  const close = (): void => setAsking(false);
  return (
    <div style={{ marginTop: 32 }}>
      <Button variant="subtle" color="garance" onClick={() => setAsking(true)}>{say.remove}</Button>
      {asking && (
        <Dialog title={say.removeTitle(sync.name)} close={close} closeWord={say.close} foot={<><Button variant="default" onClick={close} data-autofocus>{say.keep}</Button><Button color="garance" loading={remove.isPending} onClick={() => void remove.mutateAsync({ params: { id: sync.id } }).then(() => navigate({ to: "/sources" }), () => undefined)}>{say.remove}</Button></>}>
          <p>{say.removeText}</p>
          <RefusalNote error={remove.error} />
        </Dialog>
      )}
    </div>
  );
}

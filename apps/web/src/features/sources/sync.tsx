import "./sources.css";
import "../settings/settings.css";
import { Button } from "@mantine/core";
import { changeSync, listSyncs, removeSync, runSync, stopSync, type Sync } from "@relance/contract/syncs";
import { describeFailure } from "@relance/model/failures";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import type { Language } from "../../i18n/typography.ts";
import { useWords } from "../../i18n/words.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { useNow } from "../../ui/now.ts";
import { Empty, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { SourcesHead } from "./head.tsx";
import { changeOf, SyncForm } from "./sync-form.tsx";
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
        {data && !found && (
          <Empty title={say.gone} text={say.goneText}>
            <Link to="/sources">{say.back}</Link>
          </Empty>
        )}
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
  const [editing, setEditing] = useState(false);
  const { every } = sync;
  if (editing) return <Editing sync={sync} close={() => setEditing(false)} />;
  return (
    <>
      <div className="row wrap" style={{ marginBottom: 4 }}>
        <h1>{sync.name}</h1>
        <SyncState sync={sync} />
      </div>
      <p className="soft">
        {say.kinds[sync.kind]}, {"at" in every ? say.everyDay(every.at) : say.everyMinutes(every.minutes, number(every.minutes))}
      </p>
      {!may && (
        <div className="call" data-kind="info" style={{ marginTop: 12 }}>
          {say.asAdmin}
        </div>
      )}
      <Standing sync={sync} />
      {may && <Doing sync={sync} edit={() => setEditing(true)} />}
      <What settings={sync.settings} />
      {may && <Removing sync={sync} />}
    </>
  );
}

function Editing({ sync, close }: { readonly sync: Sync; readonly close: () => void }) {
  const say = useWords(syncWords);
  const change = useChange(changeSync);
  return (
    <>
      <h1 style={{ marginBottom: 16 }}>{sync.name}</h1>
      <SyncForm
        kind={sync.kind}
        sync={sync}
        change={change}
        done={say.save}
        cancel={close}
        submit={(body, given) => change.mutate({ params: { id: sync.id }, body: changeOf(sync, body, given) }, { onSuccess: close })}
      />
    </>
  );
}

function Standing({ sync }: { readonly sync: Sync }) {
  const say = useWords(syncWords);
  const { number, ago } = useFormats();
  const now = useNow();
  const { language } = useLanguage();
  const { counts, state } = sync;
  return (
    <div className="stack" style={{ margin: "16px 0" }}>
      {state === "mapping" && (
        <div className="call row between wrap" data-kind="review" role="status">
          <div>{say.mappingText}</div>
          <Button component={Link} to={`/imports/${sync.importId!}`}>
            {say.toMapping}
          </Button>
        </div>
      )}
      {state === "reading" && sync.importId !== null && (
        <p>
          <Link to="/imports/$import" params={{ import: sync.importId }}>
            {say.toImport}
          </Link>
        </p>
      )}
      {sync.failures > 0 && (
        <div className="call" role="status">
          <b>{say.failing(sync.failures, number(sync.failures))}</b>
          <div>{sync.problem && reasonOf(sync.problem, language)}</div>
          {state === "failing" && sync.nextAt !== null && (
            <div className="small">{Date.parse(sync.nextAt) <= now ? say.retryNow : say.retryAt(ago(sync.nextAt, now))}</div>
          )}
        </div>
      )}
      {state === "new" && <p className="soft">{say.newText}</p>}
      {counts && sync.succeededAt !== null && (
        <p>
          {say.success(ago(sync.succeededAt, now))}{" "}
          {say.counts(
            number(counts.rows),
            number(counts.created),
            number(counts.updated),
            number(counts.unchanged),
            number(counts.refused),
          )}
        </p>
      )}
      {state === "ok" && sync.nextAt !== null && <p className="small soft">{say.nextAt(ago(sync.nextAt, now))}</p>}
    </div>
  );
}

/** Why the last reading failed, in the reader's language. */
const reasonOf = ({ code, params, reason }: NonNullable<Sync["problem"]>, language: Language): string =>
  (code === null ? null : describeFailure({ code, params }, language)) ?? reason;

function Doing({ sync, edit }: { readonly sync: Sync; readonly edit: () => void }) {
  const say = useWords(syncWords);
  const run = useChange(runSync);
  const stop = useChange(stopSync);
  const change = useChange(changeSync);
  const params = { id: sync.id };
  const mapped = sync.kind === "products" || sync.kind === "articles" ? null : sync.kind;
  const stopped = sync.state === "stopped";
  return (
    <>
      <div className="row wrap">
        {sync.state !== "reading" && sync.state !== "mapping" && (
          <Button variant="default" loading={run.isPending} onClick={() => run.mutate({ params, body: {} })}>
            {stopped ? say.goOn : say.now}
          </Button>
        )}
        {sync.state === "ok" && (
          <Button variant="subtle" loading={run.isPending} onClick={() => run.mutate({ params, body: { whole: true } })}>
            {say.whole}
          </Button>
        )}
        <Button variant="default" onClick={edit}>
          {say.edit}
        </Button>
        {mapped !== null && (sync.state === "ok" || sync.state === "failing") && (
          <Button
            variant="subtle"
            loading={change.isPending}
            onClick={() => change.mutate({ params, body: { kind: mapped, mapping: null } })}
          >
            {say.remap}
          </Button>
        )}
        {!stopped && (
          <Button variant="subtle" loading={stop.isPending} onClick={() => stop.mutate({ params })}>
            {say.stop}
          </Button>
        )}
      </div>
      <RefusalNote error={run.error ?? stop.error ?? change.error} />
    </>
  );
}

function What({ settings }: { readonly settings: Sync["settings"] }) {
  const say = useWords(syncWords);
  const { language: locale } = useLanguage();
  if ("address" in settings) {
    const { address, language, store = null } = settings;
    return (
      <Part title={say.source}>
        <p style={{ overflowWrap: "anywhere" }}>{address}</p>
        {language !== undefined && (
          <p className="small soft">
            {say.inLanguage(new Intl.DisplayNames(locale, { type: "language" }).of(language) ?? language, store)}
          </p>
        )}
      </Part>
    );
  }
  if ("path" in settings) {
    return (
      <Part title={say.source}>
        <p style={{ overflowWrap: "anywhere" }}>
          {settings.user}@{settings.host}:{settings.port}
          {settings.path.startsWith("/") ? "" : "/"}
          {settings.path}
        </p>
        <p className="small soft" style={{ overflowWrap: "anywhere" }}>
          {settings.hostKey === null ? say.hostKeyNone : say.hostKeyOf(settings.hostKey)}
        </p>
      </Part>
    );
  }
  return (
    <Part title={say.source}>
      <p style={{ overflowWrap: "anywhere" }}>
        {settings.user}@{settings.host}:{settings.port}/{settings.database}
      </p>
      <p className="small soft">{settings.cursor === null ? say.all : say.incremental(settings.cursor)}</p>
      <div className="code" style={{ marginTop: 10 }}>
        <pre>{settings.query}</pre>
      </div>
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
      <Button variant="subtle" color="garance" onClick={() => setAsking(true)}>
        {say.remove}
      </Button>
      {asking && (
        <Dialog
          title={say.removeTitle(sync.name)}
          close={close}
          closeWord={say.close}
          foot={
            <>
              <Button variant="default" onClick={close} data-autofocus>
                {say.keep}
              </Button>
              <Button
                color="garance"
                loading={remove.isPending}
                onClick={() =>
                  void remove.mutateAsync({ params: { id: sync.id } }).then(
                    () => navigate({ to: "/sources" }),
                    () => undefined,
                  )
                }
              >
                {say.remove}
              </Button>
            </>
          }
        >
          <p>{say.removeText}</p>
          <RefusalNote error={remove.error} />
        </Dialog>
      )}
    </div>
  );
}

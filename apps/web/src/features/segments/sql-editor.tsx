import { Button, NativeSelect, Textarea } from "@mantine/core";
import { ApiError, type Output } from "@relance/contract/client";
import { archiveSegment, changeSegment, type Segment } from "@relance/contract/segments";
import {
  changeSqlSegment,
  createSqlSegment,
  getSqlSegment,
  previewSql,
  refreshSqlSegment,
  sqlViews,
  type SqlSegment,
} from "@relance/contract/sql-segments";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef, useState, type RefObject } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import { AsCode } from "../code/dialog.tsx";
import "./segments.css";
import { sqlWords } from "./sql-words.ts";
import { History, UnderWay } from "./under-way.tsx";
import { segmentWords } from "./words.ts";

type Ran = Output<typeof previewSql.response>;
const START = "select contact_id\nfrom orders\nwhere placed_at > now() - interval '90 days'\ngroup by contact_id\nhaving sum(total) > 200";
const EVERY = [15, 60, 360, 1_440, 10_080];

export function NewSqlSegmentPage() {
  return <Editor segment={null} saved={null} />;
}

export function SqlSegment({ segment }: { readonly segment: Segment }) {
  const { data, error } = useQuery(ask(getSqlSegment, { params: { id: segment.id } }));
  if (data?.id === segment.id) return <Editor key={data.query} segment={segment} saved={data} />;
  return (
    <>
      <Head title={segment.name} />
      <Sheet>
        <RefusalNote error={error} />
        {!error && <Waiting />}
      </Sheet>
    </>
  );
}

function Editor({ segment, saved }: { readonly segment: Segment | null; readonly saved: SqlSegment | null }) {
  const say = { ...useWords(segmentWords), ...useWords(sqlWords) };
  const { number } = useFormats();
  const navigate = useNavigate();
  const [name, setName] = useState(segment?.name ?? "");
  const [query, setQuery] = useState(saved?.query ?? START);
  const [every, setEvery] = useState(saved?.everyMinutes ?? null);
  const [ran, setRan] = useState<{ query: string; said: Ran } | null>(null);
  const box = useRef<HTMLTextAreaElement>(null);
  const [run, create, change, rename, archive, refresh] = [
    useChange(previewSql),
    useChange(createSqlSegment),
    useChange(changeSqlSegment),
    useChange(changeSegment),
    useChange(archiveSegment),
    useChange(refreshSqlSegment),
  ];
  const views = useQuery(ask(sqlViews, {})).data;
  const asked = query !== saved?.query;
  const error = run.error ?? create.error ?? change.error ?? refresh.error;
  const clear = (): void => [run, create, change, refresh].forEach((one) => one.reset());
  const execute = (): void => {
    clear();
    run.mutate({ body: { query } }, { onSuccess: (said) => setRan({ query, said }) });
  };
  const save = (): void => {
    clear();
    if (!segment)
      return create.mutate(
        { body: { name: name.trim(), query, everyMinutes: every } },
        { onSuccess: ({ id }) => void navigate({ to: "/segments/$segment", params: { segment: id } }) },
      );
    if (name.trim() !== segment.name) rename.mutate({ params: { id: segment.id }, body: { name: name.trim() } });
    if (asked || every !== saved?.everyMinutes)
      change.mutate({ params: { id: segment.id }, body: { everyMinutes: every, ...(asked && { query, version: segment.version }) } });
  };
  const ready =
    name.trim() !== "" && query.trim() !== "" && (!segment || asked || every !== saved?.everyMinutes || name.trim() !== segment.name);
  return (
    <>
      <Head
        title={
          <input
            className="title-input"
            aria-label={say.nameField}
            placeholder={say.nameField}
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        }
        actions={
          <>
            <RefusalNote error={rename.error ?? archive.error} />
            {segment && (
              <Button
                variant="subtle"
                loading={archive.isPending}
                onClick={() => archive.mutate({ params: { id: segment.id } }, { onSuccess: () => void navigate({ to: "/segments" }) })}
              >
                {say.archive}
              </Button>
            )}
            {segment && (
              <Button
                variant="default"
                loading={refresh.isPending}
                disabled={asked}
                onClick={() => {
                  clear();
                  refresh.mutate({ params: { id: segment.id } });
                }}
              >
                {say.refresh}
              </Button>
            )}
            <Button disabled={!ready} loading={create.isPending || change.isPending || rename.isPending} onClick={save}>
              {say.save}
            </Button>
          </>
        }
      />
      <Sheet
        margin={
          <Margin segment={segment} saved={saved} ran={ran?.said} stale={ran !== null && ran.query !== query} running={run.isPending} />
        }
      >
        <p className="soft sql-intro">
          {say.intro}
          {views && ` ${say.limits(views.limits.seconds, number(views.limits.contacts))}`}
        </p>
        {views?.unsafe && (
          <div className="call" role="alert">
            {say.unsafe(views.unsafe.version, views.unsafe.needed)}
          </div>
        )}
        {views?.missing && (
          <div className="call" role="alert">
            {say.missing}
            <pre className="sql-text">{views.missing.join(";\n")};</pre>
          </div>
        )}
        <Textarea
          label={say.query}
          ref={box}
          classNames={{ input: "sql-text" }}
          autosize
          minRows={8}
          maxRows={24}
          spellCheck={false}
          autoCapitalize="off"
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
          error={error ? <Fault error={error} query={query} box={box} seconds={views?.limits.seconds ?? 10} /> : undefined}
        />
        <div className="sql-gestures">
          <Button variant="default" loading={run.isPending} disabled={views?.unsafe != null} onClick={execute}>
            {say.run}
          </Button>
          <NativeSelect
            label={say.schedule}
            value={every === null ? "" : String(every)}
            onChange={(event) => setEvery(event.currentTarget.value === "" ? null : Number(event.currentTarget.value))}
            data={[
              { value: "", label: say.never },
              ...[...new Set([...EVERY, ...(every === null ? [] : [every])])].map((one) => ({
                value: String(one),
                label: say.every[one] ?? say.other(number(one)),
              })),
            ]}
          />
        </div>
        <h2>{say.views}</h2>
        {views?.views.map((view) => (
          <details key={view.name} className="sql-view">
            <summary>
              <code>{view.name}</code>
            </summary>
            <ul>
              {view.columns.map((column) => (
                <li key={column.name}>
                  <code>{column.name}</code> <span className="small soft">{column.type}</span>
                </li>
              ))}
            </ul>
          </details>
        ))}
      </Sheet>
    </>
  );
}

/** What is wrong with the query, and a way to the place. */
function Fault({
  error,
  query,
  box,
  seconds,
}: {
  readonly error: unknown;
  readonly query: string;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly seconds: number;
}) {
  const say = useWords(sqlWords);
  if (!(error instanceof ApiError) || !error.code.startsWith("segment.")) return <RefusalNote error={error} />;
  if (error.code === "segment.sql_too_slow") return <>{say.slow(seconds)}</>;
  if (error.code === "segment.sql_busy") return <>{say.busy}</>;
  if (error.code === "segment.changed") return <>{say.changed}</>;
  const place = /^query:(\d+):(\d+)$/.exec(error.field ?? "");
  if (!place) return <>{error.message}</>;
  const [line, column] = [Number(place[1]), Number(place[2])];
  const go = (): void => {
    const at =
      query
        .split("\n")
        .slice(0, line - 1)
        .reduce((sum, one) => sum + one.length + 1, 0) +
      column -
      1;
    box.current?.focus();
    box.current?.setSelectionRange(at, at + (/^\w+/.exec(query.slice(at))?.[0].length ?? 1));
  };
  return (
    <>
      <button type="button" className="link-button" onClick={go}>
        {say.at(line, column)}
      </button>{" "}
      {error.message}
    </>
  );
}

function Margin({
  segment,
  saved,
  ran,
  stale,
  running,
}: {
  readonly segment: Segment | null;
  readonly saved: SqlSegment | null;
  readonly ran: Ran | undefined;
  readonly stale: boolean;
  readonly running: boolean;
}) {
  const say = { ...useWords(segmentWords), ...useWords(sqlWords) };
  const { number, moment } = useFormats();
  const now = useNow();
  return (
    <>
      <section aria-live="polite">
        <div className="small soft">{say.matching}</div>
        <div className="big-number" style={{ opacity: running || stale ? 0.45 : 1 }}>
          {ran ? number(ran.count) : segment ? number(segment.members) : "—"}
        </div>
        {running && <div className="tiny faint">{say.running}</div>}
        {!running && !ran && !segment && <p className="small soft">{say.before}</p>}
        {ran && stale && <p className="small soft">{say.stale}</p>}
        {ran && (
          <p className="small soft">
            {say.cost(number(Math.round(ran.cost)), number(ran.rows))}
            <br />
            {say.took(number(ran.tookMs))}
          </p>
        )}
        {segment && <History segment={segment.id} />}
      </section>
      {segment && <UnderWay segment={segment.id} />}
      {saved && (
        <section>
          <p className="small soft">{say.lastRun(moment(saved.ranAt, now))}</p>
          {saved.problem && (
            <div className="call" role="alert">
              {say.failed} {saved.problem.message}
            </div>
          )}
        </section>
      )}
      {segment && (
        <section>
          <AsCode kind="segment" id={segment.id} name={segment.name} />
        </section>
      )}
      {ran && (
        <section>
          <h3>{say.atRandom}</h3>
          {ran.sample.length === 0 && <p className="small soft">{say.nobody}</p>}
          {ran.sample.map((one) => (
            <div className="small sql-person" key={one.id}>
              <Link to="/contacts/$contact" params={{ contact: one.id }}>
                {one.known ? one.name || one.email : say.visitor}
              </Link>
            </div>
          ))}
        </section>
      )}
    </>
  );
}

import "../contacts/contacts.css";
import { Button, SegmentedControl } from "@mantine/core";
import { getOutboxMessage, getSending, listOutbox, resumeSending, stopSending } from "@relance/contract/delivery";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { outboxWords } from "./words.ts";

export function OutboxPage() {
  const say = useWords(outboxWords);
  const { moment } = useFormats();
  const now = useNow();
  const { send } = useParams({ strict: false });
  const list = useInfiniteQuery({
    ...askPages(listOutbox, (after) => ({ query: { limit: 50, ...(after !== undefined && { after }) } })),
    refetchInterval: 5_000,
  });
  const rows = list.data?.pages.flatMap((one) => one.items) ?? [];
  if (list.data && rows.length === 0 && send === undefined) {
    return (
      <>
        <Head title={say.title} actions={<Switch />} />
        <Sheet>
          <Empty title={say.none} text={say.noneText}>
            <Link to="/journeys">{say.toJourneys}</Link>
            <Link to="/settings/$part" params={{ part: "providers" }}>
              {say.toProviders}
            </Link>
          </Empty>
        </Sheet>
      </>
    );
  }
  return (
    <>
      <Head title={say.title} note={say.note} actions={<Switch />} />
      <div className="pair" data-open={send !== undefined}>
        <div className="pair-list">
          <RefusalNote error={list.error} />
          {list.isPending && (
            <div style={{ padding: "0 24px" }}>
              <Waiting lines={8} />
            </div>
          )}
          {rows.map((one) => (
            <Link key={one.send} to="/outbox/$send" params={{ send: one.send }} className="pair-row">
              <div className="cut" style={{ fontWeight: 500 }}>
                {one.subject ?? (one.channel === "email" ? say.noSubject : say.channels[one.channel])}
              </div>
              <div className="row between small soft">
                <span className="cut">{one.address}</span>
                <span className="tiny faint" style={{ whiteSpace: "nowrap" }}>
                  {moment(one.arrivedAt, now)}
                </span>
              </div>
            </Link>
          ))}
          {list.hasNextPage && (
            <div style={{ padding: 12, textAlign: "center" }}>
              <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                {say.more}
              </Button>
            </div>
          )}
        </div>
        <div className="pair-show">
          <Outlet />
        </div>
      </div>
    </>
  );
}

/** Stops or resumes every send of the workspace. */
function Switch() {
  const say = useWords(outboxWords);
  const sending = useQuery(ask(getSending, {}, true)).data;
  const stop = useChange(stopSending);
  const resume = useChange(resumeSending);
  if (!sending) return null;
  return (
    <>
      <RefusalNote error={stop.error ?? resume.error} />
      <Link to="/sends" className="small" style={{ alignSelf: "center" }}>
        {say.sends}
      </Link>
      {sending.stopped ? (
        <Button loading={resume.isPending} onClick={() => resume.mutate({})}>
          {say.resume}
        </Button>
      ) : (
        <Button variant="outline" color="garance" loading={stop.isPending} onClick={() => stop.mutate({})}>
          {say.stop}
        </Button>
      )}
    </>
  );
}

export function NoMessage() {
  return <div className="work soft">{useWords(outboxWords).choose}</div>;
}

type View = "html" | "plain" | "headers";

/** One message as it would have arrived. Its HTML is a stranger's: shown in a frame without scripts and without our origin. */
export function MessagePage() {
  const say = useWords(outboxWords);
  const { day, time } = useFormats();
  const { send } = useParams({ from: "/inside/outbox/$send" });
  const { data, error } = useQuery(ask(getOutboxMessage, { params: { id: send } }));
  const [view, setView] = useState<View>("html");
  if (error)
    return (
      <div className="work">
        <RefusalNote error={error} />
      </div>
    );
  if (!data)
    return (
      <div className="work">
        <Waiting />
      </div>
    );
  const from = Object.entries(data.headers).find(([name]) => name.toLowerCase() === "from")?.[1];
  const shown = data.html === null && view === "html" ? "plain" : view;
  return (
    <div className="work stack">
      <Link to="/outbox" className="back small" style={{ padding: 0 }}>
        {say.back}
      </Link>
      <h1>{data.subject ?? (data.channel === "email" ? say.noSubject : say.channels[data.channel])}</h1>
      <dl className="facts" style={{ gridTemplateColumns: "60px minmax(0, 1fr)" }}>
        <dt>{say.to}</dt>
        <dd>
          {data.address}
          {data.contact !== null && (
            <>
              {"\u2004·\u2004"}
              <Link to="/contacts/$contact" params={{ contact: data.contact }}>
                {say.whose}
              </Link>
            </>
          )}
        </dd>
        {from !== undefined && (
          <>
            <dt>{say.from}</dt>
            <dd>{from}</dd>
          </>
        )}
        <dt>{say.at}</dt>
        <dd>
          {day(data.arrivedAt)}, {time(data.arrivedAt)}
        </dd>
      </dl>
      <div>
        <SegmentedControl
          value={shown}
          onChange={(value) => setView(value as View)}
          data={[
            ...(data.html === null ? [] : [{ value: "html", label: say.html }]),
            { value: "plain", label: say.plain },
            { value: "headers", label: say.headers },
          ]}
        />
      </div>
      {shown === "html" && data.html !== null && <iframe className="letter" title={say.frame} sandbox="" srcDoc={data.html} />}
      {shown === "plain" && (
        <pre style={{ whiteSpace: "pre-wrap", overflowWrap: "break-word", font: "inherit", margin: 0, maxWidth: "46em" }}>{data.text}</pre>
      )}
      {shown === "headers" && (
        <dl className="facts mono" style={{ gridTemplateColumns: "fit-content(180px) minmax(0, 1fr)" }}>
          {Object.entries(data.headers).map(([name, value]) => [<dt key={`${name}-name`}>{name}</dt>, <dd key={name}>{value}</dd>])}
        </dl>
      )}
    </div>
  );
}

import { Button, NativeSelect, Progress } from "@mantine/core";
import { getJourney, listJourneys, type Journey } from "@relance/contract/journeys";
import { cancelRehearsal, getRehearsal, listRehearsals, startRehearsal, type RehearsalSummary } from "@relance/contract/rehearsals";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Beside, Found } from "./found.tsx";
import { Walk } from "./walk.tsx";
import { rehearsalWords } from "./words.ts";
import "./rehearsals.css";

/** The draft of a journey tried on the recorded past, and one person walked through it. */
export function RehearsalPage() {
  const say = useWords(rehearsalWords);
  const { journey: id } = useParams({ from: "/inside/journeys/$journey/rehearsal" });
  const journey = useQuery(ask(getJourney, { params: { id } }));
  const past = useQuery(ask(listRehearsals, { params: { id } }, true));
  const [chosen, choose] = useState<string | null>(null);
  const [walking, walk] = useState(false);
  const shown = chosen ?? past.data?.items[0]?.id ?? null;
  const may = (useSession().workspace?.role ?? "viewer") !== "viewer";
  return (
    <>
      <Head
        title={journey.data ? say.crumb(journey.data.name) : say.title}
        actions={
          <>
            <Link className="small" to="/journeys/$journey" params={{ journey: id }}>
              {say.back}
            </Link>
            {may && (
              <Button variant="default" onClick={() => walk(!walking)}>
                {walking ? say.title : say.walk}
              </Button>
            )}
          </>
        }
      />
      <RefusalNote error={journey.error ?? past.error} />
      {walking && journey.data && <Walk journey={journey.data} />}
      {!walking && journey.data && past.data && (
        <Rehearsals journey={journey.data} past={past.data.items} shown={shown} choose={choose} may={may} />
      )}
      {(!journey.data || !past.data) && !journey.error && (
        <Sheet>
          <Waiting lines={6} />
        </Sheet>
      )}
    </>
  );
}

function Rehearsals({
  journey,
  past,
  shown,
  choose,
  may,
}: {
  readonly journey: Journey;
  readonly past: readonly RehearsalSummary[];
  readonly shown: string | null;
  readonly choose: (id: string | null) => void;
  readonly may: boolean;
}) {
  const say = useWords(rehearsalWords);
  const { moment, number } = useFormats();
  const now = useNow();
  const active = past.some((one) => one.state === "waiting" || one.state === "running");
  // Asked again until it has ended itself: the list may know of the end first.
  const { data } = useQuery({
    ...ask(getRehearsal, { params: { id: shown ?? "" } }),
    enabled: shown !== null,
    refetchInterval: (query) =>
      query.state.data === undefined || query.state.data.state === "waiting" || query.state.data.state === "running" ? ASK_EVERY_MS : false,
  });
  // While it runs, and when it was stopped: an estimate.
  const result = data && data.state !== "failed" ? data.result : null;
  const took = (ms: number): string =>
    ms < 90_000 ? say.seconds(number(Math.max(1, Math.round(ms / 1000)))) : say.minutes(number(Math.round(ms / 60_000)));
  const asking = may && !active && <Ask journey={journey} again={past.length > 0} started={(id) => choose(id)} />;
  const earlier = past.length > 1 && (
    <section>
      <h3>{say.earlier}</h3>
      <ul className="people-list">
        {past.map((one) => (
          <li key={one.id}>
            <button type="button" className="link-button small" aria-current={one.id === shown || undefined} onClick={() => choose(one.id)}>
              {moment(one.askedAt, now)}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
  return (
    <Sheet
      margin={
        result || earlier ? (
          <>
            {result && <Beside result={result} />}
            {earlier}
          </>
        ) : undefined
      }
    >
      {past.length === 0 && (
        <Empty title={say.none} text={say.noneText}>
          {asking}
        </Empty>
      )}
      {past.length > 0 && asking && <div style={{ marginBottom: 18 }}>{asking}</div>}
      {data && (data.state === "waiting" || data.state === "running") && <Running rehearsal={data} may={may} />}
      {data?.state === "failed" && <p className="call">{say.failed(data.error ?? "")}</p>}
      {data?.state === "cancelled" && !result && (
        <p className="call" data-kind="info">
          {say.cancelled}
        </p>
      )}
      {data && result?.estimate && (
        <p className="call" data-kind="info">
          {say.estimate(number(result.estimate.contacts), number(result.estimate.of))}{" "}
          {data.state === "cancelled" ? say.estimateStays : say.estimateFollows}
        </p>
      )}
      {data && result && (
        <>
          {data.state === "done" && (
            <p className="small soft">
              {say.safe(
                say.daysOf(Math.round((Date.parse(data.until) - Date.parse(data.from)) / 86_400_000)),
                took(result.tookMs + (data.otherResult?.tookMs ?? 0)),
              )}
            </p>
          )}
          <Found rehearsal={data} result={result} />
        </>
      )}
    </Sheet>
  );
}

function Running({ rehearsal, may }: { readonly rehearsal: RehearsalSummary; readonly may: boolean }) {
  const say = useWords(rehearsalWords);
  const { day } = useFormats();
  const cancel = useChange(cancelRehearsal);
  const text = rehearsal.state === "waiting" || rehearsal.at === null ? say.waiting : say.running(day(rehearsal.at));
  return (
    <div className="stack" role="status" style={{ maxWidth: 480, marginBottom: 20 }}>
      <span className="small">{text}</span>
      <Progress value={Math.max(2, rehearsal.done * 100)} aria-label={text} />
      {may && (
        <div>
          <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate({ params: { id: rehearsal.id } })}>
            {say.cancel}
          </Button>
        </div>
      )}
      <RefusalNote error={cancel.error} />
    </div>
  );
}

const ASK_EVERY_MS = 2_000;
const PERIODS = [7, 14, 30, 60, 90] as const;

/** Over how many days, and compared with what. */
function Ask({ journey, again, started }: { readonly journey: Journey; readonly again: boolean; readonly started: (id: string) => void }) {
  const say = useWords(rehearsalWords);
  const start = useChange(startRehearsal);
  const others = useQuery(ask(listJourneys, {})).data?.items.filter((one) => one.id !== journey.id) ?? [];
  const [days, setDays] = useState("30");
  const [against, setAgainst] = useState("");
  return (
    <div>
      <div className="rehearsal-ask">
        <NativeSelect
          label={say.days}
          value={days}
          data={PERIODS.map((n) => ({ value: String(n), label: say.daysOf(n) }))}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        <NativeSelect
          label={say.against}
          value={against}
          data={[
            { value: "", label: say.nobody },
            ...(journey.liveVersion === null ? [] : [{ value: "live", label: say.live }]),
            ...others.map((one) => ({ value: one.id, label: say.journeyDraft(one.name) })),
          ]}
          onChange={(event) => setAgainst(event.currentTarget.value)}
        />
        <Button
          loading={start.isPending}
          onClick={() =>
            start.mutate(
              { params: { id: journey.id }, body: { days: Number(days), ...(against !== "" && { against }) } },
              { onSuccess: ({ id }) => started(id) },
            )
          }
        >
          {again ? say.again : say.rehearse}
        </Button>
      </div>
      <RefusalNote error={start.error} />
    </div>
  );
}

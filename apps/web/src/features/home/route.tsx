import { Button } from "@mantine/core";
import { listConflicts, listContacts } from "@relance/contract/contacts";
import { getSending, listSends, resumeSending, sendLedger } from "@relance/contract/delivery";
import { listJourneys } from "@relance/contract/journeys";
import { engagementTotals } from "@relance/contract/tracking";
import { listSyncs } from "@relance/contract/syncs";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ask, useChange } from "../../api/client.ts";
import { DemoNote } from "../../app/demo-removal.tsx";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { SendMoment } from "../../app/send-moment.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Ledger } from "../../ui/ledger.tsx";
import { Say } from "../../ui/sentence.tsx";
import { Thread } from "../../ui/thread.tsx";
import { JourneyTable } from "../journeys/list.tsx";
import { ReadinessCard } from "../readiness/home-card.tsx";
import { FirstSteps } from "./steps.tsx";
import { syncWords } from "../sources/sync-words.ts";
import { homeWords } from "./words.ts";

export function HomePage() {
  const { me } = useSession();
  const say = useWords(homeWords);
  const { number, dayName } = useFormats();
  const contacts = useQuery(ask(listContacts, { query: { limit: 1 } }, true));
  const journeys = useQuery(ask(listJourneys, {}, true));
  const now = useNow();
  if (contacts.error ?? journeys.error)
    return (
      <Sheet>
        <RefusalNote error={contacts.error ?? journeys.error} />
      </Sheet>
    );
  if (!contacts.data || !journeys.data)
    return (
      <Sheet>
        <Waiting lines={6} />
      </Sheet>
    );
  const shown = journeys.data.items.filter((one) => one.state !== "archived");
  const live = shown.filter((one) => one.state === "live");
  const inside = shown.reduce((sum, one) => sum + one.totals.here, 0);
  const name = me.name.split(" ")[0]!;
  const total = contacts.data.total;
  const liveWords = say.liveJourneys(live.length, number(live.length));
  const sentence =
    live.length > 0
      ? inside > 0
        ? say.sayLive(name, inside, say.contacts(inside, number(inside)), liveWords)
        : say.sayQuiet(name, liveWords)
      : total > 0
        ? say.sayReady(name, total, say.contacts(total, number(total)))
        : say.sayNone(name);
  return (
    <Sheet margin={<HomeMargin />}>
      <DemoNote />
      <p className="small soft" style={{ marginBottom: 8 }}>
        {dayName(now, now)}
      </p>
      <Say text={sentence} />
      <Decide />
      <FirstSteps contacts={total} journeys={shown} />
      <Part title={say.journeys} aside={<Link to="/journeys">{say.allJourneys}</Link>}>
        {shown.length === 0 ? (
          <p className="small soft" style={{ paddingTop: 12 }}>
            {say.noJourneys}
          </p>
        ) : (
          <JourneyTable journeys={shown.slice(0, 12)} />
        )}
      </Part>
      <Messages />
    </Sheet>
  );
}

// One failure may pass by itself.
const ALERT_AFTER = 3;

/** What waits for a person: shown only when there is something. */
function Decide() {
  const say = useWords(homeWords);
  const { number } = useFormats();
  const sayOfSyncs = useWords(syncWords);
  const sending = useQuery(ask(getSending, {}, true)).data;
  const ledger = useQuery(ask(sendLedger, { query: {} }, true)).data;
  const open = useQuery(ask(listConflicts, { query: { limit: 1 } }, true)).data?.open ?? 0;
  const resume = useChange(resumeSending);
  const silent = (useQuery(ask(listSyncs, {}, true)).data?.items ?? []).filter((one) => one.failures >= ALERT_AFTER);
  const uncertain = ledger?.states.find((one) => one.state === "uncertain")?.n ?? 0;
  if (!sending?.stopped && uncertain + open + silent.length === 0) return null;
  return (
    <Part title={say.decide}>
      <div className="stack" style={{ paddingTop: 12 }}>
        {sending?.stopped && (
          <div className="call row between wrap">
            <div>
              <b>{say.stopped}</b>
              <div>{sending.stopped.reason || say.stoppedText}</div>
            </div>
            <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate({})}>
              {say.resume}
            </Button>
          </div>
        )}
        {uncertain > 0 && (
          <div className="call" data-kind="review">
            <b>{say.uncertain(uncertain, number(uncertain))}</b>
            <div>{say.uncertainText}</div>
          </div>
        )}
        {open > 0 && (
          <div className="call row between wrap" data-kind="review">
            <div>
              <b>{say.conflicts(open, number(open))}</b>
              <div>{say.conflictsText}</div>
            </div>
            <Button component={Link} to="/conflicts" variant="default">
              {say.toConflicts}
            </Button>
          </div>
        )}
        {silent.length > 0 && (
          <div className="call">
            <b>{sayOfSyncs.homeFails(silent.length, number(silent.length))}</b>
            <div>
              {sayOfSyncs.homeFailsText}{" "}
              {silent.map((one) => (
                <span key={one.id}>
                  <Link to="/sources/syncs/$sync" params={{ sync: one.id }}>
                    {one.name}
                  </Link>{" "}
                </span>
              ))}
            </div>
          </div>
        )}
        <RefusalNote error={resume.error} />
      </div>
    </Part>
  );
}

/** Every message ever planned is in exactly one line. */
function Messages() {
  const say = useWords(homeWords);
  const { number } = useFormats();
  const { data } = useQuery(ask(sendLedger, { query: {} }, true));
  if (!data || data.planned === 0) return null;
  return (
    <Part title={say.ledger}>
      <Ledger
        lines={data.states.filter((one) => one.n > 0).map((one) => ({ key: one.state, label: say.states[one.state], value: one.n }))}
        total={data.planned}
        label={say.planned}
        broken={say.broken}
        format={number}
      />
    </Part>
  );
}

function HomeMargin() {
  const say = useWords(homeWords);
  const { number } = useFormats();
  const sends = useQuery(ask(listSends, { query: { limit: 8 } }, true)).data;
  const totals = useQuery(ask(engagementTotals, { query: {} }, true)).data;
  const people = (kind: string): number =>
    totals?.items.filter((one) => one.kind === kind && !one.machine).reduce((sum, one) => sum + one.sends, 0) ?? 0;
  return (
    <>
      <section>
        <div className="row between">
          <h3>{say.today}</h3>
          <Link className="small" to="/outbox" style={{ marginBottom: 8 }}>
            {say.toOutbox}
          </Link>
        </div>
        {sends?.items.length === 0 && <p className="small soft">{say.noToday}</p>}
        <Thread>
          {sends?.items.map((one) => (
            <SendMoment key={one.id} send={one} />
          ))}
        </Thread>
      </section>
      <ReadinessCard />
      {totals && totals.items.length > 0 && (
        <section>
          <h3>{say.engagement}</h3>
          <dl className="facts">
            <dt>{say.opened}</dt>
            <dd>{number(people("opened"))}</dd>
            <dt>{say.clicked}</dt>
            <dd>{number(people("clicked"))}</dd>
            <dt>{say.unsubscribed}</dt>
            <dd>{number(people("unsubscribed"))}</dd>
          </dl>
        </section>
      )}
    </>
  );
}

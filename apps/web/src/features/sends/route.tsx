import { Button, NativeSelect } from "@mantine/core";
import { listSends, SEND_STATES, sendLedger, type SendRow, type SendState } from "@relance/contract/delivery";
import { listJourneys } from "@relance/contract/journeys";
import { listTemplates } from "@relance/contract/messages";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { ask, askPages } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useReason } from "../../app/send-moment.tsx";
import { sendWords } from "../../app/send-words.ts";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Head, Sheet, Waiting } from "../../ui/page.tsx";
import { Status, type StatusKind } from "../../ui/status.tsx";
import { Equation } from "./equation.tsx";
import { sendsWords } from "./words.ts";

const KINDS: Readonly<Record<SendState, StatusKind>> = {
  waiting: "info",
  held: "paused",
  claimed: "info",
  handing: "info",
  accepted: "live",
  skipped: "draft",
  failed: "problem",
  uncertain: "review",
};

export function SendStatus({ state }: { readonly state: SendState }) {
  return <Status kind={KINDS[state]} word={useWords(sendWords).states[state]} />;
}

/** Names of templates and journeys by id, for lists that hold ids. */
export function useNamesOf(): (id: string | null) => string | null {
  const templates = useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items ?? [];
  const journeys = useQuery(ask(listJourneys, {})).data?.items ?? [];
  const names = new Map([...templates, ...journeys].map((one) => [one.id, one.name]));
  return (id) => (id === null ? null : (names.get(id) ?? null));
}

/** Every send, newest first, by state; those nobody knows about are said first. */
export function SendsPage() {
  const say = useWords(sendsWords);
  const states = useWords(sendWords).states;
  const { number } = useFormats();
  const navigate = useNavigate();
  const { state } = useSearch({ from: "/inside/sends" });
  const list = useInfiniteQuery({
    ...askPages(listSends, (after) => ({
      query: { limit: 50, ...(state !== undefined && { state }), ...(after !== undefined && { after }) },
    })),
    refetchInterval: 5_000,
  });
  const ledger = useQuery(ask(sendLedger, { query: {} }, true)).data;
  const rows = list.data?.pages.flatMap((one) => one.items);
  const count = (of: SendState): number => ledger?.states.find((one) => one.state === of)?.n ?? 0;
  const show = (value: string): void => void navigate({ to: "/sends", search: value === "" ? {} : { state: value as SendState } });
  const unsure = count("uncertain");
  const actions = (
    <Link to="/outbox" className="small">
      {say.toOutbox}
    </Link>
  );
  if (rows?.length === 0 && state === undefined)
    return (
      <>
        <Head title={say.title} actions={actions} />
        <Sheet>
          <Empty title={say.none} text={say.noneText}>
            <Link to="/journeys">{say.toJourneys}</Link>
          </Empty>
        </Sheet>
      </>
    );
  return (
    <>
      <Head title={say.title} note={say.note} actions={actions} />
      <Sheet>
        <RefusalNote error={list.error} />
        {ledger && ledger.planned > 0 && <Equation ledger={ledger} />}
        {unsure > 0 && state !== "uncertain" && (
          <div className="call" data-kind="review" style={{ marginBottom: 14 }}>
            {say.uncertainCount(unsure, number(unsure))}{" "}
            <Link to="/sends" search={{ state: "uncertain" }}>
              {say.seeThem}
            </Link>
          </div>
        )}
        <NativeSelect
          size="sm"
          style={{ maxWidth: 280, marginBottom: 8 }}
          aria-label={say.filter}
          value={state ?? ""}
          onChange={(event) => show(event.currentTarget.value)}
          data={[
            { value: "", label: `${say.all} (${number(ledger?.planned ?? 0)})` },
            ...SEND_STATES.map((one) => ({ value: one, label: `${states[one]} (${number(count(one))})` })),
          ]}
        />
        {!rows && !list.error && <Waiting lines={8} />}
        {rows?.length === 0 && (
          <p className="soft" style={{ padding: "16px 0" }}>
            {say.noneOf}
          </p>
        )}
        {rows && rows.length > 0 && <Rows rows={rows} />}
        {list.hasNextPage && (
          <div style={{ padding: 12, textAlign: "center" }}>
            <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {say.more}
            </Button>
          </div>
        )}
      </Sheet>
    </>
  );
}

/** On a narrow screen an address breaks before its @, not anywhere. */
function Address({ text }: { readonly text: string }) {
  const at = text.lastIndexOf("@");
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
}

function Rows({ rows }: { readonly rows: readonly SendRow[] }) {
  const say = useWords(sendsWords);
  const { until } = useWords(sendWords);
  const { moment } = useFormats();
  const now = useNow();
  const reason = useReason();
  const nameOf = useNamesOf();
  return (
    <table className="plain">
      <thead>
        <tr>
          <th>{say.to}</th>
          <th>{say.state}</th>
          <th className="wide">{say.of}</th>
          <th className="right wide">{say.when}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((one) => (
          <tr key={one.id}>
            <td style={{ overflowWrap: "break-word" }}>
              <Link to="/sends/$send" params={{ send: one.id }}>
                <b>{one.address === null ? say.contact : <Address text={one.address} />}</b>
              </Link>
            </td>
            <td>
              <SendStatus state={one.state} />
              {one.reason !== null && (
                <div className="tiny faint">
                  {[reason(one.reason), one.state === "held" ? until(moment(one.dueAt, now)) : null]
                    .filter((part) => part !== null)
                    .join(", ")}
                </div>
              )}
            </td>
            <td className="wide">
              {nameOf(one.template) ?? say.gone}
              {one.journey !== null && <div className="tiny faint">{nameOf(one.journey) ?? say.gone}</div>}
            </td>
            <td className="right wide">{moment(one.endedAt ?? one.createdAt, now)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

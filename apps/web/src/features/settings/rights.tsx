import { Button } from "@mantine/core";
import { listRights, settleRight, type RightsRequest } from "@relance/contract/rights";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askPages, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Empty, Waiting } from "../../ui/page.tsx";
import { rightsWords } from "./rights-words.ts";

/** What people asked by right, with the proof of what was done. */
export function RightsPart() {
  const say = useWords(rightsWords);
  const list = useInfiniteQuery({
    ...askPages(listRights, (after) => ({ query: { ...(after !== undefined && { after }), limit: 50 } })),
    refetchInterval: 10_000,
  });
  const rows = list.data?.pages.flatMap((one) => one.items) ?? [];
  return (
    <div className="stack" style={{ maxWidth: 900, gap: 24 }}>
      <p className="soft">{say.help}</p>
      <RefusalNote error={list.error} />
      {list.isPending && <Waiting />}
      {list.data && rows.length === 0 && (
        <Empty title={say.none} text={say.noneText}>
          <Link to="/contacts">{say.toContacts}</Link>
        </Empty>
      )}
      {rows.length > 0 && (
        <ul className="rights-list">
          {rows.map((one) => (
            <Request key={one.id} request={one} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <div>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {say.more}
          </Button>
        </div>
      )}
    </div>
  );
}

function Request({ request }: { readonly request: RightsRequest }) {
  const say = useWords(rightsWords);
  const { day, moment } = useFormats();
  const now = useNow();
  return (
    <li>
      <div>
        <b>{say.kinds[request.kind]}</b>
        <div className="small soft">{say.asked(moment(request.askedAt, now), request.askedBy)}</div>
        <div className="small soft">{say.reasons[request.reason]}</div>
      </div>
      <div>
        {say.states[request.state]}
        {request.state === "waiting" && <div className="small soft">{say.due(day(request.dueAt))}</div>}
        <Proof report={request.report} />
      </div>
      {request.state === "waiting" && <Settle request={request} />}
    </li>
  );
}

function Proof({ report }: { readonly report: RightsRequest["report"] }) {
  const say = useWords(rightsWords);
  const { number } = useFormats();
  const rows = Object.values(report.rows ?? {}).reduce((sum, n) => sum + n, 0);
  const parts = (
    [
      ["rows", rows],
      ["runs", report.runs],
      ["sends", report.sends],
      ["orders", report.orders],
      ["traces", report.traces],
      ["people", report.people],
    ] as const
  ).flatMap(([name, n]) => (n ? [say[name](n, number(n))] : []));
  return (
    <>
      {parts.length > 0 && <div className="small soft">{parts.join("\u2004·\u2004")}</div>}
      {report.waits?.map((one) => (
        <div key={one} className="small">
          … {say.waits[one]}
        </div>
      ))}
    </>
  );
}

function Settle({ request }: { readonly request: RightsRequest }) {
  const say = useWords(rightsWords);
  const may = useSession().workspace?.role === "admin";
  const settle = useChange(settleRight);
  const decide = (decision: "carry" | "keep"): void => settle.mutate({ params: { id: request.id }, body: { decision } });
  return (
    <div className="stack" style={{ gap: 8, alignItems: "flex-start" }}>
      {request.contact !== null && (
        <Link to="/contacts/$contact" params={{ contact: request.contact }}>
          {say.open}
        </Link>
      )}
      {request.contact === null && <p className="small soft">{say.shopAll(request.askedBy)}</p>}
      {may && request.kind === "access" && (
        <Button size="xs" variant="default" loading={settle.isPending} onClick={() => decide("carry")}>
          {say.answered}
        </Button>
      )}
      {may && request.kind === "erasure" && (
        <div className="row" style={{ gap: 8 }}>
          <Button size="xs" variant="default" loading={settle.isPending} onClick={() => decide("keep")}>
            {say.keep}
          </Button>
          <Button size="xs" variant="subtle" color="garance" loading={settle.isPending} onClick={() => decide("carry")}>
            {say.carry}
          </Button>
        </div>
      )}
      <RefusalNote error={settle.error} />
    </div>
  );
}

import { Button, Progress } from "@mantine/core";
import { cancelRefresh, getPredictions, refreshPredictions, type PredictionSummary } from "@relance/contract/predictions";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Empty, Head, Part, Sheet, Waiting } from "../../ui/page.tsx";
import { Check, ModelWords } from "./check.tsx";
import { GroupTable, Moves, RfmMap, type Chosen } from "./map.tsx";
import { People } from "./people.tsx";
import { ValueSettings } from "./settings.tsx";
import { valueWords } from "./words.ts";
import "./value.css";

/** What customers are worth: groups, what they will do next, and how far that can be trusted. */
export function ValuePage() {
  const say = useWords(valueWords);
  const { day } = useFormats();
  const { data, error } = useQuery(ask(getPredictions, {}, true));
  const refresh = useChange(refreshPredictions);
  const cancel = useChange(cancelRefresh);
  const may = (useSession().workspace?.role ?? "viewer") !== "viewer";
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const active = data?.refresh && (data.refresh.state === "waiting" || data.refresh.state === "running") ? data.refresh : null;
  const summary = data?.summary ?? null;
  const button = (
    <Button variant={summary ? "default" : "filled"} loading={refresh.isPending} onClick={() => refresh.mutate({})}>
      {say.refresh}
    </Button>
  );
  return (
    <>
      <Head
        title={say.title}
        {...(summary && { note: say.note(day(`${summary.asOf}T12:00:00Z`)) })}
        actions={may && data && summary && !active ? button : undefined}
      />
      <Sheet>
        <RefusalNote error={error ?? refresh.error ?? cancel.error} />
        {!data && !error && <Waiting lines={8} />}
        {active && (
          <div className="stack" style={{ maxWidth: 480, marginBottom: 20 }} role="status">
            <span className="small">{say.refreshing[active.phase]}</span>
            <Progress value={Math.max(2, active.progress * 100)} aria-label={say.refreshing[active.phase]} />
            {may && (
              <div>
                <Button size="xs" variant="subtle" onClick={() => cancel.mutate({})}>
                  {say.cancel}
                </Button>
              </div>
            )}
          </div>
        )}
        {data?.refresh?.state === "failed" && (
          <p className="call" style={{ marginBottom: 16 }}>
            {say.failed(data.refresh.error ?? "")}
          </p>
        )}
        {data && !active && (!summary || summary.customers === 0) && (
          <Empty title={say.none} text={say.noneText}>
            {may && button}
            <Link to="/imports">{say.toImports}</Link>
          </Empty>
        )}
        {summary && summary.customers > 0 && <Found summary={summary} choose={setChosen} />}
        {summary && summary.customers > 0 && data && may && (
          <ValueSettings key={data.summary?.refreshedAt} summary={summary} settings={data.settings} />
        )}
      </Sheet>
      {chosen && summary && <People chosen={chosen} currency={summary.currency} may={may} close={() => setChosen(null)} />}
    </>
  );
}

function Found({ summary, choose }: { readonly summary: PredictionSummary; readonly choose: (chosen: Chosen) => void }) {
  const say = useWords(valueWords);
  const { number, money } = useFormats();
  const orders = number(Math.round(summary.orders90));
  return (
    <>
      {summary.refusal.length > 0 ? (
        <div className="call" data-kind="review">
          <b>{say.refused}</b> {say.refusedText}
          <ul style={{ margin: "6px 0 0", paddingLeft: 18 }}>
            {summary.refusal.map((one) => (
              <li key={one.what}>{say.lack[one.what](number(one.have), number(one.need))}</li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="say say-small">
          {summary.valueModel
            ? say.expected(orders, money(Math.round(summary.value365), summary.currency).replace(/[.,]00(?=\D*$)/, ""))
            : say.expectedOrders(orders)}
        </p>
      )}
      <Part title={say.groups} aside={say.groupsAside}>
        <div style={{ marginTop: 14 }}>
          <RfmMap summary={summary} choose={choose} />
        </div>
        <GroupTable summary={summary} choose={choose} />
      </Part>
      <Part title={say.moves}>
        <Moves summary={summary} choose={choose} />
      </Part>
      {summary.refusal.length === 0 && <Check calibration={summary.calibration} />}
      {summary.refusal.length === 0 && <ModelWords summary={summary} />}
    </>
  );
}

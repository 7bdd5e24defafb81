import { Button } from "@mantine/core";
import { changeAudience, listAudiences, listDeliveries, refillAudience, removeAudience, type Audience } from "@relance/contract/audiences";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { useNow } from "../../ui/now.ts";
import { Part } from "../../ui/page.tsx";
import { Status } from "../../ui/status.tsx";
import { NewAudience } from "./new-audience.tsx";
import { audienceWords } from "./words.ts";

/** What a segment is kept in step with, how it goes, and a form for one more. */
export function Audiences({ segment }: { readonly segment: string }) {
  const say = useWords(audienceWords);
  const { workspace } = useSession();
  const [adding, setAdding] = useState(false);
  const { data, error } = useQuery(ask(listAudiences, { query: { sourceId: segment } }, true));
  const may = workspace?.role === "admin";
  return (
    <Part title={say.title}>
      {data?.items.length === 0 && (
        <p className="small soft" style={{ maxWidth: "44em", margin: "10px 0" }}>
          {say.intro}
        </p>
      )}
      <RefusalNote error={error} />
      {data?.items.map((one) => (
        <One key={one.id} audience={one} may={may} />
      ))}
      {may && !adding && (
        <Button variant="default" mt={12} onClick={() => setAdding(true)}>
          {say.add}
        </Button>
      )}
      {may && adding && <NewAudience segment={segment} end={() => setAdding(false)} />}
    </Part>
  );
}

function One({ audience, may }: { readonly audience: Audience; readonly may: boolean }) {
  const say = useWords(audienceWords);
  const { number, moment } = useFormats();
  const now = useNow();
  const { state, problem, members, waiting, lastSuccessAt } = audience;
  const word = state === "active" && problem ? say.retrying : state === "active" && waiting > 0 ? say.telling : say.states[state];
  return (
    <section className="stack" style={{ borderBottom: "1px solid var(--r-filet)", padding: "14px 0", gap: 8 }}>
      <div className="row between wrap">
        <div style={{ minWidth: 0 }}>
          <b>{audience.name}</b>{" "}
          <Status
            kind={state === "failed" ? "problem" : state === "paused" ? "paused" : problem ? "review" : waiting > 0 ? "info" : "live"}
            word={word}
          />
          <div className="small soft" style={{ overflowWrap: "anywhere" }}>
            {say.destinations[audience.destination]} · {audience.to}
          </div>
          <div className="small soft">
            {[
              say.holds(members, number(members)),
              ...(waiting > 0 ? [say.waits(waiting, number(waiting))] : []),
              lastSuccessAt === null ? say.never : say.last(moment(lastSuccessAt, now)),
            ].join(" · ")}
          </div>
        </div>
        {may && <Acts audience={audience} />}
      </div>
      {problem && (
        <div className="call" data-kind={state === "failed" ? undefined : "review"} role="status">
          {say.problem(problem.reason, problem.attempts)}{" "}
          {problem.nextTryAt === null ? say.givenUp : say.nextTry(moment(problem.nextTryAt, now))}
        </div>
      )}
      <Log audience={audience.id} />
    </section>
  );
}

function Acts({ audience: { id, state, problem, destination } }: { readonly audience: Audience }) {
  const say = useWords(audienceWords);
  const [sure, setSure] = useState(false);
  const change = useChange(changeAudience);
  const remove = useChange(removeAudience);
  const refill = useChange(refillAudience);
  const params = { id };
  if (sure)
    return (
      <div className="row wrap">
        <Button variant="default" onClick={() => setSure(false)}>
          {say.keep}
        </Button>
        <Button variant="default" className="danger" loading={remove.isPending} onClick={() => remove.mutate({ params })}>
          {say.removeSure}
        </Button>
      </div>
    );
  return (
    <div className="row wrap">
      <RefusalNote error={change.error ?? remove.error ?? refill.error} />
      {state === "active" && (
        <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ params, body: { state: "paused" } })}>
          {say.pause}
        </Button>
      )}
      {(state !== "active" || problem) && (
        <Button variant="default" loading={change.isPending} onClick={() => change.mutate({ params, body: { state: "active" } })}>
          {state === "paused" ? say.goOn : say.retry}
        </Button>
      )}
      {state === "active" && (destination === "google" || destination === "criteo") && (
        <Button variant="subtle" loading={refill.isPending} onClick={() => refill.mutate({ params })}>
          {say.refill}
        </Button>
      )}
      <Button variant="subtle" onClick={() => setSure(true)}>
        {say.remove}
      </Button>
    </div>
  );
}

function Log({ audience }: { readonly audience: string }) {
  const say = useWords(audienceWords);
  const { number, moment } = useFormats();
  const now = useNow();
  const [open, setOpen] = useState(false);
  const { data } = useQuery({ ...ask(listDeliveries, { params: { id: audience } }, true), enabled: open });
  return (
    <details className="small" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.log}</summary>
      {data?.items.length === 0 && <p className="soft">{say.noLog}</p>}
      {data && data.items.length > 0 && (
        <div style={{ overflowX: "auto" }}>
          <table className="plain">
            <thead>
              <tr>
                <th>{say.when}</th>
                <th>{say.outcome}</th>
                <th className="right">{say.added}</th>
                <th className="right">{say.removed}</th>
                <th className="right">{say.refused}</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((one) => (
                <tr key={one.id}>
                  <td>{moment(one.triedAt, now)}</td>
                  <td>
                    {say.outcomes[one.outcome]}
                    {one.reason !== null && <div className="soft">{one.reason}</div>}
                  </td>
                  <td className="right">{number(one.added)}</td>
                  <td className="right">{number(one.removed)}</td>
                  <td className="right">{number(one.refused)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

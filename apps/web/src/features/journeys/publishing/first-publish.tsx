import { getSending, listProviders } from "@relance/contract/delivery";
import { spanEn, spanFr, type Graph } from "@relance/model/journeys";
import { describeText, eventTitle } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../api/client.ts";
import { useSession } from "../../../app/session.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Say } from "../../../ui/sentence.tsx";
import { useStartWords, useStepWords, type Names } from "../names.ts";
import { publishWords } from "./publish-words.ts";

/** What a first version will do, in the order in which it does it. */
export function FirstPublish({
  graph,
  names,
  said = true,
}: {
  readonly graph: Graph;
  readonly names: Names;
  /** Whether it is about to be published. */ readonly said?: boolean;
}) {
  const say = useWords(publishWords);
  const { language } = useLanguage();
  const { workspace } = useSession();
  const startWords = useStartWords(names);
  const stepWords = useStepWords(names);
  const { filter, reentry, exits } = graph.settings;
  const mails = graph.steps.filter((step) => step.kind === "email");
  return (
    <>
      {said && <Say small text={say.first} />}
      <dl className="facts publish-facts">
        <dt>{say.enter}</dt>
        <dd>
          {graph.starts.map((start, at) => (
            <div key={at}>{startWords(start)}</div>
          ))}
        </dd>
        <dt>{say.only}</dt>
        <dd>{filter === null ? say.anyone : describeText(filter, language, { ...names, currency: workspace?.currency ?? "EUR" })}</dd>
        <dt>{say.again}</dt>
        <dd>
          {reentry.kind === "after"
            ? say.reentries.after((language === "fr" ? spanFr : spanEn)(reentry.span))
            : say.reentries[reentry.kind]}
        </dd>
        {exits.length > 0 && (
          <>
            <dt>{say.leaves}</dt>
            <dd>
              {exits.map((exit, at) => (
                <div key={at}>{say.leavesAt(eventTitle(exit.event, language), exit.goal)}</div>
              ))}
            </dd>
          </>
        )}
        <dt>{say.messages}</dt>
        <dd>{mails.length === 0 ? say.noMessages : mails.map((step) => <div key={step.id}>{stepWords(step).name}</div>)}</dd>
        {mails.length > 0 && (
          <>
            <dt>{say.door}</dt>
            <dd>
              <Way />
            </dd>
          </>
        )}
      </dl>
      {mails.length > 0 && <p className="small soft">{say.gate}</p>}
    </>
  );
}

function Way() {
  const say = useWords(publishWords);
  const sending = useQuery(ask(getSending, {})).data;
  const providers = useQuery(ask(listProviders, {})).data?.items;
  if (!sending || !providers) return "…";
  const active = providers.find((one) => one.active && one.channel === "email");
  return <b>{sending.stopped ? say.stopped : active && active.kind !== "outbox" ? say.real(active.name) : say.outbox}</b>;
}

import { Button } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { getJourney, type Journey } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../../ui/page.tsx";
import { Moment, Thread } from "../../../ui/thread.tsx";
import "../../segments/segments.css";
import { useDraft, type Draft } from "../draft.ts";
import { Meanwhile, Saved } from "../editor.tsx";
import { FirstPublish } from "../publishing/first-publish.tsx";
import "../journeys.css";
import { useNames, useStartWords, type Names } from "../names.ts";
import { ProblemList } from "../publishing/problem-list.tsx";
import { PublishDialog } from "../publishing/publish.tsx";
import { useRights, type Rights } from "../rights.ts";
import { FilterFields } from "../panels/settings-fields.tsx";
import { StartList } from "../panels/start-panel.tsx";
import { JourneyState } from "../state.tsx";
import { journeyWords } from "../words.ts";
import { Flow } from "./flow.tsx";
import "./guided.css";
import { OptionSentences } from "./option-sentences.tsx";
import { Reach } from "./reach.tsx";
import { More } from "./sentence.tsx";
import { StartSentence } from "./start-sentence.tsx";
import { guidedWords } from "./words.ts";

const PARTS = ["conditions", "flow", "options", "check"] as const;
type Part = (typeof PARTS)[number];

/** A journey set up in four steps, for who has never drawn one. It is the draft of the canvas: both can be left for the other at any moment. */
export function GuidedPage() {
  const { journey } = useParams({ from: "/inside/journeys/$journey/guided" });
  const [round, setRound] = useState(0);
  const { data, error } = useQuery({ ...ask(getJourney, { params: { id: journey } }), gcTime: 0 });
  if (data?.id === journey) return <Guided key={`${data.id} ${round}`} journey={data} reload={() => setRound(round + 1)} />;
  return (
    <>
      <Head title="…" />
      <Sheet>
        <RefusalNote error={error} />
        {!error && <Waiting />}
      </Sheet>
    </>
  );
}

function Guided({ journey, reload }: { readonly journey: Journey; readonly reload: () => void }) {
  const say = useWords(guidedWords);
  const words = useWords(journeyWords);
  const navigate = useNavigate();
  const search = useSearch({ from: "/inside/journeys/$journey/guided" });
  const part: Part = PARTS.find((one) => one === search.part) ?? "conditions";
  const draft = useDraft(journey);
  const rights = useRights(journey);
  const names = useNames([...draft.graph.starts, ...draft.graph.steps]);
  const [step, open] = useState<string | null>(null);
  const [asked, askPublish] = useState(false);
  const [live, setLive] = useState(false);
  const startWords = useStartWords(names);
  const at = PARTS.indexOf(part);
  // What was chosen, once one has gone on from it.
  const told: Partial<Record<Part, string>> = {
    conditions: draft.graph.starts.map(startWords).join(" / "),
    flow: say.flowTold(draft.graph.steps.length, draft.graph.steps.filter((one) => "template" in one).length),
  };
  const go = (to: Part, chosen: string | null = null): void => {
    open(chosen);
    void navigate({ to: "/journeys/$journey/guided", params: { journey: journey.id }, search: { part: to } });
    scrollTo({ top: 0 });
  };
  const onward = (): void => {
    const next = PARTS[at + 1];
    if (next) go(next);
    else if (rights.decide) askPublish(true);
  };
  const mend = (faulty: string | null, path: string): void =>
    go(faulty !== null || path === "first" ? "flow" : path.startsWith("settings.exits") ? "options" : "conditions", faulty);
  useHotkeys([["mod+Enter", onward]], []);
  return (
    <>
      <Head
        title={
          <input
            className="title-input"
            aria-label={words.nameField}
            value={draft.name}
            maxLength={200}
            disabled={!rights.edit}
            onChange={(event) => draft.rename(event.currentTarget.value)}
          />
        }
        note={
          <>
            <JourneyState state={draft.known.state} /> <Saved journey={draft.known} draft={draft} />
          </>
        }
        actions={
          <Button variant="default" renderRoot={(props) => <Link to="/journeys/$journey" params={{ journey: journey.id }} {...props} />}>
            {live ? say.open : say.toCanvas}
          </Button>
        }
      />
      {draft.guard}
      {draft.refused ? <Meanwhile draft={draft} journey={journey} reload={reload} /> : <RefusalNote error={draft.error} />}
      <div className="guided">
        <nav className="guided-thread" aria-label={say.begin}>
          <Thread>
            <Moment sign="good" title={<b>{say.model}</b>}>
              {say.modelText}
            </Moment>
            {PARTS.map((one, index) => (
              <Moment
                key={one}
                sign={one === part ? "now" : index < at || live ? "good" : "past"}
                title={
                  <button type="button" aria-current={one === part ? "step" : undefined} onClick={() => go(one)}>
                    <b>{say.parts[one]}</b>
                  </button>
                }
              >
                {(index < at && told[one]) || say.partTexts[one]}
              </Moment>
            ))}
          </Thread>
          <p className="tiny faint">{say.keep}</p>
        </nav>
        <div className="guided-work">
          <h2>{live ? say.done : say.titles[part]}</h2>
          <p className="soft">{live ? say.doneText : say.leads[part]}</p>
          {journey.liveVersion !== null && (
            <div className="call" data-kind="info">
              {say.live}
            </div>
          )}
          <fieldset className="guided-body" disabled={!rights.edit}>
            <Body part={part} draft={draft} names={names} rights={rights} step={step} open={open} mend={mend} />
          </fieldset>
          <div className="guided-foot">
            {at > 0 ? (
              <Button variant="default" onClick={() => go(PARTS[at - 1]!)}>
                {say.back}
              </Button>
            ) : (
              <span />
            )}
            {part === "check" ? (
              live ? null : rights.decide ? (
                <Button disabled={draft.problems.length > 0} onClick={() => askPublish(true)}>
                  {say.activate}
                </Button>
              ) : (
                <span className="small soft">{say.notYours}</span>
              )
            ) : (
              <Button onClick={onward}>{say.next[part]}</Button>
            )}
          </div>
        </div>
        <aside className="guided-margin">
          <Reach graph={draft.graph} />
          {part === "check" && (
            <section>
              <h3>{say.rehearse}</h3>
              <p className="small soft">{say.rehearseText}</p>
              <Link className="small" to="/journeys/$journey/rehearsal" params={{ journey: journey.id }}>
                {words.rehearse}
              </Link>
            </section>
          )}
          {!live && (
            <section>
              <h3>{say.nothing}</h3>
              <p className="small soft">{say.nothingText}</p>
            </section>
          )}
        </aside>
      </div>
      {asked && (
        <PublishDialog
          journey={draft.known}
          draft={draft}
          names={names}
          mayDecide={rights.decide}
          close={() => askPublish(false)}
          published={() => {
            askPublish(false);
            setLive(true);
          }}
          toStep={(faulty) => {
            askPublish(false);
            mend(faulty, "");
          }}
        />
      )}
    </>
  );
}

function Body({
  part,
  draft,
  names,
  rights,
  step,
  open,
  mend,
}: {
  readonly part: Part;
  readonly draft: Draft;
  readonly names: Names;
  readonly rights: Rights;
  readonly step: string | null;
  readonly open: (step: string | null) => void;
  readonly mend: (step: string | null, path: string) => void;
}) {
  const say = useWords(guidedWords);
  const startWords = useStartWords(names);
  const { graph, command, problems } = draft;
  switch (part) {
    case "conditions":
      return (
        <>
          <StartList
            graph={graph}
            problems={problems.filter((one) => one.step === null && one.path !== "first")}
            starts={(starts) => command({ kind: "starts", starts })}
            sentence={(start, put, fields) => (
              <>
                <StartSentence start={start} put={put} />
                <More about={startWords(start)}>{fields}</More>
              </>
            )}
          />
          <FilterFields graph={graph} put={(settings) => command({ kind: "settings", settings })} />
        </>
      );
    case "flow":
      return <Flow draft={draft} names={names} rights={rights} chosen={step} open={open} />;
    case "options":
      return <OptionSentences graph={graph} put={(settings) => command({ kind: "settings", settings })} />;
    case "check":
      return (
        <>
          {problems.length === 0 ? (
            <div className="call" data-kind="good" role="status">
              {say.ready}
            </div>
          ) : (
            <section>
              <h3>{say.problems(problems.length)}</h3>
              <ProblemList
                problems={problems}
                graph={graph}
                names={names}
                choose={(faulty) => mend(faulty, problems.find((one) => one.step === faulty)?.path ?? "")}
              />
            </section>
          )}
          <FirstPublish graph={graph} names={names} said={false} />
        </>
      );
  }
}

import { Button, Menu } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { listGroups } from "@relance/contract/contacts";
import { archiveJourney, getJourney, pauseJourney, publishJourney, resumeJourney, stepNumbers, type Journey } from "@relance/contract/journeys";
import { listTemplates } from "@relance/contract/messages";
import type { Start } from "@relance/model/journeys";
import { IconArrowBackUp, IconArrowForwardUp, IconDots, IconX } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask, useChange } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats, useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import "../segments/segments.css";
import { blankStep } from "./blank.ts";
import { Canvas } from "./canvas.tsx";
import { useDraft, type Draft } from "./draft.ts";
import "./journeys.css";
import { START } from "./layout.ts";
import { StepPanel } from "./panel.tsx";
import { StartPanel } from "./start-panel.tsx";
import { JourneyState } from "./state.tsx";
import { journeyWords } from "./words.ts";

export function JourneyPage() {
  const { journey } = useParams({ from: "/inside/journeys/$journey" });
  // Read once: from then on the editor knows better than an answer under way.
  const { data, error } = useQuery({ ...ask(getJourney, { params: { id: journey } }), staleTime: Infinity, gcTime: 0 });
  if (data?.id === journey) return <Editor key={`${data.id} ${data.liveVersion ?? 0}`} journey={data} state={data} />;
  return <><Head title="…" /><Sheet><RefusalNote error={error} />{!error && <Waiting />}</Sheet></>;
}

function Editor({ journey, state }: { readonly journey: Journey; readonly state: Journey }) {
  const say = useWords(journeyWords);
  const { language } = useLanguage();
  const draft = useDraft(journey);
  const [chosen, choose] = useState<string | null>(journey.draft.starts.length === 0 ? START : null);
  const { graph, command } = draft;
  const numbers = useQuery(ask(stepNumbers, { params: { id: journey.id } }, true)).data;
  const names = useNames();
  const readOnly = state.state === "archived";
  const { problems } = draft.known;
  const step = graph.steps.find((one) => one.id === chosen);
  const about = problems.filter((one) => (chosen === START ? one.step === null : one.step === chosen));
  useHotkeys([["mod+Z", draft.undo], ["mod+shift+Z", draft.redo], ["Escape", () => choose(null)]]);
  return (
    <>
      <Head
        title={<input className="title-input" aria-label={say.nameField} value={draft.name} maxLength={200} disabled={readOnly} onChange={(event) => draft.rename(event.currentTarget.value)} />}
        note={<><JourneyState state={state.state} />{" "}{state.liveVersion !== null && say.version(String(state.liveVersion))} <span role="status">{draft.dirty ? say.saving : draft.known.changed && state.liveVersion !== null ? say.unpublished : ""}</span></>}
        actions={!readOnly && <Actions draft={draft} state={state} toProblem={() => choose(problems[0]?.step ?? START)} />}
      />
      <RefusalNote error={draft.error} />
      <div className="journey-room">
        <div className="journey-canvas">
          <Canvas
            graph={graph} names={names} chosen={chosen} choose={choose} readOnly={readOnly} entered={numbers?.totals.entered ?? 0} startLine={useStartLine(graph.starts)}
            numbers={new Map(numbers?.steps.map((one) => [one.step, one]))} faulty={new Set(problems.map((one) => one.step ?? START))}
            add={(kind, after) => { const added = blankStep(kind); command({ kind: "add", step: added, after }); choose(added.id); }}
          />
        </div>
        <aside className="journey-panel" aria-label={step ? say.kinds[step.kind] : say.start}>
          {about.map((one, at) => <div key={at} className="call">{one.message[language]}</div>)}
          {chosen === null && <Overview state={state} numbers={numbers?.totals} problems={problems} choose={choose} />}
          {chosen !== null && <Button variant="subtle" size="xs" style={{ alignSelf: "flex-end", marginTop: -6, marginBottom: -38, zIndex: 1 }} leftSection={<IconX size={14} aria-hidden />} onClick={() => choose(null)}>{say.close}</Button>}
          <fieldset disabled={readOnly} style={{ border: 0, padding: 0, margin: 0, display: "contents" }}>
            {chosen === START && <StartPanel graph={graph} starts={(starts) => command({ kind: "starts", starts })} settings={(settings) => command({ kind: "settings", settings })} />}
            {step && (
              <StepPanel key={step.id} graph={graph} step={step} change={(changed) => command({ kind: "configure", step: changed })} connect={(exit, to) => command({ kind: "connect", from: { step: step.id, exit }, to })}
                remove={() => { command({ kind: "remove", step: step.id }); choose(null); }} />
            )}
          </fieldset>
        </aside>
      </div>
    </>
  );
}

function Overview({ state, numbers, problems, choose }: { readonly state: Journey; readonly numbers: Journey["totals"] | undefined; readonly problems: Journey["problems"]; readonly choose: (id: string) => void }) {
  const say = useWords(journeyWords);
  const { language } = useLanguage();
  const { number } = useFormats();
  const shown = numbers ?? state.totals;
  return (
    <>
      <div><div className="small soft">{say.here}</div><div className="big-number">{number(shown.here)}</div></div>
      <dl className="facts"><dt>{say.entered}</dt><dd>{number(shown.entered)}</dd><dt>{say.goal}</dt><dd>{number(shown.reachedGoal)}</dd></dl>
      {problems.length > 0 && <section className="panel-part"><h3>{say.problems(problems.length)}</h3>{problems.map((one, at) => <button key={at} type="button" className="link-button small" onClick={() => choose(one.step ?? START)}>{one.message[language]}</button>)}</section>}
      <p className="small soft">{state.state === "archived" ? say.readOnly : say.safe}</p>
    </>
  );
}

function Actions({ draft, state, toProblem }: { readonly draft: Draft; readonly state: Journey; readonly toProblem: () => void }) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [sure, setSure] = useState<"publish" | "archive" | null>(null);
  const publish = useChange(publishJourney);
  const pause = useChange(pauseJourney);
  const resume = useChange(resumeJourney);
  const archive = useChange(archiveJourney);
  const params = { id: state.id };
  const { problems } = draft.known;
  const here = number(state.totals.here);
  const done = async (): Promise<void> => { setSure(null); await queries.invalidateQueries(); };
  const confirmed = (): void => {
    if (sure === "archive") archive.mutate({ params }, { onSuccess: () => void navigate({ to: "/journeys" }) });
    else publish.mutate({ params, body: { revision: draft.known.draftRevision } }, { onSuccess: () => void done() });
  };
  if (sure !== null) {
    return (
      <>
        <RefusalNote error={publish.error ?? archive.error} />
        <Button variant="default" onClick={() => setSure(null)}>{say.keep}</Button>
        <Button {...(sure === "archive" && { variant: "default", className: "danger" })} loading={publish.isPending || archive.isPending} onClick={confirmed}>{sure === "publish" ? say.publishSure(here) : say.archiveSure(here)}</Button>
      </>
    );
  }
  return (
    <>
      <RefusalNote error={pause.error ?? resume.error} />
      <Button className="wide" variant="default" px={9} aria-label={say.undo} title={say.undo} disabled={!draft.canUndo} onClick={draft.undo}><IconArrowBackUp size={17} stroke={1.5} aria-hidden /></Button>
      <Button className="wide" variant="default" px={9} aria-label={say.redo} title={say.redo} disabled={!draft.canRedo} onClick={draft.redo}><IconArrowForwardUp size={17} stroke={1.5} aria-hidden /></Button>
      {state.state === "live" && <Button variant="default" loading={pause.isPending} onClick={() => pause.mutate({ params, body: {} })}>{say.pause}</Button>}
      {state.state === "paused" && <Button variant="default" loading={resume.isPending} onClick={() => resume.mutate({ params, body: {} })}>{say.resume}</Button>}
      {problems.length > 0 && <Button variant="default" className="danger" onClick={toProblem}>{say.problems(problems.length)}</Button>}
      <Button disabled={draft.dirty || problems.length > 0 || (!draft.known.changed && state.liveVersion !== null)} onClick={() => setSure("publish")}>{say.publish}</Button>
      <Menu position="bottom-end">
        <Menu.Target><Button variant="default" px={9} aria-label={say.more} title={say.more}><IconDots size={17} stroke={1.5} aria-hidden /></Button></Menu.Target>
        <Menu.Dropdown><Menu.Item onClick={() => setSure("archive")}>{say.archive}</Menu.Item></Menu.Dropdown>
      </Menu>
    </>
  );
}

function useNames(): { readonly templateNames: ReadonlyMap<string, string>; readonly groups: ReadonlyMap<string, string> } {
  const templates = useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items ?? [];
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  return { templateNames: new Map(templates.map((one) => [one.id, one.name])), groups: new Map(groups.map((one) => [one.id, one.name])) };
}

function useStartLine(starts: readonly Start[]): string {
  const say = useWords(journeyWords);
  if (starts.length === 0) return say.noStart;
  return starts.map((one) => (one.kind === "event" ? one.event : one.kind === "date" ? one.attribute.replaceAll("_", " ") : one.kind === "segment" ? say.starts.segment : say.starts.joins)).join(", ");
}

import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { getJourney, stepNumbers, type Journey } from "@relance/contract/journeys";
import { stepOf } from "@relance/model/journeys";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useState, type ComponentProps } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import "../segments/segments.css";
import { Actions } from "./actions.tsx";
import { blankStep } from "./blank.ts";
import { countByStep, useThreads } from "./comments.tsx";
import { useDraft, type Draft } from "./draft.ts";
import { useEditing, type Editing } from "./editing.ts";
import "./journeys.css";
import { START } from "./canvas/layout.ts";
import { useNames, useStartWords, useStepWords } from "./names.ts";
import { PasteDialog } from "./paste-dialog.tsx";
import { ReadingList } from "./reading-list.tsx";
import { useRights, type Rights } from "./rights.ts";
import { SearchBar, useStepSearch } from "./search.tsx";
import { SidePanel } from "./panels/side-panel.tsx";
import { JourneyState } from "./state.tsx";
import { MarkBar, StepItems } from "./canvas/step-menu.tsx";
import { journeyWords } from "./words.ts";

// A phone reads the journey as a list and never needs it.
const Canvas = lazy(() => import("./canvas/canvas.tsx").then((file) => ({ default: file.Canvas })));
const OTHERS_MS = 10_000;
const PHONE = "(max-width: 760px)";

export function JourneyPage() {
  const { journey } = useParams({ from: "/inside/journeys/$journey" });
  const [round, setRound] = useState(0);
  // From the first answer on the editor knows its draft better; what others do to the journey is asked now and then.
  const { data, error } = useQuery({ ...ask(getJourney, { params: { id: journey } }), refetchInterval: OTHERS_MS, gcTime: 0 });
  if (data?.id === journey) return <Editor key={`${data.id} ${round}`} journey={data} reload={() => setRound(round + 1)} />;
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

interface EditorProps {
  readonly journey: Journey;
  /** Begins again with the draft as the server has it. */
  readonly reload: () => void;
}

function Editor({ journey, reload }: EditorProps) {
  const say = useWords(journeyWords);
  const phone = useMediaQuery(PHONE, matchMedia(PHONE).matches);
  // A link may lead to a step, and to what is said of it.
  const opened = useSearch({ from: "/inside/journeys/$journey" });
  const draft = useDraft(journey);
  const rights = useRights(journey);
  const names = useNames([...draft.graph.starts, ...draft.graph.steps, ...(journey.live?.steps ?? [])]);
  const startWords = useStartWords(names);
  const numbers = useQuery(ask(stepNumbers, { params: { id: journey.id } }, true)).data;
  const threads = useThreads(journey.id);
  const graph = phone ? (journey.live ?? draft.graph) : draft.graph;
  const editing = useEditing({
    draft,
    graph,
    names,
    opened: {
      step: opened.step ?? (journey.draft.starts.length === 0 && rights.edit && !phone ? START : null),
      tab: opened.tab === "comments" || opened.tab === "people" ? opened.tab : "setup",
    },
    edit: { rights: rights.edit, here: rights.edit && !phone },
  });
  const { chosen, choose, toStep, clipboard } = editing;
  const startLine = graph.starts.length === 0 ? say.noStart : graph.starts.map(startWords).join(" / ");
  const seen = {
    names,
    chosen,
    entered: numbers?.totals.entered ?? 0,
    numbers: new Map(numbers?.steps.map((one) => [one.step, one])),
    startLine,
  };
  return (
    <>
      <Head
        title={
          <input
            className="title-input"
            aria-label={say.nameField}
            value={draft.name}
            maxLength={200}
            disabled={!rights.edit}
            onChange={(event) => draft.rename(event.currentTarget.value)}
          />
        }
        note={
          <>
            <JourneyState state={journey.state} /> <Saved journey={journey} draft={draft} />
          </>
        }
        actions={
          <Actions
            draft={draft}
            journey={journey}
            names={names}
            rights={rights}
            toStep={toStep}
            toProblem={() => toStep(draft.problems[0]?.step ?? null)}
            published={(said) => {
              editing.tell(said);
              choose(null);
            }}
          />
        }
      />
      {draft.guard}
      {draft.refused || (!draft.dirty && journey.draftRevision > draft.known.draftRevision) ? (
        <Meanwhile draft={draft} journey={journey} reload={reload} />
      ) : (
        <RefusalNote error={draft.error} />
      )}
      <div className="journey-room">
        {phone ? (
          <div className="journey-read">
            <p className="row wrap small">
              <JourneyState state={journey.state} />
              <Saved journey={journey} draft={draft} />
            </p>
            <ReadingList
              {...seen}
              graph={graph}
              choose={(id) => choose(id, (numbers?.steps.find((one) => one.step === id)?.here ?? 0) > 0 ? "people" : "setup")}
            />
            <p className="small soft">{say.phone}</p>
          </div>
        ) : (
          <Drawing
            journey={journey}
            draft={draft}
            rights={rights}
            editing={editing}
            seen={seen}
            threads={threads}
            inside={numbers?.totals.here ?? journey.totals.here}
          />
        )}
        <SidePanel
          journey={journey}
          draft={draft}
          graph={graph}
          reading={phone || !rights.edit}
          names={names}
          rights={rights}
          numbers={numbers}
          chosen={chosen}
          choose={choose}
          tab={editing.tab}
          setTab={editing.setTab}
          message={editing.message}
          open={editing.sheet}
          gestures={editing.gestures}
          threads={threads}
        />
      </div>
      {clipboard.asked && <PasteDialog asked={clipboard.asked} close={clipboard.stopAsking} answer={clipboard.answer} />}
    </>
  );
}

interface DrawingProps {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly rights: Rights;
  readonly editing: Editing;
  readonly seen: Pick<ComponentProps<typeof Canvas>, "names" | "chosen" | "entered" | "numbers" | "startLine">;
  readonly threads: ReturnType<typeof useThreads>;
  /** How many people are on their way. */
  readonly inside: number;
}

/** The canvas, with the search over it and what can be done with marked steps. */
function Drawing({ journey, draft, rights, editing, seen, threads, inside }: DrawingProps) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const stepWords = useStepWords(seen.names);
  const { graph, command, problems } = draft;
  const { chosen, choose, marks, clipboard, gestures } = editing;
  const search = useStepSearch({ graph, names: seen.names, startLine: seen.startLine, choose: (id) => choose(id) });
  return (
    <div className="journey-canvas">
      <Suspense fallback={<div className="journey-drawing" aria-busy />}>
        <Canvas
          {...seen}
          graph={graph}
          found={new Set(search.matches)}
          notes={countByStep(threads)}
          looked={search.text === null ? null : search.current}
          live={journey.live}
          choose={choose}
          readOnly={!rights.edit}
          faulty={new Set(problems.map((one) => one.step ?? START))}
          add={(kind, after) => {
            const added = blankStep(kind);
            command({ kind: "add", step: added, after });
            choose(added.id);
            return added.id;
          }}
          connect={(from, to) => command({ kind: "connect", from, to })}
          remove={editing.remove}
          marked={marks.marked}
          mark={(id, on) => {
            marks.mark(id, on);
            clipboard.tell("");
          }}
          menu={(id) => <StepItems id={id} gestures={gestures} />}
        />
      </Suspense>
      <SearchBar
        search={search}
        nameOf={(id) => {
          const step = stepOf(graph, id);
          return step ? stepWords(step).name : say.start;
        }}
      />
      <MarkBar count={marks.marked.size} said={clipboard.said} gestures={gestures} release={editing.release} />
      {chosen === null && (
        <button type="button" className="sheet-opener" onClick={editing.openSheet}>
          <b>{say.insideCount(number(inside))}</b>
          {problems.length > 0 && <span className="danger">{say.problems(problems.length)}</span>}
        </button>
      )}
    </div>
  );
}

/** Which version is live, and where the draft stands against it and against what is saved. */
export function Saved({ journey, draft }: { readonly journey: Journey; readonly draft: Draft }) {
  const say = useWords(journeyWords);
  const live = journey.liveVersion === null ? "" : say.version(String(journey.liveVersion));
  const state = draft.incomplete
    ? say.incomplete
    : draft.refused
      ? say.notSaved
      : draft.dirty
        ? say.saving
        : draft.known.changed && live !== ""
          ? say.unpublished
          : "";
  return <span role="status">{[live, state].filter((part) => part !== "").join(", ")}</span>;
}

/** Someone else saved this draft: theirs, or one's own over it. */
export function Meanwhile({ draft, journey, reload }: { readonly draft: Draft; readonly journey: Journey; readonly reload: () => void }) {
  const say = useWords(journeyWords);
  const queries = useQueryClient();
  const fresh = async (): Promise<Journey> => {
    await queries.refetchQueries({ queryKey: [getJourney.path] });
    return queries.getQueryData<Journey>(ask(getJourney, { params: { id: journey.id } }).queryKey) ?? journey;
  };
  return (
    <div className="call row wrap meanwhile" data-kind="review" role="alert">
      <span className="grow">{draft.refused ? say.meanwhileRefused : say.meanwhile}</span>
      {draft.refused && (
        <Button variant="default" size="xs" onClick={() => void fresh().then((now) => draft.overwrite(now.draftRevision))}>
          {say.keepMine}
        </Button>
      )}
      <Button variant="default" size="xs" onClick={() => void fresh().then(reload)}>
        {say.seeTheirs}
      </Button>
    </div>
  );
}

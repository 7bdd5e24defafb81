import { useHotkeys } from "@mantine/hooks";
import { getJourney, stepNumbers, type Journey } from "@relance/contract/journeys";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useWords } from "../../i18n/words.ts";
import { Head, Sheet, Waiting } from "../../ui/page.tsx";
import "../segments/segments.css";
import { Actions } from "./actions.tsx";
import { blankStep } from "./blank.ts";
import { Canvas } from "./canvas.tsx";
import { useDraft } from "./draft.ts";
import "./journeys.css";
import { START } from "./layout.ts";
import { useNames, useStartWords } from "./names.ts";
import { useRights } from "./rights.ts";
import { SidePanel, type Tab } from "./side-panel.tsx";
import { JourneyState } from "./state.tsx";
import { journeyWords } from "./words.ts";

export function JourneyPage() {
  const { journey } = useParams({ from: "/inside/journeys/$journey" });
  // Asked again after each change, never by itself: from the first answer on the editor knows its draft better.
  const { data, error } = useQuery({ ...ask(getJourney, { params: { id: journey } }), staleTime: Infinity, gcTime: 0 });
  if (data?.id === journey) return <Editor key={data.id} journey={data} />;
  return <><Head title="…" /><Sheet><RefusalNote error={error} />{!error && <Waiting />}</Sheet></>;
}

function Editor({ journey }: { readonly journey: Journey }) {
  const say = useWords(journeyWords);
  const draft = useDraft(journey);
  const rights = useRights(journey);
  const names = useNames();
  const startWords = useStartWords(names);
  const [chosen, setChosen] = useState<string | null>(journey.draft.starts.length === 0 && rights.edit ? START : null);
  const [tab, setTab] = useState<Tab>("setup");
  const [message, tell] = useState<string | null>(null);
  const numbers = useQuery(ask(stepNumbers, { params: { id: journey.id } }, true)).data;
  const { graph, command } = draft;
  const { problems } = draft;
  const choose = (id: string | null, to: Tab = "setup"): void => { setChosen(id); setTab(to); };
  const toStep = (id: string | null): void => choose(id ?? START);
  useHotkeys(rights.edit ? [["mod+Z", draft.undo], ["mod+shift+Z", draft.redo], ["mod+Y", draft.redo]] : []);
  // A dialog has an Escape of its own, which must reach the browser.
  useHotkeys([["Escape", () => { if (!document.querySelector("dialog[open]")) choose(null); }, { preventDefault: false }]]);
  return (
    <>
      <Head
        title={<input className="title-input" aria-label={say.nameField} value={draft.name} maxLength={200} disabled={!rights.edit} onChange={(event) => draft.rename(event.currentTarget.value)} />}
        note={<><JourneyState state={journey.state} /> <span role="status">{[journey.liveVersion === null ? "" : say.version(String(journey.liveVersion)), draft.incomplete ? say.incomplete : draft.dirty ? say.saving : draft.known.changed && journey.liveVersion !== null ? say.unpublished : ""].filter((part) => part !== "").join(", ")}</span></>}
        actions={<Actions draft={draft} journey={journey} names={names} rights={rights} toStep={toStep} toProblem={() => toStep(problems[0]?.step ?? null)} published={(said) => { tell(said); choose(null); }} />}
      />
      <RefusalNote error={draft.error} />
      <div className="journey-room">
        <div className="journey-canvas">
          <Canvas
            graph={graph} live={journey.live} names={names} chosen={chosen} choose={choose} readOnly={!rights.edit} entered={numbers?.totals.entered ?? 0} startLine={graph.starts.length === 0 ? say.noStart : graph.starts.map(startWords).join(" / ")}
            numbers={new Map(numbers?.steps.map((one) => [one.step, one]))} faulty={new Set(problems.map((one) => one.step ?? START))}
            add={(kind, after) => { const added = blankStep(kind); command({ kind: "add", step: added, after }); choose(added.id); }}
          />
        </div>
        <SidePanel journey={journey} draft={draft} names={names} rights={rights} numbers={numbers} chosen={chosen} choose={choose} tab={tab} setTab={setTab} message={message} />
      </div>
    </>
  );
}

import { Tabs } from "@mantine/core";
import type { CommentThread } from "@relance/contract/comments";
import type { stepNumbers, Journey } from "@relance/contract/journeys";
import type { Output } from "@relance/contract/client";
import { stepOf, type Graph } from "@relance/model/journeys";
import { IconX } from "@tabler/icons-react";
import type { KeyboardEvent, ReactNode } from "react";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { commentWords } from "../comment-words.ts";
import { Comments, openThreads, OpenComments } from "../comments.tsx";
import type { Draft } from "../draft.ts";
import { FirstPublish } from "../publishing/first-publish.tsx";
import { focusStep } from "../canvas/focus-step.ts";
import { kindWords } from "../kind-words.ts";
import { START } from "../canvas/layout.ts";
import { useStepWords, type Names } from "../names.ts";
import { Overview } from "../overview.tsx";
import { StepPanel } from "./panel.tsx";
import { Entries, PeopleHere } from "../people.tsx";
import { ReadStep } from "../read-step.tsx";
import type { Rights } from "../rights.ts";
import { SplitResults } from "../split-results.tsx";
import { StartPanel } from "./start-panel.tsx";
import { StepMenu, type StepGestures } from "../canvas/step-menu.tsx";
import { journeyWords } from "../words.ts";

export type Tab = "setup" | "people" | "comments";
type Numbers = Output<typeof stepNumbers.response>;

/** The margin of the canvas: the journey as a whole, or the start or step that is chosen, and who is there. On narrow screens a sheet. */
export function SidePanel({
  journey,
  draft,
  graph,
  reading,
  names,
  rights,
  numbers,
  chosen,
  choose,
  tab,
  setTab,
  message,
  open,
  gestures,
  threads,
}: {
  readonly journey: Journey;
  readonly draft: Draft;
  readonly names: Names;
  readonly rights: Rights;
  readonly numbers: Numbers | undefined;
  readonly message: string | null;
  /** What is shown: the draft, or on a phone what is published. */
  readonly graph: Graph;
  readonly reading: boolean;
  readonly chosen: string | null;
  readonly choose: (id: string | null, tab?: Tab) => void;
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
  /** Whether the sheet of the whole journey is up, where the margin is one. */
  readonly open: boolean;
  readonly gestures: StepGestures;
  readonly threads: readonly CommentThread[];
}) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const kindWord = useWords(kindWords);
  const comment = useWords(commentWords);
  const step = chosen === null ? undefined : stepOf(graph, chosen);
  const isStart = chosen === START;
  const here = numbers?.steps.find((one) => one.step === chosen)?.here ?? 0;
  const stepName = (id: string): string => {
    const found = stepOf(graph, id) ?? (journey.live ? stepOf(journey.live, id) : undefined);
    return found ? words(found).name : id;
  };
  const people =
    journey.liveVersion === null ? null : isStart ? say.entriesTab : here > 0 || step?.kind === "wait" ? say.peopleTab(number(here)) : null;
  const there = isStart ? (
    <Entries journey={journey} stepName={stepName} />
  ) : (
    step && <PeopleHere key={step.id} journey={journey} step={step.id} mayStop={rights.edit} />
  );
  // Back from a field to the step it belongs to; menus open elsewhere in the page and have an Escape of their own.
  const back = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || chosen === null || !event.currentTarget.contains(event.target as Element)) return;
    // Without a drawing (a phone's list), Escape closes the sheet as anywhere else.
    if (!document.querySelector(".journey-drawing")) return;
    event.stopPropagation();
    focusStep(chosen);
  };
  return (
    <aside
      className="journey-panel"
      onKeyDown={back}
      aria-label={step ? words(step).name : isStart ? say.start : say.overview}
      data-open={step !== undefined || isStart || open || undefined}
      data-about={step || isStart ? "step" : "journey"}
    >
      {!step && !isStart && (
        <>
          {open && <Close choose={choose} />}
          <Overview
            journey={journey}
            draft={draft}
            totals={numbers?.totals ?? journey.totals}
            names={names}
            rights={rights}
            message={message}
            choose={(id) => choose(id ?? START)}
            entries={() => choose(START, "people")}
          />
          <OpenComments
            threads={threads}
            nameOf={stepName}
            isThere={(id) => id === START || stepOf(graph, id) !== undefined}
            look={(id) => choose(id, "comments")}
            journey={journey.id}
            mayWrite={rights.write}
          />
        </>
      )}
      {(step || isStart) && (
        <>
          <div className="panel-head">
            <div className="grow">
              {(step ? kindWord.kinds[step.kind] !== words(step).name : true) && (
                <div className="tiny faint">{step ? kindWord.kinds[step.kind] : say.journeyWord}</div>
              )}
              <h2 className="cut">{step ? words(step).name : say.start}</h2>
            </div>
            <StepMenu id={chosen!} gestures={gestures} />
            <Close choose={choose} />
          </div>
          <Tabbed
            tab={tab}
            setTab={setTab}
            setup={say.setup}
            others={[
              ...(people === null ? [] : [{ tab: "people" as const, word: people, there }]),
              {
                tab: "comments" as const,
                word: comment.tab(openThreads(threads, chosen!).length),
                there: <Comments key={chosen} journey={journey.id} step={chosen!} threads={threads} mayWrite={rights.write} />,
              },
            ]}
          >
            {step?.kind === "split" && step.choose && journey.liveVersion !== null && <SplitResults journey={journey.id} step={step.id} />}
            {reading ? (
              <div className="panel-fields">
                {step ? <ReadStep graph={graph} step={step} names={names} /> : <FirstPublish graph={graph} names={names} said={false} />}
              </div>
            ) : (
              <Fields draft={draft} rights={rights} names={names} chosen={chosen!} gone={() => choose(null)} />
            )}
          </Tabbed>
        </>
      )}
    </aside>
  );
}

function Close({ choose }: { readonly choose: (id: null) => void }) {
  const say = useWords(journeyWords);
  return (
    <button type="button" className="dialog-close panel-close" aria-label={say.close} title={say.close} onClick={() => choose(null)}>
      <IconX size={17} stroke={1.5} aria-hidden />
    </button>
  );
}

function Fields({
  draft,
  rights,
  names,
  chosen,
  gone,
}: {
  readonly draft: Draft;
  readonly rights: Rights;
  readonly names: Names;
  readonly chosen: string;
  readonly gone: () => void;
}) {
  const { graph, command } = draft;
  const step = stepOf(graph, chosen);
  const problems = draft.problems.filter((one) => (chosen === START ? one.step === null : one.step === chosen));
  return (
    <fieldset className="panel-fields" disabled={!rights.edit}>
      {chosen === START && (
        <StartPanel
          graph={graph}
          problems={problems}
          starts={(starts) => command({ kind: "starts", starts })}
          settings={(settings) => command({ kind: "settings", settings })}
        />
      )}
      {step && (
        <StepPanel
          key={step.id}
          graph={graph}
          step={step}
          names={names}
          problems={problems}
          change={(changed) => command({ kind: "configure", step: changed })}
          connect={(exit, to) => command({ kind: "connect", from: { step: step.id, exit }, to })}
          remove={() => {
            command({ kind: "remove", steps: [step.id] });
            gone();
          }}
        />
      )}
    </fieldset>
  );
}

function Tabbed({
  tab,
  setTab,
  setup,
  others,
  children,
}: {
  readonly tab: Tab;
  readonly setTab: (tab: Tab) => void;
  readonly setup: string;
  readonly others: readonly { readonly tab: Tab; readonly word: string; readonly there: ReactNode }[];
  readonly children: ReactNode;
}) {
  return (
    <Tabs
      value={others.some((one) => one.tab === tab) ? tab : "setup"}
      onChange={(value) => setTab(value as Tab)}
      keepMounted={false}
      className="panel-tabs"
    >
      <Tabs.List>
        <Tabs.Tab value="setup">{setup}</Tabs.Tab>
        {others.map((one) => (
          <Tabs.Tab key={one.tab} value={one.tab}>
            {one.word}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="setup">{children}</Tabs.Panel>
      {others.map((one) => (
        <Tabs.Panel key={one.tab} value={one.tab}>
          {one.there}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

import { Tabs } from "@mantine/core";
import type { stepNumbers, Journey } from "@relance/contract/journeys";
import type { Output } from "@relance/contract/client";
import { stepOf } from "@relance/model/journeys";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import type { Draft } from "./draft.ts";
import { START } from "./layout.ts";
import { useStepWords, type Names } from "./names.ts";
import { Overview } from "./overview.tsx";
import { StepPanel } from "./panel.tsx";
import { Entries, PeopleHere } from "./people.tsx";
import type { Rights } from "./rights.ts";
import { StartPanel } from "./start-panel.tsx";
import { journeyWords } from "./words.ts";

export type Tab = "setup" | "people";
type Numbers = Output<typeof stepNumbers.response>;

/** The margin of the canvas: the journey as a whole, or the start or step that is chosen, and who is there. */
export function SidePanel({ journey, draft, names, rights, numbers, chosen, choose, tab, setTab, message }: {
  readonly journey: Journey; readonly draft: Draft; readonly names: Names; readonly rights: Rights; readonly numbers: Numbers | undefined; readonly message: string | null;
  readonly chosen: string | null; readonly choose: (id: string | null, tab?: Tab) => void; readonly tab: Tab; readonly setTab: (tab: Tab) => void;
}) {
  const say = useWords(journeyWords);
  const { number } = useFormats();
  const words = useStepWords(names);
  const { graph, command } = draft;
  const step = chosen === null ? undefined : stepOf(graph, chosen);
  const problems = draft.problems.filter((one) => (chosen === START ? one.step === null : chosen !== null && one.step === chosen));
  const here = numbers?.steps.find((one) => one.step === chosen)?.here ?? 0;
  const stepName = (id: string): string => {
    const found = stepOf(graph, id) ?? (journey.live ? stepOf(journey.live, id) : undefined);
    return found ? words(found).name : id;
  };
  const lived = journey.liveVersion !== null;
  return (
    <aside className="journey-panel" aria-label={step ? words(step).name : chosen === START ? say.start : say.overview} data-open={step !== undefined || chosen === START || undefined}>
      {!step && chosen !== START && <Overview journey={journey} draft={draft} totals={numbers?.totals ?? journey.totals} names={names} rights={rights} message={message} choose={(id) => choose(id ?? START)} entries={() => choose(START, "people")} />}
      {(step || chosen === START) && (
        <>
          <div className="panel-head">
            <div className="grow"><div className="tiny faint">{step ? say.kinds[step.kind] : say.journeyWord}</div><h2 className="cut">{step ? words(step).name : say.start}</h2></div>
            <button type="button" className="dialog-close" aria-label={say.close} title={say.close} onClick={() => choose(null)}><IconX size={17} stroke={1.5} aria-hidden /></button>
          </div>
          <Tabbed tab={tab} setTab={setTab} setup={say.setup} people={!lived ? null : chosen === START ? say.entriesTab : here > 0 || step?.kind === "wait" ? say.peopleTab(number(here)) : null}
            there={chosen === START ? <Entries journey={journey} stepName={stepName} /> : step && <PeopleHere key={step.id} journey={journey} step={step.id} mayStop={rights.edit} />}>
            <fieldset className="panel-fields" disabled={!rights.edit}>
              {chosen === START && <StartPanel graph={graph} problems={problems} starts={(starts) => command({ kind: "starts", starts })} settings={(settings) => command({ kind: "settings", settings })} />}
              {step && (
                <StepPanel key={step.id} graph={graph} step={step} names={names} problems={problems} change={(changed) => command({ kind: "configure", step: changed })} connect={(exit, to) => command({ kind: "connect", from: { step: step.id, exit }, to })}
                  remove={() => { command({ kind: "remove", step: step.id }); choose(null); }} />
              )}
            </fieldset>
          </Tabbed>
        </>
      )}
    </aside>
  );
}

function Tabbed({ tab, setTab, setup, people, there, children }: { readonly tab: Tab; readonly setTab: (tab: Tab) => void; readonly setup: string; readonly people: string | null; readonly there: ReactNode; readonly children: ReactNode }) {
  if (people === null) return children;
  return (
    <Tabs value={tab} onChange={(value) => setTab(value as Tab)} keepMounted={false} className="panel-tabs">
      <Tabs.List><Tabs.Tab value="setup">{setup}</Tabs.Tab><Tabs.Tab value="people">{people}</Tabs.Tab></Tabs.List>
      <Tabs.Panel value="setup">{children}</Tabs.Panel>
      <Tabs.Panel value="people">{there}</Tabs.Panel>
    </Tabs>
  );
}

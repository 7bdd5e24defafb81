import { lazy, Suspense } from "react";
import type { Journey } from "@relance/contract/journeys";
import { stepOf, type Graph, type Step } from "@relance/model/journeys";
import { useFormats } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { Say } from "../../../ui/sentence.tsx";
import type { Chosen, Preview, StepDiff } from "./choices.ts";
import { diffWords } from "./diff-words.ts";
import { useStepWords, type Names } from "../names.ts";
import { PeopleChoices, useInside } from "./people-choices.tsx";
import { publishWords } from "./publish-words.ts";
import { STEP_SIGNS } from "../canvas/signs.ts";

// With the canvas, which a first publish does not need.
const DiffCanvas = lazy(() => import("../canvas/diff-canvas.tsx").then((file) => ({ default: file.DiffCanvas })));

interface Of {
  readonly preview: Preview;
  readonly journey: Journey;
  readonly graph: Graph;
  readonly names: Names;
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
}

/** What differs from the live version, and for each step that holds people what becomes of them. */
export function PublishPlan(of: Of) {
  const say = useWords(publishWords);
  const diff = useWords(diffWords);
  const { number } = useFormats();
  const { preview, journey, graph, names, chosen, choose } = of;
  const { inside, parts } = useInside(preview, chosen);
  const words = useStepWords(names);
  const nameOf = useNameOf(of);
  const changed =
    preview.steps.filter((one) => one.change !== "same").length + Number(preview.startsChanged) + Number(preview.settingsChanged);
  return (
    <>
      <Say
        small
        text={changed === 0 ? say.nothing : inside === 0 ? say.emptySummary(changed) : say.summary(changed, number(inside), parts)}
      />
      {journey.state === "paused" && (
        <div className="call" data-kind="info">
          {say.paused}
        </div>
      )}
      {preview.applying && (
        <div className="call" data-kind="review">
          {say.applying}
        </div>
      )}
      {changed > 0 && journey.live !== null && (
        <section>
          <div className="part-head">
            <h3>{say.what}</h3>
          </div>
          <Suspense fallback={<div className="diff-drawing" aria-busy />}>
            <DiffCanvas
              before={journey.live}
              after={of.graph}
              names={of.names}
              title={[diff.live(preview.version - 1), diff.draft(preview.version)]}
            />
          </Suspense>
        </section>
      )}
      <PeopleChoices
        steps={preview.steps}
        version={preview.version}
        places={graph.steps.map((step) => ({ id: step.id, name: words(step).name, wait: step.kind === "wait" }))}
        nameOf={nameOf}
        chosen={chosen}
        choose={choose}
      />
      <Differences {...of} />
    </>
  );
}

function useNameOf({ graph, journey, names }: Of): (step: StepDiff) => string {
  const words = useStepWords(names);
  return ({ step, name }) => {
    const found: Step | undefined = stepOf(graph, step) ?? (journey.live ? stepOf(journey.live, step) : undefined);
    return found ? words(found).name : name || step;
  };
}

function Differences(of: Of) {
  const say = useWords(publishWords);
  const nameOf = useNameOf(of);
  const { steps, startsChanged, settingsChanged } = of.preview;
  const words = useStepWords(of.names);
  /** What a step said of itself in the live version, when it says something else now. */
  const lineBefore = ({ step, change }: Preview["steps"][number]): string | null => {
    const [old, now] = [of.journey.live && stepOf(of.journey.live, step), stepOf(of.graph, step)];
    if (change !== "changed" || !old || !now) return null;
    const [was, is] = [words(old), words(now)];
    return was.name !== is.name ? was.name : was.line !== is.line ? was.line : null;
  };
  const changed = steps.filter((one) => one.change !== "same");
  const same = steps.length - changed.length;
  return (
    <section>
      <div className="part-head">
        <h3>{say.list}</h3>
        {same > 0 && <span className="tiny faint">{say.same(same)}</span>}
      </div>
      <ul className="diff-list">
        {startsChanged && (
          <li data-change="changed">
            <b>{say.starts}</b>
          </li>
        )}
        {settingsChanged && (
          <li data-change="changed">
            <b>{say.settings}</b>
          </li>
        )}
        {changed.map((one) => {
          const Sign = STEP_SIGNS[one.kind as Step["kind"]];
          const before = lineBefore(one);
          return (
            <li key={one.step} data-change={one.change}>
              <Sign size={15} stroke={1.5} aria-hidden />
              <b className="cut">{nameOf(one)}</b>
              {before !== null && <del className="cut">{before}</del>}
              <span className="soft">
                {one.change === "changed" ? one.what.map((what) => say.of[what]).join(", ") : say.change[one.change]}
              </span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

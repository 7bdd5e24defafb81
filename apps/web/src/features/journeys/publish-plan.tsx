import { NativeSelect } from "@mantine/core";
import type { Journey } from "@relance/contract/journeys";
import { stepOf, type Graph, type Step } from "@relance/model/journeys";
import { useFormats } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Say } from "../../ui/sentence.tsx";
import { choiceOf, inhabited, needsPlace, sums, WHATS, type Chosen, type What } from "./choices.ts";
import { useStepWords, type Names } from "./names.ts";
import type { Preview } from "./publish.tsx";
import { publishWords } from "./publish-words.ts";
import { STEP_SIGNS } from "./signs.ts";

interface Of { readonly preview: Preview; readonly journey: Journey; readonly graph: Graph; readonly names: Names; readonly chosen: Chosen; readonly choose: (chosen: Chosen) => void }

/** What differs from the live version, and for each step that holds people what becomes of them. */
export function PublishPlan(of: Of) {
  const say = useWords(publishWords);
  const { number } = useFormats();
  const { preview, journey, chosen } = of;
  const counted = sums(preview, chosen);
  const inside = WHATS.reduce((all, what) => all + counted[what], 0);
  const changed = preview.steps.filter((one) => one.change !== "same").length + Number(preview.startsChanged) + Number(preview.settingsChanged);
  const parts = WHATS.filter((what) => counted[what] > 0).map((what) => say.counts[what](counted[what], number(counted[what]))).join(", ");
  return (
    <>
      <Say small text={changed === 0 ? say.nothing : inside === 0 ? say.emptySummary(changed) : say.summary(changed, number(inside), parts)} />
      {journey.state === "paused" && <div className="call" data-kind="info">{say.paused}</div>}
      {preview.applying && <div className="call" data-kind="review">{say.applying}</div>}
      <Differences {...of} />
      {inside > 0 && <People {...of} counted={counted} inside={inside} parts={parts} />}
    </>
  );
}

function useNameOf({ graph, journey, names }: Of): (step: Preview["steps"][number]) => string {
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
      <div className="part-head"><h3>{say.what}</h3>{same > 0 && <span className="tiny faint">{say.same(same)}</span>}</div>
      <ul className="diff-list">
        {startsChanged && <li data-change="changed"><b>{say.starts}</b></li>}
        {settingsChanged && <li data-change="changed"><b>{say.settings}</b></li>}
        {changed.map((one) => {
          const Sign = STEP_SIGNS[one.kind as Step["kind"]];
          const before = lineBefore(one);
          return <li key={one.step} data-change={one.change}><Sign size={15} stroke={1.5} aria-hidden /><b className="cut">{nameOf(one)}</b>{before !== null && <del className="cut">{before}</del>}<span className="soft">{one.change === "changed" ? one.what.map((what) => say.of[what]).join(", ") : say.change[one.change]}</span></li>;
        })}
      </ul>
    </section>
  );
}

function People(of: Of & { readonly counted: Record<What, number>; readonly inside: number; readonly parts: string }) {
  const say = useWords(publishWords);
  const { number } = useFormats();
  const { preview, chosen, choose, inside, parts } = of;
  const rows = inhabited(preview);
  return (
    <section>
      <div className="part-head"><h3>{say.people}</h3><span className="tiny faint wide">{say.counted}</span></div>
      {rows.length > 1 && <div className="row between wrap choice-all"><span className="small soft">{say.all}</span><Choice name="all" label={say.all} value={Object.keys(chosen.steps).length === 0 ? chosen.all : null} offered={WHATS} put={(all) => choose({ all, steps: {} })} /></div>}
      <table className="plain choice-table">
        <thead><tr><th>{say.step}</th><th className="right">{say.here}</th><th>{say.they}</th><th>{say.effect}</th></tr></thead>
        <tbody>
          {rows.map((one) => <PeopleRow key={one.step} {...of} row={one} />)}
          <tr className="total"><td>{say.total}</td><td className="right">{number(inside)}</td><td colSpan={2}>{parts}</td></tr>
        </tbody>
      </table>
    </section>
  );
}

function PeopleRow(of: Of & { readonly row: Preview["steps"][number] }) {
  const say = useWords(publishWords);
  const { number } = useFormats();
  const nameOf = useNameOf(of);
  const words = useStepWords(of.names);
  const { row, graph, preview, chosen, choose } = of;
  const mine = choiceOf(row, chosen);
  const put = (next: { what: What; to?: string }): void => choose({ ...chosen, steps: { ...chosen.steps, [row.step]: next } });
  const asksPlace = row.change === "removed" && needsPlace(mine.what);
  const wait = (step: Step): boolean => mine.what !== "retime" || step.kind === "wait";
  return (
    <tr data-testid={`people-${row.step}`}>
      <td><b>{nameOf(row)}</b><div className="tiny faint">{say.change[row.change]}</div></td>
      <td className="right">{number(row.here)}</td>
      <td><Choice name={row.step} label={`${nameOf(row)}, ${say.they}`} value={mine.what} offered={row.choices} put={(what) => put({ what, ...(mine.to !== undefined && { to: mine.to }) })} /></td>
      <td className="small soft">
        {asksPlace
          ? <NativeSelect size="xs" aria-label={say.to} value={mine.to ?? ""} data={[{ value: "", label: `${say.to}…`, disabled: true }, ...graph.steps.filter(wait).map((step) => ({ value: step.id, label: words(step).name }))]} onChange={(event) => put({ what: mine.what, to: event.currentTarget.value })} />
          : say.effects[mine.what](preview.version)}
      </td>
    </tr>
  );
}

/** One of a few, side by side; arrow keys go from one to the next. */
export function Choice({ name, label, value, offered, put }: { readonly name: string; readonly label: string; readonly value: What | null; readonly offered: readonly What[]; readonly put: (what: What) => void }) {
  const say = useWords(publishWords);
  return (
    <fieldset className="choice" aria-label={label}>
      {offered.map((what) => <label key={what}><input type="radio" name={`choice ${name}`} checked={value === what} onChange={() => put(what)} />{say.choices[what]}</label>)}
    </fieldset>
  );
}

import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { listEventNames } from "@relance/contract/events";
import { listTemplates } from "@relance/contract/messages";
import { listGroups } from "@relance/contract/contacts";
import { kindOf, type BranchStep, type Graph, type Step, type WaitStep } from "@relance/model/journeys";
import type { Span } from "@relance/model/rules";
import { useQuery } from "@tanstack/react-query";
import { useId, useState } from "react";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { asGroup } from "../segments/edit.ts";
import { GroupRows } from "../segments/tree.tsx";
import { journeyWords } from "./words.ts";

const NO_VERDICTS: ReadonlyMap<string, boolean> = new Map();
interface Of<S extends Step> { readonly step: S; readonly change: (step: Step) => void }

/** What one step does, and where each of its ways leads. */
export function StepPanel({ graph, step, change, connect, remove }: Of<Step> & { readonly graph: Graph; readonly connect: (exit: string, to: string | null) => void; readonly remove: () => void }) {
  const say = useWords(journeyWords);
  const others = graph.steps.filter((one) => one.id !== step.id);
  const exits = kindOf(step).exits(step);
  return (
    <>
      <div className="tiny soft">{say.kinds[step.kind]}</div>
      <TextInput label={say.stepName} value={step.name} maxLength={200} onChange={(event) => change({ ...step, name: event.currentTarget.value })} />
      {step.kind === "email" && <EmailFields step={step} change={change} />}
      {step.kind === "wait" && <WaitFields step={step} change={change} />}
      {step.kind === "branch" && <BranchFields step={step} change={change} />}
      {step.kind === "group" && <GroupFields step={step} change={change} />}
      {step.kind === "goal" && <p className="small soft">{say.goalNote}</p>}
      {step.kind === "exit" && <p className="small soft">{say.exitNote}</p>}
      {exits.length > 0 && (
        <section className="panel-part">
          <h3>{say.leads}</h3>
          {exits.map((exit) => (
            <NativeSelect key={exit} label={wordOf(step, exit, say.exits)} value={step.exits[exit] ?? ""} onChange={(event) => connect(exit, event.currentTarget.value || null)}
              data={[{ value: "", label: say.toEnd }, ...others.map((one) => ({ value: one.id, label: one.name || `${say.kinds[one.kind]} (${one.id.slice(4, 8)})` }))]} />
          ))}
        </section>
      )}
      <Button variant="default" className="danger" onClick={remove}>{say.remove}</Button>
    </>
  );
}

function wordOf(step: Step, exit: string, words: Readonly<Record<string, string>>): string {
  const path = step.kind === "branch" ? step.paths.find((one) => one.exit === exit)?.name : undefined;
  return path || (words[exit] ?? exit);
}

function EmailFields({ step, change }: Of<Extract<Step, { kind: "email" }>>) {
  const say = useWords(journeyWords);
  const templates = useQuery(ask(listTemplates, { query: { limit: 200 } })).data?.items ?? [];
  return (
    <NativeSelect label={say.template} description={say.mailNote} value={step.template ?? ""} data={[{ value: "", label: say.choose }, ...templates.map((one) => ({ value: one.id, label: one.liveVersion === null ? `${one.name} (${say.states.draft.toLowerCase()})` : one.name }))]}
      onChange={(event) => change({ ...step, template: event.currentTarget.value || null })} />
  );
}

function GroupFields({ step, change }: Of<Extract<Step, { kind: "group" }>>) {
  const say = useWords(journeyWords);
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  return (
    <>
      <NativeSelect label={say.action} value={step.action} data={[{ value: "join", label: say.join }, { value: "leave", label: say.leave }]} onChange={(event) => change({ ...step, action: event.currentTarget.value === "leave" ? "leave" : "join" })} />
      <NativeSelect label={say.group} value={step.group ?? ""} data={[{ value: "", label: say.choose }, ...groups.map((one) => ({ value: one.id, label: one.name }))]} onChange={(event) => change({ ...step, group: event.currentTarget.value || null })} />
    </>
  );
}

function WaitFields({ step, change }: Of<WaitStep>) {
  const say = useWords(journeyWords);
  const { until } = step;
  const put = (next: WaitStep["until"]): void => change({ ...step, until: next });
  const sort = (of: string): void => put(of === "local" ? { of, days: 1, at: "09:00", weekdays: [] } : of === "event" ? { of, events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "day" } } : { of: "duration", span: { n: 1, unit: "day" } });
  return (
    <>
      <NativeSelect label={say.waitFor} value={until.of} data={(["duration", "local", "event"] as const).map((of) => ({ value: of, label: say.waits[of] }))} onChange={(event) => sort(event.currentTarget.value)} />
      {until.of === "duration" && <SpanFields label={say.n} span={until.span} put={(span) => put({ of: "duration", span })} />}
      {until.of === "local" && (
        <div className="panel-row">
          <NumberInput className="grow" label={say.days} min={0} max={366} allowDecimal={false} value={until.days} onChange={(days) => put({ ...until, days: Math.round(Number(days) || 0) })} />
          <TextInput label={say.at} type="time" value={until.at} onChange={(event) => { if (event.currentTarget.value) put({ ...until, at: event.currentTarget.value }); }} />
        </div>
      )}
      {until.of === "event" && (
        <>
          {until.events.map((one, at) => <EventField key={at} label={say.event} value={one.event} put={(event) => put({ ...until, events: until.events.with(at, { ...one, event }) })} />)}
          <SpanFields label={say.atMost} span={until.timeout} put={(timeout) => put({ ...until, timeout })} />
        </>
      )}
    </>
  );
}

export function SpanFields({ label, span, put }: { readonly label: string; readonly span: Span; readonly put: (span: Span) => void }) {
  const say = useWords(journeyWords);
  return (
    <div className="panel-row">
      <NumberInput className="grow" label={label} min={1} allowDecimal={false} value={span.n} onChange={(n) => put({ ...span, n: Math.max(1, Math.round(Number(n) || 1)) })} />
      <NativeSelect className="grow" label={say.unit} value={span.unit} data={(["minute", "hour", "day", "week", "month", "year"] as const).map((unit) => ({ value: unit, label: say.units[unit] }))} onChange={(event) => put({ ...span, unit: event.currentTarget.value as Span["unit"] })} />
    </div>
  );
}

/** The name of an event: those received are offered, any other may be typed. An empty one is not kept. */
export function EventField({ label, value, put }: { readonly label: string; readonly value: string; readonly put: (event: string) => void }) {
  const names = useQuery(ask(listEventNames, {})).data?.items ?? [];
  const [emptied, setEmptied] = useState(false);
  const id = useId();
  const type = (typed: string): void => {
    setEmptied(typed === "");
    if (typed !== "") put(typed);
  };
  return (
    <>
      <TextInput label={label} value={emptied ? "" : value} maxLength={200} list={id} onChange={(event) => type(event.currentTarget.value)} onBlur={() => setEmptied(false)} />
      <datalist id={id}>{names.map((one) => <option key={one.name} value={one.name} />)}</datalist>
    </>
  );
}

function BranchFields({ step, change }: Of<BranchStep>) {
  const say = useWords(journeyWords);
  const put = (paths: BranchStep["paths"]): void => change({ ...step, paths });
  const free = (): string => {
    let n = step.paths.length + 1;
    while (step.paths.some((path) => path.exit === `p${n}`)) n += 1;
    return `p${n}`;
  };
  return (
    <>
      <p className="small soft">{say.elseNote}</p>
      {step.paths.map((path, at) => {
        const rule = asGroup(path.rule);
        return (
          <section className="panel-part" key={path.exit}>
            <TextInput label={say.path} value={path.name} maxLength={100} onChange={(event) => put(step.paths.with(at, { ...path, name: event.currentTarget.value }))} />
            <GroupRows root={rule} group={rule} place={[]} onChange={(changed) => put(step.paths.with(at, { ...path, rule: changed }))} problems={[]} verdicts={NO_VERDICTS} self={null} />
            {step.paths.length > 1 && <button type="button" className="link-button small" onClick={() => put(step.paths.toSpliced(at, 1))}>{say.removePath}</button>}
          </section>
        );
      })}
      <Button variant="default" onClick={() => put([...step.paths, { exit: free(), name: "", rule: { kind: "all", of: [{ kind: "attribute", attribute: "country", is: { op: "eq", value: "FR" } }] } }])}>{say.addPath}</Button>
    </>
  );
}

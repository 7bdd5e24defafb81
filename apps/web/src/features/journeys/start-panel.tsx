import { Button, Checkbox, Menu, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { listGroups } from "@relance/contract/contacts";
import { listSegments } from "@relance/contract/segments";
import type { Graph, Settings, Start } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../api/client.ts";
import { useWords } from "../../i18n/words.ts";
import { asGroup } from "../segments/edit.ts";
import { GroupRows } from "../segments/tree.tsx";
import { blankStart } from "./blank.ts";
import { EventField, SpanFields } from "./panel.tsx";
import { journeyWords } from "./words.ts";

const NO_VERDICTS: ReadonlyMap<string, boolean> = new Map();

/** Who enters and when, whether again, and what ends a run wherever it waits. */
export function StartPanel({ graph, starts, settings }: { readonly graph: Graph; readonly starts: (starts: readonly Start[]) => void; readonly settings: (settings: Settings) => void }) {
  const say = useWords(journeyWords);
  const segment = useQuery(ask(listSegments, {})).data?.items.find((one) => one.state !== "archived");
  const group = useQuery(ask(listGroups, {})).data?.items[0];
  const blanks: readonly (readonly [string, Start | null])[] = [
    [say.starts.event, blankStart("event")], [say.starts.segment, segment ? { kind: "segment", segment: segment.id, on: "enter" } : null],
    [say.starts.joins, group ? { kind: "group", group: group.id } : null], [say.starts.date, blankStart("date")],
  ];
  const put = (at: number, one: Start): void => starts(graph.starts.with(at, one));
  return (
    <>
      <h2>{say.start}</h2>
      {graph.starts.length === 0 && <p className="small soft">{say.noStart}</p>}
      {graph.starts.map((one, at) => (
        <section className="panel-part" key={at}>
          <StartFields start={one} put={(changed) => put(at, changed)} />
          <button type="button" className="link-button small" onClick={() => starts(graph.starts.toSpliced(at, 1))}>{say.removeStart}</button>
        </section>
      ))}
      <Menu position="bottom-start">
        <Menu.Target><Button variant="default">{say.addStart}</Button></Menu.Target>
        <Menu.Dropdown>{blanks.map(([name, blank]) => <Menu.Item key={name} disabled={blank === null} onClick={() => { if (blank) starts([...graph.starts, blank]); }}>{name}</Menu.Item>)}</Menu.Dropdown>
      </Menu>
      <SettingsFields settings={graph.settings} put={settings} />
    </>
  );
}

function StartFields({ start, put }: { readonly start: Start; readonly put: (start: Start) => void }) {
  const say = useWords(journeyWords);
  const segments = useQuery(ask(listSegments, {})).data?.items ?? [];
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  switch (start.kind) {
    case "event":
      return (
        <>
          <EventField label={say.starts.event} value={start.event} put={(event) => put({ ...start, event })} />
          <TextInput label={say.key} placeholder="cart_id" value={start.key ?? ""} onChange={(event) => put({ ...start, key: event.currentTarget.value.trim() || null })} />
        </>
      );
    case "segment":
      return (
        <>
          <NativeSelect label={say.starts.segment} value={start.on} data={[{ value: "enter", label: say.onEnter }, { value: "leave", label: say.onLeave }]} onChange={(event) => put({ ...start, on: event.currentTarget.value === "leave" ? "leave" : "enter" })} />
          <NativeSelect aria-label={say.starts.segment} value={start.segment} data={segments.map((one) => ({ value: one.id, label: one.name }))} onChange={(event) => put({ ...start, segment: event.currentTarget.value })} />
        </>
      );
    case "group": return <NativeSelect label={say.starts.joins} value={start.group} data={groups.map((one) => ({ value: one.id, label: one.name }))} onChange={(event) => put({ ...start, group: event.currentTarget.value })} />;
    case "date":
      return (
        <>
          <TextInput label={say.attribute} value={start.attribute} onChange={(event) => { if (event.currentTarget.value) put({ ...start, attribute: event.currentTarget.value }); }} />
          <div className="panel-row">
            <NumberInput className="grow" label={say.offset} min={-366} max={366} allowDecimal={false} value={start.days} onChange={(days) => put({ ...start, days: Math.round(Number(days) || 0) })} />
            <TextInput label={say.at} type="time" value={start.at} onChange={(event) => { if (event.currentTarget.value) put({ ...start, at: event.currentTarget.value }); }} />
          </div>
          <Checkbox label={say.yearly} checked={start.yearly} onChange={(event) => put({ ...start, yearly: event.currentTarget.checked })} />
        </>
      );
  }
}

function SettingsFields({ settings, put }: { readonly settings: Settings; readonly put: (settings: Settings) => void }) {
  const say = useWords(journeyWords);
  const { reentry, exits } = settings;
  const filter = settings.filter ? asGroup(settings.filter) : null;
  const again = (kind: string): void => put({ ...settings, reentry: kind === "after" ? { kind, span: { n: 30, unit: "day" } } : { kind: kind === "always" ? "always" : "never" } });
  return (
    <>
      <section className="panel-part">
        <h3>{say.filter}</h3>
        {filter
          ? <><GroupRows root={filter} group={filter} place={[]} onChange={(changed) => put({ ...settings, filter: changed })} problems={[]} verdicts={NO_VERDICTS} self={null} /><button type="button" className="link-button small" onClick={() => put({ ...settings, filter: null })}>{say.removeFilter}</button></>
          : <button type="button" className="link-button small" onClick={() => put({ ...settings, filter: { kind: "all", of: [{ kind: "consent", channel: "email", topic: "", granted: true }] } })}>{say.addFilter}</button>}
      </section>
      <section className="panel-part">
        <NativeSelect label={say.reentry} value={reentry.kind} data={(["never", "always", "after"] as const).map((kind) => ({ value: kind, label: say.reentries[kind] }))} onChange={(event) => again(event.currentTarget.value)} />
        {reentry.kind === "after" && <SpanFields label={say.n} span={reentry.span} put={(span) => put({ ...settings, reentry: { kind: "after", span } })} />}
      </section>
      <section className="panel-part">
        <h3>{say.exitsTitle}</h3>
        {exits.map((one, at) => (
          <div key={at} className="stack">
            <EventField label={say.event} value={one.event} put={(event) => put({ ...settings, exits: exits.with(at, { ...one, event }) })} />
            <div className="row between"><Checkbox label={say.isGoal} checked={one.goal} onChange={(event) => put({ ...settings, exits: exits.with(at, { ...one, goal: event.currentTarget.checked }) })} /><button type="button" className="link-button small" onClick={() => put({ ...settings, exits: exits.toSpliced(at, 1) })}>{say.removeExit}</button></div>
          </div>
        ))}
        <button type="button" className="link-button small" onClick={() => put({ ...settings, exits: [...exits, { event: "Order Completed", where: [], sameKey: false, goal: true }] })}>{say.addExit}</button>
      </section>
    </>
  );
}

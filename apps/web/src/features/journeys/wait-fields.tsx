import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import type { Graph, Step, WaitStep } from "@relance/model/journeys";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { EventField, EventFilters, SameKey, SpanFields } from "./event-fields.tsx";
import { panelWords } from "./panel-words.ts";

type Until = WaitStep["until"];
type Of<O extends Until["of"]> = { readonly until: Extract<Until, { of: O }>; readonly put: (until: Until) => void };
const BLANK: { readonly [O in Until["of"]]: Extract<Until, { of: O }> } = {
  duration: { of: "duration", span: { n: 1, unit: "day" } }, local: { of: "local", days: 1, at: "09:00", weekdays: [] },
  event: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "day" } },
};

/** What ends a wait. */
export function WaitFields({ step, graph, change }: { readonly step: WaitStep; readonly graph: Graph; readonly change: (step: Step) => void }) {
  const say = useWords(panelWords);
  const { until } = step;
  const put = (next: Until): void => change({ ...step, until: next });
  return (
    <>
      <NativeSelect label={say.waitFor} value={until.of} data={(["duration", "local", "event"] as const).map((of) => ({ value: of, label: say.waits[of] }))} onChange={(event) => put(BLANK[event.currentTarget.value as Until["of"]])} />
      {until.of === "duration" && <SpanFields label={say.n} span={until.span} put={(span) => put({ of: "duration", span })} />}
      {until.of === "local" && <LocalFields until={until} put={put} />}
      {until.of === "event" && <EventsFields until={until} put={put} graph={graph} />}
    </>
  );
}

// A Monday: from it the names of the seven days.
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

function LocalFields({ until, put }: Of<"local">) {
  const say = useWords(panelWords);
  const { language } = useLanguage();
  const name = (day: number, weekday: "short" | "long"): string => new Intl.DateTimeFormat(language, { weekday, timeZone: "UTC" }).format(MONDAY + (day - 1) * DAY);
  const toggle = (day: number): void => put({ ...until, weekdays: until.weekdays.includes(day) ? until.weekdays.filter((one) => one !== day) : [...until.weekdays, day].sort() });
  return (
    <>
      <div className="panel-row">
        <NumberInput className="grow" label={say.days} min={0} max={366} allowDecimal={false} value={until.days} onChange={(days) => put({ ...until, days: Math.min(366, Math.max(0, Math.round(Number(days) || 0))) })} />
        <TextInput label={say.at} type="time" value={until.at} onChange={(event) => { if (event.currentTarget.value) put({ ...until, at: event.currentTarget.value }); }} />
      </div>
      <p className="tiny faint">{say.zone}</p>
      <div>
        <div className="field-label" id="weekdays">{say.weekdays}</div>
        <div className="weekdays" role="group" aria-labelledby="weekdays">
          {[1, 2, 3, 4, 5, 6, 7].map((day) => <button key={day} type="button" aria-pressed={until.weekdays.includes(day)} aria-label={name(day, "long")} onClick={() => toggle(day)}>{name(day, "short").replace(".", "")}</button>)}
        </div>
        {until.weekdays.length === 0 && <p className="tiny faint">{say.anyDay}</p>}
      </div>
    </>
  );
}

function EventsFields({ until, put, graph }: Of<"event"> & { readonly graph: Graph }) {
  const say = useWords(panelWords);
  const putEvents = (events: typeof until.events): void => put({ ...until, events });
  return (
    <>
      {until.events.map((one, at) => (
        <div className="sub-part" key={at}>
          <EventField label={at === 0 ? say.event : say.orEvent} value={one.event} put={(event) => putEvents(until.events.with(at, { ...one, event }))} />
          <EventFilters event={one.event} where={one.where} put={(where) => putEvents(until.events.with(at, { ...one, where }))} />
          <SameKey graph={graph} value={one.sameKey} put={(sameKey) => putEvents(until.events.with(at, { ...one, sameKey }))} />
          {until.events.length > 1 && <button type="button" className="link-button small" onClick={() => putEvents(until.events.toSpliced(at, 1))}>{say.removeEvent}</button>}
        </div>
      ))}
      {until.events.length < 10 && <Button variant="default" size="xs" style={{ alignSelf: "flex-start" }} onClick={() => putEvents([...until.events, { event: "Product Viewed", where: [], sameKey: false }])}>{say.addEvent}</Button>}
      <SpanFields label={say.atMost} span={until.timeout} put={(timeout) => put({ ...until, timeout })} />
    </>
  );
}

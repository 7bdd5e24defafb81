import { Button, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import type { Graph, Step, WaitStep } from "@relance/model/journeys";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { EventField, EventFilters, SameKey, SpanFields } from "./event-fields.tsx";
import { kindWords } from "../kind-words.ts";
import type { Names } from "../names.ts";
import { panelWords } from "./panel-words.ts";
import { DateFields, DurationFields, MessageWaitFields, WindowFields } from "./steps/wait-more.tsx";

type Until = WaitStep["until"];
const KINDS = ["duration", "local", "window", "date", "event", "message"] as const;
type Of<O extends Until["of"]> = { readonly until: Extract<Until, { of: O }>; readonly put: (until: Until) => void };
const BLANK: { readonly [O in Until["of"]]: Extract<Until, { of: O }> } = {
  duration: { of: "duration", span: { n: 1, unit: "day" } },
  local: { of: "local", days: 1, at: "09:00", weekdays: [] },
  window: { of: "window", from: "09:00", to: "19:00", weekdays: [] },
  date: { of: "date", field: "birth_date", days: -7, at: "09:00", past: "go" },
  message: { of: "message", step: "stp_none", did: "clicked", after: null, timeout: { n: 3, unit: "day" } },
  event: { of: "event", events: [{ event: "Order Completed", where: [], sameKey: false }], timeout: { n: 1, unit: "day" } },
};

/** What ends a wait. */
export function WaitFields({
  step,
  graph,
  names,
  change,
  error,
}: {
  readonly step: WaitStep;
  readonly graph: Graph;
  readonly names: Names;
  readonly change: (step: Step) => void;
  readonly error: string | undefined;
}) {
  const say = useWords(panelWords);
  const words = useWords(kindWords);
  const { until } = step;
  const put = (next: Until): void => change({ ...step, until: next });
  return (
    <>
      <NativeSelect
        label={say.waitFor}
        value={until.of}
        data={KINDS.map((of) => ({ value: of, label: words.waits[of] }))}
        onChange={(event) => put(BLANK[event.currentTarget.value as Until["of"]])}
      />
      {until.of === "duration" && <DurationFields until={until} put={put} />}
      {until.of === "window" && (
        <>
          <WindowFields until={until} put={put} error={error} />
          <Weekdays days={until.weekdays} put={(weekdays) => put({ ...until, weekdays })} />
        </>
      )}
      {until.of === "date" && <DateFields until={until} put={put} error={error} />}
      {until.of === "message" && <MessageWaitFields until={until} put={put} graph={graph} names={names} error={error} />}
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
  return (
    <>
      <div className="panel-row">
        <NumberInput
          className="grow"
          label={say.days}
          min={0}
          max={366}
          allowDecimal={false}
          value={until.days}
          onChange={(days) => put({ ...until, days: Math.min(366, Math.max(0, Math.round(Number(days) || 0))) })}
        />
        <TextInput
          label={say.at}
          type="time"
          value={until.at}
          onChange={(event) => {
            if (event.currentTarget.value) put({ ...until, at: event.currentTarget.value });
          }}
        />
      </div>
      <p className="tiny faint">{say.zone}</p>
      <Weekdays days={until.weekdays} put={(weekdays) => put({ ...until, weekdays })} />
    </>
  );
}

function Weekdays({ days, put }: { readonly days: readonly number[]; readonly put: (days: readonly number[]) => void }) {
  const say = useWords(panelWords);
  const { language } = useLanguage();
  const name = (day: number, weekday: "short" | "long"): string =>
    new Intl.DateTimeFormat(language, { weekday, timeZone: "UTC" }).format(MONDAY + (day - 1) * DAY);
  const toggle = (day: number): void => put(days.includes(day) ? days.filter((one) => one !== day) : [...days, day].sort());
  return (
    <div>
      <div className="field-label" id="weekdays">
        {say.weekdays}
      </div>
      <div className="weekdays" role="group" aria-labelledby="weekdays">
        {[1, 2, 3, 4, 5, 6, 7].map((day) => (
          <button key={day} type="button" aria-pressed={days.includes(day)} aria-label={name(day, "long")} onClick={() => toggle(day)}>
            {name(day, "short").replace(".", "")}
          </button>
        ))}
      </div>
      {days.length === 0 && <p className="tiny faint">{say.anyDay}</p>}
    </div>
  );
}

function EventsFields({ until, put, graph }: Of<"event"> & { readonly graph: Graph }) {
  const say = useWords(panelWords);
  const putEvents = (events: typeof until.events): void => put({ ...until, events });
  return (
    <>
      {until.events.map((one, at) => (
        <div className="sub-part" key={at}>
          <EventField
            label={at === 0 ? say.event : say.orEvent}
            value={one.event}
            put={(event) => putEvents(until.events.with(at, { ...one, event }))}
          />
          <EventFilters event={one.event} where={one.where} put={(where) => putEvents(until.events.with(at, { ...one, where }))} />
          <SameKey graph={graph} value={one.sameKey} put={(sameKey) => putEvents(until.events.with(at, { ...one, sameKey }))} />
          {until.events.length > 1 && (
            <button type="button" className="link-button small" onClick={() => putEvents(until.events.toSpliced(at, 1))}>
              {say.removeEvent}
            </button>
          )}
        </div>
      ))}
      {until.events.length < 10 && (
        <Button
          variant="default"
          size="xs"
          style={{ alignSelf: "flex-start" }}
          onClick={() => putEvents([...until.events, { event: "Product Viewed", where: [], sameKey: false }])}
        >
          {say.addEvent}
        </Button>
      )}
      <SpanFields label={say.atMost} span={until.timeout} put={(timeout) => put({ ...until, timeout })} />
    </>
  );
}

import { Checkbox, NativeSelect, TextInput } from "@mantine/core";
import type { Graph, Until } from "@relance/model/journeys";
import { useWords } from "../../../../i18n/words.ts";
import { SpanFields } from "../event-fields.tsx";
import { kindWords } from "../../kind-words.ts";
import { useStepWords, type Names } from "../../names.ts";
import { panelWords } from "../panel-words.ts";
import { AroundDay } from "../starts/around-day.tsx";
import { DateChoice } from "../starts/date-fields.tsx";

type Of<O extends Until["of"]> = {
  readonly until: Extract<Until, { of: O }>;
  readonly put: (until: Until) => void;
  readonly error?: string | undefined;
};

export function DurationFields({ until, put }: Of<"duration">) {
  const say = useWords(kindWords);
  const { n } = useWords(panelWords);
  const exact = until.span.unit === "minute" || until.span.unit === "hour";
  return (
    <>
      <SpanFields label={n} span={until.span} put={(span) => put({ ...until, span })} />
      {!exact && (
        <Checkbox
          label={say.calendar}
          description={say.calendarNote}
          checked={until.calendar ?? false}
          onChange={(event) => put({ ...until, calendar: event.currentTarget.checked })}
        />
      )}
    </>
  );
}

export function WindowFields({ until, put, error }: Of<"window">) {
  const say = useWords(kindWords);
  const { zone } = useWords(panelWords);
  return (
    <>
      <div className="panel-row">
        <TextInput
          className="grow"
          label={say.from}
          type="time"
          error={error}
          value={until.from}
          onChange={(event) => {
            if (event.currentTarget.value) put({ ...until, from: event.currentTarget.value });
          }}
        />
        <TextInput
          className="grow"
          label={say.until}
          type="time"
          value={until.to}
          onChange={(event) => {
            if (event.currentTarget.value) put({ ...until, to: event.currentTarget.value });
          }}
        />
      </div>
      <p className="tiny faint">
        {say.hoursNote} {zone}
      </p>
    </>
  );
}

export function DateFields({ until, put, error }: Of<"date">) {
  const say = useWords(kindWords);
  return (
    <>
      <DateChoice value={until.field} put={(field) => put({ ...until, field })} error={error} />
      <AroundDay days={until.days} at={until.at} put={(around) => put({ ...until, ...around })} />
      <NativeSelect
        label={say.past}
        value={until.past}
        data={(["go", "way", "end"] as const).map((one) => ({ value: one, label: say.pasts[one] }))}
        onChange={(event) => put({ ...until, past: event.currentTarget.value as typeof until.past })}
      />
    </>
  );
}

const SENDS: readonly string[] = ["email", "sms", "web_push", "push", "whatsapp", "onsite"];

export function MessageWaitFields({ until, put, graph, names, error }: Of<"message"> & { readonly graph: Graph; readonly names: Names }) {
  const say = useWords(kindWords);
  const { choose } = useWords(panelWords);
  const words = useStepWords(names);
  const steps = graph.steps.filter((one) => SENDS.includes(one.kind));
  return (
    <>
      <NativeSelect
        label={say.message}
        error={error}
        value={steps.some((one) => one.id === until.step) ? until.step : ""}
        data={[
          { value: "", label: steps.length === 0 ? say.noMessage : choose },
          ...steps.map((one) => ({ value: one.id, label: words(one).name })),
        ]}
        onChange={(event) => {
          if (event.currentTarget.value) put({ ...until, step: event.currentTarget.value });
        }}
      />
      <NativeSelect
        label={say.did}
        value={until.did}
        data={(["clicked", "opened", "delivered"] as const).map((one) => ({ value: one, label: say.dids[one] }))}
        onChange={(event) => put({ ...until, did: event.currentTarget.value as typeof until.did })}
      />
      {until.did === "opened" && <p className="tiny faint">{say.openNote}</p>}
      <Checkbox
        label={say.after}
        checked={until.after !== null}
        onChange={(event) => put({ ...until, after: event.currentTarget.checked ? { n: 1, unit: "day" } : null })}
      />
      {until.after && <SpanFields label={say.number} span={until.after} put={(after) => put({ ...until, after })} />}
      <SpanFields label={say.atMost} span={until.timeout} put={(timeout) => put({ ...until, timeout })} />
    </>
  );
}

import { Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { listSegments } from "@relance/contract/segments";
import { useQuery } from "@tanstack/react-query";
import { ask } from "../../../../api/client.ts";
import { useWords } from "../../../../i18n/words.ts";
import { panelWords } from "../panel-words.ts";
import { listed } from "./listed.ts";
import type { Of } from "./start-fields.tsx";
import { startWords } from "./start-words.ts";

/** Everyone in a segment on a day, or again and again. */
export function ScheduleStart({ start, put, error }: Of<"schedule">) {
  const say = useWords(startWords);
  const panel = useWords(panelWords);
  const segments = useQuery(ask(listSegments, {})).data?.items ?? [];
  const { repeat } = start;
  return (
    <>
      <NativeSelect
        label={panel.segment}
        error={error}
        value={start.segment}
        data={listed(segments, start.segment)}
        onChange={(event) => put({ ...start, segment: event.currentTarget.value })}
      />
      <div className="panel-row">
        <TextInput
          className="grow"
          label={repeat === null ? say.day : say.firstDay}
          type="date"
          value={start.date}
          onChange={(event) => {
            if (event.currentTarget.value) put({ ...start, date: event.currentTarget.value });
          }}
        />
        <TextInput
          label={panel.at}
          type="time"
          value={start.at}
          onChange={(event) => {
            if (event.currentTarget.value) put({ ...start, at: event.currentTarget.value });
          }}
        />
      </div>
      <NativeSelect
        label={say.zone}
        value={start.zone}
        data={[
          { value: "workspace", label: say.zones.workspace },
          { value: "person", label: say.zones.person },
        ]}
        onChange={(event) => put({ ...start, zone: event.currentTarget.value === "person" ? "person" : "workspace" })}
      />
      <Checkbox
        label={say.repeat}
        checked={repeat !== null}
        onChange={(event) => put({ ...start, repeat: event.currentTarget.checked ? { every: 1, unit: "week", until: null } : null })}
      />
      {repeat !== null && (
        <>
          <div className="panel-row">
            <NumberInput
              className="grow"
              label={say.every}
              min={1}
              max={365}
              allowDecimal={false}
              value={repeat.every}
              onChange={(n) => put({ ...start, repeat: { ...repeat, every: Math.min(365, Math.max(1, Math.round(Number(n) || 1))) } })}
            />
            <NativeSelect
              className="grow"
              aria-label={say.unit}
              value={repeat.unit}
              data={(["day", "week", "month"] as const).map((unit) => ({ value: unit, label: say.units[unit] }))}
              onChange={(event) => put({ ...start, repeat: { ...repeat, unit: event.currentTarget.value as typeof repeat.unit } })}
            />
          </div>
          <TextInput
            label={say.lastDay}
            description={say.lastDayHelp}
            type="date"
            value={repeat.until ?? ""}
            onChange={(event) => put({ ...start, repeat: { ...repeat, until: event.currentTarget.value || null } })}
          />
        </>
      )}
      <p className="tiny faint">{start.zone === "person" ? say.personNote : say.scheduleNote}</p>
    </>
  );
}

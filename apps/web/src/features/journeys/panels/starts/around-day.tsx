import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useWords } from "../../../../i18n/words.ts";
import { panelWords } from "../panel-words.ts";

interface Around {
  readonly days: number;
  readonly at: string;
}

/** So many days before or after a date, at a time of day. */
export function AroundDay({ days, at, put }: Around & { readonly put: (around: Around) => void }) {
  const say = useWords(panelWords);
  const way = days === 0 ? "on" : days < 0 ? "before" : "after";
  const to = (n: number, chosen: string): void =>
    put({ at, days: chosen === "on" ? 0 : (chosen === "before" ? -1 : 1) * Math.min(366, Math.max(1, Math.round(n) || 1)) });
  return (
    <>
      <div className="panel-row">
        {way !== "on" && (
          <NumberInput
            className="grow"
            aria-label={say.n}
            min={1}
            max={366}
            allowDecimal={false}
            value={Math.abs(days)}
            onChange={(n) => to(Number(n), way)}
          />
        )}
        <NativeSelect
          className="grow"
          label={way === "on" ? say.offset : undefined}
          aria-label={say.offset}
          value={way}
          data={(["on", "before", "after"] as const).map((one) => ({ value: one, label: say.offsets[one] }))}
          onChange={(event) => to(Math.abs(days), event.currentTarget.value)}
        />
      </div>
      <TextInput
        label={say.at}
        type="time"
        value={at}
        onChange={(event) => {
          if (event.currentTarget.value) put({ days, at: event.currentTarget.value });
        }}
      />
      <p className="tiny faint">{say.zone}</p>
    </>
  );
}

import { Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { attentionOf, type Attention, type Settings } from "@relance/model/journeys";
import { useState } from "react";
import { useWords } from "../../../i18n/words.ts";
import { attentionWords } from "./attention-words.ts";
import { panelWords } from "./panel-words.ts";

const WORD = /^[a-z0-9][a-z0-9_-]{0,39}$/;

/** How a journey's messages stand beside those of others: priority, exclusion, tags, patience, what is asked again. */
export function AttentionFields({ settings, put }: { readonly settings: Settings; readonly put: (settings: Settings) => void }) {
  const say = useWords(attentionWords);
  const attention = attentionOf(settings);
  const set = (part: Partial<Attention>): void => put({ ...settings, attention: { ...attention, ...part } });
  return (
    <section className="panel-part">
      <h3>{say.title}</h3>
      <p className="tiny faint">{say.note}</p>
      <NumberInput
        label={say.priority}
        description={say.priorityHelp}
        min={0}
        max={100}
        allowDecimal={false}
        clampBehavior="strict"
        value={attention.priority}
        onChange={(value) => typeof value === "number" && set({ priority: value })}
      />
      <WordsField
        label={say.group}
        help={say.groupHelp}
        wrong={say.word}
        value={attention.group === null ? [] : [attention.group]}
        most={1}
        put={([group]) => set({ group: group ?? null })}
      />
      <WordsField label={say.tags} help={say.tagsHelp} wrong={say.word} value={attention.tags} most={10} put={(tags) => set({ tags })} />
      <PatienceFields patience={attention.patience} put={(patience) => set({ patience })} />
      <Checkbox
        label={say.recheckFilter}
        checked={attention.recheck.filter}
        disabled={settings.filter === null}
        onChange={(event) => set({ recheck: { ...attention.recheck, filter: event.currentTarget.checked } })}
      />
      <Checkbox
        label={say.recheckProducts}
        checked={attention.recheck.products}
        onChange={(event) => set({ recheck: { ...attention.recheck, products: event.currentTarget.checked } })}
      />
      <Checkbox label={say.atOnce} checked={attention.atOnce} onChange={(event) => set({ atOnce: event.currentTarget.checked })} />
    </section>
  );
}

/** How long a message of one step may wait: as its journey says, or a time of its own. */
export function StepPatience({
  patience,
  put,
}: {
  readonly patience: Attention["patience"] | undefined;
  readonly put: (patience: Attention["patience"] | undefined) => void;
}) {
  const say = useWords(attentionWords);
  return (
    <>
      <Checkbox
        label={say.ownPatience}
        checked={patience !== undefined}
        onChange={(event) => put(event.currentTarget.checked ? { n: 1, unit: "day" } : undefined)}
      />
      {patience && <PatienceFields patience={patience} put={put} />}
    </>
  );
}

/** Thirty days in each unit: the longest a message may wait. */
const MOST = { minute: 43_200, hour: 720, day: 30, week: 4 } as const;
type Unit = keyof typeof MOST;

function PatienceFields({
  patience,
  put,
}: {
  readonly patience: Attention["patience"];
  readonly put: (patience: Attention["patience"]) => void;
}) {
  const say = useWords(attentionWords);
  const units = useWords(panelWords);
  const keep = (n: number, unit: Unit): void => put({ n: Math.max(1, Math.min(MOST[unit], Math.round(n) || 1)), unit });
  const unit = patience.unit as Unit;
  return (
    <>
      <div className="panel-row">
        <NumberInput
          className="grow"
          label={say.patience}
          min={1}
          max={MOST[unit]}
          allowDecimal={false}
          value={patience.n}
          onChange={(n) => keep(Number(n), unit)}
        />
        <NativeSelect
          className="grow"
          label={units.unit}
          value={unit}
          data={(Object.keys(MOST) as Unit[]).map((value) => ({ value, label: units.units[value] }))}
          onChange={(event) => keep(patience.n, event.currentTarget.value as Unit)}
        />
      </div>
      <p className="tiny faint">{say.patienceHelp}</p>
    </>
  );
}

/** Words as typed, given on once they can be kept; what cannot be is said and stays to be mended. */
function WordsField({
  label,
  help,
  wrong,
  value,
  most,
  put,
}: {
  readonly label: string;
  readonly help: string;
  readonly wrong: string;
  readonly value: readonly string[];
  readonly most: number;
  readonly put: (words: readonly string[]) => void;
}) {
  const [text, setText] = useState(value.join(", "));
  const words = text
    .split(",")
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== "");
  const fits = words.length <= most && words.every((one) => WORD.test(one));
  const type = (typed: string): void => {
    setText(typed);
    const next = typed
      .split(",")
      .map((one) => one.trim().toLowerCase())
      .filter((one) => one !== "");
    if (next.length <= most && next.every((one) => WORD.test(one))) put(next);
  };
  return (
    <TextInput
      label={label}
      description={help}
      value={text}
      error={fits ? null : wrong}
      onChange={(event) => type(event.currentTarget.value)}
    />
  );
}

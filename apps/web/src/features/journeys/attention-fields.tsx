import { Checkbox, NumberInput, TextInput } from "@mantine/core";
import { attentionOf, type Attention, type Settings } from "@relance/model/journeys";
import { useState } from "react";
import { useWords } from "../../i18n/words.ts";
import { attentionWords } from "./attention-words.ts";
import { SpanFields } from "./event-fields.tsx";

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
      <NumberInput label={say.priority} description={say.priorityHelp} min={0} max={100} allowDecimal={false} clampBehavior="strict" value={attention.priority} onChange={(value) => typeof value === "number" && set({ priority: value })} />
      <WordsField label={say.group} help={say.groupHelp} wrong={say.word} value={attention.group === null ? [] : [attention.group]} most={1} put={([group]) => set({ group: group ?? null })} />
      <WordsField label={say.tags} help={say.tagsHelp} wrong={say.word} value={attention.tags} most={10} put={(tags) => set({ tags })} />
      <SpanFields label={say.patience} span={attention.patience} put={(patience) => set({ patience })} />
      <p className="tiny faint">{say.patienceHelp}</p>
      <Checkbox label={say.recheckFilter} checked={attention.recheck.filter} disabled={settings.filter === null} onChange={(event) => set({ recheck: { ...attention.recheck, filter: event.currentTarget.checked } })} />
      <Checkbox label={say.recheckProducts} checked={attention.recheck.products} onChange={(event) => set({ recheck: { ...attention.recheck, products: event.currentTarget.checked } })} />
      <Checkbox label={say.atOnce} checked={attention.atOnce} onChange={(event) => set({ atOnce: event.currentTarget.checked })} />
    </section>
  );
}

/** Words as typed, given on once they can be kept; what cannot be is said and stays to be mended. */
function WordsField({ label, help, wrong, value, most, put }: { readonly label: string; readonly help: string; readonly wrong: string; readonly value: readonly string[]; readonly most: number; readonly put: (words: readonly string[]) => void }) {
  const [text, setText] = useState(value.join(", "));
  const words = text.split(",").map((one) => one.trim().toLowerCase()).filter((one) => one !== "");
  const fits = words.length <= most && words.every((one) => WORD.test(one));
  const type = (typed: string): void => {
    setText(typed);
    const next = typed.split(",").map((one) => one.trim().toLowerCase()).filter((one) => one !== "");
    if (next.length <= most && next.every((one) => WORD.test(one))) put(next);
  };
  return <TextInput label={label} description={help} value={text} error={fits ? null : wrong} onChange={(event) => type(event.currentTarget.value)} />;
}

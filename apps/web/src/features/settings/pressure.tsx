import { Button, Checkbox, NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { listTopics } from "@relance/contract/compliance";
import type { Workspace } from "@relance/contract/team";
import { GATE_CHANNELS } from "@relance/model/arbiter";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { ask } from "../../api/client.ts";
import { RefusalNote } from "../../app/refusal-note.tsx";
import { useSession } from "../../app/session.tsx";
import { useLanguage } from "../../i18n/language.tsx";
import { useWords } from "../../i18n/words.ts";
import { Say } from "../../ui/sentence.tsx";
import { pressureWords } from "./pressure-words.ts";
import { useSettings, type Settings } from "./use-settings.ts";

/** How much marketing one person gets at most, which goes first, and who gets none. */
export function Pressure() {
  const { workspace } = useSession();
  return workspace && <Form key={workspace.id} workspace={workspace} />;
}

type Set = (part: Partial<Settings>) => void;
type Part = { readonly settings: Settings; readonly set: Set };

function Form({ workspace }: { readonly workspace: Workspace }) {
  const say = useWords(pressureWords);
  const { settings, set, save, change, may } = useSettings(workspace);
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      {!may && (
        <div className="call" data-kind="info">
          {say.adminOnly}
        </div>
      )}
      <Told settings={settings} />
      <General settings={settings} set={set} />
      <Caps settings={settings} set={set} />
      <h2>{say.priority}</h2>
      <NumberInput
        label={say.ahead}
        description={say.aheadHelp}
        min={0}
        max={168}
        value={settings.priorityAhead}
        onChange={whole((priorityAhead) => set({ priorityAhead }))}
      />
      <h2>{say.best}</h2>
      <Checkbox
        label={say.bestOn}
        description={say.bestHelp}
        checked={settings.bestTime.on}
        onChange={(event) => set({ bestTime: { ...settings.bestTime, on: event.currentTarget.checked } })}
      />
      <NumberInput
        label={say.within}
        min={2}
        max={48}
        disabled={!settings.bestTime.on}
        value={settings.bestTime.within}
        onChange={whole((within) => set({ bestTime: { ...settings.bestTime, within } }))}
      />
      <h2>{say.holdout}</h2>
      <NumberInput
        label={say.holdoutPercent}
        description={say.holdoutHelp}
        min={0}
        max={50}
        decimalScale={1}
        value={settings.holdout}
        onChange={whole((holdout) => set({ holdout }))}
      />
      <Saving may={may} change={change} />
    </form>
  );
}

const whole =
  (put: (n: number) => void) =>
  (value: string | number): void => {
    if (typeof value === "number") put(value);
  };

/** What the settings come to, in a sentence. */
function Told({ settings }: { readonly settings: Settings }) {
  const say = useWords(pressureWords);
  const {
    formats: { number },
  } = useLanguage();
  const parts = [
    settings.cap ? say.intro(number(settings.cap.messages), number(settings.cap.days)) : say.introNone,
    ...(settings.caps.length > 0 ? [say.introCaps(settings.caps.length)] : []),
    ...(settings.holdout > 0 ? [say.introHoldout(number(settings.holdout))] : []),
  ];
  return <Say small text={parts.join(" ")} />;
}

function General({ settings: { cap }, set }: Part) {
  const say = useWords(pressureWords);
  const shown = cap ?? { messages: 4, days: 7 };
  return (
    <>
      <h2>{say.general}</h2>
      <Checkbox
        label={say.generalOn}
        checked={cap !== null}
        onChange={(event) => set({ cap: event.currentTarget.checked ? shown : null })}
      />
      <div className="two">
        <NumberInput
          label={say.messages}
          min={1}
          max={100}
          disabled={cap === null}
          value={shown.messages}
          onChange={whole((messages) => set({ cap: { ...shown, messages } }))}
        />
        <NumberInput
          label={say.inDays}
          min={1}
          max={90}
          disabled={cap === null}
          value={shown.days}
          onChange={whole((days) => set({ cap: { ...shown, days } }))}
        />
      </div>
    </>
  );
}

type Cap = Settings["caps"][number];

function Caps({ settings: { caps }, set }: Part) {
  const say = useWords(pressureWords);
  const { data: topics } = useQuery(ask(listTopics, {}));
  const { language } = useLanguage();
  const put = (at: number, part: Partial<Cap>): void => set({ caps: caps.with(at, { ...caps[at]!, ...part }) });
  return (
    <>
      <h2>{say.caps}</h2>
      <p className="small soft">{caps.length === 0 ? say.noCaps : say.capsHelp}</p>
      {caps.map((cap, at) => (
        <fieldset key={at} className="cap-rule">
          <NumberInput label={say.messages} min={1} max={100} value={cap.messages} onChange={whole((messages) => put(at, { messages }))} />
          <NativeSelect
            label={say.per}
            value={"last" in cap.per ? "last" : cap.per.this}
            onChange={(event) =>
              put(at, { per: event.currentTarget.value === "last" ? { last: 7 } : { this: event.currentTarget.value as "day" } })
            }
            data={[
              { value: "last", label: say.lastDays },
              ...(["day", "week", "month"] as const).map((value) => ({ value, label: say.this[value] })),
            ]}
          />
          {"last" in cap.per ? (
            <NumberInput label={say.days} min={1} max={90} value={cap.per.last} onChange={whole((last) => put(at, { per: { last } }))} />
          ) : (
            <span />
          )}
          <NativeSelect
            label={say.channel}
            value={cap.channel ?? ""}
            onChange={(event) => put(at, { channel: (event.currentTarget.value || null) as Cap["channel"] })}
            data={[{ value: "", label: say.anyChannel }, ...GATE_CHANNELS.map((value) => ({ value, label: say.channels[value] }))]}
          />
          <NativeSelect
            label={say.topic}
            value={cap.topic ?? ""}
            onChange={(event) => put(at, { topic: event.currentTarget.value || null })}
            data={[
              { value: "", label: say.anyTopic },
              ...(topics?.items ?? []).map((one) => ({ value: one.key, label: one.names[language] ?? one.key })),
            ]}
          />
          <TextInput
            label={say.tag}
            value={cap.tag ?? ""}
            onChange={(event) => put(at, { tag: event.currentTarget.value.trim().toLowerCase() || null })}
          />
          <button type="button" className="link-button small" onClick={() => set({ caps: caps.toSpliced(at, 1) })}>
            {say.removeCap(String(at + 1))}
          </button>
        </fieldset>
      ))}
      {caps.length < 20 && (
        <div>
          <Button
            variant="default"
            onClick={() => set({ caps: [...caps, { channel: null, topic: null, tag: null, messages: 1, per: { this: "day" } }] })}
          >
            {say.addCap}
          </Button>
        </div>
      )}
    </>
  );
}

/** The foot of a form of settings: what went wrong, that it is saved, the button. */
export function Saving({
  may,
  change,
}: {
  readonly may: boolean;
  readonly change: { readonly error: Error | null; readonly isSuccess: boolean; readonly isPending: boolean };
}): ReactNode {
  const say = useWords(pressureWords);
  return (
    <>
      <RefusalNote error={change.error} />
      {change.isSuccess && (
        <div className="call" data-kind="good" role="status">
          {say.saved}
        </div>
      )}
      <div>
        <Button type="submit" disabled={!may} loading={change.isPending}>
          {say.save}
        </Button>
      </div>
    </>
  );
}

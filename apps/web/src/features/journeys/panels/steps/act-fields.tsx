import { NativeSelect, NumberInput, Textarea, TextInput } from "@mantine/core";
import { listTopics } from "@relance/contract/compliance";
import { listAttributes, listGroups } from "@relance/contract/contacts";
import { listJourneys } from "@relance/contract/journeys";
import {
  ENDING_CHANNELS,
  type AttributeStep,
  type AudienceStep,
  type ConsentStep,
  type JourneyStep,
  type Step,
  type TaskStep,
} from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { ask } from "../../../../api/client.ts";
import { useLanguage } from "../../../../i18n/language.tsx";
import { useWords } from "../../../../i18n/words.ts";
import { kindWords } from "../../kind-words.ts";
import { panelWords } from "../panel-words.ts";

interface Of<S extends Step> {
  readonly step: S;
  readonly change: (step: Step) => void;
  readonly error?: string | undefined;
}
type To = AttributeStep["to"];
const BLANK: { readonly [O in To["of"]]: Extract<To, { of: O }> } = {
  value: { of: "value", value: "" },
  property: { of: "property", property: "product_id" },
  now: { of: "now" },
  add: { of: "add", by: 1 },
  empty: { of: "empty" },
};

/** What is set on the contact, and to what. */
export function AttributeFields({ step, change, error }: Of<AttributeStep>) {
  const say = useWords(kindWords);
  const known = (useQuery(ask(listAttributes, {})).data?.items ?? []).filter((one) => one.name.startsWith("attributes."));
  const id = useId();
  const { to } = step;
  const put = (next: To): void => change({ ...step, to: next });
  return (
    <>
      <TextInput
        label={say.attribute}
        description={say.attributeHelp}
        error={error}
        value={step.attribute}
        maxLength={110}
        list={id}
        onChange={(event) => change({ ...step, attribute: event.currentTarget.value.trim() })}
      />
      <datalist id={id}>
        {known.map((one) => (
          <option key={one.name} value={one.name} />
        ))}
      </datalist>
      <NativeSelect
        label={say.to}
        value={to.of}
        data={(["value", "property", "now", "add", "empty"] as const).map((of) => ({ value: of, label: say.tos[of] }))}
        onChange={(event) => put(BLANK[event.currentTarget.value as To["of"]])}
      />
      {to.of === "value" && <ValueFields value={to.value} put={(value) => put({ of: "value", value })} />}
      {to.of === "property" && (
        <TextInput
          label={say.value}
          value={to.property}
          maxLength={200}
          onChange={(event) => {
            if (event.currentTarget.value) put({ of: "property", property: event.currentTarget.value });
          }}
        />
      )}
      {to.of === "add" && <NumberInput label={say.number} value={to.by} onChange={(n) => put({ of: "add", by: Number(n) || 0 })} />}
    </>
  );
}

function ValueFields({
  value,
  put,
}: {
  readonly value: string | number | boolean;
  readonly put: (value: string | number | boolean) => void;
}) {
  const say = useWords(kindWords);
  const kind = typeof value === "number" ? "number" : typeof value === "boolean" ? "boolean" : "text";
  return (
    <div className="panel-row">
      <NativeSelect
        label={say.kind}
        value={kind}
        data={(["text", "number", "boolean"] as const).map((one) => ({ value: one, label: say.kindsOf[one] }))}
        onChange={(event) => put(event.currentTarget.value === "number" ? 0 : event.currentTarget.value === "boolean" ? true : "")}
      />
      {typeof value === "string" && (
        <TextInput className="grow" label={say.value} value={value} maxLength={1000} onChange={(event) => put(event.currentTarget.value)} />
      )}
      {typeof value === "number" && <NumberInput className="grow" label={say.value} value={value} onChange={(n) => put(Number(n) || 0)} />}
      {typeof value === "boolean" && (
        <NativeSelect
          className="grow"
          label={say.value}
          value={String(value)}
          data={[
            { value: "true", label: say.yes },
            { value: "false", label: say.no },
          ]}
          onChange={(event) => put(event.currentTarget.value === "true")}
        />
      )}
    </div>
  );
}

export function AudienceFields({ step, change, error }: Of<AudienceStep>) {
  const say = useWords(panelWords);
  const kind = useWords(kindWords);
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  return (
    <>
      <NativeSelect
        label={say.action}
        value={step.action}
        data={[
          { value: "join", label: say.join },
          { value: "leave", label: say.leave },
        ]}
        onChange={(event) => change({ ...step, action: event.currentTarget.value === "leave" ? "leave" : "join" })}
      />
      <NativeSelect
        label={say.group}
        error={error}
        value={step.group ?? ""}
        data={[{ value: "", label: say.choose }, ...groups.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => change({ ...step, group: event.currentTarget.value || null })}
      />
      <p className="small soft">{kind.audienceNote}</p>
    </>
  );
}

/** What the contact no longer agrees to. */
export function ConsentFields({ step, change }: Of<ConsentStep>) {
  const say = useWords(kindWords);
  const { language } = useLanguage();
  const topics = (useQuery(ask(listTopics, {})).data?.items ?? []).filter((one) => one.archivedAt === null || one.key === step.topic);
  return (
    <>
      <NativeSelect
        label={say.consentChannel}
        value={step.channel}
        data={ENDING_CHANNELS.map((one) => ({ value: one, label: say.consentChannels[one] }))}
        onChange={(event) => change({ ...step, channel: event.currentTarget.value as ConsentStep["channel"] })}
      />
      <NativeSelect
        label={say.consentTopic}
        value={step.topic}
        data={[{ value: "", label: say.consentAll }, ...topics.map((one) => ({ value: one.key, label: one.names[language] ?? one.key }))]}
        onChange={(event) => change({ ...step, topic: event.currentTarget.value })}
      />
      <p className="small soft">{say.consentNote}</p>
    </>
  );
}

export function JourneyFields({ step, change, error }: Of<JourneyStep>) {
  const say = useWords(kindWords);
  const { choose } = useWords(panelWords);
  const journeys = useQuery(ask(listJourneys, { query: {} })).data?.items ?? [];
  return (
    <>
      <NativeSelect
        label={say.toJourney}
        error={error}
        value={step.journey ?? ""}
        data={[{ value: "", label: choose }, ...journeys.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => change({ ...step, journey: event.currentTarget.value || null })}
      />
      <p className="small soft">{say.toJourneyNote}</p>
    </>
  );
}

export function TaskFields({ step, change, error }: Of<TaskStep>) {
  const say = useWords(kindWords);
  return (
    <>
      <TextInput
        label={say.title}
        error={error}
        value={step.title}
        maxLength={200}
        onChange={(event) => change({ ...step, title: event.currentTarget.value })}
      />
      <Textarea
        label={say.note}
        autosize
        minRows={2}
        maxRows={8}
        value={step.note}
        maxLength={2000}
        onChange={(event) => change({ ...step, note: event.currentTarget.value })}
      />
      <p className="small soft">{say.taskNote}</p>
    </>
  );
}

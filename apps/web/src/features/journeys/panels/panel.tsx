import { Button, NativeSelect, TextInput } from "@mantine/core";
import { createGroup, listGroups } from "@relance/contract/contacts";
import type { Journey } from "@relance/contract/journeys";
import { kindOf, type Graph, type MessageStep, type Step } from "@relance/model/journeys";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState, type ReactNode } from "react";
import { ask, useChange } from "../../../api/client.ts";
import { RefusalNote } from "../../../app/refusal-note.tsx";
import { useLanguage } from "../../../i18n/language.tsx";
import { useWords } from "../../../i18n/words.ts";
import { StepPatience } from "./attention-fields.tsx";
import { BranchFields } from "./branch-fields.tsx";
import { kindWords } from "../kind-words.ts";
import { useTemplates } from "../templates.ts";
import { useStepWords, type Names } from "../names.ts";
import { panelWords } from "./panel-words.ts";
import { AttributeFields, AudienceFields, ConsentFields, JourneyFields, TaskFields } from "./steps/act-fields.tsx";
import { CouponFields } from "./steps/coupon-fields.tsx";
import { HoldoutFields, LoopFields, SplitFields } from "./steps/split-fields.tsx";
import { WebhookFields } from "./steps/webhook-fields.tsx";
import { WaitFields } from "./wait-fields.tsx";
import { useExitWord } from "../canvas/ways.ts";

type Problems = Journey["problems"];
interface Of<S extends Step> {
  readonly step: S;
  readonly change: (step: Step) => void;
  readonly error: string | undefined;
}

// Said under the field they are about, not once more on top.
const AT_FIELD = [
  "missing_template",
  "unknown_template",
  "wrong_channel",
  "unpublished_template",
  "missing_group",
  "same_group",
  "missing_journey",
  "missing_title",
  "missing_webhook",
  "unknown_webhook",
  "missing_pool",
  "not_an_attribute",
  "not_a_date",
  "empty_window",
  "unknown_message",
];
const atWay = (path: string): string | undefined => /\.exits\.([a-z0-9_]+)$/.exec(path)?.[1];

/** What one step does, and where each of its ways leads. */
export function StepPanel({
  graph,
  step,
  names,
  problems,
  change,
  connect,
  remove,
}: {
  readonly graph: Graph;
  readonly step: Step;
  readonly names: Names;
  readonly problems: Problems;
  readonly change: (step: Step) => void;
  readonly connect: (exit: string, to: string | null) => void;
  readonly remove: () => void;
}) {
  const say = useWords(panelWords);
  const { language } = useLanguage();
  const words = useStepWords(names);
  const exitWord = useExitWord();
  const others = useOptions(graph, step.id, words);
  const exits = kindOf(step).exits(step);
  const error = problems.find((one) => AT_FIELD.includes(one.code))?.message[language];
  const onWay = (exit: string): string | undefined => problems.find((one) => atWay(one.path) === exit)?.message[language];
  const rest = problems.filter((one) => !AT_FIELD.includes(one.code) && atWay(one.path) === undefined);
  return (
    <>
      {rest.map((one, at) => (
        <div key={at} className="call" role="alert">
          {one.message[language]}
        </div>
      ))}
      <TextInput
        label={say.name}
        placeholder={say.nameHelp}
        value={step.name}
        maxLength={200}
        onChange={(event) => change({ ...step, name: event.currentTarget.value })}
      />
      <StepFields step={step} graph={graph} names={names} change={change} error={error} />
      {exits.length > 0 && (
        <section className="panel-part">
          <h3>{say.leads}</h3>
          {exits.map((exit) => (
            <NativeSelect
              key={exit}
              label={exitWord(step, exit)}
              error={onWay(exit)}
              value={step.exits[exit] ?? ""}
              onChange={(event) => connect(exit, event.currentTarget.value || null)}
            >
              {others}
            </NativeSelect>
          ))}
        </section>
      )}
      <Button variant="default" className="danger" onClick={remove}>
        {say.remove}
      </Button>
    </>
  );
}

/** Where a way can lead: the end, or any other step. Drawn once for as long as the others are the same: a letter of this one's name changes none of hundreds. */
function useOptions(graph: Graph, chosen: string, words: ReturnType<typeof useStepWords>): ReactNode {
  const say = useWords(panelWords);
  const [others, keep] = useState<readonly Step[]>([]);
  const now = graph.steps.filter((one) => one.id !== chosen);
  const same = now.length === others.length && now.every((one, at) => one === others[at]);
  if (!same) keep(now);
  const steps = same ? others : now;
  return useMemo(
    () => [
      <option key="" value="">
        {say.toEnd}
      </option>,
      ...steps.map((one) => (
        <option key={one.id} value={one.id}>
          {words(one).name}
        </option>
      )),
    ],
    [steps, words, say],
  );
}

/** The settings of one kind. */
function StepFields({ step, graph, names, change, error }: Of<Step> & { readonly graph: Graph; readonly names: Names }) {
  const say = useWords(panelWords);
  switch (step.kind) {
    case "email":
    case "sms":
    case "web_push":
    case "push":
    case "whatsapp":
    case "onsite":
      return <MessageFields step={step} change={change} error={error} />;
    case "wait":
      return <WaitFields step={step} graph={graph} names={names} change={change} error={error} />;
    case "branch":
      return <BranchFields step={step} change={change} />;
    case "split":
      return <SplitFields step={step} change={change} />;
    case "holdout":
      return <HoldoutFields step={step} change={change} />;
    case "loop":
      return <LoopFields step={step} change={change} />;
    case "attribute":
      return <AttributeFields step={step} change={change} error={error} />;
    case "group":
      return <GroupFields step={step} change={change} error={error} />;
    case "audience":
      return <AudienceFields step={step} change={change} error={error} />;
    case "consent":
      return <ConsentFields step={step} change={change} />;
    case "coupon":
      return <CouponFields step={step} change={change} error={error} />;
    case "task":
      return <TaskFields step={step} change={change} error={error} />;
    case "webhook":
      return <WebhookFields step={step} change={change} error={error} />;
    case "journey":
      return <JourneyFields step={step} change={change} error={error} />;
    case "goal":
      return <p className="small soft">{say.goalNote}</p>;
    case "exit":
      return <p className="small soft">{say.exitNote}</p>;
  }
}

function MessageFields({ step, change, error }: Of<MessageStep>) {
  const say = useWords(panelWords);
  const templates = useTemplates({ channel: step.kind, chosen: step.template });
  return (
    <>
      <NativeSelect
        label={say.template}
        error={error}
        value={step.template ?? ""}
        data={[
          { value: "", label: say.choose },
          ...templates.map((one) => ({ value: one.id, label: one.liveVersion === null ? `${one.name} (${say.draft})` : one.name })),
        ]}
        onChange={(event) => change({ ...step, template: event.currentTarget.value || null })}
      />
      {step.template === null ? (
        <Link className="small" to="/templates">
          {say.writeTemplate}
        </Link>
      ) : (
        <Link className="small" to="/templates/$template" params={{ template: step.template }}>
          {say.openTemplate}
        </Link>
      )}
      <StepPatience patience={step.patience} put={(patience) => change({ ...step, patience })} />
      <p className="tiny faint">{say.mailNote}</p>
    </>
  );
}

function GroupFields({ step, change, error }: Of<Extract<Step, { kind: "group" }>>) {
  const say = useWords(panelWords);
  const words = useWords(kindWords);
  const groups = useQuery(ask(listGroups, {})).data?.items ?? [];
  const create = useChange(createGroup);
  const [named, setNamed] = useState<string | null>(null);
  const make = (name: string): void =>
    create.mutate(
      { body: { name } },
      {
        onSuccess: ({ id }) => {
          setNamed(null);
          change({ ...step, group: id });
        },
      },
    );
  return (
    <>
      <NativeSelect
        label={say.action}
        value={step.action}
        data={[
          { value: "join", label: say.join },
          { value: "leave", label: say.leave },
          { value: "move", label: words.move },
        ]}
        onChange={(event) => change({ ...step, action: event.currentTarget.value as typeof step.action })}
      />
      {step.action === "move" && (
        <NativeSelect
          label={words.moveFrom}
          error={error}
          value={step.from ?? ""}
          data={[{ value: "", label: say.choose }, ...groups.map((one) => ({ value: one.id, label: one.name }))]}
          onChange={(event) => change({ ...step, from: event.currentTarget.value || null })}
        />
      )}
      <NativeSelect
        label={step.action === "move" ? words.moveTo : say.group}
        error={step.action === "move" ? undefined : error}
        value={step.group ?? ""}
        data={[{ value: "", label: say.choose }, ...groups.map((one) => ({ value: one.id, label: one.name }))]}
        onChange={(event) => change({ ...step, group: event.currentTarget.value || null })}
      />
      {named === null ? (
        <button type="button" className="link-button small" onClick={() => setNamed("")}>
          {say.newGroup}
        </button>
      ) : (
        <div className="panel-row">
          <TextInput
            className="grow"
            label={say.groupName}
            maxLength={100}
            value={named}
            onChange={(event) => setNamed(event.currentTarget.value)}
          />
          <Button variant="default" disabled={named.trim() === ""} loading={create.isPending} onClick={() => make(named.trim())}>
            {say.create}
          </Button>
        </div>
      )}
      <RefusalNote error={create.error} />
    </>
  );
}
